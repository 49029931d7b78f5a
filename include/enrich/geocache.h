/* SPDX-License-Identifier: GPL-2.0-only */
/* Places by address. A hash without chains that grows as it is used, up to
 * what it was given; then new ones take the room of others, or are refused. */
#ifndef FLOWTOP_ENRICH_GEOCACHE_H
#define FLOWTOP_ENRICH_GEOCACHE_H

#include "fact/place.h"
#include "net/addr.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A cache line: address, and the place with the family instead of the scope,
 * which is SCOPE_PUBLIC for all of them; family 0: empty. */
struct geocached {
	struct addr addr;
	struct place place;
};

struct geocache {
	struct geocached *entry; /* NULL: empty */
	size_t n_entries;        /* a power of 2 */
	size_t max_entries;
	uint64_t seed;
	uint32_t next; /* whose room is taken */
	size_t n;
};

/** geocache_init - @max_entries: a power of 2. No memory is taken yet. */
void geocache_init(struct geocache *cache, size_t max_entries);

/** geocache_drop - forget everything, and give the memory back. */
void geocache_drop(struct geocache *cache);

/** geocache_find - Return: whether it is there; then @place is filled in. */
bool geocache_find(const struct geocache *cache, const struct addr *addr,
		   uint8_t family, struct place *place);

/** geocache_put - @addr is public. @replaces: whether it may take the room of
 * another one. Return: whether it is there now. */
bool geocache_put(struct geocache *cache, const struct addr *addr,
		  uint8_t family, const struct place *place, bool replaces);

#endif

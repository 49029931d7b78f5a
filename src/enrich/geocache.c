/* SPDX-License-Identifier: GPL-2.0-only */
#include "enrich/geocache.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define LINE 64
#define FIRST_ENTRIES 1024
#define NEIGHBOURS 32 /* entries where an address may be */

_Static_assert(sizeof(struct geocached) <= LINE, "one cache line");

void geocache_init(struct geocache *cache, size_t max_entries)
{
	*cache = (struct geocache){ .max_entries = max_entries };
	/* Strangers choose addresses: they shall not choose entries. */
	if (getrandom(&cache->seed, sizeof(cache->seed), GRND_NONBLOCK) < 0)
		cache->seed = (uintptr_t)cache;
}

void geocache_drop(struct geocache *cache)
{
	free(cache->entry);
	cache->entry = NULL;
	cache->n_entries = cache->n = 0;
}

static size_t home_of(const struct geocache *cache, const struct addr *addr)
{
	uint64_t half[2];

	memcpy(half, addr->byte, sizeof(half));
	half[0] = (half[0] ^ cache->seed) * 0x9e3779b97f4a7c15ULL;
	half[0] ^= half[0] >> 32;
	half[0] = (half[0] + half[1]) * 0xd6e8feb86659fd93ULL;
	return (size_t)(half[0] >> 32) & (cache->n_entries - 1);
}

static struct geocached *entry_at(const struct geocache *cache, size_t at)
{
	return &cache->entry[at & (cache->n_entries - 1)];
}

static bool is_entry_of(const struct geocached *entry, const struct addr *addr,
			uint8_t family)
{
	uint64_t a[2], b[2];

	memcpy(a, entry->addr.byte, sizeof(a));
	memcpy(b, addr->byte, sizeof(b));
	return entry->place.scope == family && a[0] == b[0] && a[1] == b[1];
}

bool geocache_find(const struct geocache *cache, const struct addr *addr,
		   uint8_t family, struct place *place)
{
	size_t home;

	if (!cache->entry)
		return false;
	home = home_of(cache, addr);
	for (size_t i = 0; i < NEIGHBOURS; i++) {
		const struct geocached *entry = entry_at(cache, home + i);

		if (!entry->place.scope)
			return false;
		if (!is_entry_of(entry, addr, family))
			continue;
		*place = entry->place;
		place->scope = SCOPE_PUBLIC;
		return true;
	}
	return false;
}

/* Return: that of @addr, or an empty one, or NULL. */
static struct geocached *room_for(const struct geocache *cache,
				  const struct addr *addr, uint8_t family)
{
	size_t home;

	if (!cache->entry)
		return NULL;
	home = home_of(cache, addr);
	for (size_t i = 0; i < NEIGHBOURS; i++) {
		struct geocached *entry = entry_at(cache, home + i);

		if (!entry->place.scope || is_entry_of(entry, addr, family))
			return entry;
	}
	return NULL;
}

/* What finds no room even then is forgotten only where that is allowed. */
static bool grow(struct geocache *cache, bool forgets)
{
	struct geocache old = *cache;
	size_t n_entries = old.entry ? 2 * old.n_entries : FIRST_ENTRIES;

	if (n_entries > cache->max_entries)
		return false;
	cache->entry = aligned_alloc(LINE, n_entries * sizeof(*cache->entry));
	if (!cache->entry) {
		cache->entry = old.entry;
		return false;
	}
	memset(cache->entry, 0, n_entries * sizeof(*cache->entry));
	cache->n_entries = n_entries;
	cache->n = 0;
	for (size_t i = 0; i < old.n_entries; i++) {
		const struct geocached *from = &old.entry[i];
		struct geocached *to;

		if (!from->place.scope)
			continue;
		to = room_for(cache, &from->addr, from->place.scope);
		if (!to && !forgets) {
			free(cache->entry);
			*cache = old;
			return false;
		}
		if (to) {
			*to = *from;
			cache->n++;
		}
	}
	free(old.entry);
	return true;
}

bool geocache_put(struct geocache *cache, const struct addr *addr,
		  uint8_t family, const struct place *place, bool replaces)
{
	struct geocached *entry = NULL;

	/* Most are found near home, and all of it may fit a processor's cache.
	 */
	if (4 * cache->n < 3 * cache->n_entries)
		entry = room_for(cache, addr, family);
	if (!entry && grow(cache, replaces))
		entry = room_for(cache, addr, family);
	if (!entry)
		entry = room_for(cache, addr, family);
	if (!entry && replaces && cache->entry)
		entry = entry_at(cache, home_of(cache, addr) +
						cache->next++ % NEIGHBOURS);
	if (!entry)
		return false;
	if (!entry->place.scope)
		cache->n++;
	entry->addr = *addr;
	entry->place = *place;
	entry->place.scope = family;
	return true;
}

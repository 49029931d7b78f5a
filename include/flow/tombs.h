/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who died while a listing was under way.
 *
 * A slice of a listing that was written before a flow's end may be read after
 * its DESTROY: the entry must not come back to life. The set keeps a keyed
 * 64-bit hash of tuple and id for each, so 8 bytes; two of a billion flows
 * collide once in 37 years of listings a second.
 */
#ifndef FLOWTOP_FLOW_TOMBS_H
#define FLOWTOP_FLOW_TOMBS_H

#include "net/tuple.h"

#include <stdbool.h>
#include <stddef.h>

struct tombs {
	struct hash_seed seed;
	uint64_t *slot; /* open addressing; 0 is free */
	size_t n, max;  /* in use; allocated, a power of two */
};

/** tombs_init, tombs_fini - empty; free. */
void tombs_init(struct tombs *tombs);
void tombs_fini(struct tombs *tombs);

/** tombs_add - remember; without memory it is forgotten (a later listing
 * repairs that). */
void tombs_add(struct tombs *tombs, const struct flow_key *key, uint32_t id);

bool tombs_has(const struct tombs *tombs, const struct flow_key *key,
	       uint32_t id);

/** tombs_clear - the listing is over. Large memory is given back. */
void tombs_clear(struct tombs *tombs);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* Who talks to whom: a set of (group, far host or the like) with what goes
 * between them, made anew for each frame. */
#ifndef FLOWTOP_VIEW_PAIRS_H
#define FLOWTOP_VIEW_PAIRS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pair {
	uint32_t group : 31;  /* + 1; 0: nothing is here */
	uint32_t is_live : 1; /* by a flow that has not ended */
	uint32_t other;
	float rate;  /* bytes per second, both directions */
	float bytes; /* both directions */
};

/* Zeroed is empty. */
struct pairs {
	struct pair *slot;
	size_t size; /* a power of two, or 0 */
	size_t n;
};

/** pairs_fini - free what it holds. */
void pairs_fini(struct pairs *pairs);

/** pairs_clear - forget all pairs; the memory stays, unless it is far too much.
 */
void pairs_clear(struct pairs *pairs);

/**
 * pairs_get - the pair of @group and @other, new if need be
 * @is_new: set to whether it is
 *
 * Return: valid until the next call; NULL without memory.
 */
struct pair *pairs_get(struct pairs *pairs, uint32_t group, uint32_t other,
		       bool *is_new);

/** pairs_expect - it will soon be looked for. */
void pairs_expect(const struct pairs *pairs, uint32_t group, uint32_t other);

#endif

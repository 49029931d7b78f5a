// SPDX-License-Identifier: GPL-2.0-only
/* Who talks to whom: open addressing, at most half full. */
#include "view/pairs.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_PAIRS 1024

/* Room for so many times what was needed is given back: clearing it would take
 * its time in every frame. */
#define SLACK 64

void pairs_fini(struct pairs *pairs)
{
	free(pairs->slot);
	*pairs = (struct pairs){ 0 };
}

void pairs_clear(struct pairs *pairs)
{
	if (pairs->size > FIRST_PAIRS && pairs->n < pairs->size / SLACK)
		pairs_fini(pairs);
	else if (pairs->n)
		memset(pairs->slot, 0, pairs->size * sizeof(*pairs->slot));
	pairs->n = 0;
}

/* Numbers are dense, and nobody outside chooses them: spreading them is
 * enough. */
static size_t home(size_t size, uint32_t group, uint32_t other)
{
	uint64_t key = (uint64_t)group << 32 | other;

	return (key * 0x9e3779b97f4a7c15ULL) >> 32 & (size - 1);
}

static struct pair *place(struct pair *slot, size_t size, uint32_t group,
			  uint32_t other)
{
	size_t i = home(size, group, other);

	while (slot[i].group &&
	       (slot[i].group != group || slot[i].other != other))
		i = (i + 1) & (size - 1);
	return &slot[i];
}

static int grow(struct pairs *pairs)
{
	size_t size = pairs->size ? pairs->size * 2 : FIRST_PAIRS;
	struct pair *slot = calloc(size, sizeof(*slot));

	if (!slot)
		return -1;
	for (size_t i = 0; i < pairs->size; i++) {
		const struct pair *old = &pairs->slot[i];

		if (old->group)
			*place(slot, size, old->group, old->other) = *old;
	}
	free(pairs->slot);
	pairs->slot = slot;
	pairs->size = size;
	return 0;
}

struct pair *pairs_get(struct pairs *pairs, uint32_t group, uint32_t other,
		       bool *is_new)
{
	struct pair *pair;

	if (pairs->n * 2 >= pairs->size && grow(pairs))
		return NULL;
	pair = place(pairs->slot, pairs->size, group + 1, other);
	*is_new = !pair->group;
	if (*is_new) {
		pair->group = (group + 1) & INT32_MAX;
		pair->other = other;
		pairs->n++;
	}
	return pair;
}

void pairs_expect(const struct pairs *pairs, uint32_t group, uint32_t other)
{
	if (pairs->size)
		__builtin_prefetch(
			&pairs->slot[home(pairs->size, group + 1, other)]);
}

/* SPDX-License-Identifier: GPL-2.0-only */
#include "flow/tombs.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_SLOTS 256
#define KEEP_SLOTS 8192

void tombs_init(struct tombs *tombs)
{
	*tombs = (struct tombs){ .n = 0 };
	hash_seed_init(&tombs->seed);
}

void tombs_fini(struct tombs *tombs)
{
	free(tombs->slot);
	tombs->slot = NULL;
	tombs->n = tombs->max = 0;
}

static uint64_t tomb_of(const struct tombs *tombs, const struct flow_key *key,
			uint32_t id)
{
	struct {
		struct flow_key key;
		uint32_t id;
		uint32_t pad;
	} who = { .key = *key, .id = id };
	uint64_t hash = hash_bytes(&tombs->seed, &who, sizeof(who));

	return hash ? hash : 1;
}

static size_t place_of(const uint64_t *slot, size_t max, uint64_t tomb)
{
	size_t i = tomb & (max - 1);

	while (slot[i] && slot[i] != tomb)
		i = (i + 1) & (max - 1);
	return i;
}

static bool tombs_grow(struct tombs *tombs)
{
	size_t max = tombs->max ? tombs->max * 2 : FIRST_SLOTS;
	uint64_t *slot = calloc(max, sizeof(*slot));

	if (!slot)
		return false;
	for (size_t i = 0; i < tombs->max; i++) {
		if (tombs->slot[i])
			slot[place_of(slot, max, tombs->slot[i])] =
				tombs->slot[i];
	}
	free(tombs->slot);
	tombs->slot = slot;
	tombs->max = max;
	return true;
}

void tombs_add(struct tombs *tombs, const struct flow_key *key, uint32_t id)
{
	uint64_t tomb = tomb_of(tombs, key, id);
	size_t i;

	if (tombs->n * 2 >= tombs->max && !tombs_grow(tombs))
		return;
	i = place_of(tombs->slot, tombs->max, tomb);
	tombs->n += !tombs->slot[i];
	tombs->slot[i] = tomb;
}

bool tombs_has(const struct tombs *tombs, const struct flow_key *key,
	       uint32_t id)
{
	uint64_t tomb;

	if (!tombs->n)
		return false;
	tomb = tomb_of(tombs, key, id);
	return tombs->slot[place_of(tombs->slot, tombs->max, tomb)] != 0;
}

void tombs_clear(struct tombs *tombs)
{
	if (tombs->max > KEEP_SLOTS) {
		tombs_fini(tombs);
		return;
	}
	if (tombs->n)
		memset(tombs->slot, 0, tombs->max * sizeof(*tombs->slot));
	tombs->n = 0;
}

/* SPDX-License-Identifier: GPL-2.0-only */
#include "flow/lookup.h"

static struct flow *flow_of(struct cds_lfht_node *node)
{
	return caa_container_of(node, struct flow, node);
}

static int match_key(struct cds_lfht_node *node, const void *key)
{
	return flow_key_equal(&flow_of(node)->key, key);
}

/* None matches, but its memory is on its way then. */
static int match_none(struct cds_lfht_node *node, const void *key)
{
	(void)key;
	__builtin_prefetch(&flow_of(node)->key);
	__builtin_prefetch(&flow_of(node)->hot);
	return 0;
}

struct flow *lookup_live(struct cds_lfht *flows, const struct flow_key *key,
			 unsigned long hash, struct flow **ghost)
{
	struct cds_lfht_iter iter;
	struct cds_lfht_node *node;

	*ghost = NULL;
	cds_lfht_lookup(flows, hash, match_key, key, &iter);
	while ((node = cds_lfht_iter_get_node(&iter))) {
		struct flow *flow = flow_of(node);
		uint8_t state = subscribe(&flow->hot.slot);

		if (state == SLOT_LIVE)
			return flow;
		if (state == SLOT_GHOST)
			*ghost = flow;
		cds_lfht_next_duplicate(flows, match_key, key, &iter);
	}
	return NULL;
}

struct flow *lookup_ghost(struct cds_lfht *flows, const struct flow_key *key,
			  unsigned long hash)
{
	struct cds_lfht_iter iter;
	struct cds_lfht_node *node;

	cds_lfht_lookup(flows, hash, match_key, key, &iter);
	while ((node = cds_lfht_iter_get_node(&iter))) {
		struct flow *flow = flow_of(node);

		if (subscribe(&flow->hot.slot) == SLOT_GHOST)
			return flow;
		cds_lfht_next_duplicate(flows, match_key, key, &iter);
	}
	return NULL;
}

void lookup_touch(struct cds_lfht *flows, unsigned long hash)
{
	struct cds_lfht_iter iter;

	cds_lfht_lookup(flows, hash, match_none, NULL, &iter);
}

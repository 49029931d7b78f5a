// SPDX-License-Identifier: GPL-2.0-only
/* Groups of flows: sums, and who is behind them. */
#include "view/groups.h"

#include "flow/host.h"
#include "view/pairs.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_GROUPS 256

struct grouper {
	const struct grouping *grouping;
	const struct view_env *env;
	struct group *group;
	size_t n, max;
	uint32_t *map; /* index -> place in group, + 1; 0: none */
	size_t n_map;
	struct pairs pairs;
};

struct grouper *grouper_new(void)
{
	return calloc(1, sizeof(struct grouper));
}

void grouper_free(struct grouper *g)
{
	if (!g)
		return;
	pairs_fini(&g->pairs);
	free(g->group);
	free(g->map);
	free(g);
}

void grouper_begin(struct grouper *g, const struct grouping *grouping,
		   const struct view_env *env)
{
	for (size_t i = 0; i < g->n; i++)
		g->map[g->group[i].index] = 0;
	g->n = 0;
	pairs_clear(&g->pairs);
	g->grouping = grouping;
	g->env = env;
}

static int grow_map(struct grouper *g, uint32_t index)
{
	size_t n = g->n_map ? g->n_map : FIRST_GROUPS;
	uint32_t *map;

	while (n <= index)
		n *= 2;
	map = realloc(g->map, n * sizeof(*map));
	if (!map)
		return -1;
	memset(&map[g->n_map], 0, (n - g->n_map) * sizeof(*map));
	g->map = map;
	g->n_map = n;
	return 0;
}

static struct group *add_group(struct grouper *g, uint32_t index,
			       const struct flow *flow)
{
	struct group *group;

	if (g->n == g->max) {
		size_t max = g->max ? g->max * 2 : FIRST_GROUPS;

		group = realloc(g->group, max * sizeof(*group));
		if (!group)
			return NULL;
		g->group = group;
		g->max = max;
	}
	group = &g->group[g->n++];
	memset(group, 0, sizeof(*group));
	group->index = index;
	g->grouping->identify(group, flow, g->env);
	g->map[index] = (uint32_t)g->n;
	return group;
}

static struct group *get_group(struct grouper *g, const struct flow *flow)
{
	uint32_t index = g->grouping->index(flow);

	if (index >= g->n_map && grow_map(g, index))
		return NULL;
	if (g->map[index])
		return &g->group[g->map[index] - 1];
	return add_group(g, index, flow);
}

static bool is_new(const struct flow *flow, uint32_t has,
		   const struct view_env *env)
{
	/* Most flows are old, and this is enough to know it. */
	if (env->now_ns > flow->born_ns + ROW_NEW_NS)
		return false;
	return flow_age_ns(has, counter_get(&flow->start_ns), flow->born_ns,
			   counter_get(&flow->sampled_ns), env) < ROW_NEW_NS;
}

static void add_live(struct grouper *g, struct group *group,
		     const struct flow *flow, uint32_t has, int near)
{
	group->n_flows++;
	group->n_new += is_new(flow, has, g->env);
	if (has & HAS_COUNTERS) {
		group->tx += counter_get(&flow->hot.bytes[near]);
		group->rx += counter_get(&flow->hot.bytes[!near]);
	} else {
		group->n_uncounted++;
	}
	if (!(has & HAS_RATE)) {
		group->n_unrated++;
		return;
	}
	group->tx_rate += (double)counter_get_float(&flow->hot.smooth[near]);
	group->rx_rate += (double)counter_get_float(&flow->hot.smooth[!near]);
}

/* Sums of a pair only grow, so the largest so far is the largest at last. */
static int add_pair(struct grouper *g, struct group *group,
		    const struct flow *flow, uint32_t host, bool is_live)
{
	struct pair *pair;
	bool is_first;

	if (host == HOST_NONE)
		return 0;
	pair = pairs_get(&g->pairs, (uint32_t)(group - g->group), host,
			 &is_first);
	if (!pair)
		return -ENOMEM;
	if (is_live && !pair->is_live) {
		group->n_hosts++;
		group->n_past_hosts -= !is_first;
		pair->is_live = true;
	} else if (is_first) {
		group->n_past_hosts++;
	}
	if (is_live)
		pair->rate += counter_get_float(&flow->hot.smooth[DIR_ORIG]) +
			      counter_get_float(&flow->hot.smooth[DIR_REPLY]);
	pair->bytes += (float)(counter_get(&flow->hot.bytes[DIR_ORIG]) +
			       counter_get(&flow->hot.bytes[DIR_REPLY]));
	if (group->peer_flow && (pair->rate < group->peer_rate ||
				 (!(pair->rate > group->peer_rate) &&
				  !(pair->bytes > group->peer_bytes))))
		return 0;
	group->peer_rate = pair->rate;
	group->peer_bytes = pair->bytes;
	group->peer_flow = flow;
	return 0;
}

int grouper_add(struct grouper *g, const struct flow *flow, bool is_ghost)
{
	struct group *group = get_group(g, flow);
	uint32_t has = counter_get(&flow->hot.has);
	int near = near_dir(counter_get(&flow->hot.dir), has);

	if (!group)
		return -ENOMEM;
	if (!is_ghost)
		add_live(g, group, flow, has, near);
	else
		group->n_ghosts++;
	return add_pair(g, group, flow, flow->host[!near], !is_ghost);
}

/* As rows have it: whom it asked, or who asked it. */
static void set_peer(struct group *group)
{
	const struct flow *flow = group->peer_flow;
	const struct tuple *orig;
	int near;

	if (!flow)
		return;
	orig = &flow->key.tuple;
	near = near_dir(counter_get(&flow->hot.dir),
			counter_get(&flow->hot.has));
	group->peer = near == DIR_ORIG ? orig->dst : orig->src;
	group->peer_family = flow->key.family;
}

static int add_past_groups(struct grouper *g)
{
	uint32_t end = g->grouping->past_end(g->env);

	if (end > g->n_map && end && grow_map(g, end - 1))
		return -ENOMEM;
	for (uint32_t i = 0; i < end; i++) {
		if (!g->map[i] && !add_group(g, i, NULL))
			return -ENOMEM;
	}
	return 0;
}

/* Whether there is anything to say of it. */
static bool is_something(const struct group *group)
{
	return group->n_flows || group->n_ghosts || group->n_past;
}

int grouper_end(struct grouper *g, bool with_past, const struct group **groups,
		size_t *n)
{
	size_t kept = 0;
	int err = with_past ? add_past_groups(g) : 0;

	for (size_t i = 0; i < g->n; i++) {
		struct group *group = &g->group[i];
		uint32_t index = group->index;

		g->grouping->add_past(group, g->env);
		set_peer(group);
		group->user = view_user(g->env, group->proc);
		if (is_something(group))
			g->group[kept++] = *group;
		g->map[index] = is_something(group) ? (uint32_t)kept : 0;
	}
	g->n = kept;
	*groups = g->group;
	*n = kept;
	return err;
}

size_t grouper_index_end(const struct grouper *g)
{
	return g->n_map;
}

void group_compose(struct group *copy, const struct group *group)
{
	*copy = *group;
	copy->peer_flow = NULL;
	proc_fact_get(copy->proc);
}

void group_release(struct group *group)
{
	proc_fact_put(group->proc);
	group->proc = NULL;
}

bool group_ref_equal(const struct group_ref *a, const struct group_ref *b)
{
	return a->kind == b->kind && a->pid == b->pid &&
	       a->starttime == b->starttime && a->has_uid == b->has_uid &&
	       a->uid == b->uid && a->family == b->family &&
	       !memcmp(&a->addr, &b->addr, sizeof(a->addr));
}

uint64_t group_word(const struct group *group, int word)
{
	const struct group_ref *ref = &group->ref;
	uint64_t half;

	switch (word) {
	case 0:
		return (uint64_t)ref->kind << 40 | (uint64_t)ref->family << 32 |
		       ref->pid;
	case 1:
		return ref->pid ? ref->starttime : ref->uid;
	case 2:
	case 3:
		memcpy(&half, ref->addr.byte + 8 * (word - 2), sizeof(half));
		return be64toh(half);
	default:
		return group->index;
	}
}

uint32_t group_id(const struct group *group)
{
	uint64_t id = 0;

	for (int i = 0; i < GROUP_WORDS; i++)
		id = (id ^ group_word(group, i)) * 0x9e3779b97f4a7c15ULL;
	return (uint32_t)(id >> 32);
}

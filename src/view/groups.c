// SPDX-License-Identifier: GPL-2.0-only
/* Groups of flows: sums, and who is behind them. */
#include "view/groups.h"

#include "flow/host.h"
#include "flow/procs.h"
#include "view/array.h"
#include "view/farhosts.h"
#include "view/groupsums.h"
#include "view/pairs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* So many flows later memory that was asked for has come. */
enum { AGE_HOST, AGE_INDEX = 5, AGE_GROUP = 10, AGE_ADD = 15, DELAY };

/* A flow on its way into its group. */
struct waiting {
	const struct flow *flow;
	uint32_t index;
	uint32_t host; /* number of its far end */
	uint8_t near;
	bool is_ghost;
};

struct grouper {
	const struct grouping *grouping;
	const struct view_env *env;
	struct group *group;
	size_t n, max;
	uint32_t *map; /* index -> place in group, + 1; 0: none */
	size_t n_map;
	unsigned int seconds; /* that are counted */
	struct pairs pairs[GROUP_SECONDS];
	struct far_hosts hosts; /* of groups that are made of these */
	struct slack group_slack, map_slack;
	struct waiting waiting[DELAY];
	size_t n_waiting; /* ever; the last ones wait */
};

struct grouper *grouper_new(void)
{
	return calloc(1, sizeof(struct grouper));
}

void grouper_free(struct grouper *g)
{
	if (!g)
		return;
	for (int i = 0; i < GROUP_SECONDS; i++)
		pairs_fini(&g->pairs[i]);
	free(g->group);
	free(g->map);
	far_hosts_fini(&g->hosts);
	free(g);
}

static int grow_map(struct grouper *g, uint32_t index)
{
	void *map = g->map;
	int err = array_grow(&map, &g->n_map, sizeof(*g->map), index);

	g->map = map;
	return err;
}

/* A storm is over: the room it has taken would stay for ever. @n_max: groups
 * there were before those of which nothing can be said went. */
static void shrink_all(struct grouper *g, size_t n_max)
{
	uint64_t now_ns = g->env->now_ns;
	void *group = g->group, *map = g->map;
	size_t end = 0;

	for (size_t i = 0; i < g->n; i++)
		if (g->group[i].index >= end)
			end = g->group[i].index + 1;
	array_shrink(&group, &g->max, sizeof(*g->group), &g->group_slack, n_max,
		     now_ns);
	array_shrink(&map, &g->n_map, sizeof(*g->map), &g->map_slack, end,
		     now_ns);
	if (g->grouping->place_index)
		far_hosts_shrink(&g->hosts, now_ns);
	g->group = group;
	g->map = map;
}

int grouper_begin(struct grouper *g, const struct grouping *grouping,
		  unsigned int without, const struct view_env *env)
{
	for (size_t i = 0; i < g->n; i++)
		g->map[g->group[i].index] = 0;
	g->n = g->n_waiting = 0;
	for (int i = 0; i < GROUP_SECONDS; i++)
		pairs_clear(&g->pairs[i]);
	if (grouping->place_index)
		far_hosts_begin(&g->hosts, grouping->place_index, env);
	g->grouping = grouping;
	g->env = env;
	g->seconds = grouping->seconds & ~without;
	return grouping->has_rest && !g->n_map ? grow_map(g, 0) : 0;
}

static struct group *add_group(struct grouper *g, uint32_t index,
			       const struct flow *flow)
{
	struct group *group;

	if (g->n == g->max) {
		size_t max = g->max ? g->max * 2 : ARRAY_FIRST;

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

static struct group *get_group(struct grouper *g, const struct waiting *w)
{
	uint32_t index = w->index;

	if (!g->map[index] && g->grouping->has_rest && g->n >= GROUPS_MAX)
		index = 0;
	if (g->map[index])
		return &g->group[g->map[index] - 1];
	return add_group(g, index, w->flow);
}

/* ---------------------------------------------------------------- walk */

static int add_second(struct grouper *g, struct group *group,
		      enum group_second second, uint32_t other,
		      const struct part *part)
{
	struct group_many *many = &group->many[second];
	bool is_first;
	struct pair *pair =
		pairs_get(&g->pairs[second], group->index, other, &is_first);

	if (!pair)
		return -ENOMEM;
	/* Nobody is not one of several. */
	if (second != SECOND_OWNER || other != PROC_NONE)
		many_count(many, pair, is_first, part->is_live);
	many_add(many, pair, part);
	return 0;
}

/* A host is in one group: no set of pairs is needed. */
static int add_host(struct grouper *g, struct group *group, uint32_t number,
		    const struct part *part)
{
	struct group_many *many = &group->many[SECOND_HOST];
	struct far_host *host = &g->hosts.host[number];
	bool is_first = !host->pair.group;
	bool has_changed;

	host->pair.group = 1;
	has_changed = many_count(many, &host->pair, is_first, part->is_live);
	many_add(many, &host->pair, part);
	if (!has_changed || host->network == PLACE_NONE ||
	    !(g->seconds & 1 << SECOND_NETWORK))
		return 0;
	return add_second(g, group, SECOND_NETWORK, host->network, part);
}

static int add_seconds(struct grouper *g, struct group *group,
		       const struct waiting *w, bool is_live)
{
	const struct flow *flow = w->flow;
	struct part part = {
		.flow = flow,
		.bytes = (float)(counter_get(&flow->hot.bytes[DIR_ORIG]) +
				 counter_get(&flow->hot.bytes[DIR_REPLY])),
		.is_live = is_live,
	};
	int err = 0;

	if (is_live)
		part.rate = counter_get_float(&flow->hot.smooth[DIR_ORIG]) +
			    counter_get_float(&flow->hot.smooth[DIR_REPLY]);
	if (g->grouping->place_index) {
		if (w->host != HOST_NONE)
			err = add_host(g, group, w->host, &part);
	} else if (g->seconds & 1 << SECOND_HOST && w->host != HOST_NONE) {
		err = add_second(g, group, SECOND_HOST, w->host, &part);
	}
	if (!err && g->seconds & 1 << SECOND_OWNER)
		err = add_second(g, group, SECOND_OWNER, flow_owner_index(flow),
				 &part);
	if (!err && g->seconds & 1 << SECOND_PORT)
		err = add_second(g, group, SECOND_PORT, flow_port_index(flow),
				 &part);
	return err;
}

static int add_now(struct grouper *g, const struct waiting *w)
{
	struct group *group = get_group(g, w);
	const struct flow *flow = w->flow;
	uint32_t has = counter_get(&flow->hot.has);
	bool is_live = !w->is_ghost;

	if (!group)
		return -ENOMEM;
	if (is_live)
		group_add_live(group, flow, has, w->near, g->env);
	else
		group_add_ghost(group, flow, has, w->near);
	if (is_live && g->grouping->has_states)
		group_add_states(group, flow, has);
	if (g->grouping->has_age)
		group_add_age(group, flow, has, g->env);
	return add_seconds(g, group, w, is_live);
}

static int expect_map(struct grouper *g, uint32_t index)
{
	if (index >= g->n_map && grow_map(g, index))
		return -ENOMEM;
	__builtin_prefetch(&g->map[index]);
	return 0;
}

static int find_index(struct grouper *g, struct waiting *w)
{
	const struct grouping *grouping = g->grouping;
	const struct far_host *host;

	w->index = PLACE_NONE;
	if (!grouping->place_index) {
		w->index = grouping->index(w->flow);
	} else if (w->host != HOST_NONE) {
		host = far_hosts_get(&g->hosts, w->flow, w->host);
		if (!host)
			return -ENOMEM;
		w->index = host->index;
	}
	return expect_map(g, w->index);
}

/* Ask for the memory that add_now() will need. */
static void expect_group(const struct grouper *g, const struct waiting *w)
{
	uint32_t at = g->map[w->index];
	const char *group = (const char *)&g->group[at ? at - 1 : 0];

	if (at)
		for (size_t i = 0; i < offsetof(struct group, index); i += 64)
			__builtin_prefetch(group + i);
	if (g->seconds & 1 << SECOND_OWNER)
		pairs_expect(&g->pairs[SECOND_OWNER], w->index,
			     flow_owner_index(w->flow));
	if (g->seconds & 1 << SECOND_HOST && !g->grouping->place_index)
		pairs_expect(&g->pairs[SECOND_HOST], w->index, w->host);
	if (g->seconds & 1 << SECOND_PORT)
		pairs_expect(&g->pairs[SECOND_PORT], w->index,
			     flow_port_index(w->flow));
}

/* The one that came @age flows before the last. Return: NULL: none did. */
static struct waiting *waiting_at(struct grouper *g, size_t age)
{
	return g->n_waiting > age
		       ? &g->waiting[(g->n_waiting - 1 - age) % DELAY]
		       : NULL;
}

/* Each step needs memory that the one before it has asked for. */
static int step(struct grouper *g, size_t age)
{
	struct waiting *w = waiting_at(g, age);

	if (!w)
		return 0;
	switch (age) {
	case AGE_HOST:
		if (g->grouping->place_index)
			far_hosts_expect(&g->hosts, w->host);
		return 0;
	case AGE_INDEX:
		return find_index(g, w);
	case AGE_GROUP:
		expect_group(g, w);
		return 0;
	default:
		return add_now(g, w);
	}
}

int grouper_add(struct grouper *g, const struct flow *flow, bool is_ghost)
{
	struct waiting *w = &g->waiting[g->n_waiting % DELAY];
	int err;

	w->flow = flow;
	w->is_ghost = is_ghost;
	w->near = near_dir(counter_get(&flow->hot.dir),
			   counter_get(&flow->hot.has));
	w->host = flow->host[!w->near];
	g->n_waiting++;
	step(g, AGE_HOST);
	err = step(g, AGE_INDEX);
	if (err)
		return err;
	step(g, AGE_GROUP);
	return step(g, AGE_ADD);
}

static int add_waiting(struct grouper *g)
{
	int err = 0;

	/* As if more came, which have nothing to do. */
	for (size_t age = AGE_ADD; age-- > 0 && !err;) {
		struct waiting *w = waiting_at(g, age);

		if (w && age < AGE_INDEX)
			err = find_index(g, w);
		if (w && !err)
			err = add_now(g, w);
	}
	g->n_waiting = 0;
	return err;
}

/* ---------------------------------------------------------------- end */

static int add_past_groups(struct grouper *g)
{
	uint32_t end = 0;

	if (g->grouping->past_end)
		end = g->grouping->past_end(g->env);
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
	int err = add_waiting(g);

	if (!err && with_past)
		err = add_past_groups(g);
	for (size_t i = 0; i < g->n; i++) {
		struct group *group = &g->group[i];
		uint32_t index = group->index;

		if (g->grouping->add_past)
			g->grouping->add_past(group, g->env);
		else if (group_is_closed(group))
			group_end(group);
		if (is_something(group) && kept++ < i)
			g->group[kept - 1] = *group;
		g->map[index] = is_something(group) ? (uint32_t)kept : 0;
	}
	shrink_all(g, g->n);
	g->n = kept;
	group_set_shares(g->group, g->n);
	*groups = g->group;
	*n = kept;
	return err;
}

size_t grouper_index_end(const struct grouper *g)
{
	return g->n_map;
}

void grouper_complete(struct grouper *g)
{
	for (size_t i = 0; i < g->n; i++)
		group_complete(&g->group[i], g->grouping, g->env);
}

void group_compose(struct group *copy, const struct group *group,
		   const struct grouper *g)
{
	*copy = *group;
	group_complete(copy, g->grouping, g->env);
	group_hold(copy);
}

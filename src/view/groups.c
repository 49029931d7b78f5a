// SPDX-License-Identifier: GPL-2.0-only
/* Groups of flows: sums, and who is behind them. */
#include "view/groups.h"

#include "flow/host.h"
#include "flow/procs.h"
#include "view/hostcell.h"
#include "view/pairs.h"

#include <errno.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_GROUPS 256

/* So many flows later memory that was asked for has come. */
#define DELAY 16

/* A flow on its way into its group. */
struct waiting {
	const struct flow *flow;
	uint32_t index;
	uint32_t host; /* number of its far end */
	uint8_t near;
};

/* A far end, where groups are made of these. */
struct far_host {
	uint32_t index;   /* of its group, + 1; 0: not asked yet */
	uint32_t network; /* number; PLACE_NONE */
	struct pair pair;
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
	struct far_host *host; /* by number */
	size_t n_hosts;
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
	free(g->host);
	free(g);
}

/* Zeroed room for more of an array. Return: 0 or -1. */
static int grow(void **array, size_t *n, size_t size, size_t index)
{
	size_t more = *n ? *n : FIRST_GROUPS;
	char *grown;

	while (more <= index)
		more *= 2;
	grown = realloc(*array, more * size);
	if (!grown)
		return -1;
	memset(grown + *n * size, 0, (more - *n) * size);
	*array = grown;
	*n = more;
	return 0;
}

static int grow_map(struct grouper *g, uint32_t index)
{
	void *map = g->map;
	int err = grow(&map, &g->n_map, sizeof(*g->map), index);

	g->map = map;
	return err;
}

static int grow_hosts(struct grouper *g, uint32_t number)
{
	void *host = g->host;
	int err = grow(&host, &g->n_hosts, sizeof(*g->host), number);

	g->host = host;
	return err;
}

int grouper_begin(struct grouper *g, const struct grouping *grouping,
		  unsigned int without, const struct view_env *env)
{
	for (size_t i = 0; i < g->n; i++)
		g->map[g->group[i].index] = 0;
	g->n = g->n_waiting = 0;
	for (int i = 0; i < GROUP_SECONDS; i++)
		pairs_clear(&g->pairs[i]);
	if (grouping->place_index && g->n_hosts)
		memset(g->host, 0, g->n_hosts * sizeof(*g->host));
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

static struct group *get_group(struct grouper *g, const struct waiting *w)
{
	uint32_t index = w->index;

	if (!g->map[index] && g->grouping->has_rest && g->n >= GROUPS_MAX)
		index = 0;
	if (g->map[index])
		return &g->group[g->map[index] - 1];
	return add_group(g, index, w->flow);
}

/* ---------------------------------------------------------------- sums */

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

/* The number that stands for an established connection; 0: there is none. */
static uint8_t established(uint8_t proto)
{
	switch (proto) {
	case IPPROTO_TCP:
		return 3;
	case IPPROTO_DCCP:
	case IPPROTO_SCTP:
		return 4;
	default:
		return 0;
	}
}

static void add_states(struct group *group, const struct flow *flow,
		       uint32_t has)
{
	uint8_t dir = counter_get(&flow->hot.dir);
	uint8_t state = established(flow->hot.proto);

	group->n_in += dir == FLOW_DIR_IN;
	group->n_out += dir == FLOW_DIR_OUT;
	if (has & HAS_STATUS) {
		group->n_status++;
		group->n_half +=
			!(counter_get(&flow->hot.status) & IPS_SEEN_REPLY);
	}
	if (state && has & HAS_STATE) {
		group->n_stateful++;
		group->n_estab += counter_get(&flow->hot.state) == state;
	}
}

/* Since a flow began, be it over or not. */
static void add_age(struct group *group, const struct flow *flow, uint32_t has,
		    const struct view_env *env)
{
	uint64_t age_ns = flow_age_ns(has & ~(uint32_t)FLOW_CLOSED,
				      counter_get(&flow->start_ns),
				      flow->born_ns, 0, env);

	if (age_ns != AGE_UNKNOWN && age_ns > group->age_ns)
		group->age_ns = age_ns;
}

/* ---------------------------------------------------------------- seconds */

/* What a flow brings to whatever it belongs to. */
struct part {
	const struct flow *flow;
	float rate, bytes;
	bool is_live;
};

/* Sums of a pair only grow, so the largest so far is the largest at last. */
static void add_busy(struct group_many *many, struct pair *pair,
		     const struct part *part)
{
	pair->rate += part->rate;
	pair->bytes += part->bytes;
	if (many->flow &&
	    (pair->rate < many->rate ||
	     (!(pair->rate > many->rate) && !(pair->bytes > many->bytes))))
		return;
	many->rate = pair->rate;
	many->bytes = pair->bytes;
	many->flow = part->flow;
}

/* Return: whether it counts otherwise than before. */
static bool count_pair(struct group_many *many, struct pair *pair,
		       bool is_first, bool is_live)
{
	if (is_live && !pair->is_live) {
		many->n++;
		many->n_past -= !is_first;
		pair->is_live = true;
		return true;
	}
	many->n_past += is_first;
	return is_first;
}

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
		count_pair(many, pair, is_first, part->is_live);
	add_busy(many, pair, part);
	return 0;
}

/* A host is in one group: no set of pairs is needed. */
static int add_host(struct grouper *g, struct group *group, uint32_t number,
		    const struct part *part)
{
	struct group_many *many = &group->many[SECOND_HOST];
	struct far_host *host = &g->host[number];
	bool is_first = !host->pair.group;
	bool has_changed;

	host->pair.group = 1;
	has_changed = count_pair(many, &host->pair, is_first, part->is_live);
	add_busy(many, &host->pair, part);
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

/* ---------------------------------------------------------------- walk */

static int add_now(struct grouper *g, const struct waiting *w)
{
	struct group *group = get_group(g, w);
	const struct flow *flow = w->flow;
	uint32_t has = counter_get(&flow->hot.has);
	bool is_live = !flow_is_ghost(flow);

	if (!group)
		return -ENOMEM;
	if (is_live)
		add_live(g, group, flow, has, w->near);
	else
		group->n_ghosts++;
	if (is_live && g->grouping->has_states)
		add_states(group, flow, has);
	if (g->grouping->has_age)
		add_age(group, flow, has, g->env);
	return add_seconds(g, group, w, is_live);
}

/* Where the far end is was asked once in this frame. */
static int find_index(struct grouper *g, struct waiting *w)
{
	const struct grouping *grouping = g->grouping;
	struct place place;
	struct addr addr;
	struct far_host *host;

	if (!grouping->place_index) {
		w->index = grouping->index(w->flow);
		return 0;
	}
	w->index = PLACE_NONE;
	if (w->host == HOST_NONE)
		return 0;
	if (w->host >= g->n_hosts && grow_hosts(g, w->host))
		return -ENOMEM;
	host = &g->host[w->host];
	if (!host->index) {
		addr = flow_far_host(w->flow);
		view_place(g->env, &addr, w->flow->key.family, &place);
		host->index = grouping->place_index(&place) + 1;
		if (place.scope == SCOPE_PUBLIC)
			host->network = place.network_number;
	}
	w->index = host->index - 1;
	return 0;
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

int grouper_add(struct grouper *g, const struct flow *flow)
{
	struct waiting *w = &g->waiting[g->n_waiting % DELAY];
	int err = g->n_waiting >= DELAY ? add_now(g, w) : 0;

	if (err)
		return err;
	w->flow = flow;
	w->near = near_dir(counter_get(&flow->hot.dir),
			   counter_get(&flow->hot.has));
	w->host = flow->host[!w->near];
	err = find_index(g, w);
	if (!err && w->index >= g->n_map)
		err = grow_map(g, w->index) ? -ENOMEM : 0;
	if (err)
		return err;
	__builtin_prefetch(&g->map[w->index]);
	g->n_waiting++;
	if (g->n_waiting >= DELAY / 2)
		expect_group(g,
			     &g->waiting[(g->n_waiting - DELAY / 2) % DELAY]);
	return 0;
}

static int add_waiting(struct grouper *g)
{
	size_t i = g->n_waiting < DELAY ? 0 : g->n_waiting - DELAY;
	int err = 0;

	for (; i < g->n_waiting && !err; i++)
		err = add_now(g, &g->waiting[i % DELAY]);
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

static void set_shares(struct grouper *g)
{
	double rx = 0, all = 0;

	for (size_t i = 0; i < g->n; i++) {
		rx += g->group[i].rx_rate;
		all += g->group[i].rx_rate + g->group[i].tx_rate;
	}
	for (size_t i = 0; i < g->n; i++) {
		struct group *group = &g->group[i];
		double both = group->rx_rate + group->tx_rate;

		group->share_rx = rx > 0 ? (float)(group->rx_rate / rx) : 0;
		group->share = all > 0 ? (float)(both / all) : 0;
	}
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
		if (is_something(group) && kept++ < i)
			g->group[kept - 1] = *group;
		g->map[index] = is_something(group) ? (uint32_t)kept : 0;
	}
	g->n = kept;
	set_shares(g);
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

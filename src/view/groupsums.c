// SPDX-License-Identifier: GPL-2.0-only
#include "view/groupsums.h"

#include <linux/netfilter/nf_conntrack_common.h>
#include <netinet/in.h>

static bool is_new(const struct flow *flow, uint32_t has,
		   const struct view_env *env)
{
	/* Most flows are old, and this is enough to know it. */
	if (env->now_ns > flow->born_ns + ROW_NEW_NS)
		return false;
	return flow_age_ns(has, counter_get(&flow->start_ns), flow->born_ns,
			   counter_get(&flow->sampled_ns), env) < ROW_NEW_NS;
}

void group_add_live(struct group *group, const struct flow *flow, uint32_t has,
		    int near, const struct view_env *env)
{
	group->n_flows++;
	group->n_new += is_new(flow, has, env);
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

void group_add_ghost(struct group *group, const struct flow *flow, uint32_t has,
		     int near)
{
	group->n_ghosts++;
	if (!(has & HAS_COUNTERS))
		return;
	group->n_counted++;
	group->past_tx += counter_get(&flow->hot.bytes[near]);
	group->past_rx += counter_get(&flow->hot.bytes[!near]);
}

void group_end(struct group *group)
{
	group->rx = group->past_rx;
	group->tx = group->past_tx;
}

void group_set_shares(struct group *groups, size_t n)
{
	double rx = 0, all = 0;

	for (size_t i = 0; i < n; i++) {
		rx += groups[i].rx_rate;
		all += groups[i].rx_rate + groups[i].tx_rate;
	}
	for (size_t i = 0; i < n; i++) {
		struct group *group = &groups[i];
		double both = group->rx_rate + group->tx_rate;

		group->share_rx = rx > 0 ? (float)(group->rx_rate / rx) : 0;
		group->share = all > 0 ? (float)(both / all) : 0;
	}
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

void group_add_states(struct group *group, const struct flow *flow,
		      uint32_t has)
{
	uint8_t dir = counter_get(&flow->hot.dir);
	uint8_t state = established(flow->hot.proto);

	group->n_in += dir == FLOW_DIR_IN;
	group->n_out += dir == FLOW_DIR_OUT;
	group->n_undirected += dir == FLOW_DIR_UNKNOWN;
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

void group_add_age(struct group *group, const struct flow *flow, uint32_t has,
		   const struct view_env *env)
{
	uint64_t age_ns = flow_age_ns(has & ~(uint32_t)FLOW_CLOSED,
				      counter_get(&flow->start_ns),
				      flow->born_ns, 0, env);

	if (age_ns != AGE_UNKNOWN && age_ns > group->age_ns)
		group->age_ns = age_ns;
}

/* Sums of a pair only grow, so the largest so far is the largest at last. */
void many_add(struct group_many *many, struct pair *pair,
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

bool many_count(struct group_many *many, struct pair *pair, bool is_first,
		bool is_live)
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

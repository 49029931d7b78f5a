// SPDX-License-Identifier: GPL-2.0-only
/* Which flows are shown. */
#include "view/filter.h"

#include "net/proto.h"

#define PORT_DNS 53

static bool is_dns(const struct flow *flow, uint8_t group)
{
	const struct tuple *t = &flow->key.tuple;

	return group & (GROUP_UDP | GROUP_TCP) &&
	       (t->sport == PORT_DNS || t->dport == PORT_DNS);
}

static bool family_is_shown(uint8_t families, uint8_t family)
{
	if (family == FAMILY_IPV4)
		return families & SHOW_IPV4;
	if (family == FAMILY_IPV6)
		return families & SHOW_IPV6;
	return (families & SHOW_BOTH) == SHOW_BOTH;
}

/*
 * The kind comes first, because flows hidden by it are in no total. The
 * protocol comes after the family: "+37 ICMP hidden" promises that its letter
 * brings 37 flows.
 */
enum filter_result filter_test(const struct filter_config *config,
			       const struct flow *flow)
{
	uint8_t group = proto_group(flow->hot.proto);
	uint32_t has = counter_get(&flow->hot.has);

	if (!config->ghosts && flow_is_ghost(flow))
		return FILTER_GHOST;
	if (config->hide & HIDE_LOOPBACK && has & FLOW_LOOPBACK)
		return FILTER_KIND;
	if (config->hide & HIDE_DNS && is_dns(flow, group))
		return FILTER_KIND;
	if (!family_is_shown(config->families, flow->hot.family))
		return FILTER_FAMILY;
	if (!(config->groups & group))
		return FILTER_GROUP;
	if (config->active_only && !(flow_rate(flow) > 0))
		return FILTER_IDLE;
	return FILTER_PASS;
}

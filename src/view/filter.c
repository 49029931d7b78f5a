// SPDX-License-Identifier: GPL-2.0-only
/* Which flows are shown. */
#include "view/filter.h"

#include "net/proto.h"
#include "view/match.h"

#include <string.h>

#define PORT_DNS 53

static bool is_dns(const struct tuple *t, uint8_t group)
{
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

static bool is_pid(const struct filter_config *config,
		   const struct proc_fact *proc)
{
	for (uint8_t i = 0; proc && proc->pid && i < config->n_pids; i++) {
		if (config->pids[i] == proc->pid)
			return true;
	}
	return false;
}

static bool is_user(const struct filter_config *config,
		    const struct proc_fact *proc)
{
	for (uint8_t i = 0; proc && proc->has_uid && i < config->n_users; i++) {
		const struct filter_user *user = &config->users[i];

		if (user->name[0] && proc->user[0]) {
			if (!strcmp(user->name, proc->user))
				return true;
		} else if (user->has_uid && user->uid == proc->uid) {
			return true;
		}
	}
	return false;
}

/* Whether it has to be known whose a flow is. */
static bool wants_owner(const struct filter_config *config)
{
	return (config->hide & HIDE_SELF && config->self) || config->n_pids ||
	       config->n_users;
}

static enum filter_result test_owner(const struct filter_config *config,
				     const struct proc_fact *proc)
{
	if (config->hide & HIDE_SELF && config->self && proc &&
	    proc->pid == config->self)
		return FILTER_KIND;
	if ((config->n_pids && !is_pid(config, proc)) ||
	    (config->n_users && !is_user(config, proc)))
		return FILTER_OWNER;
	return FILTER_PASS;
}

enum filter_result filter_test_family(const struct filter_config *config,
				      uint8_t family, uint8_t proto)
{
	if (!family_is_shown(config->families, family))
		return FILTER_FAMILY;
	return config->groups & proto_group(proto) ? FILTER_PASS : FILTER_GROUP;
}

bool filter_is_plain(const struct filter_config *config)
{
	return !wants_owner(config) && !(config->hide & HIDE_DNS) &&
	       !config->active_only;
}

/*
 * The kind comes first, because flows hidden by it are in no total. The
 * protocol comes after the family: "+37 ICMP hidden" promises that its letter
 * brings 37 flows.
 */
static enum filter_result test_key(const struct filter_config *config,
				   const struct tuple *tuple, uint8_t family,
				   uint8_t proto, uint32_t has)
{
	if (config->hide & HIDE_LOOPBACK && has & FLOW_LOOPBACK)
		return FILTER_KIND;
	if (config->hide & HIDE_DNS && is_dns(tuple, proto_group(proto)))
		return FILTER_KIND;
	return filter_test_family(config, family, proto);
}

enum filter_result filter_test(const struct filter_config *config,
			       const struct flow *flow, bool is_ghost,
			       const struct view_env *env)
{
	enum filter_result result, owner = FILTER_PASS;

	if (!config->ghosts && is_ghost)
		return FILTER_GHOST;
	if (wants_owner(config))
		owner = test_owner(
			config, view_proc(env, counter_get(&flow->hot.proc)));
	if (owner == FILTER_KIND)
		return owner;
	result = test_key(config, &flow->key.tuple, flow->hot.family,
			  flow->hot.proto, counter_get(&flow->hot.has));
	if (owner == FILTER_PASS && config->match && result != FILTER_KIND &&
	    !match_test(config->match, flow, is_ghost))
		owner = FILTER_EXPR;
	/* The letter of a protocol brings no flow of others. */
	if (owner != FILTER_PASS && result != FILTER_KIND)
		return result == FILTER_PASS ? owner : FILTER_BOTH;
	if (result == FILTER_PASS && config->active_only &&
	    !(flow_rate(flow) > 0))
		return FILTER_IDLE;
	return result;
}

bool filter_test_proc(const struct filter_config *config,
		      const struct proc_fact *proc)
{
	return test_owner(config, proc) == FILTER_PASS;
}

bool filter_test_row(const struct filter_config *config, const struct row *row,
		     const struct view_env *env)
{
	const struct flow_info *info = &row->info;

	return filter_test_proc(config, row->proc) &&
	       test_key(config, &info->key.tuple, info->key.family,
			info->key.proto, info->has) == FILTER_PASS &&
	       (!config->match || match_test_row(config->match, row, env));
}

// SPDX-License-Identifier: GPL-2.0-only
/* Rows: what is derived from a flow once, so that columns need not. */
#include "view/row.h"

#include "flow/procs.h"
#include "flow/reader.h"
#include "lib/clock.h"
#include "view/ends.h"

#include <linux/netfilter/nf_conntrack_common.h>
#include <string.h>

/* Clocks of different machines and recordings: never wrap around. */
static uint64_t since(uint64_t now, uint64_t then)
{
	return now > then ? now - then : 0;
}

uint64_t flow_age_ns(uint32_t has, uint64_t start_ns, uint64_t born_ns,
		     uint64_t sampled_ns, const struct view_env *env)
{
	/* The age of a closed flow stays what it was at its end. */
	uint64_t closed_for =
		has & FLOW_CLOSED ? since(env->now_ns, sampled_ns) : 0;

	if (has & HAS_START && start_ns)
		return since(since(env->wall_ns, closed_for), start_ns);
	if (has & FLOW_BORN_SEEN)
		return since(since(env->now_ns, closed_for), born_ns);
	return AGE_UNKNOWN;
}

static uint32_t timeout_now(const struct flow_info *info,
			    const struct view_env *env)
{
	uint64_t passed_s;

	if (!(info->has & HAS_TIMEOUT) || info->has & FLOW_CLOSED)
		return TIMEOUT_UNKNOWN;
	passed_s = since(env->now_ns, info->sampled_ns) / NS_PER_S;
	return (uint32_t)since(info->timeout_s, passed_s);
}

const struct proc_fact *view_proc(const struct view_env *env, uint16_t number)
{
	if (number == PROC_NONE)
		return NULL;
	if (env->facts)
		return number < env->n_facts ? env->facts[number] : NULL;
	return env->procs ? procs_peek(env->procs, number) : NULL;
}

bool view_past(const struct view_env *env, uint16_t number,
	       struct proc_past *past)
{
	*past = (struct proc_past){ 0 };
	if (env->facts) {
		if (number >= env->n_facts)
			return false;
		*past = env->pasts[number].past;
		return env->pasts[number].has_ended;
	}
	if (!env->procs)
		return false;
	procs_past(env->procs, number, past);
	return procs_has_ended(env->procs, number);
}

uint32_t view_procs_limit(const struct view_env *env)
{
	if (env->facts)
		return env->n_facts;
	return env->procs ? procs_limit(env->procs) : 0;
}

const char *view_user(const struct view_env *env, const struct proc_fact *proc)
{
	if (proc && proc->user[0])
		return proc->user;
	if (!proc || !proc->has_uid || !env->user_name)
		return NULL;
	return env->user_name(env->user_ctx, proc->uid);
}

static void set_owner(struct row *row, const struct view_env *env)
{
	row->proc = view_proc(env, row->info.proc);
	row->user = view_user(env, row->proc);
}

static void set_ends(struct row *row)
{
	const struct flow_info *info = &row->info;
	const struct tuple *orig = &info->key.tuple;

	row->tx = near_dir(info->dir, info->has);
	row->rx = !row->tx;
	row->near_addr = orig->src;
	row->far_addr = orig->dst;
	row->near_port = orig->sport;
	row->far_port = orig->dport;
	row->far = END_DST;
	row->service_port =
		info->has & FLOW_ANSWERING ? orig->sport : orig->dport;
	if (row->tx == DIR_REPLY) {
		bool has_reply = info->has & HAS_REPLY;

		row->near_addr = has_reply ? info->reply.src : orig->dst;
		row->near_port = has_reply ? info->reply.sport : orig->dport;
		row->far_addr = orig->src;
		row->far_port = orig->sport;
		row->far = END_SRC;
	}
	if (!row->proto->has_ports)
		row->near_port = row->far_port = row->service_port = 0;
}

static void set_end(struct row *row, int end, const struct view_env *env)
{
	const struct view_ends *ends = env->ends;
	const struct tuple *orig = &row->info.key.tuple;
	const struct addr *addr = end == END_SRC ? &orig->src : &orig->dst;
	uint8_t family = row->info.key.family;

	row->name[end] = NULL;
	if (ends && ends->name && !env->no_names)
		row->name[end] = ends->name(ends->ctx, addr, family);
	row->place[end] = (struct place){ .scope = addr_scope(addr, family) };
	if (ends && ends->place && !env->no_places)
		ends->place(ends->ctx, addr, family, &row->place[end]);
}

static void set_service(struct row *row, const struct view_env *env)
{
	const struct view_ends *ends = env->ends;

	row->service = NULL;
	if (ends && ends->service && !env->no_services && row->service_port)
		row->service = ends->service(ends->ctx, row->info.key.proto,
					     row->service_port);
}

static void derive(struct row *row, const struct view_env *env)
{
	const struct flow_info *info = &row->info;
	bool has_status = info->has & HAS_STATUS;

	row->proto = proto_find(info->key.proto);
	row->netns = env->netns;
	row->ts_ns = env->wall_ns;
	row->event = ROW_NO_EVENT;
	row->is_closed = info->has & FLOW_CLOSED;
	row->nat_src = has_status && info->status & IPS_SRC_NAT;
	row->nat_dst = has_status && info->status & IPS_DST_NAT;
	row->age_ns = flow_age_ns(info->has, info->start_ns, info->born_ns,
				  info->sampled_ns, env);
	row->timeout_s = timeout_now(info, env);
	set_ends(row);
	set_owner(row, env);
	set_end(row, END_SRC, env);
	set_end(row, END_DST, env);
	set_service(row, env);
	if (!env->iface || !env->iface(env->iface_ctx, &row->near_addr,
				       info->key.family, row->iface))
		row->iface[0] = '\0';
	row->iface[IFACE_SIZE - 1] = '\0';
}

void row_glance(struct row *row, const struct flow *flow,
		const struct view_env *env)
{
	flow_read(flow, &row->info);
	derive(row, env);
}

static void hold(const struct row *row)
{
	proc_fact_get(row->proc);
	for (int end = 0; end < ENDS; end++)
		name_fact_get(row->name[end]);
}

void row_compose(struct row *row, const struct flow *flow,
		 const struct view_env *env)
{
	row_glance(row, flow, env);
	hold(row);
}

void row_from_info(struct row *row, const struct flow_info *info,
		   const struct view_env *env)
{
	row->info = *info;
	derive(row, env);
	hold(row);
}

void row_relabel(struct row *row, const struct view_env *env)
{
	for (int end = 0; end < ENDS; end++) {
		name_fact_put(row->name[end]);
		set_end(row, end, env);
		name_fact_get(row->name[end]);
	}
	set_service(row, env);
}

void row_release(struct row *row)
{
	proc_fact_put(row->proc);
	row->proc = NULL;
	for (int end = 0; end < ENDS; end++) {
		name_fact_put(row->name[end]);
		row->name[end] = NULL;
	}
}

void row_set_event(struct row *row, enum row_event event)
{
	row->event = event;
	row->is_closed = event == ROW_END;
	if (row->is_closed)
		row->timeout_s = TIMEOUT_UNKNOWN;
}

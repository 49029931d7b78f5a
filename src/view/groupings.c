// SPDX-License-Identifier: GPL-2.0-only
/* The ways to group flows. */
#include "fact/owner.h"
#include "flow/host.h"
#include "flow/procs.h"
#include "net/proto.h"
#include "view/ends.h"
#include "view/farhosts.h"
#include "view/groups.h"
#include "view/groupsums.h"
#include "view/hostcell.h"

#include <netinet/in.h>
#include <string.h>

/* ---------------------------------------------------------------- processes */

/*
 * Numbers of processes come first. Flows that pass through are counted for
 * their inner end.
 */
enum { INDEX_KERNEL = UINT16_MAX + 1, INDEX_INSIDE };

static bool is_inside(const struct flow *flow, uint32_t *host)
{
	int near = near_dir(counter_get(&flow->hot.dir),
			    counter_get(&flow->hot.has));

	*host = flow->host[near];
	return counter_get(&flow->hot.owner) == OWNER_FORWARDED &&
	       *host < UINT32_MAX - INDEX_INSIDE;
}

uint32_t flow_owner_index(const struct flow *flow)
{
	uint16_t number = counter_get(&flow->hot.proc);
	uint32_t host;

	if (number != PROC_NONE)
		return number;
	if (counter_get(&flow->hot.owner) == OWNER_KERNEL)
		return INDEX_KERNEL;
	return is_inside(flow, &host) ? INDEX_INSIDE + host : PROC_NONE;
}

static struct addr near_addr(const struct flow *flow)
{
	uint32_t has = counter_get(&flow->hot.has);
	const struct tuple *orig = &flow->key.tuple;

	if (near_dir(counter_get(&flow->hot.dir), has) == DIR_ORIG)
		return orig->src;
	return has & HAS_REPLY ? flow->reply.src : orig->dst;
}

static void ref_of_fact(struct group_ref *ref, const struct proc_fact *proc)
{
	ref->kind = proc->is_kernel ? GROUP_KERNEL : GROUP_PROCESS;
	ref->pid = proc->pid;
	ref->starttime = proc->starttime;
	ref->has_uid = !proc->pid && proc->has_uid;
	if (ref->has_uid)
		ref->uid = proc->uid;
}

static void proc_identify(struct group *group, const struct flow *flow,
			  const struct view_env *env)
{
	struct group_ref *ref = &group->ref;

	if (group->index == INDEX_KERNEL) {
		ref->kind = GROUP_KERNEL;
	} else if (group->index >= INDEX_INSIDE) {
		ref->kind = GROUP_INSIDE;
		ref->family = flow->key.family;
		ref->addr = near_addr(flow);
	} else if (group->index == PROC_OTHERS) {
		ref->kind = GROUP_OTHERS;
	} else {
		group->proc = view_proc(env, (uint16_t)group->index);
		if (group->proc)
			ref_of_fact(ref, group->proc);
	}
}

static void proc_add_past(struct group *group, const struct view_env *env)
{
	struct proc_past past;

	if (group->index == PROC_NONE || group->index >= INDEX_KERNEL) {
		/* Nobody sums up their past. */
		if (group_is_closed(group))
			group_end(group);
		return;
	}
	/* Its number is just being given away, and so are its sums. */
	if (!group->proc && group->index != PROC_OTHERS)
		return;
	group->has_ended = view_past(env, (uint16_t)group->index, &past);
	group->n_past = past.flows;
	group->rx += past.rx;
	group->tx += past.tx;
}

void flow_owner(const struct flow *flow, const struct view_env *env,
		struct group_ref *ref, const struct proc_fact **proc)
{
	struct group group = { .index = flow_owner_index(flow) };

	proc_identify(&group, flow, env);
	*ref = group.ref;
	*proc = group.proc;
}

/* ---------------------------------------------------------------- hosts */

/* Numbers of hosts are used again, but not while somebody looks. */
static uint32_t host_index(const struct flow *flow)
{
	int near = near_dir(counter_get(&flow->hot.dir),
			    counter_get(&flow->hot.has));

	return flow->host[!near] + 1;
}

struct addr flow_far_host(const struct flow *flow)
{
	int near = near_dir(counter_get(&flow->hot.dir),
			    counter_get(&flow->hot.has));

	return near == DIR_ORIG ? flow->reply.src : flow->key.tuple.src;
}

/* Of number 0 whatever there is no number for. */
static bool is_rest(struct group *group)
{
	if (group->index)
		return false;
	group->ref.kind = GROUP_REST;
	return true;
}

static void host_identify(struct group *group, const struct flow *flow,
			  const struct view_env *env)
{
	(void)env;
	if (is_rest(group))
		return;
	group->ref.kind = GROUP_HOST;
	group->ref.family = flow->key.family;
	group->ref.addr = flow_far_host(flow);
}

static const char *service_name(const struct view_env *env, uint8_t proto,
				uint16_t port)
{
	const struct view_ends *ends = env->ends;

	if (!ends || !ends->service || env->no_services || !port)
		return NULL;
	return ends->service(ends->ctx, proto, port);
}

static uint16_t asked_port(const struct flow *flow)
{
	const struct tuple *orig = &flow->key.tuple;

	return counter_get(&flow->hot.has) & FLOW_ANSWERING ? orig->sport
							    : orig->dport;
}

static void host_complete(struct group *group, const struct view_env *env)
{
	const struct group_ref *ref = &group->ref;
	const struct flow *flow = group->many[SECOND_PORT].flow;

	if (ref->kind != GROUP_HOST)
		return;
	group->name = view_name(env, &ref->addr, ref->family);
	view_place(env, &ref->addr, ref->family, &group->place);
	if (flow && proto_find(flow->key.proto)->has_ports)
		group->service =
			service_name(env, flow->key.proto, asked_port(flow));
}

/* ---------------------------------------------------------------- places */

/* Behind the numbers of places, for addresses that are nowhere. */
enum { INDEX_LOCAL = PLACE_OTHERS + 1 };

static uint32_t country_index(const struct place *place)
{
	return place->scope == SCOPE_PUBLIC ? place->country_number
					    : INDEX_LOCAL;
}

static uint32_t network_index(const struct place *place)
{
	return place->scope == SCOPE_PUBLIC
		       ? place->network_number
		       : INDEX_LOCAL + (uint32_t)place->scope;
}

static void place_identify(struct group *group, const struct flow *flow,
			   const struct view_env *env)
{
	struct addr addr = flow_far_host(flow);

	view_place(env, &addr, flow->key.family, &group->place);
	group->ref.number = group->index;
}

static void country_identify(struct group *group, const struct flow *flow,
			     const struct view_env *env)
{
	place_identify(group, flow, env);
	group->ref.kind = GROUP_COUNTRY;
	if (group->index == INDEX_LOCAL)
		group->ref = (struct group_ref){ .kind = GROUP_LOCAL };
}

static void network_identify(struct group *group, const struct flow *flow,
			     const struct view_env *env)
{
	place_identify(group, flow, env);
	group->ref.kind = GROUP_NETWORK;
	if (group->index < INDEX_LOCAL)
		return;
	group->ref.kind = GROUP_SCOPE;
	group->ref.number = group->index - INDEX_LOCAL;
}

/* ---------------------------------------------------------------- ports */

/* 0 is for the rest, the next ones are for protocols without ports. */
enum { INDEX_PORTS = 1 + UINT8_MAX + 1 };

uint32_t flow_port_index(const struct flow *flow)
{
	static const uint8_t numbers[UINT8_MAX + 1] = {
		[IPPROTO_TCP] = 1,  [IPPROTO_UDP] = 2,     [IPPROTO_SCTP] = 3,
		[IPPROTO_DCCP] = 4, [IPPROTO_UDPLITE] = 5,
	};
	uint8_t proto = flow->hot.proto;
	uint32_t number = numbers[proto];

	if (!number)
		return 1 + proto;
	return INDEX_PORTS + ((number - 1) << 16 | asked_port(flow));
}

static uint32_t port_number(const struct flow *flow)
{
	bool has_ports = flow_port_index(flow) >= INDEX_PORTS;

	return GROUP_PORT_NUMBER(flow->key.proto,
				 has_ports ? asked_port(flow) : 0);
}

static void port_identify(struct group *group, const struct flow *flow,
			  const struct view_env *env)
{
	(void)env;
	if (is_rest(group))
		return;
	group->ref.kind = GROUP_PORT;
	group->ref.number = port_number(flow);
}

static void port_complete(struct group *group, const struct view_env *env)
{
	uint32_t number = group->ref.number;

	if (group->ref.kind == GROUP_PORT)
		group->service = service_name(env, (uint8_t)(number >> 16),
					      (uint16_t)number);
}

/* ---------------------------------------------------------------- table */

#define BIT(second) (1U << (second))

const struct grouping groupings[] = {
	{ .one = "process",
	  .many = "processes",
	  .layout = LAYOUT_PROCESSES,
	  .index = flow_owner_index,
	  .seconds = BIT(SECOND_HOST),
	  .identify = proc_identify,
	  .past_end = view_procs_limit,
	  .add_past = proc_add_past },
	{ .one = "host",
	  .many = "hosts",
	  .layout = LAYOUT_HOSTS,
	  .index = host_index,
	  .has_rest = true,
	  .seconds = BIT(SECOND_OWNER) | BIT(SECOND_PORT),
	  .has_age = true,
	  .identify = host_identify,
	  .complete = host_complete },
	{ .one = "country",
	  .many = "countries",
	  .layout = LAYOUT_COUNTRIES,
	  .place_index = country_index,
	  .seconds = BIT(SECOND_HOST) | BIT(SECOND_OWNER) | BIT(SECOND_NETWORK),
	  .identify = country_identify },
	{ .one = "network",
	  .many = "networks",
	  .layout = LAYOUT_NETWORKS,
	  .place_index = network_index,
	  .seconds = BIT(SECOND_HOST) | BIT(SECOND_OWNER),
	  .has_states = true,
	  .identify = network_identify },
	{ .one = "port",
	  .many = "ports",
	  .layout = LAYOUT_PORTS,
	  .index = flow_port_index,
	  .has_rest = true,
	  .seconds = BIT(SECOND_HOST) | BIT(SECOND_OWNER),
	  .has_states = true,
	  .identify = port_identify,
	  .complete = port_complete },
};

const size_t n_groupings = sizeof(groupings) / sizeof(groupings[0]);

/* ---------------------------------------------------------------- one group */

static uint32_t find_proc(const struct group_ref *ref,
			  const struct view_env *env)
{
	uint32_t end = view_procs_limit(env);
	uint32_t found = UINT32_MAX;

	for (uint32_t i = PROC_OTHERS + 1; i < end; i++) {
		const struct proc_fact *proc = view_proc(env, (uint16_t)i);
		struct group_ref other = { .kind = GROUP_NOBODY };

		if (!proc)
			continue;
		ref_of_fact(&other, proc);
		if (group_ref_equal(&other, ref))
			found = i;
	}
	return found;
}

static bool is_of_countries(const struct group_ref *ref)
{
	return ref->kind == GROUP_COUNTRY || ref->kind == GROUP_LOCAL;
}

/* Numbers of places as their views have them. */
static void only_place_begin(struct group_only *filter, uint32_t index)
{
	const struct grouping *grouping = is_of_countries(filter->ref)
						  ? GROUPING_COUNTRIES
						  : GROUPING_NETWORKS;

	filter->index = index;
	far_hosts_begin(filter->hosts, grouping->place_index, &filter->env);
}

void group_only_begin(struct group_only *filter, const struct group_ref *ref,
		      struct far_hosts *hosts, const struct view_env *env)
{
	*filter = (struct group_only){
		.ref = ref, .hosts = hosts, .env = *env, .index = UINT32_MAX
	};
	/* It was made with places, whatever is shown of them. */
	filter->env.no_places = false;
	if (!ref)
		return;
	switch ((enum group_kind)ref->kind) {
	case GROUP_NOBODY:
		filter->index = PROC_NONE;
		break;
	case GROUP_OTHERS:
		filter->index = PROC_OTHERS;
		break;
	case GROUP_KERNEL:
	case GROUP_PROCESS:
		filter->index = find_proc(ref, env);
		break;
	case GROUP_COUNTRY:
	case GROUP_NETWORK:
		only_place_begin(filter, ref->number);
		break;
	case GROUP_LOCAL:
		only_place_begin(filter, INDEX_LOCAL);
		break;
	case GROUP_SCOPE:
		only_place_begin(filter, INDEX_LOCAL + ref->number);
		break;
	default:
		break;
	}
	if (ref->kind == GROUP_KERNEL && filter->index == UINT32_MAX)
		filter->index = INDEX_KERNEL;
}

static bool is_inside_of(const struct group_ref *ref, const struct flow *flow)
{
	struct addr addr = near_addr(flow);

	return flow_owner_index(flow) >= INDEX_INSIDE &&
	       flow->key.family == ref->family && addr_equal(&addr, &ref->addr);
}

static bool is_of_host(const struct group_ref *ref, const struct flow *flow)
{
	struct addr addr = flow_far_host(flow);

	return flow->key.family == ref->family && addr_equal(&addr, &ref->addr);
}

/* A flow whose host has no number is where its view has it. */
static bool is_of_place(const struct group_only *filter,
			const struct flow *flow)
{
	int near = near_dir(counter_get(&flow->hot.dir),
			    counter_get(&flow->hot.has));
	uint32_t number = flow->host[!near];
	const struct far_host *host;

	if (number == HOST_NONE)
		return filter->index == PLACE_NONE;
	host = far_hosts_get(filter->hosts, flow, number);
	return host && host->index == filter->index;
}

bool group_only_test(const struct group_only *filter, const struct flow *flow)
{
	const struct group_ref *ref = filter->ref;

	if (!ref)
		return true;
	switch ((enum group_kind)ref->kind) {
	case GROUP_INSIDE:
		return is_inside_of(ref, flow);
	case GROUP_HOST:
		return is_of_host(ref, flow);
	case GROUP_COUNTRY:
	case GROUP_LOCAL:
	case GROUP_NETWORK:
	case GROUP_SCOPE:
		return is_of_place(filter, flow);
	case GROUP_PORT:
		return port_number(flow) == ref->number;
	case GROUP_REST:
		return false;
	default:
		return flow_owner_index(flow) == filter->index;
	}
}

// SPDX-License-Identifier: GPL-2.0-only
/* The ways to group flows. */
#include "fact/owner.h"
#include "flow/procs.h"
#include "view/groups.h"

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

static uint32_t proc_index(const struct flow *flow)
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

	if (group->index == PROC_NONE || group->index >= INDEX_KERNEL)
		return;
	/* Its number is just being given away, and so are its sums. */
	if (!group->proc && group->index != PROC_OTHERS)
		return;
	group->has_ended = view_past(env, (uint16_t)group->index, &past);
	group->n_past = past.flows;
	group->rx += past.rx;
	group->tx += past.tx;
}

const struct grouping groupings[] = {
	{ .one = "process",
	  .many = "processes",
	  .layout = LAYOUT_PROCESSES,
	  .index = proc_index,
	  .identify = proc_identify,
	  .past_end = view_procs_limit,
	  .add_past = proc_add_past },
};

const size_t n_groupings = sizeof(groupings) / sizeof(groupings[0]);

/* ---------------------------------------------------------------- one group */

void group_only_begin(struct group_only *filter, const struct group_ref *ref,
		      const struct view_env *env)
{
	uint32_t end;

	*filter = (struct group_only){ .ref = ref, .index = UINT32_MAX };
	if (!ref || ref->kind == GROUP_INSIDE)
		return;
	if (ref->kind == GROUP_NOBODY || ref->kind == GROUP_OTHERS) {
		filter->index =
			ref->kind == GROUP_NOBODY ? PROC_NONE : PROC_OTHERS;
		return;
	}
	if (ref->kind == GROUP_KERNEL)
		filter->index = INDEX_KERNEL;
	end = view_procs_limit(env);
	for (uint32_t i = PROC_OTHERS + 1; i < end; i++) {
		const struct proc_fact *proc = view_proc(env, (uint16_t)i);
		struct group_ref other = { .kind = GROUP_NOBODY };

		if (!proc)
			continue;
		ref_of_fact(&other, proc);
		if (group_ref_equal(&other, ref))
			filter->index = i;
	}
}

bool group_only_test(const struct group_only *filter, const struct flow *flow)
{
	const struct group_ref *ref = filter->ref;
	uint32_t index;
	struct addr addr;

	if (!ref)
		return true;
	index = proc_index(flow);
	if (ref->kind != GROUP_INSIDE)
		return index == filter->index;
	addr = near_addr(flow);
	return index >= INDEX_INSIDE && flow->key.family == ref->family &&
	       !memcmp(&addr, &ref->addr, sizeof(addr));
}

// SPDX-License-Identifier: GPL-2.0-only
/* One group: its names, copies of it, and what tells it from others. */
#include "view/groups.h"
#include "view/hostcell.h"

#include <endian.h>
#include <string.h>

/* As rows have it: whom it asked, or who asked it. */
static struct addr far_addr(const struct flow *flow)
{
	const struct tuple *orig = &flow->key.tuple;
	int near = near_dir(counter_get(&flow->hot.dir),
			    counter_get(&flow->hot.has));

	return near == DIR_ORIG ? orig->dst : orig->src;
}

static void set_peer(struct group *group, const struct grouping *grouping,
		     const struct view_env *env)
{
	const struct flow *flow = group->many[SECOND_HOST].flow;

	if (!flow)
		return;
	group->peer = grouping == GROUPING_PROCESSES ? far_addr(flow)
						     : flow_far_host(flow);
	group->peer_family = flow->key.family;
	group->peer_name = view_name(env, &group->peer, group->peer_family);
}

/* Forwarded flows are the inner end's, whatever they are counted for. */
static const struct name_fact *inner_name(const struct group_ref *ref,
					  const struct view_env *env)
{
	return ref->kind == GROUP_INSIDE
		       ? view_name(env, &ref->addr, ref->family)
		       : NULL;
}

void group_complete(struct group *group, const struct grouping *grouping,
		    const struct view_env *env)
{
	const struct flow *flow = group->many[SECOND_OWNER].flow;

	set_peer(group, grouping, env);
	if (flow)
		flow_owner(flow, env, &group->owner_ref, &group->owner);
	group->owner_name = inner_name(&group->owner_ref, env);
	group->name = inner_name(&group->ref, env);
	group->user = view_user(env, group->proc);
	if (grouping->complete)
		grouping->complete(group, env);
}

void group_hold(struct group *group)
{
	for (int i = 0; i < GROUP_SECONDS; i++)
		group->many[i].flow = NULL;
	proc_fact_get(group->proc);
	proc_fact_get(group->owner);
	name_fact_get(group->name);
	name_fact_get(group->peer_name);
	name_fact_get(group->owner_name);
}

void group_release(struct group *group)
{
	proc_fact_put(group->proc);
	proc_fact_put(group->owner);
	name_fact_put(group->name);
	name_fact_put(group->peer_name);
	name_fact_put(group->owner_name);
	group->proc = group->owner = NULL;
	group->name = group->peer_name = group->owner_name = NULL;
}

bool group_ref_equal(const struct group_ref *a, const struct group_ref *b)
{
	return a->kind == b->kind && a->pid == b->pid &&
	       a->starttime == b->starttime && a->has_uid == b->has_uid &&
	       a->uid == b->uid && a->family == b->family &&
	       a->number == b->number &&
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
		return ref->pid      ? ref->starttime
		       : ref->number ? ref->number
				     : ref->uid;
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

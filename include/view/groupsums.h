/* SPDX-License-Identifier: GPL-2.0-only */
/* What a flow adds to its group; for groups.c. */
#ifndef FLOWTOP_VIEW_GROUPSUMS_H
#define FLOWTOP_VIEW_GROUPSUMS_H

#include "view/groups.h"
#include "view/pairs.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** group_add_live - one that the kernel has. @has: flow_info.has; @near: DIR_*
 */
void group_add_live(struct group *group, const struct flow *flow, uint32_t has,
		    int near, const struct view_env *env);

/** group_add_ghost - one that has ended. */
void group_add_ghost(struct group *group, const struct flow *flow, uint32_t has,
		     int near);

/** group_end - it has no other flows: what these have moved is what it has. */
void group_end(struct group *group);

/** group_set_shares - all of a frame, whose rates are known now. */
void group_set_shares(struct group *groups, size_t n);

/** group_add_states - its direction, and how far it has come. */
void group_add_states(struct group *group, const struct flow *flow,
		      uint32_t has);

/** group_add_age - since when there is one, be it over or not. */
void group_add_age(struct group *group, const struct flow *flow, uint32_t has,
		   const struct view_env *env);

/* What a flow brings to whatever it belongs to. */
struct part {
	const struct flow *flow;
	float rate, bytes;
	bool is_live;
};

/**
 * many_count - count @pair by a flow of it
 * @is_first: it was not there before
 *
 * Return: whether it counts otherwise than before.
 */
bool many_count(struct group_many *many, struct pair *pair, bool is_first,
		bool is_live);

/** many_add - add to the sums of @pair, and see whether it is the busiest. */
void many_add(struct group_many *many, struct pair *pair,
	      const struct part *part);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Flows by whose they are: groups, summed up in the walk over the table.
 *
 * What a group has moved is the sum over the flows there are and, for a
 * process, what its flows that are over have moved (flow/procs.h). A flow that
 * has ended is shown for a while, but belongs to what is over.
 */
#ifndef FLOWTOP_VIEW_GROUPS_H
#define FLOWTOP_VIEW_GROUPS_H

#include "fact/proc.h"
#include "flow/reader.h"
#include "view/groupref.h"
#include "view/layout.h"
#include "view/row.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One line of a list of groups. */
struct group {
	/* What the walk adds up. Rates are smoothed; rx is towards the near
	 * side. */
	double rx_rate, tx_rate;
	uint64_t rx, tx;       /* bytes */
	uint32_t n_flows;      /* that the kernel has */
	uint32_t n_ghosts;     /* that have ended, and are still shown */
	uint32_t n_new;        /* that began a moment ago */
	uint32_t n_uncounted;  /* of n_flows: without counters */
	uint32_t n_unrated;    /* without a rate */
	uint32_t n_hosts;      /* far ends of n_flows */
	uint32_t n_past_hosts; /* others, of n_ghosts */
	float peer_rate, peer_bytes;
	const struct flow *peer_flow; /* private; read lock held */

	uint32_t index; /* of the order's memory; unique in a frame */
	struct group_ref ref;
	uint64_t n_past; /* flows that are over */
	bool has_ended;  /* the process */
	/* Counted in a frame's window, borrowed before. NULL: none. */
	const struct proc_fact *proc;
	const char *user;    /* static, or of @proc; NULL: unknown */
	uint8_t peer_family; /* of the busiest far end; 0: there is none */
	struct addr peer;
};

/* A way to group: one row of the table. */
struct grouping {
	const char *one, *many;  /* of its groups: "process" */
	enum layout_kind layout; /* of their list */
	/* Where a flow belongs: a number that is dense, and stays while it has
	 * flows. */
	uint32_t (*index)(const struct flow *flow);
	/* Who that is: fills in ref and proc. @flow: one of its flows; NULL:
	 * it has none. */
	void (*identify)(struct group *group, const struct flow *flow,
			 const struct view_env *env);
	/* Every number of which it is known what is over is below. */
	uint32_t (*past_end)(const struct view_env *env);
	/* Add that to the sums of @group. */
	void (*add_past)(struct group *group, const struct view_env *env);
};

extern const struct grouping groupings[];
extern const size_t n_groupings;

#define GROUPING_PROCESSES (&groupings[0])

/* What frames of groups are made with; the memory is kept. */
struct grouper;

/** grouper_new, grouper_free - Return: NULL without memory. */
struct grouper *grouper_new(void);
void grouper_free(struct grouper *grouper);

/* All of the following with the read lock held. */

/**
 * grouper_begin - a frame begins
 * @env: borrowed until grouper_end()
 */
void grouper_begin(struct grouper *grouper, const struct grouping *grouping,
		   const struct view_env *env);

/** grouper_add - add a flow. @is_ghost: what flow_is_ghost() has said of it.
 * Return: 0 or -ENOMEM. */
int grouper_add(struct grouper *grouper, const struct flow *flow,
		bool is_ghost);

/**
 * grouper_end - all flows were added
 * @with_past: groups as well that have no flow any more
 * @groups: set to an array of groups, until the next frame begins
 * @n: and their number
 *
 * Return: 0 or -ENOMEM.
 */
int grouper_end(struct grouper *grouper, bool with_past,
		const struct group **groups, size_t *n);

/** grouper_index_end - every index of a group is below. */
size_t grouper_index_end(const struct grouper *grouper);

/** group_is_closed - it has no flow any more. */
static inline bool group_is_closed(const struct group *group)
{
	return !group->n_flows;
}

/** group_compose - a copy that may be used without the lock, until
 * group_release(). */
void group_compose(struct group *copy, const struct group *group);
void group_release(struct group *group);

/** group_id - tells groups apart that have the same index one after the other.
 */
uint32_t group_id(const struct group *group);

#define GROUP_WORDS 4

/** group_word - word 0 to GROUP_WORDS - 1 of what puts groups in order whose
 * values are equal; smaller ones first. */
uint64_t group_word(const struct group *group, int word);

/* The flows of one group. */
struct group_only {
	const struct group_ref *ref; /* NULL: all flows */
	uint32_t index;
};

/** group_only_begin - find the present number of @ref, which is borrowed;
 * NULL: all flows. */
void group_only_begin(struct group_only *filter, const struct group_ref *ref,
		      const struct view_env *env);

/** group_only_test - whether @flow is one of them. */
bool group_only_test(const struct group_only *filter, const struct flow *flow);

#endif

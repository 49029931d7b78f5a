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

#include "fact/name.h"
#include "fact/place.h"
#include "fact/proc.h"
#include "flow/reader.h"
#include "view/groupref.h"
#include "view/layout.h"
#include "view/row.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GROUPS_MAX 65536 /* in a list; the flows of all others are one more */

/* What a group has several of. */
enum group_second {
	SECOND_HOST,    /* far ends */
	SECOND_OWNER,   /* processes, as in their view */
	SECOND_PORT,    /* ports that were asked for, with protocol */
	SECOND_NETWORK, /* of hosts in a country */
	GROUP_SECONDS
};

/* How many different ones, and the busiest of them. */
struct group_many {
	uint32_t n;      /* of flows that the kernel has */
	uint32_t n_past; /* others, of flows that have ended */
	float rate, bytes;
	const struct flow *flow; /* one of the busiest; read lock held */
};

/* One line of a list of groups. */
struct group {
	/* What the walk adds up. Rates are smoothed; rx is towards the near
	 * side. */
	double rx_rate, tx_rate;
	uint64_t rx, tx;           /* bytes */
	uint64_t past_rx, past_tx; /* of n_ghosts, where nothing else knows */
	uint32_t n_flows;          /* that the kernel has */
	uint32_t n_ghosts;         /* that have ended, and are still shown */
	uint32_t n_counted;        /* of n_ghosts: with counters */
	uint32_t n_new;            /* that began a moment ago */
	uint32_t n_uncounted;      /* of n_flows: without counters */
	uint32_t n_unrated;        /* without a rate */
	uint32_t n_in, n_out;      /* of n_flows, by direction */
	uint32_t n_undirected;     /* of which it is not known */
	uint32_t n_half;           /* without an answer, of */
	uint32_t n_status;         /* those of which that is known */
	uint32_t n_estab;          /* established, of */
	uint32_t n_stateful;       /* those that have such a state */
	uint64_t age_ns;           /* of its oldest flow; 0: unknown */
	struct group_many many[GROUP_SECONDS];

	uint32_t index; /* of the order's memory; unique in a frame */
	struct group_ref ref;
	float share_rx, share; /* of the rates of all groups, 0 to 1 */
	uint64_t n_past;       /* flows that are over */
	bool has_ended;        /* the process */
	/* Counted in a frame's window, borrowed before. NULL: none. */
	const struct proc_fact *proc;
	const char *user;    /* static, or of @proc; NULL: unknown */
	uint8_t peer_family; /* of the busiest far end; 0: there is none */
	struct addr peer;

	/* Counted as @proc is; NULL: none is known. */
	const struct name_fact *name;       /* of a host, an inner end */
	const struct name_fact *peer_name;  /* of the busiest one */
	const struct proc_fact *owner;      /* the busiest process */
	struct group_ref owner_ref;         /* and what it is */
	const struct name_fact *owner_name; /* of an inner end */
	struct place place;  /* of a host, a country, a network */
	const char *service; /* static; NULL: the port has no name */
};

/* A way to group: one row of the table. */
struct grouping {
	const char *one, *many;  /* of its groups: "process" */
	enum layout_kind layout; /* of their list */
	/* Where a flow belongs: a number that is dense, and stays while it has
	 * flows. */
	uint32_t (*index)(const struct flow *flow);
	/* Instead: where its far end belongs. */
	uint32_t (*place_index)(const struct place *place);
	/* Number 0 is for those beyond GROUPS_MAX. */
	bool has_rest;
	unsigned int seconds; /* bits of enum group_second */
	bool has_age;         /* its age is of interest */
	bool has_states;      /* and so are directions and states */
	/* Who that is: fills in ref and proc. @flow: one of its flows; NULL:
	 * it has none. */
	void (*identify)(struct group *group, const struct flow *flow,
			 const struct view_env *env);
	/* Every number of which it is known what is over is below. NULL:
	 * nothing is. */
	uint32_t (*past_end)(const struct view_env *env);
	/* Add that to the sums of @group. */
	void (*add_past)(struct group *group, const struct view_env *env);
	/* Its names and the like, once it is looked at. NULL: none. */
	void (*complete)(struct group *group, const struct view_env *env);
};

extern const struct grouping groupings[];
extern const size_t n_groupings;

#define GROUPING_PROCESSES (&groupings[0])
#define GROUPING_HOSTS (&groupings[1])
#define GROUPING_COUNTRIES (&groupings[2])
#define GROUPING_NETWORKS (&groupings[3])
#define GROUPING_PORTS (&groupings[4])

/** flow_owner_index - which process it is of, in the view of processes. */
uint32_t flow_owner_index(const struct flow *flow);

/** flow_owner - the same as what is known of it. @proc: borrowed, or NULL. */
void flow_owner(const struct flow *flow, const struct view_env *env,
		struct group_ref *ref, const struct proc_fact **proc);

/** flow_port_index - the port that was asked for, with its protocol. */
uint32_t flow_port_index(const struct flow *flow);

/** flow_far_host - the address of its far end: that of flow->host. What was
 * asked for may have been another one, which was translated to it. */
struct addr flow_far_host(const struct flow *flow);

struct far_hosts;

/* What frames of groups are made with; the memory is kept. */
struct grouper;

/** grouper_new, grouper_free - Return: NULL without memory. */
struct grouper *grouper_new(void);
void grouper_free(struct grouper *grouper);

/* All of the following with the read lock held. */

/**
 * grouper_begin - a frame begins
 * @without: bits of enum group_second that nobody looks at
 * @env: borrowed until the frame is done
 *
 * Return: 0 or -ENOMEM.
 */
int grouper_begin(struct grouper *grouper, const struct grouping *grouping,
		  unsigned int without, const struct view_env *env);

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

/** grouper_complete - find names and the like of all groups, for an order by
 * them. */
void grouper_complete(struct grouper *grouper);

/** group_compose - a copy with names and the like that may be used without the
 * lock, until group_release(). */
void group_compose(struct group *copy, const struct group *group,
		   const struct grouper *grouper);

/** group_complete - find its names and the like. Read lock held. */
void group_complete(struct group *group, const struct grouping *grouping,
		    const struct view_env *env);

/** group_hold, group_release - what it holds is counted from now on; no more.
 * It forgets which flows it was made of. */
void group_hold(struct group *group);
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
	struct far_hosts *hosts;
	struct view_env env;
	uint32_t index;
};

/** group_only_begin - find the present number of @ref, which is borrowed as
 * @env is; NULL: all flows. @hosts: kept from frame to frame for this alone. */
void group_only_begin(struct group_only *filter, const struct group_ref *ref,
		      struct far_hosts *hosts, const struct view_env *env);

/** group_only_test - whether @flow is one of them. */
bool group_only_test(const struct group_only *filter, const struct flow *flow);

#endif

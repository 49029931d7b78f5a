/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A row: one flow, copied out of the table, and what is derived from it once.
 *
 * The near side is ours: the source of the original direction for outgoing
 * flows, of the reply direction for incoming ones. For forwarded flows, and
 * when nobody knows what is ours, it is the originator, unless the table has
 * found that the answering side is the inner one (FLOW_NEAR_REPLY). The far
 * end is the other end as the original tuple names it: whom a near originator
 * asked for (before DNAT), or who asked (before SNAT). A flow that was picked
 * up in mid-stream by a packet of who had been asked (FLOW_ANSWERING) is the
 * other way round: the source of the original direction answers.
 */
#ifndef FLOWTOP_VIEW_ROW_H
#define FLOWTOP_VIEW_ROW_H

#include "fact/name.h"
#include "fact/place.h"
#include "fact/proc.h"
#include "flow/info.h"
#include "flow/procs.h"
#include "lib/clock.h"
#include "net/addr.h"
#include "net/proto.h"

#include <stdbool.h>
#include <stdint.h>

struct flow;
struct procs;
struct view_ends;

/* What the flows of a process had transferred at an earlier moment. */
struct view_past {
	struct proc_past past;
	bool has_ended;
};

/* What rows are derived with. Everything is borrowed. */
struct view_env {
	uint64_t now_ns;  /* monotonic, the source's clock */
	uint64_t wall_ns; /* the same moment since 1970 */
	/* The interface that owns @addr, at most 16 bytes with the NUL; false
	 * when it is none of ours. Called with the read lock held. May be
	 * NULL. */
	bool (*iface)(void *ctx, const struct addr *addr, uint8_t family,
		      char *iface);
	void *iface_ctx;
	const char *netns; /* as the user named it; NULL: none */
	/* Whose flows they are; NULL: nobody knows. */
	const struct procs *procs;
	/* Instead of @procs: what was known at an earlier moment, by number,
	 * for @n_facts numbers. NULL: use @procs. */
	const struct proc_fact *const *facts;
	const struct view_past *pasts;
	uint32_t n_facts;
	/* The name of a user, or NULL; static, does not wait. May be NULL. */
	const char *(*user_name)(void *ctx, uint32_t uid);
	void *user_ctx;
	/* Who knows names and places; NULL: nobody. */
	const struct view_ends *ends;
	/* Though they are known. */
	bool no_names, no_services, no_places;
};

/**
 * view_proc - what is known of the process with that @number
 *
 * Context: read lock held.
 * Return: borrowed until the lock is given back; or NULL.
 */
const struct proc_fact *view_proc(const struct view_env *env, uint16_t number);

/** view_user - name of the user of @proc, which may be NULL: that of the
 * recording, or this machine's. Return: static, or of @proc; or NULL. */
const char *view_user(const struct view_env *env, const struct proc_fact *proc);

/** view_past - of flows of process @number that are over. Read lock held.
 * Return: whether it has ended. */
bool view_past(const struct view_env *env, uint16_t number,
	       struct proc_past *past);

/** view_procs_limit - every number of a process is below. Read lock held. */
uint32_t view_procs_limit(const struct view_env *env);

/* Ends as the original tuple names them, which is how they are shown. */
enum { END_SRC, END_DST, ENDS };

enum row_event { ROW_NO_EVENT, ROW_NEW, ROW_END };

#define AGE_UNKNOWN UINT64_MAX
#define ROW_NEW_NS (5 * NS_PER_S) /* so long a flow is new */
#define TIMEOUT_UNKNOWN UINT32_MAX
#define IFACE_SIZE 16

struct row {
	struct flow_info info;
	const struct proc_fact *proc;       /* whose it is; NULL unknown */
	const char *user;                   /* his name, as good as proc; NULL
					     * unknown */
	const struct name_fact *name[ENDS]; /* as good as proc; NULL unknown */
	struct place place[ENDS];
	const char *service;          /* static; NULL: it has no name */
	const struct proto *proto;    /* static; never NULL */
	const char *netns;            /* borrowed from the view_env */
	uint64_t ts_ns;               /* wall clock of the row */
	uint64_t age_ns;              /* AGE_UNKNOWN */
	struct addr near_addr;        /* who has rx and tx */
	struct addr far_addr;         /* whom it talks to */
	uint16_t near_port, far_port; /* 0 without ports */
	uint16_t service_port;        /* the port that was asked for */
	uint8_t far;                  /* END_*: that of far_addr */
	uint32_t timeout_s;           /* now; TIMEOUT_UNKNOWN */
	uint8_t rx, tx;               /* DIR_*: towards, away from near */
	uint8_t event;                /* enum row_event */
	bool is_closed;
	bool nat_src, nat_dst;  /* with HAS_STATUS */
	char iface[IFACE_SIZE]; /* owns near_addr; "" unknown */
};

/**
 * row_compose - copy @flow and derive the rest
 * @row: overwritten; to be given back with row_release()
 *
 * Context: read lock held. The row may be used after the lock is given back.
 */
void row_compose(struct row *row, const struct flow *flow,
		 const struct view_env *env);

/** row_glance - the same, for as long as the read lock is held: there is
 * nothing to give back. */
void row_glance(struct row *row, const struct flow *flow,
		const struct view_env *env);

/**
 * row_from_info - the same from a copy of a flow, as events carry it
 *
 * row->event is ROW_NO_EVENT; the caller sets it.
 * Context: read lock held if env->iface or env->procs needs it.
 */
void row_from_info(struct row *row, const struct flow_info *info,
		   const struct view_env *env);

/** row_relabel - names, places and the service anew: they may have become
 * known, or are not to be shown any more. Of a row that holds what it has. */
void row_relabel(struct row *row, const struct view_env *env);

/** row_release - give back what the row holds. A copy of a row holds nothing:
 * it is good as long as the row is. */
void row_release(struct row *row);

/** row_set_event - make it a line of events: an ended flow is closed. */
void row_set_event(struct row *row, enum row_event event);

/** near_dir - DIR_*: the direction whose source is near; cheap in a walk.
 * @dir: enum flow_dir, @has: flow_info.has */
static inline uint8_t near_dir(uint8_t dir, uint32_t has)
{
	bool is_orig = (dir == FLOW_DIR_OUT) | (dir == FLOW_DIR_LOCAL) |
		       !!(has & FLOW_ANSWERING);
	bool is_reply = (dir == FLOW_DIR_IN) | !!(has & FLOW_NEAR_REPLY);

	/* Without a jump that nobody can foresee. */
	return (!is_orig & is_reply) ? DIR_REPLY : DIR_ORIG;
}

/**
 * flow_age_ns - how old a flow is, or became
 * @has: flow_info.has; the others as in struct flow_info
 *
 * By the kernel's time stamp; without one, by our clock if its birth was seen.
 * Return: AGE_UNKNOWN when neither is known.
 */
uint64_t flow_age_ns(uint32_t has, uint64_t start_ns, uint64_t born_ns,
		     uint64_t sampled_ns, const struct view_env *env);

/** row_ref - what identifies the flow over time. */
static inline struct flow_ref row_ref(const struct row *row)
{
	return (struct flow_ref){ .key = row->info.key, .id = row->info.id };
}

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The questions that are being worked on, one per flow, and what the worker
 * needs for it. Its thread alone uses this.
 *
 *   asked --- which socket? --- whose? --- said --- free
 *     ^ |       |                | |        |
 *     | '- elsewhere? -----------' |        | a listener's, until it is
 *     |         |                  |        | accepted; holders unknown
 *     '-- later <--- nothing yet --'--------'
 */
#ifndef FLOWTOP_ENRICH_OWNERJOB_H
#define FLOWTOP_ENRICH_OWNERJOB_H

#include "enrich/ownerfind.h"
#include "enrich/ownerproc.h"
#include "enrich/ownersock.h"
#include "enrich/ownerwalk.h"
#include "enrich/sockdiag.h"
#include "enrich/spaces.h"
#include "fact/owner.h"
#include "lib/slack.h"

#include <stdbool.h>
#include <stdint.h>

struct births;
struct queue;

#define OWNERJOBS_MAX 16384

/* Pauses before it is asked again. */
enum {
	LATER_2MS,
	LATER_20MS,
	LATER_200MS,
	LATER_1S,
	LATER_5S,
	LATER_30S,
	LATERS
};

enum job_list {
	LIST_NONE,
	LIST_ASK,   /* which socket? now */
	LIST_WALK,  /* until the finder says who holds it */
	LIST_SPACE, /* until other namespaces were looked into */
	LIST_LATER, /* the first of LATERS, each in the order of its time */
	LISTS = LIST_LATER + LATERS
};

/* One end of a flow, in other namespaces. */
struct space_hit {
	uint8_t match; /* the best; enum sock_match */
	uint8_t n;     /* that good; 2: or more */
	struct sock_id id;
};

struct own_job {
	struct owner_job q;
	uint32_t next, prev; /* position + 1; 0: none */
	uint8_t list;
	uint64_t asked_ns, due_ns; /* monotonic */

	/* which socket */
	struct sock_id id; /* cookie 0: none was seen */
	struct clock_key group;
	struct space_hit hits[2]; /* source of orig, source of reply */
	uint8_t tries;
	bool has_group;
	bool has_listener; /* somebody listened when it began */
	bool is_listening; /* its listener stands for it */
	bool is_lost;      /* no process had it; is it still there? */
	bool is_answering;
	bool is_elsewhere; /* in another namespace */
	bool is_bound;     /* all interfaces were looked at */
	bool is_in_round;  /* it waits since before this round began to ask */

	/* what was said */
	bool has_answer;
	uint8_t said_kind;
	uint16_t said_holders;
	uint32_t said_pid;
	uint64_t said_starttime;
	uint32_t said_uid;
};

/* What waits to be taken. */
struct told_fact {
	struct owner_fact fact;
	bool is_first; /* of its job */
};

struct list_ends {
	uint32_t first, last; /* position + 1 */
	uint32_t n;
};

struct worker {
	struct finder *finder; /* NULL: none, or it is gone */
	struct births *births;
	struct queue *facts; /* of struct told_fact */
	bool has_spaces;
	uint64_t netns_cookie; /* 0: not known */

	struct sockdiag diag;
	struct ownerprocs procs;
	struct ownersocks socks;
	struct ownerwalk walk;
	struct ownerfind find;
	struct spaces spaces;

	struct own_job *jobs;
	uint32_t n_jobs; /* that were ever used */
	struct list_ends free, lists[LISTS];
	struct slack slack;

	/* Facts that were not handed over yet. */
	struct told_fact *spill;
	uint32_t spill_n;

	/* ownerspace.c */
	struct {
		int phase, at;
		bool is_waiting; /* for the finder */
		bool has_list;   /* this round began with one */
		bool has_known;  /* a job with an address that is there */
		uint64_t ended_ns;
		bool is_wanted[SPACES_MAX];
	} round;
};

/** ownerjobs_add - take a question. Return: false: too many, later. */
bool ownerjobs_add(struct worker *w, const struct owner_job *q,
		   uint64_t now_ns);

/** ownerjobs_trim - what many jobs have taken is given back when there has been
 * none for a while. To be called about once a second, or more often. */
void ownerjobs_trim(struct worker *w, uint64_t now_ns);

/** ownerjobs_due_ns - when the next is due; UINT64_MAX. */
uint64_t ownerjobs_due_ns(const struct worker *w);

/** ownerjobs_walked - a walk has told something: look at those that wait. */
void ownerjobs_walked(struct worker *w, uint64_t now_ns);

/** ownerjob_move - put it on another list, at its end. */
void ownerjob_move(struct worker *w, struct own_job *job, int list);

/** ownerjob_next - to walk a list. @job NULL: the first. Return: NULL. */
struct own_job *ownerjob_next(struct worker *w, int list,
			      const struct own_job *job);

/** ownerjob_later - ask again after a pause. */
void ownerjob_later(struct worker *w, struct own_job *job, int pause,
		    uint64_t now_ns);

/** ownerjob_say - the answer, if it is a new one. @fact: borrowed; NULL. */
void ownerjob_say(struct worker *w, struct own_job *job, uint8_t kind,
		  const struct proc_fact *fact, uint16_t holders);

/** ownerjob_end - say it, and that was all. */
void ownerjob_end(struct worker *w, struct own_job *job, uint8_t kind,
		  const struct proc_fact *fact, uint16_t holders);

/** ownerjob_resolve - the socket is known, or several are: whose? */
void ownerjob_resolve(struct worker *w, struct own_job *job, uint64_t now_ns);

/** ownerjob_is_young - is what is bound now what was bound when the flow
 * began? */
bool ownerjob_is_young(const struct own_job *job, uint64_t now_ns);

/** ownerjob_connected - who has opened the connection, by the births. */
bool ownerjob_connected(const struct worker *w, const struct own_job *job,
			const struct sock_query *query, struct birth *birth);

/** ownerjob_query - the socket at the source of @tuple. */
void ownerjob_query(const struct own_job *job, const struct tuple *tuple,
		    struct sock_query *query);

/** ownerjobs_tell - a fact for the next ownerjobs_flush(). Takes the reference
 * in it. */
void ownerjobs_tell(struct worker *w, const struct owner_fact *fact,
		    bool is_first);

/** ownerjobs_flush - hand over what was told. Return: false: not all of it
 * finds room in the queue. */
bool ownerjobs_flush(struct worker *w);

#endif

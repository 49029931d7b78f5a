/* SPDX-License-Identifier: GPL-2.0-only */
#include "enrich/ownerspace.h"

#include "broker/finder.h"
#include "enrich/births.h"
#include "enrich/ownerjob.h"
#include "lib/clock.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>

#define LIST_NS (1 * NS_PER_S)    /* between two lists */
#define ROUND_NS (10 * NS_PER_MS) /* between two rounds */

/* So many wait at most for a list that is newer than they are; any number for
 * the first. A job has 320 bytes, and with 2,000 new flows a second there are
 * always so many: with more, their memory would come and go with the load of
 * the machine. */
#define PATIENCE 1024

enum { PHASE_IDLE, PHASE_LIST, PHASE_ADDRS, PHASE_ASK };
enum { SIDE_ORIG, SIDE_REPLY, SIDES };

static bool can_look(const struct worker *w)
{
	return w->has_spaces && w->finder &&
	       (finder_rights(w->finder) & FINDER_CAN_NETNS);
}

static const struct addr *end_of(const struct own_job *job, int side)
{
	return side == SIDE_ORIG ? &job->q.orig.src : &job->q.reply.src;
}

static bool is_in(const struct worker *w, const struct own_job *job, int space)
{
	for (int side = 0; side < SIDES; side++)
		if (spaces_has(&w->spaces, space, end_of(job, side),
			       job->q.family))
			return true;
	return false;
}

/* ------------------------------------------------------------ one job */

/* Its originator has told himself, when he connected. */
static bool say_born(struct worker *w, struct own_job *job, bool is_last,
		     uint64_t now_ns)
{
	struct sock_query query;
	struct birth birth;
	const char *netns;

	ownerjob_query(job, &job->q.orig, &query);
	if (!ownerjob_connected(w, job, &query, &birth))
		return false;
	if (birth.netns_cookie == w->netns_cookie && w->netns_cookie) {
		ownerjob_end(w, job, OWNER_LOCAL,
			     ownerprocs_birth(&w->procs, &birth, "", now_ns),
			     0);
		return true;
	}
	netns = spaces_by_cookie(&w->spaces, birth.netns_cookie);
	if (!netns && !is_last)
		return false;
	ownerjob_end(
		w, job, OWNER_OTHER_NETNS,
		ownerprocs_birth(&w->procs, &birth, netns ? netns : "", now_ns),
		0);
	return true;
}

static void say_nothing(struct worker *w, struct own_job *job, uint64_t now_ns)
{
	if (job->has_answer)
		ownerjob_move(w, job, LIST_NONE);
	else if (!say_born(w, job, true, now_ns))
		ownerjob_end(w, job, OWNER_FORWARDED, NULL, 0);
}

/* Whether the last list has every namespace that could be its end's. What was
 * there before us needs none that is newer than it is. */
static bool is_listed(const struct worker *w, const struct own_job *job)
{
	return job->asked_ns <= w->spaces.listed_ns ||
	       (!job->q.is_new &&
		job->asked_ns < w->spaces.listed_ns + LIST_NS);
}

void ownerspace_enter(struct worker *w, struct own_job *job, uint64_t now_ns)
{
	bool is_known;

	if (!job->has_answer && say_born(w, job, !can_look(w), now_ns))
		return;
	if (!can_look(w) || !addr_size(job->q.family)) {
		say_nothing(w, job, now_ns);
		return;
	}
	is_known = is_in(w, job, -1);
	if (!is_known && w->round.ended_ns &&
	    (is_listed(w, job) || w->lists[LIST_SPACE].n >= PATIENCE)) {
		say_nothing(w, job, now_ns);
		return;
	}
	memset(job->hits, 0, sizeof(job->hits));
	job->is_in_round = false;
	w->round.has_known = w->round.has_known || is_known;
	ownerjob_move(w, job, LIST_SPACE);
}

/* ------------------------------------------------------------ questions */

static void add_hit(struct space_hit *hit, const struct sock_found *found,
		    const struct sock_id *where, bool is_several)
{
	bool is_better =
		found->match == MATCH_EXACT && hit->match == MATCH_LISTENER;
	bool is_worse =
		found->match == MATCH_LISTENER && hit->match == MATCH_EXACT;

	if (hit->n && is_worse)
		return;
	if (hit->n && !is_better) {
		hit->n = 2;
		return;
	}
	hit->match = found->match;
	hit->n = is_several ? 2 : 1;
	hit->id = ownerfind_id(found, where);
}

static void ask_end(struct worker *w, struct own_job *job, int side,
		    struct sockdiag *diag, const struct sock_id *where,
		    uint64_t now_ns)
{
	struct sock_query query;
	struct sock_found found;
	struct clock_key key;
	bool is_several = false;

	ownerjob_query(job, side == SIDE_ORIG ? &job->q.orig : &job->q.reply,
		       &query);
	if (sockdiag_find(diag, &query, &found) || found.match == MATCH_NONE)
		return;
	if (found.match == MATCH_LISTENER && !found.is_queued &&
	    (side == SIDE_ORIG || !ownerjob_is_young(job, now_ns)))
		return;
	if (found.match != MATCH_EXACT)
		is_several = ownerfind_others(&w->find, diag, &query, &found,
					      where, &key, now_ns) != FIND_ONE;
	add_hit(&job->hits[side], &found, where, is_several);
}

static void ask_all(struct worker *w, struct sockdiag *diag, int i,
		    uint64_t now_ns)
{
	const struct space *space = &w->spaces.space[i];
	struct sock_id where = {
		/* Where namespaces have a cookie, sockets of all of them have
		 * different ones. */
		.space = space->cookie ? 0 : space->inode,
		.netns = space->netns,
	};
	struct own_job *job = ownerjob_next(w, LIST_SPACE, NULL);

	for (; job; job = ownerjob_next(w, LIST_SPACE, job))
		for (int side = 0; side < SIDES; side++)
			if (job->is_in_round &&
			    spaces_has(&w->spaces, i, end_of(job, side),
				       job->q.family))
				ask_end(w, job, side, diag, &where, now_ns);
}

/* ------------------------------------------------------------ the end */

static void take_hit(struct worker *w, struct own_job *job,
		     const struct space_hit *hit, uint64_t now_ns)
{
	if (hit->n > 1) {
		ownerjob_end(w, job, OWNER_UNKNOWN, NULL, 0);
		return;
	}
	job->id = hit->id;
	job->is_elsewhere = true;
	job->is_listening = hit->match == MATCH_LISTENER;
	ownerjob_resolve(w, job, now_ns);
}

static void conclude(struct worker *w, uint64_t now_ns)
{
	struct own_job *job = ownerjob_next(w, LIST_SPACE, NULL), *next;

	for (uint32_t n = w->lists[LIST_SPACE].n; n && job; n--, job = next) {
		next = ownerjob_next(w, LIST_SPACE, job);
		if (!job->is_in_round)
			continue;
		if (job->hits[SIDE_ORIG].n)
			take_hit(w, job, &job->hits[SIDE_ORIG], now_ns);
		else if (job->hits[SIDE_REPLY].n)
			take_hit(w, job, &job->hits[SIDE_REPLY], now_ns);
		else if (is_listed(w, job) || job->has_answer)
			say_nothing(w, job, now_ns);
	}
	w->round.phase = PHASE_IDLE;
	w->round.ended_ns = now_ns;
}

/* ------------------------------------------------------------ rounds */

static void mark_wanted(struct worker *w)
{
	struct own_job *job = ownerjob_next(w, LIST_SPACE, NULL);

	memset(w->round.is_wanted, 0, sizeof(w->round.is_wanted));
	for (; job; job = ownerjob_next(w, LIST_SPACE, job)) {
		job->is_in_round = true;
		if (!is_in(w, job, -1))
			continue;
		for (int i = 0; i < w->spaces.n; i++)
			if (!w->round.is_wanted[i] && is_in(w, job, i))
				w->round.is_wanted[i] = true;
	}
}

static bool wants(const struct worker *w, int i, uint64_t now_ns)
{
	return w->round.phase == PHASE_ADDRS
		       ? spaces_is_due(&w->spaces, i, now_ns)
		       : w->round.is_wanted[i];
}

/* The next namespace, the next phase, or the end. */
static void go_on(struct worker *w, uint64_t now_ns)
{
	int err;

	for (;; w->round.at++) {
		if (w->round.at >= w->spaces.n) {
			if (w->round.phase == PHASE_ASK) {
				conclude(w, now_ns);
				return;
			}
			mark_wanted(w);
			w->round.phase = PHASE_ASK;
			w->round.at = -1;
			continue;
		}
		if (wants(w, w->round.at, now_ns))
			break;
	}
	err = finder_open_space(w->finder, w->spaces.space[w->round.at].inode);
	w->round.is_waiting = !err;
}

static void begin(struct worker *w, uint64_t now_ns)
{
	if (!w->lists[LIST_SPACE].n)
		return;
	w->round.at = 0;
	w->round.has_list =
		now_ns >= w->spaces.listed_ns + LIST_NS || !w->spaces.listed_ns;
	if (w->round.has_list) {
		if (finder_list_spaces(w->finder))
			return;
		w->spaces.listed_ns = now_ns;
		w->round.phase = PHASE_LIST;
		w->round.is_waiting = true;
		w->round.has_known = false;
	} else if (w->round.has_known &&
		   now_ns >= w->round.ended_ns + ROUND_NS) {
		w->round.has_known = false;
		w->round.phase = PHASE_ADDRS;
		go_on(w, now_ns);
	}
}

void ownerspace_step(struct worker *w, uint64_t now_ns)
{
	if (!can_look(w) || w->round.is_waiting)
		return;
	if (w->round.phase == PHASE_IDLE)
		begin(w, now_ns);
	else
		go_on(w, now_ns);
}

uint64_t ownerspace_due_ns(const struct worker *w)
{
	uint64_t due_ns = w->spaces.listed_ns + LIST_NS;

	if (!can_look(w) || w->round.is_waiting || !w->lists[LIST_SPACE].n)
		return UINT64_MAX;
	if ((w->round.has_known || w->round.phase != PHASE_IDLE) &&
	    w->round.ended_ns + ROUND_NS < due_ns)
		due_ns = w->round.ended_ns + ROUND_NS;
	return due_ns;
}

static void take_opened(struct worker *w, const struct finder_answer *answer,
			uint64_t now_ns)
{
	struct sockdiag diag;
	int err;

	err = spaces_opened(&w->spaces, w->round.at, answer, &diag, now_ns);
	if (err)
		return;
	if (w->round.phase == PHASE_ASK)
		ask_all(w, &diag, w->round.at, now_ns);
	sockdiag_close(&diag);
}

void ownerspace_take(struct worker *w, const struct finder_answer *answer,
		     uint64_t now_ns)
{
	if (answer->kind == FINDER_SPACE_LIST) {
		if (!spaces_take_list(&w->spaces, answer, now_ns))
			return;
		w->round.phase = PHASE_ADDRS;
		w->round.at = 0;
	} else {
		take_opened(w, answer, now_ns);
		w->round.at++;
	}
	w->round.is_waiting = false;
	go_on(w, now_ns);
}

void ownerspace_lost(struct worker *w)
{
	struct own_job *job;

	w->round.phase = PHASE_IDLE;
	w->round.is_waiting = false;
	while ((job = ownerjob_next(w, LIST_SPACE, NULL)))
		say_nothing(w, job, clock_mono_ns());
}

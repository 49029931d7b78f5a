/* SPDX-License-Identifier: GPL-2.0-only */
#include "enrich/ownerask.h"

#include "enrich/births.h"
#include "enrich/ownerjob.h"
#include "enrich/ownerspace.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>

#define BATCH 32
#define BATCHES 8 /* in one step */

/* A connection that is not there after so many looks, and half a second, may
 * be one that is bound to an interface. */
#define BOUND_TRIES 4

static const struct sock_id here = { .netns = "" };

/* The first packet was sent by us. */
static bool is_ours(const struct own_job *job)
{
	return job->q.near == NEAR_ORIG || job->q.near == NEAR_BOTH;
}

/* ------------------------------------------------------------ no socket */

static void end_missing(struct worker *w, struct own_job *job)
{
	bool was_seen = job->id.cookie || job->has_listener;
	bool is_closed = is_ours(job)
				 ? !ownerfind_may_forge(&w->find, job->q.proto,
							job->asked_ns)
				 : was_seen;

	if (job->has_answer)
		ownerjob_move(w, job, LIST_NONE);
	else
		ownerjob_end(w, job, is_closed ? OWNER_CLOSED : OWNER_UNKNOWN,
			     NULL, 0);
}

static bool say_connected(struct worker *w, struct own_job *job,
			  const struct sock_query *query, uint64_t now_ns)
{
	struct birth birth;

	if (!is_ours(job) || !ownerjob_connected(w, job, query, &birth) ||
	    (birth.netns_cookie && w->netns_cookie &&
	     birth.netns_cookie != w->netns_cookie))
		return false;
	ownerjob_end(w, job, OWNER_LOCAL,
		     ownerprocs_birth(&w->procs, &birth, "", now_ns), 0);
	return true;
}

/* Who listens where the connection ends? A connection that cannot be is asked
 * for: from port 0. */
static bool find_listener(struct worker *w, const struct sock_query *query,
			  struct sock_found *found)
{
	struct sock_query any = *query;

	memset(&any.remote, 0, sizeof(any.remote));
	any.rport = 0;
	return !sockdiag_find(&w->diag, &any, found) &&
	       found->match == MATCH_LISTENER;
}

static void job_shared(struct worker *w, struct own_job *job,
		       const struct sock_query *query, struct sock_found *found,
		       uint64_t now_ns);

static void job_found(struct worker *w, struct own_job *job,
		      const struct sock_query *query, struct sock_found *found,
		      uint64_t now_ns);

/* Only who listens can have had it: it came in just now. */
static bool is_accepted(const struct own_job *job, uint64_t now_ns)
{
	return job->has_listener ||
	       (job->q.near == NEAR_REPLY && job->q.proto == IPPROTO_TCP &&
		ownerjob_is_young(job, now_ns));
}

/* It was there, and only the kernel may still have it. */
static void job_closed(struct worker *w, struct own_job *job,
		       const struct sock_query *query, uint64_t now_ns)
{
	struct sock_answer answer = { .verdict = SOCK_NOBODY };
	struct sock_found found;

	job->id.inode = 0;
	if (job->id.cookie)
		answer = ownersocks_ask(&w->socks, &job->id, job->asked_ns,
					false, now_ns);
	if (answer.verdict == SOCK_OWNED) {
		ownerjob_end(w, job, OWNER_LOCAL, answer.fact, answer.holders);
	} else if (say_connected(w, job, query, now_ns)) {
		return;
	} else if (is_accepted(job, now_ns) && !job->has_answer &&
		   find_listener(w, query, &found)) {
		job->has_listener = job->is_listening = false;
		job_shared(w, job, query, &found, now_ns);
	} else {
		end_missing(w, job);
	}
}

static void job_missing(struct worker *w, struct own_job *job,
			const struct sock_query *query, uint64_t now_ns)
{
	struct sock_found found = { .match = MATCH_NONE };
	uint8_t most = is_ours(job) ? 2 : 3;

	if (job->has_answer || job->id.cookie || job->has_listener) {
		job_closed(w, job, query, now_ns);
		return;
	}
	if (say_connected(w, job, query, now_ns))
		return;
	if (!job->is_bound) {
		job->is_bound = true;
		if (ownerfind_bound(&w->find, &w->diag, query, &found,
				    now_ns) == FIND_ONE) {
			job_found(w, job, query, &found, now_ns);
			return;
		}
	}
	if (ownerjob_is_young(job, now_ns) && job->tries < most)
		ownerjob_later(w, job, LATER_2MS + job->tries++, now_ns);
	else
		end_missing(w, job);
}

/* ------------------------------------------------------------ a socket */

static void set_id(struct own_job *job, const struct sock_found *found)
{
	job->id = ownerfind_id(found, &here);
	job->has_group = false;
}

static void job_exact(struct worker *w, struct own_job *job,
		      const struct sock_query *query,
		      const struct sock_found *found, uint64_t now_ns)
{
	struct sock_found listener;

	set_id(job, found);
	job->is_listening = false;
	if (query->proto == IPPROTO_TCP && job->q.is_midstream && is_ours(job))
		job->is_answering = find_listener(w, query, &listener);
	if (found->inode)
		ownerjob_resolve(w, job, now_ns);
	else
		job_closed(w, job, query, now_ns);
}

/* Several may have the same port. */
static void job_shared(struct worker *w, struct own_job *job,
		       const struct sock_query *query, struct sock_found *found,
		       uint64_t now_ns)
{
	switch (ownerfind_others(&w->find, &w->diag, query, found, &here,
				 &job->group, now_ns)) {
	case FIND_ONE:
		set_id(job, found);
		ownerjob_resolve(w, job, now_ns);
		break;
	case FIND_GROUP:
		job->has_group = true;
		ownerjob_resolve(w, job, now_ns);
		break;
	case FIND_LATER:
		ownerjob_later(w, job, LATER_20MS, now_ns);
		break;
	default:
		ownerjob_end(w, job, OWNER_UNKNOWN, NULL, 0);
	}
}

/*
 * Connections of link-local addresses are bound to an interface, and found
 * only by looking at all. Where there is no connection, the listener is right
 * for one that begins, and for one that is long over nobody knows.
 */
static void job_listener(struct worker *w, struct own_job *job,
			 const struct sock_query *query,
			 struct sock_found *found, uint64_t now_ns)
{
	struct sock_found bound;
	bool is_young = ownerjob_is_young(job, now_ns);

	if (!found->is_queued && !job->is_bound &&
	    (job->tries >= BOUND_TRIES || !is_young)) {
		job->is_bound = true;
		if (ownerfind_bound(&w->find, &w->diag, query, &bound,
				    now_ns) == FIND_ONE &&
		    bound.match == MATCH_EXACT) {
			job_exact(w, job, query, &bound, now_ns);
			return;
		}
	}
	if (!found->is_queued && (!is_young || is_ours(job))) {
		job_missing(w, job, query, now_ns);
		return;
	}
	job->is_answering = job->q.is_midstream && is_ours(job);
	job->is_listening = true;
	/* Most are accepted in no time. */
	if (!job->tries && is_young) {
		job->tries = 1;
		job->has_listener = true;
		ownerjob_later(w, job, LATER_2MS, now_ns);
		return;
	}
	job_shared(w, job, query, found, now_ns);
}

static void job_failed(struct worker *w, struct own_job *job, uint64_t now_ns)
{
	if (job->has_answer)
		ownerjob_move(w, job, LIST_NONE);
	else if (job->tries < 4)
		ownerjob_later(w, job, LATER_2MS + job->tries++, now_ns);
	else
		ownerjob_end(w, job, OWNER_UNKNOWN, NULL, 0);
}

static void job_found(struct worker *w, struct own_job *job,
		      const struct sock_query *query, struct sock_found *found,
		      uint64_t now_ns)
{
	if (found->error)
		job_failed(w, job, now_ns);
	else if (found->match == MATCH_NONE)
		job_missing(w, job, query, now_ns);
	else if (found->match == MATCH_EXACT)
		job_exact(w, job, query, found, now_ns);
	else if (found->match == MATCH_LISTENER)
		job_listener(w, job, query, found, now_ns);
	else
		job_shared(w, job, query, found, now_ns);
}

/* ------------------------------------------------------------ raw */

static void job_raw(struct worker *w, struct own_job *job,
		    const struct sock_query *query, uint64_t now_ns)
{
	bool is_icmp =
		job->q.proto == IPPROTO_ICMP || job->q.proto == IPPROTO_ICMPV6;
	enum find_result result = FIND_NONE;

	/* The kernel itself answers them. */
	if (is_icmp && !is_ours(job)) {
		ownerjob_end(w, job, OWNER_UNKNOWN, NULL, 0);
		return;
	}
	if (is_icmp)
		result = ownerfind_raw(&w->find, query,
				       tuple_icmp_id(&job->q.orig),
				       job->asked_ns, &job->id);
	if (result == FIND_NONE)
		result = ownerfind_raw(&w->find, query, -1, job->asked_ns,
				       &job->id);
	if (result == FIND_ONE)
		ownerjob_resolve(w, job, now_ns);
	else
		ownerjob_end(w, job, OWNER_UNKNOWN, NULL, 0);
}

/* ------------------------------------------------------------ step */

static void move_due(struct worker *w, uint64_t now_ns)
{
	for (int i = LIST_LATER; i < LISTS; i++) {
		struct own_job *job = ownerjob_next(w, i, NULL);

		while (job && job->due_ns <= now_ns) {
			ownerjob_move(w, job, LIST_ASK);
			job = ownerjob_next(w, i, NULL);
		}
	}
}

static void ask_batch(struct worker *w, struct own_job **jobs,
		      const struct sock_query *queries, int n, uint64_t now_ns)
{
	struct sock_found found[BATCH];

	/* What was not answered has the error. */
	(void)sockdiag_find_many(&w->diag, queries, found, n);
	for (int i = 0; i < n; i++)
		job_found(w, jobs[i], &queries[i], &found[i], now_ns);
}

/* Return: whether it goes to inet_diag; if not, it was dealt with. */
static bool prepare(struct worker *w, struct own_job *job,
		    struct sock_query *query, uint64_t now_ns)
{
	if (job->q.near == NEAR_NONE) {
		ownerspace_enter(w, job, now_ns);
		return false;
	}
	ownerjob_query(job, is_ours(job) ? &job->q.orig : &job->q.reply, query);
	if (sockdiag_knows(&w->diag, job->q.proto) && addr_size(job->q.family))
		return true;
	job_raw(w, job, query, now_ns);
	return false;
}

bool ownerask_step(struct worker *w, uint64_t now_ns)
{
	struct sock_query queries[BATCH];
	struct own_job *jobs[BATCH], *job;
	uint32_t left;
	int n = 0;

	move_due(w, now_ns);
	left = w->lists[LIST_ASK].n;
	if (left > BATCH * BATCHES)
		left = BATCH * BATCHES;
	for (; left; left--) {
		job = ownerjob_next(w, LIST_ASK, NULL);
		/* To the end: it is moved on when it is answered. */
		ownerjob_move(w, job, LIST_ASK);
		if (!prepare(w, job, &queries[n], now_ns))
			continue;
		jobs[n++] = job;
		if (n == BATCH || left == 1) {
			ask_batch(w, jobs, queries, n, now_ns);
			n = 0;
		}
	}
	if (n)
		ask_batch(w, jobs, queries, n, now_ns);
	return w->lists[LIST_ASK].n > 0;
}

/* SPDX-License-Identifier: GPL-2.0-only */
/* Lists of jobs, and answers. Which socket it is, ownerask.c and ownerspace.c
 * find out. */
#include "enrich/ownerjob.h"

#include "enrich/births.h"
#include "lib/clock.h"
#include "lib/queue.h"

#include <netinet/in.h>
#include <string.h>
#include <time.h>

static const uint64_t pauses[LATERS] = {
	[LATER_2MS] = 2 * NS_PER_MS,     [LATER_20MS] = 20 * NS_PER_MS,
	[LATER_200MS] = 200 * NS_PER_MS, [LATER_1S] = NS_PER_S,
	[LATER_5S] = 5 * NS_PER_S,       [LATER_30S] = 30 * NS_PER_S,
};

/* For so long the sockets of its beginning are taken to be there. */
#define YOUNG_NS (2 * NS_PER_S)

/* What is said of a flow was true a moment before it was first seen. */
#define CONNECT_NS (1 * NS_PER_S)

/* The room of fewer is not worth a system call. */
#define MANY_JOBS 256

/* ------------------------------------------------------------ lists */

static uint32_t place_of(const struct worker *w, const struct own_job *job)
{
	return (uint32_t)(job - w->jobs) + 1;
}

static struct own_job *job_at(struct worker *w, uint32_t place)
{
	return place ? &w->jobs[place - 1] : NULL;
}

static struct list_ends *ends_of(struct worker *w, int list)
{
	return list == LIST_NONE ? &w->free : &w->lists[list];
}

static void job_unlink(struct worker *w, struct own_job *job)
{
	struct list_ends *ends = ends_of(w, job->list);

	if (job->prev)
		job_at(w, job->prev)->next = job->next;
	else
		ends->first = job->next;
	if (job->next)
		job_at(w, job->next)->prev = job->prev;
	else
		ends->last = job->prev;
	ends->n--;
}

static void job_link(struct worker *w, struct own_job *job, int list)
{
	struct list_ends *ends = ends_of(w, list);
	uint32_t place = place_of(w, job);

	job->list = (uint8_t)list;
	job->next = 0;
	job->prev = ends->last;
	if (ends->last)
		job_at(w, ends->last)->next = place;
	else
		ends->first = place;
	ends->last = place;
	ends->n++;
}

void ownerjob_move(struct worker *w, struct own_job *job, int list)
{
	job_unlink(w, job);
	job_link(w, job, list);
}

struct own_job *ownerjob_next(struct worker *w, int list,
			      const struct own_job *job)
{
	return job_at(w, job ? job->next : ends_of(w, list)->first);
}

void ownerjob_later(struct worker *w, struct own_job *job, int pause,
		    uint64_t now_ns)
{
	job->due_ns = now_ns + pauses[pause];
	ownerjob_move(w, job, LIST_LATER + pause);
}

/* One that has its answer, and waits for a better one, the longest pauses
 * first. */
static struct own_job *dispensable(struct worker *w)
{
	struct own_job *job;

	for (int i = LISTS - 1; i >= LIST_LATER; i--) {
		job = job_at(w, w->lists[i].first);
		if (job && job->has_answer)
			return job;
	}
	job = job_at(w, w->lists[LIST_WALK].first);
	return job && job->has_answer ? job : NULL;
}

static struct own_job *job_new(struct worker *w)
{
	struct own_job *job = job_at(w, w->free.first);

	if (!job && w->n_jobs < OWNERJOBS_MAX) {
		job = &w->jobs[w->n_jobs++];
		job_link(w, job, LIST_NONE);
	}
	return job ? job : dispensable(w);
}

bool ownerjobs_add(struct worker *w, const struct owner_job *q, uint64_t now_ns)
{
	struct own_job *job = job_new(w);

	if (!job)
		return false;
	job_unlink(w, job);
	memset(job, 0, sizeof(*job));
	job->q = *q;
	job->asked_ns = now_ns;
	job->id.netns = "";
	if (!q->has_reply)
		job->q.reply = (struct tuple){
			.src = q->orig.dst,
			.dst = q->orig.src,
			.sport = q->orig.dport,
			.dport = q->orig.sport,
		};
	job_link(w, job, LIST_ASK);
	return true;
}

void ownerjobs_trim(struct worker *w, uint64_t now_ns)
{
	size_t n_used = w->n_jobs - w->free.n;

	if (slack_most(&w->slack, n_used, now_ns) || w->n_jobs < MANY_JOBS)
		return;
	w->n_jobs = 0;
	w->free = (struct list_ends){ 0 };
	slack_release(w->jobs, OWNERJOBS_MAX * sizeof(*w->jobs));
	if (!w->spill_n)
		slack_release(w->spill, 2 * OWNERJOBS_MAX * sizeof(*w->spill));
}

uint64_t ownerjobs_due_ns(const struct worker *w)
{
	uint64_t due_ns = UINT64_MAX;

	for (int i = LIST_LATER; i < LISTS; i++) {
		uint32_t place = w->lists[i].first;

		if (place && w->jobs[place - 1].due_ns < due_ns)
			due_ns = w->jobs[place - 1].due_ns;
	}
	return due_ns;
}

/* ------------------------------------------------------------ facts */

bool ownerjobs_flush(struct worker *w)
{
	size_t n = w->spill_n ? queue_push_many(w->facts, w->spill, w->spill_n)
			      : 0;

	w->spill_n -= (uint32_t)n;
	memmove(w->spill, w->spill + n, w->spill_n * sizeof(w->spill[0]));
	return !w->spill_n;
}

void ownerjobs_tell(struct worker *w, const struct owner_fact *fact,
		    bool is_first)
{
	struct told_fact told = { *fact, is_first };

	w->spill[w->spill_n++] = told;
}

static bool is_said(const struct own_job *job, uint8_t kind,
		    const struct proc_fact *fact, uint16_t holders)
{
	return job->has_answer && job->said_kind == kind &&
	       job->said_holders == holders &&
	       job->said_pid == (fact ? fact->pid : 0) &&
	       job->said_starttime == (fact ? fact->starttime : 0) &&
	       job->said_uid == (fact ? fact->uid : 0);
}

void ownerjob_say(struct worker *w, struct own_job *job, uint8_t kind,
		  const struct proc_fact *fact, uint16_t holders)
{
	struct owner_fact out = {
		.fact = FACT_OWNER,
		.kind = kind,
		.is_answering = job->is_answering,
		.holders = holders,
		.flow = job->q.flow,
		.proc = proc_fact_get(fact),
	};

	if (is_said(job, kind, fact, holders)) {
		proc_fact_put(fact);
		return;
	}
	ownerjobs_tell(w, &out, !job->has_answer);
	job->has_answer = true;
	job->said_kind = kind;
	job->said_holders = holders;
	job->said_pid = fact ? fact->pid : 0;
	job->said_starttime = fact ? fact->starttime : 0;
	job->said_uid = fact ? fact->uid : 0;
}

void ownerjob_end(struct worker *w, struct own_job *job, uint8_t kind,
		  const struct proc_fact *fact, uint16_t holders)
{
	ownerjob_say(w, job, kind, fact, holders);
	ownerjob_move(w, job, LIST_NONE);
}

/* ------------------------------------------------------------ whose */

/* Several sockets: an answer only when all have the same owner. */
static struct sock_answer group_ask(struct worker *w, const struct own_job *job,
				    const struct own_group *group,
				    uint64_t now_ns)
{
	struct sock_answer all = { .verdict = SOCK_UNKNOWN,
				   .is_settled = true };
	bool is_waiting = false;

	for (int i = 0; i < group->n; i++) {
		struct sock_answer one = ownersocks_ask(
			&w->socks, &group->ids[i], job->asked_ns, true, now_ns);

		if (one.verdict == SOCK_WAIT) {
			is_waiting = true;
			continue;
		}
		if (one.verdict != SOCK_OWNED || !one.fact ||
		    (all.fact && !proc_fact_same(one.fact, all.fact)))
			return (struct sock_answer){ .verdict = SOCK_UNKNOWN,
						     .is_settled = true };
		one.is_settled = one.is_settled && all.is_settled;
		all = one;
	}
	if (is_waiting)
		return (struct sock_answer){ .verdict = SOCK_WAIT };
	return all;
}

static struct sock_answer job_ask(struct worker *w, struct own_job *job,
				  uint64_t now_ns)
{
	const struct own_group *group;

	if (!job->has_group)
		return ownersocks_ask(&w->socks, &job->id, job->asked_ns,
				      job->is_lost, now_ns);
	group = ownerfind_group(&w->find, &job->group);
	if (group)
		return group_ask(w, job, group, now_ns);
	return (struct sock_answer){ .verdict = SOCK_LOST };
}

static uint8_t owned_kind(const struct own_job *job)
{
	return job->is_elsewhere ? OWNER_OTHER_NETNS : OWNER_LOCAL;
}

static void job_owned(struct worker *w, struct own_job *job,
		      const struct sock_answer *answer, uint64_t now_ns)
{
	static const uint8_t next[] = { LATER_20MS, LATER_20MS, LATER_200MS,
					LATER_1S,   LATER_5S,   LATER_30S };

	ownerjob_say(w, job, owned_kind(job), answer->fact, answer->holders);
	if (job->is_listening && job->tries < sizeof(next))
		ownerjob_later(w, job, next[job->tries++], now_ns);
	else if (!answer->is_settled)
		ownerjob_move(w, job, LIST_WALK);
	else
		ownerjob_move(w, job, LIST_NONE);
}

static void job_lost(struct worker *w, struct own_job *job)
{
	job->is_lost = true;
	if (job->has_answer)
		ownerjob_move(w, job, LIST_NONE);
	else if (job->is_elsewhere)
		ownerjob_end(w, job, OWNER_UNKNOWN, NULL, 0);
	else
		ownerjob_move(w, job, LIST_ASK);
}

/* It may have been closed meanwhile. */
static void job_denied(struct worker *w, struct own_job *job,
		       const struct proc_fact *fact)
{
	if (w->finder && !job->is_lost && !job->is_elsewhere)
		job_lost(w, job);
	else
		ownerjob_end(w, job, OWNER_DENIED, fact, 0);
}

void ownerjob_resolve(struct worker *w, struct own_job *job, uint64_t now_ns)
{
	struct sock_answer a = job_ask(w, job, now_ns);

	switch (a.verdict) {
	case SOCK_WAIT:
		ownerjob_move(w, job, LIST_WALK);
		break;
	case SOCK_OWNED:
		job_owned(w, job, &a, now_ns);
		break;
	case SOCK_LOST:
		job_lost(w, job);
		break;
	case SOCK_KERNEL:
		ownerjob_end(w, job, OWNER_KERNEL, a.fact, 0);
		break;
	case SOCK_DENIED:
		job_denied(w, job, a.fact);
		break;
	case SOCK_NOBODY:
		if (job->has_answer)
			ownerjob_move(w, job, LIST_NONE);
		else
			ownerjob_end(w, job, OWNER_CLOSED, NULL, 0);
		break;
	case SOCK_UNKNOWN:
		ownerjob_end(w, job, OWNER_UNKNOWN, a.fact, 0);
		break;
	}
}

void ownerjobs_walked(struct worker *w, uint64_t now_ns)
{
	struct own_job *job = ownerjob_next(w, LIST_WALK, NULL), *next;

	for (uint32_t n = w->lists[LIST_WALK].n; n && job; n--) {
		next = ownerjob_next(w, LIST_WALK, job);
		ownerjob_resolve(w, job, now_ns);
		job = next;
	}
}

/* ------------------------------------------------------------ questions */

bool ownerjob_is_young(const struct own_job *job, uint64_t now_ns)
{
	return job->q.is_new && !job->q.is_midstream &&
	       now_ns < job->q.flow.born_ns + YOUNG_NS;
}

/* Of a moment on the monotonic clock, which stops while the machine sleeps. */
static uint64_t boot_ns(uint64_t mono_ns)
{
	struct timespec ts;
	uint64_t now_ns = clock_mono_ns(), ago_ns, boot;

	if (clock_gettime(CLOCK_BOOTTIME, &ts))
		return mono_ns;
	ago_ns = now_ns > mono_ns ? now_ns - mono_ns : 0;
	boot = (uint64_t)ts.tv_sec * NS_PER_S + (uint64_t)ts.tv_nsec;
	return boot > ago_ns ? boot - ago_ns : 0;
}

bool ownerjob_connected(const struct worker *w, const struct own_job *job,
			const struct sock_query *query, struct birth *birth)
{
	uint64_t since_ns = boot_ns(job->q.flow.born_ns);

	if (!w->births || query->proto != IPPROTO_TCP)
		return false;
	since_ns -= since_ns > CONNECT_NS ? CONNECT_NS : since_ns;
	return births_find_connect(w->births, query, since_ns, birth) == 1;
}

void ownerjob_query(const struct own_job *job, const struct tuple *tuple,
		    struct sock_query *query)
{
	*query = (struct sock_query){
		.local = tuple->src,
		.remote = tuple->dst,
		.lport = tuple->sport,
		.rport = tuple->dport,
		.family = job->q.family,
		.proto = job->q.proto,
	};
}

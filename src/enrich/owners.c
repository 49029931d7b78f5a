/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The thread. It waits only in poll(), for jobs, for the finder and for what
 * is due; what it asks the kernel and reads of /proc answers at once.
 */
#include "enrich/owners.h"

#include "broker/finder.h"
#include "enrich/births.h"
#include "enrich/ownerask.h"
#include "enrich/ownerjob.h"
#include "enrich/ownerspace.h"
#include "enrich/tcpask.h"
#include "lib/clock.h"
#include "lib/netns.h"
#include "lib/queue.h"
#include "lib/thread.h"

#include <errno.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* The longest sleep: births have to be read, processes looked at, and whoever
 * deletes our namespace waits for us: all has to be gone within a second. */
#define SLEEP_NS (500 * NS_PER_MS)
#define ALONE_NS (100 * NS_PER_MS)
#define TELL_NS (50 * NS_PER_MS)
#define FULL_NS (10 * NS_PER_MS) /* while facts find no room */

#define HEAP_NS (10 * NS_PER_S) /* between two times of giving back */

#define TAKE 256

/* One lock and one wake-up for so many questions. */
#define SEND 32

/* Who took so many questions at once rests before it looks for more: a wake-up
 * costs as much as two of them. */
#define MANY 16
#define REST_MS 2

/* The cookie of the first network namespace, which never goes. */
#define FIRST_NETNS 1

struct owners {
	struct owners_config config;
	struct queue *jobs, *facts;
	int stop_fd, alone_fd;
	struct thread thread;
	bool is_started;
	_Atomic uint64_t pending;

	/* of whoever asks */
	struct owner_job asked[SEND];
	size_t n_asked;

	/* the thread's */
	struct worker w;
	struct finder_answer answer;
	uint64_t alone_ns, told_ns;  /* when it was asked, told last */
	bool has_company;            /* somebody was in our namespace */
	bool is_alone;               /* and nobody is: alone_fd is readable */
	struct owner_job held[TAKE]; /* taken, not yet added */
	size_t held_at, n_held;
	bool is_busy;       /* many came at once */
	bool has_forgotten; /* since: */
	uint64_t heap_ns;   /* free memory was given back */
};

/* ------------------------------------------------------------ make */

static int worker_init(struct owners *o)
{
	struct worker *w = &o->w;
	const struct owners_config *config = &o->config;
	int err = sockdiag_open(&w->diag);

	o->has_company = config->has_company;
	w->finder = config->finder;
	w->births = config->births;
	w->facts = o->facts;
	w->has_spaces = config->has_spaces;
	if (netns_cookie(&w->netns_cookie))
		w->netns_cookie = 0;
	w->jobs = calloc(OWNERJOBS_MAX, sizeof(*w->jobs));
	w->spill = calloc(2 * OWNERJOBS_MAX, sizeof(*w->spill));
	if (!err)
		err = ownerprocs_init(&w->procs, config->users);
	if (!err)
		err = ownersocks_init(&w->socks, &w->procs, w->births);
	if (!err)
		err = ownerwalk_init(&w->walk, w->finder, &w->socks);
	if (!err)
		err = ownerfind_init(&w->find);
	if (!err)
		err = spaces_init(&w->spaces);
	return !err && (!w->jobs || !w->spill) ? -ENOMEM : err;
}

static void worker_fini(struct worker *w)
{
	for (; w->spill_n; w->spill_n--)
		proc_fact_put(w->spill[w->spill_n - 1].fact.proc);
	spaces_fini(&w->spaces);
	ownerfind_fini(&w->find);
	ownerwalk_fini(&w->walk);
	ownersocks_fini(&w->socks);
	ownerprocs_fini(&w->procs);
	sockdiag_close(&w->diag);
	free(w->jobs);
	free(w->spill);
}

struct owners *owners_new(const struct owners_config *config)
{
	struct owners *o = calloc(1, sizeof(*o));
	int err = 0;

	if (!o)
		return NULL;
	o->config = *config;
	o->w.diag.fd = -1;
	o->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	o->alone_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	o->jobs = queue_new(sizeof(struct owner_job), OWNERS_JOBS);
	o->facts = queue_new(sizeof(struct told_fact), OWNERS_FACTS);
	if (o->stop_fd < 0 || o->alone_fd < 0 || !o->jobs || !o->facts)
		err = -errno;
	if (!err)
		err = worker_init(o);
	if (!err)
		return o;
	owners_free(o);
	errno = -err;
	return NULL;
}

void owners_free(struct owners *o)
{
	struct told_fact told;

	if (!o)
		return;
	while (o->facts && queue_pop(o->facts, &told, 1))
		proc_fact_put(told.fact.proc);
	worker_fini(&o->w);
	queue_free(o->jobs);
	queue_free(o->facts);
	if (o->stop_fd >= 0)
		close(o->stop_fd);
	if (o->alone_fd >= 0)
		close(o->alone_fd);
	free(o);
}

/* ------------------------------------------------------------ the finder */

static void finder_lost(struct owners *o, uint64_t now_ns)
{
	o->w.finder = NULL;
	ownerwalk_lost(&o->w.walk);
	ownerspace_lost(&o->w);
	ownerjobs_walked(&o->w, now_ns);
}

static void set_alone(struct owners *o, bool is_alone)
{
	eventfd_t n;

	if (is_alone == o->is_alone)
		return;
	o->is_alone = is_alone;
	if (is_alone)
		eventfd_write(o->alone_fd, 1);
	else
		eventfd_read(o->alone_fd, &n);
}

static void take_answer(struct owners *o, bool *is_walked, uint64_t now_ns)
{
	const struct finder_answer *answer = &o->answer;

	switch (answer->kind) {
	case FINDER_FOUND_SOCKETS:
	case FINDER_PASS_DONE:
		*is_walked |= ownerwalk_take(&o->w.walk, answer, now_ns);
		break;
	case FINDER_SPACE_LIST:
	case FINDER_SPACE_OPENED:
		ownerspace_take(&o->w, answer, now_ns);
		break;
	case FINDER_ALONE:
		o->has_company = o->has_company || !answer->is_alone;
		set_alone(o, answer->is_alone && o->has_company);
		break;
	}
}

static void take_answers(struct owners *o, uint64_t now_ns)
{
	bool is_walked = false;
	int more = 1;

	while (o->w.finder && more > 0) {
		more = finder_read(o->w.finder, &o->answer);
		if (more > 0)
			take_answer(o, &is_walked, now_ns);
	}
	if (is_walked)
		ownerjobs_walked(&o->w, now_ns);
	if (o->w.finder && (more < 0 || !o->w.walk.finder))
		finder_lost(o, now_ns);
}

static void ask_alone(struct owners *o, uint64_t now_ns)
{
	if (!o->w.finder || !owners_can_be_alone(o) ||
	    now_ns < o->alone_ns + ALONE_NS)
		return;
	if (!finder_ask_alone(o->w.finder))
		o->alone_ns = now_ns;
}

/* ------------------------------------------------------------ the thread */

static bool tell_news(void *ctx, const struct proc_fact *proc, bool is_ended)
{
	struct owners *o = ctx;
	struct owner_fact fact = {
		.fact = is_ended ? FACT_PROC_ENDED : FACT_PROC,
		.proc = proc,
	};

	if (o->w.spill_n >= OWNERJOBS_MAX)
		return false;
	proc_fact_get(proc);
	ownerjobs_tell(&o->w, &fact, false);
	return true;
}

/* What is no longer needed goes, and the memory of what went: of what was small
 * now and then, as it may be counted elsewhere for a while. */
static void forget(struct owners *o, uint64_t now_ns)
{
	struct worker *w = &o->w;

	o->has_forgotten |= ownerprocs_refresh(&w->procs, now_ns);
	o->has_forgotten |= ownersocks_refresh(&w->socks, now_ns);
	clockmap_trim(&w->socks.map, now_ns);
	clockmap_trim(&w->procs.map, now_ns);
	if (!o->has_forgotten || now_ns < o->heap_ns + HEAP_NS)
		return;
	o->has_forgotten = false;
	o->heap_ns = now_ns;
	slack_heap();
}

static void tell_procs(struct owners *o, uint64_t now_ns)
{
	if (now_ns < o->told_ns + TELL_NS || !ownerjobs_flush(&o->w))
		return;
	ownerprocs_tell(&o->w.procs, tell_news, o);
	o->told_ns = now_ns;
}

static bool has_held(const struct owners *o)
{
	return o->held_at < o->n_held;
}

static void take_jobs(struct owners *o, uint64_t now_ns)
{
	if (!has_held(o)) {
		o->held_at = 0;
		o->n_held = queue_pop(o->jobs, o->held, TAKE);
		o->is_busy = o->n_held >= MANY;
	}
	while (has_held(o) &&
	       ownerjobs_add(&o->w, &o->held[o->held_at], now_ns))
		o->held_at++;
}

/* Return: whether there is more to do at once. */
static bool step(struct owners *o)
{
	uint64_t now_ns = clock_mono_ns();
	bool is_more;

	if (o->w.births)
		births_read(o->w.births);
	take_answers(o, now_ns);
	/* What was found waits until somebody takes what was told. */
	if (!ownerjobs_flush(&o->w))
		return false;
	take_jobs(o, now_ns);
	is_more = ownerask_step(&o->w, now_ns);
	ownerwalk_step(&o->w.walk, now_ns);
	ownerspace_step(&o->w, now_ns);
	ask_alone(o, now_ns);
	forget(o, now_ns);
	tell_procs(o, now_ns);
	ownerjobs_trim(&o->w, now_ns);
	ownerjobs_flush(&o->w);
	return is_more;
}

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* Milliseconds that it may sleep. */
static int sleep_ms(const struct owners *o)
{
	uint64_t now_ns = clock_mono_ns(), due_ns = now_ns + SLEEP_NS;

	if (o->w.spill_n)
		return FULL_NS / NS_PER_MS;
	if (o->is_busy)
		return REST_MS;
	due_ns = least(due_ns, ownerjobs_due_ns(&o->w));
	due_ns = least(due_ns, ownerwalk_due_ns(&o->w.walk, now_ns));
	due_ns = least(due_ns, ownerspace_due_ns(&o->w));
	due_ns = least(due_ns, ownerprocs_due_ns(&o->w.procs));
	if (o->w.procs.n_news)
		due_ns = least(due_ns, o->told_ns + TELL_NS);
	/* What is due and still there waits for the finder. */
	return due_ns > now_ns ? (int)((due_ns - now_ns) / NS_PER_MS) + 1 : 1;
}

static void run(void *arg)
{
	struct owners *o = arg;

	for (;;) {
		struct tcpask *tcpask = o->config.tcpask;
		bool is_more = step(o);
		bool is_deaf = o->w.spill_n || has_held(o) || o->is_busy;
		struct pollfd fds[] = {
			{ .fd = o->stop_fd, .events = POLLIN },
			{ .fd = is_deaf ? -1 : queue_fd(o->jobs),
			  .events = POLLIN },
			{ .fd = o->w.finder ? finder_fd(o->w.finder) : -1,
			  .events = POLLIN },
			{ .fd = tcpask ? tcpask_work_fd(tcpask) : -1,
			  .events = POLLIN },
		};

		poll(fds, sizeof(fds) / sizeof(fds[0]),
		     is_more ? 0 : sleep_ms(o));
		if (fds[0].revents)
			return;
		/* Somebody looks at it, and that is soon done. */
		if (fds[3].revents)
			tcpask_step(tcpask);
	}
}

int owners_start(struct owners *o)
{
	int err = thread_start(&o->thread, "owners", run, o);

	o->is_started = !err;
	return err;
}

void owners_stop(struct owners *o)
{
	if (!o->is_started)
		return;
	eventfd_write(o->stop_fd, 1);
	thread_join(&o->thread);
	o->is_started = false;
}

/* ------------------------------------------------------------ the others */

bool owners_ask(struct owners *o, const struct owner_job *job)
{
	if (o->n_asked == SEND)
		owners_send(o);
	if (o->n_asked == SEND)
		return false;
	o->asked[o->n_asked++] = *job;
	return true;
}

void owners_send(struct owners *o)
{
	size_t n;

	if (!o->n_asked)
		return;
	atomic_fetch_add(&o->pending, o->n_asked);
	n = queue_push_many(o->jobs, o->asked, o->n_asked);
	o->n_asked -= n;
	atomic_fetch_sub(&o->pending, o->n_asked);
	memmove(o->asked, o->asked + n, o->n_asked * sizeof(o->asked[0]));
}

int owners_fd(const struct owners *o)
{
	return queue_fd(o->facts);
}

size_t owners_take(struct owners *o, struct owner_fact *facts, size_t max)
{
	struct told_fact told[TAKE];
	size_t n = queue_pop(o->facts, told, max < TAKE ? max : TAKE);
	uint64_t n_first = 0;

	for (size_t i = 0; i < n; i++) {
		facts[i] = told[i].fact;
		n_first += told[i].is_first;
	}
	atomic_fetch_sub(&o->pending, n_first);
	return n;
}

uint64_t owners_pending(const struct owners *o)
{
	return atomic_load(&o->pending);
}

bool owners_can_be_alone(const struct owners *o)
{
	return o->config.finder && o->w.netns_cookie != FIRST_NETNS;
}

int owners_alone_fd(const struct owners *o)
{
	return o->alone_fd;
}

void owners_trim(struct owners *o)
{
	queue_trim(o->jobs);
	queue_trim(o->facts);
}

/* SPDX-License-Identifier: GPL-2.0-only */
/* The thread of the one writer: waits for the source, lets it work, sweeps. */
#include "collector.h"

#include "enrich/owners.h"
#include "fact/finding.h"
#include "lib/clock.h"
#include "lib/queue.h"
#include "lib/rcu.h"
#include "lib/thread.h"
#include "source/addrs.h"
#include "source/record.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "intake.h"

#define MAX_FDS 10

/* Ghosts are looked through this often, so they leave this late at most. */
#define EXPIRE_EVERY_NS (100 * NS_PER_MS)

/* When the owners' worker has no room, it is tried again this soon. */
#define ASK_EVERY_NS (10 * NS_PER_MS)

struct collector {
	struct collector_config config;
	struct intake intake;
	struct source *source;
	uint64_t expire_ns, clock_ns;
	bool has_told_complete, has_told_error;
	bool has_more_to_ask;
	_Atomic int fatal;
	_Atomic bool should_stop;
	int stop_fd, wake_fd;
	struct thread thread;
	bool is_started;
};

static uint64_t now_of(const struct collector *c)
{
	return counter_get(&c->intake.health.now_ns);
}

struct collector *collector_new(const struct collector_config *config)
{
	struct collector *c = calloc(1, sizeof(*c));
	int err;

	if (!c)
		return NULL;
	c->config = *config;
	err = intake_init(&c->intake, &c->config);
	c->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	c->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (err || c->stop_fd < 0 || c->wake_fd < 0) {
		collector_free(c);
		errno = ENOMEM;
		return NULL;
	}
	return c;
}

void collector_free(struct collector *c)
{
	if (!c)
		return;
	if (c->source)
		c->source->ops->close(c->source);
	intake_fini(&c->intake);
	if (c->stop_fd >= 0)
		close(c->stop_fd);
	if (c->wake_fd >= 0)
		close(c->wake_fd);
	free(c);
}

const struct source_sink *collector_sink(struct collector *c)
{
	return &c->intake.sink;
}

void collector_set_source(struct collector *c, struct source *source)
{
	c->source = source;
}

static void wake_reader(struct collector *c)
{
	uint64_t one = 1;

	/* A full counter is readable already. */
	if (write(c->wake_fd, &one, sizeof(one)) < 0)
		return;
}

/* Housekeeping follows the source's time: a replay prints the same, however
 * fast it is played. */
static uint64_t clock_of(const struct collector *c)
{
	return c->source->is_live ? clock_mono_ns() : now_of(c);
}

static void expire(struct collector *c)
{
	bool has_more = intake_expire(&c->intake);

	c->expire_ns = clock_of(c) + (has_more ? EXPIRE_EVERY_NS : NS_PER_S);
}

/* Of what an earlier recording knew, the reader finds what is looked at. */
void collector_record(struct collector *c)
{
	struct finding finding;

	while (c->config.recorder && c->config.findings &&
	       queue_pop(c->config.findings, &finding, 1)) {
		recorder_finding(c->config.recorder, now_of(c), &finding);
		name_fact_put(finding.name);
	}
}

/*
 * A record of clock and health now and then keeps a replay honest. A recording
 * that can be written no further is said once; the rest goes on without it.
 *
 * Return: 0, or negative errno when the recording was all that was wanted.
 */
static int record_state(struct collector *c)
{
	uint64_t now_ns = now_of(c);
	int err;

	if (!c->config.recorder || now_ns < c->clock_ns)
		return 0;
	err = recorder_error(c->config.recorder);
	if (err && c->config.records_only)
		return -err;
	if (err && !c->has_told_error) {
		c->has_told_error = true;
		c->intake.sink.note(&c->intake,
				    "the recording could not be written any "
				    "further; flowtop goes on without it");
	}
	c->clock_ns = now_ns + NS_PER_S;
	if (c->source->ops->list_soon &&
	    recorder_wants_keyframe(c->config.recorder, now_ns))
		c->source->ops->list_soon(c->source);
	recorder_clock(c->config.recorder, now_ns,
		       intake_wall_at(&c->intake, now_ns));
	recorder_health(c->config.recorder, now_ns, &c->intake.health);
	collector_record(c);
	return 0;
}

static void wait_for_work(struct pollfd *fds, int n, uint64_t deadline_ns)
{
	uint64_t now_ns = clock_mono_ns();
	uint64_t wait_ns = deadline_ns > now_ns ? deadline_ns - now_ns : 0;
	struct timespec timeout = {
		.tv_sec = (time_t)(wait_ns / NS_PER_S),
		.tv_nsec = (long)(wait_ns % NS_PER_S),
	};

	if (ppoll(fds, (nfds_t)n, &timeout, NULL) < 0) {
		/* Interrupted: the descriptors say nothing. */
		for (int i = 0; i < n; i++)
			fds[i].revents = 0;
	}
}

static int facts_fd(const struct collector *c)
{
	return c->config.owners ? owners_fd(c->config.owners) : -1;
}

static int alone_fd(const struct collector *c)
{
	return c->config.ends_alone ? owners_alone_fd(c->config.owners) : -1;
}

static uint64_t sooner(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* Return: 0, 1 at the end of the source, -EINTR to stop, negative errno. */
static int collector_step(struct collector *c, int stop_fd)
{
	struct pollfd fds[MAX_FDS];
	uint64_t deadline_ns =
		c->source->is_live ? c->expire_ns : clock_mono_ns() + NS_PER_S;
	int n, result, err;

	n = c->source->ops->prepare(c->source, fds, MAX_FDS - 3, &deadline_ns);
	fds[n] = (struct pollfd){ .fd = stop_fd, .events = POLLIN };
	fds[n + 1] = (struct pollfd){ .fd = facts_fd(c), .events = POLLIN };
	fds[n + 2] = (struct pollfd){ .fd = alone_fd(c), .events = POLLIN };
	if (c->has_more_to_ask)
		deadline_ns =
			sooner(deadline_ns, clock_mono_ns() + ASK_EVERY_NS);
	wait_for_work(fds, n + 3, c->intake.is_sweeping ? 0 : deadline_ns);
	if (fds[n].revents)
		return -EINTR;
	result = c->source->ops->work(c->source, fds, n);
	/* A recording waits: what it shows must not depend on our speed. */
	do {
		if (c->intake.is_sweeping)
			intake_sweep(&c->intake);
	} while (c->intake.is_sweeping && !c->source->is_live);
	c->has_more_to_ask = intake_own(&c->intake);
	if (clock_of(c) >= c->expire_ns)
		expire(c);
	err = record_state(c);
	if (fds[n + 2].revents)
		err = -ENONET;
	if (!c->has_told_complete &&
	    counter_get(&c->intake.health.complete_ns) &&
	    !c->intake.is_sweeping) {
		c->has_told_complete = true;
		wake_reader(c);
	}
	return result ? result : err;
}

static void finish_sweep(struct collector *c)
{
	while (c->intake.is_sweeping)
		intake_sweep(&c->intake);
}

int collector_run_until(struct collector *c, uint64_t until_ns, int stop_fd)
{
	int result = 0;

	c->source->until_ns = until_ns;
	while (result == 0 && c->source->now_ns < until_ns &&
	       queue_count(c->intake.events) < MAX_EVENTS / 2)
		result = collector_step(c, stop_fd);
	return result;
}

static void collector_main(void *arg)
{
	struct collector *c = arg;
	int result = 0;

	reader_register();
	while (result == 0)
		result = collector_step(c, c->stop_fd);
	finish_sweep(c);
	if (result < 0 && result != -EINTR)
		atomic_store(&c->fatal, result);
	if (result != -EINTR)
		wake_reader(c);
	/* A recording was played: what it showed stays, closed flows leave. */
	while (result == 1 && !atomic_load(&c->should_stop)) {
		struct pollfd fd = { .fd = c->stop_fd, .events = POLLIN };

		wait_for_work(&fd, 1, clock_mono_ns() + NS_PER_S);
		if (fd.revents)
			break;
	}
	reader_unregister();
}

int collector_start(struct collector *c)
{
	int err = thread_start(&c->thread, "collector", collector_main, c);

	c->is_started = err == 0;
	return err;
}

void collector_stop(struct collector *c)
{
	uint64_t one = 1;

	if (!c->is_started)
		return;
	atomic_store(&c->should_stop, true);
	while (write(c->stop_fd, &one, sizeof(one)) < 0 && errno == EINTR)
		;
	thread_join(&c->thread);
	c->is_started = false;
}

void collector_finish(struct collector *c)
{
	collector_stop(c);
	finish_sweep(c);
	intake_finish(&c->intake);
}

int collector_fd(const struct collector *c)
{
	return c->wake_fd;
}

int collector_fatal(const struct collector *c)
{
	return atomic_load(&((struct collector *)c)->fatal);
}

void collector_note(struct collector *c, const char *text, bool is_shown)
{
	intake_note(&c->intake, text, !is_shown);
}

counter_t *collector_interval(struct collector *c)
{
	return &c->source->interval_ns;
}

const struct table *collector_table(const struct collector *c)
{
	return c->intake.table;
}

struct health *collector_health(struct collector *c)
{
	return &c->intake.health;
}

struct queue *collector_events(struct collector *c)
{
	return c->intake.events;
}

struct queue *collector_notes(struct collector *c)
{
	return c->intake.notes;
}

uint64_t collector_now_ns(const struct collector *c)
{
	return c->source->is_live ? clock_mono_ns() : now_of(c);
}

uint64_t collector_wall_ns(const struct collector *c)
{
	return c->source->is_live ? clock_wall_ns()
				  : intake_wall_at(&c->intake, now_of(c));
}

bool collector_iface(const struct collector *c, const struct addr *addr,
		     uint8_t family, char *iface)
{
	return addrs_iface(c->intake.addrs, addr, family, iface);
}

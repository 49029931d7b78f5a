/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * When to do what:
 *
 *   start    listing on SWEEP, unpaced
 *   tick     count is 0      everything we know is gone
 *            small table     ask about each flow (on RESYNC)
 *            else            listing on SWEEP, paced
 *   overrun  drain to empty, then listing on RESYNC, unpaced, at most one a
 *            tick; three ticks in a row: events are ignored for a while
 *            ("poll mode"), listings go on
 *
 * A listing that is running cannot be cancelled, so there are two sockets: a
 * resync does not wait for a slow sweep.
 */
#include "source/conntrack.h"

#include "lib/clock.h"
#include "source/events.h"
#include "source/fulls.h"
#include "source/listing.h"
#include "source/overruns.h"
#include "source/procfile.h"
#include "source/rtnl.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "health.h"

/* One slice of work: 64 MB of event buffer are 200 ms at 250,000 events/s, so
 * nothing else may take long. */
#define SLICE_NS (5 * NS_PER_MS)

#define BUCKETS_PER_GET 100 /* fewer flows are asked about: fulls.h */
#define DEFAULT_RCVBUF (64U << 20)
#define RETRY_NS (250 * NS_PER_MS)

struct conntrack {
	struct source base;
	struct conntrack_config config;
	struct broker *broker;
	struct event_socket events;
	struct listing listing[CT_SOCKETS];
	struct procfiles files;
	int addr_fd;
	uint64_t n_buckets;

	uint64_t tick_ns; /* next tick */
	struct fulls fulls;
	uint64_t sockets_ns;
	int64_t mismatch; /* accepted: kernel's count minus ours */
	bool has_listed;  /* a listing ended: accept what it left */
	bool is_asking;   /* a round of questions is under way */
	uint64_t ask_cursor;

	bool wants_resync;
	uint64_t resync_ns; /* not before */
	struct overruns overruns;
};

static struct conntrack *conntrack_of(struct source *source)
{
	return (struct conntrack *)source;
}

/* The kernel's hash was resized: a listing that is under way may have missed
 * entries, and nothing says so (there is no NLM_F_DUMP_INTR here). */
static void read_buckets(struct conntrack *c)
{
	uint64_t n_buckets = procfile_read(c->files.buckets_fd);

	if (n_buckets == HEALTH_UNKNOWN)
		n_buckets = 0;
	if (n_buckets == c->n_buckets)
		return;
	c->n_buckets = n_buckets;
	for (int which = 0; which < CT_SOCKETS; which++)
		c->listing[which].is_damaged = true;
}

static void read_count(struct conntrack *c)
{
	counter_set(&c->base.health->n_kernel,
		    procfile_read(c->files.count_fd));
	counter_set(&c->base.health->max_kernel,
		    procfile_read(c->files.max_fd));
}

static void set_clock(struct conntrack *c)
{
	uint64_t now_ns = clock_mono_ns();

	c->base.now_ns = now_ns;
	counter_set(&c->base.health->now_ns, now_ns);
	counter_set(&c->base.health->wall_offset_ns, clock_wall_ns() - now_ns);
}

static void note_lost(struct conntrack *c)
{
	uint32_t lost = event_socket_lost(&c->events);

	if (!lost && !c->events.is_overrun)
		return;
	c->overruns.had_one = true;
	c->wants_resync = true;
	c->base.sink->lost(c->base.sink->ctx, lost);
}

static void drain_events(struct conntrack *c, uint64_t now_ns)
{
	const struct source_sink *sink =
		c->overruns.until_ns ? NULL : c->base.sink;
	int err =
		event_socket_drain(&c->events, sink, now_ns, now_ns + SLICE_NS);

	if (err || (c->events.is_overrun && c->events.is_drained)) {
		note_lost(c);
		c->events.is_overrun = false;
	}
	counter_set(&c->base.health->events, c->events.n_taken);
}

/* For a listing, before it hands on what it has read; or before it ends. */
static void take_events(void *ctx, bool is_end)
{
	struct conntrack *c = ctx;

	if (is_end)
		read_buckets(c);
	if (!c->overruns.until_ns)
		drain_events(c, clock_mono_ns());
}

static int begin_listing(struct conntrack *c, int which, bool is_paced)
{
	int err = listing_begin(&c->listing[which], c->broker, c->base.sink,
				is_paced);

	return err == -EPERM || err == -EACCES || err == -EPIPE ? err : 0;
}

static int begin_resync(struct conntrack *c, uint64_t now_ns)
{
	struct listing *l = &c->listing[CT_SOCKET_RESYNC];
	int err;

	if (l->is_running || c->is_asking || now_ns < c->resync_ns)
		return 0;
	c->resync_ns = now_ns + (c->config.interval_ns < NS_PER_S
					 ? c->config.interval_ns
					 : NS_PER_S);
	counter_add(&c->base.health->resyncs, 1);
	err = begin_listing(c, CT_SOCKET_RESYNC, false);
	c->wants_resync = !l->is_running;
	return err;
}

static void set_complete(struct conntrack *c, uint64_t now_ns)
{
	if (!counter_get(&c->base.health->complete_ns))
		counter_set(&c->base.health->complete_ns, now_ns);
}

static void step_listing(struct conntrack *c, int which)
{
	struct listing *l = &c->listing[which];
	struct health *health = c->base.health;
	enum listing_result result;
	uint64_t now_ns = clock_mono_ns();

	if (!l->is_running || now_ns < l->next_ns)
		return;
	result = listing_step(l, c->base.sink, now_ns + SLICE_NS,
			      c->config.budget);
	now_ns = clock_mono_ns();
	if (result == LISTING_FAILED && which == CT_SOCKET_RESYNC) {
		c->wants_resync = true;
		c->resync_ns = now_ns + RETRY_NS;
	} else if (result == LISTING_FAILED) {
		c->tick_ns = now_ns + RETRY_NS;
	}
	if (result != LISTING_COMPLETE)
		return;
	fulls_listed(&c->fulls, now_ns);
	c->has_listed = true;
	counter_add(&health->refreshes, 1);
	counter_set(&health->sweep_ns, now_ns - l->started_ns);
	counter_set(&health->reread_ns, l->started_ns);
	set_complete(c, now_ns);
}

/* Nothing is in the table: a listing that needs no message. */
static void table_is_empty(struct conntrack *c)
{
	const struct source_sink *sink = c->base.sink;

	sink->dump_begin(sink->ctx, CT_SOCKET_SWEEP, DUMP_FULL);
	sink->dump_end(sink->ctx, CT_SOCKET_SWEEP, true);
	c->mismatch = 0;
	set_complete(c, clock_mono_ns());
}

static int64_t mismatch_now(const struct conntrack *c)
{
	return (int64_t)(counter_get(&c->base.health->n_kernel) -
			 counter_get(&c->base.health->n_live));
}

/* The kernel also counts what it does not list: entries that have expired or
 * are unconfirmed. A difference that a listing did not change is theirs. */
static int check_mismatch(struct conntrack *c)
{
	int64_t mismatch;

	read_count(c);
	mismatch = mismatch_now(c);
	if (mismatch == 0)
		c->mismatch = 0;
	if (mismatch == 0 && !c->listing[CT_SOCKET_RESYNC].n_unanswered)
		fulls_proved(&c->fulls, clock_mono_ns());
	if (mismatch == c->mismatch)
		return 0;
	return begin_listing(c, CT_SOCKET_SWEEP, true);
}

/* After the sweep that follows a listing: what differs now is not listed. */
static void accept_mismatch(struct conntrack *c)
{
	c->has_listed = false;
	read_count(c);
	c->mismatch = mismatch_now(c);
}

static int ask_more(struct conntrack *c)
{
	const struct source_sink *sink = c->base.sink;
	int result;

	result = listing_ask(&c->listing[CT_SOCKET_RESYNC], c->broker, sink,
			     &c->ask_cursor, clock_mono_ns() + SLICE_NS);
	if (result == 1)
		return 0;
	c->is_asking = false;
	sink->dump_end(sink->ctx, CT_SOCKET_RESYNC, result == 0);
	counter_add(&c->base.health->refreshes, result == 0);
	if (result < 0)
		return begin_listing(c, CT_SOCKET_SWEEP, true);
	return check_mismatch(c);
}

static bool is_small(const struct conntrack *c, uint64_t n)
{
	return n < c->n_buckets / BUCKETS_PER_GET;
}

static int refresh(struct conntrack *c, uint64_t now_ns)
{
	uint64_t n = counter_get(&c->base.health->n_kernel);
	const struct source_sink *sink = c->base.sink;
	bool is_first = !counter_get(&c->base.health->complete_ns);

	if (c->listing[CT_SOCKET_SWEEP].is_running || c->is_asking)
		return 0;
	if (n == 0) {
		counter_add(&c->base.health->refreshes, 1);
		if (is_first || counter_get(&c->base.health->n_live))
			table_is_empty(c);
		return 0;
	}
	if (is_first)
		return begin_listing(c, CT_SOCKET_SWEEP, false);
	/* In poll mode only a listing brings new flows. */
	if (n == HEALTH_UNKNOWN || !is_small(c, n) ||
	    fulls_is_due(&c->fulls, now_ns) || c->overruns.until_ns ||
	    c->listing[CT_SOCKET_RESYNC].is_running)
		return begin_listing(c, CT_SOCKET_SWEEP, true);
	c->is_asking = true;
	c->ask_cursor = 0;
	sink->dump_begin(sink->ctx, CT_SOCKET_RESYNC, DUMP_DELTA);
	return 0;
}

/* Try events again: what has piled up is thrown away, a listing follows. */
static void leave_poll_mode(struct conntrack *c, uint64_t now_ns)
{
	event_socket_drain(&c->events, NULL, now_ns, now_ns + SLICE_NS);
	if (!c->events.is_drained)
		return;
	event_socket_lost(&c->events);
	c->events.is_overrun = false;
	c->overruns.until_ns = 0;
	c->wants_resync = true;
	counter_set(&c->base.health->poll_mode, 0);
}

static void judge_overruns(struct conntrack *c, uint64_t now_ns)
{
	note_lost(c);
	if (overruns_judge(&c->overruns, now_ns, c->config.interval_ns))
		counter_set(&c->base.health->poll_mode, 1);
}

static int tick(struct conntrack *c, uint64_t now_ns)
{
	c->tick_ns += c->config.interval_ns;
	if (c->tick_ns <= now_ns)
		c->tick_ns = now_ns + c->config.interval_ns;
	counter_set(&c->base.health->tick_ns, now_ns);
	judge_overruns(c, now_ns);
	read_count(c);
	read_buckets(c);
	procfile_switches(c->base.health);
	if (c->config.counts_sockets)
		procfile_sockets(c->base.health, now_ns, &c->sockets_ns);
	return refresh(c, now_ns);
}

static int check_broker(const struct conntrack *c)
{
	int result = broker_check(c->broker);

	if (result > 0)
		counter_set(&c->base.health->tracking, 0);
	if (result > 0)
		c->base.sink->note(c->base.sink->ctx,
				   "the table is nearly full: flowtop has "
				   "ended tracking");
	return result < 0 ? result : 0;
}

static void lower(uint64_t *deadline_ns, uint64_t value)
{
	if (value < *deadline_ns)
		*deadline_ns = value;
}

static int conntrack_work(struct source *source, const struct pollfd *fds,
			  int n)
{
	struct conntrack *c = conntrack_of(source);
	uint64_t now_ns = clock_mono_ns();
	int err = 0;

	set_clock(c);
	c->config.interval_ns = counter_get(&source->interval_ns);
	lower(&c->tick_ns,
	      counter_get(&source->health->tick_ns) + c->config.interval_ns);
	if (n && fds[0].revents)
		err = check_broker(c);
	if (err)
		return err;
	if (c->has_listed)
		accept_mismatch(c);
	if (n < 2 || fds[1].revents)
		rtnl_take(c->addr_fd, source->sink);
	if (c->overruns.until_ns && now_ns >= c->overruns.until_ns)
		leave_poll_mode(c, now_ns);
	if (!c->overruns.until_ns && now_ns >= c->events.rest_until_ns)
		drain_events(c, now_ns);
	if (now_ns >= c->tick_ns)
		err = tick(c, now_ns);
	if (!err && c->wants_resync)
		err = begin_resync(c, now_ns);
	if (!err && c->is_asking)
		err = ask_more(c);
	for (int which = 0; which < CT_SOCKETS; which++)
		step_listing(c, which);
	set_clock(c);
	return err;
}

static int conntrack_prepare(struct source *source, struct pollfd *fds, int max,
			     uint64_t *deadline_ns)
{
	struct conntrack *c = conntrack_of(source);
	uint64_t now_ns = clock_mono_ns();
	int n = 0;

	lower(deadline_ns, c->tick_ns);
	if (c->is_asking || c->has_listed)
		lower(deadline_ns, now_ns);
	if (c->wants_resync && !c->listing[CT_SOCKET_RESYNC].is_running)
		lower(deadline_ns, c->resync_ns);
	if (n < max)
		fds[n++] = (struct pollfd){ .fd = broker_fd(c->broker),
					    .events = POLLIN };
	if (n < max)
		fds[n++] =
			(struct pollfd){ .fd = c->addr_fd, .events = POLLIN };
	if (c->overruns.until_ns)
		lower(deadline_ns, c->overruns.until_ns);
	else if (now_ns < c->events.rest_until_ns)
		lower(deadline_ns, c->events.rest_until_ns);
	else if (n < max)
		fds[n++] =
			(struct pollfd){ .fd = c->events.fd, .events = POLLIN };
	for (int which = 0; which < CT_SOCKETS; which++) {
		struct listing *l = &c->listing[which];

		if (!l->is_running)
			continue;
		if (now_ns < l->next_ns)
			lower(deadline_ns, l->next_ns);
		else if (n < max)
			fds[n++] = (struct pollfd){ .fd = listing_fd(l),
						    .events = POLLIN };
	}
	return n;
}

static void conntrack_close(struct source *source)
{
	struct conntrack *c = conntrack_of(source);

	event_socket_close(&c->events);
	for (int which = 0; which < CT_SOCKETS; which++)
		listing_close(&c->listing[which]);
	procfiles_close(&c->files);
	if (c->addr_fd >= 0)
		close(c->addr_fd);
	free(c);
}

static void conntrack_list_soon(struct source *source)
{
	fulls_want(&conntrack_of(source)->fulls);
}

static const struct source_ops conntrack_ops = {
	.name = "conntrack",
	.prepare = conntrack_prepare,
	.work = conntrack_work,
	.list_soon = conntrack_list_soon,
	.close = conntrack_close,
};

static int open_sockets(struct conntrack *c)
{
	int err = event_socket_open(&c->events, c->config.rcvbuf);

	for (int which = 0; !err && which < CT_SOCKETS; which++)
		err = listing_open(&c->listing[which], which, take_events, c);
	if (err)
		return err;
	c->addr_fd = rtnl_open();
	return c->addr_fd < 0 ? c->addr_fd : 0;
}

int conntrack_open(struct source **out, const struct conntrack_config *config)
{
	struct conntrack *c = calloc(1, sizeof(*c));
	int err;

	if (!c)
		return -ENOMEM;
	c->base = (struct source){ .ops = &conntrack_ops,
				   .is_live = true,
				   .interval_ns = config->interval_ns,
				   .until_ns = UINT64_MAX };
	c->config = *config;
	if (!c->config.rcvbuf)
		c->config.rcvbuf = DEFAULT_RCVBUF;
	c->events.fd = -1;
	c->addr_fd = -1;
	for (int which = 0; which < CT_SOCKETS; which++)
		c->listing[which].fd = -1;
	procfiles_open(&c->files);
	read_buckets(c);
	err = open_sockets(c);
	if (err) {
		conntrack_close(&c->base);
		return err;
	}
	*out = &c->base;
	return 0;
}

void conntrack_sockets(const struct source *source, int fds[CT_SOCKETS])
{
	const struct conntrack *c = (const struct conntrack *)source;

	for (int which = 0; which < CT_SOCKETS; which++)
		fds[which] = c->listing[which].fd;
}

void conntrack_start(struct source *source, struct broker *broker,
		     const struct source_sink *sink, struct health *health)
{
	struct conntrack *c = conntrack_of(source);

	c->broker = broker;
	source->sink = sink;
	source->health = health;
	counter_set(&health->rcvbuf, event_socket_granted(&c->events));
	set_clock(c);
	read_count(c);
	procfile_switches(c->base.health);
}

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The one writer. What arrives from the source goes into the table, and from
 * there, when it changed something, into the recording and the event queue.
 */
#include "collector.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "flow/tombs.h"
#include "flow/writer.h"
#include "lib/clock.h"
#include "lib/queue.h"
#include "lib/rcu.h"
#include "lib/str.h"
#include "lib/thread.h"
#include "source/addrs.h"
#include "source/record.h"
#include "source/source.h"

#define MAX_FDS	   8
#define MAX_EVENTS 65536
#define MAX_NOTES  128

/* Ghosts are looked through this often, so they leave this late at most. */
#define EXPIRE_EVERY_NS (100 * NS_PER_MS)

/* While a storm lasts, 250,000 flows end each second: enough to look at. */
#define MAX_GHOSTS 16384

/* An event line of a flow that vanished waits so long for its DESTROY. */
#define END_WAIT_NS (3 * NS_PER_S)

#define SLICE_NS (5 * NS_PER_MS)

/* A listing that is under way. */
struct running {
	bool is_full; /* running, and complete it may sweep */
	bool is_keyframe;
	uint32_t generation;
	struct tombs tombs;
};

struct collector {
	struct collector_config config;
	struct source_sink sink;
	struct source *source;
	struct table *table;
	struct addrs *addrs;
	struct health health;
	struct queue *events, *notes;
	struct running running[MAX_DUMPS];
	bool is_sweeping;
	uint64_t expire_ns, clock_ns;
	bool has_told_complete;
	_Atomic int fatal;
	_Atomic bool should_stop;
	int stop_fd, wake_fd;
	struct thread thread;
	bool is_started;
};

void health_init(struct health *health)
{
	memset(health, 0, sizeof(*health));
	counter_set(&health->n_kernel, HEALTH_UNKNOWN);
	counter_set(&health->max_kernel, HEALTH_UNKNOWN);
	counter_set(&health->acct, HEALTH_UNKNOWN);
	counter_set(&health->timestamp, HEALTH_UNKNOWN);
	counter_set(&health->kernel_events, HEALTH_UNKNOWN);
	counter_set(&health->rcvbuf, HEALTH_UNKNOWN);
}

static uint64_t now_of(const struct collector *c)
{
	return counter_get(&c->health.now_ns);
}

static uint64_t wall_at(const struct collector *c, uint64_t mono_ns)
{
	return mono_ns + counter_get(&c->health.wall_offset_ns);
}

static void push_event(struct collector *c, enum flow_event_kind kind,
		       uint64_t mono_ns, struct flow_event *event)
{
	event->kind = kind;
	event->mono_ns = mono_ns;
	event->wall_ns = wall_at(c, mono_ns);
	queue_push(c->events, event);
}

static void push_flow_event(struct collector *c, enum flow_event_kind kind,
			    uint64_t mono_ns, const struct flow *flow)
{
	struct flow_event event = { 0 };

	flow_read(flow, &event.info);
	push_event(c, kind, mono_ns, &event);
}

static void on_end(void *ctx, const struct flow *flow, enum end_reason reason)
{
	struct collector *c = ctx;
	uint64_t now_ns = now_of(c);

	if (reason <= END_REPLACED)
		counter_add(&c->health.ended_flows, 1);
	if (reason == END_GONE && c->config.recorder)
		recorder_gone(c->config.recorder, now_ns, &flow->key, flow->id);
	if (c->config.events && (reason == END_DESTROYED ||
				 reason == END_COMPLETED ||
				 reason == END_UNSEEN))
		push_flow_event(c, EVENT_END, now_ns, flow);
}

static uint8_t on_classify(void *ctx, const struct flow_key *key,
			   const struct tuple *reply, uint32_t *bits)
{
	const struct collector *c = ctx;

	return (uint8_t)addrs_classify(c->addrs, key, reply, bits);
}

/* A flow that ended without ever being in the table. */
static void unknown_ended(struct collector *c, const struct sample *s)
{
	struct flow_event event = { 0 };

	counter_add(&c->health.ended_flows, 1);
	if (!c->config.events)
		return;
	flow_info_from_sample(&event.info, s);
	event.info.has |= FLOW_CLOSED | FLOW_FINAL;
	event.info.dir = on_classify(c, &s->key, &s->reply, &event.info.has);
	push_event(c, EVENT_END, s->mono_ns, &event);
}

static void flow_ended(struct collector *c, const struct sample *s)
{
	for (int i = 0; i < MAX_DUMPS; i++) {
		if (c->running[i].is_full)
			tombs_add(&c->running[i].tombs, &s->key, s->id);
	}
	if (!table_end(c->table, s,
		       s->kind == SAMPLE_GONE ? END_GONE : END_DESTROYED) &&
	    s->kind == SAMPLE_DESTROY)
		unknown_ended(c, s);
}

static bool is_worth_recording(const struct collector *c,
			       const struct sample *s,
			       enum upsert_result result)
{
	if (s->kind != SAMPLE_DUMP && s->kind != SAMPLE_GET)
		return true;
	return result == UPSERT_CHANGED || result == UPSERT_CREATED ||
	       (s->kind == SAMPLE_DUMP && c->running[s->dump].is_keyframe);
}

static void flow_seen(struct collector *c, const struct sample *s)
{
	enum upsert_result result = table_upsert(c->table, s);

	if (result == UPSERT_CREATED) {
		counter_add(&c->health.new_flows, 1);
		if (c->config.events && counter_get(&c->health.complete_ns))
			push_flow_event(c, EVENT_NEW, s->mono_ns,
					table_find_live(c->table, &s->key));
	}
	if (c->config.recorder && is_worth_recording(c, s, result))
		recorder_sample(c->config.recorder, wall_at(c, s->mono_ns), s);
}

static void on_sample(void *ctx, const struct sample *s)
{
	struct collector *c = ctx;

	if (s->kind == SAMPLE_DUMP &&
	    tombs_has(&c->running[s->dump].tombs, &s->key, s->id))
		return;
	reader_lock();
	if (s->kind == SAMPLE_DESTROY || s->kind == SAMPLE_GONE) {
		if (c->config.recorder)
			recorder_sample(c->config.recorder,
					wall_at(c, s->mono_ns), s);
		flow_ended(c, s);
	} else {
		flow_seen(c, s);
	}
	reader_unlock();
	counter_set(&c->health.n_live, table_n_live(c->table));
	counter_add(&c->health.version, 1);
}

static void on_dump_begin(void *ctx, int dump, enum dump_kind kind)
{
	struct collector *c = ctx;
	struct running *running = &c->running[dump];
	struct recorder *rec = c->config.recorder;

	running->is_full = kind == DUMP_FULL;
	if (running->is_full)
		running->generation = table_generation_next(c->table);
	if (!rec)
		return;
	running->is_keyframe = running->is_full &&
			       recorder_wants_keyframe(rec, now_of(c));
	recorder_dump_begin(rec, now_of(c), dump,
			    running->is_keyframe ? DUMP_FULL : DUMP_DELTA);
}

static void on_dump_end(void *ctx, int dump, bool is_complete)
{
	struct collector *c = ctx;
	struct running *running = &c->running[dump];

	if (running->is_full && is_complete) {
		table_sweep_begin(c->table, running->generation);
		c->is_sweeping = true;
	}
	if (c->config.recorder)
		recorder_dump_end(c->config.recorder, now_of(c), dump,
				  is_complete);
	running->is_full = false;
	running->is_keyframe = false;
	tombs_clear(&running->tombs);
}

static int on_known(void *ctx, uint64_t *cursor, struct flow_key *keys,
		    int max)
{
	struct collector *c = ctx;
	const struct flow *flow;
	int n = 0;

	while (n < max && (flow = table_live_at(c->table, cursor)))
		keys[n++] = flow->key;
	return n;
}

static void on_missing(void *ctx, const struct flow_key *key, uint64_t now_ns)
{
	struct collector *c = ctx;
	const struct flow *flow;

	reader_lock();
	flow = table_find_live(c->table, key);
	if (flow)
		table_missing(c->table, flow, now_ns);
	reader_unlock();
	counter_set(&c->health.n_live, table_n_live(c->table));
	counter_add(&c->health.version, 1);
}

static void on_lost(void *ctx, uint64_t n)
{
	struct collector *c = ctx;
	struct flow_event event = { 0 };

	counter_add(&c->health.lost, n);
	counter_set(&c->health.lost_ns, now_of(c));
	if (c->config.recorder)
		recorder_lost(c->config.recorder, now_of(c), n);
	if (!c->config.events)
		return;
	event.lost = counter_get(&c->health.lost);
	push_event(c, EVENT_LOST, now_of(c), &event);
}

static void on_own_addr(void *ctx, const struct own_addr *addr, bool is_added,
			const struct nlmsghdr *raw)
{
	struct collector *c = ctx;

	if (c->config.recorder)
		recorder_address(c->config.recorder, now_of(c), raw,
				 addr->iface);
	if (!addrs_change(c->addrs, addr, is_added))
		return;
	table_reclassify(c->table);
	counter_add(&c->health.version, 1);
}

static void on_note(void *ctx, const char *text)
{
	struct collector *c = ctx;
	struct note note = { .mono_ns = now_of(c) };

	str_copy(note.text, sizeof(note.text), text);
	queue_push(c->notes, &note);
	counter_add(&c->health.version, 1);
}

static struct table *make_table(struct collector *c)
{
	struct table_config config = {
		.max_flows = c->config.max_flows,
		.n_expected = c->config.n_expected,
		.linger_ns = c->config.linger_ns,
		.max_ghosts = MAX_GHOSTS,
	};
	struct table_hooks hooks = {
		.ctx = c,
		.end = on_end,
		.classify = on_classify,
	};

	if (c->config.events && config.linger_ns < END_WAIT_NS)
		config.linger_ns = END_WAIT_NS;
	return table_new(&config, &hooks);
}

struct collector *collector_new(const struct collector_config *config)
{
	struct collector *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->config = *config;
	c->sink = (struct source_sink){
		.ctx = c,
		.sample = on_sample,
		.dump_begin = on_dump_begin,
		.dump_end = on_dump_end,
		.known = on_known,
		.missing = on_missing,
		.lost = on_lost,
		.own_addr = on_own_addr,
		.note = on_note,
	};
	health_init(&c->health);
	for (int i = 0; i < MAX_DUMPS; i++)
		tombs_init(&c->running[i].tombs);
	c->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	c->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	c->addrs = addrs_new(config->local_nets, config->n_local_nets);
	c->table = make_table(c);
	c->events = queue_new(sizeof(struct flow_event),
			      config->events ? MAX_EVENTS : 1);
	c->notes = queue_new(sizeof(struct note), MAX_NOTES);
	if (c->stop_fd < 0 || c->wake_fd < 0 || !c->addrs || !c->table ||
	    !c->events || !c->notes) {
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
	for (int i = 0; i < MAX_DUMPS; i++)
		tombs_fini(&c->running[i].tombs);
	c->config.events = false;
	c->config.recorder = NULL;
	table_free(c->table);
	rcu_drain();
	addrs_free(c->addrs);
	queue_free(c->events);
	queue_free(c->notes);
	if (c->stop_fd >= 0)
		close(c->stop_fd);
	if (c->wake_fd >= 0)
		close(c->wake_fd);
	free(c);
}

const struct source_sink *collector_sink(struct collector *c)
{
	return &c->sink;
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

static void sweep(struct collector *c)
{
	reader_lock();
	c->is_sweeping = table_sweep_step(c->table, now_of(c),
					  clock_mono_ns() + SLICE_NS);
	reader_unlock();
	counter_set(&c->health.n_live, table_n_live(c->table));
	counter_add(&c->health.version, 1);
}

static void expire(struct collector *c)
{
	uint64_t now_ns = clock_mono_ns();
	uint64_t n_ghosts = table_n_ghosts(c->table);

	c->expire_ns = now_ns + (n_ghosts ? EXPIRE_EVERY_NS : NS_PER_S);
	table_expire(c->table, now_of(c), now_ns + SLICE_NS);
	counter_set(&c->health.n_rejected, table_n_rejected(c->table));
	if (table_n_ghosts(c->table) != n_ghosts)
		counter_add(&c->health.version, 1);
}

/* A record of clock and health now and then keeps a replay honest. */
static void record_state(struct collector *c)
{
	uint64_t now_ns = now_of(c);

	if (!c->config.recorder || now_ns < c->clock_ns)
		return;
	c->clock_ns = now_ns + NS_PER_S;
	recorder_clock(c->config.recorder, now_ns, wall_at(c, now_ns));
	recorder_health(c->config.recorder, now_ns, &c->health);
}

static void wait_for_work(struct collector *c, struct pollfd *fds, int n,
			  uint64_t deadline_ns)
{
	uint64_t now_ns = clock_mono_ns();
	uint64_t wait_ns = deadline_ns > now_ns ? deadline_ns - now_ns : 0;
	struct timespec timeout = {
		.tv_sec = (time_t)(wait_ns / NS_PER_S),
		.tv_nsec = (long)(wait_ns % NS_PER_S),
	};

	(void)c;
	if (ppoll(fds, (nfds_t)n, &timeout, NULL) < 0) {
		/* Interrupted: the descriptors say nothing. */
		for (int i = 0; i < n; i++)
			fds[i].revents = 0;
	}
}

/* Return: 0, 1 at the end of the source, -EINTR to stop, negative errno. */
static int collector_step(struct collector *c, int stop_fd)
{
	struct pollfd fds[MAX_FDS];
	uint64_t deadline_ns = c->expire_ns;
	int n, result;

	n = c->source->ops->prepare(c->source, fds, MAX_FDS - 1, &deadline_ns);
	fds[n] = (struct pollfd){ .fd = stop_fd, .events = POLLIN };
	wait_for_work(c, fds, n + 1, c->is_sweeping ? 0 : deadline_ns);
	if (fds[n].revents)
		return -EINTR;
	result = c->source->ops->work(c->source, fds, n);
	if (c->is_sweeping)
		sweep(c);
	if (clock_mono_ns() >= c->expire_ns)
		expire(c);
	record_state(c);
	if (!c->has_told_complete && counter_get(&c->health.complete_ns) &&
	    !c->is_sweeping) {
		c->has_told_complete = true;
		wake_reader(c);
	}
	return result;
}

static void finish_sweep(struct collector *c)
{
	while (c->is_sweeping)
		sweep(c);
}

int collector_run_until(struct collector *c, uint64_t until_ns, int stop_fd)
{
	int result = 0;

	c->source->until_ns = until_ns;
	while (result == 0 && c->source->now_ns < until_ns)
		result = collector_step(c, stop_fd);
	finish_sweep(c);
	expire(c);
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

		wait_for_work(c, &fd, 1, c->expire_ns);
		if (fd.revents)
			break;
		expire(c);
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

int collector_fd(const struct collector *c)
{
	return c->wake_fd;
}

int collector_fatal(const struct collector *c)
{
	return atomic_load(&((struct collector *)c)->fatal);
}

const struct table *collector_table(const struct collector *c)
{
	return c->table;
}

struct health *collector_health(struct collector *c)
{
	return &c->health;
}

struct queue *collector_events(struct collector *c)
{
	return c->events;
}

struct queue *collector_notes(struct collector *c)
{
	return c->notes;
}

uint64_t collector_now_ns(const struct collector *c)
{
	return c->source->is_live ? clock_mono_ns() : now_of(c);
}

uint64_t collector_wall_ns(const struct collector *c)
{
	return c->source->is_live ? clock_wall_ns() : wall_at(c, now_of(c));
}

bool collector_iface(const struct collector *c, const struct addr *addr,
		     uint8_t family, char *iface)
{
	return addrs_iface(c->addrs, addr, family, iface);
}

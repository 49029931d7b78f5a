/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What becomes of a message: into the table, and from there, when it changed
 * something, into the recording and the event queue.
 */
#include "intake.h"

#include "enrich/owners.h"
#include "flow/writer.h"
#include "lib/clock.h"
#include "lib/queue.h"
#include "lib/rcu.h"
#include "lib/slack.h"
#include "lib/str.h"
#include "source/addrs.h"
#include "source/record.h"

#include <errno.h>
#include <string.h>

#include "attribution.h"
#include "collector.h"

#define MAX_NOTES 128

/* A storm loses events many times a second; one line a second says it. */
#define SAY_LOST_NS NS_PER_S

/* While a storm lasts, 250,000 flows end each second: enough to look at. */
#define MAX_GHOSTS 16384

/* An event line of a flow that vanished waits so long for its DESTROY. */
#define END_WAIT_NS (3 * NS_PER_S)

#define SLICE_NS (5 * NS_PER_MS)

static uint64_t now_of(const struct intake *in)
{
	return counter_get(&in->health.now_ns);
}

uint64_t intake_wall_at(const struct intake *in, uint64_t mono_ns)
{
	return mono_ns + counter_get(&in->health.wall_offset_ns);
}

static void say_lost(struct intake *in, bool is_last)
{
	uint64_t now_ns = now_of(in);
	struct flow_event lost;

	if (!in->config->events || !in->has_unsaid_loss ||
	    (!is_last && now_ns < in->said_lost_ns + SAY_LOST_NS))
		return;
	lost = (struct flow_event){
		.kind = EVENT_LOST,
		.mono_ns = now_ns,
		.wall_ns = intake_wall_at(in, now_ns),
		.lost = counter_get(&in->health.lost),
	};
	in->has_unsaid_loss = !queue_push(in->events, &lost);
	in->said_lost_ns = now_ns;
}

/* A reader that is too slow loses lines, and is told. */
static void push_event(struct intake *in, enum flow_event_kind kind,
		       uint64_t mono_ns, struct flow_event *event)
{
	event->kind = kind;
	event->mono_ns = mono_ns;
	event->wall_ns = intake_wall_at(in, mono_ns);
	say_lost(in, false);
	if (queue_push(in->events, event))
		return;
	in->has_unsaid_loss = true;
	counter_add(&in->health.lost, 1);
}

static void push_flow_event(struct intake *in, enum flow_event_kind kind,
			    uint64_t mono_ns, const struct flow *flow)
{
	struct flow_event event = { 0 };

	flow_read(flow, &event.info);
	push_event(in, kind, mono_ns, &event);
}

static void on_end(void *ctx, const struct flow *flow, enum end_reason reason)
{
	struct intake *in = ctx;
	uint64_t now_ns = now_of(in);

	if (reason <= END_REPLACED)
		counter_add(&in->health.ended_flows, 1);
	if (reason == END_GONE && in->config->recorder)
		recorder_gone(in->config->recorder, now_ns, &flow->key,
			      flow->id);
	if (in->config->events &&
	    (reason == END_DESTROYED || reason == END_COMPLETED ||
	     reason == END_UNSEEN))
		push_flow_event(in, EVENT_END,
				reason == END_UNSEEN
					? counter_get(&flow->sampled_ns)
					: now_ns,
				flow);
}

static uint8_t on_classify(void *ctx, const struct flow_key *key,
			   const struct tuple *reply, uint32_t *bits)
{
	const struct intake *in = ctx;

	return (uint8_t)addrs_classify(in->addrs, key, reply, bits);
}

/* A flow that ended without ever being in the table. */
static void unknown_ended(struct intake *in, const struct sample *s)
{
	struct flow_event event = { 0 };

	counter_add(&in->health.ended_flows, 1);
	if (!in->config->events)
		return;
	flow_info_from_sample(&event.info, s);
	event.info.has |= FLOW_CLOSED | FLOW_FINAL;
	event.info.dir = on_classify(in, &s->key, &s->reply, &event.info.has);
	push_event(in, EVENT_END, s->mono_ns, &event);
}

static void flow_ended(struct intake *in, const struct sample *s)
{
	for (int i = 0; i < MAX_DUMPS; i++) {
		if (in->running[i].is_open)
			tombs_add(&in->running[i].tombs, &s->key, s->id);
	}
	if (!table_end(in->table, s,
		       s->kind == SAMPLE_GONE ? END_GONE : END_DESTROYED) &&
	    s->kind == SAMPLE_DESTROY)
		unknown_ended(in, s);
}

static bool is_worth_recording(const struct intake *in, const struct sample *s,
			       enum upsert_result result)
{
	if (s->kind != SAMPLE_DUMP && s->kind != SAMPLE_GET)
		return true;
	return result == UPSERT_CHANGED || result == UPSERT_CREATED ||
	       (s->kind == SAMPLE_DUMP && in->running[s->dump].is_keyframe);
}

static void flow_seen(struct intake *in, const struct sample *s)
{
	enum upsert_result result = table_upsert(in->table, s);

	if (result == UPSERT_CREATED) {
		counter_add(&in->health.new_flows, 1);
		if (in->config->events && counter_get(&in->health.complete_ns))
			push_flow_event(in, EVENT_NEW, s->mono_ns,
					table_find_live(in->table, &s->key));
	}
	if (in->config->recorder && is_worth_recording(in, s, result))
		recorder_sample(in->config->recorder,
				intake_wall_at(in, s->mono_ns), s);
	if (s->kind == SAMPLE_DUMP && in->running[s->dump].is_keyframe)
		attribution_keyframe(in, s);
}

static void take_sample(struct intake *in, const struct sample *s)
{
	if ((s->kind == SAMPLE_DUMP || s->kind == SAMPLE_GET) &&
	    tombs_has(&in->running[s->dump].tombs, &s->key, s->id))
		return;
	if (s->kind == SAMPLE_DESTROY || s->kind == SAMPLE_GONE) {
		if (in->config->recorder)
			recorder_sample(in->config->recorder,
					intake_wall_at(in, s->mono_ns), s);
		flow_ended(in, s);
	} else {
		flow_seen(in, s);
	}
	counter_add(&in->health.version, 1);
}

static void on_sample(void *ctx, const struct sample *s)
{
	struct intake *in = ctx;

	reader_lock();
	take_sample(in, s);
	reader_unlock();
	counter_set(&in->health.n_live, table_n_live(in->table));
}

static void on_samples(void *ctx, struct sample *samples, int n)
{
	struct intake *in = ctx;

	reader_lock();
	table_expect(in->table, samples, n);
	for (int i = 0; i < n; i++)
		take_sample(in, &samples[i]);
	reader_unlock();
	counter_set(&in->health.n_live, table_n_live(in->table));
}

static void on_dump_begin(void *ctx, int dump, enum dump_kind kind)
{
	struct intake *in = ctx;
	struct running *running = &in->running[dump];
	struct recorder *rec = in->config->recorder;

	running->is_open = true;
	running->is_full = kind == DUMP_FULL;
	running->generation = table_generation_next(in->table);
	running->started_ns = now_of(in);
	if (!rec)
		return;
	running->is_keyframe =
		running->is_full && recorder_wants_keyframe(rec, now_of(in));
	recorder_dump_begin(rec, now_of(in), dump,
			    running->is_keyframe ? DUMP_FULL : DUMP_DELTA);
}

static void on_dump_end(void *ctx, int dump, bool is_complete)
{
	struct intake *in = ctx;
	struct running *running = &in->running[dump];

	if (running->is_full && is_complete) {
		table_sweep_begin(in->table, running->generation);
		in->is_sweeping = true;
	} else if (in->config->is_replay && is_complete) {
		reader_lock();
		table_settle(in->table, running->generation, now_of(in));
		reader_unlock();
		counter_add(&in->health.version, 1);
	}
	/* A source that reads the table says so itself. */
	if (in->config->is_replay && is_complete)
		counter_set(&in->health.reread_ns, running->started_ns);
	if (in->config->recorder)
		recorder_dump_end(in->config->recorder, now_of(in), dump,
				  is_complete);
	running->is_open = false;
	running->is_full = false;
	running->is_keyframe = false;
	tombs_clear(&running->tombs);
}

static int on_known(void *ctx, uint64_t *cursor, struct flow_key *keys, int max)
{
	struct intake *in = ctx;
	const struct flow *flow;
	int n = 0;

	while (n < max && (flow = table_live_at(in->table, cursor)))
		keys[n++] = flow->key;
	return n;
}

static void on_missing(void *ctx, const struct flow_key *key, uint64_t now_ns)
{
	struct intake *in = ctx;
	const struct flow *flow;

	reader_lock();
	flow = table_find_live(in->table, key);
	/* Born after the question was asked: the answer is about another. */
	if (flow && flow->born_ns < now_ns)
		table_missing(in->table, flow, now_ns);
	reader_unlock();
	counter_set(&in->health.n_live, table_n_live(in->table));
	counter_add(&in->health.version, 1);
}

static void on_lost(void *ctx, uint64_t n)
{
	struct intake *in = ctx;

	counter_add(&in->health.lost, n);
	counter_set(&in->health.lost_ns, now_of(in));
	in->has_unsaid_loss = true;
	if (in->config->recorder)
		recorder_lost(in->config->recorder, now_of(in), n);
}

static void on_own_addr(void *ctx, const struct own_addr *addr, bool is_added,
			const struct nlmsghdr *raw)
{
	struct intake *in = ctx;

	if (in->config->recorder)
		recorder_address(in->config->recorder, now_of(in), raw,
				 addr->iface);
	if (!addrs_change(in->addrs, addr, is_added))
		return;
	table_reclassify(in->table);
	counter_add(&in->health.version, 1);
}

void intake_note(struct intake *in, const char *text, bool is_quiet)
{
	struct note note = { .mono_ns = now_of(in), .is_quiet = is_quiet };

	str_copy(note.text, sizeof(note.text), text);
	queue_push(in->notes, &note);
	counter_add(&in->health.version, 1);
}

static void on_note(void *ctx, const char *text)
{
	intake_note(ctx, text, false);
}

static struct table *make_table(struct intake *in)
{
	struct table_config config = {
		.max_flows = in->config->max_flows,
		.n_expected = in->config->n_expected,
		.linger_ns = in->config->linger_ns,
		.max_ghosts = MAX_GHOSTS,
	};
	struct table_hooks hooks = {
		.ctx = in,
		.end = on_end,
		.classify = on_classify,
		.created = attribution_created,
	};

	if (in->config->events && config.linger_ns < END_WAIT_NS)
		config.linger_ns = END_WAIT_NS;
	return table_new(&config, &hooks);
}

int intake_init(struct intake *in, const struct collector_config *config)
{
	*in = (struct intake){ .config = config };
	in->sink = (struct source_sink){
		.ctx = in,
		.sample = on_sample,
		.samples = on_samples,
		.dump_begin = on_dump_begin,
		.dump_end = on_dump_end,
		.known = on_known,
		.missing = on_missing,
		.lost = on_lost,
		.owner = attribution_played,
		.learner = config->learner,
		.own_addr = on_own_addr,
		.note = on_note,
	};
	health_init(&in->health);
	for (int i = 0; i < MAX_DUMPS; i++)
		tombs_init(&in->running[i].tombs);
	in->addrs = addrs_new(config->local_nets, config->n_local_nets);
	in->table = make_table(in);
	in->events = queue_new(sizeof(struct flow_event),
			       config->events ? MAX_EVENTS : 1);
	in->notes = queue_new(sizeof(struct note), MAX_NOTES);
	return in->addrs && in->table && in->events && in->notes ? 0 : -ENOMEM;
}

void intake_fini(struct intake *in)
{
	for (int i = 0; i < MAX_DUMPS; i++)
		tombs_fini(&in->running[i].tombs);
	table_free(in->table);
	addrs_free(in->addrs);
	queue_free(in->events);
	queue_free(in->notes);
}

void intake_sweep(struct intake *in)
{
	reader_lock();
	in->is_sweeping = table_sweep_step(in->table, now_of(in),
					   clock_mono_ns() + SLICE_NS);
	reader_unlock();
	counter_set(&in->health.n_live, table_n_live(in->table));
	counter_add(&in->health.version, 1);
}

void intake_finish(struct intake *in)
{
	if (in->config->events)
		table_give_up(in->table);
	say_lost(in, true);
}

/* After a burst: the rest of what it has taken. */
static void trim(struct intake *in, uint64_t now_ns)
{
	if (!table_trim(in->table, now_ns))
		return;
	if (in->config->owners)
		owners_trim(in->config->owners);
	slack_heap();
}

bool intake_expire(struct intake *in)
{
	uint64_t now_ns = clock_mono_ns();
	uint64_t n_ghosts = table_n_ghosts(in->table);
	bool has_more;

	say_lost(in, false);
	has_more = table_expire(in->table, now_of(in), now_ns + SLICE_NS);
	counter_set(&in->health.n_rejected, table_n_rejected(in->table));
	if (table_n_ghosts(in->table) != n_ghosts)
		counter_add(&in->health.version, 1);
	trim(in, now_ns);
	return has_more;
}

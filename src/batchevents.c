// SPDX-License-Identifier: GPL-2.0-only
#include "batchevents.h"

#include "fact/owner.h"
#include "flow/reader.h"
#include "lib/clock.h"
#include "lib/counter.h"
#include "lib/queue.h"
#include "lib/rcu.h"
#include "output/output.h"

#include "batchnames.h"
#include "batchstate.h"
#include "collector.h"
#include "naming.h"
#include "options.h"

/* Owners are found soon, and a line is worth more with them. */
#define OWNERS_EVENT_NS (200 * NS_PER_MS) /* a line of a new flow */
#define OWNERS_ASK_NS (20 * NS_PER_MS)    /* it may not be asked about yet */

/* With so many behind it no line waits. */
#define EVENTS_WAITING (MAX_EVENTS / 16)

/* After so many lines at once more are coming: waking up for each would cost
 * the collector more than the line does. The queue holds 250 ms of a storm. */
#define REST_NS (10 * NS_PER_MS)

/* @row: to be given back. Return: whether it is to be shown. */
static bool row_from_event(const struct batch *b,
			   const struct flow_event *event, struct row *row)
{
	struct view_env env = batch_env(b);
	bool is_shown;

	env.now_ns = event->mono_ns;
	env.wall_ns = event->wall_ns;
	reader_lock();
	row_from_info(row, &event->info, &env);
	row_set_event(row, event->kind == EVENT_NEW ? ROW_NEW : ROW_END);
	is_shown = filter_test_row(&b->config->filter, row, &env);
	reader_unlock();
	return is_shown;
}

static int print_event(struct batch *b, const struct flow_event *event)
{
	struct row row;
	int err = 0;

	if (event->kind == EVENT_LOST)
		return output_lost(b->output, event->wall_ns, event->lost);
	if (row_from_event(b, event, &row))
		err = output_event(b->output, &row);
	row_release(&row);
	return err;
}

/* Somebody finds out whose flows are, now. */
static bool has_owners(const struct batch *b)
{
	return !b->config->replay && !b->is_ending &&
	       counter_get(&collector_health(b->collector)->owners_ways);
}

bool batch_awaits_owners(const struct batch *b)
{
	return has_owners(b) &&
	       counter_get(&collector_health(b->collector)->owners_pending);
}

static void copy_owner(struct flow_info *info, uint8_t owner, uint16_t proc,
		       uint16_t holders)
{
	info->owner = owner;
	info->proc = proc;
	info->holders = holders;
}

/* Whose a flow is may have been found since its event was made; if it is over
 * already, its end says so. */
static void find_owner(const struct batch *b, struct flow_info *info)
{
	const struct flow_ref ref = { .key = info->key, .id = info->id };
	const struct flow *flow;

	reader_lock();
	flow = table_find(collector_table(b->collector), &ref);
	if (flow)
		copy_owner(info, counter_get(&flow->hot.owner),
			   counter_get(&flow->hot.proc),
			   counter_get(&flow->holders));
	reader_unlock();
	for (size_t i = b->next_event + 1; !flow && i < b->n_events; i++) {
		const struct flow_event *event = &b->events[i];

		if (event->kind != EVENT_END ||
		    !flow_ref_matches(&ref, &event->info.key, event->info.id))
			continue;
		copy_owner(info, event->info.owner, event->info.proc,
			   event->info.holders);
		return;
	}
}

/* The line of a new flow is worth waiting a moment for its owner. */
static bool is_early(struct batch *b, struct flow_event *event)
{
	uint64_t age_ns;

	if (event->kind != EVENT_NEW || !has_owners(b))
		return false;
	find_owner(b, &event->info);
	if (event->info.owner != OWNER_UNKNOWN ||
	    queue_count(collector_events(b->collector)) > EVENTS_WAITING)
		return false;
	age_ns = clock_mono_ns() - event->mono_ns;
	return age_ns <
	       (batch_awaits_owners(b) ? OWNERS_EVENT_NS : OWNERS_ASK_NS);
}

/* Those that were taken, in their order. Return: 0, 1 when the next one has to
 * wait, or negative errno. */
static int print_taken(struct batch *b)
{
	int err = 0;

	for (; !err && b->next_event < b->n_events; b->next_event++) {
		struct flow_event *event = &b->events[b->next_event];

		if (!b->output)
			continue;
		if (is_early(b, event))
			return 1;
		err = print_event(b, event);
	}
	return err;
}

/* No line waits for names: what is asked now may be known when the line is
 * printed, or the one of the flow's end. */
static void ask_names(struct batch *b)
{
	struct row row;

	if (b->config->no_dns || b->config->replay || !b->output ||
	    queue_count(collector_events(b->collector)) > EVENTS_WAITING)
		return;
	for (size_t i = 0; i < b->n_events; i++) {
		if (b->events[i].kind != EVENT_NEW)
			continue;
		if (row_from_event(b, &b->events[i], &row))
			batch_names_want(&b->names, &row);
		row_release(&row);
	}
}

int batch_print_events(struct batch *b)
{
	size_t total = 0;
	int err;

	naming_take(b->naming);
	while (!(err = print_taken(b))) {
		b->next_event = 0;
		b->n_events = queue_pop(collector_events(b->collector),
					b->events, EVENTS_AT_ONCE);
		if (!b->n_events)
			break;
		ask_names(b);
		total += b->n_events;
	}
	if (err > 0 || total >= EVENTS_AT_ONCE)
		b->rest_until_ns = clock_mono_ns() + REST_NS;
	return err >= 0 && b->output ? output_flush(b->output) : err;
}

/* SPDX-License-Identifier: GPL-2.0-only */
#include "attribution.h"

#include "enrich/owners.h"
#include "flow/writer.h"
#include "lib/clock.h"
#include "lib/rcu.h"
#include "source/record.h"

#include "collector.h"
#include "intake.h"

#define SLICE_NS (5 * NS_PER_MS)

#define FACTS_AT_ONCE 64

/* Flows that have outlived their process are looked for so often. */
#define ORPHANS_NS (2 * NS_PER_S)

/* ------------------------------------------------------------- recording */

static uint64_t now_of(const struct intake *in)
{
	return counter_get(&in->health.now_ns);
}

/* What changes nothing that is shown is not worth a record. */
static bool apply(struct intake *in, const struct owner_fact *fact)
{
	struct recorder *rec = in->config->recorder;
	const struct flow *flow = NULL;

	if (!table_own(in->table, fact))
		return false;
	if (rec && fact->fact == FACT_OWNER)
		flow = table_flow(in->table, &fact->flow);
	if (rec && fact->fact != FACT_OWNER)
		recorder_owner(rec, now_of(in), NULL, 0, fact);
	else if (flow)
		recorder_owner(rec, now_of(in), &flow->key, flow->id, fact);
	return true;
}

void attribution_keyframe(struct intake *in, const struct sample *s)
{
	const struct flow *flow = table_find_live(in->table, &s->key);
	struct owner_fact fact;

	if (flow && table_owner(in->table, flow, &fact))
		recorder_owner(in->config->recorder, s->mono_ns, &flow->key,
			       flow->id, &fact);
}

void attribution_played(void *ctx, const struct flow_key *key, uint32_t id,
			const struct owner_fact *fact)
{
	struct intake *in = ctx;
	struct owner_fact known = *fact;
	const struct flow *flow = NULL;

	reader_lock();
	if (key) {
		const struct flow_ref ref = { .key = *key, .id = id };

		flow = table_find(in->table, &ref);
	}
	if (flow)
		known.flow = flow_handle(flow);
	if ((flow || !key) && apply(in, &known))
		counter_add(&in->health.version, 1);
	reader_unlock();
}

/* ------------------------------------------------------------- asking */

/* Return: false when too many questions wait. */
static bool ask_owner(struct intake *in, const struct flow *flow)
{
	struct owner_job job;

	table_job(flow, &job);
	if (!owners_ask(in->config->owners, &job))
		return false;
	table_set_asked(in->table, flow);
	return true;
}

/* The rest is for those that begin. */
static bool has_room(const struct intake *in)
{
	return owners_pending(in->config->owners) < OWNERS_JOBS / 2;
}

void attribution_created(void *ctx, const struct flow *flow)
{
	struct intake *in = ctx;

	if (!in->config->owners)
		return;
	/* What waits is told before the table is complete. */
	counter_add(&in->health.owners_pending, 1);
	/* Who began just now may be gone soon; others can wait. */
	if (counter_get(&flow->hot.has) & FLOW_BORN_SEEN || has_room(in))
		ask_owner(in, flow);
}

static void ask_owners(struct intake *in, uint64_t deadline_ns)
{
	const struct flow *flow;

	while (table_n_unasked(in->table) && has_room(in)) {
		flow = table_unasked(in->table, &in->unasked_slot);
		if (flow && !ask_owner(in, flow)) {
			/* The next in line, not the one behind. */
			in->unasked_slot--;
			break;
		}
		if (clock_mono_ns() >= deadline_ns)
			break;
	}
}

static bool take_owners(struct intake *in, uint64_t deadline_ns)
{
	struct owner_fact facts[FACTS_AT_ONCE];
	bool is_changed = false;
	size_t n;

	do {
		n = owners_take(in->config->owners, facts, FACTS_AT_ONCE);
		reader_lock();
		for (size_t i = 0; i < n; i++) {
			is_changed |= apply(in, &facts[i]);
			proc_fact_put(facts[i].proc);
		}
		reader_unlock();
	} while (n && clock_mono_ns() < deadline_ns);
	return is_changed;
}

/* Who was active since the last time. */
static void find_orphans(struct intake *in, uint64_t now_ns)
{
	if (!in->orphan_slot && now_ns < in->orphans_ns + ORPHANS_NS)
		return;
	if (!in->orphan_slot)
		in->orphans_ns = now_ns;
	table_orphans(in->table, &in->orphan_slot,
		      in->orphans_ns - ORPHANS_NS - NS_PER_S);
}

bool intake_own(struct intake *in)
{
	uint64_t now_ns = clock_mono_ns();
	uint64_t deadline_ns = now_ns + SLICE_NS;

	if (!in->config->owners)
		return false;
	if (take_owners(in, deadline_ns))
		counter_add(&in->health.version, 1);
	find_orphans(in, now_ns);
	ask_owners(in, deadline_ns);
	owners_send(in->config->owners);
	counter_set(&in->health.owners_pending,
		    owners_pending(in->config->owners) +
			    table_n_unasked(in->table));
	return table_n_unasked(in->table) != 0;
}

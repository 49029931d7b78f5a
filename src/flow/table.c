/* SPDX-License-Identifier: GPL-2.0-only */
/* The flow table: hash for look-ups, slabs for walks, one writer. */
#include "flow/apply.h"
#include "flow/host.h"
#include "flow/lookup.h"
#include "flow/own.h"
#include "flow/slab.h"
#include "flow/writer.h"
#include "lib/clock.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* 128 kB: a burst of flows on a quiet machine needs no resize. */
#define MIN_BUCKETS 8192

/* A sweep looks at the clock each so many slots: 256 idle ones are 1-2 us. */
#define SWEEP_STRIDE 256

/* When there are too many ghosts: who lived no longer than this was seen in one
 * frame at most. */
#define FLEETING_NS NS_PER_S

struct table {
	struct cds_lfht *hash;
	struct slab *slab;
	struct hosts *hosts;
	struct hash_seed seed;
	struct table_config config;
	struct table_hooks hooks;
	struct smoother smoother;
	struct owning own;

	uint32_t generation;
	uint32_t sweep_generation;
	uint64_t sweep_slot;
	bool is_sweeping;

	/* Ghosts, oldest first: slot numbers in a ring of max_ghosts. */
	uint32_t *ghost;
	uint32_t ghost_head, n_ghosts;

	uint64_t n_live;
	uint64_t n_rejected;         /* as shown */
	uint64_t n_rejected_running; /* since the present listing began */
};

static unsigned long key_hash(const struct table *t, const struct flow_key *key)
{
	return (unsigned long)hash_bytes(&t->seed, key, sizeof(*key));
}

static unsigned long sample_hash(const struct table *t, const struct sample *s)
{
	return s->hash ? (unsigned long)s->hash : key_hash(t, &s->key);
}

void table_expect(const struct table *t, struct sample *samples, int n)
{
	for (int i = 0; i < n; i++)
		samples[i].hash = key_hash(t, &samples[i].key);
	for (int i = 0; i < n; i++)
		lookup_touch(t->hash, (unsigned long)samples[i].hash);
}

const struct flow *table_find_live(const struct table *t,
				   const struct flow_key *key)
{
	struct flow *ghost;

	return lookup_live(t->hash, key, key_hash(t, key), &ghost);
}

const struct flow *table_find(const struct table *t, const struct flow_ref *ref)
{
	unsigned long hash = key_hash(t, &ref->key);
	struct flow *ghost;
	const struct flow *flow = lookup_live(t->hash, &ref->key, hash, &ghost);

	if (!flow)
		flow = ghost;
	else if (flow->id != ref->id)
		flow = lookup_ghost(t->hash, &ref->key, hash);
	return flow && flow->id == ref->id ? flow : NULL;
}

static unsigned long power_of_two(uint64_t n, unsigned long least,
				  unsigned long most)
{
	unsigned long power = least;

	while (power < n && power < most)
		power *= 2;
	return power;
}

struct table *table_new(const struct table_config *config,
			const struct table_hooks *hooks)
{
	struct table *t = calloc(1, sizeof(*t));
	unsigned long n_buckets;

	if (!t)
		return NULL;
	t->config = *config;
	t->hooks = *hooks;
	t->generation = 1;
	hash_seed_init(&t->seed);
	/* Made large enough at once: growing later costs half as much again
	 * for each flow. */
	n_buckets = power_of_two(config->n_expected, MIN_BUCKETS, 1UL << 22);
	t->hash =
		cds_lfht_new(n_buckets, MIN_BUCKETS, 0,
			     CDS_LFHT_AUTO_RESIZE | CDS_LFHT_ACCOUNTING, NULL);
	t->slab = slab_new();
	t->hosts = hosts_new(&t->seed);
	t->own.procs = procs_new(&t->seed);
	t->own.slab = t->slab;
	if (config->max_ghosts)
		t->ghost = calloc(config->max_ghosts, sizeof(*t->ghost));
	if (!t->hash || !t->slab || !t->hosts || !t->own.procs ||
	    (config->max_ghosts && !t->ghost)) {
		table_free(t);
		errno = ENOMEM;
		return NULL;
	}
	return t;
}

/* Nobody reads any more, so nodes and slots need no grace period of their own;
 * one for what was deferred before is enough. Each costs 10 ms and more. */
static void hash_empty(struct table *t)
{
	uint64_t end = slab_end(t->slab);

	reader_lock();
	for (uint64_t slot = 0; slot < end; slot++) {
		struct flow *flow = slab_at(t->slab, slot);
		uint8_t state = flow ? counter_get(&flow->hot.slot) : SLOT_FREE;

		if (state != SLOT_LIVE && state != SLOT_GHOST)
			continue;
		if (!cds_lfht_is_node_deleted(&flow->node))
			cds_lfht_del(t->hash, &flow->node);
	}
	reader_unlock();
	rcu_drain();
}

void table_free(struct table *t)
{
	if (!t)
		return;
	if (t->hash && t->slab)
		hash_empty(t);
	if (t->hash)
		cds_lfht_destroy(t->hash, NULL);
	slab_free(t->slab);
	hosts_free(t->hosts);
	procs_free(t->own.procs);
	free(t->ghost);
	free(t);
}

static void flow_forget(struct table *t, struct flow *flow)
{
	if (!(counter_get(&flow->hot.has) & FLOW_FINAL))
		t->hooks.end(t->hooks.ctx, flow, END_UNSEEN);
	if (!cds_lfht_is_node_deleted(&flow->node))
		cds_lfht_del(t->hash, &flow->node);
	hosts_put(t->hosts, flow->host[DIR_ORIG]);
	hosts_put(t->hosts, flow->host[DIR_REPLY]);
	own_forgotten(&t->own, flow);
	slab_retire(t->slab, flow);
}

static void ghost_drop_oldest(struct table *t)
{
	struct flow *flow = slab_at(t->slab, t->ghost[t->ghost_head]);

	t->ghost_head = (t->ghost_head + 1) % t->config.max_ghosts;
	t->n_ghosts--;
	flow_forget(t, flow);
}

/* The ghost of the last flow with this key goes out of the hash, but not out of
 * sight: it lingers as the others do. */
static void ghost_unhash(struct table *t, struct flow *flow)
{
	struct flow *older = flow->is_heir
				     ? lookup_ghost(t->hash, &flow->key,
						    key_hash(t, &flow->key))
				     : NULL;

	if (older)
		cds_lfht_del(t->hash, &older->node);
}

/* Whether its owner was asked for and may still be told. */
static bool has_question(const struct flow *flow)
{
	return flow->is_asked && counter_get(&flow->hot.owner) == OWNER_UNKNOWN;
}

/*
 * Too many end to look at, and nothing more can be learned of this one: it is
 * no ghost, and drives none away that was on the screen for longer.
 */
static bool is_fleeting(const struct table *t, const struct flow *flow,
			uint64_t now_ns, enum end_reason reason)
{
	return t->n_ghosts == t->config.max_ghosts && reason == END_DESTROYED &&
	       now_ns < flow->born_ns + FLEETING_NS && !has_question(flow);
}

static void flow_end(struct table *t, struct flow *flow, uint64_t now_ns,
		     enum end_reason reason)
{
	uint32_t has = counter_get(&flow->hot.has) | FLOW_CLOSED;
	bool is_ghost = t->config.max_ghosts && t->config.linger_ns &&
			!is_fleeting(t, flow, now_ns, reason);

	if (reason == END_DESTROYED)
		has |= FLOW_FINAL;
	t->n_live--;
	counter_set(&flow->sampled_ns, now_ns);
	flow_stop_rates(flow);
	counter_set(&flow->hot.has, has);
	t->hooks.end(t->hooks.ctx, flow, reason);
	own_ended(&t->own, flow);
	if (!is_ghost) {
		flow_forget(t, flow);
		return;
	}
	ghost_unhash(t, flow);
	publish(&flow->hot.slot, SLOT_GHOST);
	if (t->n_ghosts == t->config.max_ghosts)
		ghost_drop_oldest(t);
	t->ghost[(t->ghost_head + t->n_ghosts++) % t->config.max_ghosts] =
		flow->slot;
}

static struct flow *flow_create(struct table *t, const struct sample *s,
				unsigned long hash, bool is_heir)
{
	struct flow *flow;
	uint32_t bits = 0;
	uint8_t dir;

	flow = t->n_live < t->config.max_flows ? slab_take(t->slab) : NULL;
	if (!flow)
		return NULL;
	flow->key = s->key;
	flow->id = s->id;
	flow->reply = s->reply;
	flow->zone_reply = s->zone_reply;
	flow->born_ns = s->mono_ns;
	flow->hot.family = s->key.family;
	flow->hot.proto = s->key.proto;
	flow->host[DIR_ORIG] =
		hosts_get(t->hosts, &s->key.tuple.src, s->key.family);
	flow->host[DIR_REPLY] =
		hosts_get(t->hosts, &s->reply.src, s->key.family);
	flow->generation = t->generation;
	flow->is_heir = is_heir;
	if (s->kind == SAMPLE_NEW)
		bits = FLOW_BORN_SEEN;
	dir = t->hooks.classify(t->hooks.ctx, &s->key, &s->reply, &bits);
	counter_set(&flow->hot.dir, dir);
	counter_set(&flow->hot.has, bits);
	counter_set(&flow->sampled_ns, s->mono_ns);
	counter_set(&flow->active_ns, s->mono_ns);
	flow_apply(flow, s, &t->smoother);
	own_created(&t->own, flow, s);
	cds_lfht_node_init(&flow->node);
	cds_lfht_add(t->hash, hash, &flow->node);
	slab_publish(flow);
	t->n_live++;
	if (t->hooks.created)
		t->hooks.created(t->hooks.ctx, flow);
	return flow;
}

static bool is_event(const struct sample *s)
{
	return s->kind == SAMPLE_NEW || s->kind == SAMPLE_UPDATE;
}

static bool is_successor(const struct flow *flow, const struct sample *s)
{
	return ((s->has & HAS_ID) && s->id != flow->id) ||
	       ((s->has & counter_get(&flow->hot.has) & HAS_REPLY) &&
		!tuple_equal(&s->reply, &flow->reply));
}

/*
 * An event that waited in the queue while a listing overtook it, and that
 * speaks of a flow which has ended since. Once its DESTROY has been taken,
 * nothing late can follow: the kernel uses ids again, so an event with the same
 * tuple and id is a new life.
 */
static bool is_late_event(const struct sample *s, const struct flow *ghost)
{
	return ghost && is_event(s) && (s->has & HAS_ID) &&
	       ghost->id == s->id &&
	       !(counter_get(&ghost->hot.has) & FLOW_FINAL);
}

enum upsert_result table_upsert(struct table *t, const struct sample *s)
{
	unsigned long hash = sample_hash(t, s);
	struct flow *ghost, *flow = lookup_live(t->hash, &s->key, hash, &ghost);

	if (!flow || is_successor(flow, s)) {
		if (flow)
			ghost = lookup_ghost(t->hash, &s->key, hash);
		if (is_late_event(s, ghost))
			return UPSERT_REFRESHED;
		if (flow)
			flow_end(t, flow, s->mono_ns, END_REPLACED);
		if (flow_create(t, s, hash, flow || ghost))
			return UPSERT_CREATED;
		/* A listing meets each of them once. */
		t->n_rejected_running += s->kind == SAMPLE_DUMP;
		return UPSERT_REJECTED;
	}
	flow->generation = t->generation;
	return flow_apply(flow, s, &t->smoother) ? UPSERT_CHANGED
						 : UPSERT_REFRESHED;
}

bool table_end(struct table *t, const struct sample *s, enum end_reason reason)
{
	unsigned long hash = sample_hash(t, s);
	struct flow *ghost, *flow = lookup_live(t->hash, &s->key, hash, &ghost);

	if (flow && (!(s->has & HAS_ID) || flow->id == s->id)) {
		flow_apply(flow, s, &t->smoother);
		flow_end(t, flow, s->mono_ns, reason);
		return true;
	}
	flow = flow ? lookup_ghost(t->hash, &s->key, hash) : ghost;
	if (!flow || flow->id != s->id || reason != END_DESTROYED)
		return false;
	if (!(counter_get(&flow->hot.has) & FLOW_FINAL)) {
		uint64_t ended_ns = counter_get(&flow->sampled_ns);
		struct proc_past before = own_moved(flow);

		flow_apply(flow, s, &t->smoother);
		flow_stop_rates(flow);
		own_completed(&t->own, flow, &before);
		counter_set(&flow->sampled_ns, ended_ns);
		counter_set(&flow->hot.has,
			    counter_get(&flow->hot.has) | FLOW_FINAL);
		t->hooks.end(t->hooks.ctx, flow, END_COMPLETED);
	}
	return true;
}

void table_missing(struct table *t, const struct flow *flow, uint64_t now_ns)
{
	flow_end(t, slab_at(t->slab, flow->slot), now_ns, END_GONE);
}

uint32_t table_generation_next(struct table *t)
{
	return ++t->generation;
}

void table_sweep_begin(struct table *t, uint32_t generation)
{
	/* An older listing that ends late knows no more than a newer one. */
	if (t->is_sweeping && (int32_t)(generation - t->sweep_generation) < 0)
		return;
	t->sweep_generation = generation;
	t->sweep_slot = 0;
	t->is_sweeping = true;
	t->n_rejected = t->n_rejected_running;
	t->n_rejected_running = 0;
}

bool table_sweep_step(struct table *t, uint64_t now_ns, uint64_t deadline_ns)
{
	uint64_t end = slab_end(t->slab);

	while (t->is_sweeping && t->sweep_slot < end) {
		struct flow *flow = slab_at(t->slab, t->sweep_slot++);

		if (flow && counter_get(&flow->hot.slot) == SLOT_LIVE &&
		    (int32_t)(flow->generation - t->sweep_generation) < 0)
			flow_end(t, flow, now_ns, END_GONE);
		if (t->sweep_slot % SWEEP_STRIDE == 0 &&
		    clock_mono_ns() >= deadline_ns)
			return true;
	}
	t->is_sweeping = false;
	return false;
}

void table_settle(struct table *t, uint32_t generation, uint64_t now_ns)
{
	uint64_t slot = 0;
	const struct flow *flow;

	while ((flow = table_live_at(t, &slot))) {
		if ((int32_t)(flow->generation - generation) < 0)
			flow_settle(slab_at(t->slab, flow->slot), now_ns,
				    &t->smoother);
	}
}

void table_give_up(struct table *t)
{
	reader_lock();
	while (t->n_ghosts)
		ghost_drop_oldest(t);
	reader_unlock();
}

bool table_expire(struct table *t, uint64_t now_ns, uint64_t deadline_ns)
{
	reader_lock();
	for (unsigned int n = 1; t->n_ghosts; n++) {
		struct flow *flow = slab_at(t->slab, t->ghost[t->ghost_head]);

		if (counter_get(&flow->sampled_ns) + t->config.linger_ns >
		    now_ns)
			break;
		ghost_drop_oldest(t);
		if (n % SWEEP_STRIDE == 0 && clock_mono_ns() >= deadline_ns)
			break;
	}
	reader_unlock();
	return slab_reclaim(t->slab) || t->n_ghosts || slab_has_rest(t->slab);
}

bool table_trim(struct table *t, uint64_t now_ns)
{
	bool is_less = slab_trim(t->slab, now_ns);

	procs_reap(t->own.procs);
	return hosts_trim(t->hosts, now_ns) || is_less;
}

void table_reclassify(struct table *t)
{
	uint64_t slot = 0;
	const struct flow *flow;

	while ((flow = table_live_at(t, &slot))) {
		struct flow *f = slab_at(t->slab, flow->slot);
		uint32_t bits = counter_get(&f->hot.has) &
				~(uint32_t)(FLOW_LOOPBACK | FLOW_NEAR_REPLY);
		uint8_t dir = t->hooks.classify(t->hooks.ctx, &f->key,
						&f->reply, &bits);

		own_classified(&t->own, f, dir, bits);
	}
}

const struct flow *table_live_at(const struct table *t, uint64_t *slot)
{
	uint64_t end = slab_end(t->slab);

	while (*slot < end) {
		const struct flow *flow = slab_at(t->slab, (*slot)++);

		if (flow && counter_get(&flow->hot.slot) == SLOT_LIVE)
			return flow;
	}
	return NULL;
}

struct owning *table_owning(struct table *t)
{
	return &t->own;
}

const struct flow_directory *table_directory(const struct table *t)
{
	return slab_directory(t->slab);
}

uint64_t table_n_live(const struct table *t)
{
	return t->n_live;
}

uint64_t table_n_ghosts(const struct table *t)
{
	return t->n_ghosts;
}

uint64_t table_n_rejected(const struct table *t)
{
	return t->n_rejected;
}

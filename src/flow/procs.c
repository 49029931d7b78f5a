/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Processes by number: chunks that never move and never go, chained from hash
 * buckets for the collector.
 *
 * Those that have ended stand in a list in the order in which they ended, as
 * long as no flow is counted for them: the first gives its number away first.
 * Both ends of the list are PROC_NONE.
 */
#include "flow/procwriter.h"
#include "lib/counter.h"
#include "lib/rcu.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK_PROCS 256
#define CHUNKS (65536 / CHUNK_PROCS)
#define FIRST_BUCKETS 256
#define MAX_BUCKETS 65536

/* A number needs a grace period before it can be used again, so the last ones
 * are got ready before they are needed. */
#define RESERVE 256

/* A reference of the table. Made with it, so that giving it back later needs no
 * memory. */
struct held {
	struct rcu_head rcu;
	const struct proc_fact *fact;
	struct held *next; /* of the numbers that wait */
	uint16_t number;
	_Atomic int is_passed; /* set in liburcu's thread */
};

struct proc {
	/* PUBLISHED: NULL when the number is not in use. */
	_Atomic(const struct proc_fact *) fact;
	/* COUNTER. */
	counter_t rx, tx, flows;
	counter8_t has_ended;

	/* PRIVATE: collector only. */
	bool is_idle;  /* in the list of those that ended */
	uint16_t next; /* in the bucket, or in the list of free numbers */
	uint16_t older, newer; /* in the list of those that ended */
	uint32_t n_flows;
	uint64_t end_order;
	struct held *held;
};

struct procs {
	_Atomic(struct proc *) chunk[CHUNKS];
	counter32_t limit;
	struct hash_seed seed;
	uint16_t *bucket;
	uint32_t n_buckets; /* a power of two */
	uint32_t n_procs;
	uint16_t first_free;
	uint32_t n_free;
	uint32_t n_idle;
	uint64_t n_ended;
	struct held *first, *last; /* numbers that wait for readers to leave */
	uint32_t n_waiting;
};

/* For readers. Return: NULL when the number was never in use. */
static const struct proc *proc_seen(const struct procs *procs, uint16_t number)
{
	const struct proc *chunk =
		subscribe(&procs->chunk[number / CHUNK_PROCS]);

	return chunk ? &chunk[number % CHUNK_PROCS] : NULL;
}

/* For the collector, who knows that it is in use. */
static struct proc *proc_at(const struct procs *procs, uint16_t number)
{
	return &atomic_load_explicit(
		&procs->chunk[number / CHUNK_PROCS],
		memory_order_relaxed)[number % CHUNK_PROCS];
}

static const struct proc_fact *fact_of(const struct proc *proc)
{
	return atomic_load_explicit(&proc->fact, memory_order_relaxed);
}

static bool grow_chunks(struct procs *procs, uint32_t number)
{
	struct proc *chunk = calloc(CHUNK_PROCS, sizeof(*chunk));

	if (chunk)
		publish(&procs->chunk[number / CHUNK_PROCS], chunk);
	return chunk != NULL;
}

struct procs *procs_new(const struct hash_seed *seed)
{
	struct procs *procs = calloc(1, sizeof(*procs));

	if (!procs)
		return NULL;
	procs->seed = *seed;
	counter_set(&procs->limit, PROC_OTHERS + 1);
	procs->n_buckets = FIRST_BUCKETS;
	procs->bucket = calloc(FIRST_BUCKETS, sizeof(*procs->bucket));
	if (!procs->bucket || !grow_chunks(procs, 0)) {
		procs_free(procs);
		return NULL;
	}
	return procs;
}

static void held_free(struct held *held)
{
	if (held)
		proc_fact_put(held->fact);
	free(held);
}

void procs_free(struct procs *procs)
{
	if (!procs)
		return;
	for (int i = 0; i < CHUNKS; i++) {
		struct proc *chunk = subscribe(&procs->chunk[i]);

		for (int j = 0; chunk && j < CHUNK_PROCS; j++)
			held_free(chunk[j].held);
		free(chunk);
	}
	while (procs->first) {
		struct held *held = procs->first;

		procs->first = held->next;
		held_free(held);
	}
	free(procs->bucket);
	free(procs);
}

/* A process that was gone before it could be looked at is known by its pid
 * alone, which others had before: let name and user decide. */
static bool is_same(const struct proc_fact *a, const struct proc_fact *b)
{
	return proc_fact_same(a, b) &&
	       (!a->pid || a->starttime ||
		(!strcmp(a->comm, b->comm) && a->has_uid == b->has_uid &&
		 a->uid == b->uid));
}

static uint16_t *bucket_of(const struct procs *procs,
			   const struct proc_fact *fact)
{
	/* Without a pid there are few: one for each user. */
	uint64_t id[2] = { fact->pid, fact->pid ? fact->starttime : fact->uid };

	return &procs->bucket[hash_bytes(&procs->seed, id, sizeof(id)) &
			      (procs->n_buckets - 1)];
}

/* PROC_NONE ends every chain. */
static uint16_t number_find(const struct procs *procs,
			    const struct proc_fact *fact)
{
	uint16_t number = *bucket_of(procs, fact);

	while (number != PROC_NONE) {
		const struct proc *proc = proc_at(procs, number);

		if (is_same(fact_of(proc), fact))
			break;
		number = proc->next;
	}
	return number;
}

static void bucket_add(struct procs *procs, uint16_t number)
{
	struct proc *proc = proc_at(procs, number);
	uint16_t *head = bucket_of(procs, fact_of(proc));

	proc->next = *head;
	*head = number;
}

static void bucket_remove(struct procs *procs, uint16_t number)
{
	const struct proc *proc = proc_at(procs, number);
	uint16_t *link = bucket_of(procs, fact_of(proc));

	while (*link != number)
		link = &proc_at(procs, *link)->next;
	*link = proc->next;
}

/* Twice the buckets; without memory the chains just get longer. */
static void grow_buckets(struct procs *procs)
{
	uint32_t limit = counter_get(&procs->limit);
	uint32_t n = procs->n_buckets * 2;
	uint16_t *bucket = calloc(n, sizeof(*bucket));

	if (!bucket)
		return;
	free(procs->bucket);
	procs->bucket = bucket;
	procs->n_buckets = n;
	for (uint32_t i = PROC_OTHERS + 1; i < limit; i++) {
		if (proc_at(procs, (uint16_t)i)->held)
			bucket_add(procs, (uint16_t)i);
	}
}

/* Most often its place is at the end. */
static void idle_add(struct procs *procs, uint16_t number)
{
	struct proc *proc = proc_at(procs, number);
	uint16_t older = proc_at(procs, PROC_NONE)->older;

	while (proc_at(procs, older)->end_order > proc->end_order)
		older = proc_at(procs, older)->older;
	proc->older = older;
	proc->newer = proc_at(procs, older)->newer;
	proc_at(procs, proc->older)->newer = number;
	proc_at(procs, proc->newer)->older = number;
	proc->is_idle = true;
	procs->n_idle++;
}

static void idle_remove(struct procs *procs, struct proc *proc)
{
	proc_at(procs, proc->older)->newer = proc->newer;
	proc_at(procs, proc->newer)->older = proc->older;
	proc->is_idle = false;
	procs->n_idle--;
}

static void held_free_rcu(struct rcu_head *head)
{
	held_free(caa_container_of(head, struct held, rcu));
}

static void held_passed(struct rcu_head *head)
{
	struct held *held = caa_container_of(head, struct held, rcu);

	publish(&held->is_passed, 1);
}

static void number_free(struct procs *procs, uint16_t number)
{
	proc_at(procs, number)->next = procs->first_free;
	procs->first_free = number;
	procs->n_free++;
}

void procs_reap(struct procs *procs)
{
	while (procs->first && subscribe(&procs->first->is_passed)) {
		struct held *held = procs->first;

		procs->first = held->next;
		if (!procs->first)
			procs->last = NULL;
		procs->n_waiting--;
		number_free(procs, held->number);
		held_free(held);
	}
}

/* The one that ended first gives its number away. */
static void recycle(struct procs *procs)
{
	uint16_t number = proc_at(procs, PROC_NONE)->newer;
	struct proc *proc = proc_at(procs, number);
	struct held *held = proc->held;
	struct proc_past past;

	idle_remove(procs, proc);
	bucket_remove(procs, number);
	procs->n_procs--;
	procs_past(procs, number, &past);
	procs_add_past(procs, PROC_OTHERS, &past);
	publish(&proc->fact, NULL);
	counter_set(&proc->rx, 0);
	counter_set(&proc->tx, 0);
	counter_set(&proc->flows, 0);
	counter_set(&proc->has_ended, 0);
	proc->held = NULL;
	held->number = number;
	held->next = NULL;
	if (procs->last)
		procs->last->next = held;
	else
		procs->first = held;
	procs->last = held;
	procs->n_waiting++;
	rcu_defer(&held->rcu, held_passed);
}

static uint32_t n_left(const struct procs *procs)
{
	return UINT16_MAX + 1 - counter_get(&procs->limit) + procs->n_free +
	       procs->n_waiting;
}

static void recycle_surplus(struct procs *procs)
{
	while (procs->n_idle > PROCS_IDLE ||
	       (procs->n_idle && n_left(procs) < RESERVE))
		recycle(procs);
}

static uint16_t number_take(struct procs *procs)
{
	uint16_t number = procs->first_free;
	uint32_t limit = counter_get(&procs->limit);

	if (number != PROC_NONE) {
		procs->first_free = proc_at(procs, number)->next;
		procs->n_free--;
		return number;
	}
	if (limit > UINT16_MAX ||
	    (limit % CHUNK_PROCS == 0 && !grow_chunks(procs, limit)))
		return PROC_NONE;
	counter_set(&procs->limit, limit + 1);
	return (uint16_t)limit;
}

static struct held *held_new(const struct proc_fact *fact)
{
	struct held *held = calloc(1, sizeof(*held));

	if (held)
		held->fact = proc_fact_get(fact);
	return held;
}

static void end(struct procs *procs, uint16_t number)
{
	struct proc *proc = proc_at(procs, number);

	counter_set(&proc->has_ended, 1);
	proc->end_order = ++procs->n_ended;
	if (!proc->n_flows)
		idle_add(procs, number);
}

/* Return: PROC_NONE when there is no number or no memory. */
static uint16_t number_new(struct procs *procs, const struct proc_fact *fact)
{
	struct held *held = held_new(fact);
	uint16_t number = held ? number_take(procs) : PROC_NONE;

	if (number == PROC_NONE) {
		held_free(held);
		return PROC_NONE;
	}
	proc_at(procs, number)->held = held;
	publish(&proc_at(procs, number)->fact, fact);
	bucket_add(procs, number);
	if (++procs->n_procs > procs->n_buckets &&
	    procs->n_buckets < MAX_BUCKETS)
		grow_buckets(procs);
	return number;
}

/* Late news of a process that had no time to be looked at says less than what
 * is known already. */
static bool is_poorer(const struct proc_fact *now, const struct proc_fact *old)
{
	if (!now->comm[0])
		return old->comm[0];
	return !now->command[0] && old->command[0] &&
	       !strcmp(now->comm, old->comm);
}

static bool replace(struct procs *procs, uint16_t number,
		    const struct proc_fact *fact)
{
	struct proc *proc = proc_at(procs, number);
	const struct proc_fact *old = fact_of(proc);
	struct held *held;

	if (old == fact || proc_fact_equal(old, fact) || is_poorer(fact, old))
		return false;
	held = held_new(fact);
	if (!held)
		return false;
	publish(&proc->fact, fact);
	rcu_defer(&proc->held->rcu, held_free_rcu);
	proc->held = held;
	return true;
}

/* ------------------------------------------------------------ collector */

uint16_t procs_join(struct procs *procs, const struct proc_fact *fact,
		    bool *is_changed)
{
	uint16_t number = number_find(procs, fact);
	struct proc *proc;

	if (number != PROC_NONE) {
		*is_changed |= replace(procs, number, fact);
	} else {
		recycle_surplus(procs);
		procs_reap(procs);
		number = number_new(procs, fact);
		*is_changed = true;
	}
	if (number == PROC_NONE)
		return PROC_OTHERS;
	proc = proc_at(procs, number);
	if (proc->is_idle)
		idle_remove(procs, proc);
	proc->n_flows++;
	/* It was gone already, and nobody will say so. */
	if (fact->pid && !fact->starttime && !counter_get(&proc->has_ended))
		end(procs, number);
	return number;
}

void procs_leave(struct procs *procs, uint16_t number)
{
	struct proc *proc = proc_at(procs, number);

	if (number <= PROC_OTHERS || --proc->n_flows ||
	    !counter_get(&proc->has_ended))
		return;
	idle_add(procs, number);
	recycle_surplus(procs);
}

bool procs_update(struct procs *procs, const struct proc_fact *fact)
{
	uint16_t number = number_find(procs, fact);

	return number != PROC_NONE && replace(procs, number, fact);
}

bool procs_end(struct procs *procs, const struct proc_fact *fact)
{
	uint16_t number = number_find(procs, fact);

	if (number == PROC_NONE || procs_has_ended(procs, number))
		return false;
	end(procs, number);
	recycle_surplus(procs);
	return true;
}

void procs_add_past(struct procs *procs, uint16_t number,
		    const struct proc_past *past)
{
	struct proc *proc = proc_at(procs, number);

	if (number == PROC_NONE)
		return;
	counter_add(&proc->rx, past->rx);
	counter_add(&proc->tx, past->tx);
	counter_add(&proc->flows, past->flows);
}

uint32_t procs_limit(const struct procs *procs)
{
	return counter_get(&procs->limit);
}

const struct proc_fact *procs_peek(const struct procs *procs, uint16_t number)
{
	const struct proc *proc = proc_seen(procs, number);

	return proc ? subscribe(&proc->fact) : NULL;
}

bool procs_has_ended(const struct procs *procs, uint16_t number)
{
	const struct proc *proc = proc_seen(procs, number);

	return proc && counter_get(&proc->has_ended);
}

void procs_past(const struct procs *procs, uint16_t number,
		struct proc_past *past)
{
	const struct proc *proc = proc_seen(procs, number);

	*past = (struct proc_past){ 0 };
	if (!proc)
		return;
	past->rx = counter_get(&proc->rx);
	past->tx = counter_get(&proc->tx);
	past->flows = counter_get(&proc->flows);
}

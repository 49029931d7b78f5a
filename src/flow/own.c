/* SPDX-License-Identifier: GPL-2.0-only */
/* Owners of flows: questions, answers, and what a process has transferred. */
#include "flow/own.h"

#include "flow/slab.h"
#include "flow/writer.h"

#include <linux/netfilter/nf_conntrack_tcp.h>
#include <netinet/in.h>

/* So many slots are looked at in one go: less than a millisecond. */
#define WALK_SLOTS 16384

/* The direction whose source is near, as rows show it. */
static int near_of(uint8_t dir, uint32_t has)
{
	if (has & FLOW_ANSWERING || dir == FLOW_DIR_OUT ||
	    dir == FLOW_DIR_LOCAL)
		return DIR_ORIG;
	if (dir == FLOW_DIR_IN || has & FLOW_NEAR_REPLY)
		return DIR_REPLY;
	return DIR_ORIG;
}

/* As it was classified: who answers came later. */
static uint8_t dir_of(const struct flow *flow)
{
	uint8_t dir = counter_get(&flow->hot.dir);

	return counter_get(&flow->hot.has) & FLOW_ANSWERING &&
			       dir == FLOW_DIR_IN
		       ? FLOW_DIR_OUT
		       : dir;
}

struct proc_past own_moved(const struct flow *flow)
{
	int near = near_of(counter_get(&flow->hot.dir),
			   counter_get(&flow->hot.has));

	return (struct proc_past){
		.rx = counter_get(&flow->hot.bytes[!near]),
		.tx = counter_get(&flow->hot.bytes[near]),
	};
}

/* Put the end of @flow into the past of @number, or take it out. */
static void add_end(struct owning *own, const struct flow *flow,
		    uint16_t number, bool is_out)
{
	struct proc_past past = own_moved(flow);

	past.flows = 1;
	if (is_out) {
		past.rx = 0 - past.rx;
		past.tx = 0 - past.tx;
		past.flows = 0 - past.flows;
	}
	procs_add_past(own->procs, number, &past);
}

static void set_unasked(struct owning *own, struct flow *flow)
{
	own->n_unasked += flow->is_asked;
	flow->is_asked = false;
}

static void set_asked(struct owning *own, struct flow *flow)
{
	own->n_unasked -= !flow->is_asked;
	flow->is_asked = true;
}

void own_created(struct owning *own, struct flow *flow, const struct sample *s)
{
	own->n_unasked++;
	flow->is_started =
		s->has & HAS_STATE && (s->state == TCP_CONNTRACK_SYN_SENT ||
				       s->state == TCP_CONNTRACK_SYN_RECV);
}

void own_ended(struct owning *own, struct flow *flow)
{
	set_asked(own, flow);
	add_end(own, flow, counter_get(&flow->hot.proc), false);
}

void own_completed(struct owning *own, const struct flow *flow,
		   const struct proc_past *before)
{
	struct proc_past more = own_moved(flow);

	more.rx -= before->rx;
	more.tx -= before->tx;
	procs_add_past(own->procs, counter_get(&flow->hot.proc), &more);
}

void own_forgotten(struct owning *own, struct flow *flow)
{
	procs_leave(own->procs, counter_get(&flow->hot.proc));
}

static void disown(struct owning *own, struct flow *flow)
{
	procs_leave(own->procs, counter_get(&flow->hot.proc));
	counter_set(&flow->hot.proc, PROC_NONE);
	counter_set(&flow->hot.owner, OWNER_UNKNOWN);
	counter_set(&flow->holders, 0);
}

void own_classified(struct owning *own, struct flow *flow, uint8_t dir,
		    uint32_t bits)
{
	uint8_t before = dir_of(flow);

	if (dir != before) {
		bits &= ~(uint32_t)FLOW_ANSWERING;
		/* What is known is known of the other end. */
		if (near_of(dir, bits) !=
		    near_of(before, counter_get(&flow->hot.has)))
			disown(own, flow);
		set_unasked(own, flow);
	} else if (bits & FLOW_ANSWERING && dir == FLOW_DIR_OUT) {
		dir = FLOW_DIR_IN;
	}
	counter_set(&flow->hot.dir, dir);
	counter_set(&flow->hot.has, bits);
}

/* ------------------------------------------------------------- facts */

/* These take back what was said: it cannot be told, or it is no process. The
 * others say that none was found now, which is no reason to forget one that was
 * found before. */
static bool says_nobody(uint8_t kind)
{
	return kind == OWNER_UNKNOWN || kind == OWNER_FORWARDED ||
	       kind == OWNER_KERNEL;
}

static bool is_process(const struct proc_fact *proc)
{
	return proc && proc->pid;
}

static bool knows_better(const struct owning *own, const struct flow *flow,
			 const struct owner_fact *fact)
{
	uint16_t number = counter_get(&flow->hot.proc);

	if (number == PROC_NONE || is_process(fact->proc) ||
	    (says_nobody(fact->kind) && !flow->is_again))
		return false;
	return number == PROC_OTHERS ||
	       is_process(procs_peek(own->procs, number));
}

static bool set_proc(struct owning *own, struct flow *flow,
		     const struct proc_fact *proc)
{
	uint16_t old = counter_get(&flow->hot.proc);
	bool is_changed = false;
	/* Joined before the other leaves: it may be the same. */
	uint16_t now =
		proc ? procs_join(own->procs, proc, &is_changed) : PROC_NONE;

	if (now != old) {
		is_changed = true;
		if (flow_is_ghost(flow)) {
			add_end(own, flow, old, true);
			add_end(own, flow, now, false);
		}
		counter_set(&flow->hot.proc, now);
	}
	procs_leave(own->procs, old);
	if (is_process(proc)) {
		flow->is_again = false;
		own->has_orphans |= procs_has_ended(own->procs, now);
	}
	return is_changed;
}

static bool set_holders(struct flow *flow, uint16_t holders)
{
	if (counter_get(&flow->holders) == holders)
		return false;
	counter_set(&flow->holders, holders);
	return true;
}

static bool set_kind(struct flow *flow, uint8_t kind)
{
	if (counter_get(&flow->hot.owner) == kind)
		return false;
	counter_set(&flow->hot.owner, kind);
	return true;
}

/* Our end is the same as before, but it is the one that was asked. */
static bool set_answering(struct flow *flow)
{
	uint32_t has = counter_get(&flow->hot.has);
	uint8_t dir = counter_get(&flow->hot.dir);

	if (has & FLOW_ANSWERING ||
	    (dir != FLOW_DIR_OUT && dir != FLOW_DIR_LOCAL))
		return false;
	/* The bit first: without it the near side would be another. */
	counter_set(&flow->hot.has, has | FLOW_ANSWERING);
	if (dir == FLOW_DIR_OUT)
		counter_set(&flow->hot.dir, FLOW_DIR_IN);
	return true;
}

static struct flow *flow_of(const struct owning *own,
			    const struct flow_handle *handle)
{
	struct flow *flow = slab_at(own->slab, handle->slot);
	uint8_t state = flow ? counter_get(&flow->hot.slot) : SLOT_FREE;

	if ((state != SLOT_LIVE && state != SLOT_GHOST) ||
	    flow->id != handle->id || flow->born_ns != handle->born_ns)
		return NULL;
	return flow;
}

static bool own_flow(struct owning *own, const struct owner_fact *fact)
{
	struct flow *flow = flow_of(own, &fact->flow);
	bool is_changed;

	if (!flow)
		return false;
	is_changed = fact->is_answering && set_answering(flow);
	if (knows_better(own, flow, fact))
		return is_changed;
	is_changed |= set_proc(own, flow, fact->proc);
	is_changed |= set_holders(flow, fact->holders);
	is_changed |= set_kind(flow, fact->kind);
	return is_changed;
}

bool table_own(struct table *t, const struct owner_fact *fact)
{
	struct owning *own = table_owning(t);

	switch (fact->fact) {
	case FACT_OWNER:
		return own_flow(own, fact);
	case FACT_PROC:
		return fact->proc && procs_update(own->procs, fact->proc);
	case FACT_PROC_ENDED:
		own->has_orphans = true;
		return fact->proc && procs_end(own->procs, fact->proc);
	default:
		return false;
	}
}

struct flow_handle flow_handle(const struct flow *flow)
{
	return (struct flow_handle){
		.born_ns = flow->born_ns,
		.slot = flow->slot,
		.id = flow->id,
	};
}

const struct flow *table_flow(const struct table *t,
			      const struct flow_handle *handle)
{
	return flow_of(table_owning((struct table *)(uintptr_t)t), handle);
}

bool table_owner(const struct table *t, const struct flow *flow,
		 struct owner_fact *fact)
{
	*fact = (struct owner_fact){
		.fact = FACT_OWNER,
		.kind = counter_get(&flow->hot.owner),
		.is_answering = counter_get(&flow->hot.has) & FLOW_ANSWERING,
		.holders = counter_get(&flow->holders),
		.flow = flow_handle(flow),
		.proc = procs_peek(table_procs(t),
				   counter_get(&flow->hot.proc)),
	};
	return fact->kind != OWNER_UNKNOWN || fact->proc;
}

/* ------------------------------------------------------------- questions */

static uint8_t job_near(uint8_t dir)
{
	switch (dir) {
	case FLOW_DIR_OUT:
		return NEAR_ORIG;
	case FLOW_DIR_IN:
		return NEAR_REPLY;
	case FLOW_DIR_LOCAL:
		return NEAR_BOTH;
	default:
		return NEAR_NONE;
	}
}

void table_job(const struct flow *flow, struct owner_job *job)
{
	*job = (struct owner_job){
		.flow = flow_handle(flow),
		.orig = flow->key.tuple,
		.reply = flow->reply,
		.zone = flow->key.zone,
		.family = flow->key.family,
		.proto = flow->key.proto,
		.near = job_near(dir_of(flow)),
		.has_reply = counter_get(&flow->hot.has) & HAS_REPLY,
		.is_new = counter_get(&flow->hot.has) & FLOW_BORN_SEEN,
		.is_midstream =
			flow->key.proto == IPPROTO_TCP && !flow->is_started,
	};
}

void table_set_asked(struct table *t, const struct flow *flow)
{
	struct owning *own = table_owning(t);

	set_asked(own, slab_at(own->slab, flow->slot));
}

uint64_t table_n_unasked(const struct table *t)
{
	return table_owning((struct table *)(uintptr_t)t)->n_unasked;
}

const struct flow *table_unasked(const struct table *t, uint64_t *slot)
{
	const struct owning *own = table_owning((struct table *)(uintptr_t)t);
	uint64_t end = slab_end(own->slab);

	for (int n = 0; own->n_unasked && n < WALK_SLOTS; n++) {
		const struct flow *flow;

		if (*slot >= end)
			*slot = 0;
		flow = slab_at(own->slab, (*slot)++);
		if (flow && counter_get(&flow->hot.slot) == SLOT_LIVE &&
		    !flow->is_asked)
			return flow;
	}
	return NULL;
}

/*
 * It goes on without the process that it had: a daemon whose parent has left,
 * or another one that has taken the port over. A TCP connection that ends does
 * so without any process.
 */
static bool is_orphan(const struct owning *own, const struct flow *flow,
		      uint64_t since_ns)
{
	return counter_get(&flow->hot.slot) == SLOT_LIVE && flow->is_asked &&
	       procs_has_ended(own->procs, counter_get(&flow->hot.proc)) &&
	       counter_get(&flow->active_ns) >= since_ns &&
	       (flow->key.proto != IPPROTO_TCP ||
		counter_get(&flow->hot.state) == TCP_CONNTRACK_ESTABLISHED);
}

bool table_orphans(struct table *t, uint64_t *slot, uint64_t since_ns)
{
	struct owning *own = table_owning(t);
	uint64_t end = slab_end(own->slab);

	if (!*slot && !own->has_orphans)
		return false;
	/* Whoever comes while it walks is for the next time. */
	if (!*slot)
		own->has_orphans = false;
	for (int n = 0; *slot < end && n < WALK_SLOTS; n++) {
		struct flow *flow = slab_at(own->slab, (*slot)++);

		if (!flow || counter_get(&flow->hot.slot) != SLOT_LIVE ||
		    !procs_has_ended(own->procs, counter_get(&flow->hot.proc)))
			continue;
		own->has_orphans = true;
		if (is_orphan(own, flow, since_ns)) {
			flow->is_again = true;
			set_unasked(own, flow);
		}
	}
	if (*slot < end)
		return true;
	*slot = 0;
	return false;
}

const struct procs *table_procs(const struct table *t)
{
	return table_owning((struct table *)(uintptr_t)t)->procs;
}

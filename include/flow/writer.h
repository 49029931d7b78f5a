/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The flow table as its one writer sees it: the collector.
 *
 * Truth works by generations. Every listing ("dump") that starts gets the next
 * generation; every message stamps its flow with the present one; a listing
 * that ended complete is followed by a sweep that removes the flows with an
 * older stamp. A flow that ended becomes a ghost for a while and then a
 * retired slot, which is used again only after all readers have left.
 */
#ifndef FLOWTOP_FLOW_WRITER_H
#define FLOWTOP_FLOW_WRITER_H

#include "fact/owner.h"
#include "flow/reader.h"
#include "flow/sample.h"

#include <stdbool.h>
#include <stdint.h>

struct table_config {
	uint64_t max_flows;  /* more are counted, not stored */
	uint64_t n_expected; /* the hash is made for so many */
	uint64_t linger_ns;  /* how long ghosts stay; 0 none */
	uint32_t max_ghosts; /* when there are more, who lived for a second
			      * takes the place of the oldest; others have none
			      */
};

enum upsert_result {
	UPSERT_REFRESHED, /* nothing but timers moved */
	UPSERT_CHANGED,   /* counters, state, status, mark ... moved */
	UPSERT_CREATED,
	UPSERT_REJECTED, /* over max_flows or out of memory: counted */
};

/* Why a flow left, and what became of it. The first three end a live flow; one
 * that ended without its DESTROY gets one of the last two later. */
enum end_reason {
	END_DESTROYED, /* its DESTROY event: final counters */
	END_GONE,      /* a listing or GET no longer had it */
	END_REPLACED,  /* its tuple belongs to another flow now */
	END_COMPLETED, /* the DESTROY of one that had gone before */
	END_UNSEEN,    /* its DESTROY never came: leaves as it was */
};

/* Called when a flow ends, before it becomes a ghost or is forgotten. */
typedef void (*flow_end_fn)(void *ctx, const struct flow *flow,
			    enum end_reason reason);

/* Called for a new flow, and for all when own addresses have changed: enum
 * flow_dir, plus FLOW_LOOPBACK and FLOW_NEAR_REPLY in *@bits. */
typedef uint8_t (*flow_classify_fn)(void *ctx, const struct flow_key *key,
				    const struct tuple *reply, uint32_t *bits);

/* Called for a new flow when it is in the table. */
typedef void (*flow_created_fn)(void *ctx, const struct flow *flow);

struct table_hooks {
	void *ctx;
	flow_end_fn end;
	flow_classify_fn classify;
	flow_created_fn created; /* may be NULL */
};

/**
 * table_new - an empty table
 *
 * Return: freed with table_free(); NULL with errno.
 */
struct table *table_new(const struct table_config *config,
			const struct table_hooks *hooks);

/** table_free - no reader may be left. Context: registered thread. */
void table_free(struct table *table);

/**
 * table_expect - these samples come next
 *
 * Sets their hashes, and looks them up one after the other, so that the waits
 * for memory overlap: changes nothing else.
 * Context: collector, read lock held.
 */
void table_expect(const struct table *table, struct sample *samples, int n);

/**
 * table_upsert - create or refresh the flow that a sample describes
 * @sample: any kind but DESTROY and GONE; borrowed
 *
 * A live flow with the same key and another id, or another reply tuple, is
 * ended first (END_REPLACED).
 * Context: collector, read lock held.
 */
enum upsert_result table_upsert(struct table *table,
				const struct sample *sample);

/**
 * table_end - a DESTROY event, or a GONE record
 *
 * Also completes the ghost of a flow that a sweep had removed before. The key
 * and the id must fit: a late DESTROY does not touch the flow's successor.
 * Context: collector, read lock held.
 * Return: false when no such flow or ghost is known.
 */
bool table_end(struct table *table, const struct sample *sample,
	       enum end_reason reason);

/**
 * table_own - what is known of a flow's owner, or of a process, now
 * @fact: borrowed; references are taken for what is kept
 *
 * A later answer replaces an earlier one. Only UNKNOWN, FORWARDED and KERNEL
 * take a process back: the other kinds without one say that it was not found,
 * and change nothing then. A ghost may still get its owner; its process gets
 * what it has transferred.
 * Context: collector, read lock held.
 * Return: whether anything shown has changed.
 */
bool table_own(struct table *table, const struct owner_fact *fact);

/** table_n_unasked - live flows whose owner was not asked for, or was asked for
 * when they had another direction. */
uint64_t table_n_unasked(const struct table *table);

/** flow_handle - @flow over time, for facts. */
struct flow_handle flow_handle(const struct flow *flow);

/** table_flow - the flow or ghost that @handle stands for; NULL: it left. */
const struct flow *table_flow(const struct table *table,
			      const struct flow_handle *handle);

/** table_owner - what table_own() would be told to make @flow's owner what it
 * is. fact->proc is borrowed, as procs_peek() lends it. Read lock held.
 * Return: false when nothing is known. */
bool table_owner(const struct table *table, const struct flow *flow,
		 struct owner_fact *fact);

/**
 * table_unasked - walk those flows, by slot number, round and round
 * @slot: in: where to start; out: behind the one returned
 *
 * Context: collector.
 * Return: NULL when there is none, or none in the slots looked at: one call
 * takes less than a millisecond.
 */
const struct flow *table_unasked(const struct table *table, uint64_t *slot);

/**
 * table_orphans - let flows be asked for again that have outlived their process
 * @slot: in: where to start, 0 at first; out: where to go on
 * @since_ns: only those that were active since then
 *
 * Until somebody else is found they keep the one they had.
 * Return: true while there is more to do.
 */
bool table_orphans(struct table *table, uint64_t *slot, uint64_t since_ns);

/** table_job - the question for the owner of @flow. */
void table_job(const struct flow *flow, struct owner_job *job);

/** table_set_asked - it was asked. */
void table_set_asked(struct table *table, const struct flow *flow);

/** table_find_live - the live flow with @key, whatever its id; or NULL. */
const struct flow *table_find_live(const struct table *table,
				   const struct flow_key *key);

/** table_missing - the kernel does not have @flow any more (END_GONE). */
void table_missing(struct table *table, const struct flow *flow,
		   uint64_t now_ns);

/** table_generation_next - a listing starts. Return: its generation. */
uint32_t table_generation_next(struct table *table);

/** table_sweep_begin - a listing of @generation ended complete. */
void table_sweep_begin(struct table *table, uint32_t generation);

/**
 * table_sweep_step - go on with the sweep until @deadline_ns (monotonic)
 *
 * Context: collector, read lock held.
 * Return: true while there is more to do.
 */
bool table_sweep_step(struct table *table, uint64_t now_ns,
		      uint64_t deadline_ns);

/**
 * table_settle - a listing of @generation ended that had only changed entries:
 * the others are as they were, with no rate
 *
 * Context: collector, read lock held.
 */
void table_settle(struct table *table, uint32_t generation, uint64_t now_ns);

/**
 * table_expire - retire ghosts older than the linger time, and take back what
 * readers have left
 *
 * Context: collector, read lock NOT held.
 * Return: whether there will be more to do soon.
 */
bool table_expire(struct table *table, uint64_t now_ns, uint64_t deadline_ns);

/**
 * table_trim - give back room that was not needed for a while
 * @now_ns: monotonic
 *
 * To be called about once a second, or as often as table_expire(), which says
 * that there will be more to do while it waits. Context: collector, read lock
 * NOT held.
 * Return: whether there is less of it now.
 */
bool table_trim(struct table *table, uint64_t now_ns);

/** table_give_up - no DESTROY will come any more: END_UNSEEN for each ghost
 * that waits for one. Context: collector, read lock NOT held. */
void table_give_up(struct table *table);

/** table_reclassify - ask the classify hook again for every flow. */
void table_reclassify(struct table *table);

/** table_n_live, table_n_ghosts, table_n_rejected - present numbers. */
uint64_t table_n_live(const struct table *table);
uint64_t table_n_ghosts(const struct table *table);
uint64_t table_n_rejected(const struct table *table);

/** table_live_at - walk live flows by slot number, for GET batches.
 * @slot: in: where to start; out: behind the one returned. NULL at the end. */
const struct flow *table_live_at(const struct table *table, uint64_t *slot);

#endif

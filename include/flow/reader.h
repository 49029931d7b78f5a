/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The flow table as a reader sees it.
 *
 * Every use stands between reader_lock() and reader_unlock(), and no pointer
 * outlives that section. A walk goes through the slabs in slot order, 5 ns a
 * flow; it sees every flow that is in the table all the while, and each at
 * most once.
 */
#ifndef FLOWTOP_FLOW_READER_H
#define FLOWTOP_FLOW_READER_H

#include "flow/info.h"
#include "lib/counter.h"
#include "lib/rcu.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct procs;
struct table;

/* A slot's life. Only the collector changes it. */
enum slot_state {
	SLOT_FREE,    /* nothing in it; content is undefined */
	SLOT_LIVE,    /* a flow that the kernel has */
	SLOT_GHOST,   /* a flow that ended, kept to be looked at */
	SLOT_RETIRED, /* waits for readers to leave; never look inside */
};

/*
 * Readers may use the fields above PRIVATE. "hot" is all that a walk needs to
 * filter, sort and sum: one cache line.
 */
struct flow {
	/* FIXED: set before the flow is published, never again. */
	struct flow_key key;
	uint32_t id;
	struct tuple reply;
	uint16_t zone_reply;
	counter16_t holders; /* a COUNTER: owner_fact.holders; here it fits */
	uint64_t born_ns;
	uint32_t host[DIR_MAX]; /* numbers of the two sources; see host.h */

	/* COUNTER: the collector stores, any thread loads. */
	counter_t start_ns;
	counter_t active_ns;
	counter32_t mark;
	counter32_t timeout_s;
	struct {
		counter_t bytes[DIR_MAX];
		counter_t packets[DIR_MAX];
		counter32_t rate[DIR_MAX];   /* float */
		counter32_t smooth[DIR_MAX]; /* float */
		counter32_t has;
		counter32_t status;
		counter8_t slot; /* enum slot_state; release and acquire */
		counter8_t state;
		counter8_t dir;
		uint8_t family, proto; /* FIXED copies of the key's */
		counter8_t owner;      /* enum owner_kind */
		counter16_t proc;      /* number in table_procs() */
	} hot;
	counter32_t packet_rate[DIR_MAX]; /* float */
	counter_t sampled_ns;

	/* PUBLISHED: immutable behind the pointer. */
	_Atomic(const struct flow_extra *) extra;

	/* PRIVATE: collector only. */
	bool is_asked;   /* for its owner */
	bool is_again;   /* because the one it had has ended */
	bool is_started; /* its first state was that of a beginning */
	bool is_heir;    /* there was a ghost with the same key */
	uint32_t generation;
	uint32_t slot; /* its number in the slabs */
	/* A COUNTER as above, where there is room: highest sum of hot.smooth */
	counter32_t peak; /* float */
	struct cds_lfht_node node;
} __attribute__((aligned(64))); /* or "hot" would lie in two lines */

_Static_assert(sizeof(struct flow) == 256, "four cache lines");
_Static_assert(offsetof(struct flow, hot) == 128, "hot is one cache line");

/* Cache lines of struct flow beside "hot", as bits. */
enum flow_line {
	LINE_KEY = 1 << 0, /* and id */
	LINE_TIMES = 1 << 1,
	LINE_LAST = 1 << 3,
};

#define CHUNK_SLOTS 4096

struct flow_chunk {
	struct flow *slots;    /* CHUNK_SLOTS, mmap'ed */
	_Atomic uint32_t used; /* slots ever used: the walk ends here */
};

/* Replaced as a whole when it grows; a chunk may be NULL. */
struct flow_directory {
	size_t n_chunks;
	struct flow_chunk *chunk[];
};

struct table_cursor {
	const struct flow_directory *directory;
	size_t chunk;
	uint32_t slot;
};

/** table_directory - what a walk goes over; valid until reader_unlock(). */
const struct flow_directory *table_directory(const struct table *table);

/**
 * table_walk_begin, table_walk_next - every live flow and every ghost
 *
 * Context: read lock held.
 * Return: table_walk_next() gives NULL at the end.
 */
static inline struct table_cursor table_walk_begin(const struct table *table)
{
	return (struct table_cursor){ .directory = table_directory(table) };
}

static inline const struct flow *table_walk_next(struct table_cursor *c)
{
	for (; c->chunk < c->directory->n_chunks; c->chunk++, c->slot = 0) {
		const struct flow_chunk *chunk = c->directory->chunk[c->chunk];
		uint32_t used;

		if (!chunk)
			continue;
		used = atomic_load_explicit(&chunk->used, memory_order_acquire);
		while (c->slot < used) {
			const struct flow *flow = &chunk->slots[c->slot++];
			uint8_t state = subscribe(&flow->hot.slot);

			if (state == SLOT_LIVE || state == SLOT_GHOST)
				return flow;
		}
	}
	return NULL;
}

/** table_procs - the processes that own flows; see flow/procs.h. */
const struct procs *table_procs(const struct table *table);

/**
 * flow_is_ghost - the kernel no longer has it
 *
 * One that a walk has met may be retired while it is looked at, which does not
 * make it live again.
 */
static inline bool flow_is_ghost(const struct flow *flow)
{
	return subscribe(&flow->hot.slot) != SLOT_LIVE;
}

/** flow_rate - RX+TX bytes per second by the last sample; 0 when unknown. */
static inline float flow_rate(const struct flow *flow)
{
	return counter_get_float(&flow->hot.rate[DIR_ORIG]) +
	       counter_get_float(&flow->hot.rate[DIR_REPLY]);
}

/** flow_smooth_rate - the same, smoothed; as good as HAS_RATE says. */
static inline double flow_smooth_rate(const struct flow *flow)
{
	return (double)counter_get_float(&flow->hot.smooth[DIR_ORIG]) +
	       (double)counter_get_float(&flow->hot.smooth[DIR_REPLY]);
}

/** flow_read - copy all that is known about @flow. Read lock held. */
void flow_read(const struct flow *flow, struct flow_info *info);

/**
 * flow_copy - what readers may use of @flow, for as long as they like
 * @copy: overwritten; its cold part is left out
 *
 * Context: read lock held.
 */
void flow_copy(const struct flow *flow, struct flow *copy);

/**
 * table_find - look a flow up by key and id
 *
 * Context: read lock held, any registered thread.
 * Return: the flow or its ghost; NULL.
 */
const struct flow *table_find(const struct table *table,
			      const struct flow_ref *ref);

#endif

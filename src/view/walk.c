// SPDX-License-Identifier: GPL-2.0-only
/* Every flow, once. */
#include "view/walk.h"

#include "flow/reader.h"
#include "net/proto.h"
#include "view/columns.h"
#include "view/match.h"
#include "view/room.h"
#include "view/still.h"

#include <errno.h>
#include <stdlib.h>

/* So many chunks, half a millisecond, lie between two questions for what is
 * urgent. A power of two. */
#define LEAVE_CHUNKS 8

/* So many slots ahead of the walk memory is asked for. Beyond the end of a
 * chunk that is harmless. */
#define AHEAD 16

#define ALWAYS_INLINE inline __attribute__((always_inline))

#define LINE 64 /* bytes of a cache line */

static double packet_rate(const struct flow *flow)
{
	return (double)counter_get_float(&flow->packet_rate[0]) +
	       (double)counter_get_float(&flow->packet_rate[1]);
}

static void add_packets(struct walk *walk, const struct flow *flow, double *sum)
{
	struct late *late = &walk->late[walk->n_late++ % WALK_LATE];

	if (late->flow)
		*late->sum += packet_rate(late->flow);
	__builtin_prefetch(&flow->packet_rate);
	*late = (struct late){ flow, sum };
}

static void end_packets(struct walk *walk)
{
	for (size_t i = 0; i < WALK_LATE; i++) {
		struct late *late = &walk->late[walk->n_late++ % WALK_LATE];

		if (late->flow)
			*late->sum += packet_rate(late->flow);
		late->flow = NULL;
	}
}

static ALWAYS_INLINE void add_sums(struct walk *walk, struct view_sums *sums,
				   const struct flow *flow, uint32_t has)
{
	uint8_t tx = near_dir(counter_get(&flow->hot.dir), has);

	sums->n++;
	if (!(has & HAS_COUNTERS)) {
		sums->n_uncounted++;
		sums->n_awaited += !!(has & FLOW_BORN_SEEN);
	}
	if (!(has & HAS_RATE)) {
		sums->n_unrated++;
		return;
	}
	sums->tx += (double)counter_get_float(&flow->hot.smooth[tx]);
	sums->rx += (double)counter_get_float(&flow->hot.smooth[!tx]);
	/* Most flows are idle. */
	if (flow_rate(flow) > 0)
		add_packets(walk, flow, &sums->packets);
}

/* Make room for @n more entries. */
static int reserve(struct walk *walk, size_t n)
{
	struct view_frame *frame = walk->frame;
	size_t max =
		frame->max_entries ? frame->max_entries : ROOM_FIRST_ENTRIES;
	void *entries;

	if (walk->n + n <= frame->max_entries)
		return 0;
	while (max < walk->n + n)
		max *= 2;
	entries = realloc(frame->entries, max * sizeof(*frame->entries));
	if (!entries)
		return -ENOMEM;
	frame->entries = entries;
	frame->max_entries = max;
	return 0;
}

static inline void note_anchor(struct walk *walk, struct sort_entry entry)
{
	walk->has_anchor = true;
	walk->anchor = entry;
}

/* Texts, addresses and lists are read once in a frame, so that all passes of
 * the sort see the same. What is held on to is that of the last frame. */
static uint64_t fresh_key(struct walk *walk, const struct sort_entry *entry,
			  size_t index)
{
	const struct sort_order *order = &walk->order;
	struct sort_more *more =
		index < order->n_more ? &order->more[index] : NULL;

	if (walk->query->grouping)
		return more ? sort_read_group(order, entry->group, more)
			    : sort_key_group(order, entry->group);
	return more ? sort_read(order, entry->flow, more)
		    : sort_key(order, entry->flow);
}

static uint64_t ordered_key(struct walk *walk, const struct sort_entry *entry,
			    size_t index, uint32_t id, bool is_closed)
{
	struct calm *calm = &walk->calm;
	uint64_t key;

	if (!calm_has(calm, index))
		return fresh_key(walk, entry, index);
	if (!calm_known(calm, index, id, is_closed, walk->n, &key))
		return calm_settle(calm, index, id, walk->n,
				   fresh_key(walk, entry, index));
	/* Nothing was read of what is new in an order that is held. */
	if (!key && index < walk->order.n_more)
		walk->order.more[index] = (struct sort_more){ 0 };
	return key;
}

/* The same by rate, which is not read when nothing of it is wanted. */
static inline uint64_t rate_key_of(struct walk *walk, const struct flow *flow,
				   uint32_t has, size_t index, bool is_ghost)
{
	struct calm *calm = &walk->calm;
	uint64_t key;

	if (!calm_has(calm, index))
		return sort_key_rate(&walk->order, flow, has);
	if (calm->how == ORDER_HELD)
		return calm_held(calm, index, flow->id);
	key = sort_key_rate(&walk->order, flow, has);
	if (calm_is_settled(calm, index, flow->id, key))
		return key;
	if (is_ghost &&
	    calm_known(calm, index, flow->id, is_ghost, walk->n, &key))
		return key;
	return calm_settle(calm, index, flow->id, walk->n, key);
}

int walk_add(struct walk *walk, struct sort_entry entry, size_t index,
	     uint32_t id, bool is_closed, bool is_anchor)
{
	if (reserve(walk, 1))
		return -ENOMEM;
	entry.key = ordered_key(walk, &entry, index, id, is_closed);
	if (is_anchor)
		note_anchor(walk, entry);
	walk->frame->entries[walk->n++] = entry;
	return 0;
}

/* The number is read first, of any flow: with it every line of memory but one
 * is taken in turn, which processors foresee. Else the walk takes twice as
 * long. */
static inline bool is_anchor(const struct view_query *query,
			     const struct flow *flow)
{
	return flow->id == query->anchor.id && query->has_anchor &&
	       flow_key_equal(&flow->key, &query->anchor.key);
}

static int group_index(const struct flow *flow)
{
	return __builtin_ctz(proto_group(flow->hot.proto));
}

static ALWAYS_INLINE int visit_match(struct walk *walk, const struct flow *flow,
				     uint32_t has, size_t index, bool is_ghost)
{
	struct sort_entry *entry;

	if (!is_ghost)
		add_sums(walk, &walk->totals.shown, flow, has);
	if (walk->query->grouping)
		return grouper_add(walk->frame->grouper, flow, is_ghost);
	/* In its place: copied there from the stack it would have to wait for
	 * what was stored before. */
	entry = &walk->frame->entries[walk->n];
	entry->flow = flow;
	entry->key =
		walk->is_rate
			? rate_key_of(walk, flow, has, index, is_ghost)
			: ordered_key(walk, entry, index, flow->id, is_ghost);
	walk->n++;
	if (is_anchor(walk->query, flow))
		note_anchor(walk, *entry);
	return 0;
}

static void visit_other(struct walk *walk, const struct flow *flow,
			uint32_t has, enum filter_result result)
{
	struct view_totals *totals = &walk->totals;

	if (result == FILTER_KIND) {
		totals->n_kind++;
		return;
	}
	if (result == FILTER_GROUP)
		totals->group_hidden[group_index(flow)]++;
	totals->n_family += result == FILTER_FAMILY;
	totals->n_idle += result == FILTER_IDLE;
	totals->n_owner += result == FILTER_OWNER;
	totals->n_expr += result == FILTER_EXPR;
	totals->n_outside += result == FILTER_OUTSIDE;
	add_sums(walk, &totals->all, flow, has);
}

static ALWAYS_INLINE int visit(struct walk *walk, const struct flow *flow,
			       size_t index, bool is_ghost)
{
	uint32_t has = counter_get(&flow->hot.has);
	enum filter_result result =
		sieve_test(&walk->sieve, flow, has, is_ghost);

	if (walk->only.ref &&
	    (result == FILTER_PASS || result == FILTER_IDLE) &&
	    !group_only_test(&walk->only, flow))
		result = FILTER_OUTSIDE;
	if (result == FILTER_PASS)
		return visit_match(walk, flow, has, index, is_ghost);
	if (!is_ghost)
		visit_other(walk, flow, has, result);
	return 0;
}

static inline void look_ahead(const struct flow *flow, unsigned int lines)
{
	const char *ahead = (const char *)&flow[AHEAD];

	__builtin_prefetch(&flow[AHEAD].hot);
	if (lines & LINE_KEY)
		__builtin_prefetch(ahead);
	if (lines & LINE_TIMES)
		__builtin_prefetch(ahead + LINE);
	if (lines & LINE_LAST)
		__builtin_prefetch(ahead + 3 * LINE);
}

static int walk_chunk(struct walk *walk, const struct flow_chunk *chunk,
		      size_t base)
{
	uint32_t used =
		atomic_load_explicit(&chunk->used, memory_order_acquire);

	if (reserve(walk, used))
		return -ENOMEM;
	for (uint32_t i = 0; i < used; i++) {
		const struct flow *flow = &chunk->slots[i];
		uint8_t state;

		look_ahead(flow, walk->lines);
		state = subscribe(&flow->hot.slot);
		if (state != SLOT_LIVE && state != SLOT_GHOST)
			continue;
		/* It may be retired from here on, and is what it was. */
		if (visit(walk, flow, base + i, state == SLOT_GHOST))
			return -ENOMEM;
	}
	return 0;
}

bool walk_is_left(const struct walk *walk)
{
	const struct view_query *query = walk->query;

	return query->is_urgent && calm_can_leave(&walk->calm) &&
	       query->is_urgent();
}

static int walk_table(struct walk *walk, const struct table *table)
{
	const struct flow_directory *directory = table_directory(table);

	for (size_t i = 0; i < directory->n_chunks; i++) {
		const struct flow_chunk *chunk = directory->chunk[i];

		if (i % LEAVE_CHUNKS == LEAVE_CHUNKS - 1 && walk_is_left(walk))
			return -EINTR;
		if (chunk && walk_chunk(walk, chunk, i * CHUNK_SLOTS))
			return -ENOMEM;
	}
	return 0;
}

static int walk_still(struct walk *walk, const struct still *still)
{
	if (reserve(walk, still->n))
		return -ENOMEM;
	for (size_t i = 0; i < still->n; i++) {
		const struct flow *flow = &still->flow[i];

		if (visit(walk, flow, flow->slot, flow_is_ghost(flow)))
			return -ENOMEM;
	}
	return 0;
}

/* What is read of every flow by this query. */
static unsigned int lines_read(const struct walk *walk)
{
	const struct view_query *query = walk->query;
	const struct match *match = query->filter.match;
	unsigned int lines = match ? match_lines(match) : 0;

	if (query->grouping)
		return lines | LINE_TIMES; /* and far ends */
	if (walk->calm.how != ORDER_FRESH || query->has_anchor ||
	    query->filter.hide & HIDE_DNS)
		lines |= LINE_KEY;
	if (!walk->order.column->hot_key)
		return LINE_KEY | LINE_TIMES | LINE_LAST;
	if (!walk->is_rate)
		lines |= LINE_TIMES | LINE_LAST; /* age has times */
	return lines;
}

int walk_flows(struct walk *walk, const struct table *table)
{
	const struct still *still = walk->query->still;
	int err;

	walk->is_rate = walk->order.column == column_default_sort();
	walk->lines = lines_read(walk);
	err = still ? walk_still(walk, still) : walk_table(walk, table);
	end_packets(walk);
	return err;
}

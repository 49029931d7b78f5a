// SPDX-License-Identifier: GPL-2.0-only
/* Frames: one walk, a window, its rows. */
#include "view/view.h"

#include "flow/reader.h"
#include "net/proto.h"
#include "view/columns.h"
#include "view/sort.h"
#include "view/still.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* sqrt(1.25): two values in bands of this width differ by at most 1.25. */
#define CALM_BAND 1.118033988749895

/* A rate that changed by more than this does not wait in ORDER_REST. */
#define LARGE_CHANGE 2.0

#define FIRST_ENTRIES 1024

/* Room for so many times what is needed is given back. */
#define SLACK 8

/* So many slots ahead of the walk memory is asked for. Beyond the end of a
 * chunk that is harmless. */
#define AHEAD 16

/* The order of the last frame: keys by slot. A slot that is used again has
 * another id. */
struct view_memory {
	const struct column *column;
	bool is_descending;
	size_t n;
	struct memory_slot {
		uint64_t key; /* 0: nothing yet */
		uint32_t id;
	} slot[];
};

/*
 * Who is first in ORDER_REST: the flow that was, or, when ORDER_CALM would put
 * another one above it, that one. Keys stand for places, larger ones first.
 */
struct lead {
	uint64_t key;  /* the largest that is remembered */
	uint64_t calm; /* what it would be in ORDER_CALM */
	uint64_t best; /* the largest there would be, */
	size_t entry;  /* whose it is */
	struct memory_slot *slot;
};

/* What one walk works with. */
struct walk {
	struct view_frame *frame;
	const struct view_query *query;
	struct sort_order order;
	enum view_order how;
	size_t n;        /* entries so far */
	bool has_anchor; /* and it was found: */
	struct sort_entry anchor;
	struct lead lead;
};

void view_frame_init(struct view_frame *frame)
{
	*frame = (struct view_frame){ .anchor_rank = RANK_NONE };
}

void view_frame_fini(struct view_frame *frame)
{
	free(frame->rows);
	free(frame->entries);
	free(frame->memory);
	free(frame->more);
	view_frame_init(frame);
}

static void add_sums(struct view_sums *sums, const struct flow *flow)
{
	uint32_t has = counter_get(&flow->hot.has);
	uint8_t tx = near_dir(counter_get(&flow->hot.dir), has);
	float tx_rate, rx_rate;

	sums->n++;
	if (!(has & HAS_COUNTERS)) {
		sums->n_uncounted++;
		sums->n_awaited += !!(has & FLOW_BORN_SEEN);
	}
	if (!(has & HAS_RATE)) {
		sums->n_unrated++;
		return;
	}
	tx_rate = counter_get_float(&flow->hot.smooth[tx]);
	rx_rate = counter_get_float(&flow->hot.smooth[!tx]);
	sums->tx += (double)tx_rate;
	sums->rx += (double)rx_rate;
	/* Packet rates lie in another cache line, and most flows are idle. */
	if (flow_rate(flow) > 0)
		sums->packets +=
			(double)counter_get_float(&flow->packet_rate[0]) +
			(double)counter_get_float(&flow->packet_rate[1]);
}

static int add_entry(struct walk *walk, const struct flow *flow, uint64_t key)
{
	struct view_frame *frame = walk->frame;

	if (walk->n == frame->max_entries) {
		size_t max = walk->n ? walk->n * 2 : FIRST_ENTRIES;
		void *entries =
			realloc(frame->entries, max * sizeof(*frame->entries));

		if (!entries)
			return -1;
		frame->entries = entries;
		frame->max_entries = max;
	}
	frame->entries[walk->n++] = (struct sort_entry){ key, flow };
	return 0;
}

/* The key that is nearest to @old_key among those within a band around @key. */
static uint64_t calm_key(const struct sort_order *order, uint64_t old_key,
			 uint64_t key)
{
	uint64_t old_value, value;
	double place, rate;

	/* Most flows are idle, and were. */
	if (old_key == key)
		return key;
	if (!sort_key_value(order, old_key, &old_value) ||
	    !sort_key_value(order, key, &value))
		return key;
	place = rate_from_key(old_value);
	rate = rate_from_key(value);
	if (place > rate * CALM_BAND)
		place = rate * CALM_BAND;
	else if (place < rate / CALM_BAND)
		place = rate / CALM_BAND;
	return sort_key_from(order, true, rate_key(place));
}

/* So small a change can wait. */
static bool can_rest(const struct sort_order *order, uint64_t old_key,
		     uint64_t key)
{
	uint64_t old_value, value;
	double old_rate, rate;

	if (!sort_key_value(order, old_key, &old_value) ||
	    !sort_key_value(order, key, &value))
		return old_key == key;
	old_rate = rate_from_key(old_value);
	rate = rate_from_key(value);
	return rate <= old_rate * LARGE_CHANGE &&
	       old_rate <= rate * LARGE_CHANGE;
}

static void lead_note(struct walk *walk, struct memory_slot *slot,
		      uint64_t calm)
{
	struct lead *lead = &walk->lead;

	/* Whichever of equal ones comes first: the worst of them counts. */
	if (slot->key > lead->key ||
	    (slot->key == lead->key && calm < lead->calm)) {
		lead->key = slot->key;
		lead->calm = calm;
	}
	if (calm > lead->best) {
		lead->best = calm;
		lead->entry = walk->n;
		lead->slot = slot;
	}
}

static void lead_apply(struct walk *walk)
{
	const struct lead *lead = &walk->lead;
	struct sort_entry *entry;

	if (walk->how != ORDER_REST || lead->best <= lead->calm)
		return;
	entry = &walk->frame->entries[lead->entry];
	entry->key = lead->slot->key = lead->key + 1;
	if (walk->has_anchor && walk->anchor.flow == entry->flow)
		walk->anchor.key = entry->key;
}

/* Texts, addresses and lists are read once in a frame, so that all passes of
 * the sort see the same. What is held on to is that of the last frame. */
static uint64_t fresh_key(struct walk *walk, const struct flow *flow,
			  size_t index)
{
	if (index < walk->order.n_more)
		return sort_read(&walk->order, flow, &walk->order.more[index]);
	return sort_key(&walk->order, flow);
}

/* The key by which the flow in @slot is ordered in this frame. */
static uint64_t remembered_key(struct walk *walk, const struct flow *flow,
			       struct memory_slot *slot, size_t index)
{
	bool is_rate = walk->order.column->type == VAL_RATE;
	bool is_known = slot->key && slot->id == flow->id;
	uint64_t key, calm;

	if (walk->how == ORDER_HELD) {
		if (!is_known && index < walk->order.n_more)
			walk->order.more[index] = (struct sort_more){ 0 };
		return is_known ? slot->key : 0;
	}
	/* A closed flow has no rate, but does not fall to the end of the list
	 * the moment it closes: it lingers where it was. */
	if (is_known && flow_is_ghost(flow)) {
		lead_note(walk, slot, slot->key);
		return slot->key;
	}
	key = calm = fresh_key(walk, flow, index);
	if (is_known && is_rate)
		calm = calm_key(&walk->order, slot->key, key);
	if (!is_known || !is_rate || walk->how != ORDER_REST ||
	    !can_rest(&walk->order, slot->key, key))
		slot->key = calm;
	slot->id = flow->id;
	lead_note(walk, slot, calm);
	return slot->key;
}

static uint64_t ordered_key(struct walk *walk, const struct flow *flow,
			    size_t index)
{
	/* The table may have grown since memory was made for it. */
	if (walk->how == ORDER_FRESH || index >= walk->frame->memory->n)
		return fresh_key(walk, flow, index);
	return remembered_key(walk, flow, &walk->frame->memory->slot[index],
			      index);
}

static bool is_anchor(const struct view_query *query, const struct flow *flow)
{
	return query->has_anchor &&
	       flow_ref_matches(&query->anchor, &flow->key, flow->id);
}

static int group_index(const struct flow *flow)
{
	return __builtin_ctz(proto_group(flow->hot.proto));
}

static int visit_match(struct walk *walk, const struct flow *flow, size_t index)
{
	uint64_t key = ordered_key(walk, flow, index);
	struct view_totals *totals = &walk->frame->totals;

	if (!flow_is_ghost(flow))
		add_sums(&totals->shown, flow);
	if (is_anchor(walk->query, flow)) {
		walk->has_anchor = true;
		walk->anchor = (struct sort_entry){ key, flow };
	}
	return add_entry(walk, flow, key);
}

static int visit(struct walk *walk, const struct flow *flow, size_t index)
{
	enum filter_result result = filter_test(&walk->query->filter, flow);
	struct view_totals *totals = &walk->frame->totals;

	if (result == FILTER_PASS)
		return visit_match(walk, flow, index);
	if (result == FILTER_GHOST || flow_is_ghost(flow))
		return 0;
	if (result == FILTER_KIND) {
		totals->n_kind++;
		return 0;
	}
	if (result == FILTER_GROUP)
		totals->group_hidden[group_index(flow)]++;
	totals->n_family += result == FILTER_FAMILY;
	totals->n_idle += result == FILTER_IDLE;
	add_sums(&totals->all, flow);
	return 0;
}

/* The walk sums up each flow once: "all" lacks those that are shown. */
static void add_shown(struct view_totals *totals)
{
	struct view_sums *all = &totals->all;
	const struct view_sums *shown = &totals->shown;

	all->n += shown->n;
	all->n_uncounted += shown->n_uncounted;
	all->n_awaited += shown->n_awaited;
	all->n_unrated += shown->n_unrated;
	all->rx += shown->rx;
	all->tx += shown->tx;
	all->packets += shown->packets;
}

static int walk_table(struct walk *walk, const struct table *table)
{
	struct table_cursor cursor = table_walk_begin(table);
	const struct flow *flow;

	while ((flow = table_walk_next(&cursor))) {
		size_t index = cursor.chunk * CHUNK_SLOTS + cursor.slot - 1;

		__builtin_prefetch(&flow[AHEAD].hot);
		__builtin_prefetch(&flow[AHEAD]);

		if (visit(walk, flow, index))
			return -1;
	}
	return 0;
}

static int walk_still(struct walk *walk, const struct still *still)
{
	for (size_t i = 0; i < still->n; i++) {
		if (visit(walk, &still->flow[i], still->flow[i].slot))
			return -1;
	}
	return 0;
}

static int memory_grow(struct view_frame *frame, size_t n)
{
	struct view_memory *memory = frame->memory;
	size_t old = memory ? memory->n : 0;

	if (n <= old && memory)
		return 0;
	memory = realloc(memory, sizeof(*memory) + n * sizeof(memory->slot[0]));
	if (!memory)
		return -1;
	memset(&memory->slot[old], 0, (n - old) * sizeof(memory->slot[0]));
	if (!frame->memory)
		memory->column = NULL;
	memory->n = n;
	frame->memory = memory;
	return 0;
}

/* A storm is over: the room for it would stay for ever. */
static void shrink_entries(struct view_frame *frame, size_t n)
{
	size_t max = n < FIRST_ENTRIES ? FIRST_ENTRIES : n;
	void *entries;

	if (frame->max_entries / SLACK <= max)
		return;
	entries = realloc(frame->entries, max * sizeof(*frame->entries));
	if (!entries)
		return;
	frame->entries = entries;
	frame->max_entries = max;
}

/* Forget another order, and without memory do without. */
static void prepare_memory(struct walk *walk, const struct table *table)
{
	const struct column *column = walk->order.column;
	bool is_descending = walk->order.is_descending;
	struct view_memory *memory;

	if (walk->how != ORDER_FRESH &&
	    memory_grow(walk->frame,
			table_directory(table)->n_chunks * CHUNK_SLOTS))
		walk->how = ORDER_FRESH;
	memory = walk->frame->memory;
	if (walk->how == ORDER_FRESH) {
		if (memory)
			memory->column = NULL;
		return;
	}
	if (memory->column == column && memory->is_descending == is_descending)
		return;
	memset(memory->slot, 0, memory->n * sizeof(memory->slot[0]));
	memory->column = column;
	memory->is_descending = is_descending;
	walk->how = ORDER_CALM; /* nothing is there to hold on to */
}

/* A chunk more than there are: the table may grow before it is walked. */
static void prepare_more(struct walk *walk, const struct table *table)
{
	size_t n = (table_directory(table)->n_chunks + 1) * CHUNK_SLOTS;
	struct view_frame *frame = walk->frame;

	if (sort_is_exact(&walk->order))
		return;
	if (n > frame->max_more) {
		struct sort_more *more =
			realloc(frame->more, n * sizeof(*more));

		if (!more)
			return;
		memset(&more[frame->max_more], 0,
		       (n - frame->max_more) * sizeof(*more));
		frame->more = more;
		frame->max_more = n;
	}
	walk->order.more = frame->more;
	walk->order.n_more = frame->max_more;
}

static void place_window(struct walk *walk)
{
	struct view_frame *frame = walk->frame;
	const struct view_query *query = walk->query;
	size_t n = walk->n;
	size_t count = query->count < n ? query->count : n;
	size_t first = query->first;

	if (walk->has_anchor) {
		size_t rank = sort_rank(&walk->order, frame->entries, n,
					&walk->anchor);

		frame->anchor_rank = rank;
		first = rank > query->anchor_line ? rank - query->anchor_line
						  : 0;
	}
	if (first > n - count)
		first = n - count;
	frame->first = first;
	frame->n_rows = count;
}

static int compose_rows(struct walk *walk, const struct view_env *env)
{
	struct view_frame *frame = walk->frame;

	if (frame->n_rows > frame->max_rows) {
		struct row *rows = malloc(frame->n_rows * sizeof(*rows));

		if (!rows)
			return -1;
		free(frame->rows);
		frame->rows = rows;
		frame->max_rows = frame->n_rows;
	}
	for (size_t i = 0; i < frame->n_rows; i++)
		row_compose(&frame->rows[i],
			    frame->entries[frame->first + i].flow, env);
	return 0;
}

static int make_locked(struct walk *walk, const struct table *table,
		       const struct view_env *env)
{
	struct view_frame *frame = walk->frame;
	struct view_totals *totals = &frame->totals;

	prepare_memory(walk, table);
	prepare_more(walk, table);
	if (walk->query->still ? walk_still(walk, walk->query->still)
			       : walk_table(walk, table))
		return -1;
	lead_apply(walk);
	add_shown(totals);
	frame->n_match = walk->n;
	frame->n_flows = totals->shown.n + totals->n_idle;
	place_window(walk);
	sort_window(&walk->order, frame->entries, walk->n, frame->first,
		    frame->n_rows);
	if (compose_rows(walk, env))
		return -1;
	shrink_entries(frame, walk->n);
	return 0;
}

int view_frame_make(struct view_frame *frame, const struct table *table,
		    const struct view_query *query, const struct view_env *env)
{
	struct walk walk = { .frame = frame, .query = query };
	int err;

	walk.order.column = query->sort ? query->sort : column_default_sort();
	walk.order.is_descending = query->is_descending;
	walk.order.env = env;
	walk.how = query->order;
	frame->n_rows = frame->n_match = frame->n_flows = frame->first = 0;
	frame->anchor_rank = RANK_NONE;
	frame->totals = (struct view_totals){ 0 };
	frame->now_ns = env->now_ns;
	frame->wall_ns = env->wall_ns;
	reader_lock();
	err = make_locked(&walk, table, env);
	reader_unlock();
	if (err) {
		frame->n_rows = frame->n_match = frame->first = 0;
		return -ENOMEM;
	}
	return 0;
}

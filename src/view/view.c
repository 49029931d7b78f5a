// SPDX-License-Identifier: GPL-2.0-only
/* Frames: one walk, a window, its rows. */
#include "view/view.h"

#include "flow/reader.h"
#include "net/proto.h"
#include "view/calm.h"
#include "view/columns.h"
#include "view/sort.h"
#include "view/still.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_ENTRIES 1024

/* What one walk works with. */
struct walk {
	struct view_frame *frame;
	const struct view_query *query;
	struct sort_order order;
	const struct view_env *env;
	struct calm calm;
	size_t n;        /* entries so far */
	bool has_anchor; /* and it was found: */
	struct sort_entry anchor;
};

void view_frame_init(struct view_frame *frame)
{
	*frame = (struct view_frame){ .anchor_rank = RANK_NONE };
}

static void release_rows(struct view_frame *frame)
{
	while (frame->n_composed)
		row_release(&frame->rows[--frame->n_composed]);
	frame->n_rows = 0;
}

void view_frame_fini(struct view_frame *frame)
{
	release_rows(frame);
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

static void lead_apply(struct walk *walk)
{
	struct sort_entry *entry;
	uint64_t key;
	size_t i;

	if (!calm_lead(&walk->calm, &i, &key))
		return;
	entry = &walk->frame->entries[i];
	entry->key = key;
	if (walk->has_anchor && walk->anchor.flow == entry->flow)
		walk->anchor.key = key;
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

static uint64_t ordered_key(struct walk *walk, const struct flow *flow,
			    size_t index)
{
	struct calm *calm = &walk->calm;
	uint64_t key;

	if (!calm_has(calm, index))
		return fresh_key(walk, flow, index);
	if (!calm_known(calm, index, flow->id, flow_is_ghost(flow), walk->n,
			&key))
		return calm_settle(calm, index, flow->id, walk->n,
				   fresh_key(walk, flow, index));
	/* Nothing was read of what is new in an order that is held. */
	if (!key && index < walk->order.n_more)
		walk->order.more[index] = (struct sort_more){ 0 };
	return key;
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
	enum filter_result result =
		filter_test(&walk->query->filter, flow, walk->env);
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
	totals->n_owner += result == FILTER_OWNER;
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

static int compose_rows(struct walk *walk)
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
			    frame->entries[frame->first + i].flow, walk->env);
	frame->n_composed = frame->n_rows;
	return 0;
}

static int make_locked(struct walk *walk, const struct table *table)
{
	struct view_frame *frame = walk->frame;
	struct view_totals *totals = &frame->totals;

	calm_begin(&walk->calm, &frame->memory, &walk->order,
		   walk->query->order,
		   table_directory(table)->n_chunks * CHUNK_SLOTS);
	prepare_more(walk, table);
	if (walk->query->still ? walk_still(walk, walk->query->still)
			       : walk_table(walk, table))
		return -1;
	lead_apply(walk);
	add_shown(totals);
	frame->n_match = walk->n;
	frame->n_flows = totals->shown.n + totals->n_idle + totals->n_owner;
	place_window(walk);
	sort_window(&walk->order, frame->entries, walk->n, frame->first,
		    frame->n_rows);
	return compose_rows(walk);
}

int view_frame_make(struct view_frame *frame, const struct table *table,
		    const struct view_query *query, const struct view_env *env)
{
	struct view_env then = *env;
	struct walk walk = { .frame = frame, .query = query, .env = &then };
	int err;

	if (query->still) {
		then.facts = query->still->facts;
		then.n_facts = query->still->n_facts;
	}
	walk.order.column = query->sort ? query->sort : column_default_sort();
	walk.order.is_descending = query->is_descending;
	walk.order.env = &then;
	release_rows(frame);
	frame->n_match = frame->n_flows = frame->first = 0;
	frame->anchor_rank = RANK_NONE;
	frame->totals = (struct view_totals){ 0 };
	frame->now_ns = env->now_ns;
	frame->wall_ns = env->wall_ns;
	reader_lock();
	err = make_locked(&walk, table);
	reader_unlock();
	if (err) {
		frame->n_rows = frame->n_match = frame->first = 0;
		return -ENOMEM;
	}
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-only
/* Frames: one walk, a window, its rows. */
#include "view/view.h"

#include "flow/reader.h"
#include "net/proto.h"
#include "view/calm.h"
#include "view/columns.h"
#include "view/groupcols.h"
#include "view/groups.h"
#include "view/sort.h"
#include "view/still.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_ENTRIES 1024

/* Room for so many times what is needed is given back. */
#define SLACK 8

/* So many slots ahead of the walk memory is asked for. Beyond the end of a
 * chunk that is harmless. */
#define AHEAD 16

/* What one walk works with. */
struct walk {
	struct view_frame *frame;
	const struct view_query *query;
	struct sort_order order;
	const struct view_env *env;
	struct calm calm;
	struct group_only only;
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
	while (frame->n_composed_groups)
		group_release(&frame->groups[--frame->n_composed_groups]);
	frame->n_rows = 0;
}

void view_frame_fini(struct view_frame *frame)
{
	release_rows(frame);
	free(frame->rows);
	free(frame->groups);
	free(frame->entries);
	free(frame->memory);
	free(frame->more);
	grouper_free(frame->grouper);
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

static int add_entry(struct walk *walk, struct sort_entry entry)
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
	frame->entries[walk->n++] = entry;
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

/* Add what has number @index at present, and @id for good. */
static int add_ordered(struct walk *walk, struct sort_entry entry, size_t index,
		       uint32_t id, bool is_closed, bool is_anchor)
{
	struct calm *calm = &walk->calm;

	if (!calm_has(calm, index))
		entry.key = fresh_key(walk, &entry, index);
	else if (!calm_known(calm, index, id, is_closed, walk->n, &entry.key))
		entry.key = calm_settle(calm, index, id, walk->n,
					fresh_key(walk, &entry, index));
	/* Nothing was read of what is new in an order that is held. */
	else if (!entry.key && index < walk->order.n_more)
		walk->order.more[index] = (struct sort_more){ 0 };
	if (is_anchor) {
		walk->has_anchor = true;
		walk->anchor = entry;
	}
	return add_entry(walk, entry);
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
	bool is_ghost = flow_is_ghost(flow);

	if (!is_ghost)
		add_sums(&walk->frame->totals.shown, flow);
	if (walk->query->grouping)
		return grouper_add(walk->frame->grouper, flow);
	return add_ordered(walk, (struct sort_entry){ .flow = flow }, index,
			   flow->id, is_ghost, is_anchor(walk->query, flow));
}

static int visit(struct walk *walk, const struct flow *flow, size_t index)
{
	enum filter_result result =
		filter_test(&walk->query->filter, flow, walk->env);
	struct view_totals *totals = &walk->frame->totals;

	if ((result == FILTER_PASS || result == FILTER_IDLE) &&
	    !group_only_test(&walk->only, flow))
		result = FILTER_OUTSIDE;
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
	totals->n_outside += result == FILTER_OUTSIDE;
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

/* Get ready for things with numbers below @n. */
static void prepare_order(struct walk *walk, size_t n)
{
	struct view_frame *frame = walk->frame;

	calm_begin(&walk->calm, &frame->memory, &walk->order,
		   walk->query->order, n);
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

/* Nothing of it was walked, so that no filter has seen it. */
static bool is_hidden(const struct view_query *query, const struct group *group)
{
	return !group->n_flows && !group->n_ghosts &&
	       !filter_test_proc(&query->filter, group->proc);
}

/* What the walk has summed up becomes the list. */
static int order_groups(struct walk *walk)
{
	struct grouper *grouper = walk->frame->grouper;
	const struct view_query *query = walk->query;
	const struct group *groups;
	size_t n;

	if (grouper_end(grouper, query->with_past, &groups, &n))
		return -1;
	if (!sort_is_exact(&walk->order))
		grouper_complete(grouper);
	prepare_order(walk, grouper_index_end(grouper));
	for (size_t i = 0; i < n; i++) {
		const struct group *group = &groups[i];
		bool is_anchor =
			query->has_anchor &&
			group_ref_equal(&query->group_anchor, &group->ref);

		if (is_hidden(query, group))
			continue;
		/* What only its past keeps here stands where its rate is. */
		if (add_ordered(walk, (struct sort_entry){ .group = group },
				group->index, group_id(group),
				group_is_closed(group) && group->n_ghosts,
				is_anchor))
			return -1;
	}
	return 0;
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

/* Room for the rows of the window. Return: where they are now; NULL: without
 * memory what there was stays. */
static void *window_rows(void *rows, size_t n, size_t *max, size_t size)
{
	void *more;

	if (n <= *max && rows)
		return rows;
	more = malloc((n ? n : 1) * size);
	if (!more)
		return NULL;
	free(rows);
	*max = n;
	return more;
}

static int compose_rows(struct walk *walk)
{
	struct view_frame *frame = walk->frame;
	struct row *rows = window_rows(frame->rows, frame->n_rows,
				       &frame->max_rows, sizeof(*rows));

	if (!rows)
		return -1;
	frame->rows = rows;
	for (size_t i = 0; i < frame->n_rows; i++)
		row_compose(&rows[i], frame->entries[frame->first + i].flow,
			    walk->env);
	frame->n_composed = frame->n_rows;
	return 0;
}

static int compose_groups(struct walk *walk)
{
	struct view_frame *frame = walk->frame;
	struct group *groups = window_rows(frame->groups, frame->n_rows,
					   &frame->max_groups, sizeof(*groups));

	if (!groups)
		return -1;
	frame->groups = groups;
	for (size_t i = 0; i < frame->n_rows; i++)
		group_compose(&groups[i],
			      frame->entries[frame->first + i].group,
			      frame->grouper);
	frame->n_composed_groups = frame->n_rows;
	return 0;
}

static int walk_flows(struct walk *walk, const struct table *table)
{
	const struct still *still = walk->query->still;

	return still ? walk_still(walk, still) : walk_table(walk, table);
}

/* Entries in frame->entries, and totals. */
static int list_all(struct walk *walk, const struct table *table)
{
	struct view_frame *frame = walk->frame;
	const struct grouping *grouping = walk->query->grouping;

	if (!grouping) {
		/* A chunk more than there are: the table may grow before it is
		 * walked. */
		prepare_order(walk, (table_directory(table)->n_chunks + 1) *
					    CHUNK_SLOTS);
		return walk_flows(walk, table);
	}
	if (!frame->grouper)
		frame->grouper = grouper_new();
	if (!frame->grouper)
		return -1;
	if (grouper_begin(frame->grouper, grouping, walk->query->without,
			  walk->env) ||
	    walk_flows(walk, table))
		return -1;
	return order_groups(walk);
}

static int make_locked(struct walk *walk, const struct table *table)
{
	const struct view_query *query = walk->query;
	struct view_frame *frame = walk->frame;
	struct view_totals *totals = &frame->totals;

	group_only_begin(&walk->only, query->has_only ? &query->only : NULL,
			 walk->env);
	if (list_all(walk, table))
		return -1;
	lead_apply(walk);
	add_shown(totals);
	frame->n_match = walk->n;
	frame->n_flows = totals->shown.n + totals->n_idle + totals->n_owner +
			 totals->n_outside;
	place_window(walk);
	sort_window(&walk->order, frame->entries, walk->n, frame->first,
		    frame->n_rows);
	if (query->grouping ? compose_groups(walk) : compose_rows(walk))
		return -1;
	shrink_entries(frame, walk->n);
	return 0;
}

static const struct column *default_sort(const struct view_query *query)
{
	return query->grouping ? group_column_find("rate")
			       : column_default_sort();
}

int view_frame_make(struct view_frame *frame, const struct table *table,
		    const struct view_query *query, const struct view_env *env)
{
	struct view_env then = *env;
	struct walk walk = { .frame = frame, .query = query, .env = &then };
	int err;

	if (query->still) {
		then.facts = query->still->facts;
		then.pasts = query->still->pasts;
		then.n_facts = query->still->n_facts;
	}
	if (frame->grouping != query->grouping) {
		/* Numbers mean something else. */
		free(frame->memory);
		frame->memory = NULL;
		frame->grouping = query->grouping;
	}
	walk.order.column = query->sort ? query->sort : default_sort(query);
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

// SPDX-License-Identifier: GPL-2.0-only
/* Frames: one walk, a window, its rows. */
#include "view/view.h"

#include "flow/reader.h"
#include "view/columns.h"
#include "view/groupcols.h"
#include "view/room.h"
#include "view/still.h"
#include "view/walk.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define GROUPER_NS (10 * NS_PER_S)

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
	far_hosts_fini(&frame->hosts);
	view_frame_init(frame);
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

/* Get ready for things with numbers below @n. */
static void prepare_order(struct walk *walk, size_t n)
{
	struct view_frame *frame = walk->frame;

	room_shrink_order(frame, n, walk->env->now_ns);
	calm_begin(&walk->calm, &frame->memory, &walk->order,
		   walk->query->order, n, walk->query->is_urgent);
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

/* Nothing of it was walked, so that no filter has seen it; an expression is
 * about flows. */
static bool is_hidden(const struct view_query *query, const struct group *group)
{
	return !group->n_flows && !group->n_ghosts &&
	       (query->filter.match ||
		!filter_test_proc(&query->filter, group->proc));
}

/* What the walk has summed up becomes the list. */
static int order_groups(struct walk *walk)
{
	struct grouper *grouper = walk->frame->grouper;
	const struct view_query *query = walk->query;
	const struct group *groups;
	size_t n;

	if (grouper_end(grouper, query->with_past, &groups, &n))
		return -ENOMEM;
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
		if (walk_add(walk, (struct sort_entry){ .group = group },
			     group->index, group_id(group),
			     group_is_closed(group) && group->n_ghosts,
			     is_anchor))
			return -ENOMEM;
	}
	return 0;
}

/* Which part of the list is shown. */
struct window {
	size_t first, count;
	size_t anchor_rank;
};

/* Bring it to its place in the list. Return: 0 or -EINTR. */
static int select_window(struct walk *walk, struct window *window)
{
	struct sort_entry *entries = walk->frame->entries;
	const struct view_query *query = walk->query;
	size_t n = walk->n;

	window->count = query->count < n ? query->count : n;
	window->first = query->first;
	window->anchor_rank = RANK_NONE;
	if (walk->has_anchor) {
		size_t rank, line = query->anchor_line;

		if (sort_rank(&walk->order, entries, n, &walk->anchor, &rank))
			return -EINTR;
		window->anchor_rank = rank;
		window->first = rank > line ? rank - line : 0;
	}
	if (window->first > n - window->count)
		window->first = n - window->count;
	return sort_window(&walk->order, entries, n, window->first,
			   window->count);
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
		return -ENOMEM;
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
		return -ENOMEM;
	frame->groups = groups;
	for (size_t i = 0; i < frame->n_rows; i++)
		group_compose(&groups[i],
			      frame->entries[frame->first + i].group,
			      frame->grouper);
	frame->n_composed_groups = frame->n_rows;
	return 0;
}

/* What groups were made with has its worth while somebody comes back. */
static void forget_groups(struct view_frame *frame, uint64_t now_ns)
{
	if (!frame->grouper || now_ns < frame->grouped_ns + GROUPER_NS)
		return;
	grouper_free(frame->grouper);
	frame->grouper = NULL;
}

/* Entries in frame->entries, and totals. */
static int list_all(struct walk *walk, const struct table *table)
{
	struct view_frame *frame = walk->frame;
	const struct grouping *grouping = walk->query->grouping;
	int err;

	if (!grouping) {
		forget_groups(frame, walk->env->now_ns);
		/* A chunk more than there are: the table may grow before it is
		 * walked. */
		prepare_order(walk, (table_directory(table)->n_chunks + 1) *
					    CHUNK_SLOTS);
		return walk_flows(walk, table);
	}
	if (!frame->grouper)
		frame->grouper = grouper_new();
	if (!frame->grouper)
		return -ENOMEM;
	if (grouper_begin(frame->grouper, grouping, walk->query->without,
			  walk->env))
		return -ENOMEM;
	frame->grouped_ns = walk->env->now_ns;
	err = walk_flows(walk, table);
	return err ? err : order_groups(walk);
}

static void frame_clear(struct view_frame *frame,
			const struct view_query *query,
			const struct view_env *env)
{
	release_rows(frame);
	frame->grouping = query->grouping;
	frame->n_match = frame->n_flows = frame->first = 0;
	frame->anchor_rank = RANK_NONE;
	frame->totals = (struct view_totals){ 0 };
	frame->now_ns = env->now_ns;
	frame->wall_ns = env->wall_ns;
}

/* Entries in frame->entries, selected and in order. Until here the frame is
 * what it was. */
static int list_window(struct walk *walk, const struct table *table,
		       struct window *window)
{
	const struct view_query *query = walk->query;
	struct view_frame *frame = walk->frame;
	int err;

	sieve_begin(&walk->sieve, &query->filter, walk->env);
	if (!query->has_only)
		far_hosts_fini(&frame->hosts);
	group_only_begin(&walk->only, query->has_only ? &query->only : NULL,
			 &frame->hosts, walk->env);
	err = list_all(walk, table);
	if (!err && walk_is_left(walk))
		err = -EINTR;
	if (err)
		return err;
	lead_apply(walk);
	if (calm_can_leave(&walk->calm))
		walk->order.is_urgent = query->is_urgent;
	return select_window(walk, window);
}

static int compose(struct walk *walk, const struct window *window)
{
	struct view_frame *frame = walk->frame;
	struct view_totals *totals = &walk->totals;

	frame_clear(frame, walk->query, walk->env);
	add_shown(totals);
	frame->totals = *totals;
	frame->n_match = walk->n;
	frame->n_flows = totals->shown.n + totals->n_idle + totals->n_owner +
			 totals->n_expr + totals->n_outside;
	frame->first = window->first;
	frame->n_rows = window->count;
	frame->anchor_rank = window->anchor_rank;
	room_shrink_rows(frame);
	if (walk->query->grouping ? compose_groups(walk) : compose_rows(walk))
		return -ENOMEM;
	room_shrink_entries(frame, walk->n);
	return 0;
}

static int make_locked(struct walk *walk, const struct table *table)
{
	struct window window;
	int err = list_window(walk, table, &window);

	if (err) {
		calm_drop(&walk->calm);
		return err;
	}
	calm_end(&walk->calm);
	return compose(walk, &window);
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
	walk.order.column = query->sort ? query->sort : default_sort(query);
	walk.order.is_descending = query->is_descending;
	walk.order.env = &then;
	reader_lock();
	err = make_locked(&walk, table);
	reader_unlock();
	if (err && err != -EINTR)
		frame_clear(frame, query, env);
	return err;
}

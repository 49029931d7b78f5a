/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Frames: what is shown at one moment. One walk over the table filters, makes
 * keys and sums; the window is selected and its rows are copied, all under the
 * read lock; drawing and writing happen after it.
 */
#ifndef FLOWTOP_VIEW_VIEW_H
#define FLOWTOP_VIEW_VIEW_H

#include "flow/info.h"
#include "lib/slack.h"
#include "view/farhosts.h"
#include "view/filter.h"
#include "view/groupref.h"
#include "view/row.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct column;
struct group;
struct grouper;
struct grouping;
struct still;
struct table;

/* Index of a protocol group in the totals: bit number of enum proto_group. */
#define VIEW_GROUPS 6

enum view_order {
	/* By the values of this moment: what files and pipes get. */
	ORDER_FRESH,
	/*
	 * A flow's place follows its value at a distance of sqrt(1.25), no
	 * further than it has to: two flows change places when one is about
	 * 1.25 times the other, and the first row is never below highest /
	 * 1.25. Only rates are so restless; other columns are as ORDER_FRESH.
	 * Closed flows stay where they were.
	 */
	ORDER_CALM,
	/*
	 * Between two of ORDER_CALM: only flows that are new or whose rate has
	 * doubled or halved get another place, and whoever has to be first.
	 */
	ORDER_REST,
	/* As in the last frame, if that was not ORDER_FRESH; flows born since
	 * are at the end. */
	ORDER_HELD,
};

struct view_query {
	/* Borrowed: a list of groups (view/groups.h) of the flows that match;
	 * NULL: a list of these flows. */
	const struct grouping *grouping;
	bool with_past; /* groups as well that have no flow any more */
	/* What of several things groups have need not be counted: bits of enum
	 * group_second. */
	unsigned int without;
	struct filter_config filter;
	bool has_only; /* of these, only the flows of one group: */
	struct group_ref only;
	const struct column *sort; /* NULL: rate; of groups: one of theirs */
	bool is_descending;
	enum view_order order;
	/* Borrowed: show these flows, with the processes of their moment,
	 * instead of the table's; NULL: none. */
	const struct still *still;
	/* The window; count is SIZE_MAX for all. It is moved back so that it
	 * does not end behind the last flow. */
	size_t first, count;
	/*
	 * With has_anchor the window is put so that this flow is on line
	 * anchor_line of it, as far as the list allows; @first is used when
	 * the flow is not in the list.
	 */
	bool has_anchor;
	struct flow_ref anchor;
	struct group_ref group_anchor; /* with grouping instead */
	size_t anchor_line;
	/*
	 * Asked now and then: is something more urgent than this frame? Then
	 * nothing is remembered of it. NULL: nothing is.
	 */
	bool (*is_urgent)(void);
};

/* Sums over flows; ghosts have none. Rates are smoothed. */
struct view_sums {
	uint64_t n;
	uint64_t n_uncounted; /* no counters: the rates below lack them */
	uint64_t n_awaited;   /* of these: their beginning was seen, so that
			       * counters may come with the next reading */
	uint64_t n_unrated;   /* no rate yet; never one without counters */
	double rx, tx;        /* bytes per second, as the near sides see it */
	double packets;       /* packets per second, both directions */
};

struct view_totals {
	struct view_sums all;   /* every flow that is not hidden by HIDE_* */
	struct view_sums shown; /* the flows that match */
	/* By protocol group, left out for their protocol only: "+37 ICMP
	 * hidden" is group_hidden[3]. */
	uint64_t group_hidden[VIEW_GROUPS];
	uint64_t n_family;  /* left out for their family */
	uint64_t n_kind;    /* left out by HIDE_* */
	uint64_t n_idle;    /* left out by active_only */
	uint64_t n_owner;   /* left out for their process or user */
	uint64_t n_expr;    /* left out by the expression only */
	uint64_t n_outside; /* left out by has_only */
};

#define RANK_NONE SIZE_MAX

struct view_frame {
	struct row *rows; /* the window, in order; as good as the frame is */
	struct group *groups; /* with grouping instead, as many */
	size_t n_rows;
	size_t first;       /* rank of rows[0] */
	size_t n_match;     /* flows and ghosts, or groups, of the whole list */
	size_t n_flows;     /* of the families and protocols shown, also idle
			     * and others', and what the
			     * expression leaves out: the "248" of "5 of 248 flows"
			     */
	size_t anchor_rank; /* of the anchor; RANK_NONE: not in the list */
	struct view_totals totals;
	uint64_t now_ns, wall_ns;

	/* Private: memory kept from frame to frame. */
	struct sort_entry *entries;
	size_t max_entries, max_rows;
	size_t n_composed; /* rows that hold something */
	size_t max_groups, n_composed_groups;
	const struct grouping *grouping;
	struct grouper *grouper;
	uint64_t grouped_ns;    /* when it was of use */
	struct far_hosts hosts; /* of the group whose flows are shown */
	struct view_memory *memory;
	struct sort_more *more;
	size_t max_more;
	struct slack slack, row_slack; /* numbers; rows and groups */
};

/** view_frame_init, view_frame_fini - an empty frame; and its memory. */
void view_frame_init(struct view_frame *frame);
void view_frame_fini(struct view_frame *frame);

/**
 * view_frame_make - what is to be shown now
 * @frame: overwritten; keeps its memory
 *
 * Context: registered reader, read lock NOT held (taken inside).
 * Return: 0; -ENOMEM with an empty frame; -EINTR with the one that was there,
 * when query->is_urgent() has said so.
 */
int view_frame_make(struct view_frame *frame, const struct table *table,
		    const struct view_query *query, const struct view_env *env);

#endif

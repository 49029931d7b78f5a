/* SPDX-License-Identifier: GPL-2.0-only */
#include "view/room.h"

#include "view/calm.h"
#include "view/groups.h"
#include "view/row.h"

#include <stdlib.h>

void room_shrink_entries(struct view_frame *frame, size_t n)
{
	size_t max = n < ROOM_FIRST_ENTRIES ? ROOM_FIRST_ENTRIES : n;
	void *entries;

	if (!slack_is_large(frame->max_entries, max))
		return;
	entries = realloc(frame->entries, max * sizeof(*frame->entries));
	if (!entries)
		return;
	frame->entries = entries;
	frame->max_entries = max;
}

void room_shrink_order(struct view_frame *frame, size_t n, uint64_t now_ns)
{
	size_t most = slack_most(&frame->slack, n, now_ns);
	struct sort_more *more;

	calm_shrink(&frame->memory, most);
	if (!most || !slack_is_large(frame->max_more, most))
		return;
	more = realloc(frame->more, most * sizeof(*more));
	if (!more)
		return;
	frame->more = more;
	frame->max_more = most;
}

void room_shrink_rows(struct view_frame *frame)
{
	size_t most =
		slack_most(&frame->row_slack, frame->n_rows, frame->now_ns);

	if (slack_is_large(frame->max_rows, most)) {
		free(frame->rows);
		frame->rows = NULL;
		frame->max_rows = 0;
	}
	if (slack_is_large(frame->max_groups, most)) {
		free(frame->groups);
		frame->groups = NULL;
		frame->max_groups = 0;
	}
}

// SPDX-License-Identifier: GPL-2.0-only
/* The next line of a list that is looked for. */
#include "view/seek.h"

#include "view/groupcols.h"
#include "view/groups.h"
#include "view/match.h"
#include "view/sort.h"
#include "view/view.h"
#include "view/walk.h"

#include <errno.h>
#include <string.h>

#define LEAVE_ENTRIES 256 /* between two questions for what is urgent */

/* Words, names and addresses, not amounts. */
static bool is_text(const struct column *column)
{
	return column->type == VAL_TEXT || column->type == VAL_ADDR ||
	       column->type == VAL_PORT || column->type == VAL_NUMBER;
}

static bool group_says(const struct group *group, enum layout_kind kind,
		       const char *wanted)
{
	for (size_t i = 0; i < n_group_columns; i++) {
		const struct column *column = &group_column_table[i];
		char text[CELL_TEXT_SIZE];
		struct value value;

		if (!is_text(column) ||
		    layout_column(kind, column->id) != column)
			continue;
		column_get_group(column, group, &value);
		if (value.type == VAL_NONE)
			continue;
		value_format(&value, 0, CELL_UTF8, text);
		if (strcasestr(text, wanted))
			return true;
	}
	return false;
}

static bool is_meant(const struct walk *walk, const struct sort_entry *entry)
{
	const struct grouping *grouping = walk->query->grouping;
	const struct view_seek *seek = walk->query->seek;
	struct group group;

	if (!grouping)
		return match_test(seek->match, entry->flow,
				  flow_is_ghost(entry->flow));
	group = *entry->group;
	group_complete(&group, grouping, walk->env);
	return group_says(&group, grouping->layout, seek->text);
}

/* Which of what is meant comes first on the way. */
struct best {
	bool is_set;
	struct sort_entry entry;
};

static int compare(const struct walk *walk, const struct sort_entry *a,
		   const struct sort_entry *b)
{
	int order = sort_compare(&walk->order, a, b);

	return walk->query->seek->is_back ? -order : order;
}

static bool is_better(const struct walk *walk, const struct best *best,
		      const struct sort_entry *entry)
{
	return !best->is_set || compare(walk, entry, &best->entry) < 0;
}

/* Whether it is ahead of where the way begins. */
static bool is_ahead(const struct walk *walk, const struct sort_entry *from,
		     const struct sort_entry *entry)
{
	if (!from)
		return true;
	if (from->flow == entry->flow)
		return walk->query->seek->is_at_once;
	return compare(walk, entry, from) > 0;
}

int seek_entry(struct walk *walk)
{
	const struct sort_entry *from = walk->has_anchor ? &walk->anchor : NULL;
	struct best ahead = { 0 }, wrapped = { 0 };

	if (!walk->query->grouping)
		match_begin(walk->query->seek->match, walk->env);
	for (size_t i = 0; i < walk->n; i++) {
		const struct sort_entry *entry = &walk->frame->entries[i];
		struct best *best =
			is_ahead(walk, from, entry) ? &ahead : &wrapped;

		if (i % LEAVE_ENTRIES == LEAVE_ENTRIES - 1 &&
		    walk_is_left(walk))
			return -EINTR;
		if ((best == &wrapped && ahead.is_set) ||
		    !is_better(walk, best, entry) || !is_meant(walk, entry))
			continue;
		*best = (struct best){ true, *entry };
	}
	walk->found = ahead.is_set     ? SEEK_FOUND
		      : wrapped.is_set ? SEEK_WRAPPED
				       : SEEK_NOTHING;
	if (walk->found == SEEK_NOTHING)
		return 0;
	walk->anchor = ahead.is_set ? ahead.entry : wrapped.entry;
	walk->has_anchor = true;
	return 0;
}

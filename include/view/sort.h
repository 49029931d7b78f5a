/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which flows come first. The walk gives every flow a key of 64 bits; then only
 * the window that is shown is selected and put in order. Flows with equal keys
 * are ordered by flow_key_compare() and id, so the order is total and the same
 * data always gives the same list.
 *
 * By a column of groups (view/groupcols.h) it is groups that are ordered:
 * whatever is said of flows here holds for them.
 */
#ifndef FLOWTOP_VIEW_SORT_H
#define FLOWTOP_VIEW_SORT_H

#include "flow/reader.h"
#include "view/columns.h"
#include "view/row.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct group;

/* Keys of flows: 0 is behind everything. */
#define SORT_KEY_UNKNOWN 1 /* less than every known one */
#define SORT_KEY_FIRST 2

struct sort_entry {
	uint64_t key; /* larger comes first */
	union {
		const struct flow *flow;
		const struct group *group; /* by a column of groups */
	};
};

/* What tells values apart whose keys are equal; see value_key_more(). */
struct sort_more {
	uint64_t word[VALUE_MORE];
};

struct sort_order {
	const struct column *column;
	bool is_descending;
	const struct view_env *env;
	/*
	 * By the flows' slots (of groups: index), @n_more of them; sort_read()
	 * fills them in. Of other flows the value is read whenever it is
	 * needed, so it had better not change while they are sorted. NULL: of
	 * all.
	 */
	struct sort_more *more;
	size_t n_more;
	/* Asked between two pieces of sort_window() and sort_rank(): whether
	 * they have to be left off. NULL: never. */
	bool (*is_urgent)(void);
};

/**
 * sort_key - the key of one flow; flows without a value come last
 *
 * Context: read lock held.
 */
uint64_t sort_key(const struct sort_order *order, const struct flow *flow);

/** sort_key_group - the same of a group. */
uint64_t sort_key_group(const struct sort_order *order,
			const struct group *group);

/** sort_is_exact - equal keys are equal values: there is nothing to be
 * remembered. */
bool sort_is_exact(const struct sort_order *order);

/**
 * sort_read - the key of one flow, and what to remember of the same value
 *
 * Only where sort_is_exact() is false. Context: read lock held.
 */
uint64_t sort_read(const struct sort_order *order, const struct flow *flow,
		   struct sort_more *more);

/** sort_read_group - the same of a group. */
uint64_t sort_read_group(const struct sort_order *order,
			 const struct group *group, struct sort_more *more);

/**
 * sort_key_from - the key of a value_key(), so that larger keys come first
 *
 * 0 is never used: it is left for what belongs behind everything.
 */
static inline uint64_t sort_key_from(const struct sort_order *order,
				     bool is_known, uint64_t value_key)
{
	uint64_t key =
		order->is_descending ? value_key : VALUE_KEY_MAX - value_key;

	return is_known ? SORT_KEY_FIRST + key : SORT_KEY_UNKNOWN;
}

/** sort_key_rate - sort_key() where the column is column_default_sort().
 * @has: flow_info.has */
static inline uint64_t sort_key_rate(const struct sort_order *order,
				     const struct flow *flow, uint32_t has)
{
	return sort_key_from(order, has & HAS_RATE,
			     rate_key(flow_smooth_rate(flow)));
}

/** sort_key_value - the other way. Return: false when it is unknown. */
bool sort_key_value(const struct sort_order *order, uint64_t key,
		    uint64_t *value_key);

/**
 * sort_compare - negative when @a comes before @b; never 0 for two flows
 *
 * Context: read lock held.
 */
int sort_compare(const struct sort_order *order, const struct sort_entry *a,
		 const struct sort_entry *b);

/**
 * sort_window - bring the flows of rank @first .. @first + @count - 1 to those
 * places of @entries, in order
 *
 * The rest is left anywhere outside the window. O(n), plus the sorting of the
 * window and of the runs of equal keys that reach into it. Works without
 * memory, too; with it, faster.
 * Context: read lock held.
 * Return: 0; -EINTR when it was left off: then @entries are of no use.
 */
int sort_window(const struct sort_order *order, struct sort_entry *entries,
		size_t n, size_t first, size_t count);

/**
 * sort_rank - how many of @entries come before @entry. O(n).
 *
 * Return: 0; -EINTR when it was left off.
 */
int sort_rank(const struct sort_order *order, const struct sort_entry *entries,
	      size_t n, const struct sort_entry *entry, size_t *rank);

#endif

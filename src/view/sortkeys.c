// SPDX-License-Identifier: GPL-2.0-only
/* Keys by which flows and groups are ordered. */
#include "view/groups.h"
#include "view/sort.h"

#include <string.h>

bool sort_key_value(const struct sort_order *order, uint64_t key,
		    uint64_t *value_key)
{
	if (key < SORT_KEY_FIRST)
		return false;
	key -= SORT_KEY_FIRST;
	*value_key = order->is_descending ? key : VALUE_KEY_MAX - key;
	return true;
}

/* An entry without its key. */
static struct sort_entry of_flow(const struct flow *flow)
{
	return (struct sort_entry){ .flow = flow };
}

static struct sort_entry of_group(const struct group *group)
{
	return (struct sort_entry){ .group = group };
}

static bool is_groups(const struct sort_order *order)
{
	return order->column->get_group;
}

static void get_value(const struct sort_order *order,
		      const struct sort_entry *entry, struct row *row,
		      struct value *value)
{
	if (is_groups(order)) {
		column_get_group(order->column, entry->group, value);
		return;
	}
	row_glance(row, entry->flow, order->env);
	column_get(order->column, row, value);
}

/* Apart, because a row is large and may be cleared by the compiler. */
static __attribute__((noinline)) uint64_t key_by_getter(
	const struct sort_order *order, struct sort_entry entry)
{
	struct value value;
	struct row row;

	get_value(order, &entry, &row, &value);
	return sort_key_from(order, value.type != VAL_NONE, value_key(&value));
}

uint64_t sort_key(const struct sort_order *order, const struct flow *flow)
{
	bool is_known;
	uint64_t key;

	if (!order->column->hot_key)
		return key_by_getter(order, of_flow(flow));
	is_known = order->column->hot_key(flow, order->env, &key);
	return sort_key_from(order, is_known, key);
}

uint64_t sort_key_group(const struct sort_order *order,
			const struct group *group)
{
	return key_by_getter(order, of_group(group));
}

bool sort_is_exact(const struct sort_order *order)
{
	return value_key_is_exact(order->column->type);
}

static uint64_t read_entry(const struct sort_order *order,
			   const struct sort_entry *entry,
			   struct sort_more *more)
{
	struct value value;
	struct row row;

	memset(more, 0, sizeof(*more));
	get_value(order, entry, &row, &value);
	if (value.type != VAL_NONE)
		value_key_more(&value, more->word);
	for (int i = 0; i < VALUE_MORE && order->is_descending; i++)
		more->word[i] = ~more->word[i];
	return sort_key_from(order, value.type != VAL_NONE, value_key(&value));
}

uint64_t sort_read(const struct sort_order *order, const struct flow *flow,
		   struct sort_more *more)
{
	struct sort_entry entry = of_flow(flow);

	return read_entry(order, &entry, more);
}

uint64_t sort_read_group(const struct sort_order *order,
			 const struct group *group, struct sort_more *more)
{
	struct sort_entry entry = of_group(group);

	return read_entry(order, &entry, more);
}

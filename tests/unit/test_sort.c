// SPDX-License-Identifier: GPL-2.0-only
/* Orders: the same as qsort() on everything, for every window, and total. */
#include "unit/flows.h"
#include "view/sort.h"

#include <errno.h>
#include <stdlib.h>

#define MAX_FLOWS 3000
#define MANY 50000

static struct table *table;
static struct view_env env;
static size_t n_flows;
static struct sort_entry entries[MAX_FLOWS], sorted[MAX_FLOWS],
	window[MAX_FLOWS];

/* Few different values, so that there are many ties at every level. */
static void add_flows(void)
{
	static const uint8_t protos[] = { IPPROTO_TCP, IPPROTO_UDP,
					  IPPROTO_ICMP, IPPROTO_SCTP };

	for (size_t i = 0; i < MAX_FLOWS; i++) {
		struct flow_info info = full_flow();
		uint64_t r = next_random();
		const struct flow *flow;

		info.key.tuple.src.byte[3] = r & 3;
		info.key.tuple.dst.byte[2] = r >> 2 & 7;
		info.key.tuple.sport = r >> 5 & 0xff;
		info.key.tuple.dport = r >> 13 & 3;
		info.key.zone = r >> 15 & 1;
		info.key.proto = protos[r >> 16 & 3];
		if (r >> 18 & 1) {
			info.key.family = FAMILY_IPV6;
			info.key.tuple.dst.byte[15] = r >> 19 & 0xff;
		}
		info.state = r >> 27 & 7;
		info.id = r >> 30 & 3;
		info.bytes[DIR_ORIG] = r >> 32 & 0xf;
		info.bytes[DIR_REPLY] = 0;
		info.has &= ~(uint32_t)HAS_RATE;
		if (r >> 36 & 1)
			info.has &= ~(uint32_t)(HAS_COUNTERS | HAS_STATE);
		flow = table_add(table, &info, info.sampled_ns);
		if (r >> 37 & 1)
			set_smooth(flow, (float)(r >> 38 & 0xff), 0);
	}
}

static int setup(void **state)
{
	struct table_cursor cursor;
	const struct flow *flow;

	(void)state;
	reader_register();
	env = make_env();
	table = make_table();
	add_flows();
	reader_lock();
	cursor = table_walk_begin(table);
	while ((flow = table_walk_next(&cursor)) && n_flows < MAX_FLOWS)
		entries[n_flows++].flow = flow;
	reader_unlock();
	return n_flows < 1000;
}

static int teardown(void **state)
{
	(void)state;
	table_free(table);
	reader_unregister();
	return 0;
}

static int compare(const void *a, const void *b, void *order)
{
	return sort_compare(order, a, b);
}

static void shuffle(struct sort_entry *e, size_t n)
{
	for (size_t i = n; i > 1; i--) {
		size_t j = next_random() % i;
		struct sort_entry t = e[i - 1];

		e[i - 1] = e[j];
		e[j] = t;
	}
}

static void make_keys(const struct sort_order *order)
{
	for (size_t i = 0; i < n_flows; i++)
		entries[i].key = sort_key(order, entries[i].flow);
	memcpy(sorted, entries, sizeof(entries));
	qsort_r(sorted, n_flows, sizeof(*sorted), compare,
		(void *)(uintptr_t)order);
}

static void check_window(const struct sort_order *order, size_t first,
			 size_t count)
{
	uint64_t sum = 0, squares = 0;

	memcpy(window, entries, sizeof(entries));
	assert_int_equal(sort_window(order, window, n_flows, first, count), 0);
	for (size_t i = first; i < n_flows && i - first < count; i++)
		assert_ptr_equal(window[i].flow, sorted[i].flow);
	/* Nothing is lost or doubled outside of the window. */
	for (size_t i = 0; i < n_flows; i++) {
		uint64_t slot = entries[i].flow->slot;
		uint64_t placed = window[i].flow->slot;

		sum += slot - placed;
		squares += slot * slot - placed * placed;
	}
	assert_int_equal(sum, 0);
	assert_int_equal(squares, 0);
}

static const char *const ids[] = {
	"rate", "bytes", "age",   "proto", "state",  "address", "port",
	"dst",  "mark",  "owner", "dir",   "status", "rx_rate", "labels",
};

static void each_order(void (*check)(const struct sort_order *))
{
	for (size_t i = 0; i < N_ELEMS(ids); i++) {
		for (int is_descending = 0; is_descending < 2;
		     is_descending++) {
			struct sort_order order = {
				.column = column_find(ids[i]),
				.is_descending = is_descending,
				.env = &env,
			};

			assert_non_null(order.column);
			reader_lock();
			shuffle(entries, n_flows);
			make_keys(&order);
			check(&order);
			reader_unlock();
		}
	}
}

static void check_windows(const struct sort_order *order)
{
	static const size_t counts[] = { 1, 2, 49, 50, 1000 };

	check_window(order, 0, SIZE_MAX);
	for (size_t i = 0; i < N_ELEMS(counts); i++) {
		check_window(order, 0, counts[i]);
		check_window(order, 1, counts[i]);
		check_window(order, n_flows / 2, counts[i]);
		check_window(order, n_flows - 1, counts[i]);
		check_window(order, next_random() % n_flows, counts[i]);
	}
	check_window(order, n_flows, 5);
	check_window(order, 3, 0);
}

static void test_windows(void **state)
{
	(void)state;
	each_order(check_windows);
}

/* The order is that of the values, unknown last whatever the direction, then
 * of the keys of the flows. */
static void check_values(const struct sort_order *order)
{
	for (size_t i = 1; i < n_flows; i++) {
		const struct flow *flow[2] = { sorted[i - 1].flow,
					       sorted[i].flow };
		struct value value[2];
		struct row row[2];
		int diff;

		for (int j = 0; j < 2; j++) {
			row_compose(&row[j], flow[j], &env);
			column_get(order->column, &row[j], &value[j]);
		}
		diff = value_compare(&value[0], &value[1]);
		if (value[1].type == VAL_NONE) {
			if (value[0].type != VAL_NONE)
				continue;
		} else if (order->is_descending ? diff > 0 : diff < 0) {
			continue;
		}
		assert_int_equal(diff, 0);
		diff = flow_key_compare(&flow[0]->key, &flow[1]->key);
		assert_true(diff <= 0);
		if (!diff) /* a flow and the ghost of the last one */
			assert_true(flow[0]->id <= flow[1]->id);
	}
}

static void test_values(void **state)
{
	(void)state;
	each_order(check_values);
}

static void check_rank(const struct sort_order *order)
{
	for (size_t i = 0; i < n_flows; i += 97) {
		size_t rank;

		assert_int_equal(
			sort_rank(order, entries, n_flows, &sorted[i], &rank),
			0);
		assert_int_equal(rank, i);
	}
}

static void test_rank(void **state)
{
	(void)state;
	each_order(check_rank);
}

/* A list that is sorted already, or the wrong way round, is no trap. */
static void check_sorted(const struct sort_order *order)
{
	memcpy(entries, sorted, sizeof(entries));
	check_windows(order);
	for (size_t i = 0; i < n_flows; i++)
		entries[i] = sorted[n_flows - 1 - i];
	check_windows(order);
}

static void test_sorted(void **state)
{
	(void)state;
	each_order(check_sorted);
}

static void test_keys(void **state)
{
	struct sort_order order = { .is_descending = true };
	uint64_t value;

	(void)state;
	for (int i = 0; i < 2; i++, order.is_descending = false) {
		uint64_t unknown = sort_key_from(&order, false, 5);

		assert_true(unknown > 0);
		assert_false(sort_key_value(&order, unknown, &value));
		assert_true(sort_key_from(&order, true, 0) > unknown);
		assert_true(sort_key_from(&order, true, VALUE_KEY_MAX) >
			    unknown);
		assert_true(sort_key_value(
			&order, sort_key_from(&order, true, 77), &value));
		assert_int_equal(value, 77);
	}
	order.is_descending = true;
	assert_true(sort_key_from(&order, true, 2) >
		    sort_key_from(&order, true, 1));
	order.is_descending = false;
	assert_true(sort_key_from(&order, true, 2) <
		    sort_key_from(&order, true, 1));
}

static int n_asked, max_asked;

static bool is_urgent(void)
{
	return n_asked++ == max_asked;
}

/* Every entry again and again: all keys are equal, or all differ. */
static void fill_many(struct sort_entry *many, bool are_equal)
{
	for (size_t i = 0; i < MANY; i++)
		many[i] = (struct sort_entry){
			.key = are_equal ? 7 : 7 + i * 2654435761U % 1000,
			.flow = entries[i % n_flows].flow,
		};
}

/* Whenever something is urgent, large lists are left off, and small pieces of
 * them lie between two questions. */
static void test_left_off(void **state)
{
	static struct sort_entry many[MANY];
	struct sort_order order = { .column = column_find("bytes"),
				    .env = &env,
				    .is_urgent = is_urgent };
	static const size_t firsts[] = { 0, MANY / 2 };
	size_t rank;

	(void)state;
	for (int run = 0; run < 4; run++) {
		int n;

		max_asked = -1;
		n_asked = 0;
		fill_many(many, run & 1);
		assert_int_equal(
			sort_window(&order, many, MANY, firsts[run >> 1], 50),
			0);
		n = n_asked;
		assert_true(n >= 2);
		for (max_asked = 0; max_asked < n; max_asked++) {
			n_asked = 0;
			fill_many(many, run & 1);
			assert_int_equal(sort_window(&order, many, MANY,
						     firsts[run >> 1], 50),
					 -EINTR);
			assert_int_equal(n_asked, max_asked + 1);
		}
	}
	n_asked = max_asked = 0;
	assert_int_equal(sort_rank(&order, many, MANY, &many[0], &rank),
			 -EINTR);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys),   cmocka_unit_test(test_windows),
		cmocka_unit_test(test_values), cmocka_unit_test(test_rank),
		cmocka_unit_test(test_sorted), cmocka_unit_test(test_left_off),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}

// SPDX-License-Identifier: GPL-2.0-only
/* Frames: totals, windows, anchors, and orders that hold. */
#include "filter/expr.h"
#include "unit/flows.h"
#include "view/groups.h"
#include "view/match.h"
#include "view/still.h"
#include "view/view.h"

#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>

static struct table *table;
static struct view_frame frame;
static struct view_query query;
static struct view_env env;

static int setup(void **state)
{
	(void)state;
	table = make_table();
	env = make_env();
	view_frame_init(&frame);
	query = (struct view_query){
		.filter = { .families = SHOW_BOTH,
			    .groups = GROUP_ALL,
			    .hide = HIDE_LOOPBACK },
		.is_descending = true,
		.count = SIZE_MAX,
	};
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	view_frame_fini(&frame);
	table_free(table);
	return 0;
}

static int group_setup(void **state)
{
	(void)state;
	reader_register();
	return 0;
}

static int group_teardown(void **state)
{
	(void)state;
	reader_unregister();
	return 0;
}

/* A flow that is told from others by its source port. */
static const struct flow *add(uint16_t sport, float rate)
{
	struct flow_info info = full_flow();
	const struct flow *flow;

	info.key.tuple.sport = sport;
	info.has &= ~(uint32_t)HAS_RATE;
	info.id = 70000U + sport;
	flow = table_add(table, &info, info.sampled_ns);
	set_smooth(flow, rate, 0);
	return flow;
}

static void make(void)
{
	assert_int_equal(view_frame_make(&frame, table, &query, &env), 0);
}

static void assert_order(const uint16_t *sports, size_t n)
{
	assert_int_equal(frame.n_rows, n);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(frame.rows[i].info.key.tuple.sport, sports[i]);
}

#define ORDER(...)                                                             \
	do {                                                                   \
		static const uint16_t sports[] = { __VA_ARGS__ };              \
                                                                               \
		assert_order(sports, N_ELEMS(sports));                         \
	} while (0)

static struct flow_ref ref_of(uint16_t sport)
{
	struct flow_info info = full_flow();
	struct flow_ref ref = { .key = info.key, .id = 70000U + sport };

	ref.key.tuple.sport = sport;
	return ref;
}

static void close_flow(const struct flow *flow)
{
	reader_lock();
	table_missing(table, flow, NOW_S * NS_PER_S);
	reader_unlock();
}

static void test_empty(void **state)
{
	(void)state;
	make();
	assert_int_equal(frame.n_rows, 0);
	assert_int_equal(frame.n_match, 0);
	assert_int_equal(frame.first, 0);
	assert_int_equal(frame.totals.all.n, 0);
	query.first = 10;
	query.count = 10;
	query.has_anchor = true;
	make();
	assert_int_equal(frame.first, 0);
	assert_true(frame.anchor_rank == RANK_NONE);
}

static void add_mixed(void)
{
	struct flow_info info = full_flow();

	set_smooth(add(1, 0), 100, 1000);
	add(2, 0);
	info.has &= ~(uint32_t)(HAS_COUNTERS | HAS_RATE);
	info.key.tuple.sport = 3;
	table_add(table, &info, NS_PER_S);
	info.key.proto = IPPROTO_ICMP;
	set_smooth(table_add(table, &info, NS_PER_S), 7, 0);
	set_tuple(&info.key.tuple, &info.key.family, "2001:db8::1", 1,
		  "2001:db8::2", 2);
	info.key.proto = IPPROTO_TCP;
	set_smooth(table_add(table, &info, NS_PER_S), 20, 2);
	set_tuple(&info.key.tuple, &info.key.family, "127.0.0.1", 1,
		  "127.0.0.1", 2);
	set_smooth(table_add(table, &info, NS_PER_S), 5000, 5000);
}

static void test_totals(void **state)
{
	const struct view_totals *t = &frame.totals;

	(void)state;
	add_mixed();
	query.filter.families = SHOW_IPV4;
	query.filter.groups = GROUP_TCP | GROUP_UDP;
	make();
	assert_int_equal(frame.n_match, 3);
	assert_int_equal(frame.n_flows, 3);
	assert_int_equal(t->shown.n, 3);
	assert_int_equal(t->shown.n_uncounted, 1);
	assert_int_equal(t->shown.n_awaited, 0);
	assert_int_equal(t->group_hidden[3], 1);
	assert_int_equal(t->group_hidden[0], 0);
	assert_int_equal(t->n_family, 1);
	assert_int_equal(t->n_kind, 1);
	assert_int_equal(t->n_idle, 0);
	assert_true(t->shown.tx == 100 && t->shown.rx == 1000);
	/* Everything but loopback; what comes in to the IPv6 flow's near
	 * side is what its source sends. */
	assert_int_equal(t->all.n, 5);
	assert_true(t->all.tx == 100 + 7 + 2);
	assert_true(t->all.rx == 1000 + 20);
	query.filter.active_only = true;
	make();
	assert_int_equal(frame.n_match, 1);
	assert_int_equal(frame.n_flows, 3);
	assert_int_equal(t->n_idle, 2);
	assert_int_equal(t->all.n, 5);
	assert_int_equal(frame.now_ns, env.now_ns);
}

static void test_packets(void **state)
{
	struct flow_info info = full_flow();
	struct sample s = sample_of(&info, 10 * NS_PER_S);

	(void)state;
	reader_lock();
	table_upsert(table, &s);
	s.mono_ns += 2 * NS_PER_S;
	s.packets[DIR_ORIG] += 20;
	s.bytes[DIR_ORIG] += 2000;
	s.packets[DIR_REPLY] += 4;
	s.bytes[DIR_REPLY] += 400;
	table_upsert(table, &s);
	reader_unlock();
	make();
	assert_true(frame.totals.shown.packets == 12);
	assert_true(frame.totals.shown.tx == 1000);
	assert_true(frame.totals.shown.rx == 200);
}

static void test_window(void **state)
{
	(void)state;
	for (uint16_t i = 1; i <= 9; i++)
		add(i, i);
	make();
	ORDER(9, 8, 7, 6, 5, 4, 3, 2, 1);
	query.count = 3;
	make();
	ORDER(9, 8, 7);
	assert_int_equal(frame.n_match, 9);
	query.first = 4;
	make();
	ORDER(5, 4, 3);
	assert_int_equal(frame.first, 4);
	query.first = 8; /* not behind the end */
	make();
	ORDER(3, 2, 1);
	assert_int_equal(frame.first, 6);
	query.first = SIZE_MAX;
	make();
	ORDER(3, 2, 1);
	query.count = 0;
	make();
	assert_int_equal(frame.n_rows, 0);
	query.first = 0;
	query.count = 3;
	query.is_descending = false;
	make();
	ORDER(1, 2, 3);
}

static void test_anchor(void **state)
{
	(void)state;
	for (uint16_t i = 1; i <= 9; i++)
		add(i, i);
	query.count = 3;
	query.has_anchor = true;
	query.anchor = ref_of(5);
	query.anchor_line = 1;
	make();
	ORDER(6, 5, 4);
	assert_int_equal(frame.anchor_rank, 4);
	assert_int_equal(frame.first, 3);
	query.anchor_line = 0;
	make();
	ORDER(5, 4, 3);
	query.anchor = ref_of(9); /* the head of the list cannot scroll */
	query.anchor_line = 2;
	make();
	ORDER(9, 8, 7);
	assert_int_equal(frame.anchor_rank, 0);
	query.anchor = ref_of(1); /* nor can its end */
	query.anchor_line = 0;
	make();
	ORDER(3, 2, 1);
	assert_int_equal(frame.anchor_rank, 8);
	query.anchor = ref_of(77);
	query.first = 2;
	make();
	ORDER(7, 6, 5);
	assert_true(frame.anchor_rank == RANK_NONE);
	/* Another flow with the same tuple is not the one. */
	query.anchor = ref_of(5);
	query.anchor.id++;
	make();
	assert_true(frame.anchor_rank == RANK_NONE);
}

/* Where @sport is found from @from, or 0: from nowhere. */
static enum seek_result look_for(const char *text, uint16_t from, bool is_back,
				 bool is_at_once, uint16_t *sport)
{
	struct expr_error error;
	struct view_seek seek = {
		.match = match_parse(text, NULL, &error),
		.is_back = is_back,
		.is_at_once = is_at_once,
	};

	assert_non_null(seek.match);
	query.seek = &seek;
	query.has_anchor = from;
	query.anchor = ref_of(from);
	make();
	query.seek = NULL;
	match_free(seek.match);
	*sport = 0;
	if (frame.found != SEEK_NOTHING)
		*sport = frame.rows[frame.anchor_rank - frame.first]
				 .info.key.tuple.sport;
	return frame.found;
}

static void assert_found(const char *text, uint16_t from, bool is_back,
			 bool is_at_once, enum seek_result result,
			 uint16_t expected)
{
	uint16_t sport;

	assert_int_equal(look_for(text, from, is_back, is_at_once, &sport),
			 result);
	assert_int_equal(sport, expected);
}

/* In the whole list, which is 9 8 7 6 5 4 3 2 1, whatever the window. */
static void test_seek(void **state)
{
	static const char some[] = "src port 2,3,7";

	(void)state;
	for (uint16_t i = 1; i <= 9; i++)
		add(i, i);
	query.count = 2;
	assert_found(some, 0, false, false, SEEK_FOUND, 7);
	assert_found(some, 0, true, false, SEEK_FOUND, 2);
	assert_found(some, 9, false, false, SEEK_FOUND, 7);
	assert_found(some, 7, false, false, SEEK_FOUND, 3);
	assert_found(some, 7, false, true, SEEK_FOUND, 7);
	assert_found(some, 2, false, false, SEEK_WRAPPED, 7);
	assert_found(some, 1, false, true, SEEK_WRAPPED, 7);
	assert_found(some, 7, true, false, SEEK_WRAPPED, 2);
	assert_found(some, 3, true, false, SEEK_FOUND, 7);
	assert_found(some, 5, true, false, SEEK_FOUND, 7);
	assert_found("src port 5", 5, false, false, SEEK_WRAPPED, 5);
	assert_found("src port 77", 5, false, true, SEEK_NOTHING, 0);
	assert_int_equal(frame.anchor_rank, 4);
	/* What is hidden is not found. */
	query.filter.groups = 0;
	assert_found(some, 0, false, false, SEEK_NOTHING, 0);
}

static void test_ghosts(void **state)
{
	const struct flow *flow = add(1, 10);

	(void)state;
	add(2, 5);
	close_flow(flow);
	make();
	ORDER(2);
	query.filter.ghosts = true;
	make();
	ORDER(2, 1);
	assert_true(frame.rows[1].is_closed);
	assert_int_equal(frame.n_match, 2);
	assert_int_equal(frame.n_flows, 1);
	assert_int_equal(frame.totals.shown.n, 1);
	assert_int_equal(frame.totals.all.n, 1);
}

static void test_calm(void **state)
{
	const struct flow *a = add(1, 100), *b = add(2, 90), *c = add(3, 10);

	(void)state;
	query.order = ORDER_CALM;
	make();
	ORDER(1, 2, 3);
	set_smooth(b, 100.5F, 0);
	set_smooth(a, 95, 0);
	make();
	ORDER(1, 2, 3);
	set_smooth(b, 130, 0);
	make();
	ORDER(2, 1, 3);
	/* Small steps add up. */
	for (int i = 0; i < 40; i++) {
		set_smooth(c, 10 * 1.1F * (float)i, 0);
		make();
	}
	ORDER(3, 2, 1);
	/* From nothing to something is no small step. */
	set_smooth(c, 0, 0);
	make();
	ORDER(2, 1, 3);
	query.is_descending = false;
	make();
	ORDER(3, 1, 2);
}

/* No further than it has to: a small step back changes nothing. */
static void test_calm_distance(void **state)
{
	const struct flow *b = add(2, 50);

	(void)state;
	add(1, 100);
	query.order = ORDER_CALM;
	make();
	ORDER(1, 2);
	set_smooth(b, 111, 0);
	make();
	ORDER(1, 2);
	set_smooth(b, 113, 0);
	make();
	ORDER(2, 1);
	set_smooth(b, 101, 0);
	make();
	ORDER(2, 1);
	set_smooth(b, 90, 0);
	make();
	ORDER(2, 1);
	set_smooth(b, 88, 0);
	make();
	ORDER(1, 2);
}

static void test_rest(void **state)
{
	const struct flow *a = add(1, 1000), *b = add(2, 500);
	const struct flow *c = add(3, 300);

	(void)state;
	add(4, 0);
	query.order = ORDER_CALM;
	make();
	ORDER(1, 2, 3, 4);
	query.order = ORDER_REST;
	set_smooth(b, 300, 0);
	set_smooth(c, 550, 0);
	make();
	ORDER(1, 2, 3, 4);
	query.order = ORDER_CALM;
	make();
	ORDER(1, 3, 2, 4);
	/* New ones, and large changes, go where they belong. */
	query.order = ORDER_REST;
	add(5, 400);
	set_smooth(b, 700, 0);
	make();
	ORDER(1, 2, 3, 5, 4);
	set_smooth(b, 0, 0);
	make();
	ORDER(1, 3, 5, 2, 4);
	/* The first row is right: here it falls, nobody has risen. */
	set_smooth(a, 501, 0);
	set_smooth(c, 800, 0);
	make();
	ORDER(3, 1, 5, 2, 4);
	/* The anchor's rank is that of its new place. */
	query.has_anchor = true;
	query.anchor = ref_of(1);
	set_smooth(c, 450, 0);
	set_smooth(a, 900, 0);
	make();
	ORDER(1, 3, 5, 2, 4);
	assert_int_equal(frame.anchor_rank, 0);
	query.has_anchor = false;
	query.order = ORDER_CALM;
	make();
	ORDER(1, 3, 5, 2, 4);
}

/* The first row is never below the highest / 1.25. */
static void check_top(bool rests)
{
	const struct flow *flow[20];
	float rate[20];
	int n_moves = 0, n_needed = 0;
	uint16_t last = 0, last_best = 0;

	for (uint16_t i = 0; i < 20; i++) {
		rate[i] = 1000;
		flow[i] = add(i, rate[i]);
	}
	query.order = ORDER_CALM;
	query.count = 1;
	for (int round = 0; round < 2000; round++) {
		uint16_t top, best = 0;

		for (uint16_t i = 0; i < 20; i++) {
			rate[i] *= 0.95F + (float)(next_random() % 1000) / 1e4F;
			set_smooth(flow[i], rate[i], 0);
			if (rate[i] > rate[best])
				best = i;
		}
		query.order = rests && round % 3 ? ORDER_REST : ORDER_CALM;
		make();
		top = frame.rows[0].info.key.tuple.sport;
		assert_true(rate[top] >= rate[best] / 1.2501F);
		n_moves += top != last;
		n_needed += best != last_best;
		last = top;
		last_best = best;
	}
	assert_true(n_moves < n_needed);
}

static void test_calm_top(void **state)
{
	(void)state;
	check_top(false);
}

static void test_rest_top(void **state)
{
	(void)state;
	check_top(true);
}

static void test_calm_ghost(void **state)
{
	const struct flow *a = add(1, 100);

	(void)state;
	add(2, 50);
	query.order = ORDER_CALM;
	query.filter.ghosts = true;
	make();
	ORDER(1, 2);
	close_flow(a);
	make();
	ORDER(1, 2);
	assert_true(frame.rows[0].is_closed);
}

static void test_held(void **state)
{
	const struct flow *a = add(1, 100), *b = add(2, 50), *c = add(3, 10);

	(void)state;
	query.order = ORDER_CALM;
	query.filter.ghosts = true;
	make();
	set_smooth(c, 1000, 0);
	set_smooth(a, 1, 0);
	query.order = ORDER_HELD;
	make();
	ORDER(1, 2, 3);
	add(9, 99999);
	close_flow(b);
	make();
	ORDER(1, 2, 3, 9);
	query.order = ORDER_CALM;
	make();
	ORDER(9, 3, 2, 1);
	/* Another order is not held: there is none yet. */
	query.order = ORDER_HELD;
	query.sort = column_find("sport");
	query.is_descending = false;
	make();
	ORDER(1, 2, 3, 9);
	add(8, 1);
	make();
	ORDER(1, 2, 3, 9, 8);
	/* Nor is one that was not remembered. */
	query.order = ORDER_FRESH;
	make();
	ORDER(1, 2, 3, 8, 9);
	query.order = ORDER_HELD;
	make();
	ORDER(1, 2, 3, 8, 9);
}

static int n_urgent;

static bool is_urgent(void)
{
	n_urgent++;
	return true;
}

/* Not before most of the flows of test_left_off_many(). */
static bool is_late(void)
{
	return n_urgent++ > 1;
}

static void leave_off(void)
{
	query.is_urgent = is_urgent;
	assert_int_equal(view_frame_make(&frame, table, &query, &env), -EINTR);
	query.is_urgent = NULL;
}

/* A frame that has to wait leaves the one that was there, and what it has found
 * changes nobody's place. */
static void test_left_off(void **state)
{
	static const enum view_order orders[] = { ORDER_HELD, ORDER_CALM,
						  ORDER_REST };
	const struct flow *a = add(1, 100), *b = add(2, 50);

	(void)state;
	query.order = ORDER_CALM;
	make();
	set_smooth(a, 1, 0);
	set_smooth(b, 1000, 0);
	add(3, 10);
	for (size_t i = 0; i < N_ELEMS(orders); i++) {
		n_urgent = 0;
		query.order = orders[i];
		leave_off();
		assert_int_equal(n_urgent, 1);
		ORDER(1, 2);
		assert_int_equal(frame.n_match, 2);
		assert_int_equal(frame.totals.shown.n, 2);
	}
	query.order = ORDER_HELD;
	make();
	ORDER(1, 2, 3);
	query.order = ORDER_REST;
	make();
	ORDER(2, 3, 1);
}

/* Another list or order: there is none yet to hold on to. */
static void test_left_off_other(void **state)
{
	static const char *const columns[] = { "rx_rate", "dst" };
	const struct flow *a = add(1, 100), *b = add(2, 50);

	(void)state;
	query.order = ORDER_CALM;
	make();
	query.sort = column_find("rx_rate");
	leave_off();
	ORDER(1, 2);
	set_smooth(a, 0, 1);
	set_smooth(b, 0, 2);
	query.order = ORDER_HELD;
	make();
	ORDER(2, 1);
	for (size_t i = 0; i < N_ELEMS(columns); i++) {
		query.sort = column_find(columns[i]);
		leave_off();
	}
	query.sort = NULL;
	query.grouping = GROUPING_PROCESSES;
	leave_off();
	assert_null(frame.grouping);
	ORDER(2, 1);
	make();
	assert_ptr_equal(frame.grouping, GROUPING_PROCESSES);
	assert_int_equal(frame.n_rows, 1);
	query.grouping = NULL;
	leave_off();
	assert_int_equal(frame.n_rows, 1);
	assert_non_null(frame.groups);
	make();
	assert_int_equal(frame.n_rows, 2);
}

/* More than is noted has changed: this frame is made. */
static void test_left_off_many(void **state)
{
	static const struct flow *flow[UINT16_MAX + 2];
	struct flow_info info = full_flow();

	(void)state;
	info.has &= ~(uint32_t)HAS_RATE;
	for (size_t i = 0; i < N_ELEMS(flow); i++) {
		info.key.tuple.dst.byte[0] = (uint8_t)(i >> 16);
		info.key.tuple.sport = (uint16_t)i;
		info.id = (uint32_t)i + 1;
		flow[i] = table_add(table, &info, info.sampled_ns);
		set_smooth(flow[i], 100, 0);
	}
	query.order = ORDER_CALM;
	query.count = 1;
	make();
	for (size_t i = 0; i < N_ELEMS(flow); i++)
		set_smooth(flow[i], 1000 + (float)i, 0);
	query.is_urgent = is_urgent;
	/* One that is urgent before the walk comes so far. */
	assert_int_equal(view_frame_make(&frame, table, &query, &env), -EINTR);
	query.is_urgent = NULL;
	query.order = ORDER_HELD;
	make();
	assert_int_equal(frame.rows[0].info.id, 1);
	query.order = ORDER_CALM;
	query.is_urgent = is_late;
	n_urgent = 0;
	make();
	assert_int_equal(frame.rows[0].info.id, N_ELEMS(flow));
}

/* A slot's next flow does not inherit its place. */
static void test_reused_slot(void **state)
{
	const struct flow *a = add(1, 100);
	uint32_t slot = a->slot;

	(void)state;
	add(2, 97);
	query.order = ORDER_CALM;
	make();
	ORDER(1, 2);
	close_flow(a);
	table_expire(table, (NOW_S + 2000) * NS_PER_S, UINT64_MAX);
	rcu_drain();
	table_expire(table, (NOW_S + 2000) * NS_PER_S, UINT64_MAX);
	rcu_drain();
	a = add(3, 95);
	assert_int_equal(a->slot, slot);
	make();
	ORDER(2, 3);
}

static void test_growth(void **state)
{
	(void)state;
	query.order = ORDER_CALM;
	for (uint16_t i = 1; i < 20000; i = (uint16_t)(i + i / 3 + 1)) {
		for (uint16_t j = 0; j < i; j++)
			add(j, j);
		make();
		assert_int_equal(frame.n_rows, i);
		for (uint16_t j = 0; j < i; j++)
			assert_int_equal(frame.rows[j].info.key.tuple.sport,
					 i - 1 - j);
	}
}

/* ---------------------------------------------------------------- stills */

/* Room for what is no longer there is given back, and can come again. */
static void test_shrinks(void **state)
{
	size_t max;

	(void)state;
	for (uint16_t i = 1; i <= 30000; i++)
		add(i, i);
	make();
	assert_int_equal(frame.n_match, 30000);
	max = frame.max_entries;
	query.filter.groups = GROUP_UDP;
	make();
	assert_int_equal(frame.n_match, 0);
	assert_true(frame.max_entries < max / 8);
	query.filter.groups = GROUP_ALL;
	make();
	assert_int_equal(frame.n_match, 30000);
}

/* So is what is remembered of them, and rows, when nothing needs them for a
 * while. */
static void test_forgets(void **state)
{
	size_t room, max_rows;

	(void)state;
	query.order = ORDER_CALM;
	query.count = 40;
	for (uint16_t i = 1; i <= 60000; i++)
		add(i, i);
	make();
	room = malloc_usable_size(frame.memory);
	max_rows = frame.max_rows;
	assert_int_equal(max_rows, 40);
	/* For a moment only: nothing moves. */
	for (int breath = 0; breath < 5; breath++) {
		query.filter.groups = GROUP_UDP;
		env.now_ns += NS_PER_S / 4;
		make();
		query.filter.groups = GROUP_ALL;
		env.now_ns += NS_PER_S / 4;
		make();
		assert_int_equal(frame.max_rows, max_rows);
	}
	table_free(table);
	table = make_table();
	make();
	assert_int_equal(malloc_usable_size(frame.memory), room);
	for (int second = 0; second < 2; second++) {
		env.now_ns += NS_PER_S;
		make();
	}
	assert_true(malloc_usable_size(frame.memory) < room / 8);
	assert_true(frame.max_rows < max_rows / 8);
	for (uint16_t i = 1; i <= 60000; i++)
		add(i, i);
	make();
	assert_int_equal(frame.n_match, 60000);
	assert_int_equal(frame.rows[0].info.key.tuple.sport, 60000);
}

static struct still *take(void)
{
	struct still *still = NULL;

	assert_int_equal(
		still_take(&still, table, 1000, env.now_ns, env.wall_ns), 0);
	assert_non_null(still);
	return still;
}

/* Whatever happens to the table, a still gives the same rows in any order. */
static void test_still(void **state)
{
	const struct flow *a = add(1, 100), *b = add(2, 50);
	struct flow_info info = full_flow();
	struct row rows[3];
	struct still *still;

	(void)state;
	info.key.tuple.sport = 3;
	info.has &= ~(uint32_t)HAS_RATE;
	info.has |= HAS_HELPER;
	strcpy(info.extra.helper, "ftp");
	table_add(table, &info, NS_PER_S);
	query.filter.ghosts = true;
	close_flow(b);
	make();
	assert_int_equal(frame.n_rows, 3);
	memcpy(rows, frame.rows, sizeof(rows));
	still = take();
	assert_int_equal(still->n, 3);

	set_smooth(a, 1, 0);
	add(9, 99999);
	close_flow(a);
	table_expire(table, (NOW_S + 2000) * NS_PER_S, UINT64_MAX);
	rcu_drain();
	query.still = still;
	make();
	assert_int_equal(frame.n_rows, 3);
	assert_int_equal(frame.totals.shown.n, 2);
	for (int i = 0; i < 3; i++)
		assert_memory_equal(&frame.rows[i], &rows[i], sizeof(*rows));
	query.sort = column_find("sport");
	make();
	ORDER(3, 2, 1);
	query.is_descending = false;
	make();
	ORDER(1, 2, 3);
	query.filter.groups = GROUP_UDP;
	make();
	assert_int_equal(frame.n_rows, 0);
	query.filter.groups = GROUP_TCP;
	query.has_anchor = true;
	query.anchor = ref_of(2);
	query.count = 1;
	make();
	ORDER(2);
	still_free(still);
	query.still = NULL;
}

/* Closed flows keep their place in a still as they do live: until the order
 * is another one. */
static void test_still_ghost(void **state)
{
	const struct flow *a = add(1, 100);
	struct still *still;

	(void)state;
	add(2, 50);
	query.order = ORDER_CALM;
	query.filter.ghosts = true;
	make();
	ORDER(1, 2);
	close_flow(a);
	still = take();
	query.still = still;
	for (int i = 0; i < 2; i++) {
		query.order = i ? ORDER_CALM : ORDER_HELD;
		make();
		ORDER(1, 2);
	}
	for (int i = 0; i < 2; i++) {
		query.sort = column_find("sport");
		query.is_descending = true;
		make();
		ORDER(2, 1);
		query.sort = column_find("rate");
		make();
		/* The same with the table itself. */
		query.still = NULL;
	}
	still_free(still);
}

static void test_still_limit(void **state)
{
	struct still *still = NULL;

	(void)state;
	assert_int_equal(still_take(&still, table, 0, 1, 2), 0);
	still_free(still);
	for (uint16_t i = 1; i <= 9; i++)
		add(i, i);
	assert_int_equal(still_take(&still, table, 8, 1, 2), -EFBIG);
	assert_int_equal(still_take(&still, table, 9, 1, 2), 0);
	assert_int_equal(still->n, 9);
	assert_int_equal(still->now_ns, 1);
	assert_int_equal(still->wall_ns, 2);
	still_free(still);
	still_free(NULL);
}

/* ---------------------------------------------------------------- owners */

/* Rows keep what they were made with until the next frame. */
static void test_owners(void **state)
{
	const struct proc_fact *fact = make_fact(4711, 1000, "sshd");
	const struct flow *flow = add(1, 100);

	(void)state;
	add(2, 50);
	env.procs = table_procs(table);
	env.user_name = fake_user;
	proc_fact_get(fact);
	table_give(table, flow, OWNER_LOCAL, fact, 1);
	make();
	assert_ptr_equal(frame.rows[0].proc, fact);
	assert_string_equal(frame.rows[0].user, "alice");
	assert_null(frame.rows[1].proc);
	assert_int_equal(fact_refs(fact), 3);
	query.sort = column_find("process");
	query.is_descending = false;
	for (int i = 0; i < 3; i++)
		make();
	ORDER(1, 2);
	assert_int_equal(fact_refs(fact), 3);
	query.filter.n_pids = 1;
	query.filter.pids[0] = 4711;
	make();
	ORDER(1);
	assert_int_equal(frame.totals.n_owner, 1);
	assert_int_equal(frame.totals.all.n, 2);
	assert_int_equal(frame.n_flows, 2);
	query.filter.pids[0] = 4712;
	make();
	assert_int_equal(frame.n_rows, 0);
	assert_int_equal(frame.totals.n_owner, 2);
	assert_int_equal(fact_refs(fact), 2);
	proc_fact_put(fact);
}

/* In a still everybody has the owner he had then. */
static void test_still_owners(void **state)
{
	const struct proc_fact *sshd = make_fact(4711, 1000, "sshd");
	const struct proc_fact *login = make_fact(4711, 1000, "login");
	const struct owner_fact now = { .fact = FACT_PROC, .proc = login };
	const struct flow *a = add(1, 100), *b = add(2, 50);
	struct still *still;

	(void)state;
	env.procs = table_procs(table);
	proc_fact_get(sshd);
	table_give(table, a, OWNER_LOCAL, sshd, 1);
	still = take();
	assert_int_equal(fact_refs(sshd), 3);
	reader_lock();
	table_own(table, &now);
	reader_unlock();
	table_give(table, b, OWNER_LOCAL, make_fact(4712, 0, "curl"), 1);
	make();
	assert_string_equal(frame.rows[0].proc->comm, "login");
	assert_string_equal(frame.rows[1].proc->comm, "curl");
	query.still = still;
	make();
	assert_string_equal(frame.rows[0].proc->comm, "sshd");
	assert_int_equal(frame.rows[1].info.owner, OWNER_UNKNOWN);
	assert_null(frame.rows[1].proc);
	query.filter.n_pids = 1;
	query.filter.pids[0] = 4712;
	make();
	assert_int_equal(frame.n_rows, 0);
	query.still = NULL;
	make();
	ORDER(2);
	rcu_drain();
	assert_int_equal(fact_refs(sshd), 2);
	still_free(still);
	assert_int_equal(fact_refs(sshd), 1);
	proc_fact_put(sshd);
	proc_fact_put(login);
}

/* ---------------------------------------------------------------- texts */

static bool has_been_read[100];

/* A text that is another one whenever it is read: first by the port, then by
 * chance. */
static void get_restless(const struct row *row, struct value *value)
{
	uint16_t sport = row->info.key.tuple.sport;
	uint64_t n =
		has_been_read[sport] ? next_random() % 100 : sport * 7U % 100;

	has_been_read[sport] = true;
	value->type = VAL_TEXT;
	snprintf(value->store, sizeof(value->store), "the same prefix %02u",
		 (unsigned int)n);
	value->text = value->store;
}

/* All passes over a frame see the texts of one moment. */
static void test_restless(void **state)
{
	static const struct column restless = { .id = "restless",
						.type = VAL_TEXT,
						.get = get_restless };

	(void)state;
	for (uint16_t i = 0; i < 100; i++)
		add(i, 0);
	query.sort = &restless;
	query.is_descending = false;
	for (size_t count = 3; count <= 100; count += 97) {
		memset(has_been_read, 0, sizeof(has_been_read));
		query.count = count;
		query.has_anchor = true;
		query.anchor = ref_of(43); /* 43 * 7 % 100 == 1 */
		query.anchor_line = 1;
		make();
		assert_int_equal(frame.anchor_rank, 1);
		for (uint16_t i = 0; i < frame.n_rows; i++)
			assert_int_equal(frame.rows[i].info.key.tuple.sport *
						 7 % 100,
					 i);
	}
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_empty),         TEST(test_totals),
		TEST(test_packets),       TEST(test_window),
		TEST(test_anchor),        TEST(test_seek),
		TEST(test_ghosts),        TEST(test_calm),
		TEST(test_calm_top),      TEST(test_rest),
		TEST(test_rest_top),      TEST(test_calm_distance),
		TEST(test_calm_ghost),    TEST(test_held),
		TEST(test_left_off),      TEST(test_left_off_other),
		TEST(test_left_off_many), TEST(test_reused_slot),
		TEST(test_growth),        TEST(test_shrinks),
		TEST(test_forgets),       TEST(test_still),
		TEST(test_still_ghost),   TEST(test_still_limit),
		TEST(test_owners),        TEST(test_still_owners),
		TEST(test_restless),
	};

	return cmocka_run_group_tests(tests, group_setup, group_teardown);
}

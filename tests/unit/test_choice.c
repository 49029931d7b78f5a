// SPDX-License-Identifier: GPL-2.0-only
/* Columns that a user has chosen: lists, ladders made of them, and back. */
#include "lib/nearword.h"
#include "unit/unit.h"
#include "view/choice.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define MIN_WIDTH 20
#define MAX_WIDTH 220

/* "process pid ..." of the first line at @width. */
static const char *shown(enum layout_kind kind, int width)
{
	static char text[2000];
	struct layout layout;

	text[0] = '\0';
	layout_fit(&layout, kind, width);
	for (int i = 0; i < layout.n; i++) {
		if (layout.cell[i].line)
			continue;
		if (text[0])
			strcat(text, " ");
		strcat(text, layout.cell[i].column->id);
	}
	return text;
}

static void set(enum layout_kind kind, const char *list)
{
	char error[200];

	if (choice_set(kind, list, error, sizeof(error)))
		fail_msg("%s: %s", list, error);
	assert_string_equal(error, "");
}

static const struct {
	const char *list;
	int width;
	const char *shown;
} lists[] = {
	/* His own: dropped from the right, the address gets what is left. */
	{ "process,address,rx_rate", 80, "process address rx_rate" },
	{ "PROCESS,Address,rx/s", 80, "process address rx_rate" },
	{ "process,address,rx_rate", 31, "process address rx_rate" },
	{ "process,address,rx_rate", 30, "process address" },
	{ "process,address,rx_rate", 24, "process" },
	{ "process,address,rx_rate", 9, "process" },
	{ "process,address,rx_rate", 5, "process" },
	{ "tx_rate,status,port", 20, "tx_rate status" },
	{ "status,pid", 12, "status" },
	{ "mark,zone,packets", 24, "mark zone packets" },
	/* Changes: the usual ladder, what was added before anything widens. */
	{ "+mark", 80,
	  "process proto state age dir address port cc rx_rate tx_rate mark" },
	{ "+mark", 76,
	  "process proto state age dir address port cc rx_rate tx_rate mark" },
	{ "+mark", 75,
	  "process proto state age dir address port cc rx_rate tx_rate" },
	{ "-cc,-dir", 80,
	  "process proto state age address port rx_rate tx_rate" },
	{ "-cc,-dir", 83,
	  "process pid proto state age address port rx_rate tx_rate" },
	{ "-rx_bytes", 99,
	  "process pid proto state age dir address port cc rx_rate tx_rate "
	  "tx_bytes" },
	{ "-tx_bytes", 99,
	  "process pid proto state age dir address port cc rx_rate tx_rate "
	  "rx_bytes" },
	/* To the right end, without getting room any earlier. */
	{ "+process", 80,
	  "proto state age dir address port cc rx_rate tx_rate process" },
	{ "+process", 40, "address port rx_rate tx_rate" },
	{ "+tx_rate,+rx_rate", 34, "address port tx_rate rx_rate" },
};

static void test_lists(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_ELEMS(lists); i++) {
		set(LAYOUT_FLOWS, lists[i].list);
		if (strcmp(shown(LAYOUT_FLOWS, lists[i].width), lists[i].shown))
			fail_msg("%s at %d: %s", lists[i].list, lists[i].width,
				 shown(LAYOUT_FLOWS, lists[i].width));
	}
	choice_reset(LAYOUT_FLOWS);
}

static void test_spare_room(void **state)
{
	struct layout layout;

	(void)state;
	set(LAYOUT_FLOWS, "address,process,rx_rate");
	layout_fit(&layout, LAYOUT_FLOWS, 90);
	assert_int_equal(layout.width, 90);
	assert_int_equal(layout.cell[0].cells, 64);
	assert_int_equal(layout.cell[1].cells, 90 - 65 - 6 - 1);
	set(LAYOUT_HOSTS, "rate,host");
	layout_fit(&layout, LAYOUT_HOSTS, 60);
	assert_int_equal(layout.cell[1].cells, 60 - 6 - 1);
	/* Without limit each has its ideal width. */
	set(LAYOUT_FLOWS, "status,address");
	layout_fit(&layout, LAYOUT_FLOWS, LAYOUT_ANY_WIDTH);
	assert_int_equal(layout.cell[0].cells, 28);
	choice_reset(LAYOUT_FLOWS);
	choice_reset(LAYOUT_HOSTS);
}

static const struct {
	enum layout_kind kind;
	const char *list, *error;
} errors[] = {
	{ LAYOUT_FLOWS, "adress",
	  "unknown column \"adress\"; did you mean \"address\"?" },
	{ LAYOUT_FLOWS, "PROCES,port",
	  "unknown column \"PROCES\"; did you mean \"process\"?" },
	{ LAYOUT_FLOWS, "quux", "unknown column \"quux\" (help lists them)" },
	{ LAYOUT_FLOWS, "hosts", "unknown column \"hosts\" (help lists them)" },
	{ LAYOUT_HOSTS, "host,prt",
	  "unknown column \"prt\" (help lists them)" },
	{ LAYOUT_FLOWS, "pid,,port", "names of columns with commas between" },
	{ LAYOUT_FLOWS, "pid,", "names of columns with commas between" },
	{ LAYOUT_FLOWS, "+", "names of columns with commas between" },
	{ LAYOUT_FLOWS, "pid,port,PID", "column \"PID\" is there twice" },
	{ LAYOUT_FLOWS, "pid,+port",
	  "either names or changes (+name, -name), not both" },
	{ LAYOUT_FLOWS, "-pid,port",
	  "either names or changes (+name, -name), not both" },
	{ LAYOUT_PORTS,
	  "-service,-port,-proto,-in_out,-flows,-estab,-half,-hosts,-rx_rate,"
	  "-tx_rate,-rx_bytes,-tx_bytes,-owner,-peer",
	  "no column is left" },
};

/* What was chosen before stays. */
static void test_errors(void **state)
{
	char error[200];

	(void)state;
	set(LAYOUT_FLOWS, "port,address");
	for (size_t i = 0; i < N_ELEMS(errors); i++) {
		assert_int_equal(choice_set(errors[i].kind, errors[i].list,
					    error, sizeof(error)),
				 -EINVAL);
		assert_string_equal(error, errors[i].error);
	}
	assert_string_equal(shown(LAYOUT_FLOWS, 80), "port address");
	choice_reset(LAYOUT_FLOWS);
}

/* Kinds are apart, and what changes nothing is no choice. */
static void test_kinds(void **state)
{
	char text[CHOICE_TEXT], usual[2000];

	(void)state;
	strcpy(usual, shown(LAYOUT_HOSTS, 120));
	set(LAYOUT_FLOWS, "port");
	assert_string_equal(shown(LAYOUT_HOSTS, 120), usual);
	assert_ptr_equal(choice_ladder(LAYOUT_HOSTS), ladders[LAYOUT_HOSTS]);
	set(LAYOUT_FLOWS, "+tx_bytes");
	assert_ptr_equal(choice_ladder(LAYOUT_FLOWS), ladders[LAYOUT_FLOWS]);
	choice_text(LAYOUT_FLOWS, text);
	assert_string_equal(text, "");
	set(LAYOUT_FLOWS, "port");
	set(LAYOUT_FLOWS, NULL);
	assert_ptr_equal(choice_ladder(LAYOUT_FLOWS), ladders[LAYOUT_FLOWS]);
}

static void test_text(void **state)
{
	static const char *const same[] = {
		"port,address",
		"+mark",
		"-dir,-cc,+mark,+zone",
		("-process,+tx_rate,+rx_pps,+tx_pps,+rx_bytes,+tx_bytes,"
		 "+rx_rate"),
	};
	char text[CHOICE_TEXT];

	(void)state;
	for (size_t i = 0; i < N_ELEMS(same); i++) {
		set(LAYOUT_FLOWS, same[i]);
		choice_text(LAYOUT_FLOWS, text);
		assert_string_equal(text, same[i]);
	}
	choice_reset(LAYOUT_FLOWS);
}

static unsigned int seed = 1;

static int below(int n)
{
	seed = seed * 1103515245 + 12345;
	return (int)(seed >> 16) % n;
}

static void change_at_random(enum layout_kind kind)
{
	struct choice_item items[LADDER_SLOTS];
	int n = choice_list(kind, PLACES_ALL, items);
	char list[CHOICE_TEXT] = "";

	if (below(8) == 0) {
		for (int i = 0, last = -1; i < 8; i++) {
			last += 1 + below(5);
			if (last >= n)
				break;
			if (i)
				strcat(list, ",");
			strcat(list, items[last].column->id);
		}
		set(kind, list);
	}
	for (int i = below(12); i > 0; i--) {
		if (below(2))
			choice_toggle(kind, below(n));
		else
			choice_move(kind, below(n), below(2) ? 1 : -1);
	}
}

/* No line is too long, no cell meets another, and what is visible at a width is
 * at the next one. */
static void check_widths(enum layout_kind kind)
{
	struct layout layout, last = { 0 };

	for (int width = MIN_WIDTH; width <= MAX_WIDTH; width++) {
		int end[2] = { 0, 0 };

		layout_fit(&layout, kind, width);
		assert_true(layout.width <= width);
		for (int i = 0; i < layout.n; i++) {
			const struct layout_cell *cell = &layout.cell[i];

			assert_true(cell->cells > 0);
			assert_true(cell->x > end[cell->line]);
			end[cell->line] = cell->x + cell->cells - 1;
			assert_true(end[cell->line] < width);
		}
		for (int i = 0; i < last.n; i++) {
			int j = 0;

			while (j < layout.n &&
			       layout.cell[j].column != last.cell[i].column)
				j++;
			if (j == layout.n)
				fail_msg("%s is gone at %d",
					 last.cell[i].column->id, width);
		}
		last = layout;
	}
}

/* What the list says of widths is where columns appear. */
static void check_from(enum layout_kind kind)
{
	struct choice_item items[LADDER_SLOTS];
	int n = choice_list(kind, PLACES_ALL, items);

	for (int i = 0; i < n; i++) {
		struct layout layout;
		int has[2] = { 0, 0 };

		if (!items[i].is_shown) {
			assert_int_equal(items[i].from, 0);
			continue;
		}
		assert_true(items[i].from > 1);
		for (int wide = 0; wide < 2; wide++) {
			layout_fit(&layout, kind, items[i].from - 1 + wide);
			for (int j = 0; j < layout.n; j++)
				has[wide] |= !layout.cell[j].line &&
					     layout.cell[j].column ==
						     items[i].column;
		}
		assert_true(has[1]);
		/* The first one takes what there is below its width. */
		assert_true(!has[0] || layout.n <= layout.n_lines);
	}
}

static void check_round_trip(enum layout_kind kind)
{
	char text[CHOICE_TEXT], again[CHOICE_TEXT];
	struct layout before[MAX_WIDTH + 1], after;

	for (int width = MIN_WIDTH; width <= MAX_WIDTH; width += 10)
		layout_fit(&before[width], kind, width);
	choice_text(kind, text);
	set(kind, text);
	choice_text(kind, again);
	assert_string_equal(text, again);
	for (int width = MIN_WIDTH; width <= MAX_WIDTH; width += 10) {
		layout_fit(&after, kind, width);
		assert_int_equal(after.n, before[width].n);
		for (int i = 0; i < after.n; i++) {
			assert_ptr_equal(after.cell[i].column,
					 before[width].cell[i].column);
			assert_int_equal(after.cell[i].x,
					 before[width].cell[i].x);
			assert_int_equal(after.cell[i].cells,
					 before[width].cell[i].cells);
		}
	}
}

static void test_random(void **state)
{
	(void)state;
	for (int kind = 0; kind < LAYOUT_KINDS; kind++) {
		for (int i = 0; i < 60; i++) {
			change_at_random(kind);
			check_widths(kind);
			check_from(kind);
			check_round_trip(kind);
		}
		choice_reset(kind);
	}
}

/* Every column that is offered can be shown alone. */
static void test_each(void **state)
{
	(void)state;
	for (int kind = 0; kind < LAYOUT_KINDS; kind++) {
		struct choice_item items[LADDER_SLOTS];
		int n = choice_list(kind, PLACES_ALL, items);

		assert_true(n > 10 && n <= LADDER_SLOTS);
		for (int i = 0; i < n; i++) {
			const char *id = items[i].column->id;

			assert_non_null(items[i].title);
			assert_ptr_equal(choice_column(kind, id),
					 items[i].column);
			set(kind, id);
			assert_string_equal(shown(kind, 100), id);
		}
		choice_reset(kind);
	}
}

static void test_one_stays(void **state)
{
	struct choice_item items[LADDER_SLOTS];

	(void)state;
	set(LAYOUT_FLOWS, "port");
	choice_list(LAYOUT_FLOWS, PLACES_ALL, items);
	for (int i = 0; items[i].is_shown; i++)
		assert_false(choice_toggle(LAYOUT_FLOWS, i));
	assert_string_equal(shown(LAYOUT_FLOWS, 80), "port");
	choice_reset(LAYOUT_FLOWS);
	/* Nothing moves beyond the ends. */
	assert_int_equal(choice_move(LAYOUT_FLOWS, 0, -1), 0);
	assert_int_equal(choice_move(LAYOUT_FLOWS, 0, 1), 1);
	assert_int_equal(choice_move(LAYOUT_FLOWS, 1, -1), 0);
	assert_ptr_equal(choice_ladder(LAYOUT_FLOWS), ladders[LAYOUT_FLOWS]);
}

static void test_near(void **state)
{
	static const struct {
		const char *typed, *word;
		int distance; /* -1: too far */
	} words[] = {
		{ "adress", "address", 1 },
		{ "ADDRESS", "address", 0 },
		{ "porcess", "process", 1 },
		{ "pot", "port", 1 },
		{ "stauts", "status", 1 },
		{ "prt", "pid", -1 },
		{ "x", "y", -1 },
		{ "", "pid", -1 },
		{ "netwrok", "network", 1 },
		{ "citty", "city", 1 },
		{ "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "a", -1 },
	};

	(void)state;
	for (size_t i = 0; i < N_ELEMS(words); i++) {
		struct near_word near = { 0 };

		near_word_try(&near, words[i].typed, words[i].word);
		assert_int_equal(near.word ? (int)near.distance : -1,
				 words[i].distance);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_spare_room),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_each),
		cmocka_unit_test(test_one_stays),
		cmocka_unit_test(test_near),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

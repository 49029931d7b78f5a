// SPDX-License-Identifier: GPL-2.0-only
/* A line that is typed, and those that were. */
#include "lib/str.h"
#include "lib/unitext.h"
#include "ui/history.h"
#include "ui/keys.h"
#include "ui/lineedit.h"
#include "unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curses.h>

#define K(code) (KEY_SPECIAL | (code))
#define CTRL(c) ((c)&0x1f)

static struct lineedit line;

static void type(const char *text)
{
	size_t left = strlen(text);

	while (left) {
		uint32_t code;
		size_t n = utf8_decode(text, left, &code);

		lineedit_key(&line, (int)code);
		text += n;
		left -= n;
	}
}

/* "por|t": the cursor is at the bar. */
static void check(const char *expected)
{
	char text[LINEEDIT_SIZE + 1];

	assert_true(line.cursor <= line.length);
	assert_int_equal(strlen(line.text), line.length);
	str_printf(text, sizeof(text), "%.*s|%s", (int)line.cursor, line.text,
		   &line.text[line.cursor]);
	assert_string_equal(text, expected);
}

static void test_keys(void **state)
{
	static const struct {
		int key;
		enum lineedit_result result;
		const char *after;
	} steps[] = {
		{ K(KEY_LEFT), LINEEDIT_SAME, "port 443 and tc|p" },
		{ K(KEY_BACKSPACE), LINEEDIT_CHANGED, "port 443 and t|p" },
		{ K(KEY_DC), LINEEDIT_CHANGED, "port 443 and t|" },
		{ K(KEY_DC), LINEEDIT_SAME, "port 443 and t|" },
		{ 0x7f, LINEEDIT_CHANGED, "port 443 and |" },
		{ CTRL('W'), LINEEDIT_CHANGED, "port 443 |" },
		{ CTRL('W'), LINEEDIT_CHANGED, "port |" },
		{ '8', LINEEDIT_CHANGED, "port 8|" },
		{ CTRL('H'), LINEEDIT_CHANGED, "port |" },
		{ K(KEY_HOME), LINEEDIT_SAME, "|port " },
		{ K(KEY_LEFT), LINEEDIT_SAME, "|port " },
		{ K(KEY_BACKSPACE), LINEEDIT_SAME, "|port " },
		{ CTRL('W'), LINEEDIT_SAME, "|port " },
		{ K(KEY_RIGHT), LINEEDIT_SAME, "p|ort " },
		{ CTRL('D'), LINEEDIT_CHANGED, "p|rt " },
		{ CTRL('E'), LINEEDIT_SAME, "prt |" },
		{ K(KEY_RIGHT), LINEEDIT_SAME, "prt |" },
		{ CTRL('A'), LINEEDIT_SAME, "|prt " },
		{ K(KEY_RIGHT), LINEEDIT_SAME, "p|rt " },
		{ CTRL('K'), LINEEDIT_CHANGED, "p|" },
		{ CTRL('K'), LINEEDIT_SAME, "p|" },
		{ CTRL('U'), LINEEDIT_CHANGED, "|" },
		{ CTRL('U'), LINEEDIT_SAME, "|" },
		{ K(KEY_UP), LINEEDIT_NONE, "|" },
		{ '\t', LINEEDIT_NONE, "|" },
		{ '\r', LINEEDIT_NONE, "|" },
		{ CTRL('C'), LINEEDIT_NONE, "|" },
		{ KEY_ALT | 'x', LINEEDIT_NONE, "|" },
		{ KEY_UNKNOWN, LINEEDIT_NONE, "|" },
		{ KEY_NOTHING, LINEEDIT_NONE, "|" },
	};

	(void)state;
	lineedit_set(&line, "port 443 and tcp");
	for (size_t i = 0; i < N_ELEMS(steps); i++) {
		assert_int_equal(lineedit_key(&line, steps[i].key),
				 steps[i].result);
		check(steps[i].after);
	}
}

/* A character goes with its mark, and whole. */
static void test_utf8(void **state)
{
	(void)state;
	lineedit_set(&line, "");
	type("M\xc3\xbc"
	     "e\xcc\x81n");
	check("M\xc3\xbc"
	      "e\xcc\x81n|");
	assert_int_equal(lineedit_cells(&line, line.length), 4);
	lineedit_key(&line, K(KEY_LEFT));
	lineedit_key(&line, K(KEY_LEFT));
	check("M\xc3\xbc|e\xcc\x81n");
	lineedit_key(&line, K(KEY_DC));
	check("M\xc3\xbc|n");
	lineedit_key(&line, K(KEY_BACKSPACE));
	check("M|n");
	/* No mark over nothing, over a blank, or over another mark. */
	lineedit_set(&line, "");
	type("\xcc\x81"
	     "a\xcc\x81\xcc\x82 \xcc\x81"
	     "b");
	check("a\xcc\x81 b|");
}

static void test_unshown(void **state)
{
	(void)state;
	/* Two cells, broken, control, direction, beyond Unicode. */
	lineedit_set(&line, "a\xe4\xb8\xad"
			    "b\xff\xfe\xc3"
			    "c\x01\x1b[31m"
			    "\xe2\x80\xae"
			    "d\x7f\xc2\x9b");
	check("abc[31md|");
	assert_int_equal(lineedit_key(&line, 0x110000), LINEEDIT_SAME);
	assert_int_equal(lineedit_key(&line, 0xd800), LINEEDIT_SAME);
	assert_int_equal(lineedit_key(&line, 0x9b), LINEEDIT_SAME);
	check("abc[31md|");
}

static void test_full(void **state)
{
	(void)state;
	lineedit_set(&line, "");
	for (int i = 0; i < LINEEDIT_SIZE - 2; i++)
		assert_int_equal(lineedit_key(&line, 'x'), LINEEDIT_CHANGED);
	assert_int_equal(lineedit_key(&line, 0xe9), LINEEDIT_SAME);
	assert_int_equal(lineedit_key(&line, 'y'), LINEEDIT_CHANGED);
	assert_int_equal(lineedit_key(&line, 'z'), LINEEDIT_SAME);
	assert_int_equal(line.length, LINEEDIT_SIZE - 1);
	assert_false(lineedit_replace(&line, line.length, "a"));
	assert_true(lineedit_replace(&line, line.length - 1, "a"));
	assert_int_equal(line.text[line.length - 1], 'a');
}

static void test_replace(void **state)
{
	(void)state;
	lineedit_set(&line, "process fire and tcp");
	for (int i = 0; i < 8; i++)
		lineedit_key(&line, K(KEY_LEFT));
	check("process fire| and tcp");
	assert_true(lineedit_replace(&line, 8, "firefox"));
	check("process firefox| and tcp");
	assert_true(lineedit_replace(&line, 8, ""));
	check("process | and tcp");
	assert_false(lineedit_replace(&line, 9, "x"));
}

/* The cursor is seen, nothing is left free that could be filled. */
static void test_scroll(void **state)
{
	(void)state;
	for (int cells = 1; cells < 12; cells++) {
		lineedit_set(&line, "port 443 and \xc3\xa4"
				    "bc");
		for (int i = 0; i < 60; i++) {
			int cursor, first;
			size_t at = lineedit_show(&line, cells);

			first = line.first;
			cursor = lineedit_cells(&line, line.cursor);
			assert_int_equal(lineedit_cells(&line, at), first);
			assert_in_range(cursor, first, first + cells - 1);
			assert_true(!first || first + cells <= 17);
			lineedit_key(&line, i < 20   ? K(KEY_LEFT)
					    : i < 40 ? K(KEY_RIGHT)
						     : K(KEY_BACKSPACE));
		}
		assert_int_equal(lineedit_show(&line, cells), 0);
	}
}

/* Any keys: whole characters, one cell each or a mark behind one. */
static void test_any_keys(void **state)
{
	static const int keys[] = { 'a',
				    ' ',
				    0xe4,
				    0x301,
				    0x4e2d,
				    0x1f600,
				    K(KEY_LEFT),
				    K(KEY_RIGHT),
				    K(KEY_DC),
				    K(KEY_BACKSPACE),
				    CTRL('W'),
				    K(KEY_HOME),
				    K(KEY_END),
				    0xd800,
				    0 };

	(void)state;
	srand(1);
	lineedit_set(&line, "");
	for (int i = 0; i < 200000; i++) {
		bool has_mark = true;
		size_t at = 0;

		lineedit_key(&line, keys[(size_t)rand() % N_ELEMS(keys)]);
		assert_int_equal(strlen(line.text), line.length);
		while (at < line.length) {
			uint32_t code;

			at += utf8_decode(&line.text[at], line.length - at,
					  &code);
			if (unitext_width(code) == 0) {
				assert_false(has_mark);
				has_mark = true;
				continue;
			}
			assert_int_equal(unitext_width(code), 1);
			has_mark = code == ' ';
		}
		if (line.length > 40)
			lineedit_set(&line, "");
	}
}

/* ---------------------------------------------------------------- history */

static void test_history(void **state)
{
	struct history h = { 0 };

	(void)state;
	assert_null(history_older(&h, "typing"));
	assert_null(history_newer(&h));
	history_add(&h, "one");
	history_add(&h, "two");
	history_add(&h, "  ");
	history_add(&h, "one");
	assert_int_equal(h.n, 2);
	assert_string_equal(history_older(&h, "typing"), "one");
	assert_string_equal(history_older(&h, "one"), "two");
	assert_null(history_older(&h, "two"));
	assert_string_equal(history_newer(&h), "one");
	assert_string_equal(history_newer(&h), "typing");
	assert_null(history_newer(&h));
	/* What is there already is passed over. */
	history_rest(&h);
	assert_string_equal(history_older(&h, "one"), "two");
	assert_string_equal(history_newer(&h), "one");
	history_fini(&h);
	assert_int_equal(h.n, 0);
}

static void test_history_full(void **state)
{
	struct history h = { 0 };
	char text[16];

	(void)state;
	for (int i = 0; i < HISTORY_MAX + 3; i++) {
		str_printf(text, sizeof(text), "%d", i);
		history_add(&h, text);
	}
	assert_int_equal(h.n, HISTORY_MAX);
	assert_string_equal(h.text[0], "3");
	for (int i = 0; i < HISTORY_MAX; i++)
		assert_non_null(history_older(&h, ""));
	assert_null(history_older(&h, ""));
	history_add(&h, "3");
	assert_string_equal(h.text[0], "4");
	assert_string_equal(h.text[HISTORY_MAX - 1], "3");
	history_fini(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_utf8),
		cmocka_unit_test(test_unshown),
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_replace),
		cmocka_unit_test(test_scroll),
		cmocka_unit_test(test_any_keys),
		cmocka_unit_test(test_history),
		cmocka_unit_test(test_history_full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

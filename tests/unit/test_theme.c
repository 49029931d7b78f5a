// SPDX-License-Identifier: GPL-2.0-only
/* Themes and their files. */
#include "ui/theme.h"

#include <stdio.h>
#include <string.h>

#include "unit.h"

static struct theme theme;
static char error[200];

static unsigned int parse(const char *text)
{
	return theme_parse(&theme, text, strlen(text), error, sizeof(error));
}

static void assert_look(enum role role, int bits, int fg, int bg)
{
	assert_int_equal(theme.looks[role].bits, bits);
	assert_int_equal(theme.looks[role].fg, fg);
	assert_int_equal(theme.looks[role].bg, bg);
}

static void test_built_in(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_theme_kinds; i++) {
		assert_true(theme_find(&theme, theme_kinds[i].name));
		assert_string_equal(theme.name, theme_kinds[i].name);
		assert_true(theme_needs_colors(&theme) <= 8);
	}
	assert_false(theme_find(&theme, "nonsense"));
	assert_true(theme_find(&theme, "mono"));
	assert_int_equal(theme_needs_colors(&theme), 0);
	assert_false(theme_has_background(&theme));
	assert_true(theme_find(&theme, "flowtop"));
	assert_true(theme_has_background(&theme));
}

/* What has a meaning differs by more than colour: without colours as well. */
static void test_not_by_colour_alone(void **state)
{
	static const enum role words[] = { ROLE_BAR,     ROLE_SELECTED,
					   ROLE_NEW,     ROLE_CLOSED,
					   ROLE_WARNING, ROLE_ERROR,
					   ROLE_WRONG };

	(void)state;
	assert_true(theme_find(&theme, "mono"));
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		assert_true(theme.looks[words[i]].bits);
	/* Neither red nor green nor blue nor magenta. */
	assert_true(theme_find(&theme, "cb"));
	for (enum role role = 0; role < ROLES; role++) {
		int fg = theme.looks[role].fg;

		assert_true(fg == LOOK_DEFAULT || fg == 3 || fg == 6 ||
			    fg == 7);
		assert_int_equal(theme.looks[role].bg, LOOK_DEFAULT);
	}
}

static void test_lines(void **state)
{
	(void)state;
	assert_int_equal(parse("# nothing\n\n  \n"), 0);
	assert_look(ROLE_ADDR, 0, 6, LOOK_DEFAULT);
	assert_int_equal(parse("address = brightblue,bold # so\r\n"
			       "bar=black on 114\n"
			       "port = 208 , underline , dim\n"
			       "  new = reverse"),
			 0);
	assert_look(ROLE_ADDR, LOOK_BOLD, 12, LOOK_DEFAULT);
	assert_look(ROLE_BAR, 0, 0, 114);
	assert_look(ROLE_PORT, LOOK_UNDERLINE | LOOK_DIM, 208, LOOK_DEFAULT);
	assert_look(ROLE_NEW, LOOK_REVERSE, LOOK_DEFAULT, LOOK_DEFAULT);
	assert_int_equal(theme_needs_colors(&theme), 256);
	assert_int_equal(parse("base = mono\naddress = on white\n"), 0);
	assert_look(ROLE_ADDR, 0, LOOK_DEFAULT, 7);
	assert_look(ROLE_SOURCE, 0, LOOK_DEFAULT, LOOK_DEFAULT);
	assert_int_equal(parse("plain = default on default\nactive=normal"), 0);
	assert_look(ROLE_ACTIVE, 0, LOOK_DEFAULT, LOOK_DEFAULT);
}

static void test_each_role_has_a_name(void **state)
{
	char text[64];

	(void)state;
	for (enum role role = 0; role < ROLES; role++) {
		snprintf(text, sizeof(text), "%s = 77", role_name(role));
		assert_int_equal(parse(text), 0);
		assert_look(role, 0, 77, LOOK_DEFAULT);
	}
}

static void test_wrong(void **state)
{
	static const struct {
		const char *text, *error;
	} cases[] = {
		{ "address cyan", "line 1: a line is role = look" },
		{ "\nadress = cyan",
		  "line 2: there is no such role; the manual page lists them" },
		{ "address =", "line 1: nothing stands behind =" },
		{ "base = nice",
		  "line 1: base is default, cb, mono, light or flowtop" },
		{ "address = 256", NULL },
		{ "address = pink", NULL },
		{ "address = brightpink", NULL },
		{ "address = bright7", NULL },
		{ "address = cyan on", NULL },
		{ "address = cyan at black", NULL },
		{ "address = cyan on black on red", NULL },
		{ "address = ,cyan", NULL },
		{ "address = -1", NULL },
		{ "address = blink", NULL },
		{ "= cyan", NULL },
		{ "\xff\x01 = \x02", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(parse(cases[i].text), 1);
		if (cases[i].error)
			assert_string_equal(error, cases[i].error);
		/* The line is left out. */
		assert_look(ROLE_ADDR, 0, 6, LOOK_DEFAULT);
	}
	assert_int_equal(parse("x = 1\naddress = red\ny = 2"), 2);
	assert_look(ROLE_ADDR, 0, 1, LOOK_DEFAULT);
	assert_int_equal(
		theme_parse(&theme, "port = \0red", 11, error, sizeof(error)),
		1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_built_in),
		cmocka_unit_test(test_not_by_colour_alone),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_each_role_has_a_name),
		cmocka_unit_test(test_wrong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

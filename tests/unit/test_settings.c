// SPDX-License-Identifier: GPL-2.0-only
/* Lines of settings, read, written and changed; keys by their names. */
#include "lib/conf.h"
#include "ui/keymap.h"

#include <string.h>

#include <curses.h>

#include "unit.h"

static char value[CONF_LINE_SIZE], key[CONF_LINE_SIZE];
static struct conf_line line;

/* The first line of @text. Return: its value; NULL when it is none. */
static const char *read_one(const char *text)
{
	struct conf_reader reader;

	conf_begin(&reader, text, strlen(text));
	assert_true(conf_next(&reader, &line));
	if (line.wrong || !line.key_size)
		return NULL;
	memcpy(key, line.key, line.key_size);
	key[line.key_size] = '\0';
	memcpy(value, line.value, line.value_size);
	value[line.value_size] = '\0';
	return value;
}

static void test_lines(void **state)
{
	static const struct {
		const char *text, *key, *value;
	} cases[] = {
		{ "interval = 2", "interval", "2" },
		{ "  interval=2  \n", "interval", "2" },
		{ "interval = 2\r\n", "interval", "2" },
		{ "interval = 2 # twice", "interval", "2" },
		{ "a = b#c", "a", "b#c" },
		{ "a = \" b \"", "a", " b " },
		{ "a = \" # \" # comment", "a", " # " },
		{ "a = '\"new york\"'", "a", "\"new york\"" },
		{ "a = \"b\" or \"c\"", "a", "\"b\" or \"c\"" },
		{ "a = \"b", "a", "\"b" },
		{ "a = x == y", "a", "x == y" },
		{ "key.= = pause", "key.=", "pause" },
		{ "key.# = pause", "key.#", "pause" },
		{ "a = \"\"", "a", "" },
		{ "a =", "a", "" },
		{ "\xef\xbb\xbf"
		  "a = 1",
		  "a", "1" },
		{ "a = \xff\xfe", "a", "\xff\xfe" },
	};

	(void)state;
	for (size_t i = 0; i < N_ELEMS(cases); i++) {
		assert_non_null(read_one(cases[i].text));
		assert_string_equal(key, cases[i].key);
		assert_string_equal(value, cases[i].value);
	}
	assert_null(read_one("# a = b"));
	assert_null(line.wrong);
	assert_null(read_one("   \n"));
	assert_null(line.wrong);
}

static void test_wrong_lines(void **state)
{
	char text[2 * CONF_LINE_SIZE];
	struct conf_reader reader;

	(void)state;
	assert_null(read_one("bits"));
	assert_string_equal(line.wrong, "there is no \"=\"");
	assert_null(read_one("= yes"));
	assert_non_null(line.wrong);
	assert_null(read_one("a = \033[2J"));
	assert_string_equal(line.wrong, "there is a control character");
	memset(text, 'a', sizeof(text));
	memcpy(text + sizeof(text) - 10, "\nbits = no", 10);
	conf_begin(&reader, text, sizeof(text));
	assert_true(conf_next(&reader, &line));
	assert_string_equal(line.wrong, "the line is too long");
	/* What comes behind it counts. */
	assert_true(conf_next(&reader, &line));
	assert_true(conf_is_key(&line, "bits"));
	assert_int_equal(line.number, 2);
	assert_false(conf_next(&reader, &line));
	/* NUL. */
	conf_begin(&reader, "a\0 = b", 6);
	assert_true(conf_next(&reader, &line));
	assert_non_null(line.wrong);
}

static void test_written_is_read(void **state)
{
	static const char *const values[] = {
		"yes",  "",
		" ",    "a b",
		" a",   "a ",
		"#",    "a #b",
		"a#b",  "\"",
		"'",    "\"a\"",
		"'a'",  "\"a\" or 'b'",
		"it's", "a\tb",
		"\xff", "name ~ \"a #b\"",
	};

	(void)state;
	for (size_t i = 0; i < N_ELEMS(values); i++) {
		struct buf buf = { .size = 0 };

		assert_true(conf_put(&buf, "key", values[i]));
		buf_char(&buf, '\0');
		assert_string_equal(read_one(buf.data), values[i]);
		assert_string_equal(key, "key");
		buf_free(&buf);
	}
}

static void test_cannot_be_written(void **state)
{
	struct buf buf = { .size = 0 };
	char text[CONF_LINE_SIZE + 1];

	(void)state;
	assert_false(conf_put(&buf, "key", "a\nb = c"));
	assert_false(conf_put(&buf, "key", " \"'"));
	memset(text, 'a', CONF_LINE_SIZE);
	text[CONF_LINE_SIZE] = '\0';
	assert_false(conf_put(&buf, "key", text));
	assert_int_equal(buf.size, 0);
	buf_free(&buf);
}

static void assert_merged(const char *old, const char *changes,
			  const char *wanted)
{
	struct buf buf = { .size = 0 };

	assert_true(
		conf_merge(old, strlen(old), changes, strlen(changes), &buf));
	buf_char(&buf, '\0');
	assert_string_equal(buf.data, wanted);
	buf_free(&buf);
}

static void test_merge(void **state)
{
	struct buf buf = { .size = 0 };

	(void)state;
	assert_merged("", "a = 1\n", "a = 1\n");
	assert_merged("# c\n\na = 0 # why\nb=2\nnonsense\n", "a = 1\n",
		      "# c\n\na = 1\nb=2\nnonsense\n");
	/* Without a newline at the end. */
	assert_merged("b = 2", "a = 1\n", "b = 2\na = 1\n");
	/* Removed, and not there in the first place. */
	assert_merged("a = 1\nb = 2\n", "a =\nc =\n", "b = 2\n");
	/* Several lines of one key take the place of the first. */
	assert_merged("h = 1\nb = 2\nh = 3\n", "h = x\nh = y\n",
		      "h = x\nh = y\nb = 2\n");
	assert_merged("b = 2\n", "h = x\nh = y\n", "b = 2\nh = x\nh = y\n");
	assert_merged("a = 1\n", "a = \"\"\n", "a = \"\"\n");
	/* Nothing but lines. */
	assert_false(conf_merge("", 0, "nonsense\n", 9, &buf));
	assert_false(conf_merge("", 0, "\n", 1, &buf));
	buf_free(&buf);
}

/* ------------------------------------------------------------------- keys */

static char error[200];

static void set(const char *name, const char *action)
{
	keymap_set(name, action, error, sizeof(error));
}

static int setup_keys(void **state)
{
	(void)state;
	keymap_reset();
	return 0;
}

static void test_keys(void **state)
{
	char text[KEYMAP_TEXT];

	(void)state;
	assert_int_equal(keymap_key('x'), 'x');
	set("x", "pause");
	assert_string_equal(error, "");
	assert_int_equal(keymap_key('x'), ' ');
	assert_int_equal(key_action(keymap_key('x')), ACTION_PAUSE);
	set("F5", "sort-bytes");
	assert_int_equal(keymap_key(KEY_SPECIAL | KEY_F(5)), 'B');
	set("^T", "udp");
	assert_int_equal(keymap_key('T' & 0x1f), 'U');
	set("PgUp", "hosts");
	assert_int_equal(keymap_key(KEY_SPECIAL | KEY_PPAGE), '3');
	set("Enter", "none");
	assert_int_equal(keymap_key('\r'), KEY_UNKNOWN);
	assert_int_equal(keymap_key('\n'), KEY_UNKNOWN);
	assert_int_equal(keymap_key(KEY_SPECIAL | KEY_ENTER), KEY_UNKNOWN);
	set("Alt-x", "help");
	assert_int_equal(keymap_key(KEY_ALT | 'x'), '?');
	/* The last one counts. */
	set("x", "quit");
	assert_int_equal(keymap_key('x'), 'Q');
	set("ä", "bits");
	assert_int_equal(keymap_key(0xe4), 'b');
	keymap_finish(false, error, sizeof(error));
	assert_string_equal(error, "");
	keymap_label(ACTION_ENTER, text);
	assert_string_equal(text, "");
}

static void test_bad_keys(void **state)
{
	static const char *const names[] = { "",         "xy",     "F0",
					     "F64",      "\xff",   "^\n",
					     "Alt-",     "Alt-F1", "Hyper",
					     "\xff\xfe", "\033" };

	(void)state;
	for (size_t i = 0; i < N_ELEMS(names); i++) {
		set(names[i], "pause");
		assert_non_null(strstr(error, "there is no key"));
	}
	set("x", "pauze");
	assert_string_equal(error, "unknown action \"pauze\"; did you mean "
				   "\"pause\"?");
	assert_int_equal(keymap_key('x'), 'x');
	set("x", "");
	assert_non_null(strstr(error, "unknown action"));
}

static const struct binding *binding(enum action action)
{
	for (size_t i = 0; i < n_bindings; i++)
		if (bindings[i].action == action)
			return &bindings[i];
	return NULL;
}

static void hint_of(enum action action, char text[KEYMAP_TEXT])
{
	keymap_hint(binding(action), binding(action)->hint, text);
}

static void test_labels(void **state)
{
	char text[KEYMAP_TEXT];

	(void)state;
	for (size_t i = 0; i < n_bindings; i++) {
		keymap_names(&bindings[i], text);
		assert_string_equal(text, bindings[i].names);
		if (!bindings[i].hint)
			continue;
		keymap_hint(&bindings[i], bindings[i].hint, text);
		assert_string_equal(text, bindings[i].hint);
	}
	set("x", "pause");
	set("Space", "none");
	keymap_names(binding(ACTION_PAUSE), text);
	assert_string_equal(text, "p Z x");
	hint_of(ACTION_PAUSE, text);
	assert_string_equal(text, "xPause");
	set("T", "none");
	set("y", "tcp");
	set("S", "none");
	keymap_names(binding(ACTION_PROTOCOL), text);
	assert_string_equal(text, "U D I y");
	hint_of(ACTION_PROTOCOL, text);
	assert_string_equal(text, "yUDIProto");
	set("a", "none");
	hint_of(ACTION_ACTIVE, text);
	assert_string_equal(text, "");
	set("?", "none");
	keymap_label(ACTION_HELP, text);
	assert_string_equal(text, "F1");
}

static void test_htop(void **state)
{
	(void)state;
	set("I", "icmp");
	keymap_finish(true, error, sizeof(error));
	assert_string_equal(error, "");
	assert_int_equal(key_action(keymap_key('h')), ACTION_HELP);
	assert_int_equal(key_action(keymap_key('S')), ACTION_COLUMNS);
	assert_int_equal(keymap_key('T'), 'A');
	assert_int_equal(keymap_key('U'), KEY_UNKNOWN);
	assert_int_equal(keymap_key('k'), KEY_UNKNOWN);
	/* A line of one's own comes first. */
	assert_int_equal(keymap_key('I'), 'I');
}

static void test_one_key_leaves(void **state)
{
	static const char *const names[] = { "Q", "F10", "^C", "^\\" };

	(void)state;
	for (size_t i = 0; i < N_ELEMS(names); i++)
		set(names[i], "none");
	keymap_finish(false, error, sizeof(error));
	assert_string_equal(error, "no key was left that quits: ^C does");
	assert_int_equal(key_action(keymap_key('C' & 0x1f)), ACTION_QUIT);
	keymap_reset();
	for (size_t i = 0; i < N_ELEMS(names); i++)
		set(names[i], "none");
	set("x", "quit");
	keymap_finish(false, error, sizeof(error));
	assert_string_equal(error, "");
	assert_int_equal(keymap_key('C' & 0x1f), KEY_UNKNOWN);
}

/* Each action has a name, and by each name a key is found. */
static void test_names(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_bindings; i++) {
		const char *at = bindings[i].actions;

		assert_true(at || bindings[i].list == LIST_FOUND);
		for (int k = 0; at && *at; k++) {
			size_t n = strcspn(at, " ");
			char name[40] = "";

			strncat(name, at, n);
			set("x", name);
			assert_string_equal(error, "");
			assert_int_equal(keymap_key('x'), bindings[i].key[k]);
			at += n + (at[n] == ' ');
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_wrong_lines),
		cmocka_unit_test(test_written_is_read),
		cmocka_unit_test(test_cannot_be_written),
		cmocka_unit_test(test_merge),
		cmocka_unit_test_setup(test_keys, setup_keys),
		cmocka_unit_test_setup(test_bad_keys, setup_keys),
		cmocka_unit_test_setup(test_labels, setup_keys),
		cmocka_unit_test_setup(test_htop, setup_keys),
		cmocka_unit_test_setup(test_one_key_leaves, setup_keys),
		cmocka_unit_test_setup(test_names, setup_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

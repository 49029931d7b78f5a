// SPDX-License-Identifier: GPL-2.0-only
/* Sequences from the terminal are no keys, whatever pieces they come in; and
 * what makes a terminal worth asking. */
#include "lib/clock.h"
#include "ui/credit.h"
#include "ui/escape.h"
#include "ui/keys.h"
#include "unit/unit.h"

#include <string.h>

#include <curses.h>

#define MS NS_PER_MS

/* What the terminal sends: pieces with a pause after each. */
static const char *pieces;

static int read_piece(bool may_wait)
{
	(void)may_wait;
	if (!*pieces || *pieces == '|')
		return KEY_NOTHING;
	return (unsigned char)*pieces++;
}

/* The keys that come out of @text, "|" being a pause of @gap_ns. */
static void keys_of(const char *text, uint64_t gap_ns, int *keys, int max)
{
	uint64_t now_ns = NS_PER_S;
	struct escape escape;
	int n = 0;

	escape_init(&escape);
	for (pieces = text;;) {
		int key = escape_key(&escape, now_ns, read_piece);

		if (key != KEY_NOTHING) {
			assert_true(n < max - 1);
			keys[n++] = key;
		} else if (*pieces == '|') {
			pieces++;
			now_ns += gap_ns;
		} else {
			break;
		}
	}
	keys[n] = 0;
}

static void test_escape_sequences(void **state)
{
	static const struct {
		const char *text;
		int keys[4];
	} cases[] = {
		{ "ax", { 'a', 'x' } },
		{ "\033", { 27 } },
		{ "\033x", { KEY_ALT | 'x' } },
		{ "\033\033", { 27, 27 } },
		/* Alt and what begins a sequence */
		{ "\033]", { KEY_ALT | ']' } },
		{ "\033P|j", { KEY_ALT | 'P', 'j' } },
		{ "\033[", { KEY_ALT | '[' } },
		/* OSC, DCS, SOS, PM, APC */
		{ "\033]11;rgb:0000/0000/0000\aj", { 'j' } },
		{ "\033]11;rgb:0000/0000/0000\033\\j", { 'j' } },
		{ "\033P1$r0m\033\\j", { 'j' } },
		{ "\033XqQ\033\\j", { 'j' } },
		{ "\033^qQ\033\\j", { 'j' } },
		{ "\033_qQ\aj", { 'j' } },
		{ "\033]q|Q|q\aj", { 'j' } },
		{ "\033]q\033|\\j", { 'j' } },
		{ "\033]q\033xj", { KEY_ALT | 'x', 'j' } },
		/* a mouse */
		{ "\033[M qQj", { 'j' } },
		{ "\033[M q|Qj", { 'j' } },
		{ "\033[<0;10;10Mj", { KEY_MOUSE_EVENT, 'j' } },
		{ "\033[<0;|10;10mj", { KEY_MOUSE_EVENT, 'j' } },
		{ "\033[<0;10Mj", { 'j' } },
		{ "\033[<0;10;10;10Mj", { 'j' } },
		{ "\033[<0;0;10Mj", { 'j' } },
		{ "\033[<0;10;10nj", { 'j' } },
		/* answers nobody asked for */
		{ "\033[?1;2cj", { 'j' } },
		{ "\033[0nj", { 'j' } },
		/* Home and End of other terminals */
		{ "\033[HG", { KEY_SPECIAL | KEY_HOME, 'G' } },
		{ "\033OHG", { KEY_SPECIAL | KEY_HOME, 'G' } },
		{ "\033[1~G", { KEY_SPECIAL | KEY_HOME, 'G' } },
		{ "\033[7~G", { KEY_SPECIAL | KEY_HOME, 'G' } },
		{ "\033[Fg", { KEY_SPECIAL | KEY_END, 'g' } },
		{ "\033OFg", { KEY_SPECIAL | KEY_END, 'g' } },
		{ "\033[4|~g", { KEY_SPECIAL | KEY_END, 'g' } },
		{ "\033[8~g", { KEY_SPECIAL | KEY_END, 'g' } },
		{ "\033[1;2Hg", { KEY_UNKNOWN, 'g' } },
		{ "\033[14~g", { KEY_UNKNOWN, 'g' } },
		/* keys nobody knows */
		{ "\033[1;9Zj", { KEY_UNKNOWN, 'j' } },
		{ "\033[1|;9Zj", { KEY_UNKNOWN, 'j' } },
		{ "\033OQj", { KEY_UNKNOWN, 'j' } },
		{ "\033[[Aj", { KEY_UNKNOWN, 'j' } },
		{ "\033[1\033[2~j", { KEY_UNKNOWN, 'j' } },
		{ "\033[1\003", { 3 } },
	};
	int keys[16];

	(void)state;
	for (size_t i = 0; i < N_ELEMS(cases); i++) {
		keys_of(cases[i].text, 30 * MS, keys, 16);
		for (int n = 0; n < 4; n++) {
			assert_int_equal(keys[n], cases[i].keys[n]);
			if (!keys[n])
				break;
		}
	}
}

static struct escape read_all(const char *text)
{
	struct escape escape;

	escape_init(&escape);
	pieces = text;
	while (escape_key(&escape, NS_PER_S, read_piece) != KEY_NOTHING)
		;
	return escape;
}

static void test_escape_mouse(void **state)
{
	struct escape escape = read_all("\033[<65;120;40m");

	(void)state;
	assert_int_equal(escape.mouse.button, MOUSE_WHEEL_DOWN);
	assert_int_equal(escape.mouse.x, 119);
	assert_int_equal(escape.mouse.y, 39);
	assert_true(escape.mouse.is_release);
	/* Numbers that no screen has are no larger than can be borne. */
	escape = read_all("\033[<0;99999999999999999999;1M");
	assert_in_range(escape.mouse.x, 1000, 10000000);
}

static void test_escape_answer(void **state)
{
	struct escape escape = read_all("\033]11;rgb:ffff/0/12\033\\");
	char text[200] = "\033]";

	(void)state;
	assert_string_equal(escape.answer, "11;rgb:ffff/0/12");
	/* One that does not end is none; the last one is what counts. */
	escape = read_all("\033]11;rgb:1/2/3");
	assert_string_equal(escape.answer, "");
	escape = read_all("\033]abc\a\033]de\a");
	assert_string_equal(escape.answer, "de");
	memset(text + 2, 'x', sizeof(text) - 4);
	text[sizeof(text) - 2] = '\a';
	escape = read_all(text);
	assert_int_equal(strlen(escape.answer), ESCAPE_TEXT - 1);
}

static void test_escape_sync(void **state)
{
	static const struct {
		const char *text;
		bool has_sync;
	} cases[] = {
		{ "\033[?2026;1$y", true },  { "\033[?2026;2$y", true },
		{ "\033[?2026;3$y", true },  { "\033[?2026;0$y", false },
		{ "\033[?2026;4$y", false }, { "\033[?2027;2$y", false },
		{ "\033[2026;2$y", false },  { "\033[?2026$y", false },
		{ "\033[?2026;2$p", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(read_all(cases[i].text).has_sync,
				 cases[i].has_sync);
}

static void test_escape_bounds(void **state)
{
	static char endless[6000];
	int keys[2048];

	(void)state;
	/* A pause ends it ... */
	keys_of("\033]q|j", 400 * MS, keys, 16);
	assert_int_equal(keys[0], 'j');
	/* ... so does a second in all ... */
	keys_of("\033]q|q|q|q|q|q|j", 200 * MS, keys, 16);
	assert_int_equal(keys[0], 'j');
	/* ... and so do too many characters. */
	memset(endless, 'q', sizeof(endless) - 1);
	memcpy(endless, "\033]", 2);
	keys_of(endless, 0, keys, 2048);
	assert_int_equal(keys[0], 'q');
	assert_int_equal(keys[2047 - 1000], 'q');
}

static void test_escape_status(void **state)
{
	struct escape escape;

	(void)state;
	escape_init(&escape);
	pieces = "\033[0n";
	assert_int_equal(escape_key(&escape, NS_PER_S, read_piece),
			 KEY_NOTHING);
	assert_true(escape.is_status);
}

/* ---------------------------------------------------------------- credit */

static void answer(struct credit *credit, uint64_t *now_ns, uint64_t delay_ns)
{
	assert_true(credit_wants(credit));
	credit_asked(credit, *now_ns);
	*now_ns += delay_ns;
	credit_answered(credit, *now_ns);
}

static void test_credit_waits(void **state)
{
	uint64_t now_ns = NS_PER_S;
	struct credit credit;

	(void)state;
	credit_init(&credit, true);
	assert_int_equal(credit_wait_ns(&credit, now_ns), 0);
	answer(&credit, &now_ns, 5 * MS);
	assert_int_equal(credit_wait_ns(&credit, now_ns), 0);
	credit_asked(&credit, now_ns);
	assert_false(credit_is_ready(&credit, now_ns));
	/* A quick one deserves a little patience, a slow one more. */
	assert_int_equal(credit_wait_ns(&credit, now_ns), 200 * MS);
	now_ns += 300 * MS;
	credit_answered(&credit, now_ns);
	assert_true(credit_is_ready(&credit, now_ns));
	credit_asked(&credit, now_ns);
	assert_int_equal(credit_wait_ns(&credit, now_ns), 600 * MS);
	now_ns += 500 * MS;
	credit_answered(&credit, now_ns);
	credit_asked(&credit, now_ns);
	assert_int_equal(credit_wait_ns(&credit, now_ns), CREDIT_MAX_WAIT_NS);
}

static void test_credit_silent(void **state)
{
	uint64_t now_ns = NS_PER_S;
	struct credit credit;

	(void)state;
	credit_init(&credit, false);
	assert_false(credit_wants(&credit));
	credit_init(&credit, true);
	credit_asked(&credit, now_ns);
	assert_true(credit_is_ready(&credit, now_ns));
	assert_int_equal(credit_wait_ns(&credit, now_ns), CREDIT_MAX_WAIT_NS);
	now_ns += 1100 * MS;
	assert_true(credit_is_ready(&credit, now_ns));
	assert_false(credit_wants(&credit));
	/* It may have been late; not for ever. */
	assert_int_equal(credit_wait_ns(&credit, now_ns), CREDIT_MAX_WAIT_NS);
	now_ns += NS_PER_S;
	assert_int_equal(credit_wait_ns(&credit, now_ns), 0);
	/* A late answer closes the question, but it is too late to wait for. */
	credit_answered(&credit, now_ns);
	assert_false(credit.is_open);
	assert_false(credit_wants(&credit));
}

static void test_credit_slow(void **state)
{
	uint64_t now_ns = NS_PER_S;
	struct credit credit;

	(void)state;
	credit_init(&credit, true);
	answer(&credit, &now_ns, 10 * MS);
	/* One that has a lot to draw is slow, but not far away. */
	answer(&credit, &now_ns, 3000 * MS);
	answer(&credit, &now_ns, 1000 * MS);
	answer(&credit, &now_ns, 1000 * MS);
	assert_true(credit_wants(&credit));
	answer(&credit, &now_ns, 1000 * MS);
	assert_false(credit_wants(&credit));
	/* Then it is up to writing. */
	assert_true(credit_is_ready(&credit, now_ns));
	credit_wrote(&credit, now_ns - 400 * MS, now_ns);
	assert_false(credit_is_ready(&credit, now_ns + 399 * MS));
	assert_true(credit_is_ready(&credit, now_ns + 400 * MS));
	credit_wrote(&credit, now_ns, now_ns + MS);
	assert_true(credit_is_ready(&credit, now_ns + MS));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_escape_sequences),
		cmocka_unit_test(test_escape_mouse),
		cmocka_unit_test(test_escape_answer),
		cmocka_unit_test(test_escape_sync),
		cmocka_unit_test(test_escape_bounds),
		cmocka_unit_test(test_escape_status),
		cmocka_unit_test(test_credit_waits),
		cmocka_unit_test(test_credit_silent),
		cmocka_unit_test(test_credit_slow),
	};

	return cmocka_run_group_tests_name("escape", tests, NULL, NULL);
}

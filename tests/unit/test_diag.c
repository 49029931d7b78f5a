// SPDX-License-Identifier: GPL-2.0-only
/* Messages on stderr: one line each, harmless for a terminal. */
#include "lib/diag.h"
#include "unit/unit.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What diag() prints for @text, in @out. */
static void capture(const char *text, char *out, size_t size)
{
	int saved = dup(STDERR_FILENO), fd[2];
	ssize_t n;

	assert_int_equal(pipe(fd), 0);
	dup2(fd[1], STDERR_FILENO);
	diag("%s", text);
	dup2(saved, STDERR_FILENO);
	close(saved);
	close(fd[1]);
	n = read(fd[0], out, size - 1);
	assert_true(n > 0);
	out[n] = '\0';
	close(fd[0]);
}

static void test_lines(void **state)
{
	static const struct {
		const char *in, *out;
	} lines[] = {
		{ "", "flowtop: \n" },
		{ "plain 100%", "flowtop: plain 100%\n" },
		{ "a\nb\r\tc", "flowtop: a b? c\n" },
		{ "\x1b]0;title\a", "flowtop: ?]0;title?\n" },
		{ "\x7f", "flowtop: ?\n" },
		{ "gr\xc3\xbc\xc3\x9f", "flowtop: gr\xc3\xbc\xc3\x9f\n" },
		{ "\xc2\x9b"
		  "31m",
		  "flowtop: ?31m\n" },
		{ "\x9b"
		  "31m",
		  "flowtop: ?31m\n" },
		{ "cut \xe2\x82", "flowtop: cut ?\n" },
		{ "a\xe2\x80\xaez", "flowtop: a?z\n" },
	};
	char out[128];

	(void)state;
	for (size_t i = 0; i < N_ELEMS(lines); i++) {
		capture(lines[i].in, out, sizeof(out));
		assert_string_equal(out, lines[i].out);
	}
}

/* A path of any length leaves room for what is wrong with it. */
static void test_long(void **state)
{
	static char text[2 * PATH_MAX], out[2 * PATH_MAX + 64];

	(void)state;
	memset(text, 'p', PATH_MAX);
	strcpy(text + PATH_MAX, ": No such file or directory");
	capture(text, out, sizeof(out));
	assert_non_null(strstr(out, "directory\n"));
	memset(text, 'p', sizeof(text) - 1);
	capture(text, out, sizeof(out));
	assert_int_equal(out[strlen(out) - 1], '\n');
	assert_true(strlen(out) < sizeof(text));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_long),
	};

	return cmocka_run_group_tests_name("diag", tests, NULL, NULL);
}

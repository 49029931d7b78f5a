// SPDX-License-Identifier: GPL-2.0-only
/* The stat file of processes that would like to be somebody else. */
#include "lib/procstat.h"
#include "unit/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define S(text) text, sizeof(text) - 1

/* Fields 4 to 21, the flags being @flags, and what may come behind 22. */
#define HEAD(flags) " 1 7 7 0 -1 " flags " 1 2 3 4 5 6 7 8 20 0 1 0 "
#define REST " 12345 6 18446744073709551615 1 1 0 0\n"

struct stat_case {
	const char *text;
	size_t size;
	uint64_t starttime; /* 0: refused */
	char state;
	bool is_kernel;
};

// clang-format off
static const struct stat_case cases[] = {
	{ S("7 (sh) S" HEAD("4194560") "42" REST), 42, 'S', false },
	{ S("2 (kthreadd) S" HEAD("2129984") "1" REST), 1, 'S', true },
	{ S("7 (kworker/u8:2-events_unbound) I" HEAD("69238880") "9" REST),
	  9, 'I', true },
	{ S("7 () Z" HEAD("4194560") "42" REST), 42, 'Z', false },
	{ S("7 (sh) S" HEAD("0") "18446744073709551615" REST), UINT64_MAX,
	  'S', false },

	/* names */
	{ S("7 (a b c) S" HEAD("0") "42" REST), 42, 'S', false },
	{ S("7 (a) R 1 2 3) S" HEAD("0") "42" REST), 42, 'S', false },
	{ S("7 () () S" HEAD("0") "42" REST), 42, 'S', false },
	{ S("7 (x) Z 1 1 1) S" HEAD("0") "42" REST), 42, 'S', false },
	{ S("7 ()))))) S" HEAD("0") "42" REST), 42, 'S', false },
	{ S("7 (((() S" HEAD("0") "42" REST), 42, 'S', false },
	{ S("7 (a\nb\n) S" HEAD("0") "42" REST), 42, 'S', false },
	{ S("7 (\033[2J\a) S" HEAD("0") "42" REST), 42, 'S', false },
	{ S("7 (\xff\xfe\x80) S" HEAD("0") "42" REST), 42, 'S', false },
	{ S("7 (a\\nb\\\\) S" HEAD("0") "42" REST), 42, 'S', false },

	/* cut, or something else */
	{ S(""), 0, 0, false },
	{ S(")"), 0, 0, false },
	{ S("7 (sh)"), 0, 0, false },
	{ S("7 (sh) "), 0, 0, false },
	{ S("7 (sh) S"), 0, 0, false },
	{ S("7 (sh) S "), 0, 0, false },
	{ S("7 (sh)S" HEAD("0") "42" REST), 0, 0, false },
	{ S("7 (sh) SS" HEAD("0") "42" REST), 0, 0, false },
	{ S("7 sh S" HEAD("0") "42" REST), 0, 0, false },
	{ S("7 (sh) S" HEAD("0")), 0, 0, false },
	{ S("7 (sh) S" HEAD("0") "42"), 0, 0, false }, /* or 421? */
	{ S("7 (sh) S" HEAD("0") "-42" REST), 0, 0, false },
	{ S("7 (sh) S" HEAD("0") "4x" REST), 0, 0, false },
	{ S("7 (sh) S" HEAD("x") "42" REST), 0, 0, false },
	{ S("7 (sh) S" HEAD("0") "18446744073709551616" REST), 0, 0, false },
};
// clang-format on

static void test_parse(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_ELEMS(cases); i++) {
		const struct stat_case *c = &cases[i];
		struct procstat stat = { .starttime = 77 };
		int err = procstat_parse(c->text, c->size, &stat);

		if (err != (c->starttime ? 0 : -EINVAL) ||
		    stat.starttime != (c->starttime ? c->starttime : 77) ||
		    stat.state != c->state || stat.is_kernel != c->is_kernel)
			fail_msg("\"%s\": %d, start %llu, '%c', kernel %d",
				 c->text, err,
				 (unsigned long long)stat.starttime, stat.state,
				 stat.is_kernel);
	}
}

/* No piece of a good text gives another answer. */
static void test_cut(void **state)
{
	static const char text[] = "7 (a) b) S" HEAD("0") "421" REST;

	(void)state;
	for (size_t n = 0; n < sizeof(text); n++) {
		struct procstat stat;

		if (!procstat_parse(text, n, &stat))
			assert_int_equal(stat.starttime, 421);
	}
}

static void expect_name(const char *text, const char *name)
{
	struct procstat stat;

	assert_int_equal(procstat_parse(text, strlen(text), &stat), 0);
	assert_memory_equal(stat.comm, name, strlen(name) + 1);
}

/* All between the first bracket and the last, as far as there is room. */
static void test_name(void **state)
{
	(void)state;
	expect_name("7 (sh) S" HEAD("0") "42" REST, "sh");
	expect_name("7 () S" HEAD("0") "42" REST, "");
	expect_name("7 () () S" HEAD("0") "42" REST, ") (");
	expect_name("7 (((() S" HEAD("0") "42" REST, "(((");
	expect_name("7 (fifteen letters) S" HEAD("0") "42" REST,
		    "fifteen letters");
	expect_name("2 (kworker/u8:2-events) I" HEAD("69238880") "9" REST,
		    "kworker/u8:2-ev");
	expect_name("7 ) S" HEAD("0") "42" REST, "");
}

static void test_read(void **state)
{
	int dir = open("/proc/self", O_RDONLY | O_DIRECTORY);
	struct procstat stat, again;

	(void)state;
	assert_int_equal(procstat_read(dir, "stat", &stat), 0);
	assert_int_equal(stat.state, 'R');
	assert_false(stat.is_kernel);
	assert_true(stat.starttime > 0);
	assert_int_equal(procstat_read(AT_FDCWD, "/proc/self/stat", &again), 0);
	assert_int_equal(stat.starttime, again.starttime);
	assert_int_equal(procstat_read(dir, "none", &stat), -ENOENT);
	assert_int_equal(procstat_read(dir, "comm", &stat), -EINVAL);
	close(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_name),
		cmocka_unit_test(test_read),
	};

	return cmocka_run_group_tests_name("procstat", tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0-only
/* When a table that is refreshed flow by flow gets a listing. */
#include "lib/clock.h"
#include "source/fulls.h"
#include "unit/unit.h"

#define S NS_PER_S

static void test_unproved(void **state)
{
	struct fulls fulls = { 0 };

	(void)state;
	assert_true(fulls_is_due(&fulls, 0));
	fulls_listed(&fulls, 100 * S);
	assert_false(fulls_is_due(&fulls, 110 * S - 1));
	assert_true(fulls_is_due(&fulls, 110 * S));
}

/* Once a minute however much is proved, and 10 s after the last proof. */
static void test_proved(void **state)
{
	struct fulls fulls = { 0 };
	uint64_t now_ns;

	(void)state;
	fulls_listed(&fulls, 100 * S);
	for (now_ns = 101 * S; now_ns < 160 * S; now_ns += S) {
		assert_false(fulls_is_due(&fulls, now_ns));
		fulls_proved(&fulls, now_ns);
	}
	assert_true(fulls_is_due(&fulls, 160 * S));
	fulls_proved(&fulls, 160 * S);
	assert_true(fulls_is_due(&fulls, 160 * S));
	fulls_listed(&fulls, 160 * S);
	fulls_proved(&fulls, 165 * S);
	assert_false(fulls_is_due(&fulls, 175 * S - 1));
	assert_true(fulls_is_due(&fulls, 175 * S));
}

/* A recording wants its key frame. */
static void test_wanted(void **state)
{
	struct fulls fulls = { 0 };

	(void)state;
	fulls_listed(&fulls, 100 * S);
	fulls_want(&fulls);
	assert_true(fulls_is_due(&fulls, 101 * S));
	fulls_proved(&fulls, 101 * S);
	assert_true(fulls_is_due(&fulls, 101 * S));
	fulls_listed(&fulls, 102 * S);
	assert_false(fulls_is_due(&fulls, 103 * S));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_unproved),
		cmocka_unit_test(test_proved),
		cmocka_unit_test(test_wanted),
	};

	return cmocka_run_group_tests_name("fulls", tests, NULL, NULL);
}

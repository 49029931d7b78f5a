// SPDX-License-Identifier: GPL-2.0-only
/* How often the screen is drawn. */
#include "lib/clock.h"
#include "ui/pace.h"

#include "unit.h"

#define S NS_PER_S

static struct pace pace;
static uint64_t now;

static uint64_t interval_s(void)
{
	return pace_interval(&pace, S) / S;
}

static void test_keeps_up(void **state)
{
	(void)state;
	pace_init(&pace, false);
	for (now = S; now < 1000 * S; now += 11 * S) {
		assert_false(pace_skipped(&pace, now));
		assert_false(pace_check(&pace, now));
		assert_false(pace_is_slow(&pace));
		assert_int_equal(interval_s(), 1);
	}
}

static void test_falls_behind(void **state)
{
	static const unsigned int intervals[] = { 2, 5, 10 };

	(void)state;
	pace_init(&pace, false);
	now = 100 * S;
	for (int i = 0; i < 3; i++) {
		assert_false(pace_skipped(&pace, now));
		assert_true(pace_skipped(&pace, now + 9 * S));
		assert_true(pace_is_slow(&pace));
		assert_int_equal(interval_s(), intervals[i]);
		now += 10 * S;
	}
	for (int i = 0; i < 10; i++)
		assert_false(pace_skipped(&pace, now++));
	assert_int_equal(interval_s(), 10);
	/* The user may want it even less often. */
	assert_int_equal(pace_interval(&pace, 30 * S) / S, 30);
}

static void test_recovers(void **state)
{
	uint64_t quiet = 30 * S;

	(void)state;
	pace_init(&pace, false);
	now = 100 * S;
	for (int i = 0; i < 8; i++) {
		pace_skipped(&pace, now);
		assert_true(pace_skipped(&pace, now + S));
		now += S;
		assert_false(pace_check(&pace, now + quiet - 1));
		assert_true(pace_check(&pace, now + quiet));
		now += quiet;
		assert_false(pace_is_slow(&pace));
		assert_false(pace_check(&pace, now + 1000 * S));
		/* Too early: the next time it takes twice as long. */
		if (i < 4)
			quiet *= 2;
	}
}

static void test_forced(void **state)
{
	(void)state;
	pace_init(&pace, true);
	assert_true(pace_is_slow(&pace));
	assert_int_equal(interval_s(), 2);
	assert_false(pace_check(&pace, 10000 * S));
	pace_skipped(&pace, 10001 * S);
	assert_true(pace_skipped(&pace, 10002 * S));
	assert_int_equal(interval_s(), 5);
	assert_true(pace_check(&pace, 20000 * S));
	assert_int_equal(interval_s(), 2);
	assert_false(pace_check(&pace, 30000 * S));
}

static void test_steps(void **state)
{
	(void)state;
	assert_int_equal(pace_step(S, true), 2 * S);
	assert_int_equal(pace_step(S, false), S / 2);
	assert_int_equal(pace_step(3 * S, true), 5 * S);
	assert_int_equal(pace_step(3 * S, false), 2 * S);
	assert_int_equal(pace_step(60 * S, true), 60 * S);
	assert_int_equal(pace_step(S / 4, false), S / 4);
	assert_int_equal(pace_step(3600 * S, false), 60 * S);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keeps_up),
		cmocka_unit_test(test_falls_behind),
		cmocka_unit_test(test_recovers),
		cmocka_unit_test(test_forced),
		cmocka_unit_test(test_steps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0-only
/* Names of users, from whatever this machine has. */
#include "enrich/users.h"
#include "lib/clock.h"
#include "unit/unit.h"

static bool is_named(const struct users *users, uint32_t uid)
{
	for (int i = 0; i < 2000; i++) {
		if (users_name(users, uid))
			return true;
		clock_sleep_ns(NS_PER_MS);
	}
	return false;
}

static void test_names(void **state)
{
	struct users *users = users_new();

	(void)state;
	assert_non_null(users);
	users_want(users, 0);
	assert_null(users_name(users, 0));
	assert_int_equal(users_start(users), 0);
	assert_true(is_named(users, 0));
	assert_string_equal(users_name(users, 0), "root");
	assert_int_equal(users_version(users), 1);
	/* Asked for many times, and looked up once. */
	for (int i = 0; i < 100000; i++)
		users_want(users, 0);
	users_want(users, 4123456789U);
	clock_sleep_ns(20 * NS_PER_MS);
	assert_null(users_name(users, 4123456789U));
	assert_int_equal(users_version(users), 1);
	users_stop(users);
	assert_string_equal(users_name(users, 0), "root");
	users_free(users);
	users_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

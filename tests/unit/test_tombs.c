// SPDX-License-Identifier: GPL-2.0-only
/* The set of those who died during a listing. */
#include "flow/tombs.h"
#include "unit/unit.h"

#include <string.h>

static struct flow_key key_make(uint32_t n)
{
	struct flow_key key = { .family = FAMILY_IPV4, .proto = 6 };

	memcpy(key.tuple.src.byte, &n, sizeof(n));
	return key;
}

static bool has(const struct tombs *tombs, uint32_t n, uint32_t id)
{
	struct flow_key key = key_make(n);

	return tombs_has(tombs, &key, id);
}

static void add(struct tombs *tombs, uint32_t n, uint32_t id)
{
	struct flow_key key = key_make(n);

	tombs_add(tombs, &key, id);
}

static void test_key_and_id(void **state)
{
	struct tombs tombs;

	(void)state;
	tombs_init(&tombs);
	assert_false(has(&tombs, 1, 1));
	tombs_clear(&tombs);
	add(&tombs, 1, 1);
	add(&tombs, 1, 1);
	assert_int_equal(tombs.n, 1);
	assert_true(has(&tombs, 1, 1));
	assert_false(has(&tombs, 1, 2));
	assert_false(has(&tombs, 2, 1));
	add(&tombs, 1, 2);
	assert_int_equal(tombs.n, 2);
	assert_true(has(&tombs, 1, 1) && has(&tombs, 1, 2));
	tombs_fini(&tombs);
	tombs_fini(&tombs);
}

/* Few and many: cleared sets are empty, and a large one gives memory back. */
static void test_growth(void **state)
{
	static const uint32_t sizes[] = { 1, 127, 128, 129, 5000, 100000, 10 };
	struct tombs tombs;

	(void)state;
	tombs_init(&tombs);
	for (size_t i = 0; i < N_ELEMS(sizes); i++) {
		for (uint32_t n = 0; n < sizes[i]; n++)
			add(&tombs, n, n + 1);
		assert_int_equal(tombs.n, sizes[i]);
		for (uint32_t n = 0; n < sizes[i]; n++) {
			assert_true(has(&tombs, n, n + 1));
			assert_false(has(&tombs, n, n + 2));
		}
		tombs_clear(&tombs);
		assert_int_equal(tombs.n, 0);
		assert_true(tombs.max <= 8192);
		for (uint32_t n = 0; n < sizes[i]; n++)
			assert_false(has(&tombs, n, n + 1));
	}
	tombs_fini(&tombs);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_key_and_id),
		cmocka_unit_test(test_growth),
	};

	return cmocka_run_group_tests_name("tombs", tests, NULL, NULL);
}

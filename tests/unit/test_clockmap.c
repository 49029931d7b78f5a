// SPDX-License-Identifier: GPL-2.0-only
/* A table that forgets. */
#include "lib/clockmap.h"
#include "unit/unit.h"

struct elem {
	struct clock_node node;
	uint64_t value;
};

static int n_dropped;
static uint64_t last_dropped;

static void drop(void *elem)
{
	n_dropped++;
	last_dropped = ((struct elem *)elem)->value;
}

static void put(struct clockmap *map, uint64_t a, uint64_t b, uint64_t value)
{
	struct elem *elem = clockmap_get(map, a, b);

	elem->value = value;
}

static void test_find(void **state)
{
	struct clockmap map;
	struct elem *elem;

	(void)state;
	assert_int_equal(clockmap_init(&map, sizeof(*elem), 100, NULL), 0);
	assert_null(clockmap_find(&map, 1, 2));
	for (uint64_t i = 0; i < 100; i++)
		put(&map, i, i / 2, i);
	for (uint64_t i = 0; i < 100; i++) {
		elem = clockmap_find(&map, i, i / 2);
		assert_non_null(elem);
		assert_int_equal(elem->value, i);
		assert_ptr_equal(clockmap_get(&map, i, i / 2), elem);
	}
	assert_null(clockmap_find(&map, 3, 2));
	assert_int_equal(map.n, 100);
	clockmap_fini(&map);
}

static void test_forget(void **state)
{
	struct clockmap map;
	int found = 0;

	(void)state;
	n_dropped = 0;
	assert_int_equal(clockmap_init(&map, sizeof(struct elem), 8, drop), 0);
	for (uint64_t i = 0; i < 8; i++)
		put(&map, i, 0, i);
	assert_int_equal(n_dropped, 0);
	/* All were used: the hand goes round once and takes the first. */
	put(&map, 100, 0, 100);
	assert_int_equal(n_dropped, 1);
	assert_int_equal(last_dropped, 0);
	/* What is used again stays. */
	assert_non_null(clockmap_find(&map, 1, 0));
	put(&map, 101, 0, 101);
	assert_int_equal(last_dropped, 2);
	assert_non_null(clockmap_find(&map, 1, 0));
	for (uint64_t i = 0; i < 1000; i++)
		put(&map, 1000 + i, 7, i);
	for (uint64_t i = 0; i < 1000; i++)
		found += clockmap_find(&map, 1000 + i, 7) != NULL;
	assert_int_equal(found, 8);
	assert_int_equal(map.n, 8);
	/* A new element is empty. */
	assert_int_equal(((struct elem *)clockmap_get(&map, 5, 5))->value, 0);
	n_dropped = 0;
	clockmap_fini(&map);
	assert_int_equal(n_dropped, 8);
}

static void test_remove(void **state)
{
	struct clockmap map;

	(void)state;
	n_dropped = 0;
	assert_int_equal(clockmap_init(&map, sizeof(struct elem), 5000, drop),
			 0);
	for (uint64_t i = 0; i < 5000; i++)
		put(&map, i, i % 3, i);
	/* Every other one; what has moved into its place is looked at, too. */
	for (uint32_t i = 0; i < map.n;) {
		struct elem *elem = clockmap_at(&map, i);

		if (elem->value % 2)
			clockmap_remove(&map, i);
		else
			i++;
	}
	assert_int_equal(map.n, 2500);
	assert_int_equal(n_dropped, 2500);
	for (uint64_t i = 0; i < 5000; i++) {
		struct elem *elem = clockmap_find(&map, i, i % 3);

		if (i % 2) {
			assert_null(elem);
			continue;
		}
		assert_non_null(elem);
		assert_int_equal(elem->value, i);
	}
	/* There is room again, and nothing old in it. */
	for (uint64_t i = 5000; i < 7500; i++)
		assert_int_equal(
			((struct elem *)clockmap_get(&map, i, 0))->value, 0);
	assert_int_equal(map.n, 5000);
	assert_int_equal(n_dropped, 2500);
	while (map.n)
		clockmap_remove(&map, 0);
	assert_int_equal(n_dropped, 7500);
	assert_null(clockmap_find(&map, 6000, 0));
	clockmap_fini(&map);
	assert_int_equal(n_dropped, 7500);
}

static void test_trim(void **state)
{
	const uint64_t second = 1000000000;
	struct clockmap map;

	(void)state;
	assert_int_equal(clockmap_init(&map, sizeof(struct elem), 65536, NULL),
			 0);
	for (uint64_t i = 0; i < 40000; i++)
		put(&map, i, 1, i);
	assert_false(clockmap_trim(&map, second));
	assert_int_equal(map.n_heads, 65536);
	while (map.n > 300)
		clockmap_remove(&map, map.n / 2);
	/* It was needed a moment ago. */
	assert_false(clockmap_trim(&map, second + 1));
	assert_false(clockmap_trim(&map, 2 * second));
	assert_true(clockmap_trim(&map, 3 * second));
	assert_false(clockmap_trim(&map, 4 * second));
	assert_int_equal(map.touched, 600);
	assert_true(map.n_heads <= 600);
	for (uint32_t i = 0; i < map.n; i++) {
		struct elem *elem = clockmap_at(&map, i);

		assert_ptr_equal(clockmap_find(&map, elem->value, 1), elem);
	}
	for (uint64_t i = 0; i < 40000; i++)
		put(&map, i, 2, i + 1);
	for (uint64_t i = 0; i < 40000; i++)
		assert_int_equal(
			((struct elem *)clockmap_find(&map, i, 2))->value,
			i + 1);
	clockmap_fini(&map);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_forget),
		cmocka_unit_test(test_remove),
		cmocka_unit_test(test_trim),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

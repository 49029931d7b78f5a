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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_forget),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

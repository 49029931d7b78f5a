// SPDX-License-Identifier: GPL-2.0-only
/* When room may go, and numbers that come back. */
#include "lib/numbers.h"
#include "lib/slack.h"
#include "lib/thread.h"
#include "unit/unit.h"
#include "view/array.h"

#include <malloc.h>
#include <stdlib.h>

static void test_most(void **state)
{
	struct slack slack = { 0 };
	uint64_t now_ns = 5 * NS_PER_S;

	(void)state;
	assert_int_equal(slack_most(&slack, 100, now_ns), 100);
	assert_int_equal(slack_most(&slack, 7, now_ns + 1), 100);
	/* Once a second is often enough. */
	assert_int_equal(slack_most(&slack, 5, now_ns += NS_PER_S), 100);
	assert_int_equal(slack_most(&slack, 3, now_ns += NS_PER_S), 5);
	assert_int_equal(slack_most(&slack, 0, now_ns += NS_PER_S), 3);
	assert_int_equal(slack_most(&slack, 0, now_ns += NS_PER_S), 0);
	assert_int_equal(slack_most(&slack, 9, now_ns), 9);
}

/* Up and down within half a second is no reason. */
static void test_breath(void **state)
{
	struct slack slack = { 0 };
	uint64_t now_ns = 5 * NS_PER_S;

	(void)state;
	slack_most(&slack, 1000, now_ns);
	for (int i = 0; i < 1000; i++) {
		now_ns += NS_PER_S / 10;
		assert_int_equal(slack_most(&slack, i % 6 ? 0 : 1000, now_ns),
				 1000);
	}
}

static void test_large(void **state)
{
	(void)state;
	assert_false(slack_is_large(0, 0));
	assert_false(slack_is_large(7, 0));
	assert_true(slack_is_large(8, 0));
	assert_false(slack_is_large(800, 100));
	assert_true(slack_is_large(808, 100));
}

/* What stays keeps what it says, what comes is zeroed. */
static void test_array(void **state)
{
	uint64_t now_ns = 5 * NS_PER_S;
	struct slack slack = { 0 };
	uint32_t *number;
	void *array = NULL;
	size_t n = 0;

	(void)state;
	assert_int_equal(array_grow(&array, &n, sizeof(*number), 0), 0);
	assert_int_equal(n, ARRAY_FIRST);
	assert_int_equal(array_grow(&array, &n, sizeof(*number), 100000), 0);
	assert_true(n > 100000);
	number = array;
	for (uint32_t i = 0; i <= 100000; i++) {
		assert_int_equal(number[i], 0);
		number[i] = i;
	}
	array_shrink(&array, &n, sizeof(*number), &slack, 100001, now_ns);
	array_shrink(&array, &n, sizeof(*number), &slack, 1001, now_ns);
	assert_true(n > 100000);
	for (int i = 0; i < 3; i++)
		array_shrink(&array, &n, sizeof(*number), &slack, 1001,
			     now_ns += NS_PER_S);
	assert_int_equal(n, 1001);
	number = array;
	for (uint32_t i = 0; i <= 1000; i++)
		assert_int_equal(number[i], i);
	assert_int_equal(array_grow(&array, &n, sizeof(*number), 5000), 0);
	number = array;
	for (uint32_t i = 1001; i <= 5000; i++)
		assert_int_equal(number[i], 0);
	for (int i = 0; i < 3; i++)
		array_shrink(&array, &n, sizeof(*number), &slack, 0,
			     now_ns += NS_PER_S);
	assert_int_equal(n, ARRAY_FIRST);
	free(array);
}

static char *from_thread;

static void take_memory(void *arg)
{
	(void)arg;
	from_thread = malloc(100);
}

/* What another thread takes is of the same heap: behind the end of the data,
 * where no thread's own would be. */
static void test_one_heap(void **state)
{
	struct mallinfo2 info = mallinfo2();
	char *here = malloc(100);
	struct thread thread;

	(void)state;
	slack_init();
	assert_int_equal(thread_start(&thread, "taker", take_memory, NULL), 0);
	thread_join(&thread);
	assert_non_null(from_thread);
	/* A sanitizer has a heap of its own. */
	if (info.arena)
		assert_true(labs((long)(from_thread - here)) <
			    (long)mallinfo2().arena);
	free(from_thread);
	free(here);
}

enum { MAX = 10000, STEPS = 300000 };

static uint32_t random_next(void)
{
	static uint32_t x = 1;

	x = x * 1664525 + 1013904223;
	return x >> 8;
}

/* Against a plain array: always the lowest. */
static void test_numbers(void **state)
{
	struct numbers numbers = { 0 };
	bool *is_taken = calloc(MAX, sizeof(*is_taken));
	uint32_t max = 64, end = 0;

	(void)state;
	assert_int_equal(numbers_resize(&numbers, max), 0);
	for (int step = 0; step < STEPS; step++) {
		/* Full, empty, and full again. */
		bool is_full = step / (STEPS / 6) % 2;
		uint32_t lowest = 0, i = random_next() % max;

		if (random_next() % 8 < (is_full ? 3 : 6)) {
			while (lowest < max && is_taken[lowest])
				lowest++;
			assert_int_equal(numbers_take(&numbers), lowest);
			if (lowest < max)
				is_taken[lowest] = true;
			else if (max < MAX)
				assert_int_equal(
					numbers_resize(&numbers, ++max), 0);
		} else if (is_taken[i]) {
			numbers_give(&numbers, i);
			is_taken[i] = false;
		}
		if (step % 997)
			continue;
		numbers_cut(&numbers);
		for (end = max; end && !is_taken[end - 1];)
			end--;
		assert_int_equal(numbers.n, end);
		if (end && end < max / 8)
			assert_int_equal(numbers_resize(&numbers, max = end),
					 0);
	}
	numbers_fini(&numbers);
	free(is_taken);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_most),     cmocka_unit_test(test_breath),
		cmocka_unit_test(test_large),    cmocka_unit_test(test_array),
		cmocka_unit_test(test_one_heap), cmocka_unit_test(test_numbers),
	};

	return cmocka_run_group_tests_name("slack", tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0-only
/* Interned addresses: one number each, dense, used again. */
#include "flow/host.h"
#include "lib/clock.h"
#include "unit/unit.h"

#include <stdlib.h>
#include <string.h>

static const struct hash_seed seed = { { 1, 2 } };

static struct addr addr_make(uint32_t n)
{
	struct addr addr = { 0 };

	memcpy(addr.byte, &n, sizeof(n));
	return addr;
}

static uint32_t get(struct hosts *hosts, uint32_t n)
{
	struct addr addr = addr_make(n);

	return hosts_get(hosts, &addr, FAMILY_IPV4);
}

static void test_interned(void **state)
{
	struct hosts *hosts = hosts_new(&seed);
	uint32_t a, b;

	(void)state;
	assert_non_null(hosts);
	assert_int_equal(hosts_count(hosts), 0);
	a = get(hosts, 1);
	b = get(hosts, 2);
	assert_int_not_equal(a, b);
	assert_int_equal(get(hosts, 1), a);
	assert_int_equal(hosts_count(hosts), 2);
	hosts_put(hosts, a);
	assert_int_equal(hosts_count(hosts), 2);
	assert_int_equal(get(hosts, 1), a);
	hosts_put(hosts, a);
	hosts_put(hosts, a);
	assert_int_equal(hosts_count(hosts), 1);
	assert_int_equal(get(hosts, 2), b);
	hosts_put(hosts, HOST_NONE);
	assert_int_equal(hosts_count(hosts), 1);
	hosts_free(hosts);
	hosts_free(NULL);
}

/* The same bytes are another address in another family. */
static void test_family(void **state)
{
	struct hosts *hosts = hosts_new(&seed);
	struct addr any = { 0 };
	uint32_t v4 = hosts_get(hosts, &any, FAMILY_IPV4);
	uint32_t v6 = hosts_get(hosts, &any, FAMILY_IPV6);

	(void)state;
	assert_int_not_equal(v4, v6);
	hosts_put(hosts, v4);
	assert_int_equal(hosts_get(hosts, &any, FAMILY_IPV6), v6);
	assert_int_equal(hosts_count(hosts), 1);
	hosts_free(hosts);
}

/* Readers keep arrays by number: no number above the most there ever were. */
static void test_dense(void **state)
{
	struct hosts *hosts = hosts_new(&seed);
	bool is_used[8] = { false };
	uint32_t number[8];

	(void)state;
	for (uint32_t i = 0; i < 8; i++) {
		number[i] = get(hosts, i);
		assert_true(number[i] < 8);
		assert_false(is_used[number[i]]);
		is_used[number[i]] = true;
	}
	hosts_put(hosts, number[3]);
	hosts_put(hosts, number[5]);
	is_used[number[3]] = is_used[number[5]] = false;
	for (uint32_t i = 100; i < 102; i++) {
		uint32_t n = get(hosts, i);

		assert_true(n < 8);
		assert_false(is_used[n]);
		is_used[n] = true;
	}
	assert_int_equal(get(hosts, 102), 8);
	hosts_free(hosts);
}

enum { N_MODEL = 40000, N_STEPS = 400000 };

/* Against a plain array, through several growths of the buckets. */
static void test_model(void **state)
{
	struct hosts *hosts = hosts_new(&seed);
	uint32_t *number = calloc(N_MODEL, sizeof(*number));
	uint32_t *refs = calloc(N_MODEL, sizeof(*refs));
	uint32_t *owner = calloc(N_MODEL, sizeof(*owner));
	uint32_t random = 1, count = 0;

	(void)state;
	for (int step = 0; step < N_STEPS; step++) {
		uint32_t i;

		random = random * 1664525 + 1013904223;
		i = (random >> 8) % N_MODEL;
		if (random >> 31 || !refs[i]) {
			uint32_t n = get(hosts, i);

			assert_true(n < N_MODEL);
			if (refs[i]++) {
				assert_int_equal(n, number[i]);
			} else {
				assert_int_equal(owner[n], 0);
				owner[n] = i + 1;
				number[i] = n;
				count++;
			}
		} else {
			hosts_put(hosts, number[i]);
			if (!--refs[i]) {
				owner[number[i]] = 0;
				count--;
			}
		}
		assert_int_equal(hosts_count(hosts), count);
	}
	for (uint32_t i = 0; i < N_MODEL; i++)
		while (refs[i]--)
			hosts_put(hosts, number[i]);
	assert_int_equal(hosts_count(hosts), 0);
	free(number);
	free(refs);
	free(owner);
	hosts_free(hosts);
}

static bool trim_for(struct hosts *hosts, uint64_t *now_ns, int seconds)
{
	bool is_less = false;

	while (seconds--)
		is_less |= hosts_trim(hosts, *now_ns += NS_PER_S);
	return is_less;
}

/* Some stay, and with them their numbers; new ones get low numbers. */
static void test_trim(void **state)
{
	struct hosts *hosts = hosts_new(&seed);
	uint32_t *number = calloc(N_MODEL, sizeof(*number));
	uint64_t now_ns = 1;

	(void)state;
	for (uint32_t i = 0; i < N_MODEL; i++)
		number[i] = get(hosts, i);
	assert_false(trim_for(hosts, &now_ns, 5));
	for (uint32_t i = 0; i < N_MODEL; i++)
		if (i % 1000)
			hosts_put(hosts, number[i]);
	assert_false(hosts_trim(hosts, now_ns));
	assert_true(trim_for(hosts, &now_ns, 3));
	assert_false(trim_for(hosts, &now_ns, 3));
	for (uint32_t i = 0; i < N_MODEL; i += 1000)
		assert_int_equal(get(hosts, i), number[i]);
	for (uint32_t i = 1; i < 1000; i++)
		assert_true(get(hosts, i) < 1040);
	for (uint32_t i = 0; i < N_MODEL; i += 1000) {
		hosts_put(hosts, number[i]);
		hosts_put(hosts, number[i]);
	}
	assert_true(trim_for(hosts, &now_ns, 3));
	for (uint32_t i = 1; i < 1000; i++)
		assert_true(get(hosts, i) < 1000 + N_MODEL / 1000);
	assert_int_equal(hosts_count(hosts), 999);
	free(number);
	hosts_free(hosts);
}

/* What comes and goes all the time keeps its room. */
static void test_breath(void **state)
{
	struct hosts *hosts = hosts_new(&seed);
	uint32_t *number = calloc(N_MODEL, sizeof(*number));
	uint64_t now_ns = 1;

	(void)state;
	for (int breath = 0; breath < 10; breath++) {
		for (uint32_t i = 0; i < N_MODEL; i++)
			number[i] = get(hosts, i);
		assert_false(hosts_trim(hosts, now_ns += NS_PER_S / 4));
		for (uint32_t i = 0; i < N_MODEL; i++)
			hosts_put(hosts, number[i]);
		assert_false(hosts_trim(hosts, now_ns += NS_PER_S / 4));
	}
	assert_true(trim_for(hosts, &now_ns, 3));
	free(number);
	hosts_free(hosts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_interned), cmocka_unit_test(test_family),
		cmocka_unit_test(test_dense),    cmocka_unit_test(test_model),
		cmocka_unit_test(test_trim),     cmocka_unit_test(test_breath),
	};

	return cmocka_run_group_tests_name("host", tests, NULL, NULL);
}

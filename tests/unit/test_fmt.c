// SPDX-License-Identifier: GPL-2.0-only
/* Numbers for the screen: exact texts, and never too wide. */
#include "lib/clock.h"
#include "lib/fmt.h"
#include "unit/unit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	uint64_t value;
	const char *text;
} counts[] = {
	{ 0, "-" },
	{ 1, "1" },
	{ 9, "9" },
	{ 10, "10" },
	{ 11, "11" },
	{ 99, "99" },
	{ 100, "100" },
	{ 101, "101" },
	{ 812, "812" },
	{ 999, "999" },
	{ 1000, "1.00K" },
	{ 1001, "1.00K" },
	{ 1004, "1.00K" },
	{ 1005, "1.01K" },
	{ 1310, "1.31K" },
	{ 9994, "9.99K" },
	{ 9995, "10.0K" },
	{ 9999, "10.0K" },
	{ 10000, "10.0K" },
	{ 10001, "10.0K" },
	{ 10049, "10.0K" },
	{ 10050, "10.1K" },
	{ 64200, "64.2K" },
	{ 99949, "99.9K" },
	{ 99950, "100K" },
	{ 99999, "100K" },
	{ 100000, "100K" },
	{ 100001, "100K" },
	{ 100499, "100K" },
	{ 100500, "101K" },
	{ 184000, "184K" },
	{ 999499, "999K" },
	{ 999500, "1.00M" },
	{ 999999, "1.00M" },
	{ 1000000, "1.00M" },
	{ 1000001, "1.00M" },
	{ 1310000, "1.31M" },
	{ 9999999, "10.0M" },
	{ 10000001, "10.0M" },
	{ 99999999, "100M" },
	{ 999499999, "999M" },
	{ 999500000, "1.00G" },
	{ 999999999, "1.00G" },
	{ 1000000001, "1.00G" },
	{ 9999999999, "10.0G" },
	{ 99999999999, "100G" },
	{ 999999999999, "1.00T" },
	{ 1000000000000, "1.00T" },
	{ 999499999999999, "999T" },
	{ 999500000000000, "1.00P" },
	{ 1000000000000001, "1.00P" },
	{ 999999999999999999, "1.00E" },
	{ 1000000000000000000, "1.00E" },
	{ 9994999999999999999u, "9.99E" },
	{ 9995000000000000000u, "10.0E" },
	{ 9999999999999999999u, "10.0E" },
	{ 10000000000000000000u, "10.0E" },
	{ UINT64_MAX, "18.4E" },
};

static void test_count(void **state)
{
	char text[FMT_SIZE];

	(void)state;
	for (size_t i = 0; i < N_ELEMS(counts); i++) {
		assert_int_equal(fmt_count(text, sizeof(text), counts[i].value),
				 strlen(counts[i].text));
		assert_string_equal(text, counts[i].text);
	}
}

/* The text read back is the value, within half of its last digit. */
static double read_back(const char *text, double *half_digit)
{
	static const char suffixes[] = "KMGTPE";
	char *end;
	double value = strtod(text, &end);
	const char *dot = strchr(text, '.');
	double unit = 1;

	for (const char *s = *end ? strchr(suffixes, *end) : NULL;
	     s && s >= suffixes; s--)
		unit *= 1000;
	*half_digit = unit / 2;
	for (const char *c = dot ? dot + 1 : end; c < end; c++)
		*half_digit /= 10;
	return value * unit;
}

static void check_count(uint64_t value)
{
	char text[FMT_SIZE];
	double half, back;

	assert_in_range(fmt_count(text, sizeof(text), value), 1, 5);
	back = read_back(text, &half);
	if (value < 1000)
		half = 0;
	if (fabs(back - (double)value) > half * 1.000001)
		fail_msg("%llu is %s", (unsigned long long)value, text);
	if (value >= 1000) {
		size_t digits = strcspn(text, "KMGTPE");

		assert_int_equal(digits - (strchr(text, '.') != NULL), 3);
	}
}

static void test_count_everywhere(void **state)
{
	uint64_t random = 88172645463325252;

	(void)state;
	for (uint64_t v = 1; v < 20000; v++)
		check_count(v);
	for (uint64_t power = 10;; power *= 10) {
		for (uint64_t v = power - 2; v <= power + 2; v++)
			check_count(v);
		if (power > UINT64_MAX / 10)
			break;
	}
	for (int i = 0; i < 200000; i++) {
		random ^= random << 13;
		random ^= random >> 7;
		random ^= random << 17;
		check_count((random >> (i % 64)) | 1);
	}
}

static void test_rate(void **state)
{
	static const struct {
		double rate;
		const char *bytes, *bits;
	} rates[] = {
		{ 0, "-", "-" },
		{ -1, "-", "-" },
		{ 0.0624, "-", "-" },
		{ 0.0625, "-", "1" },
		{ 0.49, "-", "4" },
		{ 0.5, "1", "4" },
		{ 1, "1", "8" },
		{ 124.9, "125", "999" },
		{ 124.95, "125", "1.00K" },
		{ 125, "125", "1.00K" },
		{ 999.4, "999", "8.00K" },
		{ 999.5, "1.00K", "8.00K" },
		{ 999.6, "1.00K", "8.00K" },
		{ 1004.9, "1.00K", "8.04K" },
		{ 999499.9, "999K", "8.00M" },
		{ 1e9, "1.00G", "8.00G" },
		{ 1e30, "18.0E", "18.0E" },
		{ INFINITY, "18.0E", "18.0E" },
		{ NAN, "-", "-" },
	};
	char text[FMT_SIZE];

	(void)state;
	for (size_t i = 0; i < N_ELEMS(rates); i++) {
		fmt_rate(text, sizeof(text), rates[i].rate, false);
		assert_string_equal(text, rates[i].bytes);
		fmt_rate(text, sizeof(text), rates[i].rate, true);
		assert_string_equal(text, rates[i].bits);
	}
}

#define M 60ULL
#define H (60 * M)
#define D (24 * H)
#define Y (365 * D)

static const struct {
	uint64_t s;
	const char *one, *two;
} ages[] = {
	{ 0, "0s", "0s" },
	{ 1, "1s", "1s" },
	{ 59, "59s", "59s" },
	{ M, "1m", "1m00s" },
	{ M + 1, "1m", "1m01s" },
	{ 12 * M + 22, "12m", "12m22s" },
	{ H - 1, "59m", "59m59s" },
	{ H, "1h", "1h00m" },
	{ 3 * H + 5 * M + 59, "3h", "3h05m" },
	{ D - 1, "23h", "23h59m" },
	{ D, "1d", "1d00h" },
	{ 5 * D - 1, "4d", "4d23h" },
	{ 14 * D, "14d", "14d00h" },
	{ Y, "365d", "365d00h" },
	{ 1000 * D - 1, "999d", "999d23h" },
	{ 1000 * D, "2y", "2y270d" },
	{ 3 * Y - 1, "2y", "2y364d" },
	{ 3 * Y, "3y", "3y000d" },
	{ 100 * Y - 1, "99y", "99y364d" },
	{ 100 * Y, "100y", "100y" },
};

static void test_age(void **state)
{
	char text[FMT_SIZE];

	(void)state;
	for (size_t i = 0; i < N_ELEMS(ages); i++) {
		uint64_t ns = ages[i].s * NS_PER_S;

		/* Rounded down: 999 ms more are the same. */
		for (int more = 0; more < 2; more++) {
			assert_int_equal(fmt_age(text, sizeof(text), ns),
					 strlen(ages[i].one));
			assert_string_equal(text, ages[i].one);
			assert_int_equal(fmt_age_long(text, sizeof(text), ns),
					 strlen(ages[i].two));
			assert_string_equal(text, ages[i].two);
			ns += 999 * NS_PER_MS;
		}
	}
	for (uint64_t ns = 1; ns; ns <<= 1) {
		assert_in_range(fmt_age(text, sizeof(text), ns - 1), 2, 4);
		assert_in_range(fmt_age_long(text, sizeof(text), ns - 1), 2, 7);
	}
	assert_in_range(fmt_age(text, sizeof(text), UINT64_MAX), 2, 4);
	assert_string_equal(text, "584y");
	assert_int_equal(fmt_age_long(text, sizeof(text), UINT64_MAX), 4);
	assert_string_equal(text, "584y");
}

/* A text that does not fit is cut, never written beyond. */
static void test_small_buffers(void **state)
{
	(void)state;
	for (size_t size = 1; size < 8; size++) {
		char *text = malloc(size);

		assert_true(fmt_count(text, size, UINT64_MAX) < size);
		assert_int_equal(text[strlen(text)], '\0');
		assert_true(fmt_count(text, size, 0) < size);
		assert_true(fmt_rate(text, size, 12345.6, true) < size);
		assert_true(fmt_age(text, size, 59 * NS_PER_S) < size);
		assert_true(fmt_age_long(text, size, 742 * NS_PER_S) < size);
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_count),
		cmocka_unit_test(test_count_everywhere),
		cmocka_unit_test(test_rate),
		cmocka_unit_test(test_age),
		cmocka_unit_test(test_small_buffers),
	};

	return cmocka_run_group_tests_name("fmt", tests, NULL, NULL);
}

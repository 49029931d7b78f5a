// SPDX-License-Identifier: GPL-2.0-only
/* Fixed-size strings, UTF-8, and the numbers that users type. */
#include "lib/clock.h"
#include "lib/str.h"
#include "unit/unit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void test_copy(void **state)
{
	(void)state;
	for (size_t length = 0; length < 8; length++) {
		for (size_t size = 1; size < 10; size++) {
			char *dst = malloc(size), src[9];
			size_t n = length < size ? length : size - 1;

			memset(src, 'a', length);
			src[length] = '\0';
			memset(dst, 'x', size);
			assert_int_equal(str_copy(dst, size, src),
					 length < size);
			assert_int_equal(strlen(dst), n);
			assert_memory_equal(dst, src, n);
			memset(dst, 'x', size);
			assert_int_equal(str_printf(dst, size, "%s", src),
					 length < size);
			assert_int_equal(strlen(dst), n);
			free(dst);
		}
	}
}

/* Every code point comes back; every number of bytes short of it does not. */
static void test_utf8_valid(void **state)
{
	(void)state;
	for (uint32_t c = 0; c <= 0x10ffff; c++) {
		char s[4];
		size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
		uint32_t code;

		if (c >= 0xd800 && c < 0xe000)
			continue;
		if (n == 1)
			s[0] = (char)c;
		else
			s[0] = (char)(0xf00 >> n | c >> (6 * (n - 1)));
		for (size_t i = 1; i < n; i++)
			s[i] = (char)(0x80 | (c >> (6 * (n - 1 - i)) & 0x3f));
		if (utf8_decode(s, n, &code) != n || code != c)
			fail_msg("U+%04X", c);
		for (size_t cut = 1; cut < n; cut++)
			if (utf8_decode(s, cut, &code) != cut || code != 0xfffd)
				fail_msg("U+%04X cut to %zu", c, cut);
	}
}

/* All pairs of bytes: always progress, never beyond the end. */
static void test_utf8_any_bytes(void **state)
{
	(void)state;
	for (unsigned int pair = 0; pair < 65536; pair++) {
		char *s = malloc(2);
		uint32_t code;
		size_t n;

		s[0] = (char)(pair >> 8);
		s[1] = (char)pair;
		n = utf8_decode(s, 2, &code);
		assert_true(n == 1 || n == 2);
		assert_true(code <= 0x10ffff);
		free(s);
	}
}

static const struct {
	const char *text;
	uint64_t min, max;
	int err;
	uint64_t value;
} numbers[] = {
	{ "0", 0, UINT64_MAX, 0, 0 },
	{ "007", 0, UINT64_MAX, 0, 7 },
	{ "18446744073709551615", 0, UINT64_MAX, 0, UINT64_MAX },
	{ "18446744073709551616", 0, UINT64_MAX, -ERANGE, 0 },
	{ "18446744073709551620", 0, UINT64_MAX, -ERANGE, 0 },
	{ "99999999999999999999999", 0, UINT64_MAX, -ERANGE, 0 },
	{ "99999999999999999999999x", 0, UINT64_MAX, -EINVAL, 0 },
	{ "5", 5, 5, 0, 5 },
	{ "4", 5, 5, -ERANGE, 0 },
	{ "6", 5, 5, -ERANGE, 0 },
	{ "", 0, UINT64_MAX, -EINVAL, 0 },
	{ " 1", 0, UINT64_MAX, -EINVAL, 0 },
	{ "1 ", 0, UINT64_MAX, -EINVAL, 0 },
	{ "+1", 0, UINT64_MAX, -EINVAL, 0 },
	{ "-1", 0, UINT64_MAX, -EINVAL, 0 },
	{ "-0", 0, UINT64_MAX, -EINVAL, 0 },
	{ "0x10", 0, UINT64_MAX, -EINVAL, 0 },
	{ "1.0", 0, UINT64_MAX, -EINVAL, 0 },
	{ "1e3", 0, UINT64_MAX, -EINVAL, 0 },
	{ "1\xd9\xa1", 0, UINT64_MAX, -EINVAL, 0 },
};

static void test_u64(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_ELEMS(numbers); i++) {
		uint64_t value = 12345;
		int err = parse_u64(numbers[i].text, numbers[i].min,
				    numbers[i].max, &value);

		if (err != numbers[i].err ||
		    value != (err ? 12345 : numbers[i].value))
			fail_msg("\"%s\": %d", numbers[i].text, err);
	}
}

static const struct {
	const char *text;
	int err;
	uint64_t ns;
} durations[] = {
	{ "0", 0, 0 },
	{ "1", 0, NS_PER_S },
	{ "0.25", 0, 250 * NS_PER_MS },
	{ "0.250", 0, 250 * NS_PER_MS },
	{ "1.5", 0, 1500 * NS_PER_MS },
	{ "00.1", 0, 100 * NS_PER_MS },
	{ "0.000000001", 0, 1 },
	{ "0.0000000019", 0, 1 },
	{ "0.0000000001", 0, 0 },
	{ "0.999999999999999999999999999999", 0, NS_PER_S - 1 },
	{ "18446744073.709551615", 0, UINT64_MAX },
	{ "18446744073.709551616", -ERANGE, 0 },
	{ "18446744074", -ERANGE, 0 },
	{ "99999999999999999999", -ERANGE, 0 },
	{ "99999999999999999999.x", -EINVAL, 0 },
	{ "", -EINVAL, 0 },
	{ ".", -EINVAL, 0 },
	{ ".5", -EINVAL, 0 },
	{ "5.", -EINVAL, 0 },
	{ "1.5.5", -EINVAL, 0 },
	{ "1,5", -EINVAL, 0 },
	{ "-1", -EINVAL, 0 },
	{ "+1", -EINVAL, 0 },
	{ " 1", -EINVAL, 0 },
	{ "1s", -EINVAL, 0 },
	{ "1.5s", -EINVAL, 0 },
	{ "1e3", -EINVAL, 0 },
	{ "inf", -EINVAL, 0 },
	{ "nan", -EINVAL, 0 },
};

static void test_duration(void **state)
{
	uint64_t ns;

	(void)state;
	for (size_t i = 0; i < N_ELEMS(durations); i++) {
		int err;

		ns = 12345;
		err = parse_duration(durations[i].text, 0, UINT64_MAX, &ns);
		if (err != durations[i].err ||
		    ns != (err ? 12345 : durations[i].ns))
			fail_msg("\"%s\": %d", durations[i].text, err);
	}
	assert_int_equal(parse_duration("0.1", NS_PER_S / 10, NS_PER_S, &ns),
			 0);
	assert_int_equal(parse_duration("0.099", NS_PER_S / 10, NS_PER_S, &ns),
			 -ERANGE);
	assert_int_equal(parse_duration("1.000000001", 0, NS_PER_S, &ns),
			 -ERANGE);
}

static const struct {
	const char *text;
	int err;
	uint64_t value;
} sizes[] = {
	{ "0", 0, 0 },
	{ "1", 0, 1 },
	{ "4k", 0, 4000 },
	{ "4K", 0, 4000 },
	{ "64M", 0, 64000000 },
	{ "2G", 0, 2000000000 },
	{ "4Ki", 0, 4096 },
	{ "64Mi", 0, 64 << 20 },
	{ "1Gi", 0, 1 << 30 },
	{ "18446744073709551615", 0, UINT64_MAX },
	{ "18446744073709551616", -ERANGE, 0 },
	{ "18446744073G", 0, 18446744073000000000u },
	{ "18446744074G", -ERANGE, 0 },
	{ "17179869183Gi", 0, UINT64_MAX - (1 << 30) + 1 },
	{ "17179869184Gi", -ERANGE, 0 },
	{ "", -EINVAL, 0 },
	{ "k", -EINVAL, 0 },
	{ "-1k", -EINVAL, 0 },
	{ "1.5k", -EINVAL, 0 },
	{ "1 k", -EINVAL, 0 },
	{ "1kk", -EINVAL, 0 },
	{ "1kB", -EINVAL, 0 },
	{ "1ki", -EINVAL, 0 },
	{ "1m", -EINVAL, 0 },
	{ "1g", -EINVAL, 0 },
	{ "1T", -EINVAL, 0 },
	{ "99999999999999999999x", -EINVAL, 0 },
};

static void test_bytes(void **state)
{
	uint64_t value;

	(void)state;
	for (size_t i = 0; i < N_ELEMS(sizes); i++) {
		int err;

		value = 12345;
		err = parse_bytes(sizes[i].text, 0, UINT64_MAX, &value);
		if (err != sizes[i].err ||
		    value != (err ? 12345 : sizes[i].value))
			fail_msg("\"%s\": %d", sizes[i].text, err);
	}
	assert_int_equal(parse_bytes("4k", 4000, 4000, &value), 0);
	assert_int_equal(parse_bytes("4k", 4001, 5000, &value), -ERANGE);
	assert_int_equal(parse_bytes("4k", 0, 3999, &value), -ERANGE);
}

static void test_case(void **state)
{
	(void)state;
	assert_int_equal(str_lower('Z'), 'z');
	assert_int_equal(str_lower('['), '[');
	assert_int_equal(str_lower('\xc9'), '\xc9');
	assert_int_equal(str_casecmp("ICMP", "icmp"), 0);
	assert_true(str_casecmp("a", "B") < 0);
	assert_true(str_casecmp("ab", "A") > 0);
	assert_true(str_casecmp("", "a") < 0);
	assert_int_equal(str_ncasecmp("abX", "ABy", 2), 0);
	assert_true(str_ncasecmp("abX", "ABy", 3) < 0);
	assert_int_equal(str_ncasecmp("a", "b", 0), 0);
	assert_int_equal(str_ncasecmp("a", "A", 9), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_case),
		cmocka_unit_test(test_copy),
		cmocka_unit_test(test_utf8_valid),
		cmocka_unit_test(test_utf8_any_bytes),
		cmocka_unit_test(test_u64),
		cmocka_unit_test(test_duration),
		cmocka_unit_test(test_bytes),
	};

	return cmocka_run_group_tests_name("str", tests, NULL, NULL);
}

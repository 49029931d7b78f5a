// SPDX-License-Identifier: GPL-2.0-only
/* Types: how each looks on the screen, in JSON and in CSV, and how it sorts. */
#include "lib/buf.h"
#include "lib/clock.h"
#include "unit/unit.h"
#include "view/value.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[] = { "zero", "one", NULL, "th\"ree" };

#define U(t, n)                                                                \
	{                                                                      \
		.type = VAL_##t, .u = (n)                                      \
	}
#define RATE(t, r)                                                             \
	{                                                                      \
		.type = VAL_##t, .rate = (r)                                   \
	}
#define TEXT(s)                                                                \
	{                                                                      \
		.type = VAL_TEXT, .text = (s)                                  \
	}
#define LIST(b)                                                                \
	{                                                                      \
		.type = VAL_LIST, .bits = { (b) }, .names = names,             \
		.n_names = N_ELEMS(names)                                      \
	}

static const struct {
	struct value value;
	int cells;
	const char *cell, *json, *csv;
} looks[] = {
	{ { .type = VAL_NONE }, 5, "?", "null", "" },
	{ { .type = VAL_NONE, .text = "-" }, 5, "-", "null", "" },
	{ U(NUMBER, 0), 5, "0", "0", "0" },
	{ U(NUMBER, 4294967295), 5, "4294967295", "4294967295", "4294967295" },
	{ U(COUNT, 0), 5, "-", "0", "0" },
	{ U(COUNT, 1310000), 5, "1.31M", "1310000", "1310000" },
	{ U(BYTES, UINT64_MAX), 5, "18.4E", "18446744073709551615",
	  "18446744073709551615" },
	{ RATE(RATE, 0), 5, "-", "0", "0" },
	{ RATE(RATE, -5), 5, "-", "0", "0" },
	{ RATE(RATE, 0.04), 5, "-", "0", "0" },
	{ RATE(RATE, 0.05), 5, "-", "0.1", "0.1" },
	{ RATE(RATE, 999.96), 5, "1.00K", "1000", "1000" },
	{ RATE(RATE, 6543.25), 5, "6.54K", "6543.3", "6543.3" },
	{ RATE(RATE, 1e300), 5, "18.0E", "1000000000000000000",
	  "1000000000000000000" },
	{ RATE(RATE, NAN), 5, "-", "0", "0" },
	{ RATE(RATE, INFINITY), 5, "18.0E", "1000000000000000000",
	  "1000000000000000000" },
	{ RATE(FREQ, 15100), 5, "15.1K", "15100", "15100" },
	{ U(AGE, 0), 4, "0s", "0", "0" },
	{ U(AGE, 999999), 4, "0s", "0", "0" },
	{ U(AGE, 1000000), 4, "0s", "0.001", "0.001" },
	{ U(AGE, 742876543211), 4, "12m", "742.876", "742.876" },
	{ U(AGE, 742876543211), 6, "12m22s", "742.876", "742.876" },
	{ U(AGE, 431999000000000), 7, "4d23h", "431999", "431999" },
	{ U(TIME, 1700000000123456789), 8, NULL, "1700000000.123456",
	  "1700000000.123456" },
	{ U(TIME, 1700000000000000000), 8, NULL, "1700000000.000000",
	  "1700000000.000000" },
	{ TEXT("ssh"), 5, "ssh", "\"ssh\"", "ssh" },
	{ TEXT("a,b"), 5, "a,b", "\"a,b\"", "\"a,b\"" },
	{ TEXT("a\"b\\\n\033"), 9, "a\"b\\ ?", "\"a\\\"b\\\\\\n\\u001b\"",
	  "\"a\"\"b\\\n\033\"" },
	{ TEXT("K\xc3\xb6ln"), 9, "K?ln", "\"K\xc3\xb6ln\"", "K\xc3\xb6ln" },
	{ U(PORT, 0), 5, "0", "0", "0" },
	{ U(PORT, 65535), 5, "65535", "65535", "65535" },
	{ LIST(0), 9, "-", "[]", "" },
	{ LIST(3), 9, "zero,one", "[\"zero\",\"one\"]", "zero one" },
	/* Bits without a name are left out. */
	{ LIST(0xfffffff4), 9, "-", "[]", "" },
	{ LIST(0xfffffffc), 9, "th\"ree", "[\"th\\\"ree\"]", "th\"ree" },
	{ { .type = VAL_LIST, .bits = { 1 << 3, 1, 0, 1U << 31 } },
	  9,
	  "3,32,127",
	  "[3,32,127]",
	  "3 32 127" },
	{ U(BOOL, 0), 5, "no", "false", "false" },
	{ U(BOOL, 1), 5, "yes", "true", "true" },
	{ U(MARK, 0), 9, "0x0", "0", "0" },
	{ U(MARK, 0xdeadbeef), 9, "0xdeadbeef", "3735928559", "3735928559" },
	{ { .type = VAL_GLYPH, .glyph = GLYPH_OUT, .text = "out" },
	  1,
	  ">",
	  "\"out\"",
	  "out" },
	{ { .type = VAL_ADDR,
	    .family = FAMILY_IPV4,
	    .addr = { { 192, 0, 2, 1 } } },
	  15,
	  "192.0.2.1",
	  "\"192.0.2.1\"",
	  "192.0.2.1" },
	{ { .type = VAL_ADDR,
	    .family = FAMILY_IPV6,
	    .addr = { { 0x20, 1, 0xd, 0xb8, [15] = 1 } } },
	  15,
	  "2001:db8::1",
	  "\"2001:db8::1\"",
	  "2001:db8::1" },
};

static void assert_buf(struct buf *buf, const char *text)
{
	buf_char(buf, '\0');
	assert_string_equal(buf->data, text);
	buf_reset(buf);
}

static void test_looks(void **state)
{
	struct buf buf = { 0 };

	(void)state;
	for (size_t i = 0; i < N_ELEMS(looks); i++) {
		char text[CELL_TEXT_SIZE];
		size_t n =
			value_format(&looks[i].value, looks[i].cells, 0, text);

		assert_int_equal(n, strlen(text));
		if (looks[i].cell)
			assert_string_equal(text, looks[i].cell);
		value_json(&looks[i].value, &buf);
		assert_buf(&buf, looks[i].json);
		value_csv(&looks[i].value, &buf);
		assert_buf(&buf, looks[i].csv);
	}
	buf_free(&buf);
}

static void test_flags(void **state)
{
	struct value rate = RATE(RATE, 1000), freq = RATE(FREQ, 1000);
	struct value out = { .type = VAL_GLYPH, .glyph = GLYPH_OUT };
	struct value city = TEXT("K\xc3\xb6ln \xe4\xb8\xad\xe2\x80\xae\xff");
	struct value marked = TEXT("Ko\xcc\x88ln");
	char text[CELL_TEXT_SIZE];

	(void)state;
	value_format(&rate, 5, CELL_BITS, text);
	assert_string_equal(text, "8.00K");
	value_format(&freq, 5, CELL_BITS, text);
	assert_string_equal(text, "1.00K");
	value_format(&out, 1, CELL_UTF8, text);
	assert_string_equal(text, "\xe2\x86\x92");
	/* Wide, right-to-left and broken characters are never shown. */
	value_format(&city, 9, CELL_UTF8, text);
	assert_string_equal(text, "K\xc3\xb6ln ???");
	value_format(&marked, 9, CELL_UTF8, text);
	assert_string_equal(text, "Ko\xcc\x88ln");
	value_format(&marked, 9, 0, text);
	assert_string_equal(text, "Koln");
}

static void test_time_of_day(void **state)
{
	struct value time = U(TIME, 1700000000ULL * NS_PER_S);
	char text[CELL_TEXT_SIZE];

	(void)state;
	setenv("TZ", "UTC0", 1);
	value_format(&time, 8, 0, text);
	assert_string_equal(text, "22:13:20");
	value_format(&time, 19, 0, text);
	assert_string_equal(text, "2023-11-14 22:13:20");
}

static void test_long_text(void **state)
{
	char longest[2 * CELL_TEXT_SIZE], text[CELL_TEXT_SIZE];
	struct value value = TEXT(longest);

	(void)state;
	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	assert_true(value_format(&value, 0, 0, text) < CELL_TEXT_SIZE);
	memset(longest, '\xc3', sizeof(longest) - 1);
	assert_true(value_format(&value, 0, CELL_UTF8, text) < CELL_TEXT_SIZE);
}

/* In rising order, all of a kind. */
static const struct value rising[][6] = {
	{ { .type = VAL_NONE },
	  U(BYTES, 0),
	  U(BYTES, 1),
	  U(BYTES, 255),
	  U(BYTES, 256),
	  U(BYTES, INT64_MAX) },
	{ { .type = VAL_NONE },
	  RATE(RATE, 0),
	  RATE(RATE, 1e-30),
	  RATE(RATE, 0.1),
	  RATE(RATE, 1e9),
	  RATE(RATE, INFINITY) },
	{ { .type = VAL_NONE },
	  TEXT(""),
	  TEXT("CLOSE"),
	  TEXT("CLOSE-WAIT"),
	  TEXT("CLOSE-WAIU"),
	  TEXT("a") },
	{ { .type = VAL_NONE },
	  TEXT("\x7f"),
	  TEXT("\xc3"),
	  TEXT("\xff"),
	  TEXT("\xff\xff\xff\xff\xff\xff\xff\xfe"),
	  TEXT("\xff\xff\xff\xff\xff\xff\xff\xff") },
	{ { .type = VAL_NONE },
	  LIST(0),
	  LIST(1),
	  LIST(2),
	  LIST(0x80000000),
	  { .type = VAL_LIST, .bits = { 0, 0, 0, 1 } } },
	{ { .type = VAL_NONE },
	  U(BOOL, 0),
	  U(BOOL, 1),
	  U(BOOL, 2),
	  U(BOOL, 3),
	  U(BOOL, 4) },
	{ { .type = VAL_NONE },
	  { .type = VAL_ADDR,
	    .family = FAMILY_IPV4,
	    .addr = { { 9, 255, 255, 255 } } },
	  { .type = VAL_ADDR,
	    .family = FAMILY_IPV4,
	    .addr = { { 10, 0, 0, 1 } } },
	  { .type = VAL_ADDR, .family = FAMILY_IPV6, .addr = { { 0 } } },
	  { .type = VAL_ADDR,
	    .family = FAMILY_IPV6,
	    .addr = { { 0x20, 1, [15] = 1 } } },
	  { .type = VAL_ADDR,
	    .family = FAMILY_IPV6,
	    .addr = { { 0x20, 1, [15] = 2 } } } },
};

static int sign(int n)
{
	return (n > 0) - (n < 0);
}

static void test_compare(void **state)
{
	(void)state;
	for (size_t t = 0; t < N_ELEMS(rising); t++) {
		for (int i = 0; i < 6; i++) {
			for (int j = 0; j < 6; j++) {
				const struct value *a = &rising[t][i];
				const struct value *b = &rising[t][j];

				assert_int_equal(sign(value_compare(a, b)),
						 sign(i - j));
				assert_true(value_key(a) <= VALUE_KEY_MAX);
				if (i && j && i < j)
					assert_true(value_key(a) <=
						    value_key(b));
				if (i && j && i < j &&
				    value_key_is_exact(a->type))
					assert_true(value_key(a) <
						    value_key(b));
			}
		}
	}
}

static void test_rate_key(void **state)
{
	static const double rates[] = { 1e-9, 0.5, 1, 1234.5, 1e18 };

	(void)state;
	for (size_t i = 0; i < N_ELEMS(rates); i++)
		assert_true(rate_from_key(rate_key(rates[i])) == rates[i]);
	assert_int_equal(rate_key(-1), 0);
	assert_int_equal(rate_key(NAN), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_looks),
		cmocka_unit_test(test_flags),
		cmocka_unit_test(test_time_of_day),
		cmocka_unit_test(test_long_text),
		cmocka_unit_test(test_compare),
		cmocka_unit_test(test_rate_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

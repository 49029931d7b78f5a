// SPDX-License-Identifier: GPL-2.0-only
/* Countries by code and by name. */
#include "net/country.h"
#include "unit/unit.h"

#include <string.h>

/* Rows of the standard come first, in the order of their codes. */
static void test_table(void **state)
{
	size_t n_codes = 1;

	(void)state;
	for (size_t i = 0; i < n_countries; i++) {
		const struct country *row = &countries[i];

		assert_int_equal(
			strspn(row->code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"), 2);
		assert_int_equal(
			strspn(row->name, "abcdefghijklmnopqrstuvwxyz '"),
			strlen(row->name));
		assert_ptr_equal(country_find(row->name), row);
		if (i && n_codes == i && strcmp(row[-1].code, row->code) < 0)
			n_codes++;
	}
	/* All 249 of ISO 3166-1. */
	assert_int_equal(n_codes, 249);
	for (size_t i = 0; i < n_codes; i++)
		assert_ptr_equal(country_find(countries[i].code),
				 &countries[i]);
	for (size_t i = n_codes; i < n_countries; i++)
		assert_non_null(country_find(countries[i].code));
}

static void test_find(void **state)
{
	static const struct {
		const char *text, *code;
	} rows[] = {
		{ "DE", "DE" },
		{ "de", "DE" },
		{ "Germany", "DE" },
		{ "united-kingdom", "GB" },
		{ "United_States", "US" },
		{ "uk", "GB" },
		{ "CI", "CI" },
		{ "", NULL },
		{ "D", NULL },
		{ "DEU", NULL },
		{ "german", NULL },
		{ "germanyy", NULL },
	};

	(void)state;
	for (size_t i = 0; i < N_ELEMS(rows); i++) {
		const struct country *found = country_find(rows[i].text);

		assert_int_equal(!found, !rows[i].code);
		if (found)
			assert_string_equal(found->code, rows[i].code);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_find),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

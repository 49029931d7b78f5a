// SPDX-License-Identifier: GPL-2.0-only
/* Names and places on their way into a recording, and out of it. */
#include "fact/place.h"
#include "lib/sanitize.h"
#include "source/mark.h"
#include "unit/unit.h"

#include <linux/netlink.h>
#include <string.h>

/* As it comes back from a file. */
static void through_file(struct mark *mark)
{
	_Alignas(8) uint8_t data[MARK_MAX_SIZE];

	assert_in_range(mark_encode(mark, data), MARK_HEADER, MARK_MAX_SIZE);
	memset(mark, 0xff, sizeof(*mark));
	assert_int_equal(mark_decode((const struct nlmsghdr *)data, mark), 0);
}

static void test_name(void **state)
{
	struct addr addr = { .byte = { 203, 0, 113, 80 } }, found;
	struct mark mark;
	const char *text;
	uint8_t family;
	size_t length;

	(void)state;
	mark_from_name(&mark, &addr, FAMILY_IPV4, "host.example");
	through_file(&mark);
	assert_int_equal(mark.kind, MARK_NAME);
	assert_int_equal(mark_to_name(&mark, &found, &family, &text, &length),
			 0);
	assert_true(addr_equal(&addr, &found));
	assert_int_equal(family, FAMILY_IPV4);
	assert_int_equal(length, 12);
	assert_memory_equal(text, "host.example", 12);
	mark.word[0] = 7;
	assert_int_not_equal(
		mark_to_name(&mark, &found, &family, &text, &length), 0);
	mark.word[0] = FAMILY_IPV4;
	mark.n_bytes = 15;
	assert_int_not_equal(
		mark_to_name(&mark, &found, &family, &text, &length), 0);
	/* No more of an address than its family has. */
	mark.n_bytes = 16;
	mark.byte[9] = 1;
	assert_int_equal(mark_to_name(&mark, &found, &family, &text, &length),
			 0);
	assert_int_equal(length, 0);
	assert_true(addr_equal(&addr, &found));
}

static void test_place(void **state)
{
	const struct addr addr = { .byte = { 0x20, 1, 0xd, 0xb8, [15] = 1 } };
	const struct place place = { .cc = "DE",
				     .country = "Ger\x1b[31many",
				     .org = "An org",
				     .asn = 64496 };
	char texts[3][MARK_PLACE_TEXT];
	struct place back;
	struct addr found;
	struct mark mark;
	uint8_t family;

	(void)state;
	mark_from_place(&mark, &addr, FAMILY_IPV6, &place);
	through_file(&mark);
	assert_int_equal(mark.kind, MARK_PLACE);
	assert_int_equal(mark_to_place(&mark, &found, &family, &back, texts),
			 0);
	assert_true(addr_equal(&addr, &found));
	assert_int_equal(family, FAMILY_IPV6);
	assert_string_equal(back.cc, "DE");
	assert_string_equal(back.country, "Ger?[31many");
	assert_null(back.city);
	assert_string_equal(back.org, "An org");
	assert_int_equal(back.asn, 64496);
	/* Cut off anywhere, it says less. */
	for (uint32_t n = mark.n_bytes; n >= 16; n--) {
		mark.n_bytes = n;
		assert_int_equal(
			mark_to_place(&mark, &found, &family, &back, texts), 0);
	}
	assert_null(back.country);
	mark.word[1] = 1ULL << 32;
	assert_int_not_equal(
		mark_to_place(&mark, &found, &family, &back, texts), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_name),
		cmocka_unit_test(test_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

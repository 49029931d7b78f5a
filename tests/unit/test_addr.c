// SPDX-License-Identifier: GPL-2.0-only
/* Text of addresses (RFC 5952), scopes, networks. */
#include "net/addr.h"
#include "unit/unit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void test_size(void **state)
{
	(void)state;
	assert_int_equal(addr_size(FAMILY_IPV4), 4);
	assert_int_equal(addr_size(FAMILY_IPV6), 16);
	assert_int_equal(addr_size(0), 0);
	assert_int_equal(addr_size(255), 0);
}

/* What goes in, and its one canonical form. */
static const struct {
	const char *in, *out;
} forms[] = {
	{ "0.0.0.0", "0.0.0.0" },
	{ "1.2.3.4", "1.2.3.4" },
	{ "9.10.99.100", "9.10.99.100" },
	{ "255.255.255.255", "255.255.255.255" },
	{ "::", "::" },
	{ "0:0:0:0:0:0:0:0", "::" },
	{ "::1", "::1" },
	{ "1::", "1::" },
	{ "0:0:0:0:0:0:0:1", "::1" },
	/* RFC 5952 4.1: no leading zeros */
	{ "2001:0db8::0001", "2001:db8::1" },
	{ "2001:db8:0:0:0:0:0:00ff", "2001:db8::ff" },
	/* 4.2.1: as much as possible */
	{ "2001:db8:0:0:0:0:2:1", "2001:db8::2:1" },
	{ "2001:db8::0:1", "2001:db8::1" },
	/* 4.2.2: one group is not shortened */
	{ "2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1" },
	{ "2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1" },
	{ "0:1:2:3:4:5:6:7", "0:1:2:3:4:5:6:7" },
	{ "1:2:3:4:5:6:7:0", "1:2:3:4:5:6:7:0" },
	/* 4.2.3: the longest run, then the first */
	{ "2001:0:0:1:0:0:0:1", "2001:0:0:1::1" },
	{ "2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1" },
	{ "0:0:1:0:0:0:0:0", "0:0:1::" },
	{ "0:0:0:1:0:0:0:1", "::1:0:0:0:1" },
	{ "0:0:1:2:3:4:0:0", "::1:2:3:4:0:0" },
	{ "1:0:0:0:0:0:0:0", "1::" },
	{ "1:0:0:4:5:6:7:8", "1::4:5:6:7:8" },
	{ "1:2:3:4:5:6:0:0", "1:2:3:4:5:6::" },
	/* 4.3: lower case */
	{ "2001:DB8::ABCD:EF01", "2001:db8::abcd:ef01" },
	/* 5: only where the prefix says that an IPv4 address is inside */
	{ "::ffff:192.0.2.1", "::ffff:192.0.2.1" },
	{ "::ffff:c000:201", "::ffff:192.0.2.1" },
	{ "::FFFF:0:0", "::ffff:0.0.0.0" },
	{ "::fffe:c000:201", "::fffe:c000:201" },
	{ "::192.0.2.1", "::c000:201" },
	{ "64:ff9b::192.0.2.33", "64:ff9b::c000:221" },
	{ "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
	  "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" },
	{ "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255",
	  "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" },
};

static void test_format(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_ELEMS(forms); i++) {
		char text[ADDR_TEXT_SIZE];
		struct addr addr, again;
		uint8_t family, family_again;

		memset(text, 'x', sizeof(text));
		assert_int_equal(addr_parse(forms[i].in, &addr, &family), 0);
		assert_int_equal(addr_format(&addr, family, text),
				 strlen(forms[i].out));
		assert_string_equal(text, forms[i].out);
		assert_int_equal(addr_parse(text, &again, &family_again), 0);
		assert_int_equal(family, family_again);
		assert_true(addr_equal(&addr, &again));
	}
}

/* Any pattern of zero groups comes back as the same address. */
static void test_format_all_patterns(void **state)
{
	(void)state;
	for (unsigned int pattern = 0; pattern < 256; pattern++) {
		struct addr addr = { 0 }, again;
		char text[ADDR_TEXT_SIZE];
		uint8_t family;

		for (int i = 0; i < 8; i++)
			if (pattern >> i & 1)
				addr.byte[2 * i + 1] = (uint8_t)(i + 1);
		addr_format(&addr, FAMILY_IPV6, text);
		assert_int_equal(addr_parse(text, &again, &family), 0);
		assert_int_equal(family, FAMILY_IPV6);
		assert_true(addr_equal(&addr, &again));
		assert_null(strstr(text, ":::"));
	}
}

static void test_format_unknown_family(void **state)
{
	struct addr addr = { .byte = { 1, 2, 3, 4 } };
	char text[ADDR_TEXT_SIZE];

	(void)state;
	assert_int_equal(addr_format(&addr, 0, text), 1);
	assert_string_equal(text, "?");
}

static void test_parse_rejects(void **state)
{
	static const char *const wrong[] = {
		"",
		" ",
		"1",
		"1.2.3",
		"1.2.3.4.5",
		"1.2.3.256",
		"1.2.3.-1",
		"1.2.3.4 ",
		" 1.2.3.4",
		"01.2.3.4",
		"1..2.3",
		"0x1.2.3.4",
		":",
		":::",
		"1:2:3:4:5:6:7",
		"1::2::3",
		"g::",
		"12345::",
		"::1%lo",
		"1:2:3:4:5:6:7:8:9",
		"::1.2.3",
		"::1.2.3.4:5",
		"[::1]",
		"::1/128",
		"localhost",
		"1.2.3.4/24",
	};
	struct addr addr, before;
	uint8_t family = 77;

	(void)state;
	memset(&addr, 0xa5, sizeof(addr));
	before = addr;
	for (size_t i = 0; i < N_ELEMS(wrong); i++) {
		if (addr_parse(wrong[i], &addr, &family) != -EINVAL)
			fail_msg("accepted \"%s\"", wrong[i]);
		assert_true(addr_equal(&addr, &before));
		assert_int_equal(family, 77);
	}
}

/* The unused bytes have to be 0: addresses are compared and hashed whole. */
static void test_parse_clears_rest(void **state)
{
	struct addr addr;
	uint8_t family;

	(void)state;
	memset(&addr, 0xff, sizeof(addr));
	assert_int_equal(addr_parse("192.0.2.1", &addr, &family), 0);
	for (size_t i = 4; i < sizeof(addr.byte); i++)
		assert_int_equal(addr.byte[i], 0);
}

static void test_compare(void **state)
{
	static const char *const ordered[] = { "1.2.3.4", "1.2.3.5", "2.0.0.0",
					       "128.0.0.0", "255.255.255.255" };
	struct addr a, b;
	uint8_t family;

	(void)state;
	for (size_t i = 0; i < N_ELEMS(ordered); i++) {
		for (size_t j = 0; j < N_ELEMS(ordered); j++) {
			int order;

			addr_parse(ordered[i], &a, &family);
			addr_parse(ordered[j], &b, &family);
			order = addr_compare(&a, &b);
			assert_int_equal((order > 0) - (order < 0),
					 (i > j) - (i < j));
			assert_int_equal(addr_equal(&a, &b), i == j);
		}
	}
}

static const struct {
	const char *text;
	enum addr_scope scope;
} scopes[] = {
	{ "0.0.0.0", SCOPE_ANY },
	{ "0.255.255.255", SCOPE_ANY },
	{ "1.0.0.0", SCOPE_PUBLIC },
	{ "9.255.255.255", SCOPE_PUBLIC },
	{ "10.0.0.0", SCOPE_PRIVATE },
	{ "10.255.255.255", SCOPE_PRIVATE },
	{ "11.0.0.0", SCOPE_PUBLIC },
	{ "100.63.255.255", SCOPE_PUBLIC },
	{ "100.64.0.0", SCOPE_CGNAT },
	{ "100.127.255.255", SCOPE_CGNAT },
	{ "100.128.0.0", SCOPE_PUBLIC },
	{ "126.255.255.255", SCOPE_PUBLIC },
	{ "127.0.0.0", SCOPE_LOOPBACK },
	{ "127.255.255.255", SCOPE_LOOPBACK },
	{ "128.0.0.0", SCOPE_PUBLIC },
	{ "169.253.255.255", SCOPE_PUBLIC },
	{ "169.254.0.0", SCOPE_LINK },
	{ "169.254.255.255", SCOPE_LINK },
	{ "169.255.0.0", SCOPE_PUBLIC },
	{ "172.15.255.255", SCOPE_PUBLIC },
	{ "172.16.0.0", SCOPE_PRIVATE },
	{ "172.31.255.255", SCOPE_PRIVATE },
	{ "172.32.0.0", SCOPE_PUBLIC },
	{ "192.167.255.255", SCOPE_PUBLIC },
	{ "192.168.0.0", SCOPE_PRIVATE },
	{ "192.169.0.0", SCOPE_PUBLIC },
	{ "223.255.255.255", SCOPE_PUBLIC },
	{ "224.0.0.0", SCOPE_MULTICAST },
	{ "239.255.255.255", SCOPE_MULTICAST },
	{ "240.0.0.0", SCOPE_PUBLIC },
	{ "255.255.255.254", SCOPE_PUBLIC },
	{ "255.255.255.255", SCOPE_BROADCAST },
	{ "::", SCOPE_ANY },
	{ "::1", SCOPE_LOOPBACK },
	{ "::2", SCOPE_PUBLIC },
	{ "::ffff:127.0.0.1", SCOPE_LOOPBACK },
	{ "::ffff:10.1.2.3", SCOPE_PRIVATE },
	{ "::ffff:169.254.1.1", SCOPE_LINK },
	{ "::ffff:8.8.8.8", SCOPE_PUBLIC },
	{ "fbff::", SCOPE_PUBLIC },
	{ "fc00::", SCOPE_PRIVATE },
	{ "fdff:ffff::1", SCOPE_PRIVATE },
	{ "fe00::", SCOPE_PUBLIC },
	{ "fe7f::", SCOPE_PUBLIC },
	{ "fe80::", SCOPE_LINK },
	{ "febf::1", SCOPE_LINK },
	{ "fec0::", SCOPE_PUBLIC },
	{ "feff::", SCOPE_PUBLIC },
	{ "ff00::", SCOPE_MULTICAST },
	{ "ff02::1", SCOPE_MULTICAST },
	{ "2001:db8::1", SCOPE_PUBLIC },
};

static void test_scope(void **state)
{
	struct addr addr;
	uint8_t family;

	(void)state;
	for (size_t i = 0; i < N_ELEMS(scopes); i++) {
		addr_parse(scopes[i].text, &addr, &family);
		if (addr_scope(&addr, family) != scopes[i].scope)
			fail_msg("%s: scope %d, not %d", scopes[i].text,
				 (int)addr_scope(&addr, family),
				 (int)scopes[i].scope);
	}
	assert_int_not_equal(addr_scope(&addr, 0), SCOPE_PUBLIC);
}

static const struct {
	const char *network;
	const char *addr;
	bool contains;
} networks[] = {
	{ "0.0.0.0/0", "255.255.255.255", true },
	{ "10.9.8.7/0", "0.0.0.0", true },
	{ "0.0.0.0/0", "::", false },
	{ "0.0.0.0/1", "127.255.255.255", true },
	{ "0.0.0.0/1", "128.0.0.0", false },
	{ "128.0.0.0/1", "255.0.0.0", true },
	{ "192.0.2.0/24", "192.0.2.255", true },
	{ "192.0.2.0/24", "192.0.3.0", false },
	{ "192.0.2.9/23", "192.0.3.255", true },
	{ "192.0.2.9/25", "192.0.2.127", true },
	{ "192.0.2.9/25", "192.0.2.128", false },
	{ "192.0.2.3/31", "192.0.2.2", true },
	{ "192.0.2.3/31", "192.0.2.1", false },
	{ "192.0.2.3/31", "192.0.2.4", false },
	{ "192.0.2.3/32", "192.0.2.3", true },
	{ "192.0.2.3/32", "192.0.2.2", false },
	{ "192.0.2.3", "192.0.2.3", true },
	{ "192.0.2.3", "192.0.2.4", false },
	{ "::/0", "ffff::", true },
	{ "::/0", "1.2.3.4", false },
	{ "::/1", "7fff::", true },
	{ "::/1", "8000::", false },
	{ "2001:db8::/32", "2001:db8:ffff::", true },
	{ "2001:db8::/32", "2001:db9::", false },
	{ "2001:db8::/61", "2001:db8:0:7::", true },
	{ "2001:db8::/61", "2001:db8:0:8::", false },
	{ "2001:db8::3/127", "2001:db8::2", true },
	{ "2001:db8::3/127", "2001:db8::1", false },
	{ "2001:db8::3/128", "2001:db8::3", true },
	{ "2001:db8::3/128", "2001:db8::2", false },
	{ "2001:db8::3", "2001:db8::3", true },
	{ "::ffff:0:0/96", "::ffff:1.2.3.4", true },
	{ "::ffff:0:0/96", "1.2.3.4", false },
};

static void test_network(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_ELEMS(networks); i++) {
		struct network network;
		struct addr addr;
		uint8_t family;

		assert_int_equal(network_parse(networks[i].network, &network),
				 0);
		assert_int_equal(addr_parse(networks[i].addr, &addr, &family),
				 0);
		if (network_contains(&network, &addr, family) !=
		    networks[i].contains)
			fail_msg("%s, %s", networks[i].network,
				 networks[i].addr);
	}
}

static void test_network_clears_host_bits(void **state)
{
	struct network network;
	char text[ADDR_TEXT_SIZE];

	(void)state;
	assert_int_equal(network_parse("192.0.2.255/25", &network), 0);
	addr_format(&network.addr, network.family, text);
	assert_string_equal(text, "192.0.2.128");
	assert_int_equal(network.prefix, 25);
	assert_int_equal(network_parse("ffff::ffff/9", &network), 0);
	addr_format(&network.addr, network.family, text);
	assert_string_equal(text, "ff80::");
	assert_int_equal(network_parse("255.1.2.3/0", &network), 0);
	addr_format(&network.addr, network.family, text);
	assert_string_equal(text, "0.0.0.0");
}

static void test_network_rejects(void **state)
{
	static const char *const wrong[] = {
		"",
		"/",
		"/24",
		"1.2.3.4/",
		"1.2.3.4/33",
		"1.2.3.4/-1",
		"1.2.3.4/ 8",
		"1.2.3.4/8 ",
		"1.2.3.4/+8",
		"1.2.3.4/8/8",
		"1.2.3/24",
		"::/129",
		"::/",
		"::/4294967296",
		"::/0x10",
		"1.2.3.4/255.255.255.0",
		"0000:0000:0000:0000:0000:0000:255.255.255.2550/1",
		"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/1",
	};
	struct network network = { .family = 99 };

	(void)state;
	for (size_t i = 0; i < N_ELEMS(wrong); i++) {
		if (network_parse(wrong[i], &network) != -EINVAL)
			fail_msg("accepted \"%s\"", wrong[i]);
		assert_int_equal(network.family, 99);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_size),
		cmocka_unit_test(test_format),
		cmocka_unit_test(test_format_all_patterns),
		cmocka_unit_test(test_format_unknown_family),
		cmocka_unit_test(test_parse_rejects),
		cmocka_unit_test(test_parse_clears_rest),
		cmocka_unit_test(test_compare),
		cmocka_unit_test(test_scope),
		cmocka_unit_test(test_network),
		cmocka_unit_test(test_network_clears_host_bits),
		cmocka_unit_test(test_network_rejects),
	};

	return cmocka_run_group_tests_name("addr", tests, NULL, NULL);
}

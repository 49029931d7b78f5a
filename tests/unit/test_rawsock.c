// SPDX-License-Identifier: GPL-2.0-only
/* Lines of /proc/net/raw and its like. */
#include "enrich/rawsock.h"
#include "unit/unit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const char line4[] =
	"    1: 0100007F:0001 0200007F:0000 01 00000000:00000000 00:00000000 "
	"00000000  1000        0 4242 2 0000000000000000 0";
static const char line6[] =
	"   58: 00000000000000000000000001000000:003A "
	"00000000000000000000000000000000:0000 07 00000000:00000000 "
	"00:00000000 00000000     0        0 18446744073709551615 2 "
	"0000000000000000 0";

static struct addr addr_of(const char *text)
{
	struct addr addr;
	uint8_t family;

	assert_int_equal(addr_parse(text, &addr, &family), 0);
	return addr;
}

static void test_lines(void **state)
{
	struct addr a = addr_of("127.0.0.1"), b = addr_of("127.0.0.2");
	struct addr one = addr_of("::1");
	struct rawsock s;

	(void)state;
	/* The words are of this machine's order. */
	if (*(const uint8_t *)&(uint16_t){ 1 } != 1)
		skip();
	assert_int_equal(rawsock_parse(line4, strlen(line4), FAMILY_IPV4, &s),
			 0);
	assert_true(addr_equal(&s.local, &a));
	assert_true(addr_equal(&s.remote, &b));
	assert_int_equal(s.number, 1);
	assert_int_equal(s.uid, 1000);
	assert_int_equal(s.inode, 4242);
	assert_true(rawsock_fits(&s, FAMILY_IPV4, &a, &b));
	assert_false(rawsock_fits(&s, FAMILY_IPV4, &b, &a));
	assert_false(rawsock_fits(&s, FAMILY_IPV6, &a, &b));
	assert_int_equal(rawsock_parse(line6, strlen(line6), FAMILY_IPV6, &s),
			 0);
	assert_true(addr_equal(&s.local, &one));
	assert_int_equal(s.number, 58);
	assert_true(s.inode == UINT64_MAX);
	assert_true(rawsock_fits(&s, FAMILY_IPV6, &one, &a));
}

/* Cut anywhere, changed anywhere: no more than what is there is read. */
static void test_damaged(void **state)
{
	const size_t needed = (size_t)(strstr(line4, "4242") - line4) + 4;
	struct rawsock s = { .uid = 7 };

	(void)state;
	for (size_t n = 0; n < strlen(line4); n++) {
		char *copy = malloc(n ? n : 1);

		assert_non_null(copy);
		memcpy(copy, line4, n);
		if (rawsock_parse(copy, n, FAMILY_IPV4, &s))
			assert_int_equal(s.uid, 7);
		else
			assert_true(n > needed - 4);
		s.uid = 7;
		free(copy);
	}
	assert_int_equal(rawsock_parse(line4, strlen(line4), FAMILY_IPV6, &s),
			 -EINVAL);
	assert_int_equal(rawsock_parse(line4, strlen(line4), 99, &s), -EINVAL);
	for (size_t i = 0; i < needed; i++) {
		char copy[sizeof(line4)];

		memcpy(copy, line4, sizeof(copy));
		copy[i] = 'x';
		(void)rawsock_parse(copy, strlen(copy), FAMILY_IPV4, &s);
	}
}

static void test_heading(void **state)
{
	static const char text[] =
		"  sl  local_address rem_address   st tx_queue rx_queue tr "
		"tm->when retrnsmt   uid  timeout inode ref pointer drops";
	struct rawsock s;

	(void)state;
	assert_int_equal(rawsock_parse(text, strlen(text), FAMILY_IPV4, &s),
			 -EINVAL);
}

static void test_real(void **state)
{
	static struct rawsocks socks;
	int fd = socket(AF_INET, SOCK_RAW, 253), n = 0;

	(void)state;
	assert_true(fd >= 0);
	rawsocks_read(&socks, 1);
	for (int i = 0; i < socks.n_raw; i++)
		n += socks.raw[i].number == 253;
	assert_int_equal(n, 1);
	close(fd);
	/* Not read again when it is new enough. */
	rawsocks_read(&socks, 1);
	assert_true(socks.n_raw >= 1);
	rawsocks_read(&socks, UINT64_MAX);
	n = 0;
	for (int i = 0; i < socks.n_raw; i++)
		n += socks.raw[i].number == 253;
	assert_int_equal(n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines), cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_heading),
		cmocka_unit_test(test_real), /* the last one: needs root */
	};

	size_t n = sizeof(tests) / sizeof(tests[0]);

	/* cmocka prints a skipped test as failed in TAP. */
	if (geteuid()) {
		n--;
		fprintf(stderr, "# LEFT OUT: test_real needs root\n");
	}
	return _cmocka_run_group_tests("tests", tests, n, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-2.0-only */
/* Which end is ours. */
#include "lib/rcu.h"
#include "source/addrs.h"
#include "source/rtaddr.h"

#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include <libmnl/libmnl.h>

#include "unit.h"

static struct addrs *addrs;

static struct own_addr own(const char *text, const char *iface)
{
	struct own_addr a = { .prefix = 24 };

	assert_int_equal(addr_parse(text, &a.addr, &a.family), 0);
	strcpy(a.iface, iface);
	return a;
}

static enum flow_dir classify(const char *src, const char *dst,
			      const char *reply_src, uint32_t *bits)
{
	struct flow_key key = { 0 };
	struct tuple reply = { 0 };
	uint8_t family;

	*bits = 0;
	assert_int_equal(addr_parse(src, &key.tuple.src, &key.family), 0);
	assert_int_equal(addr_parse(dst, &key.tuple.dst, &family), 0);
	assert_int_equal(
		addr_parse(reply_src ? reply_src : dst, &reply.src, &family),
		0);
	return addrs_classify(addrs, &key, &reply, bits);
}

static void add(const char *text, const char *iface)
{
	struct own_addr a = own(text, iface);

	assert_true(addrs_change(addrs, &a, true));
}

static void test_direction(void **state)
{
	uint32_t bits;

	(void)state;
	addrs = addrs_new(NULL, 0);
	assert_int_equal(classify("192.0.2.1", "198.51.100.1", NULL, &bits),
			 FLOW_DIR_UNKNOWN);
	add("192.0.2.1", "eth0");
	add("192.168.1.1", "lan");
	add("2001:db8::1", "eth0");
	assert_int_equal(classify("192.0.2.1", "198.51.100.1", NULL, &bits),
			 FLOW_DIR_OUT);
	assert_int_equal(bits, 0);
	assert_int_equal(classify("198.51.100.1", "192.0.2.1", NULL, &bits),
			 FLOW_DIR_IN);
	assert_int_equal(bits, FLOW_NEAR_REPLY);
	assert_int_equal(classify("192.0.2.1", "192.168.1.1", NULL, &bits),
			 FLOW_DIR_LOCAL);
	assert_int_equal(classify("127.0.0.1", "127.0.0.53", NULL, &bits),
			 FLOW_DIR_LOCAL);
	assert_int_equal(bits, FLOW_LOOPBACK);
	assert_int_equal(classify("2001:db8::1", "2001:db8:f::2", NULL, &bits),
			 FLOW_DIR_OUT);
	/* Multicast from elsewhere came in. */
	assert_int_equal(classify("192.168.1.9", "224.0.0.251", NULL, &bits),
			 FLOW_DIR_IN);
	addrs_free(addrs);
}

static void test_forwarded(void **state)
{
	uint32_t bits;

	(void)state;
	addrs = addrs_new(NULL, 0);
	add("192.0.2.1", "wan");
	add("192.168.1.1", "lan");
	/* A client inside: the near side is the originator. */
	assert_int_equal(classify("192.168.1.9", "198.51.100.1", NULL, &bits),
			 FLOW_DIR_THROUGH);
	assert_int_equal(bits, 0);
	/* A published port: who answers is inside. */
	assert_int_equal(
		classify("198.51.100.1", "192.0.2.1", "192.168.1.9", &bits),
		FLOW_DIR_THROUGH);
	assert_int_equal(bits, FLOW_NEAR_REPLY);
	addrs_free(addrs);
}

static void test_local_net(void **state)
{
	struct network inside;
	uint32_t bits;

	(void)state;
	assert_int_equal(network_parse("203.0.113.0/24", &inside), 0);
	addrs = addrs_new(&inside, 1);
	add("192.0.2.1", "wan");
	classify("198.51.100.1", "203.0.113.5", NULL, &bits);
	assert_int_equal(bits, FLOW_NEAR_REPLY);
	/* What is private counts no more when networks were named. */
	classify("198.51.100.1", "192.168.1.9", NULL, &bits);
	assert_int_equal(bits, 0);
	addrs_free(addrs);
}

static void test_change(void **state)
{
	struct own_addr a = own("192.0.2.1", "eth0"), b;
	char iface[16];
	uint32_t bits;

	(void)state;
	addrs = addrs_new(NULL, 0);
	assert_true(addrs_change(addrs, &a, true));
	assert_false(addrs_change(addrs, &a, true));
	/* The same on another interface: one of them may go. */
	b = own("192.0.2.1", "eth1");
	assert_true(addrs_change(addrs, &b, true));
	assert_true(addrs_change(addrs, &a, false));
	assert_false(addrs_change(addrs, &a, false));
	reader_lock();
	assert_true(addrs_iface(addrs, &a.addr, a.family, iface));
	reader_unlock();
	assert_string_equal(iface, "eth1");
	assert_int_equal(classify("192.0.2.1", "198.51.100.1", NULL, &bits),
			 FLOW_DIR_OUT);
	assert_true(addrs_change(addrs, &b, false));
	assert_false(addrs_iface(addrs, &a.addr, a.family, iface));
	assert_int_equal(classify("192.0.2.1", "198.51.100.1", NULL, &bits),
			 FLOW_DIR_UNKNOWN);
	rcu_drain();
	addrs_free(addrs);
}

/* Root of a container names its interfaces, anybody those of a recording. */
static void test_hostile_name(void **state)
{
	static const struct {
		const char *label, *iface;
	} names[] = {
		{ "eth0", "eth0" },
		{ "eth0:1", "eth0" },
		{ "\033[2J\r\x9b", "?[2J??" },
		{ "\xe2\x80\xaelan\xc3\xbc", "?lan\xc3\xbc" },
		{ "0123456789abcde", "0123456789abcde" },
		{ "0123456789abcdef0123", "0123456789abcde" },
	};

	(void)state;
	for (size_t i = 0; i < N_ELEMS(names); i++) {
		char buffer[256] __attribute__((aligned(8)));
		struct nlmsghdr *nlh = mnl_nlmsg_put_header(buffer);
		struct ifaddrmsg *ifa =
			mnl_nlmsg_put_extra_header(nlh, sizeof(*ifa));
		struct own_addr a;
		bool is_added;

		nlh->nlmsg_type = RTM_NEWADDR;
		ifa->ifa_family = AF_INET;
		ifa->ifa_prefixlen = 24;
		mnl_attr_put_u32(nlh, IFA_LOCAL, 1);
		mnl_attr_put_strz(nlh, IFA_LABEL, names[i].label);
		assert_int_equal(rtaddr_parse(nlh, &a, &is_added), 0);
		assert_true(is_added);
		assert_string_equal(a.iface, names[i].iface);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_direction),
		cmocka_unit_test(test_forwarded),
		cmocka_unit_test(test_local_net),
		cmocka_unit_test(test_change),
		cmocka_unit_test(test_hostile_name),
	};
	int failed;

	reader_register();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	rcu_drain();
	reader_unregister();
	return failed;
}

/* SPDX-License-Identifier: GPL-2.0-only */
/* The parser against messages that another library has built. */
#include "net/tuple.h"
#include "source/ctmsg.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter/nfnetlink.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include <libmnl/libmnl.h>
#include <libnetfilter_conntrack/libnetfilter_conntrack.h>
#include <libnetfilter_conntrack/libnetfilter_conntrack_tcp.h>

#include "unit.h"

#define BUFFER 4096

static struct nlmsghdr *message(char *buffer, int type, int flags, int family,
				const struct nf_conntrack *ct)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buffer);
	struct nfgenmsg *nfg;

	nlh->nlmsg_type = (uint16_t)(NFNL_SUBSYS_CTNETLINK << 8 | type);
	nlh->nlmsg_flags = (uint16_t)flags;
	nfg = mnl_nlmsg_put_extra_header(nlh, sizeof(*nfg));
	nfg->nfgen_family = (uint8_t)family;
	if (ct)
		assert_true(nfct_nlmsg_build(nlh, ct) >= 0);
	return nlh;
}

static struct nf_conntrack *tcp4(void)
{
	struct nf_conntrack *ct = nfct_new();

	nfct_set_attr_u8(ct, ATTR_L3PROTO, AF_INET);
	nfct_set_attr_u32(ct, ATTR_IPV4_SRC, inet_addr("192.0.2.1"));
	nfct_set_attr_u32(ct, ATTR_IPV4_DST, inet_addr("198.51.100.2"));
	nfct_set_attr_u8(ct, ATTR_L4PROTO, IPPROTO_TCP);
	nfct_set_attr_u16(ct, ATTR_PORT_SRC, htons(40000));
	nfct_set_attr_u16(ct, ATTR_PORT_DST, htons(443));
	nfct_setobjopt(ct, NFCT_SOPT_SETUP_REPLY);
	nfct_set_attr_u8(ct, ATTR_TCP_STATE, TCP_CONNTRACK_ESTABLISHED);
	nfct_set_attr_u32(ct, ATTR_TIMEOUT, 431999);
	nfct_set_attr_u32(ct, ATTR_MARK, 0xcafe);
	nfct_set_attr_u16(ct, ATTR_ZONE, 7);
	return ct;
}

static void test_tcp(void **state)
{
	char buffer[BUFFER] __attribute__((aligned(8)));
	struct nf_conntrack *ct = tcp4();
	struct sample s;
	uint8_t src[4] = { 192, 0, 2, 1 };

	(void)state;
	assert_int_equal(
		ctmsg_parse(message(buffer, IPCTNL_MSG_CT_NEW,
				    NLM_F_CREATE | NLM_F_EXCL, AF_INET, ct),
			    &s),
		0);
	assert_int_equal(s.kind, SAMPLE_NEW);
	assert_int_equal(s.key.family, FAMILY_IPV4);
	assert_int_equal(s.key.proto, IPPROTO_TCP);
	assert_memory_equal(s.key.tuple.src.byte, src, 4);
	assert_int_equal(s.key.tuple.sport, 40000);
	assert_int_equal(s.key.tuple.dport, 443);
	assert_memory_equal(s.reply.dst.byte, src, 4);
	assert_int_equal(s.reply.sport, 443);
	assert_int_equal(s.key.zone, 7);
	assert_int_equal(s.mark, 0xcafe);
	assert_int_equal(s.timeout_s, 431999);
	assert_int_equal(s.state, TCP_CONNTRACK_ESTABLISHED);
	assert_true(s.has & HAS_STATE);
	assert_true(s.has & HAS_ZONE);
	assert_false(s.has & (HAS_COUNTERS | HAS_START | HAS_LABELS |
			      HAS_HELPER | HAS_MASTER));
	nfct_destroy(ct);
}

static void test_icmp(void **state)
{
	char buffer[BUFFER] __attribute__((aligned(8)));
	struct nf_conntrack *ct = nfct_new();
	struct in6_addr a = IN6ADDR_LOOPBACK_INIT;
	struct sample s;

	(void)state;
	nfct_set_attr_u8(ct, ATTR_L3PROTO, AF_INET6);
	nfct_set_attr(ct, ATTR_IPV6_SRC, &a);
	nfct_set_attr(ct, ATTR_IPV6_DST, &a);
	nfct_set_attr_u8(ct, ATTR_L4PROTO, IPPROTO_ICMPV6);
	nfct_set_attr_u8(ct, ATTR_ICMP_TYPE, 128);
	nfct_set_attr_u8(ct, ATTR_ICMP_CODE, 3);
	nfct_set_attr_u16(ct, ATTR_ICMP_ID, htons(4711));
	assert_int_equal(
		ctmsg_parse(message(buffer, IPCTNL_MSG_CT_NEW, 0, AF_INET6, ct),
			    &s),
		0);
	assert_int_equal(s.kind, SAMPLE_UPDATE);
	assert_int_equal(tuple_icmp_type(&s.key.tuple), 128);
	assert_int_equal(tuple_icmp_code(&s.key.tuple), 3);
	assert_int_equal(tuple_icmp_id(&s.key.tuple), 4711);
	nfct_destroy(ct);
}

static void put_counters(struct nlmsghdr *nlh, int type, uint64_t packets,
			 uint64_t bytes)
{
	struct nlattr *nest = mnl_attr_nest_start(nlh, (uint16_t)type);

	mnl_attr_put_u64(nlh, CTA_COUNTERS_PACKETS, htobe64(packets));
	mnl_attr_put_u64(nlh, CTA_COUNTERS_BYTES, htobe64(bytes));
	mnl_attr_nest_end(nlh, nest);
}

/* A recording may come from anybody. */
static void test_helper(void **state)
{
	static const struct {
		const char *name, *read;
	} names[] = {
		{ "ftp", "ftp" },
		{ "\033[2J\b\xe2\x80\xae", "?[2J??" },
		{ "a-name-that-is-longer-than-any", "a-name-that-is-" },
		{ "a-name-that-is\xc3\xbc", "a-name-that-is" },
	};

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		char buffer[BUFFER] __attribute__((aligned(8)));
		struct nf_conntrack *ct = tcp4();
		struct nlmsghdr *nlh =
			message(buffer, IPCTNL_MSG_CT_NEW, 0, AF_INET, ct);
		struct nlattr *nest = mnl_attr_nest_start(nlh, CTA_HELP);
		char padded[HELPER_SIZE] = "";
		struct sample s;

		mnl_attr_put_strz(nlh, CTA_HELP_NAME, names[i].name);
		mnl_attr_nest_end(nlh, nest);
		memset(s.helper, 'x', HELPER_SIZE);
		assert_int_equal(ctmsg_parse(nlh, &s), 0);
		assert_true(s.has & HAS_HELPER);
		strcpy(padded, names[i].read);
		assert_memory_equal(s.helper, padded, HELPER_SIZE);
		nfct_destroy(ct);
	}
}

static void test_destroy(void **state)
{
	char buffer[BUFFER] __attribute__((aligned(8)));
	struct nf_conntrack *ct = tcp4();
	struct nlmsghdr *nlh =
		message(buffer, IPCTNL_MSG_CT_DELETE, 0, AF_INET, ct);
	struct sample s;

	(void)state;
	put_counters(nlh, CTA_COUNTERS_ORIG, 5, 1ULL << 40);
	put_counters(nlh, CTA_COUNTERS_REPLY, 0, 0);
	mnl_attr_put_u32(nlh, CTA_ID, htonl(0xfffffffe));
	mnl_attr_put_u32(nlh, CTA_STATUS, htonl(0x8000000e));
	/* Attributes of a newer kernel are passed over. */
	mnl_attr_put_u64(nlh, 27, 1);
	mnl_attr_put_u64(nlh, 60, 1);
	assert_int_equal(ctmsg_parse(nlh, &s), 0);
	assert_int_equal(s.kind, SAMPLE_DESTROY);
	assert_int_equal(s.has & HAS_COUNTERS, HAS_COUNTERS);
	assert_true(s.bytes[DIR_ORIG] == 1ULL << 40);
	assert_int_equal(s.packets[DIR_ORIG], 5);
	assert_int_equal(s.packets[DIR_REPLY], 0);
	assert_true(s.id == 0xfffffffe);
	assert_true(s.status == 0x8000000e);
	nfct_destroy(ct);
}

/* A counter attribute that was cut is absent, not 0. */
static void test_half_counters(void **state)
{
	char buffer[BUFFER] __attribute__((aligned(8)));
	struct nf_conntrack *ct = tcp4();
	struct nlmsghdr *nlh =
		message(buffer, IPCTNL_MSG_CT_NEW, NLM_F_MULTI, AF_INET, ct);
	struct nlattr *nest = mnl_attr_nest_start(nlh, CTA_COUNTERS_ORIG);
	struct sample s;

	(void)state;
	mnl_attr_put_u64(nlh, CTA_COUNTERS_PACKETS, htobe64(1));
	mnl_attr_put_u32(nlh, CTA_COUNTERS_BYTES, 1);
	mnl_attr_nest_end(nlh, nest);
	assert_int_equal(ctmsg_parse(nlh, &s), 0);
	assert_int_equal(s.kind, SAMPLE_DUMP);
	assert_false(s.has & HAS_COUNTERS);
	nfct_destroy(ct);
}

static void test_refused(void **state)
{
	char buffer[BUFFER] __attribute__((aligned(8)));
	struct sample s;
	struct nlmsghdr *nlh =
		message(buffer, IPCTNL_MSG_CT_NEW, 0, AF_INET, NULL);

	(void)state;
	assert_int_equal(ctmsg_parse(nlh, &s), -EINVAL); /* no tuple */
	nlh->nlmsg_len = sizeof(*nlh);
	assert_int_equal(ctmsg_parse(nlh, &s), -EINVAL); /* no header */
	nlh->nlmsg_type = NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_GET_STATS;
	assert_int_equal(ctmsg_parse(nlh, &s), -EINVAL);
}

/* Cut at every byte: never more than what is there is read (the sanitizer
 * watches), and what is whole is right. */
static void test_cut(void **state)
{
	char buffer[BUFFER] __attribute__((aligned(8)));
	struct nf_conntrack *ct = tcp4();
	struct nlmsghdr *nlh =
		message(buffer, IPCTNL_MSG_CT_NEW, 0, AF_INET, ct);
	uint32_t whole = nlh->nlmsg_len;

	(void)state;
	for (uint32_t size = sizeof(*nlh); size <= whole; size++) {
		struct nlmsghdr *cut = malloc(size);
		struct sample s;

		memcpy(cut, nlh, size);
		cut->nlmsg_len = size;
		if (!ctmsg_parse(cut, &s) && (s.has & HAS_MARK))
			assert_int_equal(s.mark, 0xcafe);
		free(cut);
	}
	nfct_destroy(ct);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tcp),
		cmocka_unit_test(test_icmp),
		cmocka_unit_test(test_helper),
		cmocka_unit_test(test_destroy),
		cmocka_unit_test(test_half_counters),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

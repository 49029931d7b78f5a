/* SPDX-License-Identifier: GPL-2.0-only */
/* Questions as the kernel wants them, answers whole and cut. */
#include "enrich/diagmsg.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include <libmnl/libmnl.h>

#include "unit.h"

#define BUFFER 1024

static struct sock_query query(uint8_t proto, const char *local, uint16_t lport,
			       const char *remote, uint16_t rport)
{
	struct sock_query q = { .proto = proto,
				.lport = lport,
				.rport = rport };
	uint8_t family;

	assert_int_equal(addr_parse(local, &q.local, &q.family), 0);
	assert_int_equal(addr_parse(remote, &q.remote, &family), 0);
	assert_int_equal(q.family, family);
	return q;
}

static struct nlmsghdr *answer(char *buffer, const char *local, uint16_t lport,
			       const char *remote, uint16_t rport,
			       uint8_t state)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buffer);
	struct inet_diag_msg *m = mnl_nlmsg_put_extra_header(nlh, sizeof(*m));
	struct addr addr;

	nlh->nlmsg_type = SOCK_DIAG_BY_FAMILY;
	assert_int_equal(addr_parse(local, &addr, &m->idiag_family), 0);
	memcpy(m->id.idiag_src, &addr, sizeof(addr));
	assert_int_equal(addr_parse(remote, &addr, &m->idiag_family), 0);
	memcpy(m->id.idiag_dst, &addr, sizeof(addr));
	m->id.idiag_sport = htons(lport);
	m->id.idiag_dport = htons(rport);
	m->id.idiag_cookie[0] = 0x11223344;
	m->id.idiag_cookie[1] = 0x55;
	m->idiag_state = state;
	m->idiag_inode = 4711;
	m->idiag_uid = 1000;
	return nlh;
}

static struct sock_entry parsed(const struct nlmsghdr *nlh)
{
	struct sock_entry entry;

	assert_int_equal(diagmsg_parse(nlh, &entry), 0);
	return entry;
}

static struct inet_diag_msg *body(struct nlmsghdr *nlh)
{
	return mnl_nlmsg_get_payload(nlh);
}

static void test_find(void **state)
{
	char to[DIAG_REQUEST_SIZE] __attribute__((aligned(8))) = { 0 };
	const struct nlmsghdr *nlh = (const void *)to;
	const struct inet_diag_req_v2 *req = mnl_nlmsg_get_payload(nlh);
	struct sock_query q =
		query(IPPROTO_TCP, "192.0.2.1", 1000, "198.51.100.2", 443);

	(void)state;
	q.ifindex = 7;
	diagmsg_put_find(to, &q, 99);
	assert_int_equal(nlh->nlmsg_len, sizeof(to));
	assert_int_equal(nlh->nlmsg_type, SOCK_DIAG_BY_FAMILY);
	assert_int_equal(nlh->nlmsg_flags, NLM_F_REQUEST);
	assert_int_equal(nlh->nlmsg_seq, 99);
	assert_int_equal(req->sdiag_family, AF_INET);
	assert_int_equal(req->sdiag_protocol, IPPROTO_TCP);
	assert_int_equal(ntohl(req->id.idiag_src[0]), 0xc0000201);
	assert_int_equal(ntohl(req->id.idiag_dst[0]), 0xc6336402);
	assert_int_equal(ntohs(req->id.idiag_sport), 1000);
	assert_int_equal(ntohs(req->id.idiag_dport), 443);
	assert_int_equal(req->id.idiag_if, 7);
	assert_int_equal(req->id.idiag_cookie[0], INET_DIAG_NOCOOKIE);
	assert_int_equal(req->id.idiag_cookie[1], INET_DIAG_NOCOOKIE);
}

static void test_find_swapped(void **state)
{
	static const uint8_t protos[] = { IPPROTO_UDP, IPPROTO_UDPLITE };
	char to[DIAG_REQUEST_SIZE] __attribute__((aligned(8))) = { 0 };
	const struct inet_diag_req_v2 *req =
		mnl_nlmsg_get_payload((struct nlmsghdr *)to);

	(void)state;
	for (size_t i = 0; i < N_ELEMS(protos); i++) {
		struct sock_query q = query(protos[i], "2001:db8::1", 1000,
					    "2001:db8::2", 53);

		diagmsg_put_find(to, &q, 1);
		assert_memory_equal(req->id.idiag_src, &q.remote, 16);
		assert_memory_equal(req->id.idiag_dst, &q.local, 16);
		assert_int_equal(ntohs(req->id.idiag_sport), 53);
		assert_int_equal(ntohs(req->id.idiag_dport), 1000);
	}
}

static void test_dump(void **state)
{
	char to[DIAG_REQUEST_SIZE] __attribute__((aligned(8))) = { 0 };
	const struct nlmsghdr *nlh = (const void *)to;
	const struct inet_diag_req_v2 *req = mnl_nlmsg_get_payload(nlh);

	(void)state;
	diagmsg_put_dump(to, FAMILY_IPV6, IPPROTO_UDP, 1U << SOCK_CLOSE, 53, 2);
	assert_int_equal(nlh->nlmsg_flags, NLM_F_REQUEST | NLM_F_DUMP);
	assert_int_equal(req->sdiag_family, AF_INET6);
	assert_int_equal(req->idiag_states, 0x80);
	assert_int_equal(ntohs(req->id.idiag_sport), 53);
}

static void test_parse(void **state)
{
	char buffer[BUFFER] = { 0 };
	struct nlmsghdr *nlh = answer(buffer, "192.0.2.1", 1000, "192.0.2.2",
				      80, SOCK_ESTABLISHED);
	struct sock_entry e;

	(void)state;
	mnl_attr_put_u64(nlh, 21, 0x123456789aULL);
	e = parsed(nlh);
	assert_int_equal(e.family, FAMILY_IPV4);
	assert_int_equal(e.lport, 1000);
	assert_int_equal(e.rport, 80);
	assert_int_equal(e.inode, 4711);
	assert_int_equal(e.cookie, 0x5511223344ULL);
	assert_int_equal(e.cgroup, 0x123456789aULL);
	assert_true(e.has_uid);
	assert_int_equal(e.uid, 1000);
	assert_int_equal(e.local.byte[3], 1);
	assert_int_equal(e.remote.byte[3], 2);
}

/* Of an IPv4 address only four bytes count, whatever stands behind. */
static void test_garbage_behind(void **state)
{
	char buffer[BUFFER] = { 0 };
	struct nlmsghdr *nlh = answer(buffer, "192.0.2.1", 1, "192.0.2.2", 2,
				      SOCK_ESTABLISHED);
	struct sock_query q =
		query(IPPROTO_TCP, "192.0.2.1", 1, "192.0.2.2", 2);
	struct sock_entry e;

	(void)state;
	body(nlh)->id.idiag_src[2] = 0xdeadbeef;
	body(nlh)->id.idiag_dst[3] = 0xdeadbeef;
	e = parsed(nlh);
	assert_int_equal(diagmsg_match(&q, &e), MATCH_EXACT);
}

static void test_nobody(void **state)
{
	char buffer[BUFFER] = { 0 };
	struct nlmsghdr *nlh =
		answer(buffer, "192.0.2.1", 1, "192.0.2.2", 2, 6);
	struct sock_entry e;

	(void)state;
	body(nlh)->idiag_inode = 0;
	body(nlh)->idiag_uid = 0;
	e = parsed(nlh);
	assert_false(e.has_uid);
	body(nlh)->idiag_uid = 1000;
	e = parsed(nlh);
	assert_true(e.has_uid);
	body(nlh)->idiag_inode = 1;
	body(nlh)->idiag_uid = 0;
	e = parsed(nlh);
	assert_true(e.has_uid);
}

static int parse_of_size(const struct nlmsghdr *from, size_t size,
			 struct sock_entry *entry)
{
	struct nlmsghdr *nlh = malloc(size);
	int err;

	memcpy(nlh, from, size);
	nlh->nlmsg_len = (uint32_t)size;
	err = diagmsg_parse(nlh, entry);
	free(nlh);
	return err;
}

static void test_short(void **state)
{
	char buffer[BUFFER] = { 0 };
	struct nlmsghdr *nlh =
		answer(buffer, "2001:db8::1", 1, "2001:db8::2", 2, SOCK_CLOSE);
	size_t whole = MNL_NLMSG_HDRLEN + sizeof(struct inet_diag_msg);
	struct sock_entry e = { .inode = 77 };

	(void)state;
	mnl_attr_put_u8(nlh, 11, 1);
	mnl_attr_put_u64(nlh, 21, 5);
	for (size_t n = MNL_NLMSG_HDRLEN; n < whole; n++)
		assert_int_equal(parse_of_size(nlh, n, &e), -EBADMSG);
	assert_int_equal(e.inode, 77);
	for (size_t n = whole; n <= nlh->nlmsg_len; n++) {
		assert_int_equal(parse_of_size(nlh, n, &e), 0);
		assert_int_equal(e.is_v6only, n >= whole + 5);
		assert_int_equal(e.cgroup, n == nlh->nlmsg_len ? 5 : 0);
	}
	/* Attributes that say less than they should. */
	nlh = answer(memset(buffer, 0, BUFFER), "::1", 1, "::1", 2, SOCK_CLOSE);
	mnl_attr_put(nlh, 11, 0, NULL);
	mnl_attr_put_u32(nlh, 21, 5);
	e = parsed(nlh);
	assert_false(e.is_v6only);
	assert_int_equal(e.cgroup, 0);
}

static void test_foreign(void **state)
{
	char buffer[BUFFER] = { 0 };
	struct nlmsghdr *nlh = answer(buffer, "::1", 1, "::1", 2, SOCK_CLOSE);
	struct sock_entry e;

	(void)state;
	body(nlh)->idiag_family = AF_UNIX;
	assert_int_equal(diagmsg_parse(nlh, &e), -EBADMSG);
	body(nlh)->idiag_family = AF_INET6;
	nlh->nlmsg_type = NLMSG_ERROR;
	assert_int_equal(diagmsg_parse(nlh, &e), -EBADMSG);
}

/* As much of struct tcp_info as a kernel has. */
static struct nlmsghdr *tcp_answer(char *buffer, size_t info_size,
				   const char *cc)
{
	struct nlmsghdr *nlh =
		answer(buffer, "192.0.2.1", 1000, "198.51.100.2", 443, 1);
	struct tcp_info info = {
		.tcpi_rtt = 14200,
		.tcpi_snd_mss = 1388,
		.tcpi_snd_cwnd = 44,
		.tcpi_total_retrans = 3,
		.tcpi_data_segs_out = 1000,
		.tcpi_min_rtt = 12900,
		.tcpi_delivery_rate = 18200000,
	};

	nlh->nlmsg_seq = 7;
	mnl_attr_put(nlh, INET_DIAG_INFO, info_size, &info);
	mnl_attr_put_strz(nlh, INET_DIAG_CONG, cc);
	return nlh;
}

static void test_info(void **state)
{
	char to[DIAG_REQUEST_SIZE] __attribute__((aligned(8))) = { 0 };
	char buffer[BUFFER] __attribute__((aligned(8))) = { 0 };
	const struct inet_diag_req_v2 *req =
		mnl_nlmsg_get_payload((const void *)to);
	struct sock_query q =
		query(IPPROTO_TCP, "192.0.2.1", 1000, "198.51.100.2", 443);
	struct nlmsghdr *nlh =
		tcp_answer(buffer, sizeof(struct tcp_info), "cubic");
	struct tcp_fact fact;

	(void)state;
	diagmsg_put_info(to, &q, 7);
	assert_int_equal(req->idiag_ext, 1 << 1 | 1 << 3);
	assert_int_equal(diagmsg_parse_info(nlh, nlh->nlmsg_len, &q, 7, &fact),
			 0);
	assert_int_equal(fact.has, TCP_HAS_RTT | TCP_HAS_SEGMENTS |
					   TCP_HAS_MIN_RTT | TCP_HAS_DELIVERY);
	assert_int_equal(fact.rtt_us, 14200);
	assert_int_equal(fact.min_rtt_us, 12900);
	assert_int_equal(fact.mss, 1388);
	assert_int_equal(fact.cwnd, 44);
	assert_int_equal(fact.retrans, 3);
	assert_int_equal(fact.segments, 1000);
	assert_int_equal(fact.delivery, 18200000);
	assert_string_equal(fact.cc, "cubic");
	/* Another question, another socket, a cut message. */
	assert_int_equal(diagmsg_parse_info(nlh, nlh->nlmsg_len, &q, 8, &fact),
			 -EAGAIN);
	q.rport = 444;
	assert_int_equal(diagmsg_parse_info(nlh, nlh->nlmsg_len, &q, 7, &fact),
			 -ENOENT);
	assert_int_equal(
		diagmsg_parse_info(nlh, nlh->nlmsg_len - 1, &q, 7, &fact),
		-EBADMSG);
	assert_int_equal(diagmsg_parse_info(nlh, 3, &q, 7, &fact), -EBADMSG);
}

/* Older kernels know less, and none of it is taken for 0. */
static void test_info_old(void **state)
{
	char buffer[BUFFER] __attribute__((aligned(8)));
	struct sock_query q =
		query(IPPROTO_TCP, "192.0.2.1", 1000, "198.51.100.2", 443);

	(void)state;
	for (size_t size = 0; size <= sizeof(struct tcp_info); size++) {
		struct nlmsghdr *nlh;
		struct tcp_fact fact;

		memset(buffer, 0, sizeof(buffer));
		nlh = tcp_answer(buffer, size, "a\033b");
		assert_int_equal(
			diagmsg_parse_info(nlh, nlh->nlmsg_len, &q, 7, &fact),
			0);
		assert_string_equal(fact.cc, "a?b");
		assert_int_equal(
			!!(fact.has & TCP_HAS_RTT),
			size >= offsetof(struct tcp_info, tcpi_total_retrans) +
					4);
		assert_int_equal(
			!!(fact.has & TCP_HAS_DELIVERY),
			size >= offsetof(struct tcp_info, tcpi_delivery_rate) +
					8);
	}
}

static void test_error(void **state)
{
	char buffer[BUFFER] = { 0 };
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buffer);
	int *err = mnl_nlmsg_put_extra_header(nlh, sizeof(*err));

	(void)state;
	assert_int_equal(diagmsg_error(nlh), -EBADMSG);
	nlh->nlmsg_type = NLMSG_ERROR;
	*err = -ENOENT;
	assert_int_equal(diagmsg_error(nlh), -ENOENT);
	*err = 5;
	assert_int_equal(diagmsg_error(nlh), -EBADMSG);
	*err = 0;
	assert_int_equal(diagmsg_error(nlh), 0);
	nlh->nlmsg_len = MNL_NLMSG_HDRLEN + 3;
	assert_int_equal(diagmsg_error(nlh), -EBADMSG);
	nlh->nlmsg_type = NLMSG_DONE;
	assert_int_equal(diagmsg_error(nlh), 0);
}

/* The socket and the flow, and what the one is to the other. */
static void test_match(void **state)
{
	static const struct {
		uint8_t proto;
		const char *local, *remote;    /* of the flow: ports 10, 20 */
		const char *bound, *connected; /* the socket's */
		uint16_t lport, rport;
		uint8_t state;
		bool is_v6only;
		enum sock_match match;
	} cases[] = {
		// clang-format off
		{ 6, "10.0.0.1", "10.0.0.2", "10.0.0.1", "10.0.0.2", 10, 20, 1, 0, MATCH_EXACT },
		{ 6, "10.0.0.1", "10.0.0.2", "::ffff:10.0.0.1", "::ffff:10.0.0.2", 10, 20, 1, 0, MATCH_EXACT },
		{ 6, "10.0.0.1", "10.0.0.2", "10.0.0.1", "10.0.0.2", 10, 21, 1, 0, MATCH_NONE },
		{ 6, "10.0.0.1", "10.0.0.2", "10.0.0.1", "10.0.0.2", 11, 20, 1, 0, MATCH_NONE },
		{ 6, "10.0.0.1", "10.0.0.2", "10.0.0.2", "10.0.0.2", 10, 20, 1, 0, MATCH_NONE },
		{ 6, "10.0.0.1", "10.0.0.2", "10.0.0.1", "10.0.0.3", 10, 20, 1, 0, MATCH_NONE },
		{ 6, "10.0.0.1", "10.0.0.2", "0.0.0.0", "0.0.0.0", 10, 0, 10, 0, MATCH_LISTENER },
		{ 6, "10.0.0.1", "10.0.0.2", "10.0.0.1", "0.0.0.0", 10, 0, 10, 0, MATCH_LISTENER },
		{ 6, "10.0.0.1", "10.0.0.2", "10.0.0.9", "0.0.0.0", 10, 0, 10, 0, MATCH_NONE },
		{ 6, "10.0.0.1", "10.0.0.2", "::", "::", 10, 0, 10, 0, MATCH_LISTENER },
		{ 6, "10.0.0.1", "10.0.0.2", "::", "::", 10, 0, 10, 1, MATCH_NONE },
		{ 6, "10.0.0.1", "10.0.0.2", "::ffff:10.0.0.1", "::", 10, 0, 10, 0, MATCH_LISTENER },
		{ 6, "10.0.0.1", "10.0.0.2", "::", "::", 10, 0, 7, 0, MATCH_NONE },
		{ 6, "fd00::1", "fd00::2", "::", "::", 10, 0, 10, 1, MATCH_LISTENER },
		{ 6, "fd00::1", "fd00::2", "0.0.0.0", "0.0.0.0", 10, 0, 10, 0, MATCH_NONE },
		{ 17, "10.0.0.1", "10.0.0.2", "10.0.0.1", "10.0.0.2", 10, 20, 1, 0, MATCH_EXACT },
		{ 17, "10.0.0.1", "10.0.0.2", "10.0.0.1", "10.0.0.3", 10, 20, 1, 0, MATCH_NONE },
		{ 17, "10.0.0.1", "10.0.0.2", "10.0.0.1", "0.0.0.0", 10, 0, 7, 0, MATCH_UNCONNECTED },
		{ 17, "10.0.0.1", "10.0.0.2", "::ffff:10.0.0.1", "::", 10, 0, 7, 0, MATCH_UNCONNECTED },
		{ 17, "10.0.0.1", "10.0.0.2", "0.0.0.0", "0.0.0.0", 10, 0, 7, 0, MATCH_WILDCARD },
		{ 136, "10.0.0.1", "10.0.0.2", "::", "::", 10, 0, 7, 0, MATCH_WILDCARD },
		{ 17, "0.0.0.0", "255.255.255.255", "0.0.0.0", "0.0.0.0", 10, 0, 7, 0, MATCH_WILDCARD },
		// clang-format on
	};

	(void)state;
	for (size_t i = 0; i < N_ELEMS(cases); i++) {
		char buffer[BUFFER] = { 0 };
		struct sock_query q = query(cases[i].proto, cases[i].local, 10,
					    cases[i].remote, 20);
		struct nlmsghdr *nlh = answer(
			buffer, cases[i].bound, cases[i].lport,
			cases[i].connected, cases[i].rport, cases[i].state);
		struct sock_entry e;

		mnl_attr_put_u8(nlh, 11, cases[i].is_v6only);
		e = parsed(nlh);
		if (diagmsg_match(&q, &e) != cases[i].match)
			print_error("case %zu\n", i);
		assert_int_equal(diagmsg_match(&q, &e), cases[i].match);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_find_swapped),
		cmocka_unit_test(test_dump),
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_garbage_behind),
		cmocka_unit_test(test_nobody),
		cmocka_unit_test(test_short),
		cmocka_unit_test(test_foreign),
		cmocka_unit_test(test_error),
		cmocka_unit_test(test_info),
		cmocka_unit_test(test_info_old),
		cmocka_unit_test(test_match),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

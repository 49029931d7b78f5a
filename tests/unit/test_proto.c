// SPDX-License-Identifier: GPL-2.0-only
/* The table of protocols. */
#include "net/proto.h"
#include "unit/unit.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// clang-format off
/* linux/in.h gives way to libc's, but only when it comes later. */
#include <netinet/in.h>
#include <linux/netfilter/nf_conntrack_sctp.h>
#include <linux/netfilter/nf_conntrack_tcp.h>
// clang-format on

#include <libnetfilter_conntrack/libnetfilter_conntrack_dccp.h>

static void test_every_row(void **state)
{
	(void)state;
	for (unsigned int n = 0; n <= UINT8_MAX; n++) {
		const struct proto *row = proto_find((uint8_t)n);
		char text[PROTO_TEXT_SIZE], number[8];
		size_t length;

		assert_non_null(row);
		assert_int_equal(row->group, proto_group((uint8_t)n));
		assert_int_not_equal(row->group & GROUP_ALL, 0);
		assert_int_equal(row->group & (row->group - 1), 0);
		assert_false(row->has_ports && row->is_icmp);
		assert_int_equal(row->states != NULL, row->n_states > 0);
		length = proto_format((uint8_t)n, text);
		assert_int_equal(length, strlen(text));
		snprintf(number, sizeof(number), "%u", n);
		assert_string_equal(text, row->name ? row->name : number);
		if (!row->name)
			continue;
		assert_int_equal(row->number, n);
		assert_in_range(strlen(row->name), 1, PROTO_TEXT_SIZE - 1);
		for (const char *c = row->name; *c; c++)
			assert_false(isupper((unsigned char)*c));
	}
}

/* A name stands for one protocol. */
static void test_names_differ(void **state)
{
	(void)state;
	for (unsigned int a = 0; a <= UINT8_MAX; a++) {
		const char *name = proto_find((uint8_t)a)->name;

		for (unsigned int b = 0; name && b < a; b++) {
			const char *other = proto_find((uint8_t)b)->name;

			assert_true(!other || strcmp(name, other));
		}
	}
}

static void test_names(void **state)
{
	static const struct {
		uint8_t number;
		const char *name;
		enum proto_group group;
	} rows[] = {
		{ IPPROTO_TCP, "tcp", GROUP_TCP },
		{ IPPROTO_UDP, "udp", GROUP_UDP },
		{ IPPROTO_UDPLITE, "udplite", GROUP_UDP },
		{ IPPROTO_DCCP, "dccp", GROUP_DCCP },
		{ IPPROTO_SCTP, "sctp", GROUP_SCTP },
		{ IPPROTO_ICMP, "icmp", GROUP_ICMP },
		{ IPPROTO_ICMPV6, "icmpv6", GROUP_ICMP },
		{ IPPROTO_GRE, "gre", GROUP_OTHER },
		{ IPPROTO_ESP, "esp", GROUP_OTHER },
		{ IPPROTO_AH, "ah", GROUP_OTHER },
		{ IPPROTO_IGMP, "igmp", GROUP_OTHER },
		{ IPPROTO_IPV6, "ipv6", GROUP_OTHER },
		{ 4, "ipencap", GROUP_OTHER },
		{ 89, "ospf", GROUP_OTHER },
		{ 94, "ipip", GROUP_OTHER },
		{ 103, "pim", GROUP_OTHER },
		{ 112, "vrrp", GROUP_OTHER },
		{ 0, "0", GROUP_OTHER },
		{ 99, "99", GROUP_OTHER },
		{ 255, "255", GROUP_OTHER },
	};
	char text[PROTO_TEXT_SIZE];

	(void)state;
	for (size_t i = 0; i < N_ELEMS(rows); i++) {
		proto_format(rows[i].number, text);
		assert_string_equal(text, rows[i].name);
		assert_int_equal(proto_group(rows[i].number), rows[i].group);
	}
}

/* Each group once, and only one without a letter. */
static void test_groups(void **state)
{
	unsigned int seen = 0, letters = 0;

	(void)state;
	for (size_t i = 0; i < n_proto_groups; i++) {
		assert_int_equal(seen & proto_groups[i].group, 0);
		seen |= proto_groups[i].group;
		assert_non_null(proto_groups[i].name);
		if (proto_groups[i].letter)
			letters++;
		else
			assert_int_equal(proto_groups[i].group, GROUP_OTHER);
	}
	assert_int_equal(seen, GROUP_ALL);
	assert_int_equal(letters, n_proto_groups - 1);
}

static void test_state_numbers(void **state)
{
	static const struct {
		uint8_t proto, number;
		const char *word;
	} words[] = {
		{ IPPROTO_TCP, TCP_CONNTRACK_NONE, "NONE" },
		{ IPPROTO_TCP, TCP_CONNTRACK_SYN_SENT, "SYN-SENT" },
		{ IPPROTO_TCP, TCP_CONNTRACK_SYN_RECV, "SYN-RECV" },
		{ IPPROTO_TCP, TCP_CONNTRACK_ESTABLISHED, "ESTABLISHED" },
		{ IPPROTO_TCP, TCP_CONNTRACK_FIN_WAIT, "FIN-WAIT" },
		{ IPPROTO_TCP, TCP_CONNTRACK_CLOSE_WAIT, "CLOSE-WAIT" },
		{ IPPROTO_TCP, TCP_CONNTRACK_LAST_ACK, "LAST-ACK" },
		{ IPPROTO_TCP, TCP_CONNTRACK_TIME_WAIT, "TIME-WAIT" },
		{ IPPROTO_TCP, TCP_CONNTRACK_CLOSE, "CLOSE" },
		{ IPPROTO_TCP, TCP_CONNTRACK_SYN_SENT2, "SYN-SENT2" },
		{ IPPROTO_SCTP, SCTP_CONNTRACK_NONE, "NONE" },
		{ IPPROTO_SCTP, SCTP_CONNTRACK_CLOSED, "CLOSED" },
		{ IPPROTO_SCTP, SCTP_CONNTRACK_COOKIE_WAIT, "COOKIE-WAIT" },
		{ IPPROTO_SCTP, SCTP_CONNTRACK_COOKIE_ECHOED, "COOKIE-ECHOED" },
		{ IPPROTO_SCTP, SCTP_CONNTRACK_ESTABLISHED, "ESTABLISHED" },
		{ IPPROTO_SCTP, SCTP_CONNTRACK_SHUTDOWN_SENT, "SHUTDOWN-SENT" },
		{ IPPROTO_SCTP, SCTP_CONNTRACK_SHUTDOWN_RECD, "SHUTDOWN-RECD" },
		{ IPPROTO_SCTP, SCTP_CONNTRACK_SHUTDOWN_ACK_SENT,
		  "SHUTDOWN-ACK-SENT" },
		{ IPPROTO_SCTP, SCTP_CONNTRACK_HEARTBEAT_SENT,
		  "HEARTBEAT-SENT" },
		{ IPPROTO_DCCP, DCCP_CONNTRACK_NONE, "NONE" },
		{ IPPROTO_DCCP, DCCP_CONNTRACK_REQUEST, "REQUEST" },
		{ IPPROTO_DCCP, DCCP_CONNTRACK_RESPOND, "RESPOND" },
		{ IPPROTO_DCCP, DCCP_CONNTRACK_PARTOPEN, "PARTOPEN" },
		{ IPPROTO_DCCP, DCCP_CONNTRACK_OPEN, "OPEN" },
		{ IPPROTO_DCCP, DCCP_CONNTRACK_CLOSEREQ, "CLOSE-REQ" },
		{ IPPROTO_DCCP, DCCP_CONNTRACK_CLOSING, "CLOSING" },
		{ IPPROTO_DCCP, DCCP_CONNTRACK_TIMEWAIT, "TIME-WAIT" },
		{ IPPROTO_DCCP, DCCP_CONNTRACK_IGNORE, "IGNORE" },
		{ IPPROTO_DCCP, DCCP_CONNTRACK_INVALID, "INVALID" },
	};

	(void)state;
	for (size_t i = 0; i < N_ELEMS(words); i++)
		assert_string_equal(
			proto_state(words[i].proto, words[i].number),
			words[i].word);
}

static void test_state_bounds(void **state)
{
	(void)state;
	for (unsigned int n = 0; n <= UINT8_MAX; n++) {
		const struct proto *row = proto_find((uint8_t)n);

		for (unsigned int s = 0; s <= UINT8_MAX; s++)
			assert_int_equal(proto_state((uint8_t)n, (uint8_t)s) !=
						 NULL,
					 s < row->n_states);
	}
	assert_null(proto_state(IPPROTO_UDP, 0));
	assert_null(proto_state(IPPROTO_TCP, 10));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_row),
		cmocka_unit_test(test_names_differ),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_groups),
		cmocka_unit_test(test_state_numbers),
		cmocka_unit_test(test_state_bounds),
	};

	return cmocka_run_group_tests_name("proto", tests, NULL, NULL);
}

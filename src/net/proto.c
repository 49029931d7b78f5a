// SPDX-License-Identifier: GPL-2.0-only
/* The protocols. To add one, add a row. */
#include "net/proto.h"

#include "lib/str.h"

#include <netinet/in.h>

/* By enum tcp_conntrack, linux/netfilter/nf_conntrack_tcp.h */
static const char *const tcp_states[] = {
	"NONE",       "SYN-SENT", "SYN-RECV",  "ESTABLISHED", "FIN-WAIT",
	"CLOSE-WAIT", "LAST-ACK", "TIME-WAIT", "CLOSE",       "SYN-SENT2",
};

/* By enum sctp_conntrack, linux/netfilter/nf_conntrack_sctp.h */
static const char *const sctp_states[] = {
	"NONE",           "CLOSED",
	"COOKIE-WAIT",    "COOKIE-ECHOED",
	"ESTABLISHED",    "SHUTDOWN-SENT",
	"SHUTDOWN-RECD",  "SHUTDOWN-ACK-SENT",
	"HEARTBEAT-SENT", "HEARTBEAT-ACKED",
};

/* By enum dccp_state, libnetfilter_conntrack/libnetfilter_conntrack_dccp.h */
static const char *const dccp_states[] = {
	"NONE",      "REQUEST", "RESPOND",   "PARTOPEN", "OPEN",
	"CLOSE-REQ", "CLOSING", "TIME-WAIT", "IGNORE",   "INVALID",
};

#define N(array) (sizeof(array) / sizeof((array)[0]))
#define ROW(n, text) [n] = { .number = (n), .group = GROUP_OTHER, .name = text }

/* Numbers that netinet/in.h does not have. */
enum { PROTO_EIGRP = 88, PROTO_OSPF = 89, PROTO_VRRP = 112, PROTO_L2TP = 115 };

// clang-format off
static const struct proto protos[UINT8_MAX + 1] = {
	[IPPROTO_TCP] = {
		.number = IPPROTO_TCP, .name = "tcp", .group = GROUP_TCP,
		.has_ports = true, .states = tcp_states,
		.n_states = N(tcp_states),
	},
	[IPPROTO_UDP] = {
		.number = IPPROTO_UDP, .name = "udp", .group = GROUP_UDP,
		.has_ports = true,
	},
	[IPPROTO_UDPLITE] = {
		.number = IPPROTO_UDPLITE, .name = "udplite",
		.group = GROUP_UDP, .has_ports = true,
	},
	[IPPROTO_DCCP] = {
		.number = IPPROTO_DCCP, .name = "dccp", .group = GROUP_DCCP,
		.has_ports = true, .states = dccp_states,
		.n_states = N(dccp_states),
	},
	[IPPROTO_SCTP] = {
		.number = IPPROTO_SCTP, .name = "sctp", .group = GROUP_SCTP,
		.has_ports = true, .states = sctp_states,
		.n_states = N(sctp_states),
	},
	[IPPROTO_ICMP] = {
		.number = IPPROTO_ICMP, .name = "icmp", .group = GROUP_ICMP,
		.is_icmp = true,
	},
	[IPPROTO_ICMPV6] = {
		.number = IPPROTO_ICMPV6, .name = "icmpv6",
		.group = GROUP_ICMP, .is_icmp = true,
	},
	ROW(IPPROTO_IGMP, "igmp"),
	ROW(IPPROTO_IPIP, "ipencap"), /* 94 is what IANA calls ipip */
	ROW(IPPROTO_EGP, "egp"),
	ROW(IPPROTO_IPV6, "ipv6"),
	ROW(IPPROTO_RSVP, "rsvp"),
	ROW(IPPROTO_GRE, "gre"),
	ROW(IPPROTO_ESP, "esp"),
	ROW(IPPROTO_AH, "ah"),
	ROW(PROTO_EIGRP, "eigrp"),
	ROW(PROTO_OSPF, "ospf"),
	ROW(94, "ipip"),
	ROW(97, "etherip"),
	ROW(98, "encap"),
	ROW(IPPROTO_PIM, "pim"),
	ROW(IPPROTO_COMP, "ipcomp"),
	ROW(PROTO_VRRP, "vrrp"),
	ROW(PROTO_L2TP, "l2tp"),
	ROW(124, "isis"),
	ROW(IPPROTO_MPLS, "mpls-in-ip"),
	ROW(139, "hip"),
	ROW(141, "wesp"),
	ROW(142, "rohc"),
};

const struct proto_group_info proto_groups[] = {
	{ GROUP_TCP, 'T', "TCP" },
	{ GROUP_UDP, 'U', "UDP" },
	{ GROUP_DCCP, 'D', "DCCP" },
	{ GROUP_ICMP, 'I', "ICMP" },
	{ GROUP_SCTP, 'S', "SCTP" },
	{ GROUP_OTHER, 0, "OTHER" },
};
// clang-format on

const size_t n_proto_groups = N(proto_groups);

const struct proto *proto_find(uint8_t number)
{
	static const struct proto unknown = { .group = GROUP_OTHER };

	return protos[number].group ? &protos[number] : &unknown;
}

uint8_t proto_group(uint8_t number)
{
	uint8_t group = protos[number].group;

	return group ? group : GROUP_OTHER;
}

size_t proto_format(uint8_t number, char text[PROTO_TEXT_SIZE])
{
	const char *name = protos[number].name;
	size_t n = 0;

	if (name) {
		str_copy(text, PROTO_TEXT_SIZE, name);
		while (text[n])
			n++;
		return n;
	}
	for (unsigned int unit = 100; unit; unit /= 10)
		if (number >= unit || unit == 1)
			text[n++] = (char)('0' + number / unit % 10);
	text[n] = '\0';
	return n;
}

const char *proto_state(uint8_t proto, uint8_t state)
{
	const struct proto *row = &protos[proto];

	return state < row->n_states ? row->states[state] : NULL;
}

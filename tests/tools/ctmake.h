/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Making connection tracking entries: the part that the load tools share.
 *
 * Messages are written straight into a batch buffer and nothing is allocated
 * per entry, so that the tools stay far ahead of the program under test. No
 * acknowledgement is asked for: the kernel answers only what it refused.
 */
#ifndef TESTS_CTMAKE_H
#define TESTS_CTMAKE_H

#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nf_conntrack_tcp.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <libmnl/libmnl.h>

/* Enough for a message with everything we put into one. */
#define CTMAKE_MSG_MAX 512

enum { SCTP_STATE_ESTABLISHED = 4 };

struct ctmake {
	uint8_t family; /* AF_INET, AF_INET6 */
	uint8_t proto;  /* IPPROTO_* */
	uint8_t state;  /* TCP, SCTP */
	bool has_ports; /* neither ICMP nor a protocol without ports */
	uint8_t src[16], dst[16];
	uint16_t sport, dport; /* host order; ICMP: id in sport */
	uint32_t timeout_s;
	uint32_t status; /* IPS_*; 0: as the kernel likes */
	uint32_t mark;
	uint16_t zone;
};

struct ctmake_batch {
	struct mnl_socket *nl;
	char *buf;
	size_t len, size;
	unsigned int n, max;
	uint32_t seq;
	uint64_t n_sent;
	uint64_t n_refused; /* answers with an error */
	int last_error;     /* of those */
};

/* A good mixer of 64 bits: entry number in, everything else out of it. */
static inline uint64_t ctmake_mix(uint64_t x)
{
	x += 0x9e3779b97f4a7c15ull;
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
	return x ^ (x >> 31);
}

static inline uint64_t ctmake_now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000ull + (uint64_t)ts.tv_nsec;
}

static inline void ctmake_die(const char *what)
{
	perror(what);
	exit(1);
}

/** ctmake_count - nf_conntrack_count of this network namespace, or -1. */
static inline long ctmake_count(void)
{
	FILE *f = fopen("/proc/sys/net/netfilter/nf_conntrack_count", "r");
	long n = -1;

	if (!f)
		return -1;
	if (fscanf(f, "%ld", &n) != 1)
		n = -1;
	fclose(f);
	return n;
}

static inline void ctmake_put_ip(struct nlmsghdr *nlh, const struct ctmake *c,
				 bool reply)
{
	const uint8_t *src = reply ? c->dst : c->src;
	const uint8_t *dst = reply ? c->src : c->dst;
	struct nlattr *nest = mnl_attr_nest_start(nlh, CTA_TUPLE_IP);

	if (c->family == AF_INET) {
		mnl_attr_put(nlh, CTA_IP_V4_SRC, 4, src);
		mnl_attr_put(nlh, CTA_IP_V4_DST, 4, dst);
	} else {
		mnl_attr_put(nlh, CTA_IP_V6_SRC, 16, src);
		mnl_attr_put(nlh, CTA_IP_V6_DST, 16, dst);
	}
	mnl_attr_nest_end(nlh, nest);
}

static inline void ctmake_put_proto(struct nlmsghdr *nlh,
				    const struct ctmake *c, bool reply)
{
	struct nlattr *nest = mnl_attr_nest_start(nlh, CTA_TUPLE_PROTO);

	mnl_attr_put_u8(nlh, CTA_PROTO_NUM, c->proto);
	if (c->proto == IPPROTO_ICMP) {
		mnl_attr_put_u8(nlh, CTA_PROTO_ICMP_TYPE, reply ? 0 : 8);
		mnl_attr_put_u8(nlh, CTA_PROTO_ICMP_CODE, 0);
		mnl_attr_put_u16(nlh, CTA_PROTO_ICMP_ID, htons(c->sport));
	} else if (c->proto == IPPROTO_ICMPV6) {
		mnl_attr_put_u8(nlh, CTA_PROTO_ICMPV6_TYPE, reply ? 129 : 128);
		mnl_attr_put_u8(nlh, CTA_PROTO_ICMPV6_CODE, 0);
		mnl_attr_put_u16(nlh, CTA_PROTO_ICMPV6_ID, htons(c->sport));
	} else if (c->has_ports) {
		uint16_t sport = reply ? c->dport : c->sport;
		uint16_t dport = reply ? c->sport : c->dport;

		mnl_attr_put_u16(nlh, CTA_PROTO_SRC_PORT, htons(sport));
		mnl_attr_put_u16(nlh, CTA_PROTO_DST_PORT, htons(dport));
	}
	mnl_attr_nest_end(nlh, nest);
}

static inline void ctmake_put_tuple(struct nlmsghdr *nlh,
				    const struct ctmake *c, bool reply)
{
	struct nlattr *nest = mnl_attr_nest_start(nlh, reply ? CTA_TUPLE_REPLY
							     : CTA_TUPLE_ORIG);

	ctmake_put_ip(nlh, c, reply);
	ctmake_put_proto(nlh, c, reply);
	mnl_attr_nest_end(nlh, nest);
}

static inline void ctmake_put_protoinfo(struct nlmsghdr *nlh,
					const struct ctmake *c)
{
	struct nlattr *info, *nest;

	if (c->proto != IPPROTO_TCP && c->proto != IPPROTO_SCTP)
		return;
	info = mnl_attr_nest_start(nlh, CTA_PROTOINFO);
	if (c->proto == IPPROTO_TCP) {
		/* No window is known: be liberal about it both ways. */
		uint8_t flags[2] = { IP_CT_TCP_FLAG_BE_LIBERAL,
				     IP_CT_TCP_FLAG_BE_LIBERAL };

		nest = mnl_attr_nest_start(nlh, CTA_PROTOINFO_TCP);
		mnl_attr_put_u8(nlh, CTA_PROTOINFO_TCP_STATE, c->state);
		mnl_attr_put(nlh, CTA_PROTOINFO_TCP_FLAGS_ORIGINAL, 2, flags);
		mnl_attr_put(nlh, CTA_PROTOINFO_TCP_FLAGS_REPLY, 2, flags);
	} else {
		/* The kernel takes all three or none. */
		nest = mnl_attr_nest_start(nlh, CTA_PROTOINFO_SCTP);
		mnl_attr_put_u8(nlh, CTA_PROTOINFO_SCTP_STATE, c->state);
		mnl_attr_put_u32(nlh, CTA_PROTOINFO_SCTP_VTAG_ORIGINAL,
				 htonl(1));
		mnl_attr_put_u32(nlh, CTA_PROTOINFO_SCTP_VTAG_REPLY, htonl(2));
	}
	mnl_attr_nest_end(nlh, nest);
	mnl_attr_nest_end(nlh, info);
}

/** ctmake_open - a socket and a buffer for @max messages. Exits on error. */
static inline void ctmake_open(struct ctmake_batch *b, unsigned int max)
{
	int bytes = 4 << 20, one = 1;

	memset(b, 0, sizeof(*b));
	b->max = max ? max : 1;
	b->size = (size_t)b->max * CTMAKE_MSG_MAX;
	b->buf = malloc(b->size);
	if (!b->buf)
		ctmake_die("malloc");
	b->nl = mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC);
	if (!b->nl)
		ctmake_die("netlink socket");
	if (mnl_socket_bind(b->nl, 0, MNL_SOCKET_AUTOPID) < 0)
		ctmake_die("bind netlink socket");
	/* A batch is one datagram; without the force it must fit wmem_max. */
	if (setsockopt(mnl_socket_get_fd(b->nl), SOL_SOCKET, SO_SNDBUFFORCE,
		       &bytes, sizeof(bytes)) < 0)
		ctmake_die("SO_SNDBUFFORCE");
	setsockopt(mnl_socket_get_fd(b->nl), SOL_SOCKET, SO_RCVBUFFORCE, &bytes,
		   sizeof(bytes));
	mnl_socket_setsockopt(b->nl, NETLINK_CAP_ACK, &one, sizeof(one));
}

/* What was refused; an overrun of these answers loses only their number. */
static inline void ctmake_read_errors(struct ctmake_batch *b)
{
	char buf[16384];
	ssize_t len;

	for (;;) {
		const struct nlmsghdr *nlh = (void *)buf;
		int left;

		len = recv(mnl_socket_get_fd(b->nl), buf, sizeof(buf),
			   MSG_DONTWAIT);
		if (len < 0 && (errno == EINTR || errno == ENOBUFS))
			continue;
		if (len <= 0)
			return;
		left = (int)len;
		for (; mnl_nlmsg_ok(nlh, left);
		     nlh = mnl_nlmsg_next(nlh, &left)) {
			const struct nlmsgerr *e = mnl_nlmsg_get_payload(nlh);

			if (nlh->nlmsg_type != NLMSG_ERROR || !e->error)
				continue;
			b->n_refused++;
			b->last_error = -e->error;
		}
	}
}

static inline void ctmake_flush(struct ctmake_batch *b)
{
	if (!b->n)
		return;
	while (mnl_socket_sendto(b->nl, b->buf, b->len) < 0) {
		if (errno != EINTR && errno != EAGAIN)
			ctmake_die("send batch");
	}
	b->n_sent += b->n;
	b->n = 0;
	b->len = 0;
	ctmake_read_errors(b);
}

static inline struct nlmsghdr *ctmake_begin(struct ctmake_batch *b,
					    uint8_t type, uint16_t flags,
					    const struct ctmake *c)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(b->buf + b->len);
	struct nfgenmsg *nfh;

	nlh->nlmsg_type = NFNL_SUBSYS_CTNETLINK << 8 | type;
	nlh->nlmsg_flags = NLM_F_REQUEST | flags;
	nlh->nlmsg_seq = ++b->seq;
	nfh = mnl_nlmsg_put_extra_header(nlh, sizeof(*nfh));
	nfh->nfgen_family = c->family;
	nfh->version = NFNETLINK_V0;
	return nlh;
}

static inline void ctmake_end(struct ctmake_batch *b, struct nlmsghdr *nlh)
{
	b->len += NLMSG_ALIGN(nlh->nlmsg_len);
	if (++b->n >= b->max)
		ctmake_flush(b);
}

/** ctmake_add - queue the creation of @c. */
static inline void ctmake_add(struct ctmake_batch *b, const struct ctmake *c)
{
	struct nlmsghdr *nlh = ctmake_begin(b, IPCTNL_MSG_CT_NEW,
					    NLM_F_CREATE | NLM_F_EXCL, c);

	ctmake_put_tuple(nlh, c, false);
	ctmake_put_tuple(nlh, c, true);
	mnl_attr_put_u32(nlh, CTA_TIMEOUT, htonl(c->timeout_s));
	/* Confirmed already when the kernel looks at it, and unchangeable. */
	if (c->status)
		mnl_attr_put_u32(nlh, CTA_STATUS,
				 htonl(c->status | IPS_CONFIRMED));
	if (c->mark)
		mnl_attr_put_u32(nlh, CTA_MARK, htonl(c->mark));
	if (c->zone)
		mnl_attr_put_u16(nlh, CTA_ZONE, htons(c->zone));
	ctmake_put_protoinfo(nlh, c);
	ctmake_end(b, nlh);
}

/** ctmake_delete - queue the deletion of @c. Never without a tuple: that would
 * flush the whole table. */
static inline void ctmake_delete(struct ctmake_batch *b, const struct ctmake *c)
{
	struct nlmsghdr *nlh = ctmake_begin(b, IPCTNL_MSG_CT_DELETE, 0, c);

	ctmake_put_tuple(nlh, c, false);
	if (c->zone)
		mnl_attr_put_u16(nlh, CTA_ZONE, htons(c->zone));
	ctmake_end(b, nlh);
}

static inline void ctmake_close(struct ctmake_batch *b)
{
	ctmake_flush(b);
	mnl_socket_close(b->nl);
	free(b->buf);
}

#endif

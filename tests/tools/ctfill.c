// SPDX-License-Identifier: GPL-2.0-only
/*
 * ctfill - fill the connection tracking table of this network namespace.
 *
 * Entry number i of a seed is always the same entry, so that a second run can
 * delete what the first one made without having remembered it.
 */
#include <getopt.h>

#include "ctmake.h"

/* A protocol of which the kernel knows nothing but the addresses. */
#define PROTO_OSPF 89

static struct {
	uint64_t n;
	uint64_t seed;
	uint64_t hosts; /* flows per host */
	uint32_t peers; /* 0: some */
	uint32_t timeout_s;
	unsigned int batch;
	uint16_t zone;
	bool tcp_only, delete, quiet;
} opt = { 1000, 1, 50, 0, 3600, 256, 0, false, false, false };

/* Most flows are established: as on a real router. */
static const uint8_t tcp_states[16] = {
	TCP_CONNTRACK_ESTABLISHED, TCP_CONNTRACK_ESTABLISHED,
	TCP_CONNTRACK_ESTABLISHED, TCP_CONNTRACK_ESTABLISHED,
	TCP_CONNTRACK_ESTABLISHED, TCP_CONNTRACK_ESTABLISHED,
	TCP_CONNTRACK_ESTABLISHED, TCP_CONNTRACK_ESTABLISHED,
	TCP_CONNTRACK_ESTABLISHED, TCP_CONNTRACK_SYN_SENT,
	TCP_CONNTRACK_SYN_RECV,    TCP_CONNTRACK_FIN_WAIT,
	TCP_CONNTRACK_CLOSE_WAIT,  TCP_CONNTRACK_LAST_ACK,
	TCP_CONNTRACK_TIME_WAIT,   TCP_CONNTRACK_CLOSE,
};

static const uint16_t services[8] = { 443, 80, 22, 53, 25, 993, 5432, 8080 };

static uint8_t pick_proto(unsigned int percent, bool v6)
{
	if (opt.tcp_only || opt.peers || percent < 60)
		return IPPROTO_TCP;
	if (percent < 88)
		return IPPROTO_UDP;
	if (percent < 94)
		return v6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP;
	if (percent < 96)
		return IPPROTO_SCTP;
	if (percent < 97)
		return IPPROTO_UDPLITE;
	if (percent < 99)
		return IPPROTO_GRE;
	return PROTO_OSPF;
}

static void put_v4(uint8_t *to, uint32_t host_order)
{
	uint32_t be = htonl(host_order);

	memcpy(to, &be, 4);
}

/* 2001:db8::/32 with two 32-bit words in front of the end. */
static void put_v6(uint8_t *to, uint32_t high, uint32_t low)
{
	static const uint8_t prefix[8] = { 0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0 };
	uint32_t h = htonl(high), l = htonl(low);

	memcpy(to, prefix, 8);
	memcpy(to + 8, &h, 4);
	memcpy(to + 12, &l, 4);
}

/*
 * Source address and port alone make an entry unique. Where there are no
 * ports, the destination does it: it then counts the entries.
 */
static void put_ends(struct ctmake *c, uint64_t i, uint64_t r)
{
	uint32_t net = (uint32_t)(ctmake_mix(opt.seed) & 0xff) << 16;
	uint32_t src = (net + (uint32_t)(i / opt.hosts)) & 0xffffff;
	uint32_t dst = (uint32_t)(r >> 20) & 0x1fff;

	c->sport = (uint16_t)(1024 + i % opt.hosts);
	c->dport = services[r >> 40 & 7];
	if (opt.peers) {
		put_v4(c->src, 0x0a000000 | src);
		put_v4(c->dst, 0x01000050u + (uint32_t)(i % opt.peers << 8));
		return;
	}
	if (c->family == AF_INET) {
		put_v4(c->src, 0x0a000000 | src);
		/* 198.18.0.0/15, and 100.64.0.0/10 to count in */
		put_v4(c->dst,
		       c->has_ports ? 0xc6120000u | dst
				    : 0x64400000u | (uint32_t)(i & 0x3fffff));
	} else {
		put_v6(c->src, 1, src);
		put_v6(c->dst, 2, c->has_ports ? dst : (uint32_t)i);
	}
}

static void make_entry(struct ctmake *c, uint64_t i)
{
	uint64_t r = ctmake_mix(opt.seed * 0x100000001b3ull + i);
	unsigned int percent = (unsigned int)(r & 0xffff) % 100;

	memset(c, 0, sizeof(*c));
	c->family = (r >> 16 & 3) || opt.peers ? AF_INET : AF_INET6;
	c->proto = pick_proto(percent, c->family == AF_INET6);
	/* GRE has keys where others have ports; ctnetlink insists on them. */
	c->has_ports = c->proto != IPPROTO_ICMP && c->proto != IPPROTO_ICMPV6 &&
		       c->proto != PROTO_OSPF;
	c->timeout_s = opt.timeout_s;
	c->zone = opt.zone;
	put_ends(c, i, r);
	if (c->proto == IPPROTO_TCP) {
		c->state = tcp_states[r >> 44 & 15];
		if (c->state != TCP_CONNTRACK_SYN_SENT)
			c->status = IPS_SEEN_REPLY | IPS_ASSURED;
	} else if (c->proto == IPPROTO_SCTP) {
		c->state = SCTP_STATE_ESTABLISHED;
		c->status = IPS_SEEN_REPLY | IPS_ASSURED;
	} else if (r >> 44 & 1) {
		c->status = IPS_SEEN_REPLY;
	}
}

static void usage(FILE *f)
{
	fputs("usage: ctfill [-n N] [--seed S] [--hosts FLOWS-PER-HOST]\n"
	      "              [--peers N, in networks of mmdb.py]\n"
	      "              [--timeout SECONDS] [--zone Z] [--tcp-only]\n"
	      "              [--batch MESSAGES] [--delete] [--quiet]\n",
	      f);
}

static void parse(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "count", required_argument, NULL, 'n' },
		{ "seed", required_argument, NULL, 's' },
		{ "hosts", required_argument, NULL, 'H' },
		{ "peers", required_argument, NULL, 'P' },
		{ "timeout", required_argument, NULL, 'o' },
		{ "zone", required_argument, NULL, 'z' },
		{ "batch", required_argument, NULL, 'b' },
		{ "tcp-only", no_argument, NULL, 't' },
		{ "delete", no_argument, NULL, 'd' },
		{ "quiet", no_argument, NULL, 'q' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, "n:h", longs, NULL)) != -1) {
		switch (c) {
		case 'n':
			opt.n = strtoull(optarg, NULL, 0);
			break;
		case 's':
			opt.seed = strtoull(optarg, NULL, 0);
			break;
		case 'H':
			opt.hosts = strtoull(optarg, NULL, 0);
			break;
		case 'P':
			opt.peers = (uint32_t)strtoul(optarg, NULL, 0);
			break;
		case 'o':
			opt.timeout_s = (uint32_t)strtoul(optarg, NULL, 0);
			break;
		case 'z':
			opt.zone = (uint16_t)strtoul(optarg, NULL, 0);
			break;
		case 'b':
			opt.batch = (unsigned int)strtoul(optarg, NULL, 0);
			break;
		case 't':
			opt.tcp_only = true;
			break;
		case 'd':
			opt.delete = true;
			break;
		case 'q':
			opt.quiet = true;
			break;
		case 'h':
			usage(stdout);
			exit(0);
		default:
			usage(stderr);
			exit(2);
		}
	}
	/* Ports are what tells the flows of one host apart. */
	if (!opt.hosts || opt.hosts > 60000 || optind != argc) {
		usage(stderr);
		exit(2);
	}
}

int main(int argc, char **argv)
{
	struct ctmake_batch batch;
	long before, after, changed;
	uint64_t start, i;
	double seconds;

	parse(argc, argv);
	before = ctmake_count();
	if (before < 0)
		ctmake_die("nf_conntrack_count");
	ctmake_open(&batch, opt.batch);
	start = ctmake_now_ns();
	for (i = 0; i < opt.n; i++) {
		struct ctmake c;

		make_entry(&c, i);
		if (opt.delete)
			ctmake_delete(&batch, &c);
		else
			ctmake_add(&batch, &c);
	}
	ctmake_flush(&batch);
	seconds = (double)(ctmake_now_ns() - start) / 1e9;
	after = ctmake_count();
	changed = opt.delete ? before - after : after - before;

	if (!opt.quiet)
		printf("%s %ld of %llu entries in %.3f s, %llu refused%s%s, "
		       "table holds %ld\n",
		       opt.delete ? "deleted" : "created", changed,
		       (unsigned long long)opt.n, seconds,
		       (unsigned long long)batch.n_refused,
		       batch.n_refused ? ": " : "",
		       batch.n_refused ? strerror(batch.last_error) : "",
		       after);
	if (changed < 0 || (uint64_t)changed != opt.n) {
		fprintf(stderr,
			"ctfill: the table changed by %ld entries "
			"instead of %llu\n",
			changed, (unsigned long long)opt.n);
		ctmake_close(&batch);
		return 1;
	}
	ctmake_close(&batch);
	return 0;
}

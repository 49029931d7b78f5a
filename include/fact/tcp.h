/* SPDX-License-Identifier: GPL-2.0-only */
/* How TCP fares on one connection of this machine: the question, and what the
 * kernel says. Values, to be copied. */
#ifndef FLOWTOP_FACT_TCP_H
#define FLOWTOP_FACT_TCP_H

#include "net/addr.h"

#include <stdbool.h>
#include <stdint.h>

/* The ends as the machine sees them, after its own NAT. */
struct tcp_ask {
	struct addr local, remote;
	uint16_t lport, rport;
	uint8_t family; /* FAMILY_*; a v4-mapped socket is an IPv4 one */
};

/* What is in a tcp_fact: older kernels know less. */
enum {
	TCP_HAS_RTT = 1 << 0,      /* rtt_us, mss, cwnd, retrans */
	TCP_HAS_SEGMENTS = 1 << 1, /* segments */
	TCP_HAS_MIN_RTT = 1 << 2,
	TCP_HAS_DELIVERY = 1 << 3,
};

#define TCP_CC_SIZE 16 /* TCP_CA_NAME_MAX */

/* As struct tcp_info has it, linux/tcp.h; what TCP_HAS_* lack is 0. */
struct tcp_fact {
	unsigned int has;
	uint32_t rtt_us, min_rtt_us;
	uint32_t mss;         /* of what we send */
	uint32_t cwnd;        /* in segments */
	uint32_t retrans;     /* segments, ever */
	uint32_t segments;    /* with data, sent, with those sent again */
	uint64_t delivery;    /* bytes per second, the last that was measured */
	char cc[TCP_CC_SIZE]; /* congestion control, harmless; "": unknown */
};

struct tcp_answer {
	struct tcp_ask ask;
	bool has_fact; /* false: there is no such socket, here */
	struct tcp_fact fact;
};

/** tcp_ask_equal - is it the same connection? */
static inline bool tcp_ask_equal(const struct tcp_ask *a,
				 const struct tcp_ask *b)
{
	return a->family == b->family && a->lport == b->lport &&
	       a->rport == b->rport && addr_equal(&a->local, &b->local) &&
	       addr_equal(&a->remote, &b->remote);
}

#endif

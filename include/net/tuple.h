/* SPDX-License-Identifier: GPL-2.0-only */
/* The tuple: what connection tracking calls the ends of a flow, in one
 * direction. */
#ifndef FLOWTOP_NET_TUPLE_H
#define FLOWTOP_NET_TUPLE_H

#include "net/addr.h"

#include <stdbool.h>
#include <stdint.h>

/* Direction of packets: as the first packet went, or back. */
enum { DIR_ORIG, DIR_REPLY, DIR_MAX };

/*
 * Layer 4 part, host order:
 *   protocols with ports    sport, dport
 *   ICMP, ICMPv6            l4id in sport, type and code in dport
 *   GRE                     the keys, as ctnetlink sends them
 *   others                  0, 0
 */
struct tuple {
	struct addr src;
	struct addr dst;
	uint16_t sport;
	uint16_t dport;
};

/* What tells a flow from every other one alive. No padding: it is hashed and
 * compared as bytes. */
struct flow_key {
	struct tuple tuple; /* original direction */
	uint16_t zone;      /* conntrack zone of the original direction */
	uint8_t family;     /* FAMILY_* or whatever the kernel sent */
	uint8_t proto;      /* IPPROTO_* */
};

_Static_assert(sizeof(struct tuple) == 36, "no padding");
_Static_assert(sizeof(struct flow_key) == 40, "no padding");

bool tuple_equal(const struct tuple *a, const struct tuple *b);
bool flow_key_equal(const struct flow_key *a, const struct flow_key *b);

/** flow_key_compare - a total order that does not change between runs. */
int flow_key_compare(const struct flow_key *a, const struct flow_key *b);

/** tuple_icmp_type, tuple_icmp_code, tuple_icmp_id - parts of an ICMP tuple. */
static inline uint8_t tuple_icmp_type(const struct tuple *t)
{
	return t->dport >> 8;
}

static inline uint8_t tuple_icmp_code(const struct tuple *t)
{
	return t->dport & 0xff;
}

static inline uint16_t tuple_icmp_id(const struct tuple *t)
{
	return t->sport;
}

/* Keyed hash (SipHash-1-3): strangers choose addresses and ports. */
struct hash_seed {
	uint64_t k[2];
};

/** hash_seed_init - fill @seed with random bits. */
void hash_seed_init(struct hash_seed *seed);

/** hash_bytes - SipHash-1-3 of @size bytes. */
uint64_t hash_bytes(const struct hash_seed *seed, const void *data,
		    size_t size);

#endif

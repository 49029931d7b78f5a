/* SPDX-License-Identifier: GPL-2.0-only */
/* Layer 4 protocols: everything that differs between them is one row in
 * src/net/proto.c. */
#ifndef FLOWTOP_NET_PROTO_H
#define FLOWTOP_NET_PROTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A group of protocols that one letter switches on and off. */
enum proto_group {
	GROUP_TCP = 1 << 0,   /* T */
	GROUP_UDP = 1 << 1,   /* U: UDP and UDP-Lite */
	GROUP_DCCP = 1 << 2,  /* D */
	GROUP_ICMP = 1 << 3,  /* I: ICMP and ICMPv6 */
	GROUP_SCTP = 1 << 4,  /* S */
	GROUP_OTHER = 1 << 5, /* no letter: GRE, ESP, IGMP, numbers */
	GROUP_ALL = (1 << 6) - 1,
};

struct proto {
	uint8_t number;            /* IPPROTO_* */
	uint8_t group;             /* one of enum proto_group */
	bool has_ports;            /* ports mean something to a reader */
	bool is_icmp;              /* type, code and id instead of ports */
	const char *name;          /* lower case, as in /etc/protocols */
	const char *const *states; /* by kernel number; NULL without states */
	size_t n_states;
};

/* The groups in the order in which they are shown. */
struct proto_group_info {
	uint8_t group;
	char letter;      /* option and key; 0 for GROUP_OTHER */
	const char *name; /* "TCP" */
};

extern const struct proto_group_info proto_groups[];
extern const size_t n_proto_groups;

/**
 * proto_find - the row of protocol @number
 *
 * Return: never NULL; an unknown protocol gives a row without name or states.
 */
const struct proto *proto_find(uint8_t number);

/** proto_group - one of enum proto_group, from a table: cheap in a walk. */
uint8_t proto_group(uint8_t number);

#define PROTO_TEXT_SIZE 12

/** proto_format - name, or the number when it has none. Returns length. */
size_t proto_format(uint8_t number, char text[PROTO_TEXT_SIZE]);

/**
 * proto_state - flowtop's word for a kernel state ("ESTABLISHED")
 *
 * Return: NULL when the protocol has no states or the number is unknown; the
 * caller then shows the number or "?".
 */
const char *proto_state(uint8_t proto, uint8_t state);

#endif

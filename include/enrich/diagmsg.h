/* SPDX-License-Identifier: GPL-2.0-only */
/* Messages of inet_diag: questions for one socket or for all, and what an
 * answer says. Pure: enrich/sockdiag.c sends them. */
#ifndef FLOWTOP_ENRICH_DIAGMSG_H
#define FLOWTOP_ENRICH_DIAGMSG_H

#include "fact/tcp.h"
#include "net/addr.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct nlmsghdr;

/* How surely a socket is that of a flow, the surest first but for none. */
enum sock_match {
	MATCH_NONE,
	MATCH_EXACT,       /* both ends */
	MATCH_UNCONNECTED, /* UDP, bound to the address */
	MATCH_WILDCARD,    /* UDP, bound to any address */
	MATCH_LISTENER,    /* it listens; the connection is not accepted yet */
};

/* Whose socket? The ends as the machine sees them, after its own NAT. */
struct sock_query {
	struct addr local, remote;
	uint32_t ifindex; /* see below */
	uint16_t lport, rport;
	uint8_t family; /* FAMILY_* */
	uint8_t proto;
};

/*
 * The interface: sockets bound to one (SO_BINDTODEVICE, and every connection
 * of link-local addresses) are found only by a question with its index.
 * Sockets bound to none are found with any. 0 is not known.
 */

/* The states that this module cares for: numbers of the kernel's TCP, which
 * UDP uses as well (ESTABLISHED is connected, CLOSE is not). */
enum {
	SOCK_ESTABLISHED = 1,
	SOCK_SYN_RECV = 3,
	SOCK_CLOSE = 7,
	SOCK_CLOSE_WAIT = 8,
	SOCK_LISTEN = 10,
};

#define SOCK_STATES_ALL UINT32_MAX

/* A socket, as an answer describes it. A v4-mapped one is FAMILY_IPV4; one
 * bound to any address of both families is FAMILY_IPV6 without v6only. */
struct sock_entry {
	struct addr local, remote;
	uint64_t inode;  /* 0: no file */
	uint64_t cookie; /* never used again until reboot */
	uint64_t cgroup; /* id of its control group; 0 is not known */
	uint32_t ifindex;
	uint32_t uid;
	uint32_t queue; /* listener: connections not accepted yet */
	uint16_t lport, rport;
	uint8_t family;
	uint8_t state;
	bool has_uid;
	bool is_v6only;
};

#define DIAG_REQUEST_SIZE 72

/**
 * diagmsg_put_find - write the question for the socket of @query
 * @to: DIAG_REQUEST_SIZE bytes, 4-byte aligned
 */
void diagmsg_put_find(void *to, const struct sock_query *query, uint32_t seq);

/**
 * diagmsg_put_dump - write the question for all sockets
 * @to: DIAG_REQUEST_SIZE bytes, 4-byte aligned
 * @states: bit mask of state numbers
 * @lport: local port; 0 is any
 */
void diagmsg_put_dump(void *to, uint8_t family, uint8_t proto, uint32_t states,
		      uint16_t lport, uint32_t seq);

/**
 * diagmsg_parse - read a socket out of an answer
 * @nlh: complete: nlmsg_len bytes are there
 *
 * Attributes that are not known or too short are skipped.
 * Return: 0, or -EBADMSG with @entry unchanged.
 */
int diagmsg_parse(const struct nlmsghdr *nlh, struct sock_entry *entry);

/**
 * diagmsg_put_info - write the question how TCP fares on the socket of @query
 * @to: DIAG_REQUEST_SIZE bytes, 4-byte aligned
 */
void diagmsg_put_info(void *to, const struct sock_query *query, uint32_t seq);

/**
 * diagmsg_parse_info - what an answer to it says
 * @data: @size bytes, as they came, aligned as a message has to be
 * @seq: of the question
 *
 * Attributes that are not known or too short are skipped.
 * Return: 0; -ENOENT: there is no such socket; -EAGAIN: it is the answer to
 * another question; another negative errno. Then @fact is unchanged.
 */
int diagmsg_parse_info(const void *data, size_t size,
		       const struct sock_query *query, uint32_t seq,
		       struct tcp_fact *fact);

/**
 * diagmsg_error - the error that a message carries
 * @nlh: complete: nlmsg_len bytes are there
 *
 * Return: 0 for NLMSG_DONE and for an acknowledgement, negative errno, -EBADMSG
 * for something else. A plain NLMSG_DONE without an error is 0, too.
 */
int diagmsg_error(const struct nlmsghdr *nlh);

/**
 * diagmsg_match - is it the socket of @query?
 *
 * The answer to a question about one socket is whatever the kernel would give
 * a packet to, so it has to be looked at; with this, what a dump yields can be
 * searched as well. Interfaces are not compared.
 */
enum sock_match diagmsg_match(const struct sock_query *query,
			      const struct sock_entry *entry);

#endif

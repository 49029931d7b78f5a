/* SPDX-License-Identifier: GPL-2.0-only */
/* The local socket behind a flow, by asking the kernel's inet_diag. It needs
 * no capability, and sees the network namespace in which its own socket was
 * opened. One thread at a time. */
#ifndef FLOWTOP_ENRICH_SOCKDIAG_H
#define FLOWTOP_ENRICH_SOCKDIAG_H

#include "enrich/diagmsg.h"

#include <stdbool.h>
#include <stdint.h>

#define SOCKDIAG_PROTOS 4 /* TCP, UDP, UDP-Lite, SCTP */

struct sockdiag_round;

/* A connection to the kernel. */
struct sockdiag {
	int fd; /* -1: closed */
	struct sockdiag_round *round;
	uint32_t seq;
	uint32_t dump_seq;
	bool is_dumping;
	int8_t known[SOCKDIAG_PROTOS]; /* 0 not asked yet, 1 yes, -1 no */
};

/*
 * One socket, as inet_diag tells.
 *
 * A connection that was not accepted yet has no file, so its listener is
 * described; some listener, where several share the port: sockdiag_count().
 * What was closed, but lives on in the kernel (TIME_WAIT, FIN_WAIT, LAST_ACK),
 * matches exactly and has inode 0.
 */
struct sock_found {
	uint64_t inode;  /* 0: no file */
	uint64_t cookie; /* never used again until reboot; 0: none */
	uint64_t cgroup; /* id of its control group; 0 is not known */
	uint32_t uid;    /* as seen from the user namespace of our socket */
	uint32_t ifindex;
	uint16_t n_candidates; /* see sockdiag_count(); 1: no other */
	uint8_t state;
	bool has_uid;
	bool is_queued; /* it waits in the queue of this listener */
	enum sock_match match;
	int error; /* no answer: negative errno; else 0 */
};

/** sockdiag_open - ask in our network namespace. Return: 0 or -errno. */
int sockdiag_open(struct sockdiag *d);

/**
 * sockdiag_adopt - ask where @fd was opened
 * @fd: a NETLINK_SOCK_DIAG socket; on success it belongs to @d
 *
 * Return: 0 or negative errno.
 */
int sockdiag_adopt(struct sockdiag *d, int fd);

void sockdiag_close(struct sockdiag *d);

/**
 * sockdiag_knows - can the kernel be asked about @proto?
 *
 * Asking about one it could know loads a module, the first time.
 */
bool sockdiag_knows(struct sockdiag *d, uint8_t proto);

/**
 * sockdiag_find - the socket with that local end towards that remote end
 *
 * Also an IPv6 socket that speaks IPv4.
 * Return: 0, with MATCH_NONE when there is none; -EPROTONOSUPPORT, -EBUSY
 * during a dump, or another negative errno.
 */
int sockdiag_find(struct sockdiag *d, const struct sock_query *query,
		  struct sock_found *found);

/**
 * sockdiag_find_many - the same for @n questions, @n answers
 *
 * Return: 0 or the first negative errno that is not about one question alone;
 * what was not answered then has it as error, too.
 */
int sockdiag_find_many(struct sockdiag *d, const struct sock_query *queries,
		       struct sock_found *found, int n);

/**
 * sockdiag_count - could it be another socket?
 * @found: the answer to @query; gets n_candidates
 *
 * Several sockets can share address and port: SO_REUSEPORT, and SO_REUSEADDR
 * with UDP. The one in @found is that which gets a packet of the flow now; who
 * has sent one, or what was bound when it came in, cannot be asked. When a
 * connection waits in a queue and only one listener has any, @found is changed
 * to that one. It walks the kernel's tables: once per address and port, not
 * per flow.
 * Return: 0 or negative errno.
 */
int sockdiag_count(struct sockdiag *d, const struct sock_query *query,
		   struct sock_found *found);

/* Return: true for no more. @entry is borrowed for the call. */
typedef bool (*sock_entry_fn)(void *ctx, const struct sock_entry *entry);

/**
 * sockdiag_dump_begin - ask for all sockets of a family and a protocol
 * @states: bit mask of state numbers
 * @lport: local port; 0 is any
 *
 * IPv6 sockets that speak IPv4 belong to FAMILY_IPV6 here.
 * Return: 0 or negative errno.
 */
int sockdiag_dump_begin(struct sockdiag *d, uint8_t family, uint8_t proto,
			uint32_t states, uint16_t lport);

/**
 * sockdiag_dump_step - the next some hundred of them
 *
 * The caller may let any time pass between two steps.
 * Return: 1 there may be more, 0 that was all, negative errno.
 */
int sockdiag_dump_step(struct sockdiag *d, sock_entry_fn fn, void *ctx);

/** sockdiag_dump - begin, and all steps. */
int sockdiag_dump(struct sockdiag *d, uint8_t family, uint8_t proto,
		  uint32_t states, sock_entry_fn fn, void *ctx);

#endif

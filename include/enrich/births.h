/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Births of sockets: two small BPF programs, attached to the root of cgroup2,
 * tell which process makes a socket and which connects one, in every container
 * and network namespace. What they say lies in a ring that is mapped here, so
 * reading needs no capability and no system call.
 *
 * They know the process that has made the socket, also when both are gone
 * already. Who holds it now, they do not know. Of the sockets of the kernel
 * itself they do not hear, nor of those that accept() makes.
 *
 * Where cgroup2 is that of a container, only the sockets in there are seen.
 */
#ifndef FLOWTOP_ENRICH_BIRTHS_H
#define FLOWTOP_ENRICH_BIRTHS_H

#include "enrich/diagmsg.h"

#include <stdbool.h>
#include <stdint.h>

struct births;

#define BIRTH_COMM_SIZE 16

struct birth {
	uint64_t cookie;       /* of the socket, as inet_diag gives it */
	uint64_t netns_cookie; /* of its network namespace; 0 unknown */
	/* CLOCK_BOOTTIME of its making, or of the connect: then the process
	 * was there. */
	uint64_t boot_ns;
	uint32_t pid; /* thread group; as the initial pid namespace counts */
	uint32_t uid; /* real (inet_diag has the effective), as the initial
		       * user namespace counts; UINT32_MAX not known */
	/* Of the thread that called; any bytes, NUL at the end; "" not known,
	 * which happens only with connects. */
	char comm[BIRTH_COMM_SIZE];
};

/* What could be had. */
struct births_state {
	bool has_sockets;  /* socket() is seen */
	bool has_connects; /* and TCP's connect(), with its addresses */
	int error;         /* negative errno of the first that could not; 0 */
	const char *what;  /* static: which step that was; NULL */
};

/**
 * births_open - load and attach
 * @state: filled in also after an error
 *
 * Needs CAP_BPF (or CAP_SYS_ADMIN), CAP_NET_ADMIN, a cgroup2 mount and Linux
 * 5.8. What was attached goes when this process ends, however it does; a child
 * that is forked later holds it as well.
 *
 * Process numbers and times are those of the initial namespaces. In another
 * pid or time namespace they would name others: -ENOTSUP.
 *
 * Context: with privileges, before the sandbox and the first thread, after
 * forking. Prints nothing.
 * Return: 0 when at least has_sockets; negative errno.
 */
int births_open(struct births **births, struct births_state *state);

/** births_close - NULL is allowed. */
void births_close(struct births *births);

/**
 * births_read - take in what has happened
 *
 * To be called before the questions about a flow: what had happened before its
 * first packet is known then. Without a call in time the ring gets full: after
 * 5,000 connects or 14,000 other sockets.
 * Context: one thread; it alone may call all those below. No capability and no
 * system call but for the time is needed.
 * Return: how many births there were.
 */
int births_read(struct births *births);

/** births_lost - births and connects that found the ring full, all of them. */
uint64_t births_lost(const struct births *births);

/**
 * births_find - by cookie
 *
 * The last 4,096 are remembered, and up to 65,536 that are not older than
 * seconds while they are of use: while there are answers to questions.
 *
 * Return: whether it is known.
 */
bool births_find(struct births *births, uint64_t cookie, struct birth *birth);

/**
 * births_find_connect - who has connected from there to there
 * @query: TCP; its interface is not used. IPv4 by an IPv6 socket is IPv4
 * @since_ns: CLOCK_BOOTTIME; older ones do not count
 *
 * The last 1,024 connects are remembered, up to 16,384 as above. What cannot be
 * told by births may still be told in another way.
 *
 * Return: 1 one; 0 none, or nobody knows who; -1 it cannot be told: several
 * sockets, in different namespaces or one after the other, or @since_ns is
 * before births_open(), before connects that were lost or before those that are
 * forgotten, so that there may have been another.
 */
int births_find_connect(struct births *births, const struct sock_query *query,
			uint64_t since_ns, struct birth *birth);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Births of sockets: two small BPF programs, attached to the root of cgroup2,
 * tell which process makes a socket and which connects one, in every container
 * and network namespace. What they say lies in a ring that is mapped here, so
 * reading needs no capability and no system call.
 *
 * They know the process that has made the socket, also when both are gone
 * already. Who holds it now, they do not know.
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
	uint64_t boot_ns;      /* CLOCK_BOOTTIME of its making */
	uint32_t pid;          /* thread group; as the initial pid namespace
				* counts. 0: nobody, the kernel */
	uint32_t uid;          /* effective, as the initial user namespace
				* counts */
	/* Of the thread that called; any bytes, NUL at the end. */
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
 * Needs CAP_BPF (or CAP_SYS_ADMIN), CAP_NET_ADMIN and a cgroup2 mount. What was
 * attached goes when this process ends, however it does.
 * Context: with privileges, before the sandbox and the first thread.
 * Return: 0 when at least has_sockets; negative errno.
 */
int births_open(struct births **births, struct births_state *state);

/** births_close - NULL is allowed. */
void births_close(struct births *births);

/**
 * births_read - take in what has happened
 *
 * Context: one thread; it may call the next two as well.
 * Return: how many births there were.
 */
int births_read(struct births *births);

/** births_lost - births that found the ring full, as far as known. */
uint64_t births_lost(const struct births *births);

/** births_find - by cookie. The last 65,536 or so are remembered.
 * Return: whether it is known. */
bool births_find(const struct births *births, uint64_t cookie,
		 struct birth *birth);

/**
 * births_find_connect - who has connected from there to there
 * @query: its interface is not used
 * @since_ns: CLOCK_BOOTTIME; older ones do not count
 *
 * Return: 1 one; 0 none; -1 several sockets, in different namespaces or one
 * after the other, so that it cannot be told.
 */
int births_find_connect(const struct births *births,
			const struct sock_query *query, uint64_t since_ns,
			struct birth *birth);

#endif

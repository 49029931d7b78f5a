/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The privileged actions, all of them, and the process that does them.
 *
 *   main      asks, by small structs of plain values; has no capability
 *   broker    a child, forked before the first thread: sends ctnetlink
 *	       requests on sockets that main reads, turns switches on,
 *	       tracks; holds CAP_NET_ADMIN and nothing else. When main is gone,
 *	       however it went, it puts back what was changed
 *   keeper    a child of the broker that waits for its end: puts back what a
 *	       broker that was killed could not
 *
 * Nothing else in the program sends a ctnetlink request or writes a sysctl.
 * Functions of a started broker may be called from any thread.
 */
#ifndef FLOWTOP_BROKER_REQUEST_H
#define FLOWTOP_BROKER_REQUEST_H

#include "lib/sandbox.h"
#include "net/tuple.h"

#include <stdbool.h>
#include <stdint.h>

/* Sockets that requests are sent on; main receives the answers. */
enum { CT_SOCKET_SWEEP, CT_SOCKET_RESYNC, CT_SOCKETS };

#define MAX_GETS 256 /* questions in one request */

/* The two switches in /proc/sys/net/netfilter that flowtop may turn on. */
enum { SYSCTL_ACCT, SYSCTL_TIMESTAMP, SYSCTLS };

struct broker;
struct caller;

struct broker_config {
	int fds[CT_SOCKETS];         /* main keeps its copies */
	const struct caller *caller; /* whose uid it takes */
	enum sandbox_mode sandbox;
	bool may_sysctl; /* request_sysctl_on() will come */
	bool may_track;  /* request_track() may come */
	int tty;         /* put back as it is now when main dies; -1: none */
};

/**
 * broker_start - fork the broker
 *
 * @failed: for "cannot ...": what has failed
 *
 * Context: before the first thread; main still has its privileges.
 * Return: NULL with errno.
 */
struct broker *broker_start(const struct broker_config *config,
			    const char **failed);

/** broker_state_error - 0, or the negative errno for which nothing in
 * /run/flowtop will tell the next flowtop what to put back. */
int broker_state_error(const struct broker *broker);

/** broker_fd - polls readable when broker_check() has something to say. */
int broker_fd(const struct broker *broker);

/**
 * broker_check - has the broker said something by itself? Does not wait.
 *
 * Return: 0 no; 1 it ended tracking, as the table is nearly full; -EPIPE it
 * is gone.
 */
int broker_check(struct broker *broker);

/**
 * broker_hang_up - every request fails from now on, also one that is waiting
 *
 * The broker begins to put back what was changed. NULL is allowed.
 */
void broker_hang_up(struct broker *broker);

/**
 * broker_leave - let it put back what was changed, and wait until it has
 *
 * If it is stopped by somebody, it waits for a third of a second: then the
 * broker puts back by itself when it goes on. Every later request fails.
 */
void broker_leave(struct broker *broker);

/** broker_close - broker_leave(), and free. NULL is allowed.
 * Return: the signal that has ended it, which none should; or 0. */
int broker_close(struct broker *broker);

/**
 * request_dump - ask the kernel to list its table on a socket
 * @family: FAMILY_* or 0 for all
 * @seq: comes back in every answer
 *
 * Return: 0 or negative errno (-EBUSY: a listing runs there already; -EPIPE:
 * the broker is gone).
 */
int request_dump(struct broker *broker, int socket, uint8_t family,
		 uint32_t seq);

/**
 * request_get - ask the kernel about @n <= MAX_GETS flows
 *
 * The i-th answer, an entry or an error, carries @seq + i. All are on the
 * socket when this returns.
 * Return: as request_dump().
 */
int request_get(struct broker *broker, int socket, uint32_t seq,
		const struct flow_key *keys, int n);

/**
 * request_sysctl_on - set switches to 1 until broker_leave()
 * @wanted: bits 1 << SYSCTL_*
 *
 * Called once. Only values that are still ours are put back, by the last
 * flowtop of the network namespace.
 * Return: bits of those that could not be set: the kernel lacks them, or they
 * cannot be written; negative errno.
 */
int request_sysctl_on(struct broker *broker, unsigned int wanted);

/**
 * request_track - track connections until broker_leave(), without a firewall
 *
 * Return: 0, enum track_result, or negative errno.
 */
int request_track(struct broker *broker);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The privileged actions, all of them.
 *
 * Nothing else in the program sends a ctnetlink request, writes a sysctl or
 * reads another process's /proc. Requests are small structs of plain values,
 * never bytes to be passed on, so that another process can serve them. Today
 * they are served in this process.
 */
#ifndef FLOWTOP_BROKER_REQUEST_H
#define FLOWTOP_BROKER_REQUEST_H

#include "net/tuple.h"

#include <stdbool.h>
#include <stdint.h>

/* Sockets that requests are sent on; main receives the answers. */
enum { CT_SOCKET_SWEEP, CT_SOCKET_RESYNC, CT_SOCKETS };

#define MAX_GETS 64 /* questions in one request */

/* The two switches in /proc/sys/net/netfilter that flowtop may turn on. */
enum { SYSCTL_ACCT, SYSCTL_TIMESTAMP, SYSCTLS };

struct broker;

/**
 * broker_open - get ready to serve
 * @fds: CT_SOCKETS netlink sockets; borrowed until broker_close()
 *
 * Return: NULL with errno.
 */
struct broker *broker_open(const int fds[CT_SOCKETS]);

/** broker_restore - put back what was changed; broker_close() then has nothing
 * to do. */
void broker_restore(struct broker *broker);

/** broker_close - put back what was changed, and free. NULL is allowed. */
void broker_close(struct broker *broker);

/**
 * request_dump - ask the kernel to list its table on a socket
 * @family: FAMILY_* or 0 for all
 * @seq: comes back in every answer
 *
 * Return: 0 or negative errno (-EBUSY: a listing runs there already).
 */
int request_dump(struct broker *broker, int socket, uint8_t family,
		 uint32_t seq);

/**
 * request_get - ask the kernel about @n <= MAX_GETS flows
 *
 * The i-th answer, an entry or an error, carries @seq + i.
 * Return: 0 or negative errno.
 */
int request_get(struct broker *broker, int socket, uint32_t seq,
		const struct flow_key *keys, int n);

/**
 * request_sysctl_on - set switches to 1 until broker_close()
 * @wanted: bits 1 << SYSCTL_*
 *
 * Called once. Only values that are still ours are put back, by the last
 * flowtop of the network namespace.
 * Return: bits of those that could not be set: the kernel lacks them, or they
 * cannot be written.
 */
unsigned int request_sysctl_on(struct broker *broker, unsigned int wanted);

#endif

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
 * request_sysctl_on - set one of the switches to 1 until broker_close()
 *
 * Only a value that is still ours is put back.
 * Return: 0, also when it was on already; -ENOENT the kernel has no such
 * switch; -EROFS, -EACCES it cannot be written.
 */
int request_sysctl_on(struct broker *broker, int which);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* The names of addresses, as this machine knows them: getnameinfo(). */
#ifndef FLOWTOP_LIB_RESOLVER_H
#define FLOWTOP_LIB_RESOLVER_H

#include <stddef.h>
#include <sys/socket.h>

#define RESOLVER_NAME_SIZE 1025 /* NI_MAXHOST */

/**
 * resolver_name - may take long, or never return
 * @name: RESOLVER_NAME_SIZE bytes, of strangers
 *
 * The socket of a question that a name server has answered may stay open until
 * resolver_close(): so that it can be seen whose it was.
 * Context: any thread.
 * Return: 0, or EAI_*.
 */
int resolver_name(const struct sockaddr *addr, socklen_t size, char *name);

/** resolver_close - what this thread's question has left open. */
void resolver_close(void);

#endif

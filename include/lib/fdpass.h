/* SPDX-License-Identifier: GPL-2.0-only */
/* Messages of a fixed size, with descriptors, between processes of flowtop. */
#ifndef FLOWTOP_LIB_FDPASS_H
#define FLOWTOP_LIB_FDPASS_H

#include <stddef.h>

#define FDPASS_MAX 2

/**
 * fdpass_send - send a message; does not wait
 * @socket: SOCK_SEQPACKET
 * @fds: @n <= FDPASS_MAX descriptors that go with it, and stay the caller's
 *
 * Return: 0 or negative errno (-EAGAIN: the other end does not read).
 */
int fdpass_send(int socket, const void *message, size_t size, const int *fds,
		int n);

/**
 * fdpass_receive - take a message; does not wait
 * @fds: FDPASS_MAX, -1 where there is none; the caller's from now on
 *
 * Return: 1; 0: none now; -EPIPE: the other end is gone, or said something of
 * another size.
 */
int fdpass_receive(int socket, void *message, size_t size, int *fds);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* Raw and ping sockets, which inet_diag does not tell (or only with a module):
 * /proc/PID/net/{raw,raw6,icmp,icmp6}. They have no cookie there. */
#ifndef FLOWTOP_ENRICH_RAWSOCK_H
#define FLOWTOP_ENRICH_RAWSOCK_H

#include "net/addr.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rawsock {
	struct addr local, remote; /* all 0: any */
	uint64_t inode;
	uint32_t uid;
	uint16_t number; /* raw: the protocol; ping: the identifier */
	uint8_t family;
};

/**
 * rawsock_parse - read a line of such a file
 * @line: without its newline, @size bytes, which need no NUL
 * @family: of the file
 *
 * Return: 0, or -EINVAL with @sock unchanged (a heading).
 */
int rawsock_parse(const char *line, size_t size, uint8_t family,
		  struct rawsock *sock);

#define RAWSOCKS_MAX 256

/* The sockets of our network namespace. */
struct rawsocks {
	struct rawsock ping[RAWSOCKS_MAX], raw[RAWSOCKS_MAX];
	int n_ping, n_raw;
	bool is_cut; /* there are more */
	uint64_t read_ns;
};

/** rawsocks_read - read the files anew when they were read before @since_ns
 * (monotonic). */
void rawsocks_read(struct rawsocks *socks, uint64_t since_ns);

/** rawsock_fits - is it bound, and connected, to nothing else than that? */
bool rawsock_fits(const struct rawsock *sock, uint8_t family,
		  const struct addr *local, const struct addr *remote);

#endif

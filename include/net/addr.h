/* SPDX-License-Identifier: GPL-2.0-only */
/* Addresses and networks. The family lives beside the address, not in it. */
#ifndef FLOWTOP_NET_ADDR_H
#define FLOWTOP_NET_ADDR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Values of AF_INET and AF_INET6, and of nfgen_family: stored in a byte. */
enum { FAMILY_IPV4 = 2, FAMILY_IPV6 = 10 };

#define ADDR_TEXT_SIZE 46 /* longest text with its NUL: INET6_ADDRSTRLEN */

/* Network order; an IPv4 address fills the first four bytes, the rest is 0. */
struct addr {
	uint8_t byte[16];
};

/* An address with a prefix length in bits. */
struct network {
	struct addr addr;
	uint8_t family;
	uint8_t prefix;
};

enum addr_scope {
	SCOPE_PUBLIC,
	SCOPE_PRIVATE,   /* RFC 1918, fc00::/7 */
	SCOPE_CGNAT,     /* RFC 6598, 100.64/10 */
	SCOPE_LINK,      /* 169.254/16, fe80::/10 */
	SCOPE_LOOPBACK,  /* 127/8, ::1, v4-mapped 127/8 */
	SCOPE_MULTICAST, /* 224/4, ff00::/8 */
	SCOPE_BROADCAST, /* 255.255.255.255 */
	SCOPE_ANY,       /* 0/8, :: */
};

/** addr_size - bytes in use: 4 or 16; 0 for an unknown family. */
size_t addr_size(uint8_t family);

bool addr_equal(const struct addr *a, const struct addr *b);

/** addr_compare - total order, as memcmp; IPv4 and IPv6 do not mix. */
int addr_compare(const struct addr *a, const struct addr *b);

/**
 * addr_format - RFC 5952 text of @addr
 * @text: at least ADDR_TEXT_SIZE bytes
 *
 * An unknown family gives "?".
 * Return: length without the NUL.
 */
size_t addr_format(const struct addr *addr, uint8_t family, char *text);

/**
 * addr_parse - read IPv4 or IPv6 text
 *
 * Return: 0, or -EINVAL with @addr and @family unchanged.
 */
int addr_parse(const char *text, struct addr *addr, uint8_t *family);

/** addr_scope - what kind of address it is, without any database. */
enum addr_scope addr_scope(const struct addr *addr, uint8_t family);

/**
 * network_parse - read "ADDRESS[/PREFIX]"; without a prefix one host
 *
 * Bits behind the prefix are cleared. Return: 0 or -EINVAL.
 */
int network_parse(const char *text, struct network *network);

bool network_contains(const struct network *network, const struct addr *addr,
		      uint8_t family);

#endif

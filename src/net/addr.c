// SPDX-License-Identifier: GPL-2.0-only
/* Addresses and networks. */
#include "net/addr.h"

#include "lib/str.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

_Static_assert(FAMILY_IPV4 == AF_INET && FAMILY_IPV6 == AF_INET6, "kernel");
_Static_assert(ADDR_TEXT_SIZE == INET6_ADDRSTRLEN, "longest text");

#define WORDS 8 /* 16-bit groups of an IPv6 address */

size_t addr_size(uint8_t family)
{
	switch (family) {
	case FAMILY_IPV4:
		return 4;
	case FAMILY_IPV6:
		return 16;
	default:
		return 0;
	}
}

bool addr_equal(const struct addr *a, const struct addr *b)
{
	return !memcmp(a, b, sizeof(*a));
}

int addr_compare(const struct addr *a, const struct addr *b)
{
	return memcmp(a, b, sizeof(*a));
}

static char *put_decimal(char *s, uint8_t value)
{
	if (value >= 100)
		*s++ = (char)('0' + value / 100);
	if (value >= 10)
		*s++ = (char)('0' + value / 10 % 10);
	*s++ = (char)('0' + value % 10);
	return s;
}

static char *put_ipv4(char *s, const uint8_t *byte)
{
	for (int i = 0; i < 4; i++) {
		if (i)
			*s++ = '.';
		s = put_decimal(s, byte[i]);
	}
	return s;
}

static char *put_hex(char *s, unsigned int value)
{
	static const char digit[] = "0123456789abcdef";

	for (int shift = 12; shift >= 0; shift -= 4)
		if (value >> shift || !shift)
			*s++ = digit[value >> shift & 0xf];
	return s;
}

static const uint8_t mapped_prefix[12] = { [10] = 0xff, [11] = 0xff };

static bool is_mapped(const struct addr *addr)
{
	return !memcmp(addr->byte, mapped_prefix, sizeof(mapped_prefix));
}

/* The longest run of at least two zero groups, the first of equals. */
static int zero_run(const unsigned int word[WORDS], int *length)
{
	int start = -1, best = 1, run = 0;

	for (int i = 0; i < WORDS; i++) {
		run = word[i] ? 0 : run + 1;
		if (run > best) {
			best = run;
			start = i - run + 1;
		}
	}
	*length = best;
	return start;
}

static char *put_ipv6(char *s, const struct addr *addr)
{
	unsigned int word[WORDS];
	int start, length;

	if (is_mapped(addr)) {
		memcpy(s, "::ffff:", 7);
		return put_ipv4(s + 7, addr->byte + sizeof(mapped_prefix));
	}
	for (int i = 0; i < WORDS; i++)
		word[i] = (unsigned int)(addr->byte[2 * i] << 8 |
					 addr->byte[2 * i + 1]);
	start = zero_run(word, &length);
	for (int i = 0; i < WORDS; i++) {
		if (i == start) {
			*s++ = ':';
			*s++ = ':';
			i += length - 1;
			continue;
		}
		if (i && i != start + length)
			*s++ = ':';
		s = put_hex(s, word[i]);
	}
	return s;
}

size_t addr_format(const struct addr *addr, uint8_t family, char *text)
{
	char *end = text;

	if (family == FAMILY_IPV4)
		end = put_ipv4(text, addr->byte);
	else if (family == FAMILY_IPV6)
		end = put_ipv6(text, addr);
	else
		*end++ = '?';
	*end = '\0';
	return (size_t)(end - text);
}

int addr_parse(const char *text, struct addr *addr, uint8_t *family)
{
	uint8_t found = strchr(text, ':') ? FAMILY_IPV6 : FAMILY_IPV4;
	struct addr parsed = { 0 };

	if (inet_pton(found, text, parsed.byte) != 1)
		return -EINVAL;
	*addr = parsed;
	*family = found;
	return 0;
}

static enum addr_scope ipv4_scope(const uint8_t *b)
{
	if (b[0] == 0)
		return SCOPE_ANY;
	if (b[0] == 127)
		return SCOPE_LOOPBACK;
	if (b[0] == 10 || (b[0] == 172 && (b[1] & 0xf0) == 16) ||
	    (b[0] == 192 && b[1] == 168))
		return SCOPE_PRIVATE;
	if (b[0] == 100 && (b[1] & 0xc0) == 64)
		return SCOPE_CGNAT;
	if (b[0] == 169 && b[1] == 254)
		return SCOPE_LINK;
	if ((b[0] & 0xf0) == 224)
		return SCOPE_MULTICAST;
	if (b[0] == 255 && b[1] == 255 && b[2] == 255 && b[3] == 255)
		return SCOPE_BROADCAST;
	return SCOPE_PUBLIC;
}

static enum addr_scope ipv6_scope(const struct addr *addr)
{
	static const struct addr any, loopback = { .byte[15] = 1 };
	const uint8_t *b = addr->byte;

	if (is_mapped(addr))
		return ipv4_scope(b + sizeof(mapped_prefix));
	if (addr_equal(addr, &any))
		return SCOPE_ANY;
	if (addr_equal(addr, &loopback))
		return SCOPE_LOOPBACK;
	if ((b[0] & 0xfe) == 0xfc)
		return SCOPE_PRIVATE;
	if (b[0] == 0xfe && (b[1] & 0xc0) == 0x80)
		return SCOPE_LINK;
	if (b[0] == 0xff)
		return SCOPE_MULTICAST;
	return SCOPE_PUBLIC;
}

enum addr_scope addr_scope(const struct addr *addr, uint8_t family)
{
	if (family == FAMILY_IPV4)
		return ipv4_scope(addr->byte);
	if (family == FAMILY_IPV6)
		return ipv6_scope(addr);
	return SCOPE_ANY; /* nothing to look up */
}

/* Bits of byte @i that belong to the network. */
static uint8_t mask_byte(uint8_t prefix, size_t i)
{
	if (prefix >= 8 * (i + 1))
		return 0xff;
	if (prefix <= 8 * i)
		return 0;
	return (uint8_t)(0xff << (8 - prefix % 8));
}

int network_parse(const char *text, struct network *network)
{
	const char *slash = strchr(text, '/');
	char addr[ADDR_TEXT_SIZE];
	struct network n;
	uint64_t prefix;
	size_t size;

	if (!slash)
		slash = text + strlen(text);
	size = (size_t)(slash - text);
	if (size >= sizeof(addr))
		return -EINVAL;
	memcpy(addr, text, size);
	addr[size] = '\0';
	if (addr_parse(addr, &n.addr, &n.family))
		return -EINVAL;
	prefix = 8 * addr_size(n.family);
	if (*slash && parse_u64(slash + 1, 0, prefix, &prefix))
		return -EINVAL;
	n.prefix = (uint8_t)prefix;
	for (size_t i = 0; i < sizeof(n.addr.byte); i++)
		n.addr.byte[i] &= mask_byte(n.prefix, i);
	*network = n;
	return 0;
}

bool network_contains(const struct network *network, const struct addr *addr,
		      uint8_t family)
{
	if (family != network->family)
		return false;
	for (size_t i = 0; i < addr_size(family); i++)
		if ((addr->byte[i] ^ network->addr.byte[i]) &
		    mask_byte(network->prefix, i))
			return false;
	return true;
}

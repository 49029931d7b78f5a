/* SPDX-License-Identifier: GPL-2.0-only */
/*
 *   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt
 *    1: 0100007F:0001 00000000:0000 07 00000000:00000000 00:00000000 00000000
 *
 *   uid  timeout inode ref pointer drops
 *     0        0 12345 2 0000000000000000 0
 *
 * An address is printed as native 32-bit words, IPv6 has four of them.
 */
#include "enrich/rawsock.h"

#include "lib/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* Fields of a line, separated by spaces. */
enum { FIELD_LOCAL = 1, FIELD_REMOTE = 2, FIELD_UID = 7, FIELD_INODE = 9 };

struct text {
	const char *at, *end;
};

static bool next_field(struct text *line, struct text *field)
{
	while (line->at < line->end && *line->at == ' ')
		line->at++;
	field->at = line->at;
	while (line->at < line->end && *line->at != ' ')
		line->at++;
	field->end = line->at;
	return field->at < field->end;
}

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Takes @n hexadecimal digits away from the head. */
static bool take_hex(struct text *text, int n, uint32_t *value)
{
	uint32_t v = 0;

	if (text->end - text->at < n)
		return false;
	for (int i = 0; i < n; i++) {
		int d = digit(text->at[i]);

		if (d < 0)
			return false;
		v = v << 4 | (uint32_t)d;
	}
	text->at += n;
	*value = v;
	return true;
}

static bool take_end(struct text field, uint8_t family, struct addr *addr,
		     uint16_t *port)
{
	uint32_t word;

	memset(addr, 0, sizeof(*addr));
	for (size_t i = 0; i < addr_size(family); i += sizeof(word)) {
		if (!take_hex(&field, 8, &word))
			return false;
		memcpy(addr->byte + i, &word, sizeof(word));
	}
	if (field.at == field.end || *field.at++ != ':' ||
	    !take_hex(&field, 4, &word))
		return false;
	*port = (uint16_t)word;
	return field.at == field.end;
}

static bool take_number(struct text field, uint64_t max, uint64_t *value)
{
	uint64_t v = 0;

	for (; field.at < field.end; field.at++) {
		if (*field.at < '0' || *field.at > '9' ||
		    __builtin_mul_overflow(v, 10, &v) ||
		    __builtin_add_overflow(v, (uint64_t)(*field.at - '0'), &v))
			return false;
	}
	*value = v;
	return v <= max;
}

static bool take_field(int i, struct text field, uint64_t *uid,
		       struct rawsock *sock)
{
	uint16_t ignored;

	switch (i) {
	case FIELD_LOCAL:
		return take_end(field, sock->family, &sock->local,
				&sock->number);
	case FIELD_REMOTE:
		return take_end(field, sock->family, &sock->remote, &ignored);
	case FIELD_UID:
		return take_number(field, UINT32_MAX, uid);
	case FIELD_INODE:
		return take_number(field, UINT64_MAX, &sock->inode);
	default:
		return true;
	}
}

int rawsock_parse(const char *line, size_t size, uint8_t family,
		  struct rawsock *sock)
{
	struct rawsock got = { .family = family };
	struct text rest = { line, line + size }, field;
	uint64_t uid = 0;

	for (int i = 0; i <= FIELD_INODE; i++) {
		if (!next_field(&rest, &field) ||
		    !take_field(i, field, &uid, &got))
			return -EINVAL;
	}
	got.uid = (uint32_t)uid;
	*sock = got;
	return 0;
}

/* ------------------------------------------------------------ files */

/* Return: bytes of @text behind the last newline, moved to its head. */
static size_t take_lines(char *text, size_t n, uint8_t family,
			 struct rawsocks *socks, struct rawsock *list,
			 int *count)
{
	char *at = text, *newline;

	while ((newline = memchr(at, '\n', n))) {
		struct rawsock sock;

		if (!rawsock_parse(at, (size_t)(newline - at), family, &sock)) {
			if (*count < RAWSOCKS_MAX)
				list[(*count)++] = sock;
			else
				socks->is_cut = true;
		}
		n -= (size_t)(newline + 1 - at);
		at = newline + 1;
	}
	memmove(text, at, n);
	return n;
}

static void read_file(const char *path, uint8_t family, struct rawsocks *socks,
		      struct rawsock *list, int *count)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t kept = 0;
	char text[4096];
	ssize_t n;

	if (fd < 0)
		return;
	do {
		n = read(fd, text + kept, sizeof(text) - kept);
		if (n > 0)
			kept = take_lines(text, kept + (size_t)n, family, socks,
					  list, count);
	} while ((n > 0 && kept < sizeof(text) && !socks->is_cut) ||
		 (n < 0 && errno == EINTR));
	close(fd);
}

void rawsocks_read(struct rawsocks *socks, uint64_t since_ns)
{
	if (socks->read_ns && socks->read_ns >= since_ns)
		return;
	socks->read_ns = clock_mono_ns();
	socks->n_ping = socks->n_raw = 0;
	socks->is_cut = false;
	read_file("/proc/thread-self/net/icmp", FAMILY_IPV4, socks, socks->ping,
		  &socks->n_ping);
	read_file("/proc/thread-self/net/icmp6", FAMILY_IPV6, socks,
		  socks->ping, &socks->n_ping);
	read_file("/proc/thread-self/net/raw", FAMILY_IPV4, socks, socks->raw,
		  &socks->n_raw);
	read_file("/proc/thread-self/net/raw6", FAMILY_IPV6, socks, socks->raw,
		  &socks->n_raw);
}

static bool is_any_or(const struct addr *bound, const struct addr *addr)
{
	static const struct addr any;

	return addr_equal(bound, &any) || addr_equal(bound, addr);
}

bool rawsock_fits(const struct rawsock *sock, uint8_t family,
		  const struct addr *local, const struct addr *remote)
{
	return sock->family == family && is_any_or(&sock->local, local) &&
	       is_any_or(&sock->remote, remote);
}

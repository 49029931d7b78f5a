// SPDX-License-Identifier: GPL-2.0-only
/* A growing buffer and the text formats that go into it. */
#include "lib/buf.h"

#include "lib/alloc.h"
#include "lib/must.h"
#include "lib/str.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ROOM_FIRST 256
#define U64_DIGITS 20

void buf_init(struct buf *buf)
{
	*buf = (struct buf){ 0 };
}

void buf_free(struct buf *buf)
{
	free(buf->data);
	buf_init(buf);
}

void buf_reset(struct buf *buf)
{
	buf->size = 0;
}

char *buf_reserve(struct buf *buf, size_t n)
{
	size_t need;

	if (__builtin_add_overflow(buf->size, n, &need))
		must_be_ok(EOVERFLOW, "buf_reserve");
	if (need > buf->room || !buf->data) {
		size_t room = buf->room + buf->room / 2;

		if (room < ROOM_FIRST)
			room = ROOM_FIRST;
		if (room < need)
			room = need;
		buf->data = xrealloc_array(buf->data, room, 1);
		buf->room = room;
	}
	return buf->data + buf->size;
}

void buf_grow(struct buf *buf, size_t n)
{
	assert(n <= buf->room - buf->size);
	buf->size += n;
}

void buf_bytes(struct buf *buf, const void *data, size_t n)
{
	if (!n)
		return;
	memcpy(buf_reserve(buf, n), data, n);
	buf->size += n;
}

void buf_char(struct buf *buf, char c)
{
	*buf_reserve(buf, 1) = c;
	buf->size++;
}

void buf_str(struct buf *buf, const char *s)
{
	buf_bytes(buf, s, strlen(s));
}

void buf_printf(struct buf *buf, const char *format, ...)
{
	size_t room = 64;
	va_list ap;
	int n;

	for (;;) {
		char *text = buf_reserve(buf, room);

		va_start(ap, format);
		n = vsnprintf(text, room, format, ap);
		va_end(ap);
		if (n < 0)
			return;
		if ((size_t)n < room)
			break;
		room = (size_t)n + 1;
	}
	buf->size += (size_t)n;
}

void buf_u64(struct buf *buf, uint64_t value)
{
	char text[U64_DIGITS];
	char *s = text + sizeof(text);

	do {
		*--s = (char)('0' + value % 10);
		value /= 10;
	} while (value);
	buf_bytes(buf, s, (size_t)(text + sizeof(text) - s));
}

static void json_escape(struct buf *buf, uint32_t code)
{
	static const char from[] = "\"\\\b\f\n\r\t";
	static const char to[] = "\"\\bfnrt";
	const char *found = code ? memchr(from, (int)code, sizeof(from)) : NULL;

	if (found) {
		buf_char(buf, '\\');
		buf_char(buf, to[found - from]);
	} else {
		buf_printf(buf, "\\u%04x", code);
	}
}

static bool json_needs_escape(uint32_t code)
{
	return code < 0x20 || code == '"' || code == '\\' ||
	       (code >= 0x7f && code < 0xa0);
}

void buf_json(struct buf *buf, const char *text, size_t n)
{
	buf_char(buf, '"');
	while (n) {
		uint32_t code;
		size_t taken = utf8_decode(text, n, &code);

		if (json_needs_escape(code))
			json_escape(buf, code);
		else if (code == 0xfffd)
			buf_str(buf, "\xef\xbf\xbd");
		else
			buf_bytes(buf, text, taken);
		text += taken;
		n -= taken;
	}
	buf_char(buf, '"');
}

static bool csv_needs_quotes(const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (text[i] == ',' || text[i] == '"' || text[i] == '\r' ||
		    text[i] == '\n')
			return true;
	return false;
}

void buf_csv(struct buf *buf, const char *text, size_t n)
{
	if (!csv_needs_quotes(text, n)) {
		buf_bytes(buf, text, n);
		return;
	}
	buf_char(buf, '"');
	for (size_t i = 0; i < n; i++) {
		if (text[i] == '"')
			buf_char(buf, '"');
		buf_char(buf, text[i]);
	}
	buf_char(buf, '"');
}

/* Somebody else may have made our terminal or pipe non-blocking. */
static int wait_writable(int fd)
{
	struct pollfd pfd = { .fd = fd, .events = POLLOUT };

	if (poll(&pfd, 1, -1) < 0 && errno != EINTR)
		return -errno;
	return 0;
}

int buf_write(struct buf *buf, int fd)
{
	size_t done = 0;
	int err = 0;

	while (done < buf->size && !err) {
		ssize_t n = write(fd, buf->data + done, buf->size - done);

		if (n >= 0)
			done += (size_t)n;
		else if (errno == EAGAIN)
			err = wait_writable(fd);
		else if (errno != EINTR)
			err = -errno;
	}
	buf_reset(buf);
	return err;
}

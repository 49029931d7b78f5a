/* SPDX-License-Identifier: GPL-2.0-only */
/* A growing buffer. Outputs format a whole frame into one and write it at
 * once, so that a reader on the other side sees whole frames. */
#ifndef FLOWTOP_LIB_BUF_H
#define FLOWTOP_LIB_BUF_H

#include <stddef.h>
#include <stdint.h>

struct buf {
	char *data; /* not NUL-terminated; NULL while nothing was added */
	size_t size;
	size_t room; /* allocated */
};

/** buf_init - empty; all zero is a valid empty buffer, too. */
void buf_init(struct buf *buf);

/** buf_free - give the memory back; @buf is empty afterwards. */
void buf_free(struct buf *buf);

/** buf_reset - empty it, but keep the memory for the next frame. */
void buf_reset(struct buf *buf);

/**
 * buf_reserve - room for @n more bytes
 *
 * The program ends when there is no memory, as with xmalloc().
 * Return: where to write them; then call buf_grow(). Valid until the next
 * call with this buffer.
 */
char *buf_reserve(struct buf *buf, size_t n);

/** buf_grow - @n bytes were written to what buf_reserve() gave. */
void buf_grow(struct buf *buf, size_t n);

void buf_bytes(struct buf *buf, const void *data, size_t n);
void buf_char(struct buf *buf, char c);
void buf_str(struct buf *buf, const char *s);
void buf_printf(struct buf *buf, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/** buf_u64 - decimal digits, faster than buf_printf(). */
void buf_u64(struct buf *buf, uint64_t value);

/**
 * buf_json - a JSON string with its quotes
 * @text: @n bytes of any kind; what is not UTF-8 becomes U+FFFD
 *
 * Control characters, also U+007F to U+009F, are escaped: the result is safe
 * on a terminal.
 */
void buf_json(struct buf *buf, const char *text, size_t n);

/** buf_csv - a CSV field, in quotes where RFC 4180 wants them. */
void buf_csv(struct buf *buf, const char *text, size_t n);

/**
 * buf_write - write all of it to @fd, then reset
 *
 * Waits when @fd does not block and is full.
 * Return: 0 or negative errno; the buffer is reset in both cases.
 */
int buf_write(struct buf *buf, int fd);

#endif

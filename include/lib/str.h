/* SPDX-License-Identifier: GPL-2.0-only */
/* Strings of fixed size, UTF-8, and numbers that users type. */
#ifndef FLOWTOP_LIB_STR_H
#define FLOWTOP_LIB_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * str_copy - copy @src to @dst and cut what does not fit
 * @size: of @dst, at least 1; the result always ends with a NUL
 *
 * Return: whether all of it fitted.
 */
bool str_copy(char *dst, size_t size, const char *src);

/** str_printf - the same for formatted text. */
bool str_printf(char *dst, size_t size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/** str_lower - ASCII only, whatever the locale says of "I". */
char str_lower(char c);

/** str_casecmp, str_ncasecmp - as strcasecmp(), but as str_lower(). */
int str_casecmp(const char *a, const char *b);
int str_ncasecmp(const char *a, const char *b, size_t n);

/**
 * utf8_decode - take one character from the head of @text
 * @size: bytes left, at least 1
 * @code: the character; 0xfffd when the bytes are no valid UTF-8
 *
 * Surrogates, overlong forms and numbers above U+10FFFF are invalid. A broken
 * sequence is taken up to where it breaks, so it gives one 0xfffd.
 * Return: bytes taken, 1 to 4.
 */
size_t utf8_decode(const char *text, size_t size, uint32_t *code);

/**
 * parse_u64 - a decimal number between @min and @max
 * @value: unchanged on error
 *
 * The whole text must be digits: no sign, no space, no unit.
 * Return: 0, -EINVAL, or -ERANGE for a number outside the limits.
 */
int parse_u64(const char *text, uint64_t min, uint64_t max, uint64_t *value);

/**
 * parse_duration - seconds with or without a fraction, such as "0.25"
 * @min_ns, @max_ns, @value_ns: nanoseconds; smaller fractions are cut
 *
 * Return: as parse_u64().
 */
int parse_duration(const char *text, uint64_t min_ns, uint64_t max_ns,
		   uint64_t *value_ns);

/**
 * parse_bytes - a whole number with or without one of k K M G (powers of
 * 1000, as flowtop prints them) or Ki Mi Gi (powers of 1024)
 *
 * Return: as parse_u64().
 */
int parse_bytes(const char *text, uint64_t min, uint64_t max, uint64_t *value);

#endif

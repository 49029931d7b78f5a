// SPDX-License-Identifier: GPL-2.0-only
/* Strings of fixed size, UTF-8, and numbers that users type. */
#include "lib/str.h"

#include "lib/clock.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool str_copy(char *dst, size_t size, const char *src)
{
	size_t n = strnlen(src, size);
	bool whole = n < size;

	if (!whole)
		n = size - 1;
	memcpy(dst, src, n);
	dst[n] = '\0';
	return whole;
}

bool str_printf(char *dst, size_t size, const char *format, ...)
{
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(dst, size, format, ap);
	va_end(ap);
	if (n < 0)
		dst[0] = '\0';
	return n >= 0 && (size_t)n < size;
}

char str_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

int str_ncasecmp(const char *a, const char *b, size_t n)
{
	for (; n; a++, b++, n--) {
		int x = (unsigned char)str_lower(*a);
		int y = (unsigned char)str_lower(*b);

		if (x != y || !x)
			return x - y;
	}
	return 0;
}

int str_casecmp(const char *a, const char *b)
{
	return str_ncasecmp(a, b, SIZE_MAX);
}

#define UTF8_INVALID 0xfffd

/* What a first byte says. The second byte has limits of its own, which keep
 * out overlong forms, surrogates and what is above U+10FFFF. */
struct utf8_lead {
	size_t length; /* 0: no character begins so */
	uint8_t low, high;
};

static struct utf8_lead utf8_lead(uint8_t c)
{
	if (c >= 0xc2 && c <= 0xdf)
		return (struct utf8_lead){ 2, 0x80, 0xbf };
	if ((c & 0xf0) == 0xe0)
		return (struct utf8_lead){ 3, c == 0xe0 ? 0xa0 : 0x80,
					   c == 0xed ? 0x9f : 0xbf };
	if (c >= 0xf0 && c <= 0xf4)
		return (struct utf8_lead){ 4, c == 0xf0 ? 0x90 : 0x80,
					   c == 0xf4 ? 0x8f : 0xbf };
	return (struct utf8_lead){ 0 };
}

size_t utf8_decode(const char *text, size_t size, uint32_t *code)
{
	const uint8_t *s = (const uint8_t *)text;
	struct utf8_lead lead;
	uint32_t c = s[0];

	*code = c;
	if (c < 0x80)
		return 1;
	*code = UTF8_INVALID;
	lead = utf8_lead(s[0]);
	if (!lead.length)
		return 1;
	c &= 0x7f >> lead.length;
	for (size_t i = 1; i < lead.length; i++) {
		if (i == size || s[i] < lead.low || s[i] > lead.high)
			return i;
		c = c << 6 | (s[i] & 0x3f);
		lead.low = 0x80;
		lead.high = 0xbf;
	}
	*code = c;
	return lead.length;
}

/* Reads digits and moves *@text behind them. */
static int digits(const char **text, uint64_t *value)
{
	const char *s = *text;
	bool overflow = false;
	uint64_t v = 0;

	for (; *s >= '0' && *s <= '9'; s++) {
		overflow |= __builtin_mul_overflow(v, 10, &v);
		overflow |= __builtin_add_overflow(v, *s - '0', &v);
	}
	if (s == *text)
		return -EINVAL;
	*text = s;
	*value = overflow ? UINT64_MAX : v;
	return overflow ? -ERANGE : 0;
}

static int within(uint64_t v, uint64_t min, uint64_t max, uint64_t *value)
{
	if (v < min || v > max)
		return -ERANGE;
	*value = v;
	return 0;
}

int parse_u64(const char *text, uint64_t min, uint64_t max, uint64_t *value)
{
	uint64_t v;
	int err = digits(&text, &v);

	if (*text)
		return -EINVAL;
	return err ? err : within(v, min, max, value);
}

int parse_duration(const char *text, uint64_t min_ns, uint64_t max_ns,
		   uint64_t *value_ns)
{
	uint64_t s, ns = 0;
	int err = digits(&text, &s);

	if (err == -EINVAL)
		return err;
	if (*text == '.') {
		text++;
		if (!*text)
			return -EINVAL;
		for (uint64_t unit = NS_PER_S / 10;
		     *text >= '0' && *text <= '9'; unit /= 10)
			ns += unit * (uint64_t)(*text++ - '0');
	}
	if (*text)
		return -EINVAL;
	if (err || __builtin_mul_overflow(s, NS_PER_S, &s) ||
	    __builtin_add_overflow(s, ns, &ns))
		return -ERANGE;
	return within(ns, min_ns, max_ns, value_ns);
}

static const struct {
	char text[3];
	uint64_t factor;
} units[] = {
	{ "", 1 },
	{ "k", 1000 },
	{ "K", 1000 },
	{ "M", 1000 * 1000 },
	{ "G", 1000 * 1000 * 1000 },
	{ "Ki", 1 << 10 },
	{ "Mi", 1 << 20 },
	{ "Gi", 1 << 30 },
};

int parse_bytes(const char *text, uint64_t min, uint64_t max, uint64_t *value)
{
	uint64_t v;
	int err = digits(&text, &v);

	if (err == -EINVAL)
		return err;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strcmp(text, units[i].text))
			continue;
		if (err || __builtin_mul_overflow(v, units[i].factor, &v))
			return -ERANGE;
		return within(v, min, max, value);
	}
	return -EINVAL;
}

// SPDX-License-Identifier: GPL-2.0-only
/* Strings that strangers choose, made harmless. */
#include "lib/sanitize.h"

#include "lib/str.h"
#include "lib/unitext.h"

#include <string.h>

/* ---------------------------------------------------------------- text */

/* The result so far. It never overtakes what it is made from. */
struct result {
	char *out;
	size_t room; /* bytes, without the NUL */
	size_t n;
	bool takes_mark; /* ends with a character without a mark */
	bool is_changed;
	bool is_full; /* something did not fit: nothing comes behind it */
};

static void put(struct result *r, const char *text, size_t n)
{
	if (n > r->room - r->n) {
		r->is_full = r->is_changed = true;
		return;
	}
	memmove(r->out + r->n, text, n);
	r->n += n;
}

static void put_other(struct result *r)
{
	put(r, "?", 1);
	r->takes_mark = false;
	r->is_changed = true;
}

static void put_mark(struct result *r, const char *text, size_t n)
{
	if (r->takes_mark)
		put(r, text, n);
	else if (r->n == 0)
		put_other(r);
	else
		r->is_changed = true;
	r->takes_mark = false;
}

static void put_character(struct result *r, uint32_t code, const char *text,
			  size_t n)
{
	int width = unitext_width(code);

	if (code == '\0' || code == '\t' || code == '\n') {
		put(r, " ", 1);
		r->takes_mark = true;
		r->is_changed |= code != '\0';
	} else if (width > 0) {
		put(r, text, n);
		r->takes_mark = true;
	} else if (width == 0) {
		put_mark(r, text, n);
	} else {
		put_other(r);
	}
}

/* Nearly all text is plain from one end to the other. */
static size_t plain_length(const char *text, size_t length)
{
	size_t n = 0;

	while (n < length && text[n] >= ' ' && text[n] <= '~')
		n++;
	return n;
}

static void put_plain(struct result *r, const char *text, size_t n)
{
	if (n > r->room - r->n) {
		r->is_full = r->is_changed = true;
		n = r->room - r->n;
	}
	put(r, text, n);
	r->takes_mark = true;
}

size_t sanitize_text(char *out, size_t size, const char *text, size_t length,
		     bool *is_changed)
{
	struct result r = { .out = out, .room = size - 1 };

	while (length && text[length - 1] == '\0')
		length--;
	while (length && !r.is_full) {
		size_t n = plain_length(text, length);
		uint32_t code;

		if (n) {
			put_plain(&r, text, n);
		} else {
			n = utf8_decode(text, length, &code);
			put_character(&r, code, text, n);
		}
		text += n;
		length -= n;
	}
	out[r.n] = '\0';
	if (is_changed)
		*is_changed = r.is_changed;
	return r.n;
}

/* ---------------------------------------------------------------- hosts */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Of ASCII, whatever the locale has. */
static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* @c: a letter, in either case */
static bool is_hex_letter(char c)
{
	return (c | 0x20) <= 'f';
}

/* A colon, and no letter that is not hexadecimal. "%" begins a scope. */
static bool is_like_ipv6(const char *name, size_t length)
{
	bool has_colon = false;

	for (size_t i = 0; i < length && name[i] != '%'; i++) {
		if (is_letter(name[i]) && !is_hex_letter(name[i]))
			return false;
		has_colon |= name[i] == ':';
	}
	return has_colon;
}

/* No letter, or hexadecimal. Steps over the label and the dot behind it. */
static bool is_number(const char **at)
{
	const char *s = *at;
	bool is_hex = s[0] == '0' && (s[1] == 'x' || s[1] == 'X');
	bool has_letter = false;

	if (is_hex)
		s += 2;
	for (; *s && *s != '.'; s++)
		has_letter |= is_letter(*s) && !(is_hex && is_hex_letter(*s));
	*at = *s ? s + 1 : s;
	return !has_letter;
}

static bool is_like_ipv4(const char *name)
{
	while (*name) {
		if (!is_number(&name))
			return false;
	}
	return true;
}

static bool has_empty_label(const char *name, size_t length)
{
	bool was_dot = true;

	for (size_t i = 0; i < length; i++) {
		if (name[i] == '.' && was_dot)
			return true;
		was_dot = name[i] == '.';
	}
	return was_dot;
}

/* Return: bytes of @out. */
static size_t copy_host(char *out, const char *name, size_t length,
			bool *is_changed)
{
	size_t done = 0;

	while (length) {
		uint32_t code;
		size_t n = utf8_decode(name, length, &code);
		char c = *name;

		if (!is_letter(c) && !is_digit(c) && c != '.' && c != '-' &&
		    c != '_') {
			c = '?';
			*is_changed = true;
		}
		out[done++] = c;
		name += n;
		length -= n;
	}
	out[done] = '\0';
	return done;
}

size_t sanitize_host(char *out, size_t size, const char *name, size_t length,
		     bool *is_changed)
{
	bool is_other = false, is_bad;
	size_t n = 0;

	if (length && name[length - 1] == '.')
		length--;
	is_bad = length >= SANITIZE_HOST_SIZE || length >= size ||
		 has_empty_label(name, length) || name[0] == '-' ||
		 is_like_ipv6(name, length);
	if (!is_bad)
		n = copy_host(out, name, length, &is_other);
	if (is_bad || is_like_ipv4(out)) {
		out[0] = '\0';
		n = 0;
	}
	if (is_changed)
		*is_changed = is_other;
	return n;
}

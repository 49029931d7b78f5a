// SPDX-License-Identifier: GPL-2.0-only
/* Typed values: one place per type for the screen, JSON, CSV and sorting. */
#include "view/value.h"

#include "lib/buf.h"
#include "lib/clock.h"
#include "lib/fmt.h"
#include "lib/sanitize.h"
#include "lib/str.h"
#include "lib/unitext.h"

#include <string.h>
#include <time.h>

#define LIST_BITS 128
#define NUMBER_SIZE 32 /* longest number of a record */

static const char *const glyphs[GLYPHS][2] = {
	[GLYPH_OUT] = { ">", "\u2192" },
	[GLYPH_IN] = { "<", "\u2190" },
	[GLYPH_THROUGH] = { "=", "\u21c4" },
	[GLYPH_LOCAL] = { ".", "\u00b7" },
	[GLYPH_SRC_LINE] = { "=>", "\u21d2 " },
	[GLYPH_DST_LINE] = { "<=", "\u21d0 " },
	[GLYPH_CUT] = { "~", "\u2026" },
	[GLYPH_DESCENDING] = { "v", "\u25bc" },
	[GLYPH_ASCENDING] = { "^", "\u25b2" },
	[GLYPH_SELECTED] = { ">", "\u258c" },
	[GLYPH_NEW] = { "+", "+" },
	[GLYPH_CLOSED] = { "-", "\u2212" },
	[GLYPH_BAR] = { "#", "\u2588" },
	[GLYPH_REST] = { ".", "\u00b7" },
	[GLYPH_LINE] = { "-", "\u2500" },
	[GLYPH_SIDE] = { "|", "\u2502" },
	[GLYPH_TOP_LEFT] = { "+", "\u250c" },
	[GLYPH_TOP_RIGHT] = { "+", "\u2510" },
	[GLYPH_BOTTOM_LEFT] = { "+", "\u2514" },
	[GLYPH_BOTTOM_RIGHT] = { "+", "\u2518" },
};

const char *glyph_text(enum glyph glyph, unsigned int flags)
{
	return glyphs[glyph][!!(flags & CELL_UTF8)];
}

/* Digits of @u, at least @width of them. Return: behind the last. */
static char *put_digits(char *s, uint64_t u, int width)
{
	char digits[20];
	int n = 0;

	do {
		digits[n++] = (char)('0' + u % 10);
		u /= 10;
	} while (u || n < width);
	while (n)
		*s++ = digits[--n];
	return s;
}

/* Less than a tenth is not worth a digit, and no JSON reader likes "nan". */
static char *put_rate(char *s, double rate)
{
	uint64_t tenths;

	if (!(rate > 0))
		rate = 0;
	if (rate > 1e18)
		rate = 1e18;
	tenths = (uint64_t)(rate * 10 + 0.5);
	s = put_digits(s, tenths / 10, 1);
	if (tenths % 10) {
		*s++ = '.';
		*s++ = (char)('0' + tenths % 10);
	}
	return s;
}

static char *put_age(char *s, uint64_t ns)
{
	uint64_t ms = ns % NS_PER_S / NS_PER_MS;

	s = put_digits(s, ns / NS_PER_S, 1);
	if (ms) {
		*s++ = '.';
		s = put_digits(s, ms, 3);
	}
	return s;
}

/* Microseconds: what a double, as most JSON readers use, can hold. */
static char *put_time(char *s, uint64_t ns)
{
	s = put_digits(s, ns / NS_PER_S, 1);
	*s++ = '.';
	return put_digits(s, ns % NS_PER_S / NS_PER_US, 6);
}

/* A value that JSON and CSV write alike, without quotes. Return: its length;
 * 0 for other types. */
static size_t put_number(char *s, const struct value *value)
{
	char *start = s;

	switch ((enum value_type)value->type) {
	case VAL_NUMBER:
	case VAL_COUNT:
	case VAL_BYTES:
	case VAL_PORT:
	case VAL_MARK:
		s = put_digits(s, value->u, 1);
		break;
	case VAL_RATE:
	case VAL_FREQ:
	case VAL_SHARE:
	case VAL_BAR:
		s = put_rate(s, value->rate);
		break;
	case VAL_AGE:
		s = put_age(s, value->u);
		break;
	case VAL_TIME:
		s = put_time(s, value->u);
		break;
	case VAL_BOOL:
		strcpy(s, value->u ? "true" : "false");
		s += strlen(s);
		break;
	case VAL_NONE:
	case VAL_TEXT:
	case VAL_ADDR:
	case VAL_NAME:
	case VAL_LIST:
	case VAL_GLYPH:
		break;
	}
	return (size_t)(s - start);
}

/* What names a bit of a list: its word, its number, or NULL. */
static const char *list_item(const struct value *value, unsigned int bit,
			     char *digits)
{
	if (!(value->bits[bit / 32] >> bit % 32 & 1))
		return NULL;
	if (value->names)
		return bit < value->n_names ? value->names[bit] : NULL;
	*put_digits(digits, bit, 1) = '\0';
	return digits;
}

/* Most texts are our own words: looking is cheaper than decoding. */
static void json_text(struct buf *buf, const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c < 0x20 || c > 0x7e || c == '"' || c == '\\') {
			buf_json(buf, text, n);
			return;
		}
	}
	buf_char(buf, '"');
	buf_bytes(buf, text, n);
	buf_char(buf, '"');
}

static void json_list(struct buf *buf, const struct value *value)
{
	char start = '[';

	for (unsigned int bit = 0; bit < LIST_BITS; bit++) {
		char digits[NUMBER_SIZE];
		const char *item = list_item(value, bit, digits);

		if (!item)
			continue;
		buf_char(buf, start);
		start = ',';
		if (value->names)
			json_text(buf, item, strlen(item));
		else
			buf_str(buf, item);
	}
	if (start == '[')
		buf_char(buf, start);
	buf_char(buf, ']');
}

void value_json(const struct value *value, struct buf *buf)
{
	char text[ADDR_TEXT_SIZE];
	char *room;

	switch ((enum value_type)value->type) {
	case VAL_NONE:
		buf_bytes(buf, "null", 4);
		break;
	case VAL_TEXT:
	case VAL_NAME:
	case VAL_GLYPH:
		json_text(buf, value->text, strlen(value->text));
		break;
	case VAL_ADDR:
		json_text(buf, text,
			  addr_format(&value->addr, value->family, text));
		break;
	case VAL_LIST:
		json_list(buf, value);
		break;
	default:
		room = buf_reserve(buf, NUMBER_SIZE);
		buf_grow(buf, put_number(room, value));
		break;
	}
}

static void csv_list(struct buf *buf, const struct value *value)
{
	bool is_first = true;

	for (unsigned int bit = 0; bit < LIST_BITS; bit++) {
		char digits[NUMBER_SIZE];
		const char *item = list_item(value, bit, digits);

		if (!item)
			continue;
		if (!is_first)
			buf_char(buf, ' ');
		is_first = false;
		buf_str(buf, item);
	}
}

void value_csv(const struct value *value, struct buf *buf)
{
	char text[ADDR_TEXT_SIZE];
	char *room;

	switch ((enum value_type)value->type) {
	case VAL_NONE:
		break;
	case VAL_TEXT:
	case VAL_NAME:
	case VAL_GLYPH:
		buf_csv(buf, value->text, strlen(value->text));
		break;
	case VAL_ADDR:
		buf_bytes(buf, text,
			  addr_format(&value->addr, value->family, text));
		break;
	case VAL_LIST:
		csv_list(buf, value);
		break;
	default:
		room = buf_reserve(buf, NUMBER_SIZE);
		buf_grow(buf, put_number(room, value));
		break;
	}
}

/* Return: the new length. */
static size_t to_ascii(char *text)
{
	size_t n = strlen(text), done = 0;

	for (size_t taken, at = 0; at < n; at += taken) {
		uint32_t code;

		taken = utf8_decode(text + at, n - at, &code);
		if (code < 0x7f)
			text[done++] = (char)code;
		else if (unitext_width(code) != 0)
			text[done++] = '?';
	}
	text[done] = '\0';
	return done;
}

/* Names were made harmless where they came in; one that was forgotten is made
 * so here. */
static size_t format_text(const char *in, unsigned int flags, char *text,
			  size_t size)
{
	size_t n = sanitize_text(text, size, in, strlen(in), NULL);

	return flags & CELL_UTF8 ? n : to_ascii(text);
}

static size_t format_list(const struct value *value, char *text)
{
	size_t n = 0;

	for (unsigned int bit = 0; bit < LIST_BITS; bit++) {
		char digits[NUMBER_SIZE];
		const char *item = list_item(value, bit, digits);

		if (!item || n + strlen(item) + 2 > CELL_TEXT_SIZE)
			continue;
		if (n)
			text[n++] = ',';
		n = (size_t)(stpcpy(text + n, item) - text);
	}
	if (!n)
		text[n++] = '-';
	text[n] = '\0';
	return n;
}

static size_t format_age(uint64_t ns, int cells, char *text)
{
	size_t n = fmt_age_long(text, CELL_TEXT_SIZE, ns);

	if (cells && n > (size_t)cells)
		n = fmt_age(text, CELL_TEXT_SIZE, ns);
	return n;
}

#define DATE_CELLS 19

static size_t format_time(uint64_t ns, int cells, char *text)
{
	bool with_date = !cells || cells >= DATE_CELLS;
	time_t seconds = (time_t)(ns / NS_PER_S);
	struct tm tm;

	if (!localtime_r(&seconds, &tm))
		return (size_t)(stpcpy(text, "?") - text);
	return strftime(text, CELL_TEXT_SIZE,
			with_date ? "%Y-%m-%d %H:%M:%S" : "%H:%M:%S", &tm);
}

static size_t format_mark(uint64_t mark, char *text)
{
	static const char hex[] = "0123456789abcdef";
	size_t n = 0;
	int shift = 60;

	while (shift && !(mark >> shift))
		shift -= 4;
	text[n++] = '0';
	text[n++] = 'x';
	for (; shift >= 0; shift -= 4)
		text[n++] = hex[mark >> shift & 15];
	text[n] = '\0';
	return n;
}

static size_t format_share(double share, char *text)
{
	char *end = put_digits(text, (uint64_t)(share * 100 + 0.5), 1);

	strcpy(end, "%");
	return (size_t)(end + 1 - text);
}

#define BAR_CELLS 60 /* each of up to three bytes */

static size_t format_bar(double share, int cells, unsigned int flags,
			 char *text)
{
	int n = cells < 1 || cells > BAR_CELLS ? BAR_CELLS : cells;
	int full = (int)(share * n + 0.5);
	char *s = text;

	for (int i = 0; i < n; i++)
		s = stpcpy(s, glyph_text(i < full ? GLYPH_BAR : GLYPH_REST,
					 flags));
	return (size_t)(s - text);
}

static size_t format_plain(const struct value *value, int cells,
			   unsigned int flags, char *text)
{
	const char *word = "?";

	switch ((enum value_type)value->type) {
	case VAL_PORT:
		if (value->text)
			return format_text(value->text, flags, text,
					   CELL_TEXT_SIZE);
		/* fall through */
	case VAL_NUMBER:
		*put_digits(text, value->u, 1) = '\0';
		return strlen(text);
	case VAL_COUNT:
	case VAL_BYTES:
		return fmt_count(text, CELL_TEXT_SIZE, value->u);
	case VAL_RATE:
		return fmt_rate(text, CELL_TEXT_SIZE, value->rate,
				flags & CELL_BITS);
	case VAL_FREQ:
		return fmt_rate(text, CELL_TEXT_SIZE, value->rate, false);
	case VAL_AGE:
		return format_age(value->u, cells, text);
	case VAL_TIME:
		return format_time(value->u, cells, text);
	case VAL_SHARE:
		return format_share(value->rate, text);
	case VAL_BAR:
		return format_bar(value->rate, cells, flags, text);
	case VAL_TEXT:
	case VAL_NAME:
		return format_text(value->text, flags, text, CELL_TEXT_SIZE);
	case VAL_ADDR:
		return addr_format(&value->addr, value->family, text);
	case VAL_LIST:
		return format_list(value, text);
	case VAL_MARK:
		return format_mark(value->u, text);
	case VAL_BOOL:
		word = value->u ? "yes" : "no";
		break;
	case VAL_GLYPH:
		word = glyph_text(value->glyph, flags);
		break;
	case VAL_NONE:
		if (value->text)
			return format_text(value->text, flags, text,
					   CELL_TEXT_SIZE);
		break;
	}
	return (size_t)(stpcpy(text, word) - text);
}

size_t value_format(const struct value *value, int cells, unsigned int flags,
		    char *text)
{
	size_t n = format_plain(value, cells, flags, text);

	if (!value->note || n + 2 > CELL_TEXT_SIZE)
		return n;
	text[n++] = ' ';
	return n +
	       format_text(value->note, flags, text + n, CELL_TEXT_SIZE - n);
}

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Typed values. A column's getter makes one; how a type looks on the screen,
 * in JSON and in CSV, and how it sorts, is written once here.
 */
#ifndef FLOWTOP_VIEW_VALUE_H
#define FLOWTOP_VIEW_VALUE_H

#include "net/addr.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct buf;

enum value_type {
	VAL_NONE,   /* not known, or there is none: null */
	VAL_NUMBER, /* u: a name that is a number (id, zone); never shortened */
	VAL_COUNT,  /* u */
	VAL_BYTES,  /* u */
	VAL_RATE,   /* rate: bytes per second */
	VAL_FREQ,   /* rate: packets per second */
	VAL_AGE,    /* u: nanoseconds */
	VAL_TIME,   /* u: wall clock, nanoseconds since 1970 */
	VAL_TEXT,   /* text */
	VAL_ADDR,   /* addr, family */
	VAL_NAME,   /* text, a host's; addr, family: in the order of a column of
		     * addresses, behind those */
	VAL_PORT,   /* u; the screen shows text instead, unless it is NULL */
	VAL_LIST,   /* bits; a list of names, or of numbers without names */
	VAL_BOOL,   /* u */
	VAL_MARK,   /* u: hexadecimal on the screen */
	VAL_GLYPH,  /* text in records, glyph on the screen */
	VAL_SHARE,  /* rate: of 1; the screen shows percent */
	VAL_BAR,    /* the same as a bar */
};

/* Signs that have an ASCII and a UTF-8 form, one cell wide unless noted. */
enum glyph {
	GLYPH_OUT,
	GLYPH_IN,
	GLYPH_THROUGH,
	GLYPH_LOCAL,
	GLYPH_SRC_LINE, /* "=>": two cells in ASCII and in UTF-8 */
	GLYPH_DST_LINE,
	GLYPH_CUT, /* text was shortened */
	GLYPH_DESCENDING,
	GLYPH_ASCENDING,
	GLYPH_SELECTED,
	GLYPH_NEW,
	GLYPH_CLOSED,
	GLYPH_BAR, /* and its rest */
	GLYPH_REST,
	GLYPH_LINE, /* of boxes */
	GLYPH_SIDE,
	GLYPH_TOP_LEFT,
	GLYPH_TOP_RIGHT,
	GLYPH_BOTTOM_LEFT,
	GLYPH_BOTTOM_RIGHT,
	GLYPHS
};

#define VALUE_STORE 48 /* text that a getter makes itself */

/* Not to be copied: @text may point into @store. */
struct value {
	uint8_t type;     /* enum value_type */
	uint8_t family;   /* of addr */
	uint8_t glyph;    /* enum glyph */
	bool keeps_start; /* a name of which the end is known to all */
	uint16_t n_names;
	union {
		uint64_t u;
		double rate;
		struct addr addr;
		uint32_t bits[4]; /* bit n: bits[n / 32] >> n % 32 */
	};
	/* Static, in @store, or of the row; lives as long as both. With
	 * VAL_NONE what the screen shows: NULL is "?". */
	const char *text;
	/* What the screen adds behind a text, a number or nothing, with a blank
	 * between; or NULL. Lives as long as @text. */
	const char *note;
	const char *const *names; /* by bit; a NULL name is left out */
	char store[VALUE_STORE];
};

/* How cells are written. */
enum {
	CELL_BITS = 1 << 0,   /* rates in bits */
	CELL_UTF8 = 1 << 1,   /* glyphs beyond ASCII */
	CELL_WHOLE = 1 << 2,  /* never cut: a long text widens its cell */
	CELL_NO_PAD = 1 << 3, /* no blanks to fill the cell */
};

#define CELL_TEXT_SIZE 272 /* longest text of a value with its NUL */

/** glyph_text - the sign by CELL_UTF8 in @flags. */
const char *glyph_text(enum glyph glyph, unsigned int flags);

/**
 * value_format - text for a cell, not cut and not padded
 * @cells: how many there will be (ages and numbers use what they get); 0: any
 * @flags: CELL_BITS, CELL_UTF8
 * @text: CELL_TEXT_SIZE bytes; always terminated
 *
 * Numbers have three significant digits; "-" is zero, "?" is not known.
 * Control characters are shown as "?".
 * Return: length in bytes.
 */
size_t value_format(const struct value *value, int cells, unsigned int flags,
		    char *text);

/** value_json, value_csv - append in that format; unknown: null, nothing. */
void value_json(const struct value *value, struct buf *buf);
void value_csv(const struct value *value, struct buf *buf);

/**
 * value_compare - a total order of the values of one column
 *
 * Unknown comes first, false before true, IPv4 before IPv6, lists by number,
 * texts by their first 24 bytes.
 * Return: as memcmp().
 */
int value_compare(const struct value *a, const struct value *b);

/** compare_u64 - as memcmp(). */
static inline int compare_u64(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

#define VALUE_KEY_MAX ((uint64_t)INT64_MAX)
#define VALUE_MORE 3

/**
 * value_key - a number in the order of value_compare(), at most VALUE_KEY_MAX
 *
 * Where value_key_is_exact() is false, values with equal keys may differ;
 * value_key_more() tells them apart. Not for unknown values.
 */
uint64_t value_key(const struct value *value);
bool value_key_is_exact(enum value_type type);
void value_key_more(const struct value *value, uint64_t more[VALUE_MORE]);

/** rate_key, rate_from_key - value_key() of a rate, and back. */
static inline uint64_t rate_key(double rate)
{
	uint64_t bits;

	/* Positive doubles are ordered as their bits are. */
	memcpy(&bits, &rate, sizeof(bits));
	return rate > 0 ? bits : 0;
}

double rate_from_key(uint64_t key);

#endif

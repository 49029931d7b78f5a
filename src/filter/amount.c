// SPDX-License-Identifier: GPL-2.0-only
/* Rates, sizes, numbers of packets and times, with their units. */
#include "filter/parser.h"
#include "lib/alloc.h"
#include "lib/str.h"

#include <string.h>

#define KINDS(first, second, third)                                            \
	(1 << (first) | 1 << (second) | 1 << (third))
#define BYTES KINDS(KIND_RATE, KIND_SIZE, KIND_SIZE)
#define COUNTS KINDS(KIND_RATE, KIND_SIZE, KIND_COUNT)
#define BITS (1 << KIND_RATE)
#define TIMES (1 << KIND_TIME)

#define SECOND 1e9

struct unit {
	const char *name; /* any case */
	const char *text; /* what the echo writes */
	double factor;    /* bytes, packets, nanoseconds */
	unsigned int kinds;
};

// clang-format off
static const struct unit units[] = {
	{ "", "", 1, COUNTS },
	{ "k", "k", 1e3, COUNTS },
	{ "M", "M", 1e6, COUNTS },
	{ "G", "G", 1e9, COUNTS },
	{ "T", "T", 1e12, COUNTS },
	{ "Ki", "Ki", 1024.0, BYTES },
	{ "Mi", "Mi", 1048576.0, BYTES },
	{ "Gi", "Gi", 1073741824.0, BYTES },
	{ "Ti", "Ti", 1099511627776.0, BYTES },
	{ "bit", "bit", 1.0 / 8, BITS },
	{ "kbit", "kbit", 1e3 / 8, BITS },
	{ "Mbit", "Mbit", 1e6 / 8, BITS },
	{ "Gbit", "Gbit", 1e9 / 8, BITS },
	{ "", "s", SECOND, TIMES },
	{ "ms", "ms", 1e6, TIMES },
	{ "msec", "ms", 1e6, TIMES },
	{ "s", "s", SECOND, TIMES },
	{ "sec", "s", SECOND, TIMES },
	{ "secs", "s", SECOND, TIMES },
	{ "second", "s", SECOND, TIMES },
	{ "seconds", "s", SECOND, TIMES },
	{ "m", "m", 60 * SECOND, TIMES },
	{ "min", "m", 60 * SECOND, TIMES },
	{ "mins", "m", 60 * SECOND, TIMES },
	{ "minute", "m", 60 * SECOND, TIMES },
	{ "minutes", "m", 60 * SECOND, TIMES },
	{ "h", "h", 3600 * SECOND, TIMES },
	{ "hour", "h", 3600 * SECOND, TIMES },
	{ "hours", "h", 3600 * SECOND, TIMES },
	{ "d", "d", 86400 * SECOND, TIMES },
	{ "day", "d", 86400 * SECOND, TIMES },
	{ "days", "d", 86400 * SECOND, TIMES },
};
// clang-format on

static bool is_same(const char *name, const char *text, size_t length)
{
	return strlen(name) == length && !str_ncasecmp(name, text, length);
}

static const struct unit *unit_called(enum value_kind kind, const char *text,
				      size_t length)
{
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (units[i].kinds & 1u << kind &&
		    is_same(units[i].name, text, length))
			return &units[i];
	return NULL;
}

/* B, /s and B/s say what is meant anyway. Of a rate, b may mean bits: so it is
 * on the screen. */
static const struct unit *find_unit(enum value_kind kind, const char *text,
				    size_t length)
{
	const struct unit *unit;

	if (kind == KIND_RATE && length >= 2 &&
	    is_same("/s", text + length - 2, 2))
		length -= 2;
	unit = unit_called(kind, text, length);
	if (!unit && length &&
	    (text[length - 1] == 'B'
		     ? kind == KIND_RATE || kind == KIND_SIZE
		     : text[length - 1] == 'b' && kind == KIND_SIZE))
		unit = unit_called(kind, text, length - 1);
	return unit;
}

bool amount_is_unit(enum expr_field field, const char *text, const char **name)
{
	const struct unit *unit =
		find_unit(field_find(field)->kind, text, strlen(text));

	if (!*text || !unit || !*unit->text)
		return false;
	*name = unit->text;
	return true;
}

/* Digits, with a fraction or without; as many bytes. strtod() would ask the
 * locale what a decimal point is. */
static size_t read_number(const char *text, double *value)
{
	size_t i = 0;
	double number = 0, step = 1;

	for (; text[i] >= '0' && text[i] <= '9'; i++)
		number = number * 10 + (text[i] - '0');
	if (!i)
		return 0;
	if (text[i] == '.' && text[i + 1] >= '0' && text[i + 1] <= '9')
		for (i++; text[i] >= '0' && text[i] <= '9'; i++) {
			step /= 10;
			number += step * (text[i] - '0');
		}
	*value = number;
	return i;
}

/* One number with its unit; times may have more: 1h30m. */
static size_t read_part(enum value_kind kind, const char *text, double *value,
			char *out, size_t size)
{
	size_t digits = read_number(text, value), length;
	const struct unit *unit;

	if (!digits)
		return 0;
	length = strcspn(text + digits, "0123456789.");
	unit = find_unit(kind, text + digits, length);
	if (!unit)
		return 0;
	*value *= unit->factor;
	str_printf(out + strlen(out), size - strlen(out), "%.*s%s", (int)digits,
		   text, unit->text);
	return digits + length;
}

static bool read_amount(enum value_kind kind, const char *text, double *value,
			char *out, size_t size)
{
	size_t at = 0;
	double sum = 0;

	out[0] = '\0';
	do {
		double part = 0;
		size_t n = read_part(kind, text + at, &part, out, size);

		if (!n)
			return false;
		sum += part;
		at += n;
	} while (text[at] && kind == KIND_TIME);
	*value = sum;
	return !text[at];
}

bool amount_read(struct parser *p, enum expr_field field,
		 const struct token *token, struct expr_value *value)
{
	static const char *const help[] = {
		[KIND_RATE] = "a rate; write 500k or 10M (bytes/s), or 10Mbit",
		[KIND_COUNT] = "a number of packets; write 500 or 10k",
		[KIND_SIZE] = "a size; write 500k, 10M or 1Gi (bytes)",
		[KIND_TIME] = "a time; write 30s, 5m or 1h30m",
	};
	enum value_kind kind = field_find(field)->kind;
	char text[EXPR_TEXT_MAX], out[2 * EXPR_TEXT_MAX];
	char cut[WORD_SHOWN + 4];

	lex_copy(p->text, token, text, sizeof(text));
	value->type = EXPR_AMOUNT;
	if (strlen(text) <= WORD_SHOWN &&
	    read_amount(kind, text, &value->amount, out, sizeof(out))) {
		value->text = xstrdup(out);
		return true;
	}
	fail(p, token->start, "\"%s\" is not %s", shown(p, token, cut),
	     help[kind]);
	return false;
}

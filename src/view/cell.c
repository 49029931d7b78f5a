// SPDX-License-Identifier: GPL-2.0-only
/* Text in cells: cut where it hurts least, padded to the width. */
#include "view/cell.h"

#include "lib/str.h"
#include "lib/unitext.h"

#include <string.h>

/* Return: bytes of the character at @text, which is not at its end. */
static size_t step(const char *text, int *cells)
{
	uint32_t code;
	size_t n;

	*cells = 1;
	if ((signed char)*text >= 0)
		return 1;
	n = utf8_decode(text, 4, &code); /* breaks at the NUL */
	*cells = unitext_width(code) != 0;
	return n;
}

int text_cells(const char *text)
{
	int n = 0, cells;

	while (*text) {
		text += step(text, &cells);
		n += cells;
	}
	return n;
}

/* Where the cell after the next @n begins, behind the marks of the last. */
static const char *skip_cells(const char *text, int n)
{
	while (*text) {
		int cells;
		size_t taken = step(text, &cells);

		if (cells && n-- <= 0)
			break;
		text += taken;
	}
	return text;
}

/* "ESTABLISHED" to "ESTAB", "TIME-WAIT" to "TIME-W", "CLOSE-WAIT" to
 * "CLO-W". */
static void shorten_state(const char *text, int cells, char *out)
{
	const char *dash = strchr(text, '-');
	int n = cells;

	if (cells > 5)
		n = 5;
	if (dash && cells > 5) {
		n = dash - text > 4 ? 3 : (int)(dash - text);
		memcpy(out, text, (size_t)n);
		out[n++] = '-';
		out[n++] = dash[1];
	} else {
		memcpy(out, text, (size_t)n);
	}
	out[n] = '\0';
}

/* Return: NULL when there is no short form that fits. */
static const char *short_proto(const char *text, int cells)
{
	static const struct {
		const char *name, *form;
	} forms[] = {
		{ "icmpv6", "icmp6" },
		{ "icmpv6", "icm6" },
		{ "udplite", "udpl" },
	};

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if (!strcmp(text, forms[i].name) &&
		    (int)strlen(forms[i].form) <= cells)
			return forms[i].form;
	return NULL;
}

/* @front cells of the head, the mark, @back cells of the tail. */
static void cut(const char *text, int front, int back, unsigned int flags,
		char *out)
{
	const char *head_end = skip_cells(text, front);
	const char *tail = skip_cells(text, text_cells(text) - back);

	memcpy(out, text, (size_t)(head_end - text));
	out += head_end - text;
	out = stpcpy(out, glyph_text(GLYPH_CUT, flags));
	strcpy(out, tail);
}

static void cut_addr(const char *text, int rest, unsigned int flags, char *out)
{
	/* A little more of the network than of the host. */
	int back = strchr(text, ':') ? rest * 9 / 20 : rest;

	cut(text, rest - back, back, flags, out);
}

/* @text is longer than @cells, which is at least 1. */
static void shorten(const char *text, int cells, enum keep keep,
		    unsigned int flags, char *out)
{
	const char *proto;
	int rest = cells - 1; /* without the mark */

	switch (keep) {
	case KEEP_STATE:
		shorten_state(text, cells, out);
		break;
	case KEEP_END:
		cut(text, 0, rest, flags, out);
		break;
	case KEEP_ENDS:
		cut(text, rest - rest / 2, rest / 2, flags, out);
		break;
	case KEEP_ADDR:
		cut_addr(text, rest, flags, out);
		break;
	case KEEP_HOST:
		if (strchr(text, ':'))
			cut_addr(text, rest, flags, out);
		else
			cut(text, 0, rest, flags, out);
		break;
	case KEEP_OWNER:
		/* Inner ends differ in their tails. */
		if (*text == '@' && rest) {
			*out++ = '@';
			cut_addr(text + 1, rest - 1, flags, out);
		} else {
			cut(text, rest, 0, flags, out);
		}
		break;
	case KEEP_PROTO:
		proto = short_proto(text, cells);
		if (proto)
			strcpy(out, proto);
		else
			cut(text, rest, 0, flags, out);
		break;
	case KEEP_START:
		cut(text, rest, 0, flags, out);
		break;
	}
}

size_t text_fit(const char *text, int cells, enum keep keep, bool is_right,
		unsigned int flags, char *out)
{
	int pad = cells - text_cells(text);
	size_t size;

	out[0] = '\0';
	if (pad >= 0 || flags & CELL_WHOLE)
		strcpy(out, text);
	else if (cells > 0)
		shorten(text, cells, keep, flags, out);
	size = strlen(out);
	pad = cells - text_cells(out);
	if (flags & CELL_NO_PAD || pad <= 0)
		return size;
	if (is_right)
		memmove(out + pad, out, size);
	memset(is_right ? out : out + size, ' ', (size_t)pad);
	size += (size_t)pad;
	out[size] = '\0';
	return size;
}

static size_t format(const struct column *column, const struct value *value,
		     int cells, unsigned int flags, char *out)
{
	char text[CELL_TEXT_SIZE];

	value_format(value, cells, flags, text);
	return text_fit(text, cells, column->keep, column->flags & COL_RIGHT,
			flags, out);
}

size_t cell_format(const struct column *column, const struct row *row,
		   int cells, unsigned int flags, char *out)
{
	struct value value;

	column_get(column, row, &value);
	return format(column, &value, cells, flags, out);
}

size_t cell_format_group(const struct column *column, const struct group *group,
			 int cells, unsigned int flags, char *out)
{
	struct value value;

	column_get_group(column, group, &value);
	return format(column, &value, cells, flags, out);
}

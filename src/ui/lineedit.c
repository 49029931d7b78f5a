// SPDX-License-Identifier: GPL-2.0-only
/* One line that is typed. */
#include "ui/lineedit.h"

#include "lib/str.h"
#include "lib/unitext.h"
#include "ui/keys.h"

#include <stdint.h>
#include <string.h>

#include <curses.h>

#define CTRL(c) ((c)&0x1f)
#define K(code) (KEY_SPECIAL | (code))
#define DEL 0x7f
#define MAX_CODE 0x10ffff
#define CHAR_BYTES 4

static bool is_mark(const struct lineedit *line, size_t at)
{
	uint32_t code;

	if (at >= line->length)
		return false;
	utf8_decode(&line->text[at], line->length - at, &code);
	return unitext_width(code) == 0;
}

/* The character before @at, with its mark. */
static size_t before(const struct lineedit *line, size_t at)
{
	while (at) {
		at--;
		if (((unsigned char)line->text[at] & 0xc0) != 0x80 &&
		    !is_mark(line, at))
			break;
	}
	return at;
}

static size_t behind(const struct lineedit *line, size_t at)
{
	uint32_t code;

	if (at >= line->length)
		return at;
	do
		at += utf8_decode(&line->text[at], line->length - at, &code);
	while (is_mark(line, at));
	return at;
}

/* The beginning of the word, or of what is before the cursor. */
static size_t word_before(const struct lineedit *line)
{
	size_t at = line->cursor;

	while (at && line->text[at - 1] == ' ')
		at--;
	while (at && line->text[at - 1] != ' ')
		at--;
	return at;
}

static enum lineedit_result cut(struct lineedit *line, size_t start, size_t end)
{
	if (start >= end)
		return LINEEDIT_SAME;
	memmove(&line->text[start], &line->text[end], line->length - end + 1);
	line->length -= end - start;
	line->cursor = start;
	return LINEEDIT_CHANGED;
}

/* Return: bytes. */
static size_t encode(uint32_t code, char out[CHAR_BYTES])
{
	size_t n = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;

	if (n == 1) {
		out[0] = (char)code;
		return n;
	}
	for (size_t i = n - 1; i > 0; i--) {
		out[i] = (char)(0x80 | (code & 0x3f));
		code >>= 6;
	}
	out[0] = (char)(0xf00 >> n | code);
	return n;
}

/* A mark needs a character to be over, which has none yet. */
static bool can_take(const struct lineedit *line, uint32_t code)
{
	int width = unitext_width(code);
	size_t at = before(line, line->cursor);
	uint32_t under;

	if (width)
		return width > 0;
	if (!line->cursor || line->text[at] == ' ')
		return false;
	return at + utf8_decode(&line->text[at], line->length - at, &under) ==
	       line->cursor;
}

static enum lineedit_result insert(struct lineedit *line, uint32_t code)
{
	char bytes[CHAR_BYTES];
	size_t n;

	if (code > MAX_CODE || !can_take(line, code))
		return LINEEDIT_SAME;
	n = encode(code, bytes);
	if (line->length + n >= LINEEDIT_SIZE)
		return LINEEDIT_SAME;
	memmove(&line->text[line->cursor + n], &line->text[line->cursor],
		line->length - line->cursor + 1);
	memcpy(&line->text[line->cursor], bytes, n);
	line->length += n;
	line->cursor += n;
	return LINEEDIT_CHANGED;
}

/* One of the keys that move. */
static bool move_key(struct lineedit *line, int key)
{
	switch (key) {
	case K(KEY_LEFT):
	case CTRL('B'):
		line->cursor = before(line, line->cursor);
		return true;
	case K(KEY_RIGHT):
	case CTRL('F'):
		line->cursor = behind(line, line->cursor);
		return true;
	case K(KEY_HOME):
	case CTRL('A'):
		line->cursor = 0;
		return true;
	case K(KEY_END):
	case CTRL('E'):
		line->cursor = line->length;
		return true;
	default:
		return false;
	}
}

enum lineedit_result lineedit_key(struct lineedit *line, int key)
{
	size_t at = line->cursor;

	if (move_key(line, key))
		return LINEEDIT_SAME;
	switch (key) {
	case K(KEY_BACKSPACE):
	case CTRL('H'):
	case DEL:
		return cut(line, before(line, at), at);
	case K(KEY_DC):
	case CTRL('D'):
		return cut(line, at, behind(line, at));
	case CTRL('U'):
		return cut(line, 0, line->length);
	case CTRL('W'):
		return cut(line, word_before(line), at);
	case CTRL('K'):
		return cut(line, at, line->length);
	default:
		break;
	}
	if (key < ' ' || key >= KEY_SPECIAL)
		return LINEEDIT_NONE;
	return insert(line, (uint32_t)key);
}

void lineedit_set(struct lineedit *line, const char *text)
{
	size_t left = strlen(text);

	*line = (struct lineedit){ .text = "" };
	while (left) {
		uint32_t code;
		size_t n = utf8_decode(text, left, &code);

		insert(line, code);
		text += n;
		left -= n;
	}
}

bool lineedit_replace(struct lineedit *line, size_t start, const char *text)
{
	size_t n = strlen(text), rest = line->length - line->cursor;

	if (start > line->cursor || start + n + rest >= LINEEDIT_SIZE)
		return false;
	memmove(&line->text[start + n], &line->text[line->cursor], rest + 1);
	memcpy(&line->text[start], text, n);
	line->length = start + n + rest;
	line->cursor = start + n;
	return true;
}

int lineedit_cells(const struct lineedit *line, size_t bytes)
{
	int n = 0;

	for (size_t at = 0; at < bytes && at < line->length; n++)
		at = behind(line, at);
	return n;
}

size_t lineedit_show(struct lineedit *line, int cells)
{
	int cursor = lineedit_cells(line, line->cursor);
	int end = lineedit_cells(line, line->length) + 1;
	size_t at = 0;

	if (cells < 1)
		cells = 1;
	if (line->first > end - cells)
		line->first = end > cells ? end - cells : 0;
	if (line->first > cursor)
		line->first = cursor;
	if (line->first + cells <= cursor)
		line->first = cursor - cells + 1;
	for (int i = 0; i < line->first; i++)
		at = behind(line, at);
	return at;
}

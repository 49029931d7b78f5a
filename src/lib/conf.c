/* SPDX-License-Identifier: GPL-2.0-only */
/* Lines of a settings file. */
#include "lib/conf.h"

#include <string.h>

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool is_control(char c)
{
	return ((unsigned char)c < ' ' && c != '\t') || c == 0x7f;
}

void conf_begin(struct conf_reader *reader, const char *text, size_t size)
{
	*reader = (struct conf_reader){ .at = text,
					.end = size ? text + size : text };
}

/* Without blanks at either end. */
static void trim(const char **text, size_t *size)
{
	while (*size && is_blank(**text)) {
		(*text)++;
		(*size)--;
	}
	while (*size && is_blank((*text)[*size - 1]))
		(*size)--;
}

/* Return: bytes of @text before a comment. */
static size_t comment_at(const char *text, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (text[i] == '#' && (!i || is_blank(text[i - 1])))
			return i;
	}
	return size;
}

/* "...", with nothing behind it but a comment. */
static bool take_quoted(struct conf_line *line, const char *text, size_t size)
{
	const char *end = size > 1 && (*text == '"' || *text == '\'')
				  ? memchr(text + 1, *text, size - 1)
				  : NULL;
	const char *rest;
	size_t n_rest;

	if (!end)
		return false;
	rest = end + 1;
	n_rest = size - (size_t)(rest - text);
	if (n_rest && !is_blank(*rest))
		return false;
	n_rest = comment_at(rest, n_rest);
	trim(&rest, &n_rest);
	if (n_rest)
		return false;
	line->is_quoted = true;
	line->value = text + 1;
	line->value_size = (size_t)(end - text) - 1;
	return true;
}

static void take_value(struct conf_line *line, const char *text, size_t size)
{
	trim(&text, &size);
	if (take_quoted(line, text, size))
		return;
	line->value_size = comment_at(text, size);
	line->value = text;
	trim(&line->value, &line->value_size);
}

/* "key.= = pause" is about the key "=". */
static const char *find_equals(const char *text, size_t size)
{
	size_t skip = size > 5 && !memcmp(text, "key.=", 5) ? 5 : 0;

	return memchr(text + skip, '=', size - skip);
}

/* Some editors put it in front of a file. */
static const char mark[] = "\xef\xbb\xbf";

static bool has_mark(const char *text, size_t size)
{
	return size >= sizeof(mark) - 1 &&
	       !memcmp(text, mark, sizeof(mark) - 1);
}

static void parse(struct conf_line *line, const char *text, size_t size)
{
	const char *equals;

	while (has_mark(text, size)) {
		text += sizeof(mark) - 1;
		size -= sizeof(mark) - 1;
	}
	trim(&text, &size);
	if (!size || *text == '#')
		return;
	if (has_mark(text, size)) {
		line->wrong = "there is a byte order mark";
		return;
	}
	line->key = text;
	line->key_size = size;
	equals = find_equals(text, size);
	if (!equals) {
		line->wrong = "there is no \"=\"";
		return;
	}
	line->key_size = (size_t)(equals - text);
	trim(&line->key, &line->key_size);
	take_value(line, equals + 1, size - (size_t)(equals + 1 - text));
	if (!line->key_size)
		line->wrong = "there is nothing before the \"=\"";
	else if (line->key_size >= CONF_KEY_SIZE)
		line->wrong = "the key is too long";
}

bool conf_next(struct conf_reader *reader, struct conf_line *line)
{
	size_t left = (size_t)(reader->end - reader->at), size;
	const char *newline;

	if (!left)
		return false;
	newline = memchr(reader->at, '\n', left);
	size = newline ? (size_t)(newline - reader->at) : left;
	*line = (struct conf_line){
		.number = ++reader->number,
		.start = reader->at,
		.size = size + (newline != NULL),
	};
	reader->at += line->size;
	if (size && line->start[size - 1] == '\r')
		size--;
	if (size >= CONF_LINE_SIZE)
		line->wrong = "the line is too long";
	for (size_t i = 0; i < size && !line->wrong; i++) {
		if (is_control(line->start[i]))
			line->wrong = "there is a control character";
	}
	if (!line->wrong)
		parse(line, line->start, size);
	return true;
}

bool conf_is_key(const struct conf_line *line, const char *key)
{
	return !line->wrong && line->key_size &&
	       line->key_size == strlen(key) &&
	       !memcmp(line->key, key, line->key_size);
}

/* Whether it reads as it is written. */
static bool is_plain(const char *value, size_t size)
{
	struct conf_line line = { 0 };

	take_value(&line, value, size);
	return !line.is_quoted && line.value_size == size;
}

bool conf_put(struct buf *buf, const char *key, const char *value)
{
	size_t size = strlen(value);
	char quote = '\0';

	if (strlen(key) + size + 8 > CONF_LINE_SIZE)
		return false;
	for (size_t i = 0; i < size; i++) {
		if (is_control(value[i]))
			return false;
	}
	if (!size || !is_plain(value, size)) {
		quote = strchr(value, '"') ? '\'' : '"';
		if (strchr(value, quote))
			return false;
	}
	buf_printf(buf, "%s = ", key);
	if (quote)
		buf_char(buf, quote);
	buf_bytes(buf, value, size);
	if (quote)
		buf_char(buf, quote);
	buf_char(buf, '\n');
	return true;
}

void conf_put_none(struct buf *buf, const char *key)
{
	buf_printf(buf, "%s =\n", key);
}

/* ---------------------------------------------------------------- changes */

static bool is_same(const struct conf_line *a, const struct conf_line *b)
{
	return !a->wrong && !b->wrong && a->key_size &&
	       a->key_size == b->key_size &&
	       !memcmp(a->key, b->key, a->key_size);
}

/* Whether one of the lines before @end is of the same key. */
static bool is_among(const char *text, const char *end,
		     const struct conf_line *line)
{
	struct conf_reader reader;
	struct conf_line other;

	conf_begin(&reader, text, (size_t)(end - text));
	while (conf_next(&reader, &other)) {
		if (is_same(&other, line))
			return true;
	}
	return false;
}

static void put_line(struct buf *out, const struct conf_line *line)
{
	if (out->size && out->data[out->size - 1] != '\n')
		buf_char(out, '\n');
	buf_bytes(out, line->start, line->size);
}

/* All of the changes of this key. */
static void put_changes(const char *changes, size_t size,
			const struct conf_line *line, struct buf *out)
{
	struct conf_reader reader;
	struct conf_line change;

	conf_begin(&reader, changes, size);
	while (conf_next(&reader, &change)) {
		if (is_same(&change, line) &&
		    (change.value_size || change.is_quoted))
			put_line(out, &change);
	}
}

bool conf_merge(const char *old, size_t old_size, const char *changes,
		size_t n_changes, struct buf *out)
{
	const char *end, *old_end;
	struct conf_reader reader;
	struct conf_line line;

	/* Empty buffers have no bytes at all. */
	old = old ? old : "";
	changes = changes ? changes : "";
	end = changes + n_changes;
	old_end = old + old_size;
	conf_begin(&reader, changes, n_changes);
	while (conf_next(&reader, &line)) {
		if (line.wrong || !line.key_size)
			return false;
	}
	conf_begin(&reader, old, old_size);
	while (conf_next(&reader, &line)) {
		if (!is_among(changes, end, &line))
			put_line(out, &line);
		else if (!is_among(old, line.start, &line))
			put_changes(changes, n_changes, &line, out);
	}
	conf_begin(&reader, changes, n_changes);
	while (conf_next(&reader, &line)) {
		if (!is_among(changes, line.start, &line) &&
		    !is_among(old, old_end, &line))
			put_changes(changes, n_changes, &line, out);
	}
	return true;
}

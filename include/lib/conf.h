/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Lines of a settings file, read and written.
 *
 *   # a comment
 *   interval = 2
 *   filter.web = port 80,443	# another one
 *   filter.ny = '"new york"'
 *
 * A comment begins with "#" in the first place or behind a blank. A value that
 * is wholly in "..." or '...' is what is between them, which has no further
 * such quote: there "#" and blanks at the ends count.
 */
#ifndef FLOWTOP_LIB_CONF_H
#define FLOWTOP_LIB_CONF_H

#include "lib/buf.h"

#include <stdbool.h>
#include <stddef.h>

#define CONF_SIZE 65536     /* bytes of a file */
#define CONF_LINES 2000     /* of a file */
#define CONF_LINE_SIZE 1280 /* bytes of a line */
#define CONF_KEY_SIZE 64    /* bytes of a key */

struct conf_reader {
	const char *at, *end;
	unsigned int number; /* of the last line */
};

/* Parts of the text; none of them ends with a NUL. */
struct conf_line {
	unsigned int number; /* from 1 */
	const char *start;
	size_t size; /* with its newline, if it has one */
	const char *key;
	size_t key_size; /* 0: blank, or a comment */
	const char *value;
	size_t value_size;
	bool is_quoted;    /* otherwise no value is none */
	const char *wrong; /* why it is no such line; NULL */
};

/** conf_begin - read @size bytes of any kind. */
void conf_begin(struct conf_reader *reader, const char *text, size_t size);

/** conf_next - Return: false behind the last line. */
bool conf_next(struct conf_reader *reader, struct conf_line *line);

/** conf_is_key - whether the line is of @key. */
bool conf_is_key(const struct conf_line *line, const char *key);

/** conf_put - add "key = value", in quotes where it needs them. Return: false
 * when there is no way to write it: nothing was added. */
bool conf_put(struct buf *buf, const char *key, const char *value);

/** conf_put_none - add what removes @key in conf_merge(). */
void conf_put_none(struct buf *buf, const char *key);

/**
 * conf_merge - change some keys of a file, and nothing else in it
 * @old: the file
 * @changes: lines; a key without a value is removed, one that comes several
 *	times gets all of these values
 * @out: appended to
 *
 * New keys come to the end. Return: whether every one of @changes is a line.
 */
bool conf_merge(const char *old, size_t old_size, const char *changes,
		size_t n_changes, struct buf *out);

#endif

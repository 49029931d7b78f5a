/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One line that is typed. It holds only what can be shown: characters of one
 * cell, each with at most one mark over it. Knows nothing of the screen.
 */
#ifndef FLOWTOP_UI_LINEEDIT_H
#define FLOWTOP_UI_LINEEDIT_H

#include <stdbool.h>
#include <stddef.h>

#define LINEEDIT_SIZE 1024 /* bytes with the NUL */

struct lineedit {
	char text[LINEEDIT_SIZE]; /* valid UTF-8 */
	size_t length, cursor;    /* bytes; the cursor is before a character */
	int first;                /* cell that was the first one shown */
};

enum lineedit_result {
	LINEEDIT_NONE, /* not a key of a line */
	LINEEDIT_SAME, /* obeyed, or without effect: the text is what it was */
	LINEEDIT_CHANGED,
};

/** lineedit_set - another text, as far as it can be shown and fits; the cursor
 * behind it. Any bytes. */
void lineedit_set(struct lineedit *line, const char *text);

/**
 * lineedit_key - obey @key, as ui/keys.h has them
 *
 * Characters are inserted; what cannot be shown, or does not fit, is dropped.
 */
enum lineedit_result lineedit_key(struct lineedit *line, int key);

/** lineedit_replace - put @text in the place of the bytes from @start up to the
 * cursor. Return: whether all of it fitted; otherwise nothing happens. */
bool lineedit_replace(struct lineedit *line, size_t start, const char *text);

/** lineedit_cells - cells of the first @bytes bytes. */
int lineedit_cells(const struct lineedit *line, size_t bytes);

/**
 * lineedit_show - scroll so that the cursor is seen
 * @cells: room; the cursor takes one of them
 *
 * Return: offset of the first character to be shown. line->first is its cell.
 */
size_t lineedit_show(struct lineedit *line, int cells);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* Text in cells of a fixed width. A cell is the place of one character
 * and its combining mark. */
#ifndef FLOWTOP_VIEW_CELL_H
#define FLOWTOP_VIEW_CELL_H

#include "view/columns.h"
#include "view/row.h"
#include "view/value.h"

#include <stdbool.h>
#include <stddef.h>

/**
 * cell_format - the text of one cell, padded and cut to @cells cells
 * @flags: CELL_*
 * @out: CELL_OUT_SIZE(@cells) bytes; always terminated
 *
 * Return: length in bytes.
 */
size_t cell_format(const struct column *column, const struct row *row,
		   int cells, unsigned int flags, char *out);

/** cell_format_group - the same for a column of groups. */
size_t cell_format_group(const struct column *column, const struct group *group,
			 int cells, unsigned int flags, char *out);

/* A character and a mark of four bytes each. */
#define CELL_OUT_SIZE(cells) ((size_t)(cells)*8 + CELL_TEXT_SIZE)

/**
 * text_fit - put @text into exactly @cells cells
 * @text: clean, as value_format() makes it; with CELL_WHOLE shorter than
 * CELL_TEXT_SIZE
 * @keep: enum keep
 * @is_right: right-aligned
 * @out: CELL_OUT_SIZE(@cells) bytes; always terminated
 *
 * Return: length in bytes.
 */
size_t text_fit(const char *text, int cells, enum keep keep, bool is_right,
		unsigned int flags, char *out);

/** text_cells - how many cells draw_text() and any terminal give @text. */
int text_cells(const char *text);

#endif

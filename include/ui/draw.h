/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Writing on the screen. All text goes through draw_text(): it stays inside its
 * line, and nothing in it can act on the terminal.
 */
#ifndef FLOWTOP_UI_DRAW_H
#define FLOWTOP_UI_DRAW_H

#include "ui/theme.h"

#include <stdbool.h>

#define LINE_TEXT 512      /* a line of words; wider screens stay empty there */
#define MAX_CELL_CELLS 256 /* a wider cell of the table is not drawn */

/* The line it is on. */
enum {
	LINE_SELECTED = 1 << 0,
	LINE_DIM = 1 << 1,
};

enum color_choice { COLOR_AUTO, COLOR_NEVER, COLOR_ALWAYS };

/**
 * draw_open - decide about colours; after term_open()
 * @theme: the user's choice; NULL: he has not chosen
 *
 * Return: whether another theme may suit the terminal better, if its
 * background is light.
 */
bool draw_open(enum color_choice choice, const struct theme *theme);

/** draw_use - from the next frame on, which has to be whole, by @theme. */
void draw_use(const struct theme *theme);

/** draw_has_utf8 - whether signs beyond ASCII can be shown. */
bool draw_has_utf8(bool wants_ascii);

/** draw_set_utf8 - whether draw_words() uses such a sign; it does not before.
 */
void draw_set_utf8(bool has_utf8);

/** draw_rows, draw_cells - size of the screen. */
int draw_rows(void);
int draw_cells(void);

/** draw_begin - start with an empty frame. */
void draw_begin(void);

/** draw_end - show the frame; the cursor rests at @y, @x. @is_typing: and is
 * seen there. */
void draw_end(int y, int x, bool is_typing);

/** draw_set_sync - large frames are sent as a whole: the terminal knows how. */
void draw_set_sync(bool has_sync);

/** draw_has_written - whether the last frame was another one than that before:
 * otherwise nothing has gone to the terminal. */
bool draw_has_written(void);

/**
 * draw_text - write @text
 * @y, @x: where; nothing happens outside of the screen
 * @max: at most so many cells, and not beyond the end of the line
 * @line: LINE_*
 *
 * A character is shown in the cells that unitext_width() gives it, when
 * wcwidth() agrees; anything else, and what is not UTF-8, is shown as "?".
 * Return: the cells written.
 */
int draw_text(int y, int x, int max, const char *text, enum role role,
	      unsigned int line);

/** draw_words - draw_text(), with "~" for what has no room. */
int draw_words(int y, int x, int max, const char *text, enum role role);

/** draw_is_alike - whether they look the same in this theme. */
bool draw_is_alike(enum role a, enum role b);

/** draw_bar - fill line @y with the background of @role and @line. */
void draw_bar(int y, enum role role, unsigned int line);

/**
 * draw_paragraph - write @text from line @y on, broken between words
 * @indent: blanks before each line
 * @end: the first line that is not to be written
 *
 * Return: the line behind the last one written.
 */
int draw_paragraph(int y, int end, int indent, const char *text);

#endif

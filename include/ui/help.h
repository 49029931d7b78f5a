/* SPDX-License-Identifier: GPL-2.0-only */
/* The help page, made from the key table. */
#ifndef FLOWTOP_UI_HELP_H
#define FLOWTOP_UI_HELP_H

/**
 * help_draw - draw and show the page
 * @top: first line shown; set to what the screen allows
 * @cell_flags: CELL_UTF8
 * @message: instead of the last row; NULL: none
 */
void help_draw(int *top, const char *version, unsigned int cell_flags,
	       const char *message);

/**
 * help_frame - title and last row of a page of text; shows it
 * @more, @leave: behind the name, as far as there is room
 */
void help_frame(const char *name, const char *more, const char *leave,
		const char *message);

/** help_page - lines that fit. */
int help_page(void);

#endif

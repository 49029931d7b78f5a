/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fewer bytes for attributes. What the terminal's description says about them
 * also selects a set of characters, at every change; there is only one here.
 * So those parts are taken out of it.
 */
#ifndef FLOWTOP_UI_TERSE_H
#define FLOWTOP_UI_TERSE_H

/** terse_begin - shorten what curses has loaded; after newterm(). */
void terse_begin(void);

/** terse_no_background - nor will there be a background of our own. */
void terse_no_background(void);

/** terse_reset - write what was left out, before a whole screen is drawn:
 * somebody else may have selected another set of characters. */
void terse_reset(void);

/** terse_cut - take every @part out of @text, which shrinks in its place.
 * @instead: comes into its place; not longer. */
void terse_cut(char *text, const char *part, const char *instead);

#endif

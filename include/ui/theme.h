/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How things look. A theme gives each role a look; nothing is said by colour
 * alone. A theme of one's own is a text file:
 *
 *   # what differs from the default theme
 *   base = cb
 *   address = brightblue,bold
 *   bar = black on 114
 *
 * Knows nothing of curses, so that it can be read before the terminal is taken.
 */
#ifndef FLOWTOP_UI_THEME_H
#define FLOWTOP_UI_THEME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a text is. */
enum role {
	ROLE_PLAIN,
	ROLE_BAR,      /* title, header, key row */
	ROLE_SELECTED, /* the selected row, as a whole */
	ROLE_TAB,
	ROLE_SORTED, /* title of the column that sorts */
	ROLE_ADDR,
	ROLE_SOURCE,
	ROLE_PORT,
	ROLE_PROCESS,
	ROLE_OPENING, /* states of a connection that begins, that ends */
	ROLE_CLOSING,
	ROLE_ACTIVE, /* a rate that matters */
	ROLE_NEW,    /* the mark in front of a flow */
	ROLE_CLOSED, /* a row of what has ended, as a whole */
	ROLE_WARNING,
	ROLE_ERROR,   /* a warning that something is wrong already */
	ROLE_MESSAGE, /* instead of the keys */
	ROLE_WRONG,   /* what is wrong in a prompt */
	ROLES
};

enum {
	LOOK_BOLD = 1 << 0,
	LOOK_UNDERLINE = 1 << 1,
	LOOK_REVERSE = 1 << 2,
	LOOK_DIM = 1 << 3,
};

#define LOOK_DEFAULT (-1) /* the terminal's own colour */

struct look {
	uint8_t bits;   /* LOOK_* */
	int16_t fg, bg; /* 0 to 255, or LOOK_DEFAULT */
};

#define THEME_NAME_SIZE 32

struct theme {
	char name[THEME_NAME_SIZE];
	struct look looks[ROLES];
};

#define THEME_DEFAULT "default"
#define THEME_MONO "mono"
#define THEME_LIGHT "light" /* for a white background */

/* The built-in ones, and one line about each. */
struct theme_kind {
	const char *name, *help;
};
extern const struct theme_kind theme_kinds[];
extern const size_t n_theme_kinds;

/** theme_find - @theme becomes the built-in one called @name. Return: whether
 * there is one. */
bool theme_find(struct theme *theme, const char *name);

/**
 * theme_parse - read a theme file
 * @theme: begins as the default theme, or as that of its line "base"
 * @text: @size bytes, which may be anything
 * @error: where and what is wrong, "line 3: ..."; the line is left out
 *
 * Return: how many lines are wrong; @error is about the first.
 */
unsigned int theme_parse(struct theme *theme, const char *text, size_t size,
			 char *error, size_t error_size);

/** theme_needs_colors - how many colours it needs: 0, 8, 16 or 256. */
int theme_needs_colors(const struct theme *theme);

/** theme_has_background - whether any text has a background of its own. */
bool theme_has_background(const struct theme *theme);

/** role_name - as theme files call it. */
const char *role_name(enum role role);

#endif

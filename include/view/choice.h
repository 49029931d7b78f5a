/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which columns a user wants, and in which order: for each kind of layout a
 * list of his own, which all layouts of that kind obey from then on.
 *
 * A list comes in two forms. "process,address,rx_rate" is all he wants: what
 * has no room is dropped from its right end. "+mark,-cc" changes the usual
 * columns: these keep the order in which they vanish, and what was added comes
 * before any of them is widened. Either form has what is visible at a width
 * visible at every larger one.
 *
 * Context: as for layouts, one thread at a time: main before the others, then
 * that of the screen or of the output.
 */
#ifndef FLOWTOP_VIEW_CHOICE_H
#define FLOWTOP_VIEW_CHOICE_H

#include "view/ladders.h"
#include "view/layout.h"

#include <stdbool.h>
#include <stddef.h>

#define CHOICE_TEXT 512 /* a list of all columns of a kind */

/**
 * choice_set - columns by a list
 * @list: ids or titles without case, separated by commas; "+name" puts a column
 * at the right end, "-name" leaves it out; NULL or "": the usual columns
 * @error: set to what is wrong, in a line; "" when nothing is
 * @size: of @error
 *
 * Return: 0; -EINVAL, and all is as it was. For keys of a settings file, one
 * for each kind, as well as for --columns.
 */
int choice_set(enum layout_kind kind, const char *list, char *error,
	       size_t size);

/** choice_text - the list that would bring about what is chosen, by ids; "" for
 * the usual columns. @text: CHOICE_TEXT bytes */
void choice_text(enum layout_kind kind, char *text);

/** choice_reset - the usual columns again. */
void choice_reset(enum layout_kind kind);

/* A column that a kind of layout can have. */
struct choice_item {
	const struct column *column; /* of the first line */
	const char *title;           /* the id where it has none */
	bool is_shown, is_usual;     /* is_usual: shown unless he says no */
	int from; /* width where it appears; 0: not shown, or by its place */
};

/** choice_list - all that there are, in the order of their places, those that
 * are not shown in between. @places: as for layout_fit_places(). Return: how
 * many. */
int choice_list(enum layout_kind kind, enum layout_places places,
		struct choice_item items[LADDER_SLOTS]);

/** choice_toggle - show item @i of the list, or no longer. Return: false for
 * the only one that is left. */
bool choice_toggle(enum layout_kind kind, int i);

/** choice_move - move item @i by one place, to the right with @by 1, to the
 * left with -1. Return: where it is now. */
int choice_move(enum layout_kind kind, int i, int by);

/** choice_column - a column of the list by id or title, without case. Return:
 * NULL when there is none. */
const struct column *choice_column(enum layout_kind kind, const char *name);

/** choice_unknown - "unknown column "adress"; did you mean "address"?" */
void choice_unknown(enum layout_kind kind, const char *name, char *error,
		    size_t size);

/** choice_ladder - how layouts of @kind are made at present. */
const struct ladder *choice_ladder(enum layout_kind kind);

#endif

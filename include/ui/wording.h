/* SPDX-License-Identifier: GPL-2.0-only */
/* Words of filter expressions that only the screen knows. */
#ifndef FLOWTOP_UI_WORDING_H
#define FLOWTOP_UI_WORDING_H

#include "filter/expr.h"

struct ui;

/** wording_words - for expr_parse() and expr_complete(): what the program
 * knows, and values of the flows there are. Borrowed from @ui. */
struct expr_words wording_words(struct ui *ui);

/** wording_near - the keyword that a bare word of @expr may have been meant to
 * be. Return: static; NULL: there is none. */
const char *wording_near(const struct expr *expr);

#endif

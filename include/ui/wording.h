/* SPDX-License-Identifier: GPL-2.0-only */
/* Words of filter expressions that only the screen knows. */
#ifndef FLOWTOP_UI_WORDING_H
#define FLOWTOP_UI_WORDING_H

#include "filter/expr.h"

struct ui;

/** wording_words - for expr_parse() and expr_complete(): what the program
 * knows, and values of the flows there are. Borrowed from @ui. */
struct expr_words wording_words(struct ui *ui);

#endif

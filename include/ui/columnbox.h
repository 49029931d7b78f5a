/* SPDX-License-Identifier: GPL-2.0-only */
/* The box in which columns are shown, put in order, and sorted by. */
#ifndef FLOWTOP_UI_COLUMNBOX_H
#define FLOWTOP_UI_COLUMNBOX_H

#include <stdbool.h>

struct ui;

/**
 * columnbox_open - over the list
 * @is_sort: it begins with the column that sorts, and choosing another one
 * closes it
 *
 * What it does is seen behind it at once. It lists whatever the view has that
 * is shown, also when another one is chosen meanwhile.
 */
void columnbox_open(struct ui *ui, bool is_sort);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* The keys that choose the order. */
#ifndef FLOWTOP_UI_SORTING_H
#define FLOWTOP_UI_SORTING_H

#include "ui/keys.h"

struct column;
struct ui;

/** sorting_choose - the column or direction that @action and @key stand for. */
void sorting_choose(struct ui *ui, enum action action, int key);

/** sorting_by - sort by @column of the present view, or, if that is so already,
 * the other way round. */
void sorting_by(struct ui *ui, const struct column *column);

/** sorting_name - what to call the order by @column: as its header does, or in
 * a word where it has none. @cell_flags: CELL_BITS */
const char *sorting_name(const struct column *column, unsigned int cell_flags);

#endif

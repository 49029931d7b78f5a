/* SPDX-License-Identifier: GPL-2.0-only */
/* From view to view, and into a group and out of it. */
#ifndef FLOWTOP_UI_MOVING_H
#define FLOWTOP_UI_MOVING_H

#include <stdbool.h>

struct ui;

/** moving_show - show view @view, all of it. */
void moving_show(struct ui *ui, int view);

/** moving_step - the next view, or the one before. */
void moving_step(struct ui *ui, int by);

/** moving_enter - show the flows of the selected group. Return: false when
 * there is none. */
bool moving_enter(struct ui *ui);

/** moving_leave - back to the groups, on the one it came from. Return: false
 * when it came from none. */
bool moving_leave(struct ui *ui);

#endif

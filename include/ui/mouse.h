/* SPDX-License-Identifier: GPL-2.0-only */
/* What the mouse does: a click chooses, a second one enters, the wheel moves.
 */
#ifndef FLOWTOP_UI_MOUSE_H
#define FLOWTOP_UI_MOUSE_H

struct mouse_event;
struct ui;

/** mouse_act - do what @event stands for. */
void mouse_act(struct ui *ui, const struct mouse_event *event);

#endif

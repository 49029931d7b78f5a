/* SPDX-License-Identifier: GPL-2.0-only */
/* What keys do. */
#ifndef FLOWTOP_UI_ACTIONS_H
#define FLOWTOP_UI_ACTIONS_H

struct ui;

/** ui_act - do what @key stands for, or say that it stands for nothing. */
void ui_act(struct ui *ui, int key);

/** ui_suspend - let the shell have the terminal until it wants us back. */
void ui_suspend(struct ui *ui);

/** ui_say_part - say that a pause has not all flows; @err: of ui_pause() */
void ui_say_part(struct ui *ui, int err);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* What keys do. */
#ifndef FLOWTOP_UI_ACTIONS_H
#define FLOWTOP_UI_ACTIONS_H

#include <stdbool.h>

struct ui;

/** ui_act - do what @key stands for, or say that it stands for nothing. */
void ui_act(struct ui *ui, int key);

/** ui_move - the cursor goes @flows down; @is_page: and the window with it. */
void ui_move(struct ui *ui, long flows, bool is_page);

/** ui_suspend - let the shell have the terminal until it wants us back. */
void ui_suspend(struct ui *ui);

/** ui_say_part - say that a pause has not all flows; @err: of ui_pause() */
void ui_say_part(struct ui *ui, int err);

#endif

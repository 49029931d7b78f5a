/* SPDX-License-Identifier: GPL-2.0-only */
/* Whose names are wanted: of what is on the screen, and about to be. */
#ifndef FLOWTOP_UI_WANTING_H
#define FLOWTOP_UI_WANTING_H

struct ui;

/** ui_want_names - say at each frame what it needs, most important first; and
 * put into the status how much of that is known. */
void ui_want_names(struct ui *ui);

#endif

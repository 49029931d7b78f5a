/* SPDX-License-Identifier: GPL-2.0-only */
/* Whose names are wanted: of what is on the screen, and about to be. */
#ifndef FLOWTOP_UI_WANTING_H
#define FLOWTOP_UI_WANTING_H

struct layout;
struct ui;

/**
 * ui_want_names - say at each frame what it needs, most important first
 * @layout: what the lines have; groups may have names of other hosts as well
 *
 * How much of it is known is put into the status.
 */
void ui_want_names(struct ui *ui, const struct layout *layout);

#endif

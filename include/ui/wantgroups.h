/* SPDX-License-Identifier: GPL-2.0-only */
/* Whose names are wanted, in lists of groups. */
#ifndef FLOWTOP_UI_WANTGROUPS_H
#define FLOWTOP_UI_WANTGROUPS_H

struct ui;

/** ui_want_group_names - at each frame: hosts, and busiest hosts, that are on
 * the screen or about to be. */
void ui_want_group_names(const struct ui *ui);

#endif

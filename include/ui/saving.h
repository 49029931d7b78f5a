/* SPDX-License-Identifier: GPL-2.0-only */
/* Key W: what is shown, and how, becomes settings. */
#ifndef FLOWTOP_UI_SAVING_H
#define FLOWTOP_UI_SAVING_H

struct ui;

/** saving_save - write them, and say what came of it. */
void saving_save(struct ui *ui);

#endif

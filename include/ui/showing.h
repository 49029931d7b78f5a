/* SPDX-License-Identifier: GPL-2.0-only */
/* Keys that choose what is shown, and how. */
#ifndef FLOWTOP_UI_SHOWING_H
#define FLOWTOP_UI_SHOWING_H

#include "ui/keys.h"

struct ui;

/** showing_act - do @action, which is one of these; @key: that stood for it. */
void showing_act(struct ui *ui, enum action action, int key);

#endif

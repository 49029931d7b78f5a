/* SPDX-License-Identifier: GPL-2.0-only */
/* The first row of the screen. */
#ifndef FLOWTOP_UI_TITLE_H
#define FLOWTOP_UI_TITLE_H

#include <stdbool.h>

struct scene;

/** title_draw - the whole title into line @y. */
void title_draw(const struct scene *scene, int y);

/** summary_draw - what fits on a small screen. */
void summary_draw(const struct scene *scene, int y);

/** title_rate - a sum of rates: "?" when none is known, "0" without any. @text:
 * FMT_SIZE bytes */
void title_rate(char *text, double rate, bool is_known, bool is_bits);

#endif

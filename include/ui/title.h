/* SPDX-License-Identifier: GPL-2.0-only */
/* The first row of the screen. */
#ifndef FLOWTOP_UI_TITLE_H
#define FLOWTOP_UI_TITLE_H

struct scene;

/** title_draw - the whole title into line @y. */
void title_draw(const struct scene *scene, int y);

/** summary_draw - what fits on a small screen. */
void summary_draw(const struct scene *scene, int y);

#endif

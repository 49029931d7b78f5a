/* SPDX-License-Identifier: GPL-2.0-only */
/* The selected flow, or group, in full. */
#ifndef FLOWTOP_UI_PEEK_H
#define FLOWTOP_UI_PEEK_H

struct scene;

/** peek_draw - what is known about it into line @y. */
void peek_draw(const struct scene *scene, int y);

#endif

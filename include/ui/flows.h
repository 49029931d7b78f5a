/* SPDX-License-Identifier: GPL-2.0-only */
/* The list of flows, and the selected one in full. */
#ifndef FLOWTOP_UI_FLOWS_H
#define FLOWTOP_UI_FLOWS_H

struct parts;
struct scene;

/** flows_draw - the flows of the window. Return: line of the selected one. */
int flows_draw(const struct scene *scene, const struct parts *parts);

/** peek_draw - what is known about the selected flow into line @y. */
void peek_draw(const struct scene *scene, int y);

#endif

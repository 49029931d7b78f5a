/* SPDX-License-Identifier: GPL-2.0-only */
/* What stands where flows would: why there are none. */
#ifndef FLOWTOP_UI_EMPTY_H
#define FLOWTOP_UI_EMPTY_H

struct parts;
struct scene;

void empty_draw(const struct scene *scene, const struct parts *parts);

#endif

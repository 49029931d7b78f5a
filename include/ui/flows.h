/* SPDX-License-Identifier: GPL-2.0-only */
/* The list of flows, or of groups. */
#ifndef FLOWTOP_UI_FLOWS_H
#define FLOWTOP_UI_FLOWS_H

#include "ui/draw.h"
#include "view/value.h"

#include <stdbool.h>
#include <stddef.h>

struct column;
struct group;
struct parts;
struct row;
struct scene;

/* A line of the list. Borrowed from the frame. */
struct item {
	const struct row *row; /* NULL: it is a group */
	const struct group *group;
};

/** item_at - Return: false when there is none of that rank. */
bool item_at(const struct scene *scene, size_t rank, struct item *item);

/** item_value - what stands in @column. */
void item_value(const struct item *item, const struct column *column,
		struct value *value);

/* In front of it. */
struct mark {
	enum glyph glyph;
	enum role role;
	bool is_set;
};

struct mark mark_of(const struct item *item);

/** flows_draw - the lines of the window. Return: line of the selected one. */
int flows_draw(const struct scene *scene, const struct parts *parts);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* The views, one row each: key, tab, and what is a line of it. */
#ifndef FLOWTOP_UI_VIEWS_H
#define FLOWTOP_UI_VIEWS_H

#include "view/layout.h"

#include <stdbool.h>

struct grouping;

struct view_kind {
	int key;
	const char *name; /* for --group-by */
	const char *tab, *short_tab;
	const char *many;                /* of its lines */
	const struct grouping *grouping; /* NULL: a line is a flow */
};

#define VIEW_FLOWS 0 /* the row of flows */

extern const struct view_kind view_kinds[];
extern const int n_view_kinds;

/** view_by_name, view_by_key - Return: -1 when there is none. */
int view_by_name(const char *name);
int view_by_key(int key);

/* In how many lines a flow is shown with its source. */
enum view_pair { PAIR_AUTO, PAIR_TWO, PAIR_ONE };

/** view_set_pair - in all layouts from now on; PAIR_AUTO: as the width is. */
void view_set_pair(enum view_pair pair);

/** view_layout - how its lines are laid out on @width cells. */
enum layout_kind view_layout(int view, bool show_src, int width);

#endif

// SPDX-License-Identifier: GPL-2.0-only
/* The views. */
#include "ui/views.h"

#include "view/groups.h"

#include <string.h>

const struct view_kind view_kinds[] = {
	{ '1', "flows", "Flows", "Flows", "flows", NULL },
	{ '2', "procs", "Procs", "Procs", "processes", GROUPING_PROCESSES },
	{ '3', "hosts", "Hosts", "Hosts", "hosts", GROUPING_HOSTS },
	{ '4', "countries", "Countries", "Geo", "countries",
	  GROUPING_COUNTRIES },
	{ '5', "networks", "Networks", "Nets", "networks", GROUPING_NETWORKS },
	{ '6', "ports", "Ports", "Ports", "ports", GROUPING_PORTS },
};

const int n_view_kinds = sizeof(view_kinds) / sizeof(view_kinds[0]);

int view_by_name(const char *name)
{
	for (int i = 0; i < n_view_kinds; i++)
		if (!strcmp(view_kinds[i].name, name))
			return i;
	return -1;
}

int view_by_key(int key)
{
	for (int i = 0; i < n_view_kinds; i++)
		if (view_kinds[i].key == key)
			return i;
	return -1;
}

static enum view_pair pair_lines;

void view_set_pair(enum view_pair pair)
{
	pair_lines = pair;
}

enum layout_kind view_layout(int view, bool show_src, int width)
{
	if (view_kinds[view].grouping)
		return view_kinds[view].grouping->layout;
	if (!show_src)
		return LAYOUT_FLOWS;
	if (pair_lines)
		return pair_lines == PAIR_ONE ? LAYOUT_PAIR_ONE
					      : LAYOUT_PAIR_TWO;
	return width < LAYOUT_PAIR_ONE_WIDTH ? LAYOUT_PAIR_TWO
					     : LAYOUT_PAIR_ONE;
}

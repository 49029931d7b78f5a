/* SPDX-License-Identifier: GPL-2.0-only */
/* What stands where: title, status, tabs, header, flows, keys. */
#ifndef FLOWTOP_UI_PANELS_H
#define FLOWTOP_UI_PANELS_H

#include "ui/status.h"
#include "view/layout.h"
#include "view/view.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct steady;

/* Everything a frame is drawn from. Borrowed for the call. */
struct scene {
	const struct view_frame *frame;
	struct steady *steady; /* what the last frame showed; it changes */
	uint64_t picture;      /* number of the frame */
	const struct status *status;
	const struct filter_config *filter;
	const char *host, *version;
	const char *message; /* instead of the key row; NULL: none */
	uint64_t interval_ns;
	uint64_t paused_ns; /* how long */
	uint64_t empty_ns;  /* how long the table has been empty */
	const struct layout *layout;
	const struct column *sort; /* NULL: nothing is sorted yet */
	bool is_descending;
	bool is_paused, is_following;
	bool is_recording;       /* nothing can be done to its table */
	int view;                /* row of view_kinds */
	const char *only;        /* whose flows, in words; "": all */
	uint64_t since_ns;       /* wall clock: when it began */
	unsigned int cell_flags; /* CELL_BITS */
	size_t top, cursor;      /* ranks: first line shown, selected one */
};

/* Lines of the screen; -1 for a part that has no room. */
struct parts {
	int summary; /* instead of the title, where there is no more room */
	int title, status, tabs, header, peek, keys;
	int table, n_table; /* n_table lines */
};

/** parts_fit - what a screen of @rows lines and @cells cells has room for. */
void parts_fit(struct parts *parts, int rows, int cells);

/** panels_layout - the columns of a view at the present width; see
 * layout_fit_places(). @shift: at most so many */
void panels_layout(struct layout *layout, int view, bool show_src, int shift,
		   enum layout_places places);

/** panels_lines - how many flows, or groups, fit on the screen. */
size_t panels_lines(int view, bool show_src);

/** panels_tab_at - the view whose tab was drawn at cell @x. Return: -1 for
 * none. */
int panels_tab_at(int x);

/** panels_draw - draw it all. Return: the row of the screen that is selected,
 * for the cursor. */
int panels_draw(const struct scene *scene);

#endif

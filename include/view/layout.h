/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which columns fit a width, and how wide each is.
 *
 * A layout is a ladder: steps taken in order until one does not fit. So a
 * column that is visible at some width is visible at every larger one, and what
 * is visible depends on nothing but the width.
 */
#ifndef FLOWTOP_VIEW_LAYOUT_H
#define FLOWTOP_VIEW_LAYOUT_H

#include "view/cell.h"
#include "view/columns.h"
#include "view/row.h"
#include "view/value.h"

#include <stdbool.h>
#include <stddef.h>

enum layout_kind {
	LAYOUT_FLOWS,     /* one line per flow: near side and far end */
	LAYOUT_PAIR_TWO,  /* source line and destination line */
	LAYOUT_PAIR_ONE,  /* source and destination in one line */
	LAYOUT_PROCESSES, /* groups: this and all that follow */
	LAYOUT_HOSTS,
	LAYOUT_COUNTRIES,
	LAYOUT_NETWORKS,
	LAYOUT_PORTS,
	LAYOUT_KINDS
};

#define LAYOUT_ANY_WIDTH 0        /* ideal widths, every column */
#define LAYOUT_PAIR_ONE_WIDTH 140 /* from here on pairs fit in one line */
/* How much is shown of where ends are; columns and their room go to others. */
enum layout_places {
	PLACES_NONE,
	PLACES_CC,
	PLACES_CITY, /* and the country */
	PLACES_ALL,  /* and the network */
	PLACES_LEVELS
};

#define LAYOUT_MAX_CELLS 96
#define LAYOUT_PID_CELLS 7 /* unless it is known that less are enough */

struct layout_cell {
	const struct column *column;
	const char *title; /* in the header; NULL: nothing there */
	const char *title_bits;
	int line; /* 0, or 1: second line of a flow */
	int x;    /* 0 is the gutter */
	int cells;
};

struct layout {
	enum layout_kind kind;
	int n_lines;  /* per flow */
	int width;    /* used, with the gutter */
	int n_hidden; /* columns that have no room, without those shifted out */
	int n;
	struct layout_cell cell[LAYOUT_MAX_CELLS]; /* by line, then x */
};

/** layout_column - by id, of those that such a layout is made of. Return: NULL
 * when there is none. */
const struct column *layout_column(enum layout_kind kind, const char *id);

/** layout_set_pids - the largest process number there can be, for the width of
 * their column in all layouts from now on. Before the first layout. */
void layout_set_pids(uint64_t max);

/**
 * layout_fit - lay out @width cells, the gutter included
 * @width: LAYOUT_ANY_WIDTH for no limit
 *
 * The address takes what there is where the ladder has no room for it; a width
 * below 2 gives a layout without cells.
 */
void layout_fit(struct layout *layout, enum layout_kind kind, int width);

/**
 * layout_fit_shifted - the same after the columns moved to the left
 * @shift: so many columns make room for hidden ones; what they leave goes to
 * the columns that had none first. The address stays.
 */
void layout_fit_shifted(struct layout *layout, enum layout_kind kind, int width,
			int shift);

/** layout_fit_places - the same without the columns of places that are more
 * than @places */
void layout_fit_places(struct layout *layout, enum layout_kind kind, int width,
		       int shift, enum layout_places places);

/** layout_widths - at which width each slot of choice_ladder() appears. @from:
 * by slot; 0: not with these @places */
void layout_widths(enum layout_kind kind, enum layout_places places,
		   int from[]);

/* What stands in the columns of traffic. */
enum layout_traffic {
	TRAFFIC_RATE,
	TRAFFIC_BYTES,
	TRAFFIC_PACKET_RATE,
	TRAFFIC_PACKETS,
	TRAFFICS
};

/** layout_swap - put @traffic into the place of the rates, and these into its
 * place where it has one. Where there is no column for it nothing changes.
 * Return: whether anything did. */
bool layout_swap(struct layout *layout, enum layout_traffic traffic);

/** cell_title - header text of one cell, padded and cut as cell_format(). */
size_t cell_title(const struct layout_cell *cell, unsigned int flags,
		  char *out);

/** layout_header, layout_line - append a whole line without a newline and
 * without blanks at its end. @line: 0 or 1. */
void layout_header(const struct layout *layout, unsigned int flags,
		   struct buf *buf);
void layout_line(const struct layout *layout, const struct row *row, int line,
		 unsigned int flags, struct buf *buf);

#endif

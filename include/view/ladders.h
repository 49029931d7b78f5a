/* SPDX-License-Identifier: GPL-2.0-only */
/* What is laid out, and in which order it gets room; for layout.c. */
#ifndef FLOWTOP_VIEW_LADDERS_H
#define FLOWTOP_VIEW_LADDERS_H

#include "view/layout.h"

#include <stdbool.h>
#include <stdint.h>

/* A place from left to right, with a column for each line of a flow. */
struct ladder_slot {
	const char *top, *bottom; /* column ids; NULL: nothing there */
	const char *title;        /* NULL: the column's */
	const char *narrow_title; /* where the title does not fit */
	bool is_untitled;
	int bottom_span;           /* slots that the bottom column covers */
	int ideal;                 /* cells; 0: the column's */
	bool is_fixed;             /* is not shifted out */
	int max;                   /* grows to so many; 0: not by itself */
	bool is_late;              /* after all others do */
	enum layout_places places; /* it is for these and all that show more */
};

/* "Give @slot @cells cells." */
struct ladder_step {
	int8_t slot;
	uint8_t cells;
	bool is_joined; /* only together with the step after it */
};

#define LADDER_SLOTS 20 /* at most */

struct ladder {
	const struct ladder_slot *slots;
	int n_slots;
	const struct ladder_step *steps;
	int n_steps;
	const struct column *(*find)(const char *id);
};

extern const struct ladder ladders[LAYOUT_KINDS];

#endif

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

#define LADDER_SLOTS 48 /* at most, with the extras */
#define LADDER_STEPS 96

struct ladder {
	const struct ladder_slot *slots;
	int n_slots;
	const struct ladder_step *steps;
	int n_steps;
	const struct column *(*find)(const char *id);
	/* Columns that are not there unless somebody wants them: ids. */
	const char *const *extras;
	int n_extras;
	bool is_fixed_first; /* columns that stay get spare room first */
};

/* As they are unless a user has chosen; see view/choice.h. */
extern const struct ladder *const ladders[LAYOUT_KINDS];

/* groupladders.c */
extern const struct ladder process_columns, host_columns, country_columns,
	network_columns, port_columns;

/* How the tables are written: NAME_slots, NAME_ladder. */
// clang-format off
#define STEP(slot, cells) { slot, cells, false }
#define WITH(slot, cells) { slot, cells, true }
#define LADDER_N(array) (int)(sizeof(array) / sizeof((array)[0]))
#define LADDER(name) \
	name##_slots, LADDER_N(name##_slots), \
	name##_ladder, LADDER_N(name##_ladder)
#define EXTRAS(name) name##_extras, LADDER_N(name##_extras)
#define LADDER_FITS(name, extra) \
	(LADDER_N(name##_slots) + LADDER_N(extra##_extras) <= LADDER_SLOTS && \
	 LADDER_N(name##_ladder) + 2 * LADDER_N(extra##_extras) <= LADDER_STEPS)
// clang-format on

#endif

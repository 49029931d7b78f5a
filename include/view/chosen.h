/* SPDX-License-Identifier: GPL-2.0-only */
/* What a user has chosen, and the ladder that is made of it; for choice.c. */
#ifndef FLOWTOP_VIEW_CHOSEN_H
#define FLOWTOP_VIEW_CHOSEN_H

#include "view/ladders.h"
#include "view/layout.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * What a kind of layout offers are the slots of its usual ladder and the extras
 * behind them, by number. A choice is an order of these, and which are shown.
 */
struct chosen {
	bool is_set; /* otherwise the rest says nothing */
	bool is_own; /* dropped from its right end */
	int n;
	uint8_t order[LADDER_SLOTS];
	bool is_shown[LADDER_SLOTS]; /* by number */
	/* Made of that. */
	struct ladder_slot slots[LADDER_SLOTS];
	struct ladder_step steps[LADDER_STEPS];
	struct ladder ladder; /* points into it: not to be copied */
};

/** chosen_id - of column @number. */
const char *chosen_id(enum layout_kind kind, int number);

/** chosen_make - make the ladder of what is chosen. */
void chosen_make(enum layout_kind kind, struct chosen *chosen);

#endif

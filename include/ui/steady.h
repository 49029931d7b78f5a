/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Rates that do not tremble: a rate on the screen is written anew when it has
 * changed by 2 %, when it begins or ends, and otherwise after five pictures.
 * Only what is shown is kept so, flow by flow or group by group, wherever its
 * row is.
 */
#ifndef FLOWTOP_UI_STEADY_H
#define FLOWTOP_UI_STEADY_H

#include "view/row.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STEADY_PICTURES 5 /* so many may show a rate that is not exact */
#define STEADY_CHANGE 0.02F

struct group;

/* Zeroed is empty. */
struct steady {
	struct steady_list {
		struct steady_row *rows;
		size_t n, max;
	} old, now; /* the last frame's, this frame's */
	uint64_t picture;
	unsigned int n_since; /* pictures since the last frame */
	bool is_exact;
	bool is_pending; /* a rate of the last frame was not exact */
};

/** steady_fini - free what it holds. */
void steady_fini(struct steady *steady);

/**
 * steady_begin - a frame begins
 * @picture: number of the picture that it shows
 * @is_exact: rates are shown as they are
 */
void steady_begin(struct steady *steady, uint64_t picture, bool is_exact);

/** steady_hold - give @row the rates that are to be shown. */
void steady_hold(struct steady *steady, struct row *row);

/** steady_hold_group - the same for a group. */
void steady_hold_group(struct steady *steady, struct group *group);

/** steady_end - the frame is complete; rows that were not in it are forgotten.
 */
void steady_end(struct steady *steady);

#endif

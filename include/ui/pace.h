/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How often the screen is drawn: as often as the user wants, or less when the
 * terminal is behind. Two frames that had no room within ten seconds make it a
 * slow one: it gets frames half as often, then again. When it has kept up for
 * half a minute it is trusted a step further; for longer after each time that
 * this was too early.
 */
#ifndef FLOWTOP_UI_PACE_H
#define FLOWTOP_UI_PACE_H

#include <stdbool.h>
#include <stdint.h>

/* Zeroed is a terminal that keeps up. */
struct pace {
	int least;           /* never less than so many steps slower: --slow */
	int steps;           /* slower than the user wants */
	int n_returns;       /* it was found to be slow again */
	uint64_t skipped_ns; /* the last frame that had no room; 0: none yet */
	uint64_t changed_ns; /* of steps */
};

/** pace_init - @is_slow: it is known to be slow. */
void pace_init(struct pace *pace, bool is_slow);

/** pace_is_slow - little should be written. */
bool pace_is_slow(const struct pace *pace);

/** pace_skipped - a frame had no room until the next one was due. Return:
 * whether frames become fewer. */
bool pace_skipped(struct pace *pace, uint64_t now_ns);

/** pace_check - asked now and then. Return: whether frames become more. */
bool pace_check(struct pace *pace, uint64_t now_ns);

/** pace_interval - time between frames; the user wants @interval_ns. */
uint64_t pace_interval(const struct pace *pace, uint64_t interval_ns);

/** pace_step - the next of the usual intervals, up or down. Return:
 * @interval_ns when there is none. */
uint64_t pace_step(uint64_t interval_ns, bool is_slower);

#endif

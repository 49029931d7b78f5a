/* SPDX-License-Identifier: GPL-2.0-only */
/* Events that are lost again and again: when to do without them for a while
 * ("poll mode"), and for how long. */
#ifndef FLOWTOP_SOURCE_OVERRUNS_H
#define FLOWTOP_SOURCE_OVERRUNS_H

#include <stdbool.h>
#include <stdint.h>

struct overruns {
	bool had_one;      /* in this tick */
	int ticks;         /* in a row that had */
	uint64_t until_ns; /* events are ignored until then; 0: they are not */
	uint64_t for_ns;   /* how long the last time; twice that the next */
};

/**
 * overruns_judge - at the end of each tick
 *
 * Return: true when poll mode begins.
 */
bool overruns_judge(struct overruns *overruns, uint64_t now_ns,
		    uint64_t interval_ns);

#endif

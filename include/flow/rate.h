/* SPDX-License-Identifier: GPL-2.0-only */
/* Rates: what two samples of a flow say about the time between them. */
#ifndef FLOWTOP_FLOW_RATE_H
#define FLOWTOP_FLOW_RATE_H

#include <stdint.h>

/* Samples closer than this say nothing about a rate: one packet more or less
 * would be megabytes per second. */
#define RATE_MIN_NS 100000000ULL

/* Half-life of the smoothed rate. */
#define RATE_HALF_LIFE_NS 2000000000ULL

/* Remembers the weight of the last distance: a sweep samples every flow at
 * about the same distance. */
struct smoother {
	uint64_t dt_ns;
	float weight;
};

/** counter_delta - growth of a counter; one that fell was reset by somebody,
 * so all it has now is new. */
static inline uint64_t counter_delta(uint64_t before, uint64_t now)
{
	return now >= before ? now - before : now;
}

/** rate_per_second - @delta in @dt_ns as units per second. */
static inline float rate_per_second(uint64_t delta, uint64_t dt_ns)
{
	return (float)((double)delta * 1e9 / (double)dt_ns);
}

/** rate_smooth - move @old towards @now as time @dt_ns demands. */
float rate_smooth(struct smoother *smoother, float old, float now,
		  uint64_t dt_ns);

#endif

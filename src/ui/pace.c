// SPDX-License-Identifier: GPL-2.0-only
/* How often the screen is drawn. */
#include "ui/pace.h"

#include "lib/clock.h"

#include <stddef.h>

#define NEAR_NS                                                                \
	(10 * NS_PER_S) /* two skipped frames within this are one too many */
#define QUIET_NS (30 * NS_PER_S) /* without one it keeps up */
#define MAX_STEPS 3
#define MAX_RETURNS 4              /* then quiet is no longer doubled */
#define SLOWEST_NS (10 * NS_PER_S) /* unless the user wants longer */

uint64_t pace_step(uint64_t interval_ns, bool is_slower)
{
	static const unsigned int steps_ms[] = { 250,  500,   1000,  2000,
						 5000, 10000, 30000, 60000 };
	size_t n = sizeof(steps_ms) / sizeof(steps_ms[0]);

	for (size_t i = 0; i < n; i++) {
		/* up: the first that is larger; down: the last smaller */
		uint64_t ns = steps_ms[is_slower ? i : n - 1 - i] * NS_PER_MS;

		if (is_slower ? ns > interval_ns : ns < interval_ns)
			return ns;
	}
	return interval_ns;
}

void pace_init(struct pace *pace, bool is_slow)
{
	*pace = (struct pace){ .least = is_slow, .steps = is_slow };
}

bool pace_is_slow(const struct pace *pace)
{
	return pace->steps > 0;
}

bool pace_skipped(struct pace *pace, uint64_t now_ns)
{
	bool is_second =
		pace->skipped_ns && now_ns < pace->skipped_ns + NEAR_NS;

	pace->skipped_ns = now_ns;
	if (!is_second || pace->steps == MAX_STEPS)
		return false;
	/* The next step needs two of its own. */
	pace->skipped_ns = 0;
	if (pace->changed_ns && pace->n_returns < MAX_RETURNS)
		pace->n_returns++;
	pace->steps++;
	pace->changed_ns = now_ns;
	return true;
}

bool pace_check(struct pace *pace, uint64_t now_ns)
{
	uint64_t quiet_ns = QUIET_NS << pace->n_returns;

	if (pace->steps == pace->least ||
	    now_ns < pace->changed_ns + quiet_ns ||
	    now_ns < pace->skipped_ns + quiet_ns)
		return false;
	pace->steps--;
	pace->changed_ns = now_ns;
	return true;
}

uint64_t pace_interval(const struct pace *pace, uint64_t interval_ns)
{
	for (int i = 0; i < pace->steps && interval_ns < SLOWEST_NS; i++)
		interval_ns = pace_step(interval_ns, true);
	return interval_ns;
}

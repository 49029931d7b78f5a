/* SPDX-License-Identifier: GPL-2.0-only */
#include "flow/rate.h"

#include <math.h>

float rate_smooth(struct smoother *smoother, float old, float now,
		  uint64_t dt_ns)
{
	uint64_t apart = dt_ns > smoother->dt_ns ? dt_ns - smoother->dt_ns
						 : smoother->dt_ns - dt_ns;

	if (apart > dt_ns / 64) {
		float half_lives = (float)dt_ns / (float)RATE_HALF_LIFE_NS;

		smoother->dt_ns = dt_ns;
		smoother->weight = 1.0F - exp2f(-half_lives);
	}
	old += (now - old) * smoother->weight;
	/* A flow that stopped reaches 0 instead of a trickle for ever. */
	return old < 0.5F && now == 0.0F ? 0.0F : old;
}

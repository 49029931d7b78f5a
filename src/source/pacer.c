/* SPDX-License-Identifier: GPL-2.0-only */
/* The two clocks of a replay. */
#include "source/pacer.h"

#define JITTER_NS NS_PER_S
#define GAP_NS (3600 * NS_PER_S)

/* As a double it is safely below 2^64, and 146 years are enough. */
#define FOREVER_NS (UINT64_MAX / 4)

uint64_t pacer_record(struct pacer *p, uint64_t file_ns, uint64_t real_ns)
{
	uint64_t before_ns = p->last_ns - p->base_ns;

	if (!p->is_started) {
		p->is_started = true;
		p->first_ns = real_ns;
		p->base_ns = file_ns - PACER_START_NS;
	} else if (file_ns < p->last_ns) {
		if (p->last_ns - file_ns < JITTER_NS)
			return before_ns;
		p->base_ns = file_ns - before_ns;
	} else if (file_ns - p->last_ns > GAP_NS) {
		p->base_ns = file_ns - before_ns - NS_PER_S;
	}
	p->last_ns = file_ns;
	return file_ns - p->base_ns;
}

uint64_t pacer_limit(const struct pacer *p, uint64_t real_ns)
{
	double way;

	if (p->speed <= 0)
		return UINT64_MAX;
	if (!p->is_started)
		return PACER_START_NS;
	way = (double)(real_ns - p->first_ns) * p->speed;
	if (way >= (double)FOREVER_NS)
		return UINT64_MAX;
	return PACER_START_NS + (uint64_t)way;
}

uint64_t pacer_due(const struct pacer *p, uint64_t at_ns)
{
	double wait;

	if (p->speed <= 0 || at_ns <= PACER_START_NS)
		return 0;
	wait = (double)(at_ns - PACER_START_NS) / p->speed;
	if (wait >= (double)FOREVER_NS)
		return UINT64_MAX;
	return p->first_ns + (uint64_t)wait;
}

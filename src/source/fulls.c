/* SPDX-License-Identifier: GPL-2.0-only */
#include "source/fulls.h"

#include "lib/clock.h"

#define EVERY_NS (10 * NS_PER_S)
#define SELDOM_NS (60 * NS_PER_S)

void fulls_listed(struct fulls *fulls, uint64_t now_ns)
{
	fulls->listed_ns = now_ns;
	fulls->due_ns = now_ns + EVERY_NS;
}

void fulls_proved(struct fulls *fulls, uint64_t now_ns)
{
	uint64_t last_ns = fulls->listed_ns + SELDOM_NS;

	if (fulls_is_due(fulls, now_ns))
		return;
	fulls->due_ns = now_ns + EVERY_NS;
	if (fulls->due_ns > last_ns)
		fulls->due_ns = last_ns;
}

void fulls_want(struct fulls *fulls)
{
	fulls->due_ns = 0;
}

bool fulls_is_due(const struct fulls *fulls, uint64_t now_ns)
{
	return now_ns >= fulls->due_ns;
}

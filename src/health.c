/* SPDX-License-Identifier: GPL-2.0-only */
#include "health.h"

void health_init(struct health *health)
{
	memset(health, 0, sizeof(*health));
	counter_set(&health->n_kernel, HEALTH_UNKNOWN);
	counter_set(&health->max_kernel, HEALTH_UNKNOWN);
	counter_set(&health->n_sockets, HEALTH_UNKNOWN);
	counter_set(&health->acct, HEALTH_UNKNOWN);
	counter_set(&health->timestamp, HEALTH_UNKNOWN);
	counter_set(&health->kernel_events, HEALTH_UNKNOWN);
	counter_set(&health->rcvbuf, HEALTH_UNKNOWN);
}

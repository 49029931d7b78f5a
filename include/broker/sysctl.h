/* SPDX-License-Identifier: GPL-2.0-only */
/* The two conntrack switches: turned on for as long as flowtop runs. */
#ifndef FLOWTOP_BROKER_SYSCTL_H
#define FLOWTOP_BROKER_SYSCTL_H

#include "broker/request.h"

struct sysctl_state {
	bool is_ours[SYSCTLS]; /* it was 0 and we wrote 1 */
};

/** sysctl_on - set a switch to 1. Returns as request_sysctl_on(). */
int sysctl_on(struct sysctl_state *state, int which);

/** sysctl_restore - put back what is still as we left it. */
void sysctl_restore(struct sysctl_state *state);

#endif

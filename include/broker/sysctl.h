/* SPDX-License-Identifier: GPL-2.0-only */
/* The two conntrack switches: turned on for as long as flowtop runs. */
#ifndef FLOWTOP_BROKER_SYSCTL_H
#define FLOWTOP_BROKER_SYSCTL_H

#include "broker/request.h"

struct sysctl_state {
	bool is_ours[SYSCTLS]; /* it was 0 before flowtop wrote 1 */
	int socket;            /* says so to others; -1: none */
};

void sysctl_init(struct sysctl_state *state);

/** sysctl_on - set switches to 1. As request_sysctl_on(). */
unsigned int sysctl_on(struct sysctl_state *state, unsigned int wanted);

/** sysctl_restore - put back what is still as we left it, unless somebody else
 * needs it. */
void sysctl_restore(struct sysctl_state *state);

#endif

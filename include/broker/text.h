/* SPDX-License-Identifier: GPL-2.0-only */
/* What came of privileged actions, in words for the user. */
#ifndef FLOWTOP_BROKER_TEXT_H
#define FLOWTOP_BROKER_TEXT_H

#include "broker/sysctl.h"
#include "broker/track.h"

/** track_text - why there is no tracking. */
const char *track_text(enum track_result result);

/** sysctl_left_text - what was left on, and why. NULL: nothing that needs
 * words. */
const char *sysctl_left_text(enum sysctl_left left);

#endif

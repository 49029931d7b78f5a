/* SPDX-License-Identifier: GPL-2.0-only */
/* What is known of a terminal, without drawing on it. */
#ifndef FLOWTOP_UI_PROBE_H
#define FLOWTOP_UI_PROBE_H

#include <stdbool.h>

/**
 * probe_terminal - can the screen be drawn on terminals of this name?
 * @colors: how many there are; 0 none
 */
bool probe_terminal(const char *name, int *colors);

#endif

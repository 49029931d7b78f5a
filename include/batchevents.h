/* SPDX-License-Identifier: GPL-2.0-only */
/* Lines of new and ended flows, each worth a moment for its owner. */
#ifndef FLOWTOP_BATCHEVENTS_H
#define FLOWTOP_BATCHEVENTS_H

#include <stdbool.h>

struct batch;

/** batch_awaits_owners - owners are being looked for. */
bool batch_awaits_owners(const struct batch *b);

/** batch_print_events - lines of what has happened. Return: 0 or negative
 * errno. */
int batch_print_events(struct batch *b);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* Flows by key. At most two share one: a live one and the ghost of the last.
 * Used by the table alone; read lock held. */
#ifndef FLOWTOP_FLOW_LOOKUP_H
#define FLOWTOP_FLOW_LOOKUP_H

#include "flow/reader.h"

/**
 * lookup_live - the live flow with @key
 * @ghost: set to the ghost, if there is one, when NULL is returned
 *
 * Both in one walk: most of what begins has neither.
 */
struct flow *lookup_live(struct cds_lfht *flows, const struct flow_key *key,
			 unsigned long hash, struct flow **ghost);

/** lookup_ghost - the ghost with @key, also when there is a live one. */
struct flow *lookup_ghost(struct cds_lfht *flows, const struct flow_key *key,
			  unsigned long hash);

/** lookup_touch - fetch the memory that the next look-up of @hash will need. */
void lookup_touch(struct cds_lfht *flows, unsigned long hash);

#endif

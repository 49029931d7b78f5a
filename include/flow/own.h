/* SPDX-License-Identifier: GPL-2.0-only */
/* Flows and their owners. Used by the table alone; own.c also has what
 * flow/writer.h says of owners. */
#ifndef FLOWTOP_FLOW_OWN_H
#define FLOWTOP_FLOW_OWN_H

#include "flow/procwriter.h"
#include "flow/reader.h"
#include "flow/sample.h"

#include <stdint.h>

struct slab;

struct owning {
	struct procs *procs;
	struct slab *slab;  /* borrowed */
	uint64_t n_unasked; /* live flows */
	bool has_orphans;   /* flows may have outlived their process */
};

/** table_owning - in table.c. */
struct owning *table_owning(struct table *table);

/** own_created - @sample has made @flow, which is not published yet. */
void own_created(struct owning *own, struct flow *flow,
		 const struct sample *sample);

/** own_ended - it has become a ghost: its process keeps what it has moved. */
void own_ended(struct owning *own, struct flow *flow);

/** own_moved - rx and tx of @flow, as its process sees them. */
struct proc_past own_moved(const struct flow *flow);

/** own_completed - the counters of the ghost @flow are final now.
 * @before: own_moved() until now */
void own_completed(struct owning *own, const struct flow *flow,
		   const struct proc_past *before);

/** own_forgotten - @flow leaves. */
void own_forgotten(struct owning *own, struct flow *flow);

/**
 * own_classified - the classify hook was asked again for @flow
 * @dir, @bits: what it has answered
 *
 * Stores them. When the direction is another now, the owner is, too.
 */
void own_classified(struct owning *own, struct flow *flow, uint8_t dir,
		    uint32_t bits);

#endif

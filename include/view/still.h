/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A still: copies of all flows of one moment, and of what was known of their
 * processes, so that a list that stands still can be filtered, sorted and moved
 * in like a live one.
 */
#ifndef FLOWTOP_VIEW_STILL_H
#define FLOWTOP_VIEW_STILL_H

#include "fact/proc.h"
#include "flow/reader.h"
#include "view/row.h"

#include <stddef.h>
#include <stdint.h>

struct still {
	uint64_t now_ns, wall_ns;       /* its moment, as in struct view_env */
	const struct proc_fact **facts; /* as in struct view_env; counted */
	struct view_past *pasts;
	uint32_t n_facts;
	size_t n;
	struct flow flow[]; /* slot: the number of its place in the table */
};

/**
 * still_take - copy the flows and ghosts of @table
 * @max: at most so many
 * @now_ns, @wall_ns: what the clocks say
 *
 * Context: registered reader, read lock NOT held (taken inside).
 * Return: 0, and *@out is freed with still_free(); -EFBIG when there are more
 * than @max; -ENOMEM.
 */
int still_take(struct still **out, const struct table *table, size_t max,
	       uint64_t now_ns, uint64_t wall_ns);

/** still_free - NULL is allowed. */
void still_free(struct still *still);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* The processes that a recording has spoken of. */
#include "source/recprocs.h"

#include "fact/proc.h"
#include "source/mark.h"

#include <stdlib.h>

#define NEIGHBOURS 8 /* entries where a process may be */

struct recprocs {
	uint32_t next; /* whom to replace */
	struct recproc entry[MARK_PROCS];
};

struct recprocs *recprocs_new(void)
{
	return calloc(1, sizeof(struct recprocs));
}

void recprocs_free(struct recprocs *procs)
{
	if (!procs)
		return;
	for (uint32_t i = 0; i < MARK_PROCS; i++)
		proc_fact_put(procs->entry[i].fact);
	free(procs);
}

static uint32_t home_of(const struct proc_fact *fact)
{
	uint64_t mixed = fact->pid ? fact->pid ^ fact->starttime << 22
				   : fact->uid | 1ULL << 40;

	/* Fibonacci hashing */
	return (uint32_t)(mixed * 0x9e3779b97f4a7c15ULL >> 32) % MARK_PROCS;
}

static uint32_t find(struct recprocs *procs, const struct proc_fact *fact)
{
	uint32_t home = home_of(fact), empty = MARK_PROCS;

	for (uint32_t i = 0; i < NEIGHBOURS; i++) {
		uint32_t at = (home + i) % MARK_PROCS;
		const struct proc_fact *there = procs->entry[at].fact;

		if (there && proc_fact_same(there, fact))
			return at;
		if (!there && empty == MARK_PROCS)
			empty = at;
	}
	if (empty < MARK_PROCS)
		return empty;
	return (home + procs->next++ % NEIGHBOURS) % MARK_PROCS;
}

struct recproc *recprocs_get(struct recprocs *procs,
			     const struct proc_fact *fact, uint32_t *number)
{
	uint32_t at = find(procs, fact);
	struct recproc *entry = &procs->entry[at];
	const struct proc_fact *old = entry->fact;

	*number = at + 1;
	if (old == fact)
		return entry;
	if (!old || !proc_fact_same(old, fact))
		*entry = (struct recproc){ 0 };
	else if (!proc_fact_equal(old, fact))
		entry->is_written = false;
	entry->fact = proc_fact_get(fact);
	proc_fact_put(old);
	return entry;
}

void recprocs_forget(struct recprocs *procs)
{
	for (uint32_t i = 0; i < MARK_PROCS; i++)
		procs->entry[i].is_written = false;
}

struct recproc *recprocs_nameless(struct recprocs *procs, uint32_t *number)
{
	while (*number < MARK_PROCS) {
		struct recproc *entry = &procs->entry[(*number)++];

		if (entry->is_written && !entry->has_name)
			return entry;
	}
	return NULL;
}

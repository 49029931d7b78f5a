/* SPDX-License-Identifier: GPL-2.0-only */
/* Facts about processes: counted, and compared. */
#include "fact/proc.h"

#include <stdlib.h>
#include <string.h>

struct proc_fact *proc_fact_new(void)
{
	struct proc_fact *fact = calloc(1, sizeof(*fact));

	if (fact)
		atomic_init(&fact->refs, 1);
	return fact;
}

const struct proc_fact *proc_fact_get(const struct proc_fact *fact)
{
	if (fact)
		atomic_fetch_add_explicit(
			&((struct proc_fact *)(uintptr_t)fact)->refs, 1,
			memory_order_relaxed);
	return fact;
}

void proc_fact_put(const struct proc_fact *fact)
{
	struct proc_fact *mine = (struct proc_fact *)(uintptr_t)fact;

	if (mine && atomic_fetch_sub_explicit(&mine->refs, 1,
					      memory_order_acq_rel) == 1)
		free(mine);
}

bool proc_fact_same(const struct proc_fact *a, const struct proc_fact *b)
{
	if (a->pid != b->pid || a->starttime != b->starttime)
		return false;
	if (a->pid)
		return true;
	return a->is_kernel == b->is_kernel && a->has_uid == b->has_uid &&
	       (!a->has_uid || a->uid == b->uid);
}

bool proc_fact_equal(const struct proc_fact *a, const struct proc_fact *b)
{
	return proc_fact_same(a, b) && a->has_uid == b->has_uid &&
	       (!a->has_uid || a->uid == b->uid) &&
	       a->is_kernel == b->is_kernel && !strcmp(a->comm, b->comm) &&
	       a->parent_pid == b->parent_pid &&
	       !strcmp(a->parent, b->parent) &&
	       !strcmp(a->command, b->command) && !strcmp(a->unit, b->unit) &&
	       !strcmp(a->container, b->container) &&
	       !strcmp(a->netns, b->netns) && !strcmp(a->user, b->user);
}

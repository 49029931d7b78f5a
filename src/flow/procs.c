/* SPDX-License-Identifier: GPL-2.0-only */
#include "flow/procs.h"

#include <stddef.h>

uint32_t procs_limit(const struct procs *procs)
{
	(void)procs;
	return PROC_OTHERS + 1;
}

const struct proc_fact *procs_peek(const struct procs *procs, uint16_t number)
{
	(void)procs;
	(void)number;
	return NULL;
}

bool procs_has_ended(const struct procs *procs, uint16_t number)
{
	(void)procs;
	(void)number;
	return false;
}

void procs_past(const struct procs *procs, uint16_t number,
		struct proc_past *past)
{
	(void)procs;
	(void)number;
	*past = (struct proc_past){ 0 };
}

/* SPDX-License-Identifier: GPL-2.0-only */
/* Jobs whose socket is looked for, in the watched namespace. */
#ifndef FLOWTOP_ENRICH_OWNERASK_H
#define FLOWTOP_ENRICH_OWNERASK_H

#include <stdbool.h>
#include <stdint.h>

struct worker;

/** ownerask_step - work on what is due. Return: whether there is more. */
bool ownerask_step(struct worker *w, uint64_t now_ns);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* What the table knows of a flow's owner, as the fact that it came from. */
#ifndef FLOWTOP_FLOW_OWNER_H
#define FLOWTOP_FLOW_OWNER_H

#include "fact/owner.h"

#include <stdbool.h>

struct flow;
struct procs;

/** flow_handle - @flow over time, for facts. Collector only. */
struct flow_handle flow_handle(const struct flow *flow);

/**
 * flow_owner - the fact that table_own() would have to be told
 * @fact: fact->proc is borrowed as procs_peek() lends it
 *
 * Context: collector, read lock held.
 * Return: false when nothing is known.
 */
bool flow_owner(const struct flow *flow, const struct procs *procs,
		struct owner_fact *fact);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
#include "flow/owner.h"

#include "flow/procs.h"
#include "flow/reader.h"

struct flow_handle flow_handle(const struct flow *flow)
{
	return (struct flow_handle){
		.born_ns = flow->born_ns,
		.slot = flow->slot,
		.id = flow->id,
	};
}

bool flow_owner(const struct flow *flow, const struct procs *procs,
		struct owner_fact *fact)
{
	uint16_t number = counter_get(&flow->hot.proc);

	*fact = (struct owner_fact){
		.fact = FACT_OWNER,
		.kind = counter_get(&flow->hot.owner),
		.is_answering = counter_get(&flow->hot.has) & FLOW_ANSWERING,
		.holders = counter_get(&flow->holders),
		.flow = flow_handle(flow),
		.proc = number ? procs_peek(procs, number) : NULL,
	};
	return fact->kind != OWNER_UNKNOWN || fact->proc;
}

/* SPDX-License-Identifier: GPL-2.0-only */
/* What a sample changes in a flow. Used by the table alone. */
#ifndef FLOWTOP_FLOW_APPLY_H
#define FLOWTOP_FLOW_APPLY_H

#include "flow/rate.h"
#include "flow/reader.h"

#include <stdbool.h>

/**
 * flow_apply - store what @sample says about its flow
 *
 * Context: collector.
 * Return: true when more than timers moved.
 */
bool flow_apply(struct flow *flow, const struct sample *sample,
		struct smoother *smoother);

/** flow_settle - as a sample in which nothing has moved. */
void flow_settle(struct flow *flow, uint64_t now_ns, struct smoother *smoother);

/** flow_stop_rates - a flow that ended has no rate. */
void flow_stop_rates(struct flow *flow);

#endif

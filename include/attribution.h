/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Attribution: the part of the intake that deals with owners. It asks whose a
 * new flow is, puts the answer into the table, and into the recording. All in
 * the collector's thread.
 */
#ifndef FLOWTOP_ATTRIBUTION_H
#define FLOWTOP_ATTRIBUTION_H

#include <stdint.h>

struct flow;
struct flow_key;
struct owner_fact;
struct sample;

/** attribution_created - a flow is new; @ctx: the struct intake. Read lock
 * held. */
void attribution_created(void *ctx, const struct flow *flow);

/** attribution_played - source_sink.owner: a recording says so. */
void attribution_played(void *ctx, const struct flow_key *key, uint32_t id,
			const struct owner_fact *fact);

struct intake;

/** attribution_keyframe - @sample was recorded as part of a key frame: say the
 * owner of its flow, too. Read lock held. */
void attribution_keyframe(struct intake *in, const struct sample *sample);

#endif

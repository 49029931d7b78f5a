/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Samples on their way to the sink, several at a time: it looks all of them up
 * before it takes the first, so that the memory they need is on its way.
 */
#ifndef FLOWTOP_SOURCE_BATCH_H
#define FLOWTOP_SOURCE_BATCH_H

#include "source/source.h"

/* As many as a core has misses under way, and 5 kB of its first cache. */
#define BATCH_SAMPLES 16

struct sample_batch {
	int n;
	struct sample sample[BATCH_SAMPLES];
};

/** batch_next - where the next sample is to be written. */
static inline struct sample *batch_next(struct sample_batch *batch)
{
	return &batch->sample[batch->n];
}

/** batch_flush - hand on what is there. */
static inline void batch_flush(struct sample_batch *batch,
			       const struct source_sink *sink)
{
	if (batch->n)
		sink->samples(sink->ctx, batch->sample, batch->n);
	batch->n = 0;
}

/** batch_add - the one at batch_next() is complete. */
static inline void batch_add(struct sample_batch *batch,
			     const struct source_sink *sink)
{
	if (++batch->n == BATCH_SAMPLES)
		batch_flush(batch, sink);
}

#endif

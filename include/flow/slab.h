/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where flows lie: chunks of CHUNK_SLOTS slots that never move, so that a walk
 * is linear.
 *
 *   FREE --take--> (filled) --publish--> LIVE --> GHOST --retire--> RETIRED
 *     ^                                                                |
 *     +---------- reclaim: after every reader has left ----------------+
 *
 * Slots are retired in batches, one grace period for many. The lowest free slot
 * is taken first, so that chunks at the end run empty and can be unmapped.
 */
#ifndef FLOWTOP_FLOW_SLAB_H
#define FLOWTOP_FLOW_SLAB_H

#include "flow/reader.h"

struct slab;

/** slab_new - no slots yet. Return: freed with slab_free(); NULL. */
struct slab *slab_new(void);

/** slab_free - unmap everything. No reader may be left, and rcu_drain() must
 * have been called since the last use. */
void slab_free(struct slab *slab);

/** slab_directory - what readers walk. Read lock held, or collector. */
const struct flow_directory *slab_directory(const struct slab *slab);

/**
 * slab_take - the lowest free slot, zeroed but for its number
 *
 * Readers do not see it before slab_publish(). Context: collector.
 * Return: NULL without memory.
 */
struct flow *slab_take(struct slab *slab);

/** slab_publish - readers may see the slot now, complete. */
void slab_publish(struct flow *flow);

/** slab_retire - readers must not look any more; the slot comes back later. */
void slab_retire(struct slab *slab, struct flow *flow);

/**
 * slab_reclaim - start the grace period of what was retired, and free what
 * has passed it
 *
 * Context: collector, read lock NOT held.
 * Return: whether there is something that has not passed it yet.
 */
bool slab_reclaim(struct slab *slab);

/**
 * slab_trim - the last chunk goes, too, when no slot was used for a while
 *
 * To be called about once a second, or more often. Context: collector, read
 * lock NOT held.
 * Return: whether that is so, once.
 */
bool slab_trim(struct slab *slab, uint64_t now_ns);

/** slab_has_rest - no slot is used any more, and slab_trim() will say so.
 * Collector. */
bool slab_has_rest(const struct slab *slab);

/** slab_at - the slot with this number; NULL when there is none. Collector. */
struct flow *slab_at(const struct slab *slab, uint64_t slot);

/** slab_end - one more than the highest slot number in use. Collector. */
uint64_t slab_end(const struct slab *slab);

#endif

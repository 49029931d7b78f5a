/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Jobs about flows that pass through: is one end a process in another network
 * namespace of this machine? In rounds: which namespaces are there, which
 * addresses have they, and then the flows of these addresses are asked for
 * there. One that has none of them costs two look-ups.
 */
#ifndef FLOWTOP_ENRICH_OWNERSPACE_H
#define FLOWTOP_ENRICH_OWNERSPACE_H

#include <stdint.h>

struct finder_answer;
struct own_job;
struct worker;

/** ownerspace_enter - take a job, or answer it. */
void ownerspace_enter(struct worker *w, struct own_job *job, uint64_t now_ns);

/** ownerspace_step - begin a round, or go on. */
void ownerspace_step(struct worker *w, uint64_t now_ns);

/** ownerspace_take - an answer about namespaces. */
void ownerspace_take(struct worker *w, const struct finder_answer *answer,
		     uint64_t now_ns);

/** ownerspace_due_ns - when ownerspace_step() has something to do. */
uint64_t ownerspace_due_ns(const struct worker *w);

/** ownerspace_lost - the finder is gone. */
void ownerspace_lost(struct worker *w);

#endif

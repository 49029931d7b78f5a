/* SPDX-License-Identifier: GPL-2.0-only */
/* The part of the collector that a source calls: it alone changes the table.
 * Everything here runs in the collector's thread. */
#ifndef FLOWTOP_INTAKE_H
#define FLOWTOP_INTAKE_H

#include "flow/tombs.h"
#include "source/source.h"

#include <stdbool.h>
#include <stdint.h>

#include "health.h"

struct addrs;
struct collector_config;
struct queue;
struct table;

/* A listing that is under way. */
struct running {
	bool is_open;
	bool is_full; /* complete, it may sweep */
	bool is_keyframe;
	uint32_t generation;
	uint64_t started_ns;
	struct tombs tombs;
};

struct intake {
	const struct collector_config *config; /* borrowed */
	struct source_sink sink;
	struct table *table;
	struct addrs *addrs;
	struct health health;
	struct queue *events, *notes;
	struct running running[MAX_DUMPS];
	bool has_unsaid_loss; /* events lost since it was said last */
	uint64_t said_lost_ns;
	bool is_sweeping;      /* intake_sweep() has more to do */
	uint64_t unasked_slot; /* where the next flow to ask about may be */
	uint64_t orphan_slot;  /* table_orphans() goes on from there */
	uint64_t orphans_ns;   /* when it has begun last */
};

/** intake_init - 0 or -ENOMEM; intake_fini() is due in both cases. */
int intake_init(struct intake *in, const struct collector_config *config);
void intake_fini(struct intake *in);

/** intake_sweep - one slice of the sweep after a complete listing. */
void intake_sweep(struct intake *in);

/** intake_own - take what was found out about owners, and ask for those of whom
 * nobody asked yet; one slice. Return: there is more to ask. */
bool intake_own(struct intake *in);

/** intake_note - queue a struct note. */
void intake_note(struct intake *in, const char *text, bool is_quiet);

/** intake_finish - nothing will come any more: say what waited. */
void intake_finish(struct intake *in);

/** intake_expire - let ghosts go, reuse memory and give back what a burst has
 * left. Return: whether there will be more to do soon. */
bool intake_expire(struct intake *in);

/** intake_wall_at - wall clock of a moment of the source's clock. */
uint64_t intake_wall_at(const struct intake *in, uint64_t mono_ns);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The walk over all flows that makes a frame: each is filtered, summed up and
 * given its key. Used by view.c alone.
 *
 * It is done for every flow at every tick, so what most flows need is decided
 * here without a call: shown, no processes asked for, by rate, as idle as they
 * were.
 */
#ifndef FLOWTOP_VIEW_WALK_H
#define FLOWTOP_VIEW_WALK_H

#include "view/calm.h"
#include "view/groups.h"
#include "view/sieve.h"
#include "view/sort.h"
#include "view/view.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Rates of packets lie in a cache line that nothing else is read of: it is
 * asked for, and added up so many active flows later. */
#define WALK_LATE 8

struct walk {
	struct view_frame *frame;
	const struct view_query *query;
	struct sort_order order;
	const struct view_env *env;
	struct sieve sieve;
	struct calm calm;
	struct group_only only;
	struct view_totals totals;
	size_t n;        /* entries so far, in frame->entries */
	bool has_anchor; /* and it was found: */
	struct sort_entry anchor;
	enum seek_result found; /* by the query's seek */
	/* Private to walk.c. */
	bool is_rate;       /* ordered by what sort_key_rate() knows */
	unsigned int lines; /* of a flow, beside hot, that are read: bits */
	struct late {
		const struct flow *flow;
		double *sum;
	} late[WALK_LATE];
	size_t n_late;
};

/**
 * walk_flows - visit what the query is about: entries, or groups, and totals
 *
 * Context: read lock held; order, calm, only and sieve are ready.
 * Return: 0, -ENOMEM or -EINTR.
 */
int walk_flows(struct walk *walk, const struct table *table);

/** walk_is_left - whether it has to be left off: query->is_urgent(). */
bool walk_is_left(const struct walk *walk);

/**
 * walk_add - add an entry to the list
 * @entry: its key is set here
 * @index: its number at present
 * @id: its number for good
 * @is_closed: it stays where it was
 *
 * Return: 0 or -ENOMEM.
 */
int walk_add(struct walk *walk, struct sort_entry entry, size_t index,
	     uint32_t id, bool is_closed, bool is_anchor);

#endif

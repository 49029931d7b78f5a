/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The table of processes as its one writer sees it: the collector.
 *
 * A process has a number as long as it lives, as long as a flow is counted for
 * it, and then until PROCS_IDLE others have ended after it. A number that is
 * given away is used again only after all readers have left, so a reader that
 * took it from a flow never finds another process behind it.
 */
#ifndef FLOWTOP_FLOW_PROCWRITER_H
#define FLOWTOP_FLOW_PROCWRITER_H

#include "flow/procs.h"
#include "net/tuple.h"

#include <stdbool.h>
#include <stdint.h>

/* Processes that have ended and have no flow any more: so many are kept. */
#define PROCS_IDLE 8192

/** procs_new - an empty table. Return: freed with procs_free(); NULL. */
struct procs *procs_new(const struct hash_seed *seed);

/** procs_free - no reader may be left, and rcu_drain() must have been called
 * since the last use. NULL is allowed. */
void procs_free(struct procs *procs);

/**
 * procs_join - count a flow for the process of @fact
 * @fact: replaces what was known of it; borrowed
 * @is_changed: set when readers see something else now; never cleared
 *
 * Context: collector.
 * Return: its number; PROC_OTHERS when there is none left.
 */
uint16_t procs_join(struct procs *procs, const struct proc_fact *fact,
		    bool *is_changed);

/** procs_leave - a flow less. PROC_NONE is allowed. Context: collector. */
void procs_leave(struct procs *procs, uint16_t number);

/** procs_update - @fact is known of its process now, if that has a number.
 * Context: collector. Return: whether readers see something else now. */
bool procs_update(struct procs *procs, const struct proc_fact *fact);

/** procs_end - the process of @fact has ended. Context: collector. Return: as
 * procs_update(). */
bool procs_end(struct procs *procs, const struct proc_fact *fact);

/** procs_reap - what readers have left is given back. Any number of them may go
 * on waiting. Context: collector. */
void procs_reap(struct procs *procs);

/** procs_add_past - add to what its flows have transferred (modulo 2^64, so
 * that it can be taken back). PROC_NONE is allowed. Context: collector. */
void procs_add_past(struct procs *procs, uint16_t number,
		    const struct proc_past *past);

#endif

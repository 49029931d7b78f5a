/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The processes that own flows, by dense numbers: a flow holds two bytes, and
 * readers keep their own arrays. table_procs() has it.
 *
 * A number keeps its process, and what its flows have transferred, also after
 * both have ended. Numbers are few: when they run out, the process that ended
 * first and has no flow any more gives its number away, and what it transferred
 * is added to PROC_OTHERS.
 */
#ifndef FLOWTOP_FLOW_PROCS_H
#define FLOWTOP_FLOW_PROCS_H

#include "fact/proc.h"

#include <stdbool.h>
#include <stdint.h>

#define PROC_NONE 0   /* no flow has this as its process: nobody is known */
#define PROC_OTHERS 1 /* there was no number left; and those forgotten */

struct procs;

/* What flows that are over have transferred, as their process saw it. */
struct proc_past {
	uint64_t rx, tx; /* bytes; of flows with counters */
	uint64_t flows;
};

/** procs_limit - every number in use is below. Any thread. */
uint32_t procs_limit(const struct procs *procs);

/**
 * procs_peek - what is known of process @number
 *
 * Context: read lock held.
 * Return: borrowed until it is given back; for longer: proc_fact_get(). NULL
 * for PROC_NONE, PROC_OTHERS and what is not in use.
 */
const struct proc_fact *procs_peek(const struct procs *procs, uint16_t number);

/** procs_has_ended - the process is gone. Any thread. */
bool procs_has_ended(const struct procs *procs, uint16_t number);

/** procs_past - of flows that are over; read lock held. */
void procs_past(const struct procs *procs, uint16_t number,
		struct proc_past *past);

#endif

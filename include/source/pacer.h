/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The two clocks of a replay.
 *
 * The source's clock follows the time stamps of the file and never goes back.
 * With a speed, it also waits until the real clock has made as much way since
 * the first record, times the speed.
 */
#ifndef FLOWTOP_SOURCE_PACER_H
#define FLOWTOP_SOURCE_PACER_H

#include "lib/clock.h"

#include <stdbool.h>
#include <stdint.h>

#define PACER_START_NS NS_PER_S /* the source's clock at the first record */

struct pacer {
	double speed;      /* 0: as fast as possible */
	bool is_started;   /* there was a first record */
	uint64_t base_ns;  /* file time minus source time, modulo 2^64 */
	uint64_t last_ns;  /* file time of the latest record */
	uint64_t first_ns; /* real clock at the first record */
};

/**
 * pacer_record - file time of the next record to the source's clock
 *
 * Wall clocks are set, and packets of several processors overtake each other:
 * a stamp up to a second early counts as the one before; an earlier one, or
 * one an hour late, as a step of the recording clock.
 */
uint64_t pacer_record(struct pacer *pacer, uint64_t file_ns, uint64_t real_ns);

/** pacer_limit - how far the source's clock may be at @real_ns. */
uint64_t pacer_limit(const struct pacer *pacer, uint64_t real_ns);

/** pacer_due - when the real clock lets the source's clock be @at_ns; 0 now. */
uint64_t pacer_due(const struct pacer *pacer, uint64_t at_ns);

#endif

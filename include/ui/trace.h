/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The rates of the last minute, second by second, of what is shown: flows and
 * groups in the window, and what is selected. A line that was not shown for a
 * while has a gap there; after a minute, or when there are too many others,
 * nothing is left of it.
 */
#ifndef FLOWTOP_UI_TRACE_H
#define FLOWTOP_UI_TRACE_H

#include "ui/lineid.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct view_frame;

#define TRACE_SECONDS 60
#define TRACE_LINES 256 /* at most: 160 kB */
#define TRACE_EVENTS 4  /* the last ones */

enum { TRACE_RX, TRACE_TX, TRACE_SIDES };

/* A state that a flow was seen to come to. */
struct trace_event {
	uint64_t wall_ns;
	uint8_t state; /* kernel number */
};

struct trace_line {
	struct line_id id;
	uint64_t last_s; /* second of the newest rate, monotonic */
	/* By second % TRACE_SECONDS; below 0: not known. */
	float rate[TRACE_SIDES][TRACE_SECONDS];
	bool has_state;
	uint8_t state;
	uint8_t n_events;
	struct trace_event event[TRACE_EVENTS];
};

/* Zeroed is empty. */
struct trace {
	struct trace_line *lines;
	size_t n, max;
	uint64_t picture; /* that was taken last */
};

/** trace_fini - free what it holds. */
void trace_fini(struct trace *trace);

/**
 * trace_take - remember the rates of a picture, once
 * @picture: its number
 * @first, @n: ranks of what is shown
 * @pace_ns: between two pictures; a rate counts for as long
 *
 * What finds no memory is not remembered.
 */
void trace_take(struct trace *trace, const struct view_frame *frame,
		uint64_t picture, size_t first, size_t n, uint64_t pace_ns);

/** trace_find - Return: NULL: it was not shown. */
const struct trace_line *trace_find(const struct trace *trace,
				    const struct line_id *id);

/** trace_peak - the highest rate of a side; below 0: none is known.
 * @now_s: second of the picture */
float trace_peak(const struct trace_line *line, int side, uint64_t now_s);

#define TRACE_BAR_SIZE (TRACE_SECONDS * 3 + 1)

/**
 * trace_bar - the minute before @now_s as a bar
 * @cells: at most TRACE_SECONDS, of which it is a divisor: each cell has the
 * highest rate of its seconds
 * @has_utf8: signs beyond ASCII
 *
 * The highest of all has the highest sign; a blank is where nothing is known.
 * Cells move by whole ones: what is drawn changes once in their seconds.
 */
void trace_bar(const struct trace_line *line, int side, uint64_t now_s,
	       int cells, bool has_utf8, char text[TRACE_BAR_SIZE]);

#endif

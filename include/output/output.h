/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Frames and events written to a file or pipe.
 *
 * A format appends to a buffer, which is written in large pieces and never
 * under the read lock. SIGPIPE has to be ignored.
 */
#ifndef FLOWTOP_OUTPUT_OUTPUT_H
#define FLOWTOP_OUTPUT_OUTPUT_H

#include "view/row.h"
#include "view/view.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "health.h"

struct buf;
struct column;
struct output;

struct output_config {
	bool events;    /* lines of new and ended flows, no frames */
	bool show_src;  /* text: source and destination */
	bool bits;      /* text: rates in bits */
	bool utf8;      /* text: signs beyond ASCII */
	bool no_places; /* text: no columns of countries, cities, networks */
	int width;      /* text: cells of a line; 0: nothing is cut */
	/* JSON, CSV: borrowed; the keys in their order. NULL: all. */
	const struct column *const *keys;
	size_t n_keys;
};

/* A format. Each function appends to @buf and cannot fail. */
struct output_ops {
	const char *name;
	size_t state_size; /* zeroed memory for output_state() */
	/* Once, before everything else. May be NULL. */
	void (*begin)(struct output *output, struct buf *buf);
	/* Before the rows of a frame. May be NULL. */
	void (*head)(struct output *output, struct buf *buf,
		     const struct view_frame *frame,
		     const struct health *health);
	/* A row of a frame, or a line of events when row->event says so. */
	void (*row)(struct output *output, struct buf *buf,
		    const struct row *row);
	/* Events were lost: @n since the start. */
	void (*lost)(struct output *output, struct buf *buf, uint64_t wall_ns,
		     uint64_t n);
};

/** output_find - the format called @name. Return: NULL when there is none. */
const struct output_ops *output_find(const char *name);

/**
 * output_open - write in a format
 * @fd: borrowed; blocking or not
 *
 * Return: freed with output_close(); never NULL.
 */
struct output *output_open(const struct output_ops *ops,
			   const struct output_config *config, int fd);
void output_close(struct output *output);

/**
 * output_frame - write all rows of @frame
 * @health: for the summary line of text; may be NULL
 *
 * Return: 0 or negative errno; -EPIPE: nobody reads any more.
 */
int output_frame(struct output *output, const struct view_frame *frame,
		 const struct health *health);

/**
 * output_event, output_lost - add a line of events
 *
 * What was added is written by output_flush(), or when there is much of it.
 * Return: as output_frame().
 */
int output_event(struct output *output, const struct row *row);
int output_lost(struct output *output, uint64_t wall_ns, uint64_t n);

/** output_flush - write what is waiting. Return: as output_frame(). */
int output_flush(struct output *output);

/** output_keys - for the formats: the columns of a record, in their order. */
const struct column *const *output_keys(const struct output *output, size_t *n);

/** output_config, output_state - for the formats. */
const struct output_config *output_config(const struct output *output);
void *output_state(struct output *output);

#endif

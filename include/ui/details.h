/* SPDX-License-Identifier: GPL-2.0-only */
/* What the pane says, line by line; ui/pane.c draws it. */
#ifndef FLOWTOP_UI_DETAILS_H
#define FLOWTOP_UI_DETAILS_H

#include "ui/words.h"
#include "view/value.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct group;
struct trace_line;
struct proc_fact;
struct row;
struct scene;

enum detail_shape {
	SHAPE_NARROW, /* few lines */
	SHAPE_WIDE,   /* both ends side by side */
	SHAPE_TALL,   /* beside the list: many lines */
	SHAPES
};

/* What it is about. Borrowed. */
struct details {
	const struct scene *scene;
	const struct row *row;          /* NULL: it is a group */
	const struct group *group;      /* NULL: it is a flow */
	const struct trace_line *trace; /* NULL: none yet */
	uint64_t now_s;                 /* second of the picture */
	enum detail_shape shape;
	/* Which of two the line is about: END_*, or TRACE_*. */
	int which;
};

/* Put the line into @words. Return: false: there is none. */
typedef bool (*detail_fn)(const struct details *details, struct words *words);

/* A line, or two side by side: of the source, and of the destination. */
struct detail {
	const char *label; /* NULL: an empty line */
	detail_fn make;
	/* Those with the highest one are left out first. */
	uint8_t rank;
	uint8_t which;      /* details.which */
	const char *label2; /* NULL: it is one line */
};

/* A way to put them. */
struct detail_form {
	const struct detail *detail;
	size_t n;
};

extern const struct detail_form flow_details[SHAPES];
extern const struct detail_form group_details;

#define DETAILS_LINES 40 /* no form has more */

/** details_title - "firefox[4242] tcp ESTABLISHED"; of SHAPE_WIDE with the
 * other end */
void details_title(const struct details *details, char *text, size_t size);

/* Numbers of one direction, as text. */
struct detail_traffic {
	char bytes[CELL_TEXT_SIZE], packets[CELL_TEXT_SIZE];
	char rate[CELL_TEXT_SIZE];
	double shown; /* the same as a number; below 0: unknown */
	bool has_packets;
	int side; /* TRACE_RX, TRACE_TX */
};

/** details_traffic - "1.84G  2.63M pkts  11.9MB/s  peak 21.0M"; @with_bar: and
 * the last minute */
void details_traffic(const struct details *details, struct words *words,
		     const struct detail_traffic *traffic, bool with_bar);

/** details_bar - add the last minute as a bar, if anything is known. */
bool details_bar(const struct details *details, struct words *words, int side,
		 int cells);

/** details_unit - unit, container and network namespace. @netns: of those that
 * are in the watched one; NULL: it has no name. @is_named: "unit" before it */
void details_unit(struct words *words, const struct proc_fact *proc,
		  const char *netns, bool is_named);

/** details_tcp, details_tcp_more - how TCP fares on the connection, if anybody
 * knows; a struct detail_fn each, the second for what SHAPE_TALL has no room
 * for in one line. */
bool details_tcp(const struct details *details, struct words *words);
bool details_tcp_more(const struct details *details, struct words *words);

/** details_end, details_end_alone, details_known, details_name, details_place -
 * an end of a flow; a struct detail_fn each: address, port and whether it is
 * ours; address and port; name and place; name and whether it is ours; place.
 */
bool details_end(const struct details *details, struct words *words);
bool details_end_alone(const struct details *details, struct words *words);
bool details_known(const struct details *details, struct words *words);
bool details_name(const struct details *details, struct words *words);
bool details_place(const struct details *details, struct words *words);

/** details_life - when a process was started, and by whom. */
void details_life(const struct details *details, struct words *words,
		  const struct proc_fact *proc);

#endif

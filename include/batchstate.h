/* SPDX-License-Identifier: GPL-2.0-only */
/* What output without a screen knows; for batch.c and batchevents.c. */
#ifndef FLOWTOP_BATCHSTATE_H
#define FLOWTOP_BATCHSTATE_H

#include "view/view.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "batchnames.h"
#include "collector.h"

struct config;
struct naming;
struct output;
struct users;

#define EVENTS_AT_ONCE 64

struct batch {
	const struct config *config;
	struct collector *collector;
	const struct users *users;
	struct naming *naming;
	struct batch_names names;
	struct output *output; /* NULL: OUTPUT_NONE */
	struct view_frame frame;
	int signal_fd;
	uint64_t n_refreshes;
	uint64_t lost; /* as it was said last */
	bool has_signal;
	bool has_told_rejected;
	bool is_ending;         /* nothing is waited for any more */
	bool is_made;           /* the frame is that of now */
	uint64_t rest_until_ns; /* events may wait */
	/* Events that were taken and not printed yet. */
	struct flow_event events[EVENTS_AT_ONCE];
	size_t next_event, n_events;
};

/** batch_env - what rows are derived with, now. */
struct view_env batch_env(const struct batch *b);

#endif

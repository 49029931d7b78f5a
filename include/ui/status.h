/* SPDX-License-Identifier: GPL-2.0-only */
/* The status row in words: what is shown and hidden, and whatever is not right
 * with the source or the table. */
#ifndef FLOWTOP_UI_STATUS_H
#define FLOWTOP_UI_STATUS_H

#include "view/view.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "health.h"

#define STATUS_TEXT 64
#define STATUS_PARTS 12

/* What the collector said at the moment of a frame, so that a picture that
 * stands still has the status of its own time. */
struct status {
	int n_warnings; /* the most serious first */
	char warning[STATUS_PARTS][STATUS_TEXT];
	uint64_t table_percent; /* HEALTH_UNKNOWN */
	uint64_t lost;
	bool is_complete; /* the table has been read once */
	bool is_empty;    /* the kernel has no entries at all */
};

/** status_read - @interval_ns: how often the screen wants to be right. */
void status_read(struct status *status, const struct health *health,
		 uint64_t now_ns, uint64_t interval_ns);

/**
 * status_line - the left part of the status row: warnings, then numbers
 * @width: cells; whole parts are left out where it is too small
 */
void status_line(const struct status *status, const struct view_frame *frame,
		 const struct filter_config *filter, int width, char *text,
		 size_t size);

/** status_warning - all warnings that fit, "! " first. "" if there are none. */
void status_warning(const struct status *status, int width, char *text,
		    size_t size);

/** status_protocols - the right part: "IPv4,IPv6,TCP,UDP". */
void status_protocols(const struct filter_config *filter, char *text,
		      size_t size);

#endif

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

#define STATUS_TEXT 80

/* The most serious first. */
enum warning {
	WARNING_TABLE,
	WARNING_POLL, /* never without lost events */
	WARNING_LOST,
	WARNING_REJECTED,
	WARNING_COUNTERS,
	WARNING_EVENTS,
	WARNING_END,
	WARNINGS
};

/* What the collector said at the moment of a frame, so that a picture that
 * stands still has the status of its own time. */
struct status {
	/* "" where all is well. The parts up to each ": ", ", " and " (" have
	 * to make sense alone. */
	char warning[WARNINGS][STATUS_TEXT];
	int n_warnings;
	char brief[STATUS_TEXT]; /* of WARNING_COUNTERS; "": up to ": " */
	bool is_known; /* the first warning has been there to be read */
	uint64_t n_kernel, max_kernel, table_percent; /* HEALTH_UNKNOWN */
	uint64_t n_sockets; /* connected ones; HEALTH_UNKNOWN */
	uint64_t lost;
	uint64_t n_uncounted;      /* flows that will never have counters */
	uint64_t sweep_ns;         /* 0: as short as it should be */
	double new_rate, end_rate; /* per second; below 0: unknown */
	/* Of the addresses on the screen so many have got an answer. */
	unsigned int names_percent;
	bool has_names;        /* somebody was asked */
	bool is_bits;          /* so rates are written */
	char geo[STATUS_TEXT]; /* databases of places; "" none */
	bool is_complete;      /* the table had been read once */
	bool is_empty;         /* the kernel has no entries at all */
	bool has_module;       /* it has a table */
	bool is_tracking;      /* because we asked for it */
};

/* Warnings over time: they come and go, but none is gone before it was read. */
struct status_memory {
	struct warning_memory {
		uint64_t since_ns; /* 0: not there */
		char text[STATUS_TEXT];
	} warning[WARNINGS];
	int first;                           /* the warning that is shown */
	uint64_t first_ns;                   /* since when; 0: none is */
	uint64_t counted_ns, n_new, n_ended; /* for the rates */
	double new_rate, end_rate;
	uint64_t empty_ns; /* since when; 0: not empty */
};

/**
 * status_read - what is to be said now
 * @all: sums over all flows
 * @now_ns: of the source's clock, when they were made
 * @interval_ns: how often the screen wants to be right
 */
void status_read(struct status *status, const struct health *health,
		 const struct view_sums *all, uint64_t now_ns,
		 uint64_t interval_ns);

/** status_uncounted - how many of the flows in @sums will never have counters:
 * new ones may only wait for the next reading. */
uint64_t status_uncounted(const struct health *health,
			  const struct view_sums *sums);

/* A warning begins or ends. */
typedef void (*status_fn)(void *ctx, const char *text, bool is_over);

/**
 * status_remember - keep warnings for a while, and work rates out
 * @now_ns: any clock that goes on steadily
 * @tell: called for each change
 */
void status_remember(struct status_memory *memory, struct status *status,
		     const struct health *health, uint64_t now_ns,
		     status_fn tell, void *ctx);

/* What a status row left out that might be missed. */
enum status_left {
	STATUS_ALL,     /* nothing */
	STATUS_NUMBERS, /* of the table and the source */
	STATUS_FLOWS,   /* how many flows are shown, lost, hidden */
};

/**
 * status_line - the left part of the status row: warnings, then numbers
 * @is_wide: with more numbers
 * @width: cells; where it is too small a warning that is_known is shortened,
 * then keys are left out, then whole parts
 */
enum status_left status_line(const struct status *status,
			     const struct view_frame *frame,
			     const struct filter_config *filter, int width,
			     bool is_wide, char *text, size_t size);

/** status_warning - the first warning, and how many there are; "" without. */
void status_warning(const struct status *status, int width, char *text,
		    size_t size);

/** status_brief - the same in few words. */
void status_brief(const struct status *status, char *text, size_t size);

/** status_first - the warning that is shown, if there are any. */
int status_first(const struct status *status);

/** status_kind - the name of what HIDE_* in @hide hide. */
const char *status_kind(uint8_t hide);

/** status_protocols - the right part: "IPv4,IPv6,TCP,UDP". */
void status_protocols(const struct filter_config *filter, char *text,
		      size_t size);

/** status_protocols_short - the same where room is short: "IPv4,all", "all".
 * Return: false when it would be no shorter. */
bool status_protocols_short(const struct filter_config *filter, char *text,
			    size_t size);

#endif

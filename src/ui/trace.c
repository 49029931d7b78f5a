// SPDX-License-Identifier: GPL-2.0-only
/* The last minute of what is shown. */
#include "ui/trace.h"

#include "lib/clock.h"
#include "view/getters.h"
#include "view/groups.h"
#include "view/view.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_LINES 32
#define UNKNOWN (-1.0F)

/* What a picture says of a line. */
struct rates {
	struct line_id id;
	float rate[TRACE_SIDES];
	bool has_state;
	uint8_t state;
};

void trace_fini(struct trace *trace)
{
	free(trace->lines);
	*trace = (struct trace){ 0 };
}

/* Most lines are where they were: @hint is where the last one was found. */
static size_t find(const struct trace *trace, const struct line_id *id,
		   size_t hint)
{
	for (size_t i = 0; i < trace->n; i++) {
		size_t at = (hint + i) % trace->n;

		if (line_id_equal(&trace->lines[at].id, id))
			return at;
	}
	return trace->n;
}

const struct trace_line *trace_find(const struct trace *trace,
				    const struct line_id *id)
{
	size_t at = find(trace, id, 0);

	return at < trace->n ? &trace->lines[at] : NULL;
}

/* ---------------------------------------------------------------- taking */

static void clear(struct trace_line *line)
{
	for (int side = 0; side < TRACE_SIDES; side++)
		for (int i = 0; i < TRACE_SECONDS; i++)
			line->rate[side][i] = UNKNOWN;
}

static bool grow(struct trace *trace)
{
	size_t max = trace->max ? trace->max * 2 : FIRST_LINES;
	void *lines;

	if (max > TRACE_LINES)
		max = TRACE_LINES;
	lines = realloc(trace->lines, max * sizeof(*trace->lines));
	if (!lines)
		return false;
	trace->lines = lines;
	trace->max = max;
	return true;
}

/* A new line, or that which was not shown for longest. NULL without memory. */
static struct trace_line *add(struct trace *trace, const struct rates *rates,
			      uint64_t now_s)
{
	struct trace_line *line = trace->lines;

	if (trace->n < trace->max || (trace->n < TRACE_LINES && grow(trace))) {
		line = &trace->lines[trace->n++];
	} else {
		for (size_t i = 1; i < trace->n; i++)
			if (trace->lines[i].last_s < line->last_s)
				line = &trace->lines[i];
		if (!line || line->last_s == now_s)
			return NULL;
	}
	*line = (struct trace_line){ .id = rates->id, .last_s = now_s };
	clear(line);
	return line;
}

/* The seconds since the last rate are like the newest one, if no picture was
 * left out; otherwise nothing is known of them. */
static void fill(struct trace_line *line, const struct rates *rates,
		 uint64_t now_s, uint64_t pace_s)
{
	uint64_t gap = now_s - line->last_s;

	for (int side = 0; side < TRACE_SIDES; side++) {
		float *ring = line->rate[side];
		float between = gap <= pace_s + 1 ? rates->rate[side] : UNKNOWN;
		float *now = &ring[now_s % TRACE_SECONDS];

		for (uint64_t s = gap < TRACE_SECONDS ? gap : TRACE_SECONDS;
		     s-- > 1;)
			ring[(now_s - s) % TRACE_SECONDS] = between;
		if (gap || *now < rates->rate[side])
			*now = rates->rate[side];
	}
	line->last_s = now_s;
}

static void take_state(struct trace_line *line, const struct rates *rates,
		       uint64_t wall_ns)
{
	bool is_other = line->has_state && rates->has_state &&
			line->state != rates->state;

	if (is_other && line->n_events == TRACE_EVENTS)
		memmove(line->event, line->event + 1,
			--line->n_events * sizeof(line->event[0]));
	if (is_other)
		line->event[line->n_events++] = (struct trace_event){
			.wall_ns = wall_ns,
			.state = rates->state,
		};
	line->has_state = rates->has_state;
	line->state = rates->state;
}

static float flow_side(const struct row *row, int dir)
{
	if (row->is_closed)
		return 0;
	return row->info.has & HAS_RATE && is_counted(row->info.has, dir)
		       ? row->info.rate[dir]
		       : UNKNOWN;
}

static void of_row(const struct row *row, struct rates *rates)
{
	*rates = (struct rates){
		.id = { .flow = row_ref(row) },
		.rate = { [TRACE_RX] = flow_side(row, row->rx),
			  [TRACE_TX] = flow_side(row, row->tx) },
		.has_state = row->proto->n_states && !row->is_closed &&
			     row->info.has & HAS_STATE,
		.state = row->info.state,
	};
}

static void of_group(const struct group *group, struct rates *rates)
{
	bool is_unknown = group->n_flows && group->n_unrated == group->n_flows;

	*rates = (struct rates){
		.id = { .is_group = true, .group = group->ref },
		.rate = { [TRACE_RX] =
				  is_unknown ? UNKNOWN : (float)group->rx_rate,
			  [TRACE_TX] = is_unknown ? UNKNOWN
						  : (float)group->tx_rate },
	};
}

static void forget(struct trace *trace, uint64_t now_s)
{
	for (size_t i = trace->n; i-- > 0;) {
		struct trace_line *line = &trace->lines[i];

		/* A recording may begin anew. */
		if (line->last_s + TRACE_SECONDS < now_s ||
		    line->last_s > now_s)
			*line = trace->lines[--trace->n];
	}
}

void trace_take(struct trace *trace, const struct view_frame *frame,
		uint64_t picture, size_t first, size_t n, uint64_t pace_ns)
{
	uint64_t now_s = frame->now_ns / NS_PER_S;
	uint64_t pace_s = (pace_ns + NS_PER_S - 1) / NS_PER_S;
	size_t at = 0;

	if (trace->picture == picture)
		return;
	trace->picture = picture;
	forget(trace, now_s);
	for (size_t i = 0; i < frame->n_rows; i++) {
		struct trace_line *line;
		struct rates rates;

		if (frame->first + i < first || frame->first + i >= first + n)
			continue;
		if (frame->grouping)
			of_group(&frame->groups[i], &rates);
		else
			of_row(&frame->rows[i], &rates);
		at = find(trace, &rates.id, at);
		line = at < trace->n ? &trace->lines[at]
				     : add(trace, &rates, now_s);
		if (!line)
			continue;
		fill(line, &rates, now_s, pace_s);
		take_state(line, &rates, frame->wall_ns);
		at++;
	}
}

/* ---------------------------------------------------------------- showing */

/* Of second @s; below 0: not known. */
static float rate_at(const struct trace_line *line, int side, uint64_t s,
		     uint64_t now_s)
{
	if (s > line->last_s || s + TRACE_SECONDS <= line->last_s ||
	    s + TRACE_SECONDS <= now_s)
		return UNKNOWN;
	return line->rate[side][s % TRACE_SECONDS];
}

float trace_peak(const struct trace_line *line, int side, uint64_t now_s)
{
	float peak = UNKNOWN;

	for (uint64_t i = 0; i < TRACE_SECONDS && i <= now_s; i++) {
		float rate = rate_at(line, side, now_s - i, now_s);

		if (rate > peak)
			peak = rate;
	}
	return peak;
}

static const char *sign_of(float rate, float peak, bool has_utf8)
{
	static const char *const ascii[] = { ".", ".", ":", "-",
					     "=", "+", "*", "#" };
	static const char *const utf8[] = {
		"\u2581", "\u2582", "\u2583", "\u2584",
		"\u2585", "\u2586", "\u2587", "\u2588",
	};
	int level = 0;

	if (rate < 0)
		return " ";
	if (rate > 0 && peak > 0)
		level = (int)(rate / peak * 7.0F + 0.5F);
	if (level > 7)
		level = 7;
	return has_utf8 ? utf8[level] : ascii[level];
}

void trace_bar(const struct trace_line *line, int side, uint64_t now_s,
	       int cells, bool has_utf8, char text[TRACE_BAR_SIZE])
{
	uint64_t each = TRACE_SECONDS / (uint64_t)cells;
	uint64_t last = now_s / each; /* whose seconds are not over yet */
	float peak = trace_peak(line, side, now_s);

	text[0] = '\0';
	for (int i = cells - 1; i >= 0; i--) {
		float highest = UNKNOWN;

		for (uint64_t s = 0; s < each; s++) {
			uint64_t at = last >= (uint64_t)i
					      ? (last - (uint64_t)i) * each + s
					      : UINT64_MAX - TRACE_SECONDS;
			float rate = rate_at(line, side, at, now_s);

			if (rate > highest)
				highest = rate;
		}
		strcat(text, sign_of(highest, peak, has_utf8));
	}
}

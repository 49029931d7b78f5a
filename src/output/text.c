// SPDX-License-Identifier: GPL-2.0-only
/*
 * Text for people and pipes: per refresh a line that sums up, a header and the
 * rows, then an empty line. Events have their time before the row; the mark in
 * between is "+" for new and "-" for ended. Lost events are a line with "!".
 */
#include "lib/buf.h"
#include "lib/clock.h"
#include "lib/fmt.h"
#include "lib/str.h"
#include "net/proto.h"
#include "output/output.h"
#include "view/layout.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

extern const struct output_ops output_text;

struct text {
	struct layout layout;
	unsigned int flags; /* CELL_* */
	bool has_frames;
};

#define CLOCK_CELLS 12 /* "14:03:21.123" */

static void put_clock(struct buf *buf, uint64_t wall_ns, bool with_ms)
{
	time_t seconds = (time_t)(wall_ns / NS_PER_S);
	char text[32];
	struct tm tm;
	size_t n = 0;

	if (localtime_r(&seconds, &tm))
		n = strftime(text, sizeof(text), "%H:%M:%S", &tm);
	buf_bytes(buf, text, n);
	if (with_ms)
		buf_printf(buf, ".%03u",
			   (unsigned int)(wall_ns % NS_PER_S / NS_PER_MS));
}

static void put_blanks(struct buf *buf, int n)
{
	while (n-- > 0)
		buf_char(buf, ' ');
}

/* A sum of rates, of which not one may be known. */
static void sum_text(char *text, const struct view_sums *sums, double rate,
		     bool bits)
{
	fmt_rate(text, FMT_SIZE, rate, bits);
	if (sums->n && sums->n_unrated == sums->n)
		str_copy(text, FMT_SIZE, "?");
	else if (!strcmp(text, "-"))
		str_copy(text, FMT_SIZE, "0");
}

static void put_sums(struct buf *buf, const struct view_sums *sums, bool bits)
{
	const char *unit = bits ? "b/s" : "B/s";
	char rx[FMT_SIZE], tx[FMT_SIZE], packets[FMT_SIZE];

	sum_text(rx, sums, sums->rx, bits);
	sum_text(tx, sums, sums->tx, bits);
	sum_text(packets, sums, sums->packets, false);
	buf_printf(buf, "  RX %s%s  TX %s%s  %sp/s", rx, unit, tx, unit,
		   packets);
}

static void put_hidden(struct buf *buf, const struct view_totals *totals)
{
	for (size_t i = 0; i < n_proto_groups; i++) {
		int group = __builtin_ctz(proto_groups[i].group);

		if (totals->group_hidden[group])
			buf_printf(
				buf, "  +%llu %s hidden",
				(unsigned long long)totals->group_hidden[group],
				proto_groups[i].name);
	}
}

static void put_health(struct buf *buf, const struct health *health)
{
	uint64_t n = counter_get(&health->n_kernel);
	uint64_t max = counter_get(&health->max_kernel);
	uint64_t lost = counter_get(&health->lost);

	if (n != HEALTH_UNKNOWN && max != HEALTH_UNKNOWN && max)
		buf_printf(buf, "  table %u%%",
			   (unsigned int)((double)n * 100 / (double)max));
	if (lost != HEALTH_UNKNOWN)
		buf_printf(buf, "  lost %llu", (unsigned long long)lost);
	if (counter_get(&health->n_rejected))
		buf_printf(
			buf, "  not stored %llu",
			(unsigned long long)counter_get(&health->n_rejected));
}

static void put_summary(struct buf *buf, const struct view_frame *frame,
			const struct health *health, bool bits)
{
	const struct view_totals *totals = &frame->totals;

	put_clock(buf, frame->wall_ns, false);
	buf_printf(buf, "  %llu of %llu flows",
		   (unsigned long long)totals->shown.n,
		   (unsigned long long)frame->n_flows);
	put_hidden(buf, totals);
	put_sums(buf, &totals->all, bits);
	if (totals->all.n_uncounted)
		buf_printf(buf, "  uncounted %llu",
			   (unsigned long long)totals->all.n_uncounted);
	if (health)
		put_health(buf, health);
}

static void cut_line(struct buf *buf, size_t start, int width)
{
	if (!width || buf->size - start <= (size_t)width)
		return;
	buf->size = start + (size_t)width;
	while (buf->size > start && buf->data[buf->size - 1] == ' ')
		buf->size--;
}

static void text_begin(struct output *output, struct buf *buf)
{
	const struct output_config *config = output_config(output);
	struct text *text = output_state(output);
	enum layout_kind kind = LAYOUT_FLOWS;
	int width = config->width;

	if (config->show_src)
		kind = width >= LAYOUT_PAIR_ONE_WIDTH ? LAYOUT_PAIR_ONE
						      : LAYOUT_PAIR_TWO;
	if (config->events && width)
		width = width > CLOCK_CELLS + 1 ? width - CLOCK_CELLS - 1 : 1;
	layout_fit_places(&text->layout, kind, width ? width : LAYOUT_ANY_WIDTH,
			  0, config->no_places ? PLACES_NONE : PLACES_ALL);
	text->flags = (config->bits ? CELL_BITS : 0U) |
		      (config->utf8 ? CELL_UTF8 : 0U) |
		      (config->width ? 0U : CELL_WHOLE);
	if (!config->events)
		return;
	put_blanks(buf, CLOCK_CELLS + 1);
	layout_header(&text->layout, text->flags, buf);
	buf_char(buf, '\n');
}

static void text_head(struct output *output, struct buf *buf,
		      const struct view_frame *frame,
		      const struct health *health)
{
	const struct output_config *config = output_config(output);
	struct text *text = output_state(output);
	size_t start;

	if (text->has_frames)
		buf_char(buf, '\n');
	text->has_frames = true;
	start = buf->size;
	put_summary(buf, frame, health, config->bits);
	cut_line(buf, start, config->width);
	buf_char(buf, '\n');
	layout_header(&text->layout, text->flags, buf);
	buf_char(buf, '\n');
}

static void text_row(struct output *output, struct buf *buf,
		     const struct row *row)
{
	const struct text *text = output_state(output);

	for (int line = 0; line < text->layout.n_lines; line++) {
		if (row->event != ROW_NO_EVENT && !line) {
			put_clock(buf, row->ts_ns, true);
			buf_char(buf, ' ');
		} else if (row->event != ROW_NO_EVENT) {
			put_blanks(buf, CLOCK_CELLS + 1);
		}
		layout_line(&text->layout, row, line, text->flags, buf);
		buf_char(buf, '\n');
	}
}

static void text_lost(struct output *output, struct buf *buf, uint64_t wall_ns,
		      uint64_t n)
{
	(void)output;
	put_clock(buf, wall_ns, true);
	buf_printf(buf, " ! %llu events lost so far\n", (unsigned long long)n);
}

const struct output_ops output_text = {
	.name = "text",
	.state_size = sizeof(struct text),
	.begin = text_begin,
	.head = text_head,
	.row = text_row,
	.lost = text_lost,
};

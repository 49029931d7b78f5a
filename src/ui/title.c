// SPDX-License-Identifier: GPL-2.0-only
/* The first row: who we are, when it is, how much goes through. */
#include "ui/title.h"

#include "lib/clock.h"
#include "lib/fmt.h"
#include "lib/str.h"
#include "ui/draw.h"
#include "ui/panels.h"
#include "ui/state.h"
#include "view/cell.h"
#include "view/value.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

struct rates {
	char rx[FMT_SIZE], tx[FMT_SIZE], packets[FMT_SIZE];
	const char *unit;
};

void title_rate(char *text, double rate, bool is_known, bool is_bits)
{
	fmt_rate(text, FMT_SIZE, rate, is_bits);
	if (!is_known)
		str_copy(text, FMT_SIZE, "?");
	else if (!strcmp(text, "-"))
		str_copy(text, FMT_SIZE, "0");
}

static void rates_read(struct rates *rates, const struct scene *scene)
{
	const struct view_sums *sums = &scene->frame->totals.all;
	bool is_known = !sums->n || sums->n_unrated < sums->n;
	bool is_bits = scene->cell_flags & CELL_BITS;

	rates->unit = is_bits ? "b/s" : "B/s";
	title_rate(rates->rx, sums->rx, is_known, is_bits);
	title_rate(rates->tx, sums->tx, is_known, is_bits);
	title_rate(rates->packets, sums->packets, is_known, false);
}

static void clock_text(const struct scene *scene, char *text, size_t size)
{
	time_t s = (time_t)(scene->frame->wall_ns / NS_PER_S);
	bool has_seconds = scene->interval_ns >= NS_PER_S;
	struct tm tm;

	text[0] = '\0';
	if (scene->is_slow)
		return;
	if (scene->frame->wall_ns && localtime_r(&s, &tm))
		strftime(text, size, has_seconds ? "  %H:%M:%S" : "  %H:%M",
			 &tm);
}

#define NAME_CELLS 20

/* The name of the machine, or of the file that is played. */
static void name_text(const struct scene *scene, char *text)
{
	const char *slash = strrchr(scene->host, '/');
	struct value value = {
		.type = VAL_TEXT,
		.text = slash ? slash + 1 : scene->host,
	};
	char clean[CELL_TEXT_SIZE];

	if (!strcmp(scene->host, "-"))
		value.text = "stdin";
	value_format(&value, 0, scene->cell_flags, clean);
	text_fit(clean, NAME_CELLS, KEEP_START, false,
		 scene->cell_flags | CELL_NO_PAD, text);
}

/* What the title leaves out, one thing after the other, until it fits. */
enum { TITLE_ALL, NO_PACKETS, NO_VERSION, NO_HOST, NO_CLOCK, TITLE_LEAST };

static void title_left(const struct scene *scene, int level, char *text,
		       size_t size)
{
	/* Each time it is drawn costs something. */
	uint64_t paused_s =
		scene->paused_ns / UI_PAUSE_NS * (UI_PAUSE_NS / NS_PER_S);
	char name[CELL_OUT_SIZE(NAME_CELLS)];
	char clock[24], pace[40];

	name_text(scene, name);
	clock_text(scene, clock, sizeof(clock));
	str_printf(pace, sizeof(pace), "%severy %gs",
		   scene->is_slow ? "slow link, " : "",
		   (double)scene->interval_ns / 1e9);
	if (scene->is_paused)
		str_printf(pace, sizeof(pace), "PAUSED %" PRIu64 "s", paused_s);
	str_printf(text, size, " flowtop%s%s%s%s%s  %s",
		   level < NO_VERSION ? " " : "",
		   level < NO_VERSION ? scene->version : "",
		   level < NO_HOST && name[0] ? "  " : "",
		   level < NO_HOST ? name : "", level < NO_CLOCK ? clock : "",
		   pace);
}

void title_draw(const struct scene *scene, int y)
{
	char left[LINE_TEXT], right[LINE_TEXT];
	int width = draw_cells(), n = 0;
	struct rates rates;

	rates_read(&rates, scene);
	for (int level = TITLE_ALL; level <= TITLE_LEAST; level++) {
		title_left(scene, level, left, sizeof(left));
		str_printf(right, sizeof(right), "RX %s%s  TX %s%s%s%s%s ",
			   rates.rx, rates.unit, rates.tx, rates.unit,
			   level < NO_PACKETS ? "  " : "",
			   level < NO_PACKETS ? rates.packets : "",
			   level < NO_PACKETS ? "p/s" : "");
		n = text_cells(right);
		if (text_cells(left) + 2 + n <= width)
			break;
	}
	draw_bar(y, ROLE_BAR, 0);
	draw_text(y, 0, width - n - 1, left, ROLE_BAR, 0);
	draw_text(y, width - n, n, right, ROLE_BAR, 0);
}

/* The longest form that fits: a number that is cut would be another one. */
void summary_draw(const struct scene *scene, int y)
{
	uint64_t n = scene->frame->totals.shown.n;
	const char *mark = scene->status->n_warnings ? "!" : "";
	const char *paused = scene->is_paused ? "PAUSED " : "";
	char text[5][LINE_TEXT];
	struct rates r;
	int form = 0;

	rates_read(&r, scene);
	str_printf(text[0], LINE_TEXT,
		   " %s%sflowtop %" PRIu64 "  RX %s%s  TX %s%s", mark, paused,
		   n, r.rx, r.unit, r.tx, r.unit);
	str_printf(text[1], LINE_TEXT, " %s%s%" PRIu64 "  RX %s%s  TX %s%s",
		   mark, paused, n, r.rx, r.unit, r.tx, r.unit);
	str_printf(text[2], LINE_TEXT, "%s%s%" PRIu64 " RX%s TX%s", mark,
		   paused, n, r.rx, r.tx);
	str_printf(text[3], LINE_TEXT, "%s%s%" PRIu64, mark, paused, n);
	str_printf(text[4], LINE_TEXT, "%s%s", mark, paused);
	while (form < 4 && text_cells(text[form]) > draw_cells())
		form++;
	draw_bar(y, ROLE_BAR, 0);
	draw_text(y, 0, draw_cells(), text[form], ROLE_BAR, 0);
}

// SPDX-License-Identifier: GPL-2.0-only
/* What stands where. */
#include "ui/panels.h"

#include "lib/buf.h"
#include "lib/clock.h"
#include "lib/fmt.h"
#include "lib/str.h"
#include "ui/draw.h"
#include "ui/keys.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

#define LINE_TEXT 512  /* a line of words; wider screens stay empty there */
#define MIN_CELLS 10   /* on less nothing is drawn */
#define TITLE_CELLS 64 /* below: the short title */
#define MAX_CELL_CELLS 256
#define NEW_NS (5 * NS_PER_S)

void parts_fit(struct parts *parts, int rows, int cells)
{
	int y = 0;

	*parts = (struct parts){ -1, -1, -1, -1, -1, -1, -1, 0 };
	if (rows < 1 || cells < MIN_CELLS)
		return;
	if (rows < 6 || cells < TITLE_CELLS)
		parts->summary = y++;
	else
		parts->title = y++;
	if (rows >= 10)
		parts->status = y++;
	if (rows >= 14)
		parts->tabs = y++;
	if (rows >= 6) {
		parts->header = y++;
		parts->keys = rows - 1;
	}
	if (rows >= 3) {
		parts->table = y;
		parts->n_table = rows - y - (parts->keys >= 0);
	}
}

static void parts_now(struct parts *parts)
{
	parts_fit(parts, draw_rows(), draw_cells());
}

void panels_layout(struct layout *layout, bool show_src)
{
	int width = draw_cells();
	enum layout_kind kind = LAYOUT_FLOWS;

	if (show_src)
		kind = width < LAYOUT_PAIR_ONE_WIDTH ? LAYOUT_PAIR_TWO
						     : LAYOUT_PAIR_ONE;
	layout_fit(layout, kind, width);
}

size_t panels_flows(bool show_src)
{
	struct layout layout;
	struct parts parts;

	parts_now(&parts);
	panels_layout(&layout, show_src);
	if (layout.n_lines < 1)
		return 0;
	return (size_t)(parts.n_table / layout.n_lines);
}

/* ---------------------------------------------------------------- title */

struct rates {
	char rx[FMT_SIZE], tx[FMT_SIZE], packets[FMT_SIZE];
	const char *unit;
};

static void rate_text(char *text, double rate, bool is_known, bool is_bits)
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
	rate_text(rates->rx, sums->rx, is_known, is_bits);
	rate_text(rates->tx, sums->tx, is_known, is_bits);
	rate_text(rates->packets, sums->packets, is_known, false);
}

static void clock_text(const struct scene *scene, char *text, size_t size)
{
	time_t s = (time_t)(scene->frame->wall_ns / NS_PER_S);
	bool has_seconds = scene->interval_ns >= NS_PER_S;
	struct tm tm;

	text[0] = '\0';
	if (scene->frame->wall_ns && localtime_r(&s, &tm))
		strftime(text, size, has_seconds ? "  %H:%M:%S" : "  %H:%M",
			 &tm);
}

/* What the title leaves out, one thing after the other, until it fits. */
enum { TITLE_ALL, NO_PACKETS, NO_VERSION, NO_HOST, NO_CLOCK, TITLE_LEAST };

static void title_left(const struct scene *scene, int level, char *text,
		       size_t size)
{
	uint64_t paused_s = scene->paused_ns / NS_PER_S;
	char clock[24], pace[40];

	clock_text(scene, clock, sizeof(clock));
	str_printf(pace, sizeof(pace), "every %gs",
		   (double)scene->interval_ns / 1e9);
	if (scene->is_paused)
		str_printf(pace, sizeof(pace), "PAUSED %" PRIu64 "s", paused_s);
	str_printf(text, size, " flowtop%s%s%s%.20s%s  %s",
		   level < NO_VERSION ? " " : "",
		   level < NO_VERSION ? scene->version : "",
		   level < NO_HOST && scene->host[0] ? "  " : "",
		   level < NO_HOST ? scene->host : "",
		   level < NO_CLOCK ? clock : "", pace);
}

static void draw_title(const struct scene *scene, int y)
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
static void draw_summary(const struct scene *scene, int y)
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

/* ---------------------------------------------------------------- rows 1-3 */

static void draw_status(const struct scene *scene, int y)
{
	char left[LINE_TEXT], right[STATUS_TEXT];
	bool is_wrong = scene->status->n_warnings > 0;
	int width = draw_cells();
	int n, room;

	status_protocols(scene->filter, right, sizeof(right));
	n = text_cells(right);
	/* A warning has precedence, the protocols come next. */
	status_warning(scene->status, width, left, sizeof(left));
	room = width - n - 3;
	if (text_cells(left) > room || room < width / 3) {
		room = width;
		n = 0;
	}
	status_line(scene->status, scene->frame, scene->filter, room, left,
		    sizeof(left));
	draw_text(y, 0, room, left, is_wrong ? ROLE_WARNING : ROLE_PLAIN, 0);
	draw_text(y, width - n - 1, n, right, ROLE_PLAIN, 0);
}

static void draw_tabs(int y)
{
	static const char tab[] = "[1 Flows]", sort[] = "sort rate v";
	int width = draw_cells();
	int n = (int)sizeof(sort) - 1;

	draw_text(y, 0, width, tab, ROLE_TAB, 0);
	if (width > n + (int)sizeof(tab))
		draw_text(y, width - n - 1, n, sort, ROLE_PLAIN, 0);
}

static void draw_header(const struct scene *scene, const struct layout *layout,
			int y)
{
	char text[LINE_TEXT];
	struct buf buf = { 0 };

	layout_header(layout, scene->cell_flags, &buf);
	str_printf(text, sizeof(text), "%.*s", (int)buf.size,
		   buf.data ? buf.data : "");
	buf_free(&buf);
	draw_bar(y, ROLE_BAR, 0);
	draw_text(y, 0, draw_cells(), text, ROLE_BAR, 0);
}

/* ---------------------------------------------------------------- flows */

static const char *gutter(const struct row *row, bool is_selected)
{
	if (is_selected)
		return glyph_text(GLYPH_SELECTED, 0);
	if (row->is_closed)
		return glyph_text(GLYPH_CLOSED, 0);
	if (row->age_ns < NEW_NS)
		return glyph_text(GLYPH_NEW, 0);
	return " ";
}

static void draw_cell(const struct scene *scene, const struct layout_cell *cell,
		      const struct row *row, int y, unsigned int line)
{
	enum role role =
		cell->column->keep == KEEP_ADDR ? ROLE_ADDR : ROLE_PLAIN;
	char text[CELL_OUT_SIZE(MAX_CELL_CELLS)];

	if (cell->cells > MAX_CELL_CELLS)
		return;
	cell_format(cell->column, row, cell->cells, scene->cell_flags, text);
	draw_text(y, cell->x, cell->cells, text, role, line);
}

static void draw_flow(const struct scene *scene, const struct layout *layout,
		      const struct row *row, int y, bool is_selected)
{
	unsigned int line = (is_selected ? LINE_SELECTED : 0) |
			    (row->is_closed ? LINE_DIM : 0);

	for (int n = 0; is_selected && n < layout->n_lines; n++)
		draw_bar(y + n, ROLE_PLAIN, line);
	draw_text(y, 0, 1, gutter(row, is_selected), ROLE_PLAIN, line);
	for (int i = 0; i < layout->n; i++)
		draw_cell(scene, &layout->cell[i], row,
			  y + layout->cell[i].line, line);
}

/* Return: the line of the selected flow. */
static int draw_flows(const struct scene *scene, const struct layout *layout,
		      const struct parts *parts)
{
	const struct view_frame *frame = scene->frame;
	size_t n = (size_t)(parts->n_table / layout->n_lines);
	int selected = parts->table;

	for (size_t i = 0; i < n; i++) {
		size_t rank = scene->top + i;
		int y = parts->table + (int)i * layout->n_lines;

		if (rank < frame->first || rank >= frame->first + frame->n_rows)
			continue;
		if (rank == scene->cursor)
			selected = y;
		draw_flow(scene, layout, &frame->rows[rank - frame->first], y,
			  rank == scene->cursor);
	}
	return selected;
}

/* ---------------------------------------------------------------- no flows */

static void draw_lines(const char *const *lines, size_t n, int y, int end)
{
	for (size_t i = 0; i < n && y < end; i++)
		y = draw_paragraph(y, end, 2, lines[i]);
}

static void draw_no_tracking(int y, int end)
{
	static const char *const lines[] = {
		"No flows: the kernel tracks no connections in this network "
		"namespace.",
		"",
		"Tracking starts when a firewall rule needs it. To start it:",
		"",
		"  nft add table inet flowtop",
		"  nft \"add chain inet flowtop c "
		"{ type filter hook input priority 0; }\"",
		"  nft add rule inet flowtop c ct state new counter",
		"",
		"This filters nothing. Undo: nft delete table inet flowtop",
	};

	draw_lines(lines, sizeof(lines) / sizeof(lines[0]), y, end);
}

static uint64_t n_hidden(const struct view_totals *totals)
{
	uint64_t n = totals->n_family + totals->n_kind + totals->n_idle;

	for (int i = 0; i < VIEW_GROUPS; i++)
		n += totals->group_hidden[i];
	return n;
}

static void draw_hidden(const struct scene *scene, int y, int end)
{
	char protocols[STATUS_TEXT], first[LINE_TEXT], second[LINE_TEXT];
	const char *lines[] = { first, second };

	status_protocols(scene->filter, protocols, sizeof(protocols));
	str_printf(first, sizeof(first), "No flow matches %s%s.", protocols,
		   scene->filter->active_only ? ", active" : "");
	str_printf(second, sizeof(second),
		   "%" PRIu64 " hidden (T U D I S switch protocols, "
		   "i IPv4 and IPv6, a active only).",
		   n_hidden(&scene->frame->totals));
	draw_lines(lines, 2, y, end);
}

static void draw_empty(const struct scene *scene, const struct parts *parts)
{
	int y = parts->table + (parts->n_table > 4);
	int end = parts->table + parts->n_table;
	const char *line = "No flows.";

	if (n_hidden(&scene->frame->totals)) {
		draw_hidden(scene, y, end);
	} else if (scene->status->is_empty) {
		draw_no_tracking(y, end);
	} else {
		if (!scene->status->is_complete)
			line = "Reading the connection tracking table ...";
		draw_lines(&line, 1, y, end);
	}
}

/* ---------------------------------------------------------------- last row */

static int hint_cells(const struct binding *binding)
{
	return binding->hint ? text_cells(binding->hint) + 2 : 0;
}

/* How to leave is always there; the others as far as they fit. */
static void draw_keys(int y)
{
	const struct binding *last = NULL;
	int x = 1;

	draw_bar(y, ROLE_BAR, 0);
	for (size_t i = 0; i < n_bindings; i++)
		if (bindings[i].hint)
			last = &bindings[i];
	for (size_t i = 0; last && i < n_bindings; i++) {
		const struct binding *b = &bindings[i];
		int room = draw_cells() - x + 2;

		if (!b->hint ||
		    (b != last && hint_cells(b) + hint_cells(last) > room))
			continue;
		draw_text(y, x, draw_cells(), b->hint, ROLE_BAR, 0);
		x += hint_cells(b);
	}
}

/* Where there is no status row, warnings take the place of most keys. */
static void draw_keys_warning(const struct scene *scene, int y)
{
	static const char quit[] = "qQuit";
	int n = (int)sizeof(quit) - 1;
	int width = draw_cells();
	char text[LINE_TEXT];

	status_warning(scene->status, width - n - 2, text, sizeof(text));
	draw_text(y, 0, width - n - 2, text, ROLE_WARNING, 0);
	draw_text(y, width - n - 1, n, quit, ROLE_BAR, 0);
}

static void draw_last(const struct scene *scene, const struct parts *parts)
{
	int y = draw_rows() - 1;

	if (scene->message) {
		draw_bar(y, ROLE_PLAIN, 0);
		draw_text(y, 1, draw_cells(), scene->message, ROLE_MESSAGE, 0);
	} else if (parts->keys < 0) {
		return;
	} else if (parts->status < 0 && scene->status->n_warnings) {
		draw_keys_warning(scene, parts->keys);
	} else {
		draw_keys(parts->keys);
	}
}

void panels_draw(const struct scene *scene)
{
	struct parts parts;
	struct layout layout;
	int selected = 0;

	parts_now(&parts);
	panels_layout(&layout, scene->show_src);
	draw_begin();
	if (parts.title >= 0)
		draw_title(scene, parts.title);
	if (parts.summary >= 0)
		draw_summary(scene, parts.summary);
	if (parts.status >= 0)
		draw_status(scene, parts.status);
	if (parts.tabs >= 0)
		draw_tabs(parts.tabs);
	if (parts.header >= 0)
		draw_header(scene, &layout, parts.header);
	if (parts.table >= 0 && !scene->frame->n_match)
		draw_empty(scene, &parts);
	else if (parts.table >= 0 && layout.n_lines > 0)
		selected = draw_flows(scene, &layout, &parts);
	if (draw_cells() >= MIN_CELLS)
		draw_last(scene, &parts);
	draw_end(selected, 0);
}

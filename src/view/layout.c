// SPDX-License-Identifier: GPL-2.0-only
/* Columns by width. */
#include "view/layout.h"

#include "lib/buf.h"
#include "view/choice.h"
#include "view/ladders.h"

#include <limits.h>
#include <string.h>

static int pid_cells = LAYOUT_PID_CELLS;

void layout_set_pids(uint64_t max)
{
	pid_cells = 5;
	while (pid_cells < LAYOUT_PID_CELLS && max > 99999) {
		max /= 10;
		pid_cells++;
	}
}

const struct column *layout_column(enum layout_kind kind, const char *id)
{
	return ladders[kind]->find(id);
}

/* How wide a step makes its column. */
static int step_cells(enum layout_kind kind, const struct ladder_step *step)
{
	const char *id = choice_ladder(kind)->slots[step->slot].top;

	return strcmp(id, "pid") ? step->cells : pid_cells;
}

/* A column brings one blank before it; the first one's is the gutter. */
static int step_cost(enum layout_kind kind, const struct ladder_step *step,
		     const int cells[])
{
	int now = cells[step->slot];

	return step_cells(kind, step) - now + !now;
}

#define LEFT_OUT (-1)

/* Whether a step is taken in this pass over the ladder. */
static bool is_wanted(const struct ladder_step *step, const int cells[],
		      bool columns_only)
{
	int now = cells[step->slot];

	return now != LEFT_OUT && now < step->cells && !(columns_only && now);
}

/* Take step @i and those that are joined to it, if they fit. Return: the step
 * after them; @i when they do not. */
static int climb_one(enum layout_kind kind, int i, int width, int *used,
		     int cells[], bool columns_only)
{
	const struct ladder_step *steps = choice_ladder(kind)->steps;
	int begin = i, cost = 0;

	do {
		if (is_wanted(&steps[i], cells, columns_only))
			cost += step_cost(kind, &steps[i], cells);
	} while (steps[i++].is_joined);
	if (cost > width - *used)
		return begin;
	*used += cost;
	for (int j = begin; j < i; j++)
		if (is_wanted(&steps[j], cells, columns_only))
			cells[steps[j].slot] = step_cells(kind, &steps[j]);
	return i;
}

/* Take steps until one does not fit. Return: cells used. */
static int climb(enum layout_kind kind, int width, int used, int cells[],
		 bool columns_only)
{
	int n = choice_ladder(kind)->n_steps;

	for (int i = 0, last = -1; i < n && i != last;) {
		last = i;
		i = climb_one(kind, i, width, &used, cells, columns_only);
	}
	return used;
}

/* Where even the first column has no room it gets what there is. */
static int squeeze(enum layout_kind kind, int width, int cells[])
{
	if (width < 2)
		return 0;
	for (int i = 0; i < choice_ladder(kind)->n_steps; i++) {
		int slot = choice_ladder(kind)->steps[i].slot;

		if (cells[slot] == LEFT_OUT)
			continue;
		cells[slot] = width - 1;
		return width;
	}
	return 0;
}

static void leave_out(enum layout_kind kind, enum layout_places places,
		      int cells[])
{
	const struct ladder_slot *slots = choice_ladder(kind)->slots;

	for (int i = 0; i < choice_ladder(kind)->n_slots; i++)
		if (slots[i].places > places)
			cells[i] = LEFT_OUT;
}

/* As climb() goes through it; what is used after a group of steps is the width
 * from which on these are taken. */
void layout_widths(enum layout_kind kind, enum layout_places places, int from[])
{
	const struct ladder *ladder = choice_ladder(kind);
	int cells[LADDER_SLOTS] = { 0 }, used = 0, i = 0;

	memset(from, 0, sizeof(*from) * (size_t)ladder->n_slots);
	leave_out(kind, places, cells);
	while (i < ladder->n_steps) {
		int begin = i;

		i = climb_one(kind, i, INT_MAX, &used, cells, false);
		for (; begin < i; begin++) {
			int slot = ladder->steps[begin].slot;

			if (!from[slot] && cells[slot] != LEFT_OUT)
				from[slot] = used;
		}
	}
}

/* The first @shift columns out, except those that stay. */
static void shift_out(enum layout_kind kind, int shift, int cells[])
{
	const struct ladder_slot *slots = choice_ladder(kind)->slots;

	for (int i = 0; i < choice_ladder(kind)->n_slots && shift > 0; i++) {
		if (slots[i].is_fixed || cells[i] == LEFT_OUT)
			continue;
		cells[i] = LEFT_OUT;
		shift--;
	}
}

/* Return: how many columns have no room. */
static int settle(enum layout_kind kind, int cells[])
{
	int n = 0;

	for (int i = 0; i < choice_ladder(kind)->n_slots; i++) {
		n += !cells[i];
		if (cells[i] == LEFT_OUT)
			cells[i] = 0;
	}
	return n;
}

enum widen_turn { WIDEN_FIXED, WIDEN_MOST, WIDEN_LATE, WIDEN_TURNS };

static enum widen_turn turn_of(enum layout_kind kind,
			       const struct ladder_slot *slot)
{
	if (choice_ladder(kind)->is_fixed_first && slot->is_fixed)
		return WIDEN_FIXED;
	return slot->is_late ? WIDEN_LATE : WIDEN_MOST;
}

/* What is left over goes to the columns that can use it. */
static int widen(enum layout_kind kind, int width, int used, int cells[],
		 enum widen_turn turn)
{
	const struct ladder_slot *slots = choice_ladder(kind)->slots;

	for (int i = choice_ladder(kind)->n_slots; i-- > 0;) {
		int more = width - used;

		if (!cells[i] || slots[i].max <= cells[i] ||
		    turn_of(kind, &slots[i]) != turn)
			continue;
		if (more > slots[i].max - cells[i])
			more = slots[i].max - cells[i];
		cells[i] += more;
		used += more;
	}
	return used;
}

static int ideal(enum layout_kind kind, int cells[])
{
	const struct ladder_slot *slots = choice_ladder(kind)->slots;
	int used = 0;

	for (int i = 0; i < choice_ladder(kind)->n_slots; i++) {
		if (cells[i] == LEFT_OUT) {
			cells[i] = 0;
			continue;
		}
		cells[i] = slots[i].ideal;
		if (!strcmp(slots[i].top, "pid"))
			cells[i] = pid_cells;
		if (!cells[i])
			cells[i] =
				layout_column(kind, slots[i].top)->ideal_cells;
		used += cells[i] + 1;
	}
	return used;
}

static void add_cell(struct layout *layout, const char *id, int line, int x,
		     int cells)
{
	layout->cell[layout->n++] = (struct layout_cell){
		.column = layout_column(layout->kind, id),
		.line = line,
		.x = x,
		.cells = cells,
	};
}

static void add_top(struct layout *layout, const struct ladder_slot *slot,
		    int x, int cells)
{
	struct layout_cell *cell = &layout->cell[layout->n];

	add_cell(layout, slot->top, 0, x, cells);
	if (slot->is_untitled)
		return;
	cell->title = slot->title ? slot->title : cell->column->title;
	cell->title_bits = slot->title ? slot->title : cell->column->title_bits;
	if (slot->narrow_title && strlen(cell->title) > (size_t)cells)
		cell->title = cell->title_bits = slot->narrow_title;
}

static void place(struct layout *layout, enum layout_kind kind,
		  const int cells[])
{
	const struct ladder_slot *slots = choice_ladder(kind)->slots;
	int n = choice_ladder(kind)->n_slots, x = 0;

	for (int i = 0; i < n; i++) {
		if (!cells[i])
			continue;
		add_top(layout, &slots[i], x + 1, cells[i]);
		x += 1 + cells[i];
	}
	x = 0;
	for (int i = 0; i < n; i++) {
		int width = cells[i];

		if (!width)
			continue;
		for (int j = 1; j < slots[i].bottom_span && i + j < n; j++) {
			if (cells[i + j])
				width += 1 + cells[i + j];
		}
		if (slots[i].bottom)
			add_cell(layout, slots[i].bottom, 1, x + 1, width);
		x += 1 + cells[i];
	}
}

void layout_fit(struct layout *layout, enum layout_kind kind, int width)
{
	layout_fit_shifted(layout, kind, width, 0);
}

void layout_fit_shifted(struct layout *layout, enum layout_kind kind, int width,
			int shift)
{
	layout_fit_places(layout, kind, width, shift, PLACES_ALL);
}

void layout_fit_places(struct layout *layout, enum layout_kind kind, int width,
		       int shift, enum layout_places places)
{
	int cells[LADDER_SLOTS] = { 0 };

	*layout = (struct layout){
		.kind = kind,
		.n_lines = kind == LAYOUT_PAIR_TWO ? 2 : 1,
	};
	leave_out(kind, places, cells);
	if (width == LAYOUT_ANY_WIDTH) {
		layout->width = ideal(kind, cells);
	} else {
		shift_out(kind, shift, cells);
		if (shift)
			layout->width = climb(kind, width, 0, cells, true);
		layout->width = climb(kind, width, layout->width, cells, false);
		if (!layout->width)
			layout->width = squeeze(kind, width, cells);
		layout->n_hidden = settle(kind, cells);
		for (int turn = 0; turn < WIDEN_TURNS; turn++)
			layout->width = widen(kind, width, layout->width, cells,
					      (enum widen_turn)turn);
	}
	place(layout, kind, cells);
}

/* By enum layout_traffic. */
static const struct {
	const char *id[TRAFFICS];
	const char *title[TRAFFICS]; /* NULL: the column's */
} swaps[] = {
	{ { "rx_rate", "rx_bytes", "rx_pps", "rx_packets" }, { NULL } },
	{ { "tx_rate", "tx_bytes", "tx_pps", "tx_packets" }, { NULL } },
	{ { "src_rate", "orig_bytes", "src_pps", "orig_packets" },
	  { NULL, "BYTES", NULL, "PKTS" } },
	{ { "dst_rate", "reply_bytes", "dst_pps", "reply_packets" },
	  { NULL, NULL, NULL, NULL } },
};

/* Return: whether it has other traffic now. */
static bool swap_cell(struct layout_cell *cell, enum layout_kind kind,
		      enum layout_traffic traffic)
{
	for (int i = 0; i < (int)(sizeof(swaps) / sizeof(swaps[0])); i++) {
		bool is_rate = !strcmp(cell->column->id, swaps[i].id[0]);
		enum layout_traffic put = is_rate ? traffic : TRAFFIC_RATE;
		const char *title = swaps[i].title[put];
		const struct column *column =
			layout_column(kind, swaps[i].id[put]);

		if (!is_rate && strcmp(cell->column->id, swaps[i].id[traffic]))
			continue;
		if (!column)
			return false;
		cell->column = column;
		if (!cell->title)
			return true;
		cell->title = title ? title : cell->column->title;
		cell->title_bits = title ? title : cell->column->title_bits;
		return true;
	}
	return false;
}

bool layout_swap(struct layout *layout, enum layout_traffic traffic)
{
	bool is_other = false;

	for (int i = 0; i < layout->n && traffic != TRAFFIC_RATE; i++)
		is_other |= swap_cell(&layout->cell[i], layout->kind, traffic);
	return is_other;
}

size_t cell_title(const struct layout_cell *cell, unsigned int flags, char *out)
{
	const char *title = cell->title ? cell->title : "";

	if (flags & CELL_BITS && cell->title_bits)
		title = cell->title_bits;
	return text_fit(title, cell->cells, KEEP_START,
			cell->column->flags & COL_RIGHT, flags, out);
}

static void trim(struct buf *buf, size_t start)
{
	while (buf->size > start && buf->data[buf->size - 1] == ' ')
		buf->size--;
}

/* Blanks up to @x, at least one: cells before may be wider than planned. */
static int advance(struct buf *buf, int at, int x)
{
	int n = x > at ? x - at : 1;

	memset(buf_reserve(buf, (size_t)n), ' ', (size_t)n);
	buf_grow(buf, (size_t)n);
	return at + n;
}

void layout_header(const struct layout *layout, unsigned int flags,
		   struct buf *buf)
{
	size_t start = buf->size;
	int at = 0;

	for (int i = 0; i < layout->n; i++) {
		const struct layout_cell *cell = &layout->cell[i];
		char *out;

		if (cell->line)
			break;
		at = advance(buf, at, cell->x);
		out = buf_reserve(buf, CELL_OUT_SIZE(cell->cells));
		buf_grow(buf, cell_title(cell, flags, out));
		at += cell->cells;
	}
	trim(buf, start);
}

void layout_line(const struct layout *layout, const struct row *row, int line,
		 unsigned int flags, struct buf *buf)
{
	size_t start = buf->size;
	int at = 0;

	if (!line && (row->is_closed || row->event == ROW_NEW)) {
		buf_str(buf,
			glyph_text(row->is_closed ? GLYPH_CLOSED : GLYPH_NEW,
				   flags));
		at = 1;
	}
	for (int i = 0; i < layout->n; i++) {
		const struct layout_cell *cell = &layout->cell[i];
		char *out;
		size_t n;

		if (cell->line != line)
			continue;
		if (at < cell->x)
			at = advance(buf, at, cell->x);
		out = buf_reserve(buf, CELL_OUT_SIZE(cell->cells));
		n = cell_format(cell->column, row, cell->cells, flags, out);
		buf_grow(buf, n);
		at += cell->cells;
	}
	trim(buf, start);
}

// SPDX-License-Identifier: GPL-2.0-only
/* Columns by width. To change what vanishes first, move a row of a ladder. */
#include "view/layout.h"

#include "lib/buf.h"

#include <string.h>

/* A place from left to right, with a column for each line of a flow. */
struct slot {
	const char *top, *bottom; /* column ids; NULL: nothing there */
	const char *title;        /* NULL: the column's */
	const char *narrow_title; /* where the title does not fit */
	bool is_untitled;
	int bottom_span; /* slots that the bottom column covers */
	int ideal;       /* cells; 0: the column's */
	bool is_fixed;   /* is not shifted out */
	int max;         /* grows to so many; 0: not by itself */
};

/* "Give @slot @cells cells." */
struct step {
	int8_t slot;
	uint8_t cells;
	bool is_joined; /* only together with the step after it */
};

// clang-format off
#define STEP(slot, cells) { slot, cells, false }
#define WITH(slot, cells) { slot, cells, true }
// clang-format on

enum {
	F_PROT,
	F_STATE,
	F_TIME,
	F_D,
	F_ADDRESS,
	F_PORT,
	F_RX_RATE,
	F_TX_RATE,
	F_RX_PPS,
	F_TX_PPS,
	F_RX,
	F_TX
};

enum { T_PROT, T_TIME, T_LINE, T_ADDRESS, T_PORT, T_PACKETS, T_BYTES, T_RATE };

enum {
	O_PROT,
	O_STATE,
	O_TIME,
	O_SRC,
	O_SPORT,
	O_D,
	O_DST,
	O_DPORT,
	O_RX_RATE,
	O_TX_RATE,
	O_RX,
	O_TX
};

// clang-format off
static const struct slot flow_slots[] = {
	[F_PROT] = { .top = "proto" },
	[F_STATE] = { .top = "state" },
	[F_TIME] = { .top = "age" },
	[F_D] = { .top = "dir" },
	[F_ADDRESS] = { .top = "address", .max = 64, .is_fixed = true },
	[F_PORT] = { .top = "port" },
	[F_RX_RATE] = { .top = "rx_rate" },
	[F_TX_RATE] = { .top = "tx_rate" },
	[F_RX_PPS] = { .top = "rx_pps" },
	[F_TX_PPS] = { .top = "tx_pps" },
	[F_RX] = { .top = "rx_bytes" },
	[F_TX] = { .top = "tx_bytes" },
};

static const struct step flow_ladder[] = {
	STEP(F_ADDRESS, 15),
	STEP(F_PORT, 5),
	STEP(F_RX_RATE, 5),
	STEP(F_TX_RATE, 5),
	STEP(F_STATE, 6),
	STEP(F_PROT, 4),
	STEP(F_TIME, 4),
	STEP(F_D, 1),
	STEP(F_ADDRESS, 20),
	STEP(F_PORT, 7),
	STEP(F_ADDRESS, 28),
	STEP(F_PORT, 8),
	WITH(F_RX, 5), STEP(F_TX, 5),
	STEP(F_STATE, 11),
	STEP(F_ADDRESS, 39),
	WITH(F_RX_PPS, 5), STEP(F_TX_PPS, 5),
	STEP(F_TIME, 6),
	STEP(F_ADDRESS, 46),
	STEP(F_PORT, 11),
	STEP(F_PROT, 7),
};

static const struct slot two_slots[] = {
	[T_PROT] = { .top = "proto", .bottom = "state", .bottom_span = 2, .ideal = 5 },
	[T_TIME] = { .top = "age" },
	[T_LINE] = { .top = "src_line", .bottom = "dst_line", .is_untitled = true },
	[T_ADDRESS] = { .top = "src", .bottom = "dst", .title = "SOURCE / DESTINATION",
			.narrow_title = "SOURCE / DEST", .max = 64, .is_fixed = true },
	[T_PORT] = { .top = "sport", .bottom = "dport", .title = "PORT", .ideal = 8 },
	[T_PACKETS] = { .top = "orig_packets", .bottom = "reply_packets", .title = "PKTS" },
	[T_BYTES] = { .top = "orig_bytes", .bottom = "reply_bytes", .title = "BYTES" },
	[T_RATE] = { .top = "src_rate", .bottom = "dst_rate" },
};

static const struct step two_ladder[] = {
	STEP(T_ADDRESS, 15),
	STEP(T_PORT, 5),
	STEP(T_RATE, 5),
	STEP(T_BYTES, 5),
	STEP(T_LINE, 2),
	WITH(T_PROT, 4), STEP(T_TIME, 4),
	STEP(T_ADDRESS, 24),
	STEP(T_PORT, 8),
	STEP(T_TIME, 6),
	STEP(T_ADDRESS, 39),
	STEP(T_PACKETS, 5),
	STEP(T_ADDRESS, 46),
	STEP(T_PROT, 7),
};

static const struct slot one_slots[] = {
	[O_PROT] = { .top = "proto" },
	[O_STATE] = { .top = "state" },
	[O_TIME] = { .top = "age" },
	[O_SRC] = { .top = "src", .max = 50 },
	[O_SPORT] = { .top = "sport" },
	[O_D] = { .top = "dir" },
	[O_DST] = { .top = "dst", .max = 64, .is_fixed = true },
	[O_DPORT] = { .top = "dport" },
	[O_RX_RATE] = { .top = "rx_rate" },
	[O_TX_RATE] = { .top = "tx_rate" },
	[O_RX] = { .top = "rx_bytes" },
	[O_TX] = { .top = "tx_bytes" },
};

static const struct step one_ladder[] = {
	STEP(O_DST, 15),
	STEP(O_DPORT, 5),
	STEP(O_RX_RATE, 5),
	STEP(O_TX_RATE, 5),
	STEP(O_SRC, 15),
	STEP(O_SPORT, 5),
	STEP(O_STATE, 6),
	STEP(O_PROT, 4),
	STEP(O_TIME, 4),
	STEP(O_D, 1),
	STEP(O_SRC, 20),
	STEP(O_DST, 28),
	STEP(O_DPORT, 7),
	WITH(O_RX, 5), STEP(O_TX, 5),
	STEP(O_SRC, 28),
	STEP(O_DST, 34),
	STEP(O_STATE, 11),
	STEP(O_SRC, 34),
	STEP(O_DST, 39),
	STEP(O_DPORT, 9),
	STEP(O_TIME, 6),
	STEP(O_SRC, 39),
	STEP(O_PROT, 7),
};
// clang-format on

#define MAX_SLOTS 16
#define N(array) (int)(sizeof(array) / sizeof((array)[0]))
#define LADDER(name)                                                           \
	name##_slots, N(name##_slots), name##_ladder, N(name##_ladder)

static const struct {
	const struct slot *slots;
	int n_slots;
	const struct step *steps;
	int n_steps;
} ladders[LAYOUT_KINDS] = {
	[LAYOUT_FLOWS] = { LADDER(flow) },
	[LAYOUT_PAIR_TWO] = { LADDER(two) },
	[LAYOUT_PAIR_ONE] = { LADDER(one) },
};

_Static_assert(N(flow_slots) <= MAX_SLOTS && N(two_slots) <= MAX_SLOTS &&
		       N(one_slots) <= MAX_SLOTS,
	       "slots fit");
_Static_assert(2 * MAX_SLOTS <= LAYOUT_MAX_CELLS, "cells fit");

/* A column brings one blank before it; the first one's is the gutter. */
static int step_cost(const struct step *step, const int cells[])
{
	int now = cells[step->slot];

	return step->cells - now + !now;
}

#define SHIFTED_OUT (-1)

/* Whether a step is taken in this pass over the ladder. */
static bool is_wanted(const struct step *step, const int cells[],
		      bool columns_only)
{
	int now = cells[step->slot];

	return now != SHIFTED_OUT && now < step->cells &&
	       !(columns_only && now);
}

/* Take steps until one does not fit. Return: cells used. */
static int climb(enum layout_kind kind, int width, int used, int cells[],
		 bool columns_only)
{
	const struct step *steps = ladders[kind].steps;
	int i = 0;

	while (i < ladders[kind].n_steps) {
		int begin = i, cost = 0;

		do {
			if (is_wanted(&steps[i], cells, columns_only))
				cost += step_cost(&steps[i], cells);
		} while (steps[i++].is_joined);
		if (used + cost > width)
			break;
		used += cost;
		for (int j = begin; j < i; j++)
			if (is_wanted(&steps[j], cells, columns_only))
				cells[steps[j].slot] = steps[j].cells;
	}
	return used;
}

/* Where even the first column has no room it gets what there is. */
static int squeeze(enum layout_kind kind, int width, int cells[])
{
	if (width < 2)
		return 0;
	cells[ladders[kind].steps[0].slot] = (uint8_t)(width - 1);
	return width;
}

/* The first @shift columns out, except those that stay. */
static void shift_out(enum layout_kind kind, int shift, int cells[])
{
	const struct slot *slots = ladders[kind].slots;

	for (int i = 0; i < ladders[kind].n_slots && shift > 0; i++) {
		if (slots[i].is_fixed)
			continue;
		cells[i] = SHIFTED_OUT;
		shift--;
	}
}

/* Return: how many columns have no room. */
static int settle(enum layout_kind kind, int cells[])
{
	int n = 0;

	for (int i = 0; i < ladders[kind].n_slots; i++) {
		n += !cells[i];
		if (cells[i] == SHIFTED_OUT)
			cells[i] = 0;
	}
	return n;
}

/* What is left over goes to the columns that can use it. */
static int widen(enum layout_kind kind, int width, int used, int cells[])
{
	const struct slot *slots = ladders[kind].slots;

	for (int i = ladders[kind].n_slots; i-- > 0;) {
		int more = width - used;

		if (!cells[i] || slots[i].max <= cells[i])
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
	const struct slot *slots = ladders[kind].slots;
	int used = 0;

	for (int i = 0; i < ladders[kind].n_slots; i++) {
		cells[i] = slots[i].ideal;
		if (!cells[i])
			cells[i] = column_find(slots[i].top)->ideal_cells;
		used += cells[i] + 1;
	}
	return used;
}

static void add_cell(struct layout *layout, const char *id, int line, int x,
		     int cells)
{
	layout->cell[layout->n++] = (struct layout_cell){
		.column = column_find(id),
		.line = line,
		.x = x,
		.cells = cells,
	};
}

static void add_top(struct layout *layout, const struct slot *slot, int x,
		    int cells)
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
	const struct slot *slots = ladders[kind].slots;
	int n = ladders[kind].n_slots, x = 0;

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
	int cells[MAX_SLOTS] = { 0 };

	*layout = (struct layout){
		.kind = kind,
		.n_lines = kind == LAYOUT_PAIR_TWO ? 2 : 1,
	};
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
		layout->width = widen(kind, width, layout->width, cells);
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

static void swap_cell(struct layout_cell *cell, enum layout_traffic traffic)
{
	for (int i = 0; i < N(swaps); i++) {
		bool is_rate = !strcmp(cell->column->id, swaps[i].id[0]);
		enum layout_traffic put = is_rate ? traffic : TRAFFIC_RATE;
		const char *title = swaps[i].title[put];

		if (!is_rate && strcmp(cell->column->id, swaps[i].id[traffic]))
			continue;
		cell->column = column_find(swaps[i].id[put]);
		if (!cell->title)
			return;
		cell->title = title ? title : cell->column->title;
		cell->title_bits = title ? title : cell->column->title_bits;
		return;
	}
}

void layout_swap(struct layout *layout, enum layout_traffic traffic)
{
	for (int i = 0; i < layout->n && traffic != TRAFFIC_RATE; i++)
		swap_cell(&layout->cell[i], traffic);
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

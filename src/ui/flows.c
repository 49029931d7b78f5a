// SPDX-License-Identifier: GPL-2.0-only
/* Rows of flows, and the row that peeks into one of them. */
#include "ui/flows.h"

#include "fact/owner.h"
#include "lib/clock.h"
#include "lib/str.h"
#include "ui/draw.h"
#include "ui/panels.h"
#include "ui/steady.h"
#include "view/cell.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define NEW_NS (5 * NS_PER_S)
#define MAX_STYLED 4     /* in one row: each costs bytes on the wire */
#define COMMAND_CELLS 40 /* of a command line beside everything else */
#define ACTIVE_SHARE 100 /* a rate over 1/100 of the total stands out */

struct mark {
	enum glyph glyph;
	enum role role;
	bool is_set;
};

static struct mark mark_of(const struct row *row)
{
	if (row->is_closed)
		return (struct mark){ GLYPH_CLOSED, ROLE_CLOSED, true };
	if (row->age_ns < NEW_NS)
		return (struct mark){ GLYPH_NEW, ROLE_NEW, true };
	return (struct mark){ 0 };
}

/* States of a connection that begins or ends. */
static enum role state_role(const char *text)
{
	static const char *const opening[] = { "SYN", "COOKIE", "REQUEST",
					       "RESPOND", "PARTOPEN" };
	static const char *const closing[] = { "FIN", "CLO", "LAST", "TIME",
					       "SHUT" };

	for (size_t i = 0; i < sizeof(opening) / sizeof(opening[0]); i++)
		if (!strncmp(text, opening[i], strlen(opening[i])))
			return ROLE_OPENING;
	for (size_t i = 0; i < sizeof(closing) / sizeof(closing[0]); i++)
		if (!strncmp(text, closing[i], strlen(closing[i])))
			return ROLE_CLOSING;
	return ROLE_PLAIN;
}

static bool is_active(const struct scene *scene, const struct column *column,
		      const struct row *row)
{
	const struct view_sums *all = &scene->frame->totals.all;
	struct value value;

	column_get(column, row, &value);
	return value.type == VAL_RATE && value.rate > 1 &&
	       value.rate * ACTIVE_SHARE > all->rx + all->tx;
}

static enum role role_of(const struct scene *scene, const struct column *column,
			 const struct row *row, const char *text)
{
	if (column->type == VAL_ADDR)
		return strcmp(column->id, "src") ? ROLE_ADDR : ROLE_SOURCE;
	if (column->keep == KEEP_STATE)
		return state_role(text);
	if (column->type == VAL_RATE && is_active(scene, column, row))
		return ROLE_ACTIVE;
	return column->type == VAL_PORT ? ROLE_PORT : ROLE_PLAIN;
}

/* Where the pen of a line is, and what it wrote last. */
struct pen {
	int y, x;
	unsigned int line;
	enum role role;
};

/*
 * Blanks have no attributes, so that nothing has to be switched for them;
 * between two texts that look the same they look like them, so that nothing has
 * to be switched off and on again.
 */
static void pen_text(struct pen *pen, int x, char *text, enum role role)
{
	size_t n = strlen(text), blanks = strspn(text, " ");
	char gap[MAX_CELL_CELLS];
	int n_gap;

	while (n > blanks && text[n - 1] == ' ')
		n--;
	if (n == blanks)
		return;
	text[n] = '\0';
	x += (int)blanks;
	n_gap = x - pen->x;
	if (draw_is_alike(role, pen->role) &&
	    (pen->line || !draw_is_alike(role, ROLE_PLAIN)) && n_gap > 0 &&
	    n_gap < (int)sizeof(gap)) {
		memset(gap, ' ', (size_t)n_gap);
		gap[n_gap] = '\0';
		draw_text(pen->y, pen->x, n_gap, gap, role, pen->line);
	}
	pen->x = x + draw_text(pen->y, x, MAX_CELL_CELLS, text + blanks, role,
			       pen->line);
	pen->role = role;
}

/* One line of a flow, from left to right. */
static void draw_line(const struct scene *scene, const struct row *row,
		      int number, struct pen *pen, int styled)
{
	const struct layout *layout = scene->layout;

	for (int i = 0; i < layout->n; i++) {
		const struct layout_cell *cell = &layout->cell[i];
		char text[CELL_OUT_SIZE(MAX_CELL_CELLS)];
		enum role role = ROLE_PLAIN;

		if (cell->line != number || cell->cells > MAX_CELL_CELLS)
			continue;
		cell_format(cell->column, row, cell->cells, scene->cell_flags,
			    text);
		/* The selected row is reverse, a closed one dim: as a whole. */
		if (!pen->line && styled < MAX_STYLED)
			role = role_of(scene, cell->column, row, text);
		styled += role != ROLE_PLAIN;
		pen_text(pen, cell->x, text, role);
	}
}

static void draw_flow(const struct scene *scene, const struct row *row, int y,
		      bool is_selected)
{
	unsigned int line = (is_selected ? LINE_SELECTED : 0) |
			    (row->is_closed ? LINE_DIM : 0);
	struct mark mark = mark_of(row);

	if (is_selected)
		mark = (struct mark){ GLYPH_SELECTED, ROLE_PLAIN, true };
	for (int n = 0; n < scene->layout->n_lines; n++) {
		struct pen pen = { .y = y + n, .x = 1, .line = line };

		if (is_selected)
			draw_bar(y + n, ROLE_PLAIN, line);
		if (!n && mark.is_set)
			draw_text(y, 0, 1,
				  glyph_text(mark.glyph, scene->cell_flags),
				  is_selected ? ROLE_PLAIN : mark.role, line);
		draw_line(scene, row, n, &pen, !n && mark.role != ROLE_PLAIN);
	}
}

int flows_draw(const struct scene *scene, const struct parts *parts)
{
	const struct view_frame *frame = scene->frame;
	int n_lines = scene->layout->n_lines;
	size_t n = (size_t)(parts->n_table / n_lines);
	int selected = parts->table;

	steady_begin(scene->steady, scene->picture, scene->is_paused);
	for (size_t i = 0; i < n; i++) {
		size_t rank = scene->top + i;
		int y = parts->table + (int)i * n_lines;
		struct row row;

		if (rank < frame->first || rank >= frame->first + frame->n_rows)
			continue;
		if (rank == scene->cursor)
			selected = y;
		row = frame->rows[rank - frame->first];
		steady_hold(scene->steady, &row);
		draw_flow(scene, &row, y, rank == scene->cursor);
	}
	steady_end(scene->steady);
	return selected;
}

/* ---------------------------------------------------------------- peek */

struct peek {
	char text[LINE_TEXT];
	size_t width;
};

/* Whole parts, as long as they fit; the first one in any case. */
__attribute__((format(printf, 2, 3))) static void add(struct peek *peek,
						      const char *format, ...)
{
	char part[LINE_TEXT / 2];
	size_t n = strlen(peek->text);
	va_list ap;

	va_start(ap, format);
	vsnprintf(part, sizeof(part), format, ap);
	va_end(ap);
	if (n && n + 2 + strlen(part) > peek->width)
		return;
	str_printf(peek->text + n, sizeof(peek->text) - n, "%s%s",
		   n ? "  " : "", part);
}

static void end_text(const struct row *row, const struct addr *addr,
		     uint16_t port, char *text, size_t size)
{
	char number[ADDR_TEXT_SIZE];
	bool is_ipv6 = row->info.key.family == FAMILY_IPV6;

	addr_format(addr, row->info.key.family, number);
	if (!row->proto->has_ports)
		str_copy(text, size, number);
	else
		str_printf(text, size, "%s%s%s:%u", is_ipv6 ? "[" : "", number,
			   is_ipv6 ? "]" : "", port);
}

static void column_text(const struct row *row, const char *id, char *text)
{
	struct value value;

	column_get(column_find(id), row, &value);
	value_format(&value, 0, 0, text);
}

/* "label value", unless there is nothing to say. */
static void add_column(struct peek *peek, const struct row *row,
		       const char *label, const char *id)
{
	char text[CELL_TEXT_SIZE];

	column_text(row, id, text);
	if (strcmp(text, "-") && strcmp(text, "?") && strcmp(text, "0") &&
	    strcmp(text, "0x0"))
		add(peek, "%s%s%s", label, *label ? " " : "", text);
}

/* Whose it is stands first, as far as it is known. */
static void peek_user(struct peek *peek, const struct row *row)
{
	char text[CELL_TEXT_SIZE];

	if (!row->proc || (!row->proc->pid && !row->proc->has_uid))
		return;
	column_text(row, "pid_user", text);
	add(peek, "%s", text);
}

/* What else is known of who has it; why, unless it is plain. */
static void peek_owner(struct peek *peek, const struct row *row)
{
	char text[CELL_TEXT_SIZE], cut[CELL_OUT_SIZE(COMMAND_CELLS)];

	if (row->proc && row->proc->command[0]) {
		column_text(row, "command", text);
		text_fit(text, COMMAND_CELLS, KEEP_START, false, CELL_NO_PAD,
			 cut);
		add(peek, "%s", cut);
	}
	add_column(peek, row, "unit", "unit");
	add_column(peek, row, "in", "container");
	if (row->proc && row->proc->netns[0])
		add_column(peek, row, "netns", "netns");
	if (row->info.owner != OWNER_LOCAL && row->info.owner != OWNER_UNKNOWN)
		add_column(peek, row, "owner", "owner");
}

static void peek_row(struct peek *peek, const struct row *row)
{
	char text[LINE_TEXT / 4], state[CELL_TEXT_SIZE];

	peek_user(peek, row);
	end_text(row, &row->far_addr, row->far_port, text, sizeof(text));
	add(peek, "%s", text);
	end_text(row, &row->near_addr, row->near_port, text, sizeof(text));
	add(peek, "from %s", text);
	column_text(row, "proto", text);
	column_text(row, "state", state);
	add(peek, "%s%s%s", text, strcmp(state, "-") ? " " : "",
	    strcmp(state, "-") ? state : "");
	if (row->is_closed)
		add(peek, "closed");
	else
		add_column(peek, row, "timeout", "timeout");
	peek_owner(peek, row);
	if (row->proto->is_icmp)
		add(peek, "type %u code %u",
		    tuple_icmp_type(&row->info.key.tuple),
		    tuple_icmp_code(&row->info.key.tuple));
	add_column(peek, row, "nat", "nat");
	add_column(peek, row, "on", "iface");
	add_column(peek, row, "mark", "mark");
	add_column(peek, row, "zone", "zone");
	add_column(peek, row, "age", "age");
	add_column(peek, row, "RX", "rx_bytes");
	add_column(peek, row, "TX", "tx_bytes");
	add_column(peek, row, "", "status");
	add_column(peek, row, "labels", "labels");
	add_column(peek, row, "helper", "helper");
	add_column(peek, row, "id", "id");
}

void peek_draw(const struct scene *scene, int y)
{
	const struct view_frame *frame = scene->frame;
	int width = draw_cells();
	struct peek peek = { .width = width > 2 ? (size_t)width - 2 : 0 };
	const struct row *row;
	struct mark mark;

	if (scene->cursor < frame->first ||
	    scene->cursor >= frame->first + frame->n_rows)
		return;
	row = &frame->rows[scene->cursor - frame->first];
	/* The gutter of its row has the cursor: the mark is here. */
	mark = mark_of(row);
	if (mark.is_set)
		draw_text(y, 0, 1, glyph_text(mark.glyph, scene->cell_flags),
			  mark.role, 0);
	peek_row(&peek, row);
	draw_text(y, 1, width - 1, peek.text, ROLE_PLAIN, 0);
}

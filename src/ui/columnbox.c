// SPDX-License-Identifier: GPL-2.0-only
/* The box of columns, order and units. */
#include "ui/columnbox.h"

#include "lib/str.h"
#include "ui/draw.h"
#include "ui/flows.h"
#include "ui/frame.h"
#include "ui/keys.h"
#include "ui/overlay.h"
#include "ui/panels.h"
#include "ui/showing.h"
#include "ui/sorting.h"
#include "ui/state.h"
#include "ui/views.h"
#include "view/choice.h"

#include <string.h>

#define BOX_CELLS 62
#define BOX_ROWS 17
#define GUTTER_CELLS 30 /* from here on the marks beside the box are seen */
#define HEAD_ROWS 7     /* and a line of titles */
#define WIDE_CELLS 40   /* inside: room for more than names */
#define SORT_CELLS 13   /* "sort v" and what is behind it, */
#define SORT_LEAST 7    /* and beside long names */
#define NAME_CELLS 8    /* at least; a longer one pushes its meaning away */
#define MAX_NAME 15

/* Behind the columns: what changes how they are written. */
static const struct unit {
	const char *name;
	enum action action;
	int key; /* that does the same */
} units[] = {
	{ "bits", ACTION_BITS, 'b' },
	{ "totals", ACTION_TRAFFIC, 't' },
};

#define N_UNITS (int)(sizeof(units) / sizeof(units[0]))

/* What there is to choose from. */
struct box {
	enum layout_kind kind;
	struct choice_item items[LADDER_SLOTS];
	int n_columns, n; /* with units */
	struct frame frame;
	bool has_frame, has_head;
	int list_y, list_x, n_lines, cells; /* inside */
	int name_cells; /* of columns that are usually there */
	const struct column *sort;
	bool is_descending;
};

static void fit(struct box *box)
{
	struct frame *frame = &box->frame;
	struct parts parts;
	int width = draw_cells();

	parts_fit(&parts, draw_rows(), width);
	frame->x = width >= GUTTER_CELLS;
	frame->y = parts.table;
	frame->cells =
		width - frame->x < BOX_CELLS ? width - frame->x : BOX_CELLS;
	frame->rows = parts.n_table < BOX_ROWS ? parts.n_table : BOX_ROWS;
	box->has_frame = frame->rows >= 3;
	box->has_head = frame->rows >= HEAD_ROWS;
	box->list_y = frame->y + box->has_frame + box->has_head;
	box->list_x = frame->x + box->has_frame;
	box->n_lines = frame->rows - 2 * box->has_frame - box->has_head;
	box->cells = frame->cells - 2 * box->has_frame;
}

/* For most names, so that what they mean stands in one line. */
static int name_cells(const struct box *box)
{
	int most = NAME_CELLS;

	for (int i = 0; i < box->n_columns; i++) {
		int cells = text_cells(box->items[i].title);

		if (box->items[i].is_usual && cells > most)
			most = cells;
	}
	return most < MAX_NAME ? most : MAX_NAME;
}

static void look(const struct ui *ui, struct box *box)
{
	box->kind = view_layout(ui->view, ui->show_src, draw_cells());
	box->n_columns = choice_list(box->kind, ui->location, box->items);
	box->n = box->n_columns + N_UNITS;
	box->name_cells = name_cells(box);
	box->sort = ui_sort(ui, &box->is_descending);
	fit(box);
}

/* The cursor on a line that there is, and the window around it. */
static void clamp(struct ui *ui, const struct box *box)
{
	int *cursor = &ui->columnbox.cursor, *top = &ui->columnbox.top;
	int page = box->n_lines > 0 ? box->n_lines : 1;

	if (*cursor >= box->n)
		*cursor = box->n - 1;
	if (*cursor < 0)
		*cursor = 0;
	if (*top > box->n - page)
		*top = box->n - page;
	if (*top < 0)
		*top = 0;
	if (*top + page <= *cursor)
		*top = *cursor - page + 1;
	if (*top > *cursor)
		*top = *cursor;
}

/* --------------------------------------------------------------------- keys */

static void show(struct ui *ui, const struct box *box)
{
	int i = ui->columnbox.cursor;

	if (i >= box->n_columns)
		showing_act(ui, units[i - box->n_columns].action,
			    units[i - box->n_columns].key);
	else if (!choice_toggle(box->kind, i))
		ui_say(ui, UI_MESSAGE_NS, "one column has to stay");
}

static void sort(struct ui *ui, const struct box *box)
{
	int i = ui->columnbox.cursor;

	if (i >= box->n_columns) {
		show(ui, box);
		return;
	}
	if (!box->items[i].column->title) {
		ui_say(ui, UI_MESSAGE_NS, "there is no order by %s",
		       box->items[i].title);
		return;
	}
	/* The other way round is another key. */
	if (box->items[i].column != box->sort)
		sorting_by(ui, box->items[i].column);
	if (ui->columnbox.is_sort)
		overlay_close(ui);
}

static void move(struct ui *ui, const struct box *box, int by)
{
	if (ui->columnbox.cursor < box->n_columns)
		ui->columnbox.cursor =
			choice_move(box->kind, ui->columnbox.cursor, by);
}

/* Return: how far the cursor goes; 0: @action is not about that. */
static int step_of(const struct box *box, enum action action)
{
	int page = box->n_lines > 1 ? box->n_lines - 1 : 1;
	int half = page / 2 ? page / 2 : 1;

	switch (action) {
	case ACTION_UP:
		return -1;
	case ACTION_DOWN:
		return 1;
	case ACTION_PAGE_UP:
		return -page;
	case ACTION_PAGE_DOWN:
		return page;
	case ACTION_HALF_UP:
		return -half;
	case ACTION_HALF_DOWN:
		return half;
	case ACTION_FIRST:
		return -box->n;
	case ACTION_LAST:
		return box->n;
	default:
		return 0;
	}
}

static bool act(struct ui *ui, const struct box *box, enum action action,
		int key)
{
	switch (action) {
	case ACTION_ENTER:
		sort(ui, box);
		return true;
	case ACTION_REVERSE:
		sorting_choose(ui, action, key);
		ui_list_changed(ui);
		return true;
	case ACTION_COLUMNS:
	case ACTION_CHOOSE_SORT:
		if (ui->columnbox.is_sort != (action == ACTION_CHOOSE_SORT))
			columnbox_open(ui, action == ACTION_CHOOSE_SORT);
		else
			overlay_close(ui);
		return true;
	case ACTION_BACK:
	case ACTION_CLOSE:
		overlay_close(ui);
		return true;
	default:
		return false;
	}
}

/* Space, + and - are what the box says they are; keys that it has no use for
 * are for the list behind it. */
static bool box_key(struct ui *ui, int key)
{
	enum action action = key_action(key);
	struct box box;
	int step;

	look(ui, &box);
	clamp(ui, &box);
	step = step_of(&box, action);
	if (key == ' ')
		show(ui, &box);
	else if (key == '+' || key == '-')
		move(ui, &box, key == '+' ? 1 : -1);
	else if (step)
		ui->columnbox.cursor += step;
	else
		return act(ui, &box, action, key);
	return true;
}

/* ------------------------------------------------------------------ drawing */

/* A line that is put together from the left, in cells. */
struct line {
	char text[CELL_OUT_SIZE(2 * BOX_CELLS)];
	int cells;
	unsigned int flags;
};

/* Put @text at cell @x, cut to @max cells, with blanks before it. */
static void put(struct line *line, int x, int max, const char *text)
{
	size_t n = strlen(line->text);
	int blanks = x > line->cells ? x - line->cells : 0;
	int cells = text_cells(text) < max ? text_cells(text) : max;

	if (cells < 1 ||
	    n + (size_t)blanks + CELL_OUT_SIZE(cells) >= sizeof(line->text))
		return;
	str_printf(line->text + n, sizeof(line->text) - n, "%*s", blanks, "");
	text_fit(text, cells, KEEP_START, false, line->flags,
		 line->text + n + blanks);
	line->cells += blanks + cells;
}

/* "[x]  PROCESS  program, @host if forwarded": where these begin. */
struct tabs {
	int box, name, meaning, sort;
};

static struct tabs tabs_of(const struct box *box)
{
	bool is_wide = box->cells >= WIDE_CELLS;
	bool has_room = is_wide && box->name_cells == NAME_CELLS;
	int name = is_wide ? 10 : 5;

	return (struct tabs){
		.box = is_wide ? 5 : 1,
		.name = name,
		.meaning = name + box->name_cells + 1,
		.sort = box->cells - (has_room ? SORT_CELLS : SORT_LEAST),
	};
}

static void put_row(struct line *line, const struct box *box, bool is_on,
		    const char *name, const char *meaning, const char *order)
{
	struct tabs tabs = tabs_of(box);
	int end = box->cells - 1;
	int max = end - tabs.name < MAX_NAME ? end - tabs.name : MAX_NAME;

	put(line, tabs.box, 3, is_on ? "[x]" : "[ ]");
	put(line, tabs.name, max, name);
	/* Where a meaning would not be one, there is none. */
	if (order[0])
		end = tabs.sort - 1;
	if (line->cells >= tabs.meaning)
		tabs.meaning = line->cells + 1;
	if (end - tabs.meaning >= NAME_CELLS)
		put(line, tabs.meaning, end - tabs.meaning, meaning);
	if (tabs.sort >= line->cells)
		put(line, tabs.sort, box->cells - tabs.sort, order);
}

/* Where it is not on the screen, why: in full, in short, or not at all. */
static void put_hint(const struct choice_item *item, int cells, char *meaning)
{
	char hint[2][CELL_TEXT_SIZE] = { "", "" };
	size_t n = strlen(meaning);

	if (item->is_shown && !item->from) {
		str_copy(hint[0], CELL_TEXT_SIZE, " (key L)");
	} else if (item->from > draw_cells()) {
		str_printf(hint[0], CELL_TEXT_SIZE, " (%d columns)",
			   item->from);
		str_printf(hint[1], CELL_TEXT_SIZE, " (%d)", item->from);
	}
	for (int i = 0; i < 2; i++) {
		if (text_cells(meaning) + text_cells(hint[i]) > cells)
			continue;
		str_copy(meaning + n, LINE_TEXT - n, hint[i]);
		return;
	}
}

static void put_column(struct line *line, const struct box *box, int i)
{
	const struct choice_item *item = &box->items[i];
	struct tabs tabs = tabs_of(box);
	char meaning[LINE_TEXT], order[CELL_TEXT_SIZE] = "";
	int end = item->column == box->sort ? tabs.sort : box->cells;

	str_copy(meaning, sizeof(meaning), item->column->help);
	put_hint(item, end - 1 - tabs.meaning, meaning);
	if (item->column == box->sort)
		str_printf(order, sizeof(order), "sort %s",
			   glyph_text(box->is_descending ? GLYPH_DESCENDING
							 : GLYPH_ASCENDING,
				      line->flags));
	put_row(line, box, item->is_shown, item->title, meaning, order);
}

static void put_unit(struct line *line, const struct ui *ui,
		     const struct box *box, int i)
{
	static const char *const traffic[TRAFFICS] = {
		[TRAFFIC_RATE] = "RX and TX: bytes per second",
		[TRAFFIC_BYTES] = "RX and TX: bytes so far",
		[TRAFFIC_PACKET_RATE] = "RX and TX: packets per second",
		[TRAFFIC_PACKETS] = "RX and TX: packets so far",
	};
	bool is_bits = ui->cell_flags & CELL_BITS;

	if (units[i].action == ACTION_BITS)
		put_row(line, box, is_bits, units[i].name,
			"rates in bits per second", "");
	else
		put_row(line, box, ui->traffic != TRAFFIC_RATE, units[i].name,
			traffic[ui->traffic], "");
}

static void draw_row(const struct ui *ui, const struct box *box, int i, int y)
{
	bool is_here = i == ui->columnbox.cursor;
	struct line line = { .flags = ui->cell_flags & CELL_UTF8 };
	size_t n;

	if (is_here)
		put(&line, box->cells >= WIDE_CELLS, 1,
		    glyph_text(GLYPH_SELECTED, line.flags));
	if (i < box->n_columns)
		put_column(&line, box, i);
	else
		put_unit(&line, ui, box, i - box->n_columns);
	n = strlen(line.text);
	str_printf(line.text + n, sizeof(line.text) - n, "%*s",
		   box->cells - line.cells, "");
	draw_text(y, box->list_x, box->cells, line.text, ROLE_PLAIN,
		  is_here && !pace_is_slow(&ui->pace) ? LINE_SELECTED : 0);
}

static void draw_head(const struct box *box)
{
	struct tabs tabs = tabs_of(box);
	struct line line = { .cells = 0 };

	put(&line, tabs.box, 4, "show");
	put(&line, tabs.name, box->cells - tabs.name, "column");
	if (box->cells >= WIDE_CELLS) {
		put(&line, tabs.meaning, NAME_CELLS, "meaning");
		put(&line, tabs.sort, NAME_CELLS, "order");
	}
	draw_text(box->list_y - 1, box->list_x, box->cells, line.text,
		  ROLE_PLAIN, 0);
}

static void draw_around(const struct ui *ui, const struct box *box)
{
	static const char *const hints[] = { "Space show", "Enter sort",
					     "r reverse",  "+/- move",
					     "Esc done",   NULL };
	char title[CELL_TEXT_SIZE];
	int n = 0;

	for (int i = 0; i < box->n_columns; i++)
		n += box->items[i].is_shown;
	str_printf(title, sizeof(title), "Columns and sort (%d of %d)", n,
		   box->n_columns);
	frame_draw(&box->frame, title, hints, ui->cell_flags);
	if (box->has_head)
		draw_head(box);
}

static void box_draw(struct ui *ui, int *y, int *x)
{
	struct box box;

	look(ui, &box);
	if (box.frame.y < 0 || box.n_lines < 1)
		return;
	clamp(ui, &box);
	if (box.has_frame)
		draw_around(ui, &box);
	for (int i = 0; i < box.n_lines && ui->columnbox.top + i < box.n; i++)
		draw_row(ui, &box, ui->columnbox.top + i, box.list_y + i);
	*y = box.list_y + ui->columnbox.cursor - ui->columnbox.top;
	*x = box.list_x + (box.cells >= WIDE_CELLS);
}

static const struct overlay columnbox = {
	.key = box_key,
	.draw = box_draw,
};

void columnbox_open(struct ui *ui, bool is_sort)
{
	struct box box;

	look(ui, &box);
	if (box.frame.y < 0 || box.n_lines < 1) {
		ui_say(ui, UI_MESSAGE_NS, "no room for a box here");
		return;
	}
	ui->columnbox.is_sort = is_sort;
	ui->columnbox.cursor = ui->columnbox.top = 0;
	for (int i = 0; i < box.n_columns && is_sort; i++)
		if (box.items[i].column == box.sort)
			ui->columnbox.cursor = i;
	overlay_open(ui, &columnbox);
}

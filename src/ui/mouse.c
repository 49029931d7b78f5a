// SPDX-License-Identifier: GPL-2.0-only
/* What the mouse does. */
#include "ui/mouse.h"

#include "lib/clock.h"
#include "ui/actions.h"
#include "ui/draw.h"
#include "ui/escape.h"
#include "ui/keymap.h"
#include "ui/moving.h"
#include "ui/panels.h"
#include "ui/sorting.h"
#include "ui/state.h"

#define DOUBLE_NS (400 * NS_PER_MS)
#define WHEEL_ROWS 3

static void click_row(struct ui *ui, int line)
{
	const struct ui_drawn *drawn = &ui->drawn;
	size_t rank = drawn->top;
	bool is_second;

	if (drawn->layout.n_lines < 1)
		return;
	rank += (size_t)(line / drawn->layout.n_lines);
	if (rank >= ui->frame.n_match)
		return;
	/* The list moves; what was clicked first is what is meant. */
	is_second = ui->now_ns < ui->clicked_ns + DOUBLE_NS &&
		    ui->clicked_line == line;
	ui->clicked_ns = is_second ? 0 : ui->now_ns;
	ui->clicked_line = line;
	if (is_second)
		ui_act(ui, '\r');
	else
		ui_move(ui, (long)rank - (long)ui->place.cursor, false);
}

static void click_header(struct ui *ui, int x)
{
	const struct layout *layout = &ui->drawn.layout;

	for (int i = 0; i < layout->n; i++) {
		const struct layout_cell *cell = &layout->cell[i];

		if (!cell->line && cell->title && x >= cell->x &&
		    x < cell->x + cell->cells)
			sorting_by(ui, cell->column);
	}
}

static void click(struct ui *ui, int y, int x)
{
	struct parts parts;
	int view;

	if (ui->page != PAGE_FLOWS || ui->overlay)
		return;
	parts_fit(&parts, draw_rows(), draw_cells(), ui->pane.size);
	/* Nothing of the pane can be clicked. */
	if (parts.is_covered || (x >= parts.list_cells && y >= parts.header))
		return;
	if (y == parts.tabs) {
		view = panels_tab_at(x);
		if (view >= 0)
			moving_show(ui, view);
	} else if (y == parts.header) {
		click_header(ui, x);
	} else if (parts.table >= 0 && y >= parts.table &&
		   y < parts.table + parts.n_table) {
		click_row(ui, y - parts.table);
	}
}

void mouse_act(struct ui *ui, const struct mouse_event *event)
{
	int key = keymap_of(key_of(
		event->button == MOUSE_WHEEL_UP ? ACTION_UP : ACTION_DOWN));

	ui->is_dirty = true;
	if (event->is_release)
		return;
	if (event->button == MOUSE_LEFT)
		click(ui, event->y, event->x);
	if (event->button != MOUSE_WHEEL_UP &&
	    event->button != MOUSE_WHEEL_DOWN)
		return;
	for (int i = 0; i < WHEEL_ROWS; i++) {
		ui_act(ui, key);
		ui_clamp(ui);
	}
}

// SPDX-License-Identifier: GPL-2.0-only
/* Drawing what the screen shows just now. */
#include "ui/draw.h"
#include "ui/help.h"
#include "ui/overlay.h"
#include "ui/panels.h"
#include "ui/state.h"
#include "ui/ui.h"
#include "ui/wanting.h"

int ui_page_lines(void)
{
	return help_page();
}

static void draw_flows(struct ui *ui, const char *message)
{
	struct scene scene = {
		.layout = &ui->drawn.layout,
		.frame = &ui->frame,
		.steady = &ui->steady,
		.picture = ui->n_pictures,
		.status = &ui->status,
		.filter = &ui->query.filter,
		.host = ui->env->host ? ui->env->host : "",
		.version = ui->env->version,
		.message = message,
		.interval_ns = ui_pace_ns(ui),
		.is_slow = pace_is_slow(&ui->pace),
		.paused_ns = ui->now_ns - ui->paused_ns,
		.empty_ns = ui->now_ns - ui->memory.empty_ns,
		.is_paused = ui->is_paused,
		.is_following = ui->place.is_anchored,
		.is_recording = !ui->env->track,
		.view = ui->view,
		.only = ui->only,
		.since_ns = ui->since_ns,
		.cell_flags = ui->cell_flags,
		.top = ui->drawn.top,
		.cursor = ui->drawn.cursor,
		.peek = ui->drawn.peek,
	};
	int y, x = 0;

	ui->status.is_bits = ui->cell_flags & CELL_BITS;
	scene.sort = ui_sort(ui, &scene.is_descending);
	draw_begin();
	y = panels_draw(&scene);
	overlay_draw(ui, &y, &x);
	draw_end(y, x);
}

static void place_peek(struct ui *ui)
{
	struct ui_drawn *drawn = &ui->drawn;

	if (pace_is_slow(&ui->pace) && !ui->is_paused &&
	    drawn->peek_picture == ui->n_pictures)
		return;
	drawn->peek = drawn->cursor;
	drawn->peek_picture = ui->n_pictures;
}

void ui_draw(struct ui *ui)
{
	const char *message = ui->message_ns == UI_NEVER ? NULL : ui->message;

	ui_place_drawn(ui);
	place_peek(ui);
	ui_want_names(ui, &ui->drawn.layout);
	if (ui->page == PAGE_HELP)
		help_draw(&ui->page_top, ui->env->version, ui->cell_flags,
			  message);
	else if (ui->page == PAGE_MESSAGES)
		messages_draw(&ui->messages, &ui->page_top, message);
	else
		draw_flows(ui, message);
	ui->is_dirty = false;
}

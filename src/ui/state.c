// SPDX-License-Identifier: GPL-2.0-only
/* What the screen shows: the picture, and the place in it. */
#include "ui/state.h"

#include "lib/clock.h"
#include "ui/help.h"
#include "ui/panels.h"
#include "ui/ui.h"

#include <stdarg.h>
#include <stdio.h>

#define SPARE_FLOWS 500 /* in a picture above and below what is shown */
#define ERROR_NS (5 * NS_PER_S)

void ui_say(struct ui *ui, uint64_t ns, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(ui->message, sizeof(ui->message), format, ap);
	va_end(ap);
	ui->message_ns = ui->now_ns + ns;
	ui->is_dirty = true;
}

void ui_clamp(struct ui *ui)
{
	size_t first = ui->is_paused ? ui->frame.first : 0;
	size_t end =
		ui->is_paused ? first + ui->frame.n_rows : ui->frame.n_match;
	size_t page = panels_flows(ui->show_src);

	if (!page)
		page = 1;
	if (ui->cursor >= end)
		ui->cursor = end ? end - 1 : 0;
	if (ui->cursor < first)
		ui->cursor = first;
	if (ui->top + page > end)
		ui->top = end > first + page ? end - page : first;
	if (ui->top + page <= ui->cursor)
		ui->top = ui->cursor - page + 1;
	if (ui->top > ui->cursor)
		ui->top = ui->cursor;
	if (ui->top < first)
		ui->top = first;
}

static bool is_in_picture(const struct ui *ui)
{
	const struct view_frame *frame = &ui->frame;
	size_t end = ui->top + panels_flows(ui->show_src);

	if (end > frame->n_match)
		end = frame->n_match;
	return ui->top >= frame->first && end <= frame->first + frame->n_rows;
}

static void look(struct ui *ui)
{
	const struct ui_env *env = ui->env;
	struct view_env view = {
		.now_ns = env->now_ns(env->ctx),
		.wall_ns = env->wall_ns(env->ctx),
		.iface = env->iface,
		.iface_ctx = env->ctx,
		.netns = env->netns,
	};
	size_t page = panels_flows(ui->show_src);

	ui->query.order = ui->now_ns < ui->hold_ns ? ORDER_HELD : ORDER_CALM;
	ui->query.first = ui->top > SPARE_FLOWS ? ui->top - SPARE_FLOWS : 0;
	ui->query.count = page + 2 * SPARE_FLOWS;
	if (view_frame_make(&ui->frame, env->table, &ui->query, &view))
		ui_say(ui, ERROR_NS, "not enough memory for the list of flows");
	status_read(&ui->status, env->health, view.now_ns, ui->interval_ns);
	ui->is_stale = false;
	ui->is_dirty = true;
}

/* Moving has to stay inside of a paused picture; otherwise there is more. */
void ui_settle(struct ui *ui)
{
	ui_clamp(ui);
	if (!ui->is_stale && (ui->is_paused || is_in_picture(ui)))
		return;
	look(ui);
	ui_clamp(ui);
}

void ui_draw(struct ui *ui)
{
	const char *message = ui->message_ns == UI_NEVER ? NULL : ui->message;
	struct scene scene = {
		.frame = &ui->frame,
		.status = &ui->status,
		.filter = &ui->query.filter,
		.host = ui->env->host ? ui->env->host : "",
		.version = ui->env->version,
		.message = message,
		.interval_ns = ui->interval_ns,
		.paused_ns = ui->now_ns - ui->paused_ns,
		.is_paused = ui->is_paused,
		.show_src = ui->show_src,
		.cell_flags = ui->cell_flags,
		.top = ui->top,
		.cursor = ui->cursor,
	};

	if (ui->has_help)
		help_draw(&ui->help_top, ui->env->version, message);
	else
		panels_draw(&scene);
	ui->is_dirty = false;
}

// SPDX-License-Identifier: GPL-2.0-only
/* What the screen shows: the picture, and the place in it. */
#include "ui/state.h"

#include "lib/clock.h"
#include "ui/panels.h"
#include "ui/term.h"
#include "ui/ui.h"
#include "ui/views.h"
#include "ui/wanting.h"
#include "view/columns.h"
#include "view/groups.h"
#include "view/still.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#define SPARE_FLOWS 500 /* in a picture above and below what is shown */
#define SLOW_SETTLE_NS (5 * NS_PER_S) /* on a slow line */
#define SETTLE_NS (2500 * NS_PER_MS)  /* every third tick of a second */
#define ERROR_NS (5 * NS_PER_S)
#define OTHER_NS NS_PER_S       /* what a key has chosen waits no longer */
#define SLOW_NS (5 * NS_PER_MS) /* nobody sees what comes sooner */

void ui_say(struct ui *ui, uint64_t ns, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(ui->message, sizeof(ui->message), format, ap);
	va_end(ap);
	ui->message_ns = ui->now_ns + ns;
	ui->is_dirty = true;
}

void ui_reorder(struct ui *ui)
{
	ui->hold_ns = ui->settle_ns = 0;
}

bool ui_has_part(const struct ui *ui)
{
	return ui->is_paused && !ui->still;
}

void ui_complain(struct ui *ui, const char *text)
{
	ui_say(ui, ERROR_NS, "%s", text);
	if (!messages_has_last(&ui->messages, text))
		messages_add(&ui->messages, MESSAGE_WARNING,
			     ui->env->wall_ns(ui->env->ctx), text);
}

size_t ui_lines(const struct ui *ui)
{
	return panels_lines(ui->view, ui->show_src);
}

const struct column *ui_column(const struct ui *ui, const char *id)
{
	return layout_column(view_layout(ui->view, false, 0), id);
}

void ui_clamp(struct ui *ui)
{
	bool is_part = ui_has_part(ui);
	size_t first = is_part ? ui->frame.first : 0;
	size_t end = is_part ? first + ui->frame.n_rows : ui->frame.n_match;
	size_t page = ui_lines(ui);

	if (!page)
		page = 1;
	if (ui->place.cursor >= end)
		ui->place.cursor = end ? end - 1 : 0;
	if (ui->place.cursor < first)
		ui->place.cursor = first;
	if (ui->place.top + page > end)
		ui->place.top = end > first + page ? end - page : first;
	if (ui->place.top + page <= ui->place.cursor)
		ui->place.top = ui->place.cursor - page + 1;
	if (ui->place.top > ui->place.cursor)
		ui->place.top = ui->place.cursor;
	if (ui->place.top < first)
		ui->place.top = first;
}

static bool is_in_picture(const struct ui *ui)
{
	const struct view_frame *frame = &ui->frame;
	size_t end = ui->place.top + ui_lines(ui);

	if (end > frame->n_match)
		end = frame->n_match;
	return ui->place.top >= frame->first &&
	       end <= frame->first + frame->n_rows;
}

/* Without counters an order by traffic would be none. */
static const struct column *usual_sort(const struct ui *ui, bool *is_descending)
{
	const struct view_sums *shown = &ui->frame.totals.shown;
	const struct health *health = ui->env->health;
	bool is_uncounted =
		shown->n ? status_uncounted(health, shown) == shown->n
			 : counter_get(&health->acct) == 0;

	*is_descending = !is_uncounted || ui->query.grouping;
	return ui_column(ui, !is_uncounted        ? "rate"
			     : ui->query.grouping ? "flows"
						  : "age");
}

const struct column *ui_sort(const struct ui *ui, bool *is_descending)
{
	const struct column *sort = ui->place.sort;

	if (sort)
		*is_descending = sort->is_descending;
	else
		sort = usual_sort(ui, is_descending);
	*is_descending ^= ui->place.is_reverse;
	return sort;
}

void ui_layout(const struct ui *ui, struct layout *layout)
{
	panels_layout(layout, ui->view, ui->show_src, ui->place.shift,
		      ui->location);
	layout_swap(layout, ui->traffic);
}

static void tell_warning(void *ctx, const char *text, bool is_over)
{
	struct ui *ui = ctx;

	messages_add(&ui->messages, is_over ? MESSAGE_OVER : MESSAGE_WARNING,
		     ui->env->wall_ns(ui->env->ctx), text);
}

/* Rows that change places cost more than anything else to read and to send, so
 * small differences are settled now and then. */
static enum view_order order_now(const struct ui *ui)
{
	if (ui->now_ns < ui->hold_ns)
		return ORDER_HELD;
	if (ui->now_ns < ui->settle_ns)
		return pace_is_slow(&ui->pace) ? ORDER_HELD : ORDER_REST;
	return ORDER_CALM;
}

/* Where the window of the next picture is. */
static void aim(struct ui *ui)
{
	struct view_query *query = &ui->query;

	query->first =
		ui->place.top > SPARE_FLOWS ? ui->place.top - SPARE_FLOWS : 0;
	query->count = ui_lines(ui) + 2 * SPARE_FLOWS;
	query->has_anchor = ui->place.is_anchored && ui->place.has_anchor;
	query->anchor = ui->place.anchor;
	query->group_anchor = ui->place.group_anchor;
	query->anchor_line = SPARE_FLOWS + ui->place.line;
}

/* At the end of a recording its clock stands, but warnings have to go. */
static uint64_t since_end_ns(struct ui *ui)
{
	if (counter_get(&ui->env->health->at_end) != 1)
		return 0;
	if (!ui->end_ns)
		ui->end_ns = ui->now_ns;
	return ui->now_ns - ui->end_ns;
}

static void read_status(struct ui *ui, uint64_t source_ns)
{
	const struct health *health = ui->env->health;

	status_read(&ui->status, health, &ui->frame.totals.all,
		    source_ns + since_end_ns(ui), ui->interval_ns);
	status_remember(&ui->memory, &ui->status, health, ui->now_ns,
			tell_warning, ui);
}

/* Nobody looks at what has no column, and is not what the order is by. */
static unsigned int unseen(const struct ui *ui, const struct column *sort)
{
	unsigned int seen = sort->seconds;
	struct layout layout;

	/* A part is not made again for a wider screen. */
	if (ui->is_paused && !ui->still)
		return 0;
	ui_layout(ui, &layout);
	for (int i = 0; i < layout.n; i++)
		seen |= layout.cell[i].column->seconds;
	return ~seen;
}

static int make_frame(struct ui *ui, const struct view_env *view)
{
	struct view_query *query = &ui->query;

	query->order = order_now(ui);
	query->sort = ui_sort(ui, &query->is_descending);
	query->without = unseen(ui, query->sort);
	query->still = ui->still;
	aim(ui);
	return view_frame_make(&ui->frame, ui->env->table, query, view);
}

/* A list of places is asked for, or one of whatever is in a place. */
static bool needs_places(const struct view_query *query)
{
	if (!query->has_only)
		return query->grouping && query->grouping->place_index;
	return query->only.kind >= GROUP_COUNTRY &&
	       query->only.kind <= GROUP_SCOPE;
}

static struct view_env view_env(const struct ui *ui)
{
	const struct ui_env *env = ui->env;
	const struct still *still = ui->still;

	return (struct view_env){
		.now_ns = still ? still->now_ns : env->now_ns(env->ctx),
		.wall_ns = still ? still->wall_ns : env->wall_ns(env->ctx),
		.iface = env->iface,
		.iface_ctx = env->ctx,
		.netns = env->netns,
		.procs = env->procs,
		.user_name = env->user_name,
		.user_ctx = env->ctx,
		.ends = env->ends,
		.no_names = ui->no_names,
		.no_services = ui->no_services,
		.no_places = !ui->location && !needs_places(&ui->query),
	};
}

/* Return: 0, or -EINTR when something to read has come meanwhile. */
static int look(struct ui *ui, bool can_wait)
{
	const struct ui_env *env = ui->env;
	const struct still *still = ui->still;
	struct view_env view = view_env(ui);
	uint64_t version = counter_get(&env->health->version);
	uint64_t began_ns = clock_mono_ns();
	bool is_descending;
	int err;

	ui->query.is_urgent = can_wait ? term_has_input : NULL;
	err = make_frame(ui, &view);
	if (err == -EINTR)
		return err;
	ui->query.is_urgent = NULL;
	/* The usual order depends on what there is. */
	if (!err && ui_sort(ui, &is_descending) != ui->query.sort) {
		ui->settle_ns = 0;
		err = make_frame(ui, &view);
	}
	if (err)
		ui_complain(ui, "not enough memory for the list");
	if (ui->query.order == ORDER_CALM)
		ui->settle_ns =
			ui->now_ns +
			(pace_is_slow(&ui->pace) ? SLOW_SETTLE_NS : SETTLE_NS);
	ui->n_pictures++;
	ui->version = version;
	ui->is_due = ui->is_other = false;
	if (still)
		ui->hold_ns = UI_NEVER; /* nothing changes any more */
	else
		read_status(ui, view.now_ns);
	/* A recording has a clock of its own from its beginning on. */
	if (!ui->since_ns && ui->status.is_complete)
		ui->since_ns = view.wall_ns;
	ui->is_stale = false;
	ui->is_dirty = true;
	ui->took_ns = clock_mono_ns() - began_ns;
	return 0;
}

void ui_relabel(struct ui *ui)
{
	struct view_env view = view_env(ui);

	ui->is_dirty = true;
	if (ui->frame.grouping) {
		ui->is_stale |= !ui_has_part(ui);
		return;
	}
	for (size_t i = 0; i < ui->frame.n_rows; i++)
		row_relabel(&ui->frame.rows[i], &view);
}

bool ui_has_news(const struct ui *ui)
{
	uint64_t now_s = ui->env->wall_ns(ui->env->ctx) / NS_PER_S;

	return ui->version != counter_get(&ui->env->health->version) ||
	       now_s != ui->frame.wall_ns / NS_PER_S || ui->steady.is_pending ||
	       ui->status.n_warnings;
}

/* The list has moved: the window goes with the anchor's flow. */
static void follow(struct ui *ui)
{
	if (!ui->query.has_anchor)
		return;
	if (ui->frame.anchor_rank == RANK_NONE) {
		/* It is gone: the cursor stays in its line. */
		ui->place.is_anchored = ui->place.has_anchor = false;
		return;
	}
	ui->place.cursor = ui->frame.anchor_rank;
	ui->place.top = ui->place.cursor > ui->place.line
				? ui->place.cursor - ui->place.line
				: 0;
}

/* Remember whose flow the cursor is on. */
static void hold_on(struct ui *ui)
{
	const struct view_frame *frame = &ui->frame;
	size_t i = ui->place.cursor - frame->first;

	/* Before the first row i is very large. */
	if (!ui->place.is_anchored || ui->place.has_anchor || ui->is_other ||
	    i >= frame->n_rows)
		return;
	if (frame->grouping)
		ui->place.group_anchor = frame->groups[i].ref;
	else
		ui->place.anchor = row_ref(&frame->rows[i]);
	ui->place.line = ui->place.cursor - ui->place.top;
	ui->place.has_anchor = true;
}

bool ui_is_overdue(const struct ui *ui)
{
	uint64_t wait_ns = ui->interval_ns;

	if (ui->is_other && wait_ns > OTHER_NS)
		wait_ns = OTHER_NS;
	return ui->is_due && ui->now_ns >= ui->due_ns + wait_ns;
}

/* What is there of the picture is drawn as it was while that of another list,
 * or of another part, has yet to come. */
void ui_place_drawn(struct ui *ui)
{
	struct ui_drawn *drawn = &ui->drawn;

	if (ui->frame.grouping != ui->query.grouping ||
	    (!ui_has_part(ui) && !is_in_picture(ui)))
		return;
	ui_layout(ui, &drawn->layout);
	drawn->top = ui->place.top;
	drawn->cursor = ui->place.cursor;
}

static void renew(struct ui *ui, bool can_wait)
{
	if (look(ui, can_wait))
		return;
	follow(ui);
	ui_clamp(ui);
	ui_place_drawn(ui);
}

void ui_refresh(struct ui *ui)
{
	if (ui->is_due)
		renew(ui, !ui_is_overdue(ui));
}

static void set_due(struct ui *ui)
{
	if (!ui->is_due)
		ui->due_ns = ui->now_ns;
	ui->is_due = true;
}

/* Until the table has been read there is nothing to draw before. */
static bool can_wait(const struct ui *ui)
{
	return ui->took_ns >= SLOW_NS && ui->status.is_complete;
}

/* Moving on would soon need another picture. */
static bool is_near_end(const struct ui *ui)
{
	const struct view_frame *frame = &ui->frame;
	size_t end = ui->place.top + ui_lines(ui) + SPARE_FLOWS / 2;

	return (frame->first &&
		ui->place.top < frame->first + SPARE_FLOWS / 2) ||
	       (frame->first + frame->n_rows < frame->n_match &&
		end > frame->first + frame->n_rows);
}

/* A wider screen, or other columns, show what was not counted. */
static bool lacks_counts(const struct ui *ui)
{
	const struct view_query *query = &ui->query;

	return query->grouping && query->sort && !ui_has_part(ui) &&
	       query->without & ~unseen(ui, query->sort);
}

/* Moving has to stay inside of a part; otherwise there is more. */
void ui_settle(struct ui *ui)
{
	ui_clamp(ui);
	if (ui->is_stale && can_wait(ui)) {
		set_due(ui);
		ui->is_other = true;
		ui->is_stale = false;
	}
	if (ui->is_stale || (!ui->is_other && lacks_counts(ui)) ||
	    (!ui_has_part(ui) && !ui->is_other && !is_in_picture(ui)))
		renew(ui, false);
	if (!ui_has_part(ui) && can_wait(ui) && is_near_end(ui))
		set_due(ui);
	hold_on(ui);
}

void ui_catch_up(struct ui *ui)
{
	if (ui->is_other || ui->frame.grouping != ui->query.grouping)
		renew(ui, false);
}

// SPDX-License-Identifier: GPL-2.0-only
/* What keys do. */
#include "ui/actions.h"

#include "lib/clock.h"
#include "ui/columnbox.h"
#include "ui/copy.h"
#include "ui/keymap.h"
#include "ui/mouse.h"
#include "ui/moving.h"
#include "ui/overlay.h"
#include "ui/pane.h"
#include "ui/saving.h"
#include "ui/showing.h"
#include "ui/sorting.h"
#include "ui/state.h"
#include "ui/term.h"
#include "ui/ui.h"
#include "ui/views.h"

#include <errno.h>
#include <limits.h>

#define HOLD_NS (3 * NS_PER_S) /* the order stands still after a cursor key */

/* The cursor wants to where a part of a picture has no flow. */
static void say_end(struct ui *ui)
{
	size_t end = ui->frame.first + ui->frame.n_rows;

	if (!ui_has_part(ui) || ui->frame.n_rows == ui->frame.n_match ||
	    (ui->place.cursor >= ui->frame.first && ui->place.cursor < end))
		return;
	ui_say(ui, UI_MESSAGE_NS, "the picture ends here: it has %zu of %zu %s",
	       ui->frame.n_rows, ui->frame.n_match, view_kinds[ui->view].many);
}

/* The cursor is somewhere else: it now belongs to the flow that is there. */
static void moved(struct ui *ui)
{
	ui->place.is_anchored = true;
	ui->place.has_anchor = false;
	if (!ui->is_paused)
		ui->hold_ns = ui->now_ns + HOLD_NS;
	say_end(ui);
}

void ui_move(struct ui *ui, long flows, bool is_page)
{
	size_t n = (size_t)(flows < 0 ? -flows : flows);

	if (flows < 0) {
		ui->place.cursor =
			ui->place.cursor > n ? ui->place.cursor - n : 0;
		if (is_page)
			ui->place.top =
				ui->place.top > n ? ui->place.top - n : 0;
	} else {
		ui->place.cursor += n;
		if (is_page)
			ui->place.top += n;
	}
	moved(ui);
}

static void do_move(struct ui *ui, enum action action)
{
	bool is_text = ui->page != PAGE_FLOWS;
	long page = is_text ? ui_page_lines() : (long)ui_lines(ui);
	long n = 1;

	if (action == ACTION_PAGE_UP || action == ACTION_PAGE_DOWN)
		n = page;
	else if (action == ACTION_HALF_UP || action == ACTION_HALF_DOWN)
		n = page / 2 ? page / 2 : 1;
	if (action == ACTION_UP || action == ACTION_PAGE_UP ||
	    action == ACTION_HALF_UP)
		n = -n;
	if (is_text)
		ui->page_top += (int)n;
	else
		ui_move(ui, n, action != ACTION_UP && action != ACTION_DOWN);
}

/* The first row is whatever comes first; the last one is a flow. */
static void do_end(struct ui *ui, bool is_end)
{
	if (ui->page != PAGE_FLOWS) {
		ui->page_top = is_end ? INT_MAX / 2 : 0;
		return;
	}
	ui->place.cursor = is_end ? ui->frame.n_match : 0;
	ui->place.top = ui->place.cursor;
	if (is_end) {
		moved(ui);
		return;
	}
	ui->place.is_anchored = false;
	say_end(ui);
	if (ui->is_paused)
		return;
	ui_reorder(ui);
	ui->is_stale = true;
}

static void do_follow(struct ui *ui)
{
	if (ui->place.is_anchored)
		do_end(ui, false);
	else
		moved(ui);
}

void ui_list_changed(struct ui *ui)
{
	bool has_part = ui_has_part(ui);

	if (has_part)
		ui_resume(ui);
	ui_reorder(ui);
	ui->is_stale = true;
	if (has_part)
		ui_say(ui, UI_MESSAGE_NS,
		       "no longer paused: this picture did not have all flows");
}

static uint64_t next_tick(const struct ui *ui)
{
	return ui->now_ns + (ui->is_paused ? UI_PAUSE_NS : ui_pace_ns(ui));
}

void ui_say_part(struct ui *ui, int err)
{
	ui_say(ui, UI_MESSAGE_NS, "paused: this picture has %zu of %zu %s%s",
	       ui->frame.n_rows, ui->frame.n_match, view_kinds[ui->view].many,
	       err == -ENOMEM ? ", no memory for more" : "");
}

static void do_pause(struct ui *ui)
{
	int err;

	if (ui->is_paused) {
		ui_resume(ui);
		return;
	}
	err = ui_pause(ui);
	ui->tick_ns = next_tick(ui);
	if (err)
		ui_say_part(ui, err);
}

static void do_sort(struct ui *ui, enum action action, int key)
{
	sorting_choose(ui, action, key);
	ui_list_changed(ui);
}

static void do_interval(struct ui *ui, bool is_slower)
{
	uint64_t found = pace_step(ui->interval_ns, is_slower);

	ui->interval_ns = found;
	if (ui->env->interval_ns)
		counter_set(ui->env->interval_ns, found);
	ui->tick_ns = next_tick(ui);
	ui_say(ui, UI_MESSAGE_NS, "every %gs", (double)found / 1e9);
}

static void do_close(struct ui *ui)
{
	if (ui->page != PAGE_FLOWS)
		ui->page = PAGE_FLOWS;
	else
		ui->is_over = !pane_close(ui);
}

static void do_page(struct ui *ui, enum ui_page page)
{
	ui->page = ui->page == page ? PAGE_FLOWS : page;
	ui->page_top = 0;
}

void ui_suspend(struct ui *ui)
{
	term_suspend();
	ui->now_ns = clock_mono_ns();
	ui->tick_ns = ui->now_ns;
	ui->is_dirty = true;
}

static void unknown_key(struct ui *ui, int key)
{
	const char *advice = ui->page == PAGE_HELP ? "closes help"
			     : ui->page            ? "closes this"
						   : "lists keys";
	char name[KEY_LABEL_SIZE], way[KEY_LABEL_SIZE];

	key_label(key, name);
	keymap_label(ui->page ? ACTION_BACK : ACTION_HELP, way);
	if (name[0])
		ui_say(ui, UI_MESSAGE_NS, "no action on \"%s\"; %s %s", name,
		       way[0] ? way : "nothing", advice);
	else
		ui_say(ui, UI_MESSAGE_NS, "unknown key; %s %s",
		       way[0] ? way : "nothing", advice);
}

static void do_track(struct ui *ui)
{
	const struct ui_env *env = ui->env;
	char text[UI_MESSAGE_SIZE];

	if (!env->track) {
		ui_say(ui, UI_MESSAGE_NS,
		       "a recording is shown: nothing to track");
		return;
	}
	if (!ui->status.is_empty || ui->status.is_tracking) {
		ui_say(ui, UI_MESSAGE_NS, "%s",
		       ui->status.is_tracking
			       ? "connections are tracked already"
			       : "the table is not empty: connections are "
				 "tracked, or were");
		return;
	}
	env->track(env->ctx, text, sizeof(text));
	messages_add(&ui->messages, MESSAGE_NOTE, env->wall_ns(env->ctx), text);
	ui_say(ui, UI_MESSAGE_NS, "%s", text);
}

/* Keys that change the list do nothing to a page that covers it. */
static bool is_for_page(enum action action)
{
	return action <= ACTION_LAST || action >= ACTION_HELP;
}

/* It is about rows: those that were chosen. */
static bool is_for_rows(const struct ui *ui, enum action action)
{
	return ui->page == PAGE_FLOWS && action && action <= ACTION_FOLLOW;
}

static void show_action(struct ui *ui, enum action action, int key)
{
	switch (action) {
	case ACTION_VIEW:
		moving_show(ui, view_by_key(key));
		break;
	case ACTION_NEXT_VIEW:
	case ACTION_LAST_VIEW:
		moving_step(ui, action == ACTION_NEXT_VIEW ? 1 : -1);
		break;
	case ACTION_ENTER:
		if (ui->query.grouping)
			moving_enter(ui);
		else
			pane_enter(ui);
		break;
	case ACTION_DETAILS:
		pane_toggle(ui);
		break;
	case ACTION_COPY:
		copy_act(ui);
		break;
	case ACTION_FILTER:
		filterprompt_open(ui);
		break;
	case ACTION_FIND:
		finding_open(ui);
		break;
	case ACTION_FIND_NEXT:
	case ACTION_FIND_LAST:
		finding_step(ui, action == ACTION_FIND_LAST);
		break;
	case ACTION_FOLLOW:
		do_follow(ui);
		break;
	case ACTION_SORT:
	case ACTION_SORT_LEFT:
	case ACTION_SORT_RIGHT:
	case ACTION_REVERSE:
		do_sort(ui, action, key);
		break;
	case ACTION_CHOOSE_SORT:
	case ACTION_COLUMNS:
		columnbox_open(ui, action == ACTION_CHOOSE_SORT);
		break;
	case ACTION_PAUSE:
		do_pause(ui);
		break;
	case ACTION_SLOWER:
	case ACTION_FASTER:
		do_interval(ui, action == ACTION_SLOWER);
		break;
	default:
		showing_act(ui, action, key);
	}
}

static void other_action(struct ui *ui, enum action action, int key)
{
	switch (action) {
	case ACTION_HELP:
		do_page(ui, PAGE_HELP);
		break;
	case ACTION_MESSAGES:
		do_page(ui, PAGE_MESSAGES);
		break;
	case ACTION_SAVE:
		saving_save(ui);
		break;
	case ACTION_REDRAW:
		term_repaint();
		ui->is_stale = !ui_has_part(ui);
		break;
	case ACTION_SUSPEND:
		ui_suspend(ui);
		break;
	case ACTION_TRACK:
		do_track(ui);
		break;
	case ACTION_BACK:
		if (ui->page != PAGE_FLOWS)
			ui->page = PAGE_FLOWS;
		else if (!pane_close(ui) && !moving_leave(ui) &&
			 !finding_end(ui) && !filterprompt_clear(ui))
			unknown_key(ui, key);
		break;
	case ACTION_CLOSE:
		do_close(ui);
		break;
	case ACTION_QUIT:
		ui->is_over = true;
		break;
	default:
		unknown_key(ui, key);
	}
}

void ui_act(struct ui *ui, int key)
{
	/* What it stands for; boxes and prompts take it as it is. */
	int bound = keymap_key(key);
	enum action action = ACTION_NONE;

	if (key == KEY_MOUSE_EVENT) {
		/* Otherwise somebody else has left it switched on. */
		if (ui->config->has_mouse)
			mouse_act(ui, term_mouse());
		return;
	}
	ui->is_dirty = true;
	ui->message_ns = UI_NEVER;
	if (overlay_key(ui, key))
		return;
	if (finding_is_active(ui))
		action = key_action_found(bound);
	if (!action)
		action = key_action(bound);
	if (ui->page != PAGE_FLOWS ? !is_for_page(action)
				   : !key_is_for(bound, ui->query.grouping)) {
		unknown_key(ui, key);
		return;
	}
	if ((ui->is_other || ui->query.seek) && is_for_rows(ui, action))
		ui_catch_up(ui);
	if (action == ACTION_FIRST || action == ACTION_LAST)
		do_end(ui, action == ACTION_LAST);
	else if (action && action < ACTION_FIRST)
		do_move(ui, action);
	else if (action > ACTION_LAST && action < ACTION_HELP)
		show_action(ui, action, bound);
	else
		other_action(ui, action, key);
}

// SPDX-License-Identifier: GPL-2.0-only
/* What keys do. */
#include "ui/actions.h"

#include "lib/clock.h"
#include "net/proto.h"
#include "ui/help.h"
#include "ui/keys.h"
#include "ui/panels.h"
#include "ui/state.h"
#include "ui/term.h"
#include "view/value.h"

#include <limits.h>

#define HOLD_NS (3 * NS_PER_S) /* the order stands still after a cursor key */
#define MESSAGE_NS (2 * NS_PER_S)

static void move_by(struct ui *ui, long flows, bool is_page)
{
	size_t n = (size_t)(flows < 0 ? -flows : flows);

	if (ui->has_help) {
		ui->help_top += (int)flows * (is_page ? help_page() : 1);
		return;
	}
	if (is_page)
		n *= panels_flows(ui->show_src);
	if (flows < 0) {
		ui->cursor = ui->cursor > n ? ui->cursor - n : 0;
		if (is_page)
			ui->top = ui->top > n ? ui->top - n : 0;
	} else {
		ui->cursor += n;
		if (is_page)
			ui->top += n;
	}
	ui->hold_ns = ui->now_ns + HOLD_NS;
}

static void move_to(struct ui *ui, bool is_end)
{
	if (ui->has_help) {
		ui->help_top = is_end ? INT_MAX / 2 : 0;
		return;
	}
	ui->cursor = is_end ? ui->frame.n_match : 0;
	ui->top = ui->cursor;
	ui->hold_ns = is_end ? ui->now_ns + HOLD_NS : 0;
}

static void pause_end(struct ui *ui)
{
	ui->is_paused = false;
	ui->is_stale = true;
	ui->tick_ns = ui->now_ns + ui->interval_ns;
}

/* Another set of flows: a paused picture does not have them. */
static void filter_changed(struct ui *ui)
{
	ui->hold_ns = 0;
	ui->is_stale = true;
	if (!ui->is_paused)
		return;
	pause_end(ui);
	ui_say(ui, MESSAGE_NS, "no longer paused: other flows are shown");
}

static void do_protocol(struct ui *ui, int key)
{
	for (size_t i = 0; i < n_proto_groups; i++)
		if (proto_groups[i].letter == key)
			ui->query.filter.groups ^= proto_groups[i].group;
	filter_changed(ui);
}

static void do_family(struct ui *ui)
{
	uint8_t *families = &ui->query.filter.families;

	*families = *families == SHOW_BOTH   ? SHOW_IPV4
		    : *families == SHOW_IPV4 ? SHOW_IPV6
					     : SHOW_BOTH;
	filter_changed(ui);
}

static void do_active(struct ui *ui)
{
	ui->query.filter.active_only ^= true;
	filter_changed(ui);
	ui_say(ui, MESSAGE_NS, "%s",
	       ui->query.filter.active_only ? "active flows only"
					    : "idle flows as well");
}

static void do_pause(struct ui *ui)
{
	if (ui->is_paused) {
		pause_end(ui);
		return;
	}
	ui->is_paused = true;
	ui->paused_ns = ui->now_ns;
	/* The title counts the seconds. */
	ui->tick_ns = ui->now_ns +
		      (ui->interval_ns < NS_PER_S ? ui->interval_ns : NS_PER_S);
}

static void do_interval(struct ui *ui, bool is_slower)
{
	static const unsigned int steps_ms[] = { 250,  500,   1000,  2000,
						 5000, 10000, 30000, 60000 };
	size_t n = sizeof(steps_ms) / sizeof(steps_ms[0]);
	uint64_t found = ui->interval_ns;

	for (size_t i = 0; i < n; i++) {
		/* up: the first that is larger; down: the last smaller */
		uint64_t ns = steps_ms[is_slower ? i : n - 1 - i] * NS_PER_MS;

		if (is_slower ? ns > found : ns < found) {
			found = ns;
			break;
		}
	}
	ui->interval_ns = found;
	ui->tick_ns = ui->now_ns + found;
	ui_say(ui, MESSAGE_NS, "every %gs", (double)found / 1e9);
}

static void do_close(struct ui *ui)
{
	if (ui->has_help)
		ui->has_help = false;
	else
		ui->is_over = true;
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
	char name[KEY_LABEL_SIZE];

	key_label(key, name);
	ui_say(ui, MESSAGE_NS, "no action on \"%s\"; %s", name,
	       ui->has_help ? "Esc closes help" : "? lists keys");
}

/* Keys that change the list do nothing to a page that covers it. */
static bool is_for_help(enum action action)
{
	return action <= ACTION_LAST || action >= ACTION_HELP;
}

static void show_action(struct ui *ui, enum action action, int key)
{
	switch (action) {
	case ACTION_PROTOCOL:
		do_protocol(ui, key);
		break;
	case ACTION_FAMILY:
		do_family(ui);
		break;
	case ACTION_ACTIVE:
		do_active(ui);
		break;
	case ACTION_SOURCE:
		ui->show_src ^= true;
		break;
	case ACTION_BITS:
		ui->cell_flags ^= CELL_BITS;
		break;
	case ACTION_PAUSE:
		do_pause(ui);
		break;
	default:
		do_interval(ui, action == ACTION_SLOWER);
	}
}

static void other_action(struct ui *ui, enum action action, int key)
{
	switch (action) {
	case ACTION_HELP:
		ui->has_help ^= true;
		ui->help_top = 0;
		break;
	case ACTION_REDRAW:
		term_repaint();
		ui->is_stale = !ui->is_paused;
		break;
	case ACTION_SUSPEND:
		ui_suspend(ui);
		break;
	case ACTION_BACK:
		if (ui->has_help)
			ui->has_help = false;
		else
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
	enum action action = key_action(key);

	ui->is_dirty = true;
	ui->message_ns = UI_NEVER;
	if (ui->has_help && !is_for_help(action)) {
		unknown_key(ui, key);
		return;
	}
	switch (action) {
	case ACTION_UP:
	case ACTION_DOWN:
		move_by(ui, action == ACTION_UP ? -1 : 1, false);
		break;
	case ACTION_PAGE_UP:
	case ACTION_PAGE_DOWN:
		move_by(ui, action == ACTION_PAGE_UP ? -1 : 1, true);
		break;
	case ACTION_FIRST:
	case ACTION_LAST:
		move_to(ui, action == ACTION_LAST);
		break;
	case ACTION_PROTOCOL:
	case ACTION_FAMILY:
	case ACTION_ACTIVE:
	case ACTION_SOURCE:
	case ACTION_BITS:
	case ACTION_PAUSE:
	case ACTION_SLOWER:
	case ACTION_FASTER:
		show_action(ui, action, key);
		break;
	default:
		other_action(ui, action, key);
	}
}

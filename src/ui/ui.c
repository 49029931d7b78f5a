// SPDX-License-Identifier: GPL-2.0-only
/*
 * The loop of the screen.
 *
 *   tick ----> a new picture of the table --\
 *   keys ----> change what is shown ---------> draw, once per wake-up
 *   signals -> leave, suspend ---------------/
 */
#include "ui/ui.h"

#include "lib/clock.h"
#include "lib/str.h"
#include "ui/actions.h"
#include "ui/draw.h"
#include "ui/keys.h"
#include "ui/overlay.h"
#include "ui/pane.h"
#include "ui/state.h"
#include "ui/term.h"
#include "ui/views.h"
#include "view/columns.h"
#include "view/still.h"
#include "view/value.h"

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#define NOTE_NS (4 * NS_PER_S)
#define RESIZE_NS (50 * NS_PER_MS) /* a storm of sizes gives few frames */
#define START_NS (25 * NS_PER_MS)  /* pace until the table has been read */
#define START_MAX_NS NS_PER_S
#define BEHIND_NS (20 * NS_PER_MS)
#define REFRESH_NS (50 * NS_PER_MS) /* the source needs to read the table */
#define TAKE_NS (250 * NS_PER_MS)   /* names come one by one */
#define TAKE_GROUPS_NS NS_PER_S     /* these need a new picture */
#define MAX_WAIT_NS NS_PER_S /* for notes, and for the end of the source */
#define MAX_KEYS 1000 /* before a frame: a paste may not stop the screen */

static void read_keys(struct ui *ui, short events)
{
	int key = KEY_NOTHING;
	int n = 0;

	while (!ui->is_over && n < MAX_KEYS &&
	       (key = term_key()) != KEY_NOTHING) {
		ui_act(ui, key);
		ui_clamp(ui);
		n++;
	}
	if (events & (POLLHUP | POLLERR | POLLNVAL) || (!n && !term_is_there()))
		ui->is_over = true;
}

static void read_signals(struct ui *ui)
{
	struct signalfd_siginfo info;

	if (read(ui->env->signal_fd, &info, sizeof(info)) !=
	    (ssize_t)sizeof(info))
		return;
	switch (info.ssi_signo) {
	case SIGTSTP:
		ui_suspend(ui);
		break;
	case SIGCONT:
		/* Whoever had the terminal meanwhile has written on it. */
		term_resume();
		ui->is_dirty = true;
		break;
	case SIGWINCH: /* has done its work by waking us */
		break;
	default: /* SIGTERM and all others that end a program */
		ui->is_over = true;
	}
}

static void check_size(struct ui *ui)
{
	if (ui->resize_ns == UI_NEVER && term_has_resized())
		ui->resize_ns = ui->now_ns + RESIZE_NS;
	if (ui->now_ns < ui->resize_ns)
		return;
	ui->resize_ns = UI_NEVER;
	term_resize();
	ui_clamp(ui);
	ui->is_dirty = true;
}

static void check_message(struct ui *ui)
{
	const struct ui_env *env = ui->env;
	char text[UI_MESSAGE_SIZE];
	bool is_quiet;

	if (ui->now_ns >= ui->message_ns) {
		ui->message_ns = UI_NEVER;
		ui->is_dirty = true;
	}
	while (ui->message_ns == UI_NEVER && env->next_note &&
	       env->next_note(env->ctx, text, sizeof(text), &is_quiet)) {
		messages_add(&ui->messages, MESSAGE_NOTE,
			     env->wall_ns(env->ctx), text);
		if (is_quiet)
			continue;
		str_copy(ui->message, sizeof(ui->message), text);
		ui->message_ns = ui->now_ns + NOTE_NS;
		ui->is_dirty = true;
	}
}

/* Until the table has been read for the first time there is nothing to see,
 * and every moment counts. */
static bool is_starting(const struct ui *ui)
{
	return !ui->status.is_complete &&
	       ui->now_ns < ui->start_ns + START_MAX_NS;
}

/* Frames follow the source's refreshes: one that is made just before would be
 * an interval old. Return: about @due_ns, a while after a refresh begins. */
static uint64_t after_refresh(const struct ui *ui, uint64_t due_ns)
{
	uint64_t interval_ns = ui_pace_ns(ui);
	uint64_t began_ns = counter_get(&ui->env->health->tick_ns);
	uint64_t base_ns = began_ns + REFRESH_NS;

	/* A recording has none. */
	if (!began_ns || began_ns == HEALTH_UNKNOWN || due_ns <= base_ns)
		return due_ns;
	/* No earlier than a quarter of an interval before it is due. */
	return base_ns + (due_ns - base_ns + interval_ns * 3 / 4) /
				 interval_ns * interval_ns;
}

/* A new picture, as soon as keys leave time for it. */
static void expect_picture(struct ui *ui)
{
	if (ui->is_due)
		return;
	ui->is_due = true;
	ui->due_ns = ui->now_ns;
}

/* A terminal that has no room for a frame until the next one is due gets fewer
 * of them. */
static void check_pace(struct ui *ui)
{
	bool is_behind = ui->is_dirty && ui->resize_ns == UI_NEVER &&
			 !term_is_ready(ui->now_ns);

	if (is_behind ? pace_skipped(&ui->pace, ui->now_ns)
		      : pace_check(&ui->pace, ui->now_ns))
		term_be_slow(pace_is_slow(&ui->pace));
}

static void tick(struct ui *ui)
{
	uint64_t pace_ns;

	if (ui->now_ns < ui->tick_ns)
		return;
	if (!ui->is_paused && !is_starting(ui))
		check_pace(ui);
	pace_ns = ui_pace_ns(ui);
	if (ui->is_paused) {
		ui->is_dirty = true; /* the title has the time */
		pace_ns = UI_PAUSE_NS;
	} else if (is_starting(ui)) {
		ui->is_stale = true;
		pace_ns = START_NS;
	} else if (ui->config->max_refreshes &&
		   ui->n_refreshes++ == ui->config->max_refreshes) {
		ui->is_over = true;
	} else if (ui_has_news(ui)) {
		expect_picture(ui);
	}
	ui->tick_ns += pace_ns;
	/* After a long sleep the ticks that were missed stay missed. */
	if (ui->tick_ns <= ui->now_ns)
		ui->tick_ns = ui->now_ns + pace_ns;
	if (!ui->is_paused && pace_ns == ui_pace_ns(ui))
		ui->tick_ns = after_refresh(ui, ui->tick_ns);
}

/* The next tick is the end. */
static bool is_last(const struct ui *ui)
{
	return ui->config->max_refreshes &&
	       ui->n_refreshes >= ui->config->max_refreshes;
}

static int wait_ms(const struct ui *ui)
{
	uint64_t due = ui->tick_ns, now = clock_mono_ns();

	if (ui->is_due)
		return 0;
	if (ui->message_ns < due)
		due = ui->message_ns;
	if (overlay_due_ns(ui) < due)
		due = overlay_due_ns(ui);
	if (ui->resize_ns < due)
		due = ui->resize_ns;
	if (ui->take_ns > now && ui->take_ns < due)
		due = ui->take_ns;
	/* The terminal is behind; its answer wakes us, room in it does not. */
	if (ui->is_dirty && ui->resize_ns == UI_NEVER && due > now + BEHIND_NS)
		due = now + BEHIND_NS;
	if (due > now + MAX_WAIT_NS)
		due = now + MAX_WAIT_NS;
	if (due <= now)
		return 0;
	/* Rounded up: waking too early would be for nothing. */
	return (int)((due - now + NS_PER_MS - 1) / NS_PER_MS);
}

static bool can_draw(const struct ui *ui)
{
	return ui->is_dirty && ui->resize_ns == UI_NEVER &&
	       term_is_ready(ui->now_ns);
}

/* What was found meanwhile. */
static void take_ends(struct ui *ui)
{
	ui->take_ns =
		ui->now_ns + (ui->frame.grouping ? TAKE_GROUPS_NS : TAKE_NS);
	if (!ui->env->take_ends(ui->env->ctx))
		return;
	if (!ui->frame.grouping)
		ui_relabel(ui);
	else if (!ui_has_part(ui))
		expect_picture(ui);
}

/* Until it is time they may stay readable. */
static void watch_ends(const struct ui *ui, struct pollfd fds[2])
{
	bool is_time = ui->env->take_ends && ui->now_ns >= ui->take_ns;

	for (int i = 0; i < 2; i++)
		fds[i] = (struct pollfd){
			.fd = is_time ? ui->env->ends_fds[i] : -1,
			.events = POLLIN,
		};
}

#define LIGHT_NS (100 * NS_PER_MS) /* later it would be a surprise */

/* Nobody has chosen a theme: the terminal may say which suits it. */
static void begin_light(struct ui *ui)
{
	ui->light_ns = ui->now_ns + LIGHT_NS;
	term_ask_background();
}

static void check_light(struct ui *ui)
{
	struct theme theme;

	if (!ui->light_ns)
		return;
	if (ui->now_ns > ui->light_ns)
		ui->light_ns = 0;
	if (!term_is_light() || !theme_find(&theme, THEME_LIGHT))
		return;
	ui->light_ns = 0;
	draw_use(&theme);
	term_repaint();
	ui->is_dirty = true;
}

#define SYNC_NS (200 * NS_PER_MS)

/* Whole frames at once, where the terminal says that it knows how. */
static void begin_sync(struct ui *ui)
{
	ui->sync_ns = ui->now_ns + SYNC_NS;
	term_ask_sync();
}

static void check_sync(struct ui *ui)
{
	if (ui->sync_ns && ui->now_ns <= ui->sync_ns && term_has_sync()) {
		draw_set_sync(true);
		ui->sync_ns = 0;
	}
}

static void run(struct ui *ui)
{
	const struct ui_env *env = ui->env;
	eventfd_t news;
	struct pollfd fds[] = {
		{ .fd = term_fd(), .events = POLLIN },
		{ .fd = env->signal_fd, .events = POLLIN },
		{ .fd = env->wake_fd, .events = POLLIN },
		{ .fd = -1 },
		{ .fd = -1 },
		{ .fd = -1 },
	};

	while (!ui->is_over) {
		ui->now_ns = clock_mono_ns();
		check_size(ui);
		check_message(ui);
		overlay_wake(ui);
		tick(ui);
		/* What a key has done is shown first, for a while. */
		if (!can_draw(ui) || ui_is_overdue(ui))
			ui_refresh(ui);
		ui_settle(ui);
		if (ui->is_over)
			break;
		if (can_draw(ui)) {
			ui_draw(ui);
			if (draw_has_written())
				term_drawn(ui->now_ns, is_last(ui));
		}
		watch_ends(ui, &fds[3]);
		fds[5] = (struct pollfd){ .fd = pane_fd(ui), .events = POLLIN };
		if (poll(fds, sizeof(fds) / sizeof(fds[0]), wait_ms(ui)) < 0)
			continue;
		ui->now_ns = clock_mono_ns();
		if (fds[1].revents)
			read_signals(ui);
		if (fds[0].revents)
			read_keys(ui, fds[0].revents);
		check_light(ui);
		check_sync(ui);
		if (fds[2].revents) {
			eventfd_read(env->wake_fd, &news);
			/* The table is complete: not a moment later. */
			if (!ui->status.is_complete && !ui->is_paused)
				ui->tick_ns = ui->now_ns;
		}
		if (fds[3].revents || fds[4].revents)
			take_ends(ui);
		if (fds[5].revents)
			pane_take(ui);
		ui->error = env->source_error ? env->source_error(env->ctx) : 0;
		ui->is_over |= ui->error != 0;
	}
}

/* What was saved. */
static void take_saved(struct ui *ui)
{
	for (size_t i = 0; i < ui->config->n_history; i++)
		history_add(&ui->filtering.prompt.history,
			    ui->config->history[i]);
	for (int i = 0; i < n_view_kinds; i++) {
		const struct ui_order *order = &ui->config->orders[i];

		ui->places[i].sort = order->sort;
		ui->places[i].is_reverse =
			order->sort &&
			order->sort->is_descending != order->is_descending;
	}
	ui->place = ui->places[ui->view];
}

int ui_run(const struct ui_config *config, const struct ui_env *env)
{
	struct ui ui = {
		.config = config,
		.env = env,
		.query = { .filter = config->filter,
			   .grouping = view_kinds[config->view].grouping },
		.view = config->view,
		.show_src = config->show_src,
		.cell_flags = config->bits ? CELL_BITS : 0,
		.no_names = env->no_names,
		.no_services = env->no_services,
		.location = env->no_places ? PLACES_NONE : config->location,
		.interval_ns = config->interval_ns,
		.message_ns = UI_NEVER,
		.resize_ns = UI_NEVER,
		.filtering = { .apply_ns = UI_NEVER },
		.finding = { .apply_ns = UI_NEVER },
		.now_ns = clock_mono_ns(),
	};
	int err = term_open(ui.message, sizeof(ui.message));

	if (err)
		return err;
	take_saved(&ui);
	pace_init(&ui.pace, config->is_slow);
	term_be_slow(config->is_slow);
	/* On a slow line questions cost more than they bring. */
	if (draw_open(config->color, config->theme) && !config->is_slow)
		begin_light(&ui);
	if (!config->is_slow)
		begin_sync(&ui);
	if (config->has_mouse)
		term_catch_mouse();
	if (draw_has_utf8(config->is_ascii))
		ui.cell_flags |= CELL_UTF8;
	draw_set_utf8(ui.cell_flags & CELL_UTF8);
	/* How long closed flows stay is the table's decision. */
	ui.query.filter.ghosts = true;
	ui.start_ns = ui.now_ns;
	ui.tick_ns = ui.now_ns;
	if (ui.message[0])
		messages_add(&ui.messages, MESSAGE_NOTE, env->wall_ns(env->ctx),
			     ui.message);
	if (ui.message[0])
		ui.message_ns = ui.now_ns + NOTE_NS;
	view_frame_init(&ui.frame);
	run(&ui);
	finding_fini(&ui);
	filterprompt_fini(&ui);
	view_frame_fini(&ui.frame);
	steady_fini(&ui.steady);
	pane_fini(&ui.pane);
	still_free(ui.still);
	term_close();
	return ui.error;
}

/* SPDX-License-Identifier: GPL-2.0-only */
#include "batch.h"

#include "enrich/users.h"
#include "flow/reader.h"
#include "lib/clock.h"
#include "lib/diag.h"
#include "lib/queue.h"
#include "output/output.h"
#include "view/view.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "batchevents.h"
#include "batchnames.h"
#include "batchstate.h"
#include "collector.h"
#include "live.h"
#include "naming.h"
#include "options.h"

/* Owners are found soon, and a table is worth more with them. */
#define OWNERS_FIRST_NS (2 * NS_PER_S) /* the first table waits so long, */
#define OWNERS_SHARE 4                 /* others for a quarter of a round */
#define OWNERS_POLL_NS (10 * NS_PER_MS)

/* A small table is refreshed in this time, amply. */
#define REFRESH_NS (50 * NS_PER_MS)

static bool find_iface(void *ctx, const struct addr *addr, uint8_t family,
		       char *iface)
{
	return collector_iface(ctx, addr, family, iface);
}

static const char *find_user(void *ctx, uint32_t uid)
{
	const struct users *users = ctx;

	return users ? users_name(users, uid) : NULL;
}

struct view_env batch_env(const struct batch *b)
{
	return (struct view_env){
		.now_ns = collector_now_ns(b->collector),
		.wall_ns = collector_wall_ns(b->collector),
		.iface = find_iface,
		.iface_ctx = b->collector,
		.netns = b->config->netns_label,
		.procs = table_procs(collector_table(b->collector)),
		.user_name = find_user,
		.user_ctx = (void *)(uintptr_t)b->users,
		.ends = &b->naming->ends,
		.no_names = b->config->no_dns,
		.no_services = b->config->no_services,
		.no_places = b->config->no_geoip,
	};
}

static void print_notes(struct batch *b)
{
	struct note note;

	while (queue_pop(collector_notes(b->collector), &note, 1)) {
		if (!note.is_quiet)
			diag("%s", note.text);
	}
	while (naming_note(b->naming, note.text, sizeof(note.text)))
		diag("%s", note.text);
}

/* JSON and CSV have no place for it. */
static void tell_lost(struct batch *b)
{
	uint64_t lost = counter_get(&collector_health(b->collector)->lost);

	if (lost == b->lost)
		return;
	diag(b->config->replay ? "%llu events were lost when this was recorded"
			       : "%llu events lost; the table is read again",
	     (unsigned long long)(lost - b->lost));
	b->lost = lost;
}

/* Once: how many flows there was no room for. */
static void tell_rejected(struct batch *b)
{
	uint64_t n = counter_get(&collector_health(b->collector)->n_rejected);

	if (!n || b->has_told_rejected)
		return;
	b->has_told_rejected = true;
	diag("%llu flows are not stored: --max-flows is %llu",
	     (unsigned long long)n, (unsigned long long)b->config->max_flows);
}

static int make_frame(struct batch *b)
{
	struct view_query query = {
		.filter = b->config->filter,
		.sort = b->config->sort,
		.is_descending = !b->config->sort || b->config->is_descending,
		.count = SIZE_MAX,
	};
	struct view_env env;

	naming_take(b->naming);
	env = batch_env(b);
	return view_frame_make(&b->frame, collector_table(b->collector), &query,
			       &env);
}

static int print_frame(struct batch *b)
{
	int err = 0;

	print_notes(b);
	tell_lost(b);
	tell_rejected(b);
	b->n_refreshes++;
	if (!b->output || b->config->events)
		return 0;
	if (!b->is_made)
		err = make_frame(b);
	b->is_made = false;
	return err ? err
		   : output_frame(b->output, &b->frame,
				  collector_health(b->collector));
}

/*
 * Whether the table that is due waits for names.
 *
 * Return: 0 or 1, or negative errno.
 */
static int awaits_names(struct batch *b)
{
	uint64_t wait_ns = batch_names_may_wait(&b->names, !b->n_refreshes);
	bool is_new = !b->names.asked_ns;
	int err;

	if (!b->output || b->config->events)
		return 0;
	if (is_new) {
		err = make_frame(b);
		if (err)
			return err;
	} else {
		naming_take(b->naming);
	}
	if (batch_names_await(&b->names, b->frame.rows, b->frame.n_rows,
			      wait_ns))
		return 1;
	/* After a wait it is made once more, with what was found. */
	b->is_made = is_new;
	return 0;
}

static bool is_done(const struct batch *b)
{
	return b->config->once
		       ? b->n_refreshes >= 1
		       : b->config->max_refreshes &&
				 b->n_refreshes >= b->config->max_refreshes;
}

/* Wait until @deadline_ns for anything to do. Return: whether to go on. */
static bool wait_live(struct batch *b, uint64_t deadline_ns)
{
	uint64_t now_ns = clock_mono_ns(), value;
	bool rests = now_ns < b->rest_until_ns;
	struct pollfd fds[] = {
		{ .fd = b->signal_fd, .events = POLLIN },
		{ .fd = collector_fd(b->collector), .events = POLLIN },
		{ .fd = queue_fd(collector_events(b->collector)),
		  .events = POLLIN },
	};
	struct timespec timeout;

	if (rests && deadline_ns > b->rest_until_ns)
		deadline_ns = b->rest_until_ns;
	if (deadline_ns < now_ns)
		deadline_ns = now_ns;
	timeout.tv_sec = (time_t)((deadline_ns - now_ns) / NS_PER_S);
	timeout.tv_nsec = (long)((deadline_ns - now_ns) % NS_PER_S);
	if (ppoll(fds, rests ? 2 : 3,
		  deadline_ns == UINT64_MAX ? NULL : &timeout, NULL) <= 0)
		return true;
	b->has_signal = fds[0].revents != 0;
	if (fds[1].revents && read(fds[1].fd, &value, sizeof(value)) < 0)
		return true;
	return !b->has_signal && !collector_fatal(b->collector);
}

/* Frames begin when the table has been read once. */
static bool is_complete(const struct batch *b)
{
	return counter_get(&collector_health(b->collector)->complete_ns) != 0;
}

/*
 * Frames follow the source's refreshes: a frame that is made just before one
 * would be an interval old.
 *
 * Return: about @due_ns, a while after a refresh begins.
 */
static uint64_t after_refresh(const struct batch *b, uint64_t due_ns)
{
	uint64_t interval_ns = b->config->interval_ns;
	uint64_t base_ns =
		counter_get(&collector_health(b->collector)->tick_ns) +
		REFRESH_NS;

	if (!interval_ns || due_ns <= base_ns)
		return due_ns;
	/* No earlier than a quarter of an interval before it is due. */
	return base_ns + (due_ns - base_ns + interval_ns * 3 / 4) /
				 interval_ns * interval_ns;
}

/* -1 promises rates: the table must have been read twice. */
static bool has_rates(const struct batch *b)
{
	return !b->config->once || !b->config->interval_ns ||
	       counter_get(&collector_health(b->collector)->refreshes) >= 2;
}

/* Whether the table that is due waits for the owners of its flows, then for
 * names. Return: 0 or 1, or negative errno. */
static int is_frame_early(struct batch *b, uint64_t due_ns)
{
	uint64_t wait_ns = b->n_refreshes
				   ? b->config->interval_ns / OWNERS_SHARE
				   : OWNERS_FIRST_NS;

	if (b->output && !b->config->events && batch_awaits_owners(b) &&
	    !b->names.asked_ns && clock_mono_ns() < due_ns + wait_ns)
		return 1;
	return awaits_names(b);
}

/* The table that is due at @next_ns; the next one is due then. Return: 0, 1
 * when it has to wait, or negative errno. */
static int print_due(struct batch *b, uint64_t *next_ns)
{
	int err = is_frame_early(b, *next_ns);

	if (err)
		return err;
	err = print_frame(b);
	*next_ns = after_refresh(b, *next_ns + b->config->interval_ns);
	if (*next_ns < clock_mono_ns())
		*next_ns = clock_mono_ns();
	return err;
}

static int run_live(struct batch *b)
{
	uint64_t interval_ns = b->config->interval_ns;
	uint64_t next_ns = UINT64_MAX, poll_ns = 0;
	int err = 0;

	for (;;) {
		if (!wait_live(b, next_ns > poll_ns ? next_ns : poll_ns))
			break;
		if (b->config->events)
			err = batch_print_events(b);
		if (err || (next_ns == UINT64_MAX && !is_complete(b)))
			goto next;
		if (next_ns == UINT64_MAX) {
			/* -1 waits for a second sample: rates. */
			next_ns = clock_mono_ns();
			if (b->config->once || b->config->events)
				next_ns =
					after_refresh(b, next_ns + interval_ns);
		}
		if (clock_mono_ns() < next_ns)
			continue;
		if (!has_rates(b)) {
			next_ns += REFRESH_NS;
			continue;
		}
		err = print_due(b, &next_ns);
		if (err > 0) {
			poll_ns = clock_mono_ns() + OWNERS_POLL_NS;
			err = 0;
		}
	next:
		if (err || is_done(b))
			break;
	}
	return err ? err : collector_fatal(b->collector);
}

/* A recording has its own time: each step ends where a frame is due. */
static int run_replay(struct batch *b)
{
	uint64_t step_ns = b->config->interval_ns;
	uint64_t until_ns = collector_now_ns(b->collector) + step_ns;
	int result = 0, err = 0;

	if (b->config->once)
		until_ns = UINT64_MAX;
	while (!err && !is_done(b) && result == 0) {
		result = collector_run_until(b->collector, until_ns,
					     b->signal_fd);
		if (result < 0)
			break;
		if (b->config->events)
			err = batch_print_events(b);
		if (result == 0 && !err &&
		    collector_now_ns(b->collector) < until_ns)
			continue; /* only the events were many */
		if (!err)
			err = print_frame(b);
		until_ns += step_ns;
	}
	print_notes(b);
	b->has_signal = result == -EINTR;
	return err || result > 0 || b->has_signal ? err : result;
}

static int output_width(void)
{
	struct winsize size;

	if (isatty(STDOUT_FILENO) && !ioctl(STDOUT_FILENO, TIOCGWINSZ, &size))
		return size.ws_col;
	return 0;
}

static struct output *open_output(const struct config *config)
{
	static const char *const names[] = {
		[OUTPUT_TEXT] = "text",
		[OUTPUT_JSON] = "json",
		[OUTPUT_CSV] = "csv",
	};
	struct output_config output_config = {
		.events = config->events,
		.show_src = config->show_src,
		.bits = config->bits,
		.no_places = config->no_geoip,
		.width = output_width(),
		.keys = config->keys,
		.n_keys = (size_t)config->n_keys,
	};

	if (config->output == OUTPUT_NONE)
		return NULL;
	return output_open(output_find(names[config->output]), &output_config,
			   STDOUT_FILENO);
}

int batch_run(const struct config *config, struct collector *collector,
	      const struct users *users, struct naming *naming, int signal_fd)
{
	struct batch b = {
		.config = config,
		.collector = collector,
		.users = users,
		.naming = naming,
		.names = { .naming = naming, .config = config },
		.signal_fd = signal_fd,
		.output = open_output(config),
	};
	int err;

	view_frame_init(&b.frame);
	if (b.output && !config->no_geoip)
		naming_await_places(naming, signal_fd);
	err = config->replay ? run_replay(&b) : run_live(&b);
	if (!err && config->events) {
		collector_finish(collector);
		b.is_ending = true;
		err = batch_print_events(&b);
	}
	print_notes(&b);
	view_frame_fini(&b.frame);
	if (b.output)
		output_close(b.output);
	/* Whoever closed the pipe has seen enough; a broker that is gone is
	 * another matter. */
	if (err == -EPIPE && !collector_fatal(collector))
		err = 0;
	if (err)
		live_tell_fatal(config, err);
	return err ? 1 : 0;
}

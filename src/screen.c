/* SPDX-License-Identifier: GPL-2.0-only */
/* What the screen gets from the rest of the program. */
#include "screen.h"

#include "enrich/tcpask.h"
#include "enrich/users.h"
#include "flow/reader.h"
#include "lib/diag.h"
#include "lib/queue.h"
#include "lib/sanitize.h"
#include "lib/str.h"
#include "ui/ui.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "collector.h"
#include "config.h"
#include "live.h"
#include "naming.h"
#include "options.h"
#include "ownership.h"
#include "settings.h"

/* What every function below gets. */
struct screen {
	struct collector *collector;
	struct broker *broker;
	const struct users *users;
	struct tcpask *tcpask;
	struct naming *naming;
	struct settings *settings;
	bool wants_places; /* and nobody was told yet that there are no files */
};

static struct collector *collector_of(void *ctx)
{
	return ((struct screen *)ctx)->collector;
}

static uint64_t ui_now(void *ctx)
{
	return collector_now_ns(collector_of(ctx));
}

static uint64_t ui_wall(void *ctx)
{
	return collector_wall_ns(collector_of(ctx));
}

static bool ui_iface(void *ctx, const struct addr *addr, uint8_t family,
		     char *iface)
{
	return collector_iface(collector_of(ctx), addr, family, iface);
}

static const char *ui_user(void *ctx, uint32_t uid)
{
	const struct users *users = ((struct screen *)ctx)->users;

	return users ? users_name(users, uid) : NULL;
}

/* Why there is "?" where a country would be: once, for whoever looks for it. */
static bool note_places(struct screen *screen, char *text, size_t size,
			bool *is_quiet)
{
	if (!screen->wants_places || !naming_lacks_places(screen->naming))
		return false;
	screen->wants_places = false;
	*is_quiet = true;
	str_copy(text, size,
		 "no GeoIP files: countries, cities and networks are unknown "
		 "(?); flowtop --check says where they would be found");
	return true;
}

static bool ui_note(void *ctx, char *text, size_t size, bool *is_quiet)
{
	struct screen *screen = ctx;
	struct note note;
	bool is_first;

	if (queue_pop(collector_notes(collector_of(ctx)), &note, 1)) {
		str_copy(text, size, note.text);
		*is_quiet = note.is_quiet;
		return true;
	}
	if (settings_next(screen->settings, text, size, &is_first)) {
		*is_quiet = !is_first;
		return true;
	}
	*is_quiet = false;
	if (settings_written(screen->settings, text, size))
		return true;
	return naming_note(screen->naming, text, size) ||
	       note_places(screen, text, size, is_quiet);
}

static void ui_want(void *ctx, const struct addr *addr, uint8_t family)
{
	naming_want(((struct screen *)ctx)->naming, addr, family);
}

static bool ui_has_asked(void *ctx, const struct addr *addr, uint8_t family)
{
	return naming_is_settled(((struct screen *)ctx)->naming, addr, family);
}

static bool ui_name_age(void *ctx, const struct addr *addr, uint8_t family,
			uint64_t *age_ns)
{
	return naming_age_ns(((struct screen *)ctx)->naming, addr, family,
			     age_ns);
}

static void ui_ask_tcp(void *ctx, const struct tcp_ask *ask)
{
	tcpask_want(((struct screen *)ctx)->tcpask, ask);
}

static bool ui_take_tcp(void *ctx, struct tcp_answer *answer)
{
	return tcpask_take(((struct screen *)ctx)->tcpask, answer);
}

static void ui_geo(void *ctx, char *text, size_t size)
{
	naming_geo(((struct screen *)ctx)->naming, text, size);
}

static bool ui_take(void *ctx)
{
	return naming_take(((struct screen *)ctx)->naming);
}

static int ui_error(void *ctx)
{
	return collector_fatal(collector_of(ctx));
}

static void ui_track(void *ctx, char *text, size_t size)
{
	struct screen *screen = ctx;

	live_track(screen->broker, collector_health(screen->collector), text,
		   size);
}

static void ui_setting(void *ctx, const char *key, const char *value,
		       bool is_usual)
{
	settings_put(((struct screen *)ctx)->settings, key, value, is_usual);
}

static void ui_write_settings(void *ctx, char *text, size_t size)
{
	settings_write(((struct screen *)ctx)->settings, text, size);
}

int screen_run(const struct config *config, struct collector *collector,
	       struct broker *broker, const struct ownership *ownership,
	       struct naming *naming, struct settings *settings, int signal_fd)
{
	struct tcpask *tcpask = ownership->tcpask;

	struct screen screen = {
		.collector = collector,
		.broker = broker,
		.users = ownership->users,
		.tcpask = tcpask,
		.naming = naming,
		.settings = settings,
		.wants_places = !config->no_geoip,
	};
	struct ui_config ui_config = {
		.filter = config->filter,
		.view = config->view,
		.location = config->location,
		.history = settings->history,
		.n_history = settings->n_history,
		.show_src = config->show_src,
		.bits = config->bits,
		.is_ascii = config->is_ascii,
		.color = config->color,
		.theme = config->theme_name ? &config->theme : NULL,
		.has_mouse = config->has_mouse,
		.is_slow = config->is_slow,
		.interval_ns = config->interval_ns,
		.max_refreshes = config->max_refreshes,
	};
	char host[65] = "";
	struct ui_env env = {
		.table = collector_table(collector),
		.procs = table_procs(collector_table(collector)),
		.health = collector_health(collector),
		.interval_ns = collector_interval(collector),
		.ctx = &screen,
		.now_ns = ui_now,
		.wall_ns = ui_wall,
		.iface = ui_iface,
		.user_name = ui_user,
		.ends = &naming->ends,
		.words = &naming->words,
		.want_name = ui_want,
		/* What a recording shows is no reason to ask anybody. */
		.has_asked = config->replay ? NULL : ui_has_asked,
		.name_age = ui_name_age,
		.ask_tcp = tcpask ? ui_ask_tcp : NULL,
		.take_tcp = tcpask ? ui_take_tcp : NULL,
		.tcp_fd = tcpask ? tcpask_fd(tcpask) : -1,
		.geo = ui_geo,
		.take_ends = ui_take,
		.no_names = config->no_dns,
		.no_places = config->no_geoip,
		.no_services = config->no_services,
		.next_note = ui_note,
		.source_error = ui_error,
		.track = broker ? ui_track : NULL,
		.setting = ui_setting,
		.write_settings = ui_write_settings,
		.wake_fd = collector_fd(collector),
		.signal_fd = signal_fd,
		.host = config->replay ? config->replay : host,
		.version = VERSION,
		.netns = config->netns_label,
	};
	int err;

	for (int i = 0; i < UI_ORDERS; i++) {
		ui_config.orders[i].sort = config->sorts[i].sort;
		ui_config.orders[i].is_descending =
			config->sorts[i].is_descending;
	}
	if (config->sort) {
		ui_config.orders[config->view].sort = config->sort;
		ui_config.orders[config->view].is_descending =
			config->is_descending;
	}
	naming_fds(naming, env.ends_fds);
	gethostname(host, sizeof(host) - 1);
	sanitize_text(host, sizeof(host), host, strlen(host), NULL);
	err = ui_run(&ui_config, &env);
	if (err == -ENOTTY || err == -ENOTSUP)
		diag("this terminal cannot be drawn on; try --batch");
	else if (err)
		live_tell_fatal(config, err);
	return err ? 1 : 0;
}

// SPDX-License-Identifier: GPL-2.0-only
#include "naming.h"

#include "enrich/geo.h"
#include "enrich/geocache.h"
#include "enrich/names.h"
#include "enrich/services.h"
#include "lib/clock.h"
#include "lib/queue.h"
#include "lib/str.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>

#include "config.h"
#include "options.h"

#define MAX_TOLD 16384
#define MAX_FINDINGS 32768 /* of a second, and how many take 4 MB */
#define PLACES_NS (2 * NS_PER_S)

/* FNV-1a */
static uint32_t hash_of(const char *text)
{
	uint32_t hash = 2166136261U;

	for (; *text; text++)
		hash = (hash ^ (uint8_t)*text) * 16777619U;
	return hash;
}

/* A name that was told already is not told again until it changes. */
static void record_name(struct naming *n, const struct addr *addr,
			uint8_t family, const struct name_fact *name)
{
	struct finding finding = { *addr, family, NULL, { .scope = 0 } };
	struct place known, mark = { .asn = hash_of(name->text) };

	if (geocache_find(n->told, addr, family, &known) &&
	    known.asn == mark.asn)
		return;
	finding.name = name_fact_get(name);
	if (queue_push(n->findings, &finding))
		geocache_put(n->told, addr, family, &mark, true);
	else
		name_fact_put(name);
}

static void record_place(void *ctx, const struct addr *addr, uint8_t family,
			 const struct place *place)
{
	const struct naming *n = ctx;
	const struct finding finding = { *addr, family, NULL, *place };

	if (n->findings)
		queue_push(n->findings, &finding);
}

static void learn_name(void *ctx, const struct addr *addr, uint8_t family,
		       const char *text, size_t length)
{
	const struct naming *n = ctx;

	if (n->names)
		names_learn(n->names, addr, family, text, length);
}

static void learn_place(void *ctx, const struct addr *addr, uint8_t family,
			const struct place *place)
{
	const struct naming *n = ctx;

	if (n->geo)
		geo_learn(n->geo, addr, family, place);
}

static const struct name_fact *find_name(void *ctx, const struct addr *addr,
					 uint8_t family)
{
	struct naming *n = ctx;
	const struct name_fact *name =
		n->names ? names_find(n->names, addr, family) : NULL;

	if (name && n->findings)
		record_name(n, addr, family, name);
	return name;
}

static void find_place(void *ctx, const struct addr *addr, uint8_t family,
		       struct place *place)
{
	struct naming *n = ctx;

	if (n->geo)
		geo_find(n->geo, addr, family, place);
}

static const char *find_service(void *ctx, uint8_t proto, uint16_t port)
{
	const struct naming *n = ctx;

	return n->services ? services_name(n->services, proto, port) : NULL;
}

static int find_port(void *ctx, const char *name, uint16_t *port)
{
	const struct naming *n = ctx;

	return n->services ? services_port(n->services, name, port) : -ENOENT;
}

static void each_service(void *ctx, void (*found)(void *arg, const char *name),
			 void *arg)
{
	const struct naming *n = ctx;

	if (n->services)
		services_each(n->services, found, arg);
}

static void open_geo(struct naming *n, const struct config *config,
		     const char *home)
{
	const struct geo_config geo_config = {
		.dirs = n->geo_dirs,
		.is_silent =
			config->no_geoip && config->output != OUTPUT_SCREEN,
		.found = record_place,
		.ctx = n,
	};

	geo_dirs(config->geoip_dir, home, n->geo_dirs, n->geo_store,
		 sizeof(n->geo_store));
	n->geo = geo_new(&geo_config);
}

/* Without memory for it less is recorded. */
static void open_findings(struct naming *n, const struct config *config)
{
	if (!config->record)
		return;
	n->told = calloc(1, sizeof(*n->told));
	if (!n->told)
		return;
	geocache_init(n->told, MAX_TOLD);
	n->findings = queue_new(sizeof(struct finding), MAX_FINDINGS);
}

static void close_findings(struct naming *n)
{
	struct finding finding;

	while (n->findings && queue_pop(n->findings, &finding, 1))
		name_fact_put(finding.name);
	queue_free(n->findings);
	if (n->told)
		geocache_drop(n->told);
	free(n->told);
}

void naming_open(struct naming *n, const struct config *config,
		 const char *home)
{
	/* What a recording shows is no reason to ask anybody today. */
	const struct names_config names_config = {
		.is_silent = config->replay != NULL,
	};

	n->names = names_new(&names_config);
	open_geo(n, config, home);
	n->services =
		services_load(CONFDIR, "/etc/netsniff-ng", n->service_error);
	open_findings(n, config);
	n->learner = (struct learner){
		.ctx = n,
		.name = learn_name,
		.place = learn_place,
	};
	n->ends = (struct view_ends){
		.ctx = n,
		.name = find_name,
		.place = find_place,
		.service = find_service,
	};
	n->words = (struct expr_words){
		.ctx = n,
		.service = find_port,
		.each_service = each_service,
	};
}

void naming_dirs(const struct naming *n, const char **dirs)
{
	int i = 0;

	for (; n->geo && n->geo_dirs[i]; i++)
		dirs[i] = n->geo_dirs[i];
	dirs[i] = NULL;
}

int naming_start(struct naming *n)
{
	int err = n->names ? names_start(n->names) : 0;

	if (err)
		return err;
	n->has_started_names = n->names != NULL;
	err = n->geo ? geo_start(n->geo) : 0;
	n->has_started_geo = n->geo && !err;
	return err;
}

void naming_stop(struct naming *n)
{
	if (n->has_started_names)
		names_stop(n->names);
	if (n->has_started_geo)
		geo_stop(n->geo);
	n->has_started_names = n->has_started_geo = false;
}

void naming_close(struct naming *n)
{
	naming_stop(n);
	close_findings(n);
	names_free(n->names);
	geo_free(n->geo);
	services_free(n->services);
	*n = (struct naming){ 0 };
}

void naming_want(struct naming *n, const struct addr *addr, uint8_t family)
{
	if (n->names)
		names_want(n->names, addr, family);
}

bool naming_is_settled(const struct naming *n, const struct addr *addr,
		       uint8_t family)
{
	return !n->names || names_is_settled(n->names, addr, family);
}

bool naming_take(struct naming *n)
{
	bool has_names = n->names && names_take(n->names);
	bool has_places = n->geo && geo_take(n->geo);

	n->ends.version += has_places;
	return has_names || has_places;
}

void naming_fds(const struct naming *n, int fds[2])
{
	fds[0] = n->names ? names_fd(n->names) : -1;
	fds[1] = n->geo ? geo_fd(n->geo) : -1;
}

void naming_await_places(struct naming *n, int signal_fd)
{
	uint64_t until_ns = clock_mono_ns() + PLACES_NS;
	int fds[2];

	naming_fds(n, fds);
	while (n->has_started_geo) {
		struct pollfd polled[] = {
			{ .fd = signal_fd, .events = POLLIN },
			{ .fd = fds[1], .events = POLLIN },
		};
		uint64_t now_ns = clock_mono_ns();

		naming_take(n);
		if (geo_is_settled(n->geo) || now_ns >= until_ns)
			return;
		poll(polled, 2, (int)((until_ns - now_ns) / NS_PER_MS) + 1);
		if (polled[0].revents)
			return;
	}
}

void naming_geo(const struct naming *n, char *text, size_t size)
{
	char found[GEO_TEXT_SIZE] = "";

	if (n->geo)
		geo_describe(n->geo, found);
	str_copy(text, size, found);
}

bool naming_lacks_places(const struct naming *n)
{
	char found[GEO_TEXT_SIZE];

	if (!n->geo || !geo_is_settled(n->geo))
		return false;
	geo_describe(n->geo, found);
	return !found[0];
}

bool naming_note(struct naming *n, char *text, size_t size)
{
	if (n->service_error[0]) {
		str_copy(text, size, n->service_error);
		n->service_error[0] = '\0';
		return true;
	}
	return n->geo && geo_note(n->geo, text, size);
}

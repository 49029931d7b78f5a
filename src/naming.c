// SPDX-License-Identifier: GPL-2.0-only
#include "naming.h"

#include "enrich/geo.h"
#include "enrich/names.h"
#include "enrich/services.h"
#include "lib/str.h"

#include "options.h"

static const struct name_fact *find_name(void *ctx, const struct addr *addr,
					 uint8_t family)
{
	const struct naming *n = ctx;

	return n->names ? names_find(n->names, addr, family) : NULL;
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

static void open_geo(struct naming *n, const struct config *config,
		     const char *home)
{
	const struct geo_config geo_config = {
		.dirs = n->geo_dirs,
		.is_silent =
			config->no_geoip && config->output != OUTPUT_SCREEN,
	};

	geo_dirs(config->geoip_dir, home, n->geo_dirs, n->geo_store,
		 sizeof(n->geo_store));
	n->geo = geo_new(&geo_config);
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
	n->services = services_load("/etc/flowtop", "/etc/netsniff-ng",
				    n->service_error);
	n->ends = (struct view_ends){
		.ctx = n,
		.name = find_name,
		.place = find_place,
		.service = find_service,
	};
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

bool naming_note(struct naming *n, char *text, size_t size)
{
	if (n->service_error[0]) {
		str_copy(text, size, n->service_error);
		n->service_error[0] = '\0';
		return true;
	}
	return n->geo && geo_note(n->geo, text, size);
}

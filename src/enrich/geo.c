/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a place is made of, cached; and what recordings know.
 *
 * The reader finds places in its cache without a lock. Texts and what was
 * learned are behind one: a recording is read in another thread.
 */
#include "enrich/geo.h"

#include "enrich/geocache.h"
#include "enrich/geodb.h"
#include "enrich/geopoll.h"
#include "enrich/geostrings.h"
#include "lib/sanitize.h"
#include "lib/str.h"
#include "lib/thread.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MAX_CACHED (1U << 19)
#define MAX_LEARNED (1U << 19)

struct geo {
	struct geopoll *poll;     /* NULL: silent */
	struct geo_config config; /* but for the directories */
	struct geodb *dbs[GEO_USES];
	struct geocache cache; /* the reader's */
	bool has_told_damage;

	struct mutex lock; /* for these: */
	struct geostrings *strings;
	struct geocache learned;
	atomic_bool is_learned; /* something new */
};

/* ------------------------------------------------------------ directories */

static const char *const usual_dirs[] = {
	"/usr/share/GeoIP",
	"/var/lib/GeoIP",
	"/usr/local/share/GeoIP",
	"/var/lib/flowtop",
};

void geo_dirs(const char *given, const char *home, const char **dirs,
	      char *store, size_t size)
{
	int n = 0;

	if (given) {
		dirs[n++] = given;
		dirs[n] = NULL;
		return;
	}
	if (home && *home &&
	    str_printf(store, size, "%s/.local/share/flowtop", home))
		dirs[n++] = store;
	for (size_t i = 0; i < sizeof(usual_dirs) / sizeof(usual_dirs[0]); i++)
		dirs[n++] = usual_dirs[i];
	dirs[n] = NULL;
}

/* ------------------------------------------------------------------- life */

struct geo *geo_new(const struct geo_config *config)
{
	struct geo *geo = calloc(1, sizeof(*geo));

	if (!geo)
		return NULL;
	geo->config = *config;
	geocache_init(&geo->cache, MAX_CACHED);
	geocache_init(&geo->learned, MAX_LEARNED);
	mutex_init(&geo->lock);
	geo->strings = geostrings_new();
	if (!config->is_silent)
		geo->poll = geopoll_new(config);
	if (geo->strings && (geo->poll || config->is_silent))
		return geo;
	geo_free(geo);
	return NULL;
}

void geo_free(struct geo *geo)
{
	if (!geo)
		return;
	geo_stop(geo);
	geopoll_free(geo->poll);
	for (int i = 0; i < GEO_USES; i++)
		geodb_put(geo->dbs[i]);
	geocache_drop(&geo->cache);
	geocache_drop(&geo->learned);
	geostrings_free(geo->strings);
	mutex_destroy(&geo->lock);
	free(geo);
}

int geo_start(struct geo *geo)
{
	return geo->poll ? geopoll_start(geo->poll) : 0;
}

void geo_stop(struct geo *geo)
{
	if (geo->poll)
		geopoll_stop(geo->poll);
}

int geo_fd(const struct geo *geo)
{
	return geo->poll ? geopoll_fd(geo->poll) : -1;
}

bool geo_take(struct geo *geo)
{
	bool is_changed = geo->poll && geopoll_take(geo->poll, geo->dbs);

	if (is_changed)
		geo->has_told_damage = false;
	if (atomic_exchange(&geo->is_learned, false))
		is_changed = true;
	if (is_changed)
		geocache_drop(&geo->cache);
	return is_changed;
}

bool geo_is_settled(const struct geo *geo)
{
	return !geo->poll || geopoll_is_done(geo->poll);
}

bool geo_note(struct geo *geo, char *text, size_t size)
{
	return geo->poll && geopoll_note(geo->poll, text, size);
}

/* --------------------------------------------------------------- look-ups */

/* IPv4 in IPv6 is IPv4. Return: its family. */
static uint8_t unmap(const struct addr *addr, uint8_t family, struct addr *out)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

	*out = *addr;
	if (family != FAMILY_IPV6 ||
	    memcmp(addr->byte, mapped, sizeof(mapped)) != 0)
		return family;
	*out = (struct addr){ .byte = { 0 } };
	memcpy(out->byte, addr->byte + sizeof(mapped), 4);
	return FAMILY_IPV4;
}

static void tell_damage(struct geo *geo, const struct geodb *db)
{
	if (geo->has_told_damage)
		return;
	geo->has_told_damage = true;
	geopoll_say(geo->poll, geodb_meta(db)->type,
		    "some of its data is damaged; those places stay unknown");
}

static void find_in_files(struct geo *geo, const struct addr *addr,
			  uint8_t family, struct geo_found *found)
{
	for (int i = 0; i < GEO_USES; i++) {
		if (!geo->dbs[i] || (i && geo->dbs[i] == geo->dbs[0]))
			continue;
		if (!geodb_find(geo->dbs[i], addr, family, found))
			tell_damage(geo, geo->dbs[i]);
	}
}

static void look_up(struct geo *geo, const struct addr *addr, uint8_t family,
		    struct place *place)
{
	struct geo_found found = { .asn = 0 };
	bool is_learned;

	mutex_lock(&geo->lock);
	is_learned = geocache_find(&geo->learned, addr, family, place);
	mutex_unlock(&geo->lock);
	if (!is_learned) {
		find_in_files(geo, addr, family, &found);
		mutex_lock(&geo->lock);
		geostrings_place(geo->strings, &found, place);
		mutex_unlock(&geo->lock);
	}
	geocache_put(&geo->cache, addr, family, place, true);
	if (geo->config.found && (place->country_number || place->country ||
				  place->city || place->network_number))
		geo->config.found(geo->config.ctx, addr, family, place);
}

void geo_find(struct geo *geo, const struct addr *addr, uint8_t family,
	      struct place *place)
{
	enum addr_scope scope = addr_scope(addr, family);
	struct addr plain;

	if (scope != SCOPE_PUBLIC) {
		*place = (struct place){ .scope = (uint8_t)scope };
		return;
	}
	family = unmap(addr, family, &plain);
	if (!geocache_find(&geo->cache, &plain, family, place))
		look_up(geo, &plain, family, place);
}

/* ------------------------------------------------------------ description */

static uint8_t kinds_in_use(const struct geo *geo, int i)
{
	const uint8_t location = GEO_CITY | GEO_COUNTRY;
	uint8_t kinds = geo->dbs[i] ? geodb_meta(geo->dbs[i])->kinds : 0;

	return kinds & (i == GEO_LOCATION ? location : GEO_ASN);
}

void geo_describe(const struct geo *geo, char *text)
{
	uint8_t kinds = kinds_in_use(geo, GEO_LOCATION);
	bool has_asn = kinds_in_use(geo, GEO_NETWORK);
	uint64_t oldest = UINT64_MAX;
	char date[16] = "";
	struct tm tm;
	time_t then;

	for (int i = 0; i < GEO_USES; i++)
		if (geo->dbs[i] && geodb_meta(geo->dbs[i])->epoch < oldest)
			oldest = geodb_meta(geo->dbs[i])->epoch;
	then = (time_t)oldest;
	if (oldest && oldest != UINT64_MAX && gmtime_r(&then, &tm))
		strftime(date, sizeof(date), " %Y-%m", &tm);
	str_printf(text, GEO_TEXT_SIZE, "%s%s%s%s",
		   kinds & GEO_CITY ? "City"
		   : kinds          ? "Country"
				    : "",
		   kinds && has_asn ? "+" : "", has_asn ? "ASN" : "", date);
}

/* -------------------------------------------------------------- recordings */

static void copy_text(char *to, const char *from)
{
	if (from)
		sanitize_text(to, GEODB_TEXT, from, strlen(from), NULL);
}

static bool is_capital(char c)
{
	return c >= 'A' && c <= 'Z';
}

void geo_learn(struct geo *geo, const struct addr *addr, uint8_t family,
	       const struct place *from)
{
	struct geo_found found = { .asn = from->asn };
	struct place place;
	struct addr plain;

	if (addr_scope(addr, family) != SCOPE_PUBLIC)
		return;
	family = unmap(addr, family, &plain);
	if (is_capital(from->cc[0]) && is_capital(from->cc[1]))
		memcpy(found.cc, from->cc, 2);
	copy_text(found.country, from->country);
	copy_text(found.city, from->city);
	copy_text(found.org, from->org);
	mutex_lock(&geo->lock);
	geostrings_place(geo->strings, &found, &place);
	geocache_put(&geo->learned, &plain, family, &place, false);
	mutex_unlock(&geo->lock);
	atomic_store(&geo->is_learned, true);
	if (geo->poll)
		geopoll_wake(geo->poll);
}

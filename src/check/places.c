/* SPDX-License-Identifier: GPL-2.0-only */
/* Which GeoIP files there are, and which of them flowtop uses. */
#include "check/fact.h"
#include "enrich/geo.h"
#include "enrich/geodb.h"
#include "enrich/geofiles.h"
#include "lib/priv.h"
#include "lib/str.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "options.h"

struct survey {
	struct geofiles files;
	const char *dirs[GEO_DIRS];
	char store[PATH_MAX];
	char text[FACT_TEXT];
	int n;
};

static void add(struct survey *s, const char *text)
{
	size_t used = strlen(s->text);

	str_printf(s->text + used, sizeof(s->text) - used, "%s%s",
		   used ? ", " : "", text);
}

static void add_used(struct survey *s, const struct geofile *file)
{
	char path[GEOFILES_PATH], date[16] = "", line[FACT_TEXT];
	time_t then = (time_t)file->meta.epoch;
	struct tm tm;

	if (then && gmtime_r(&then, &tm))
		strftime(date, sizeof(date), " %Y-%m-%d", &tm);
	geofile_path(&s->files, file, path);
	str_printf(line, sizeof(line), "%s (%s%s)", path, file->meta.type,
		   date);
	add(s, line);
	s->n++;
}

/* Read as if it were to be used. Return: whether there is one. */
static bool find_kind(struct survey *s, uint8_t kinds,
		      const struct geofile **used)
{
	struct geofile *file;
	struct geodb *db;

	while ((file = geofiles_best(&s->files, kinds, NULL))) {
		if (file == *used)
			return true;
		/* What cannot be had is not the best any more. */
		if (!geofiles_load(&s->files, file, NULL, &db))
			continue;
		geodb_put(db);
		add_used(s, file);
		*used = file;
		return true;
	}
	return false;
}

static void add_wrong(struct survey *s)
{
	for (int i = 0; i < s->files.n; i++) {
		const struct geofile *file = &s->files.file[i];
		char path[GEOFILES_PATH], line[FACT_TEXT];

		if (!file->wrong && !file->is_large)
			continue;
		geofile_path(&s->files, file, path);
		str_printf(line, sizeof(line), "%s: %s", path,
			   file->wrong ? file->wrong
				       : "it would take too much memory");
		add(s, line);
	}
}

static void add_dirs(struct survey *s)
{
	size_t used;

	for (int i = 0; s->dirs[i]; i++) {
		int err = s->files.error[i];

		used = strlen(s->text);
		str_printf(s->text + used, sizeof(s->text) - used, "%s%s%s%s",
			   i ? ", " : "no GeoIP files in ", s->dirs[i],
			   err ? ": " : "", err ? strerror(err) : "");
	}
}

/* In a child, which has no privileges: the files are of strangers. */
static void survey(const struct check *check, struct fact *fact)
{
	struct survey *s = calloc(1, sizeof(*s));
	const struct geofile *used = NULL;
	char home[PATH_MAX / 2] = "";

	if (!s || priv_drop(check->caller, 0)) {
		fact_set(fact, FACT_UNKNOWN, "they cannot be read safely");
		free(s);
		return;
	}
	if (!priv_home(check->caller, home, sizeof(home)))
		home[0] = '\0';
	geo_dirs(check->config->geoip_dir, home, s->dirs, s->store,
		 sizeof(s->store));
	geofiles_init(&s->files, s->dirs, 0);
	/* The second time also what may just be written. */
	geofiles_scan(&s->files);
	geofiles_scan(&s->files);
	if (!find_kind(s, GEO_CITY, &used))
		find_kind(s, GEO_COUNTRY, &used);
	find_kind(s, GEO_ASN, &used);
	add_wrong(s);
	if (!s->text[0])
		add_dirs(s);
	fact->value = s->n;
	fact_set(fact, s->n ? FACT_OK : FACT_MISSING, "%s", s->text);
	free(s);
}

void find_geoip(const struct check *check, struct fact *fact)
{
	fact_in_child(check, fact, survey);
}

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is in use is replaced by what is good, and by nothing else: a file that
 * is gone or broken leaves its data in memory.
 *
 * A directory may hang (a server that is away). Then the thread is left behind
 * with its memory: an exit does not wait for it.
 */
#include "enrich/geopoll.h"

#include "enrich/geodb.h"
#include "enrich/geofiles.h"
#include "lib/clock.h"
#include "lib/queue.h"
#include "lib/sanitize.h"
#include "lib/str.h"
#include "lib/thread.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define MAX_NEWS 4
#define MAX_NOTES 16
#define STOP_MS 100

/* From the thread to the reader. */
struct news {
	bool has_dbs;
	struct geodb *dbs[GEO_USES]; /* references */
};

struct note {
	char text[GEO_TEXT_SIZE];
};

struct used {
	struct geodb *db; /* NULL: none */
	struct geofile file;
};

struct geopoll {
	struct queue *news, *notes;
	struct queue *stop; /* empty; closed to end the thread */
	struct thread thread;
	bool is_started, is_left;
	atomic_bool is_stopped, is_ended;
	bool is_taken; /* the reader's: it has heard of all files once */

	/* The thread's. */
	char *dir[GEO_DIRS]; /* it may outlive those of the caller */
	uint64_t every_ns;
	struct geofiles files;
	struct used used[GEO_USES];
	bool is_unsaid; /* the reader does not know yet */
};

/* Return: false without memory. */
static bool copy_dirs(struct geopoll *poll, const char *const *dirs)
{
	for (int i = 0; dirs[i] && i < GEO_DIRS - 1; i++) {
		poll->dir[i] = strdup(dirs[i]);
		if (!poll->dir[i])
			return false;
	}
	return true;
}

struct geopoll *geopoll_new(const struct geo_config *config)
{
	struct geopoll *poll = calloc(1, sizeof(*poll));

	if (!poll)
		return NULL;
	geofiles_init(&poll->files, (const char *const *)poll->dir,
		      config->max_bytes);
	poll->every_ns = config->poll_ns ? config->poll_ns : GEO_POLL_NS;
	poll->is_unsaid = true;
	poll->news = queue_new(sizeof(struct news), MAX_NEWS);
	poll->notes = queue_new(sizeof(struct note), MAX_NOTES);
	poll->stop = queue_new(1, 1);
	if (copy_dirs(poll, config->dirs) && poll->news && poll->notes &&
	    poll->stop)
		return poll;
	geopoll_free(poll);
	return NULL;
}

void geopoll_free(struct geopoll *poll)
{
	struct geodb *dbs[GEO_USES] = { NULL };

	if (!poll || poll->is_left)
		return;
	if (poll->news)
		geopoll_take(poll, dbs);
	for (int i = 0; i < GEO_USES; i++) {
		geodb_put(dbs[i]);
		geodb_put(poll->used[i].db);
	}
	for (int i = 0; i < GEO_DIRS; i++)
		free(poll->dir[i]);
	queue_free(poll->news);
	queue_free(poll->notes);
	queue_free(poll->stop);
	free(poll);
}

/* ------------------------------------------------------------------ notes */

void geopoll_say(struct geopoll *poll, const char *path, const char *what)
{
	struct note note;

	str_printf(note.text, sizeof(note.text), "%s: %s", path, what);
	sanitize_text(note.text, sizeof(note.text), note.text,
		      strlen(note.text), NULL);
	queue_push(poll->notes, &note);
	geopoll_wake(poll);
}

bool geopoll_note(struct geopoll *poll, char *text, size_t size)
{
	struct note note;

	if (!queue_pop(poll->notes, &note, 1))
		return false;
	str_copy(text, size, note.text);
	return true;
}

static void say_about(struct geopoll *poll, const struct geofile *file,
		      const char *what)
{
	char path[GEOFILES_PATH];

	geofile_path(&poll->files, file, path);
	geopoll_say(poll, path, what);
}

static void say_unreadable(struct geopoll *poll)
{
	struct geofiles *files = &poll->files;

	for (int i = 0; i < GEOFILES_DIRS && files->dirs[i]; i++) {
		if (files->error[i] && !files->is_told[i])
			geopoll_say(poll, files->dirs[i],
				    strerror(files->error[i]));
		files->is_told[i] = files->error[i] != 0;
	}
}

/* Once for each change. */
static void say_wrong(struct geopoll *poll)
{
	for (int i = 0; i < poll->files.n; i++) {
		struct geofile *file = &poll->files.file[i];

		if (!file->is_read || file->is_told ||
		    (!file->wrong && !file->is_large))
			continue;
		file->is_told = true;
		if (file->wrong)
			say_about(poll, file, file->wrong);
		else if (file->meta.kinds & GEO_CITY)
			say_about(poll, file,
				  "it would take more than an eighth of the "
				  "memory; countries are enough");
		else
			say_about(poll, file,
				  "it would take more than an eighth of the "
				  "memory");
	}
}

/* ------------------------------------------------------------------ files */

/* Return: whether something else is in use now. */
static bool use(struct geopoll *poll, int i, struct geofile *file)
{
	struct used *used = &poll->used[i], *other = &poll->used[!i];
	struct geodb *db;

	if (other->db && geofile_unchanged(&other->file, file))
		db = geodb_get(other->db);
	else if (!geofiles_load(&poll->files, file, &poll->is_stopped, &db))
		return false;
	geodb_put(used->db);
	used->db = db;
	used->file = *file;
	return true;
}

/* Return: whether something else is in use now. */
static bool choose(struct geopoll *poll, int i, uint8_t kinds)
{
	const struct used *used = &poll->used[i];
	struct geofile *file;

	while ((file = geofiles_best(&poll->files, kinds,
				     used->db ? &used->file : NULL))) {
		bool is_used = used->db && geofile_same(file, &used->file);

		if (is_used &&
		    (!file->is_read || file->wrong || file->is_large ||
		     geofile_unchanged(file, &used->file)))
			return false;
		if (use(poll, i, file))
			return true;
		if (atomic_load(&poll->is_stopped))
			return false;
	}
	return false;
}

static bool has(const struct used *used, uint8_t kinds)
{
	return used->db && used->file.meta.kinds & kinds;
}

/* A file of cities knows countries as well. */
static void look(struct geopoll *poll)
{
	struct used *location = &poll->used[GEO_LOCATION];
	bool is_new, is_city;

	is_new = choose(poll, GEO_LOCATION, GEO_CITY);
	is_city = has(location, GEO_CITY);
	if (!is_city)
		is_new |= choose(poll, GEO_LOCATION, GEO_COUNTRY);
	is_new |= choose(poll, GEO_NETWORK, GEO_ASN);
	say_wrong(poll);
	poll->is_unsaid |= is_new;
}

static void tell(struct geopoll *poll)
{
	struct news news = { .has_dbs = true };

	for (int i = 0; i < GEO_USES; i++)
		news.dbs[i] = geodb_get(poll->used[i].db);
	poll->is_unsaid = !queue_push(poll->news, &news);
	for (int i = 0; poll->is_unsaid && i < GEO_USES; i++)
		geodb_put(news.dbs[i]);
}

static void run(void *arg)
{
	struct geopoll *poll = arg;

	do {
		if (geofiles_scan(&poll->files))
			look(poll);
		say_unreadable(poll);
		if (poll->is_unsaid)
			tell(poll);
	} while (queue_wait(poll->stop, poll->every_ns));
	atomic_store(&poll->is_ended, true);
}

int geopoll_start(struct geopoll *poll)
{
	int err = thread_start(&poll->thread, "places", run, poll);

	poll->is_started = !err;
	return err;
}

void geopoll_stop(struct geopoll *poll)
{
	if (!poll->is_started)
		return;
	atomic_store(&poll->is_stopped, true);
	queue_close(poll->stop);
	for (int i = 0; i < STOP_MS && !atomic_load(&poll->is_ended); i++)
		clock_sleep_ns(NS_PER_MS);
	poll->is_left = !atomic_load(&poll->is_ended);
	if (!poll->is_left)
		thread_join(&poll->thread);
	poll->is_started = false;
}

/* ------------------------------------------------------------- the reader */

int geopoll_fd(const struct geopoll *poll)
{
	return queue_fd(poll->news);
}

void geopoll_wake(struct geopoll *poll)
{
	const struct news news = { .has_dbs = false };

	/* Else somebody is awake already; files that were read need the room.
	 */
	if (!queue_count(poll->news))
		queue_push(poll->news, &news);
}

bool geopoll_take(struct geopoll *poll, struct geodb *dbs[GEO_USES])
{
	bool is_changed = false;
	struct news news;

	while (queue_pop(poll->news, &news, 1)) {
		poll->is_taken |= news.has_dbs;
		for (int i = 0; news.has_dbs && i < GEO_USES; i++) {
			is_changed |= dbs[i] != news.dbs[i];
			geodb_put(dbs[i]);
			dbs[i] = news.dbs[i];
		}
	}
	return is_changed;
}

bool geopoll_is_done(const struct geopoll *poll)
{
	return poll->is_taken;
}

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Saved settings: read at the start, written on key W.
 *
 *   command line > the user's file > that of the system > NO_COLOR > built in
 *
 * What a file says wrong is told and left out; it never keeps flowtop from
 * starting.
 */
#ifndef FLOWTOP_SETTINGS_H
#define FLOWTOP_SETTINGS_H

#include "filter/expr.h"
#include "lib/buf.h"
#include "lib/conf.h"
#include "lib/priv.h"

#include <stdbool.h>
#include <stddef.h>

struct parsing;
struct scribe;

#define SETTINGS_WARNINGS 20 /* that are told; others are counted */
#define SETTINGS_TEXT 200    /* bytes of a warning */
#define SETTINGS_NAMED 200   /* filters that have a name */
#define SETTINGS_HISTORY 50  /* filters that were typed */

enum settings_level { LEVEL_LINE, LEVEL_USER, LEVEL_ETC, LEVELS };

/* A file, as it was at the start. */
struct settings_file {
	char name[1024]; /* for people; "" there is none, nor will be */
	int error;       /* 0, or negative errno */
	char *text;
	size_t size;
	unsigned int n_keys;
};

struct settings {
	const struct caller *caller;
	struct scribe *scribe; /* NULL: nothing can be written */
	struct settings_file files[LEVELS];
	char **kept; /* texts that others point to */
	size_t n_kept;
	/* Which level has decided about a key. */
	struct settings_decided {
		const char *key;
		enum settings_level level;
	} * decided;
	size_t n_decided;
	struct {
		const char *name, *expr;
	} named[SETTINGS_NAMED];
	size_t n_named;
	struct expr_words under; /* what settings_words() adds to */
	const char *history[SETTINGS_HISTORY]; /* oldest first */
	size_t n_history;
	bool has_htop_keys;
	bool is_off; /* --no-config */
	char warnings[SETTINGS_WARNINGS][SETTINGS_TEXT];
	unsigned int n_warnings, n_told;
	/* Of the command line, for W. */
	struct buf given;
	struct buf changes; /* being collected */
};

/** settings_init - @caller: whose they are; set before settings_read(). */
void settings_init(struct settings *settings, const struct caller *caller);

/**
 * settings_read - read the files and do what they say
 *
 * Context: before the first thread, with the privileges of the start: a child
 * with the rights of the caller reads his file.
 * Return: 0, or the exit status: the file that --config names cannot be read.
 */
int settings_read(struct settings *settings, struct parsing *p);

/** settings_release - nothing will be written: the scribe goes. */
void settings_release(struct settings *settings);

/** settings_warn - keep a warning for settings_next() */
void settings_warn(struct settings *settings, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/** settings_next - take the next warning. @is_first: of all. Return: false when
 * all were told. */
bool settings_next(struct settings *settings, char *text, size_t size,
		   bool *is_first);

/** settings_tell - print all warnings on stderr. */
void settings_tell(struct settings *settings);

/** settings_describe - which files are read, in a line. Return: whether all
 * that are there could be. */
bool settings_describe(const struct settings *settings, char *text,
		       size_t size);

/** settings_close - the scribe goes, texts are freed. Return: @status. */
int settings_close(struct settings *settings, int status);

/* ------------------------------------------------------------- settingskeys.c:
 * keys that are no options. */

/**
 * settings_key - do what a line says
 * @value: borrowed for as long as the settings live
 * @error: set to what is wrong with the value; "" nothing is
 *
 * Return: false when there is no such key.
 */
bool settings_key(struct settings *settings, struct parsing *p, const char *key,
		  const char *value, char *error, size_t size);

/** settings_each_key - all of them; "key." and "filter." stand for many. */
void settings_each_key(void (*found)(void *arg, const char *key), void *arg);

/** settings_words - @words, and filters that have names: "@name" in others */
void settings_words(struct settings *settings, struct expr_words *words);

/* -------------------------------------------------------------- saving.c: W */

/** settings_put - one of them, as it is now. @is_usual: as it is built in */
void settings_put(struct settings *settings, const char *key, const char *value,
		  bool is_usual);

/** settings_put_none - no longer in the file. */
void settings_put_none(struct settings *settings, const char *key);

/**
 * settings_write - write what was put
 * @text: what came of it; "" is not known yet, settings_written() will say
 */
void settings_write(struct settings *settings, char *text, size_t size);

/** settings_written - what came of it meanwhile. Does not wait. Return: false
 * when there is nothing to say. */
bool settings_written(struct settings *settings, char *text, size_t size);

#endif

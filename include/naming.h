/* SPDX-License-Identifier: GPL-2.0-only */
/* Everything that knows what addresses and ports are called and where they are,
 * as main starts and stops it. What cannot be had is left out: then less is
 * known. */
#ifndef FLOWTOP_NAMING_H
#define FLOWTOP_NAMING_H

#include "fact/finding.h"
#include "filter/expr.h"
#include "view/ends.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct config;
struct geo;
struct geocache;
struct names;
struct queue;
struct services;

struct naming {
	struct names *names;       /* NULL: nobody is asked, ever */
	struct geo *geo;           /* NULL: no places */
	struct services *services; /* NULL: no names of ports */
	struct view_ends ends;     /* of these three */
	struct expr_words words;   /* of filters: names of services */
	struct learner learner;    /* they learn what a recording knew */
	struct queue *findings;    /* for a recording; NULL: there is none */
	struct geocache *told;     /* names that are in it */
	bool has_started_names, has_started_geo;
	char geo_store[1024];
	const char *geo_dirs[8];
	char service_error[256]; /* "": none */
};

/**
 * naming_open - everything that has to be there before the sandbox
 * @home: of the caller; "" unknown
 *
 * Context: after privileges were given up: files are opened with the rights of
 * the caller.
 */
void naming_open(struct naming *naming, const struct config *config,
		 const char *home);

/** naming_dirs - which directories the sandbox has to let be read. @dirs: as
 * many as naming->geo_dirs has; NULL at the end. */
void naming_dirs(const struct naming *naming, const char **dirs);

/** naming_start - the threads. Context: in the sandbox. Return: 0 or negative
 * errno. */
int naming_start(struct naming *naming);

/** naming_stop - the threads; may be called twice, and never waits long. */
void naming_stop(struct naming *naming);

/** naming_close - stop, and give everything back. */
void naming_close(struct naming *naming);

/* The following are for the reader's thread. */

/** naming_want - somebody looks at @addr: its name is wanted. */
void naming_want(struct naming *naming, const struct addr *addr,
		 uint8_t family);

/** naming_is_settled - whether that name is known, or known to be none; also
 * when nobody is asked. */
bool naming_is_settled(const struct naming *naming, const struct addr *addr,
		       uint8_t family);

/** naming_take - take what was found since. Return: whether what is shown may
 * differ. */
bool naming_take(struct naming *naming);

/** naming_fds - @fds: two descriptors that poll readable when there is
 * something to take; -1: none. */
void naming_fds(const struct naming *naming, int fds[2]);

/**
 * naming_await_places - wait until files were read once
 *
 * Before something is printed that cannot be corrected later. Two seconds at
 * most, or until @signal_fd is readable.
 */
void naming_await_places(struct naming *naming, int signal_fd);

/** naming_geo - which databases there are, and how old; "" none. */
void naming_geo(const struct naming *naming, char *text, size_t size);

/** naming_lacks_places - it is known by now that there is no database. */
bool naming_lacks_places(const struct naming *naming);

/** naming_note - the next line for the user. Return: false: there is none. */
bool naming_note(struct naming *naming, char *text, size_t size);

#endif

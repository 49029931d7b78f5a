/* SPDX-License-Identifier: GPL-2.0-only */
/* The thread that looks for files of places, and for what becomes of them. */
#ifndef FLOWTOP_ENRICH_GEOPOLL_H
#define FLOWTOP_ENRICH_GEOPOLL_H

#include "enrich/geo.h"

struct geodb;
struct geopoll;

enum { GEO_LOCATION, GEO_NETWORK, GEO_USES };

#define GEO_POLL_NS 2000000000ULL

/** geopoll_new - Return: freed with geopoll_free(); NULL with errno. */
struct geopoll *geopoll_new(const struct geo_config *config);
void geopoll_free(struct geopoll *poll);

/** geopoll_start, geopoll_stop - Return: 0 or negative errno. Stopping does not
 * wait for a file system that hangs. */
int geopoll_start(struct geopoll *poll);
void geopoll_stop(struct geopoll *poll);

/** geopoll_fd - polls readable while geopoll_take() has something. */
int geopoll_fd(const struct geopoll *poll);

/** geopoll_wake - let geopoll_fd() poll readable. Any thread. */
void geopoll_wake(struct geopoll *poll);

/**
 * geopoll_take - take what was read since
 * @dbs: what to use from now on; the references that were there are given back
 *
 * Return: whether it is something else.
 */
bool geopoll_take(struct geopoll *poll, struct geodb *dbs[GEO_USES]);

/** geopoll_is_done - all files were looked at once, and taken. */
bool geopoll_is_done(const struct geopoll *poll);

/** geopoll_say - a line for the user: @format has @path and @what. Any thread.
 */
void geopoll_say(struct geopoll *poll, const char *path, const char *what);

/** geopoll_note - see geo_note(). */
bool geopoll_note(struct geopoll *poll, char *text, size_t size);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Places of addresses, from files in the format of MaxMind (City, Country, ASN;
 * also DB-IP's and others whose metadata names such a type).
 *
 * A thread looks for files, copies them into sealed memory, checks them, and
 * hands them over; whoever wants a place reads that memory, which nobody can
 * change under it. Files that are replaced are read again.
 */
#ifndef FLOWTOP_ENRICH_GEO_H
#define FLOWTOP_ENRICH_GEO_H

#include "fact/place.h"
#include "net/addr.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct geo;

#define GEO_DIRS 8
#define GEO_TEXT_SIZE 160

struct geo_config {
	/* Searched in this order, NULL at the end; copied. */
	const char *const *dirs;
	bool is_silent; /* no files: addresses are classified, that is all */
	/* A file that takes more memory is not used; 0: an eighth of it. */
	uint64_t max_bytes;
	/* Told of each place that files know, when it is looked up first, in
	 * the reader's thread. NULL: nobody. */
	void (*found)(void *ctx, const struct addr *addr, uint8_t family,
		      const struct place *place);
	void *ctx;
	uint64_t poll_ns; /* between two looks at the files; 0: 2 s */
};

/** geo_dirs - where to look. @given: --geoip-dir, nothing else is searched
 * then; NULL: the usual places. @home: of the caller; "" none. @dirs: GEO_DIRS
 * pointers, NULL at the end. @store: for the texts. */
void geo_dirs(const char *given, const char *home, const char **dirs,
	      char *store, size_t size);

/** geo_new - Return: freed with geo_free(); NULL with errno. */
struct geo *geo_new(const struct geo_config *config);
void geo_free(struct geo *geo);

/** geo_start, geo_stop - the thread. Context: in the sandbox, which must let
 * the directories be read. Return: 0 or negative errno. */
int geo_start(struct geo *geo);
void geo_stop(struct geo *geo);

/* The rest is for one thread, that of the reader. */

/** geo_fd - polls readable while files wait to be taken. */
int geo_fd(const struct geo *geo);

/** geo_take - use what was read since. Return: whether places may differ. */
bool geo_take(struct geo *geo);

/** geo_is_settled - all files that there are were read once and taken. */
bool geo_is_settled(const struct geo *geo);

/** geo_find - where @addr is. @place: filled in, with what is known. */
void geo_find(struct geo *geo, const struct addr *addr, uint8_t family,
	      struct place *place);

/** geo_note - the next line for the user: what was wrong with a file. Return:
 * false: there is none. */
bool geo_note(struct geo *geo, char *text, size_t size);

/** geo_describe - "City+ASN 2026-08", what there is and how old the oldest of
 * it is; "" none. @text: GEO_TEXT_SIZE bytes. */
void geo_describe(const struct geo *geo, char *text);

/** geo_learn - a recording knows where @addr is: that is believed. @place: its
 * texts are of strangers, and are copied; its numbers do not count. Any
 * thread. */
void geo_learn(struct geo *geo, const struct addr *addr, uint8_t family,
	       const struct place *place);

#endif

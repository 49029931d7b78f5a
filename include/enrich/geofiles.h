/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Files that may hold places: which there are, what they are, and which of
 * them to use. One thread. What a file is, its metadata says, not its name.
 */
#ifndef FLOWTOP_ENRICH_GEOFILES_H
#define FLOWTOP_ENRICH_GEOFILES_H

#include "enrich/geovet.h"

#include <limits.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

struct geodb;

#define GEOFILES_MAX 64
#define GEOFILES_BYTES (1ULL << 30) /* larger ones are refused */
#define GEOFILES_PATH 1024
#define GEOFILES_DIRS 8

/* The same again: nothing was written. */
struct geosign {
	dev_t dev;
	ino_t ino;
	off_t size;
	struct timespec mtime, ctime;
};

struct geofile {
	int dir; /* the earlier ones come first */
	char name[NAME_MAX + 1];
	struct geosign sign;
	bool is_there;
	bool is_steady;    /* nobody writes it, it seems */
	bool is_read;      /* the rest is known */
	const char *wrong; /* static; NULL: nothing */
	bool is_large;     /* more than this machine should give for it */
	bool is_told;      /* what is wrong */
	struct geometa meta;
};

struct geofiles {
	const char *const *dirs; /* borrowed, NULL at the end */
	uint64_t max_bytes;      /* of memory for one */
	bool is_later;           /* it was looked at them before */
	/* Of each directory: why it cannot be read, and whether that was said.
	 * 0: it can; that one of several is not there is nothing to say. */
	int error[GEOFILES_DIRS];
	bool is_told[GEOFILES_DIRS];
	int n;
	struct geofile file[GEOFILES_MAX];
};

/** geofiles_init - @dirs: borrowed, NULL at the end. @max_bytes: of memory for
 * one file; 0: an eighth of what there is. */
void geofiles_init(struct geofiles *files, const char *const *dirs,
		   uint64_t max_bytes);

/**
 * geofiles_scan - look what there is now, and read metadata of what is new
 *
 * What is new, or was written, is read when it is the same at the next scan,
 * at the first scan at once.
 * Return: whether something is other than before.
 */
bool geofiles_scan(struct geofiles *files);

/**
 * geofiles_best - the file to use for one of @kinds
 * @kinds: GEO_*
 * @used: one that is in use counts as good, whatever it is now; NULL: none
 *
 * Earlier directories come first, in each the newest file.
 * Return: NULL: there is none.
 */
struct geofile *geofiles_best(struct geofiles *files, uint8_t kinds,
			      const struct geofile *used);

/**
 * geofiles_load - copy @file into sealed memory and open it
 * @is_stopped: when it becomes true, it ends early; NULL: never
 * @out: one reference
 *
 * Return: whether it could be had; if not, file->wrong says why, or it was
 * being written and is not steady.
 */
bool geofiles_load(const struct geofiles *files, struct geofile *file,
		   const atomic_bool *is_stopped, struct geodb **out);

/** geofile_same - the same file of the same directory. */
bool geofile_same(const struct geofile *a, const struct geofile *b);

/** geofile_unchanged - and nothing was written since. */
bool geofile_unchanged(const struct geofile *a, const struct geofile *b);

/** geofile_path - @path: GEOFILES_PATH bytes; "" when it is too long. */
void geofile_path(const struct geofiles *files, const struct geofile *file,
		  char *path);

#endif

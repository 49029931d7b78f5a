/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The scribe: the process that has the rights of the caller, all of them and
 * no more, and that knows one file: his settings.
 *
 * A child of main, forked before privileges are given up. It reads the file at
 * the start, so that nothing of the user's is opened with rights that he does
 * not have; and it writes it on key W, when main can write nothing any more.
 * The broker cannot: of root it has not even the user id, and for a recording
 * there is none. Its path is fixed before main has read a byte from outside; a
 * Landlock domain keeps it to that directory, from the moment when there is
 * one.
 *
 * What is to be written comes in a sealed memfd, as lines for conf_merge(): the
 * file may have been changed meanwhile. The new one takes the place of the old
 * one at once, or not at all.
 */
#ifndef FLOWTOP_BROKER_SCRIBE_H
#define FLOWTOP_BROKER_SCRIBE_H

#include "lib/priv.h"
#include "lib/sandbox.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SCRIBE_PATH 1024
#define SCRIBE_TEXT 200

struct scribe;

struct scribe_config {
	const struct caller *caller; /* whose rights it has */
	const char *path;            /* NULL: where settings usually are */
	enum sandbox_mode sandbox;
};

/* What it found at the start. */
struct scribe_file {
	/* 0; -ENOENT there is none; -EPERM it is not his; -EINVAL no plain
	 * file; -EFBIG; another negative errno. */
	int error;
	char *text; /* @size bytes and a NUL; to be freed */
	size_t size;
	char path[SCRIBE_PATH]; /* "~/..." in the home; "" there is no home */
};

/* What came of writing. */
struct scribe_reply {
	int32_t error;          /* 0, or negative errno */
	char what[SCRIBE_TEXT]; /* with an error: what it is about */
};

/**
 * scribe_start - fork it, and read the file
 * @file: set when there is a scribe
 *
 * Context: before the first thread; main still has its privileges.
 * Return: NULL with errno.
 */
struct scribe *scribe_start(const struct scribe_config *config,
			    struct scribe_file *file);

/** scribe_close - let it go. NULL is allowed. */
void scribe_close(struct scribe *scribe);

/**
 * scribe_write - change the file
 * @changes: @size bytes for conf_merge(), at most CONF_SIZE
 *
 * Does not wait: scribe_take() has the answer, some milliseconds later.
 * Return: 0; -EBUSY that before is not answered yet; -EPIPE it is gone; another
 * negative errno.
 */
int scribe_write(struct scribe *scribe, const char *changes, size_t size);

/** scribe_take - wait for an answer, @ms at most. Return: 1; 0: none yet;
 * -EPIPE: it is gone; -ENOMSG: nothing was asked. */
int scribe_take(struct scribe *scribe, int ms, struct scribe_reply *reply);

#endif

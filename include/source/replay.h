/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A source that plays a recording, its own or one of `tcpdump -i nlmon0`.
 *
 * A recording comes from anywhere: every length in it is checked, memory is
 * fixed, and what cannot be read is skipped and counted. The source's clock
 * starts at one second and follows the records.
 */
#ifndef FLOWTOP_SOURCE_REPLAY_H
#define FLOWTOP_SOURCE_REPLAY_H

#include "source/source.h"

#include <stddef.h>

/**
 * replay_open - open a recording; nothing of it is read yet
 * @path: "-" is standard input
 * @speed: times as fast as it was recorded; 0 as fast as possible
 * @error: on failure, one line saying what is wrong, without the path
 *
 * Return: 0 or negative errno.
 */
int replay_open(struct source **out, const char *path, double speed,
		char *error, size_t error_size);

/**
 * replay_begin - read the file header, and wait for its 24 bytes
 * @error: as above
 *
 * Return: 0 or negative errno; the source is closed by its close() then, too.
 */
int replay_begin(struct source *source, char *error, size_t error_size);

/**
 * replay_start - get ready for the first work()
 * @sink, @health: borrowed until the source is closed
 */
void replay_start(struct source *source, const struct source_sink *sink,
		  struct health *health);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* The file behind a recording, and the thread that writes it. Used by record.c
 * only. */
#ifndef FLOWTOP_SOURCE_RECWRITER_H
#define FLOWTOP_SOURCE_RECWRITER_H

#include <stdbool.h>
#include <sys/uio.h>

struct recwriter;

/**
 * recwriter_open - make the file and write its header
 * @path: must not exist; "-" is standard output
 *
 * Return: 0 or negative errno; nothing is left behind on failure.
 */
int recwriter_open(struct recwriter **out, const char *path);

/** recwriter_start - start the thread. Return: 0 or negative errno. */
int recwriter_start(struct recwriter *writer);

/** recwriter_close - write what waits, up to two seconds, and free. Return:
 * recwriter_error(). */
int recwriter_close(struct recwriter *writer);

/**
 * recwriter_put - hand over one whole pcap record
 *
 * Return: false when it does not fit, or after an error.
 */
bool recwriter_put(struct recwriter *writer, const struct iovec *parts, int n);

/** recwriter_is_busy - more than half of the memory is waiting. */
bool recwriter_is_busy(const struct recwriter *writer);

/** recwriter_error - 0 or the errno that ended it. Any thread. */
int recwriter_error(const struct recwriter *writer);

#endif

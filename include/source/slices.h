/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reading a listing ahead of the collector.
 *
 * The kernel writes a listing in the system call of whoever reads it, and that
 * takes twice as long as what is done with it. Where nobody has to wait for
 * the budget, a thread reads while the collector works:
 *
 *   thread      take an empty slice, read into it --> full
 *   collector   take a full one, use it ------------> empty
 *
 * It ends with the listing's last message or at an error, which comes as a
 * slice as well.
 */
#ifndef FLOWTOP_SOURCE_SLICES_H
#define FLOWTOP_SOURCE_SLICES_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* The kernel makes slices as large as the largest read, up to 32 kB. */
#define SLICE_BYTES 32768

struct slices;

struct slice {
	const char *data; /* until slices_give() */
	ssize_t size;     /* negative errno: the last one */
	uint64_t read_ns; /* when it was read, and the next one written */
	int number;
	bool is_cut;
};

/**
 * slice_read - one read from the kernel, whatever else comes
 * @slice: all but @number is filled in; data is @buffer
 *
 * Return: whether there was anything, be it an error.
 */
bool slice_read(int fd, char *buffer, struct slice *slice);

/**
 * slices_new - read ahead from @fd, of which a listing was requested
 *
 * Nobody else may read from it before slices_free().
 * Return: NULL when that cannot be.
 */
struct slices *slices_new(int fd);
void slices_free(struct slices *slices);

/** slices_fd - polls readable while there is a slice. */
int slices_fd(const struct slices *slices);

/** slices_take - Return: false when there is none yet. */
bool slices_take(struct slices *slices, struct slice *slice);
void slices_give(struct slices *slices, const struct slice *slice);

#endif

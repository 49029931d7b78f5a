/* SPDX-License-Identifier: GPL-2.0-only */
/* Reading a large directory a little at a time, without allocating. */
#ifndef FLOWTOP_LIB_DIRSTEP_H
#define FLOWTOP_LIB_DIRSTEP_H

/**
 * dir_step - read the next few names
 * @fd: the directory, which keeps the place
 * @each: called for every name but "." and "..", until it returns less than 0
 *
 * One step is some 80 names. To begin anew: lseek(fd, 0, SEEK_SET).
 * Return: more than 0: there may be more; 0 the end; what @each has returned;
 * or negative errno.
 */
int dir_step(int fd, int (*each)(void *ctx, const char *name), void *ctx);

#endif

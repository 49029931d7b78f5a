/* SPDX-License-Identifier: GPL-2.0-only */
/* /proc/PID/stat, of which only what tells one process from another is read. */
#ifndef FLOWTOP_LIB_PROCSTAT_H
#define FLOWTOP_LIB_PROCSTAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PROCSTAT_COMM_SIZE 16 /* the kernel's, with the NUL */

struct procstat {
	uint64_t starttime;            /* ticks since boot */
	uint32_t parent;               /* its number; 0: none that we see */
	char state;                    /* 'Z': a zombie */
	bool is_kernel;                /* a kernel thread */
	char comm[PROCSTAT_COMM_SIZE]; /* any bytes; a longer name is cut */
};

/**
 * procstat_parse - read the text of a stat file
 * @size: bytes of @text, which needs no NUL
 * @stat: unchanged on error
 *
 * The name of the process is its own choice, and may contain anything but a
 * NUL; what follows is numbers. So its end is the last ")".
 * Return: 0 or -EINVAL.
 */
int procstat_parse(const char *text, size_t size, struct procstat *stat);

/**
 * procstat_read - read the stat file of a process
 * @dir: a descriptor of /proc or of something in it
 * @path: from there
 *
 * Return: 0 or negative errno; -ENOENT or -ESRCH: there is no such process.
 */
int procstat_read(int dir, const char *path, struct procstat *stat);

#endif

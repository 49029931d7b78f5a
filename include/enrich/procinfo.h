/* SPDX-License-Identifier: GPL-2.0-only */
/* What a process says of itself, from files in /proc that anyone may read. */
#ifndef FLOWTOP_ENRICH_PROCINFO_H
#define FLOWTOP_ENRICH_PROCINFO_H

#include "fact/proc.h"

#include <stddef.h>

/**
 * procinfo_read - what is known of a process
 * @starttime: as in /proc/PID/stat
 * @fact: changed only when the result is 0. What cannot be read is unknown
 *
 * Context: any thread; reads some files.
 * Return: 0; -ESRCH: it is gone, or hidden from us, or another process has its
 * number now; or negative errno.
 */
int procinfo_read(uint32_t pid, uint64_t starttime, struct proc_fact *fact);

/**
 * procinfo_name - the name to show for a process
 * @name: PROC_COMM_SIZE bytes
 * @comm: the text of its comm file, @n_comm bytes, with or without newline
 * @cmdline: the text of its cmdline file, or the beginning of it
 * @is_kernel: a kernel thread
 *
 * The kernel keeps 15 bytes of a name. Where the command begins with a program
 * whose name goes on after these, that is the name.
 */
void procinfo_name(char *name, const char *comm, size_t n_comm,
		   const char *cmdline, size_t n_cmdline, bool is_kernel);

/**
 * procinfo_uid - the effective uid in the text of a status file
 *
 * Return: whether there is one.
 */
bool procinfo_uid(const char *text, size_t size, uint32_t *uid);

#endif

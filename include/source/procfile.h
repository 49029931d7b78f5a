/* SPDX-License-Identifier: GPL-2.0-only */
/* Numbers in /proc/sys/net/netfilter that anybody may read. */
#ifndef FLOWTOP_SOURCE_PROCFILE_H
#define FLOWTOP_SOURCE_PROCFILE_H

#include <stdint.h>

/** procfile_open - open nf_conntrack_@name for reading. Return: fd; -errno. */
int procfile_open(const char *name);

/** procfile_read - the number now in an opened file; HEALTH_UNKNOWN. */
uint64_t procfile_read(int fd);

/** procfile_number - open, read, close; HEALTH_UNKNOWN without it. */
uint64_t procfile_number(const char *name);

struct health;

/** procfile_switches - read acct, timestamp and events into @health. */
void procfile_switches(struct health *health);

/**
 * procfile_sockets - count connected TCP and UDP sockets into @health
 * @next_ns: not before; it is moved on
 *
 * Only while the kernel has no flows, to say what it does not track. It stops
 * counting at a few thousand, as every line is read.
 */
void procfile_sockets(struct health *health, uint64_t now_ns,
		      uint64_t *next_ns);

#endif

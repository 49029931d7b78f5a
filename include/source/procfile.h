/* SPDX-License-Identifier: GPL-2.0-only */
/* Numbers in /proc/sys/net/netfilter that anybody may read. */
#ifndef FLOWTOP_SOURCE_PROCFILE_H
#define FLOWTOP_SOURCE_PROCFILE_H

#include <stdint.h>

/* What is read often stays open. */
struct procfiles {
	int count_fd, max_fd, buckets_fd; /* -1: the kernel lacks it */
};

void procfiles_open(struct procfiles *files);
void procfiles_close(struct procfiles *files);

/** procfile_read - the number now in an opened file; HEALTH_UNKNOWN. */
uint64_t procfile_read(int fd);

/** procfile_count - entries in the kernel's table; HEALTH_UNKNOWN. */
uint64_t procfile_count(void);

/**
 * procfile_connected - how many TCP and UDP sockets here are connected
 *
 * Of UDP sockets it stops counting at a few thousand, as each line is read.
 */
uint64_t procfile_connected(void);

struct health;

/** procfile_switches - read acct, timestamp and events into @health. */
void procfile_switches(struct health *health);

/**
 * procfile_sockets - count connected TCP and UDP sockets into @health
 * @next_ns: not before; it is moved on
 *
 * Only while the kernel has no flows, to say what it does not track.
 */
void procfile_sockets(struct health *health, uint64_t now_ns,
		      uint64_t *next_ns);

#endif

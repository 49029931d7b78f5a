/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Whose socket is it: the processes that hold wanted sockets, found in one
 * walk over /proc/PID/fd for all of them.
 *
 *	waiting --- a pass begins ---> wanted --- all processes seen --->
 *results ^                             |
 *	   '--- what comes meanwhile     '--- highest process ids first
 *
 * A pass lists the processes, then looks into each. What is asked for while one
 * runs waits for the next, as it may have missed the holder. Results come at
 * the end, because only then all holders are counted; every inode gets one. A
 * pass in a hurry ends when each wanted socket has a holder: new flows are
 * mostly of processes that had others lately, or are new themselves, which are
 * looked into in this order, and have one.
 *
 * It holds a descriptor of the process it is at. That never means another
 * process with the same id: when its process is gone, it yields nothing.
 */
#ifndef FLOWTOP_BROKER_PROCWALK_H
#define FLOWTOP_BROKER_PROCWALK_H

#include "lib/procstat.h"

#include <stdbool.h>
#include <stdint.h>

#define WALK_WANTED 16384 /* sockets in one pass, and as many waiting */

/* Processes remembered at once. Where there are more, a pass lists them again
 * for each such number, and stays right. */
#define WALK_PIDS 32768

/* Processes that owned a wanted socket, looked into first by a pass in a hurry.
 * An id that means another process by now costs nothing but the look. */
#define WALK_RECENT 64

struct walk_recent {
	uint32_t n;
	uint32_t pids[WALK_RECENT]; /* the latest last; never 1 */
};

struct walk_found {
	uint64_t inode;
	uint64_t starttime; /* of the owner: ticks, as in /proc/PID/stat */
	uint32_t pid;       /* of the owner; 0: nobody was found */
	uint16_t holders;   /* with the owner; stays at 65535 */
	/* With pid 0: a process that could not be looked into may hold it. */
	uint8_t is_denied;
	/* The pass ended early: there may be more holders, also an owner. */
	uint8_t is_partial;
	/* Of the owner, as procstat.h has it: who asks may not see him. */
	char comm[PROCSTAT_COMM_SIZE];
};

struct walk_wanted {
	struct walk_found found;
	uint32_t last; /* process that was counted last */
};

enum walk_phase { WALK_IDLE, WALK_LIST, WALK_LOOK, WALK_REPORT };

/* Large: not for the stack. */
struct procwalk {
	/* Set by the caller, at any time: end passes as soon as every wanted
	 * socket has a holder. Whoever shares one with a process that has a
	 * lower number may be missed; then the result says so. */
	bool is_hasty;

	/* Set by the caller, who may share one between walks: processes to be
	 * remembered. NULL: none are. */
	struct walk_recent *recent;

	int proc; /* /proc; -1: cannot be had */
	int fds;  /* /proc/PID/fd of the process it is at; -1 */
	enum walk_phase phase;

	/* the process it is at */
	uint32_t pid;
	struct procstat start; /* all 0: not read yet */

	/* this pass */
	bool is_denied;           /* a process could not be looked into */
	bool has_first;           /* process 1 was listed */
	bool is_partial;          /* it ended early */
	bool is_early;            /* it is at those remembered */
	struct walk_recent early; /* looked into before; 0: was not there */
	uint32_t below;           /* ids from here on were looked into */
	uint32_t n_listed;        /* ids below, not yet looked into */
	uint32_t n_kept;          /* of them in the ring, the highest ones */
	uint32_t pids[WALK_PIDS];
	int n_wanted, n_seen, n_reported;
	struct walk_wanted wanted[WALK_WANTED];
	uint16_t index[2 * WALK_WANTED]; /* a hash: position + 1; 0 free */

	/* the next one */
	int n_waiting;
	uint64_t waiting[WALK_WANTED];
};

/**
 * procwalk_init - begin with nothing wanted
 *
 * Opens /proc as it is now. Without it every result is "denied".
 */
void procwalk_init(struct procwalk *w);
void procwalk_fini(struct procwalk *w);

/**
 * procwalk_want - ask for @n sockets by their inode numbers
 *
 * Return: 0; -ENOSPC: that many cannot wait, and none of them does.
 */
int procwalk_want(struct procwalk *w, const uint64_t *inodes, int n);

/** procwalk_is_busy - whether procwalk_step() has something to do. */
bool procwalk_is_busy(const struct procwalk *w);

/**
 * procwalk_step - go on until there are results, or it is late
 * @deadline_ns: CLOCK_MONOTONIC; overrun by less than a millisecond. At least
 *		 one small step is made in any case
 * @max: of @out, at least 1
 *
 * Processes that end meanwhile are no error. The owner of several holders is
 * the one that was started first: it has opened the socket and handed it to its
 * workers. Process 1, which opens sockets for the services that it starts, owns
 * only what nobody else holds.
 * Return: results put into @out; 0: go on, if it is still busy.
 */
int procwalk_step(struct procwalk *w, uint64_t deadline_ns,
		  struct walk_found *out, int max);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The processes that own something: what is known of each, shared by all of
 * its flows, and whether it still lives. The worker's; one thread.
 *
 * A process is its id and its start time. Facts that are returned are
 * borrowed, until the next call; proc_fact_get() keeps one.
 */
#ifndef FLOWTOP_ENRICH_OWNERPROC_H
#define FLOWTOP_ENRICH_OWNERPROC_H

#include "enrich/births.h"
#include "fact/proc.h"
#include "lib/clockmap.h"

#include <stdbool.h>
#include <stdint.h>

struct users;

#define OWNERPROCS_MAX 65536

enum proc_life {
	PROC_GONE,   /* or another process has its number */
	PROC_ZOMBIE, /* it holds nothing any more */
	PROC_LIVES,
	PROC_HIDDEN, /* nobody lets us see */
};

struct ownerprocs {
	struct clockmap map;
	struct users *users; /* borrowed; NULL */
	uint64_t tick_ns;    /* unit of start times */
	uint64_t slice_ns;   /* when some were looked at */
	uint32_t hand;       /* which ones are next */
	uint32_t n_news;     /* at most that many have something to tell */
	bool is_behind;      /* more had to be read than there was time for */
};

/** ownerprocs_init - Return: 0 or -ENOMEM. ownerprocs_fini() in any case. */
int ownerprocs_init(struct ownerprocs *procs, struct users *users);
void ownerprocs_fini(struct ownerprocs *procs);

/**
 * ownerprocs_get - what is known of a process, reading it the first time
 * @netns: where a socket of it was found; "" in the watched namespace
 * @comm: its name, should it be gone; NULL: not known
 * @now_ns: monotonic
 *
 * Return: NULL without memory.
 */
const struct proc_fact *ownerprocs_get(struct ownerprocs *procs, uint32_t pid,
				       uint64_t starttime, const char *netns,
				       const char *comm, uint64_t now_ns);

/**
 * ownerprocs_birth - the process that has made a socket
 *
 * When it is gone, or another one has its number now, what the birth says of
 * it: start time 0.
 * Return: NULL without memory.
 */
const struct proc_fact *ownerprocs_birth(struct ownerprocs *procs,
					 const struct birth *birth,
					 const char *netns, uint64_t now_ns);

/** ownerprocs_user - no process, but the user of a socket, if he is known. */
const struct proc_fact *ownerprocs_user(struct ownerprocs *procs, bool has_uid,
					uint32_t uid);

/** ownerprocs_kernel - the kernel's own. */
const struct proc_fact *ownerprocs_kernel(struct ownerprocs *procs);

/** ownerprocs_latest - the newest fact about the process of @fact, for an
 * answer: its end is told after that, if it was told before. Of one that was
 * gone before it could be looked at there is no other. */
const struct proc_fact *ownerprocs_latest(struct ownerprocs *procs,
					  const struct proc_fact *fact);

/** ownerprocs_lives - does it, as of a quarter of a second ago? */
bool ownerprocs_lives(struct ownerprocs *procs, const struct proc_fact *fact,
		      uint64_t now_ns);

/** ownerprocs_has_ended - it is known to have ended, or is not known any more.
 * Looks at nothing. */
bool ownerprocs_has_ended(struct ownerprocs *procs,
			  const struct proc_fact *fact);

/** ownerprocs_refresh - look at some again, so that each has its turn every
 * five seconds; forget those whose end was told. Return: whether there were
 * any.
 */
bool ownerprocs_refresh(struct ownerprocs *procs, uint64_t now_ns);

/** ownerprocs_due_ns - when to do that again at the latest; UINT64_MAX: now and
 * then. */
uint64_t ownerprocs_due_ns(const struct ownerprocs *procs);

/* Return: false: it cannot be told now. */
typedef bool (*proc_news_fn)(void *ctx, const struct proc_fact *fact,
			     bool is_ended);

/** ownerprocs_tell - call @tell for processes that say something else of
 * themselves now, and once for those that have ended. */
void ownerprocs_tell(struct ownerprocs *procs, proc_news_fn tell, void *ctx);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One listing ("dump") of the kernel's table, taken slice by slice.
 *
 * The kernel writes the next slice of up to 32 kB when the last one has been
 * read, in our system call and on our account: not reading is pacing. Where
 * there is no pace, a thread reads ahead; see slices.h.
 *
 * What was read is older than what we know: before it is handed on, all events
 * that have come meanwhile are taken. So a listing never overtakes events, and
 * those that died since it was written are known by their DESTROY.
 */
#ifndef FLOWTOP_SOURCE_LISTING_H
#define FLOWTOP_SOURCE_LISTING_H

#include <stdbool.h>
#include <stdint.h>

struct broker;
struct slices;
struct source_sink;

struct listing {
	int fd;
	int which; /* CT_SOCKET_*; also its number for the sink */
	bool is_running;
	bool is_paced;
	bool is_damaged; /* something of it could not be read */
	uint32_t seq;
	uint64_t started_ns;
	uint64_t filled_ns; /* when the kernel wrote the slice we read next */
	uint64_t next_ns;   /* pacing: not before */
	uint64_t n_entries;
	uint64_t n_unanswered; /* questions of this round, see listing_ask() */
	char *buffer;
	struct slices *ahead; /* while one that is not paced is running */
	/* Takes all events that are waiting; @is_end: at the end of a listing,
	 * may still call it damaged. */
	void (*take_events)(void *ctx, bool is_end);
	void *ctx;
};

enum listing_result {
	LISTING_RUNNING,
	LISTING_COMPLETE,
	LISTING_FAILED, /* ended early: nothing may be concluded */
};

/** listing_open - a socket to list on. Return: 0 or negative errno. */
int listing_open(struct listing *listing, int which,
		 void (*take_events)(void *ctx, bool is_end), void *ctx);
void listing_close(struct listing *listing);

/**
 * listing_begin - request a listing; tells the sink
 * @is_paced: by the budget of listing_step(); else as fast as it goes
 *
 * Return: 0 or negative errno.
 */
int listing_begin(struct listing *listing, struct broker *broker,
		  const struct source_sink *sink, bool is_paced);

/** listing_fd - polls readable while listing_step() has something to do. */
int listing_fd(const struct listing *listing);

/**
 * listing_step - read slices until @deadline_ns, or one when paced
 * @budget: per cent of one core, for a paced one
 */
enum listing_result listing_step(struct listing *listing,
				 const struct source_sink *sink,
				 uint64_t deadline_ns, unsigned int budget);

/**
 * listing_ask - refresh known flows one by one instead of listing all
 * @cursor: 0 at first; moves on
 *
 * Asks about as many as fit into the time until @deadline_ns.
 * Return: 1 more to ask, 0 all asked, negative errno.
 */
int listing_ask(struct listing *listing, struct broker *broker,
		const struct source_sink *sink, uint64_t *cursor,
		uint64_t deadline_ns);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where flows come from: the kernel, or a recording of it.
 *
 * A source is driven by the collector: prepare() says what to wait for, work()
 * does a bounded slice and hands what it found to the sink. It owns no flow and
 * sees no table. Live, recorded and remote data take the same parser
 * (ctmsg.h).
 */
#ifndef FLOWTOP_SOURCE_SOURCE_H
#define FLOWTOP_SOURCE_SOURCE_H

#include "flow/sample.h"
#include "lib/counter.h"
#include "net/addr.h"

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct health;
struct learner;
struct owner_fact;

enum dump_kind {
	DUMP_FULL,  /* has every flow: what it lacks is gone */
	DUMP_DELTA, /* recordings: only what changed; never sweep after it */
};

#define MAX_DUMPS 2 /* listings that may run at once */

/* One of our own addresses, from RTM_NEWADDR. */
struct own_addr {
	struct addr addr;
	uint8_t family;
	uint8_t prefix;
	char iface[16]; /* IFNAMSIZ, sanitized; "" unknown */
};

/* What a source calls. All calls come from within work() (or open()). */
struct source_sink {
	void *ctx;
	void (*sample)(void *ctx, const struct sample *sample);
	/* @n of them, in this order. Only a live source does that. */
	void (*samples)(void *ctx, struct sample *samples, int n);
	/* A listing starts. @dump < MAX_DUMPS tells it from another one. */
	void (*dump_begin)(void *ctx, int dump, enum dump_kind kind);
	/* It ended; only a complete full one tells what is gone. */
	void (*dump_end)(void *ctx, int dump, bool complete);
	/* Keys of flows that are in the table, at most @max, going on behind
	 * *@cursor (0: from the start). Return: how many; 0 at the end. */
	int (*known)(void *ctx, uint64_t *cursor, struct flow_key *keys,
		     int max);
	/* A question about @key found no flow. */
	void (*missing)(void *ctx, const struct flow_key *key, uint64_t now_ns);
	/* @n events were lost (0: an unknown number); a listing follows. */
	void (*lost)(void *ctx, uint64_t n);
	/* Recordings: what was found out then; see fact/owner.h. The flow is
	 * the one with @key and @id, not the one in @fact; NULL when @fact is
	 * about a process. Borrowed. */
	void (*owner)(void *ctx, const struct flow_key *key, uint32_t id,
		      const struct owner_fact *fact);
	/* Recordings: what was found out about an address then. Borrowed; texts
	 * are of strangers. NULL: nobody wants to know. */
	const struct learner *learner;
	void (*own_addr)(void *ctx, const struct own_addr *addr, bool added,
			 const struct nlmsghdr *raw);
	/* Text for the user, one line. */
	void (*note)(void *ctx, const char *text);
};

struct source;

struct source_ops {
	const char *name;
	/*
	 * Fill @fds with at most @max descriptors to poll and lower
	 * *@deadline_ns (monotonic, real clock) to when work() has to be
	 * called at the latest. Return: number of descriptors.
	 */
	int (*prepare)(struct source *source, struct pollfd *fds, int max,
		       uint64_t *deadline_ns);
	/*
	 * One slice of work, a few milliseconds at most. @fds as prepare()
	 * filled them. Return: 0; 1 when the source has ended (a recording was
	 * played to its end); negative errno when it cannot go on, after
	 * note().
	 */
	int (*work)(struct source *source, const struct pollfd *fds, int n);
	/* The next refresh shall be a whole listing. NULL: it cannot. */
	void (*list_soon)(struct source *source);
	void (*close)(struct source *source);
};

/* Each source embeds this as its first member. */
struct source {
	const struct source_ops *ops;
	const struct source_sink *sink;
	struct health *health; /* the source stores what it knows */
	bool is_live;          /* its clock is the real one */
	/*
	 * Clock of the data, monotonic: equals the real clock for a live
	 * source, follows the records in a replay. work() moves it.
	 */
	uint64_t now_ns;
	/* How often a live source reads everything. Its user may change this
	 * while it runs; it is noticed within a second. */
	counter_t interval_ns;
	/* A replay does not move now_ns beyond this; UINT64_MAX: no limit. */
	uint64_t until_ns;
};

#endif

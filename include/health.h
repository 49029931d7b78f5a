/* SPDX-License-Identifier: GPL-2.0-only */
/* How the source and the table are doing. The collector stores, the screen and
 * the outputs read: whatever is not right must be visible. */
#ifndef FLOWTOP_HEALTH_H
#define FLOWTOP_HEALTH_H

#include "lib/counter.h"

#define HEALTH_UNKNOWN UINT64_MAX

enum {
	HEALTH_OWNERS_SOCKETS = 1 << 0,  /* inet_diag */
	HEALTH_OWNERS_WALK = 1 << 1,     /* /proc of everybody */
	HEALTH_OWNERS_BIRTHS = 1 << 2,   /* BPF: socket() */
	HEALTH_OWNERS_CONNECTS = 1 << 3, /* BPF: connect() */
	HEALTH_OWNERS_SPACES = 1 << 4,   /* other network namespaces */
};

/* Each is HEALTH_UNKNOWN until it is known. */
struct health {
	counter_t n_kernel;    /* nf_conntrack_count */
	counter_t max_kernel;  /* nf_conntrack_max */
	counter_t n_live;      /* flows in our table */
	counter_t n_sockets;   /* connected here, if the kernel has no flows */
	counter_t n_rejected;  /* not stored: over --max-flows */
	counter_t lost;        /* events lost since the start */
	counter_t lost_ns;     /* monotonic: when the last were lost; 0 never */
	counter_t resyncs;     /* listings forced by lost events */
	counter_t sweep_ns;    /* how long the last complete listing took */
	counter_t reread_ns;   /* monotonic: when the last complete one began */
	counter_t tick_ns;     /* monotonic: when the last refresh began */
	counter_t refreshes;   /* rounds of reading that were completed */
	counter_t complete_ns; /* monotonic: when the first was; 0 not yet */
	counter_t events;      /* messages taken from the event socket */
	counter_t new_flows, ended_flows; /* since the start */
	counter_t rcvbuf;         /* bytes granted for the event socket */
	counter_t acct;           /* nf_conntrack_acct: 0, 1 */
	counter_t timestamp;      /* nf_conntrack_timestamp: 0, 1 */
	counter_t kernel_events;  /* nf_conntrack_events: 0, 1, 2 */
	counter_t tracking;       /* 1: by a table of our own */
	counter_t poll_mode;      /* 1: events are too many, listings only */
	counter_t owners_pending; /* flows whose owner is not known yet */
	counter_t owners_ways;    /* HEALTH_OWNERS_*: how owners are found */
	counter_t at_end;         /* 1: the recording has been played */
	counter_t version;        /* grows with every change of the table */
	counter_t now_ns; /* clock of the source: monotonic or replayed */
	counter_t wall_offset_ns; /* wall clock minus now_ns (modulo 2^64) */
};

/** health_init - everything unknown or 0. */
void health_init(struct health *health);

#endif

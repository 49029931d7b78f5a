/* SPDX-License-Identifier: GPL-2.0-only */
/* A plain copy of all that is known about one flow: what a reader takes out of
 * the table, what events mode queues, what rows are made of. */
#ifndef FLOWTOP_FLOW_INFO_H
#define FLOWTOP_FLOW_INFO_H

#include "flow/sample.h"
#include "net/tuple.h"

#include <stdbool.h>
#include <stdint.h>

/* Which end is ours; see source/addrs.h. */
enum flow_dir {
	FLOW_DIR_UNKNOWN, /* own addresses are not known */
	FLOW_DIR_OUT,
	FLOW_DIR_IN,
	FLOW_DIR_THROUGH, /* forwarded */
	FLOW_DIR_LOCAL,   /* both ends are ours */
};

/* What a flow has shown so far, beside enum sample_has. Continues its bits. */
enum {
	HAS_RATE = 1 << 16,        /* two samples with counters */
	FLOW_BORN_SEEN = 1 << 17,  /* its NEW event arrived: age by our clock */
	FLOW_LOOPBACK = 1 << 18,   /* both ends are loopback addresses */
	FLOW_CLOSED = 1 << 19,     /* a ghost: gone from the kernel */
	FLOW_FINAL = 1 << 20,      /* its DESTROY arrived: counters are final */
	FLOW_NEAR_REPLY = 1 << 21, /* the near side is the reply tuple's src */
	/* Picked up in mid-stream, by a packet of who had been asked: the
	 * source of the original tuple is the answering side. */
	FLOW_ANSWERING = 1 << 22,
};

/* The cold part that few flows have. */
struct flow_extra {
	uint8_t labels[LABELS_SIZE];
	uint8_t labels_size;
	uint8_t pad; /* compared as bytes */
	char helper[HELPER_SIZE];
	struct flow_key master;
};

struct flow_info {
	struct flow_key key;
	struct tuple reply;
	uint32_t id;
	uint32_t has;       /* enum sample_has and the bits above */
	uint32_t status;    /* IPS_* */
	uint32_t timeout_s; /* at sampled_ns */
	uint32_t mark;
	uint16_t zone_reply;
	uint8_t state;    /* kernel number */
	uint8_t dir;      /* enum flow_dir */
	uint8_t owner;    /* enum owner_kind */
	uint16_t proc;    /* number in table_procs(); PROC_NONE */
	uint16_t holders; /* processes that hold its socket; 0 unknown */
	uint64_t bytes[DIR_MAX], packets[DIR_MAX]; /* valid by direction: has */
	float rate[DIR_MAX];        /* bytes/s, last sample; with HAS_RATE */
	float smooth[DIR_MAX];      /* the same, half-life 2 s */
	float packet_rate[DIR_MAX]; /* packets/s, last sample */
	float peak;                 /* highest sum of smooth so far */
	uint64_t born_ns;           /* monotonic: first seen by flowtop */
	uint64_t start_ns;          /* wall clock; 0 unknown */
	uint64_t sampled_ns;     /* monotonic: last sample, or when it ended */
	uint64_t active_ns;      /* monotonic: when packets were last noticed */
	struct flow_extra extra; /* by HAS_LABELS, HAS_HELPER, HAS_MASTER */
};

/** flow_info_from_sample - what one message tells, without any history. */
void flow_info_from_sample(struct flow_info *info, const struct sample *sample);

/* The same flow over time: what a cursor or an anchor remembers. */
struct flow_ref {
	struct flow_key key;
	uint32_t id;
};

/** flow_ref_matches - the flow with @key and @id is the one of @ref. */
static inline bool flow_ref_matches(const struct flow_ref *ref,
				    const struct flow_key *key, uint32_t id)
{
	return id == ref->id && flow_key_equal(key, &ref->key);
}

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* One message about one flow, as a source hands it on. It lives on the stack
 * of whoever parsed the message. */
#ifndef FLOWTOP_FLOW_SAMPLE_H
#define FLOWTOP_FLOW_SAMPLE_H

#include "net/tuple.h"

#include <stdint.h>

struct nlmsghdr;

enum sample_kind {
	SAMPLE_NEW,     /* event: the flow was created */
	SAMPLE_UPDATE,  /* event: state, status, mark ... changed */
	SAMPLE_DESTROY, /* event: the flow ended; has the final counters */
	SAMPLE_DUMP,    /* part of a listing of the table */
	SAMPLE_GET,     /* answer to a question about this one flow */
	SAMPLE_GONE,    /* only in recordings: a sweep found it missing */
};

/* What a message contained. Absent is not 0: most events carry no counters,
 * and flows older than nf_conntrack_acct=1 never have any. */
enum sample_has {
	HAS_COUNTERS_ORIG = 1 << 0,
	HAS_COUNTERS_REPLY = 1 << 1,
	HAS_COUNTERS = HAS_COUNTERS_ORIG | HAS_COUNTERS_REPLY,
	HAS_START = 1 << 2,
	HAS_STOP = 1 << 3,
	HAS_TIMEOUT = 1 << 4,
	HAS_STATE = 1 << 5,
	HAS_STATUS = 1 << 6,
	HAS_MARK = 1 << 7,
	HAS_ZONE = 1 << 8,        /* CTA_ZONE: both directions */
	HAS_ZONE_ORIG = 1 << 9,   /* CTA_TUPLE_ZONE of the original tuple */
	HAS_ZONE_REPLY = 1 << 10, /* the same of the reply tuple */
	HAS_LABELS = 1 << 11,
	HAS_HELPER = 1 << 12,
	HAS_MASTER = 1 << 13,
	HAS_REPLY = 1 << 14, /* the reply tuple */
	HAS_ID = 1 << 15,
};

#define LABELS_SIZE 16 /* connlabel has at most 128 bits */
#define HELPER_SIZE 16 /* NF_CT_HELPER_NAME_LEN */

struct sample {
	enum sample_kind kind;
	uint8_t dump;        /* which listing, for SAMPLE_DUMP */
	uint8_t state;       /* kernel number, meaning by protocol */
	uint32_t has;        /* enum sample_has */
	uint64_t mono_ns;    /* when the kernel wrote it, as good as known */
	struct flow_key key; /* key.zone: the original direction's */
	struct tuple reply;
	uint32_t id;     /* CTA_ID; may repeat after the flow's life */
	uint32_t status; /* enum ip_conntrack_status */
	uint32_t timeout_s;
	uint32_t mark;
	uint64_t bytes[DIR_MAX], packets[DIR_MAX];
	uint64_t start_ns, stop_ns; /* wall clock */
	uint16_t zone_reply;
	uint8_t labels[LABELS_SIZE];
	uint8_t labels_size;      /* bytes in use */
	char helper[HELPER_SIZE]; /* NUL-terminated, sanitized */
	struct flow_key master;
	const struct nlmsghdr *raw; /* the message; borrowed for the call */
	uint64_t hash; /* of the key, set by table_expect(); 0: not known */
};

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* What the BPF programs of births write, and births reads. */
#ifndef FLOWTOP_ENRICH_BIRTHREC_H
#define FLOWTOP_ENRICH_BIRTHREC_H

#include "enrich/births.h"

#include <stddef.h>
#include <stdint.h>

enum birth_kind {
	BIRTH_SOCKET,  /* socket() */
	BIRTH_CONNECT, /* TCP's connect() */
	BIRTH_KINDS,
};

/* What not every kernel can tell in every program. */
enum {
	BIRTH_HAS_PID = 1 << 0,
	BIRTH_HAS_UID = 1 << 1,
	BIRTH_HAS_COMM = 1 << 2,
	BIRTH_HAS_NETNS = 1 << 3,
};

#define BIRTH_HAS_ALL                                                          \
	(BIRTH_HAS_PID | BIRTH_HAS_UID | BIRTH_HAS_COMM | BIRTH_HAS_NETNS)

/* The numbers as the helpers of BPF give them; what is not there is 0. */
struct birth_record {
	uint64_t cookie;
	uint64_t netns_cookie;
	uint64_t boot_ns;
	uint64_t pid_tgid; /* thread group in the upper half */
	uint64_t uid_gid;  /* user in the lower half */
	char comm[BIRTH_COMM_SIZE];
	uint32_t kind;
	uint32_t has; /* BIRTH_HAS_* */

	/* BIRTH_CONNECT only; the record of another kind ends above. */
	uint32_t family;
	uint32_t remote_port; /* network order, as 32 bits */
	uint32_t local_port;  /* host order */
	uint32_t unused;
	uint32_t remote[4]; /* network order; IPv4: the first */
	uint32_t local[4];
};

#define BIRTH_SOCKET_SIZE offsetof(struct birth_record, family)
#define BIRTH_CONNECT_SIZE sizeof(struct birth_record)

#endif

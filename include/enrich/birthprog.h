/* SPDX-License-Identifier: GPL-2.0-only */
/* The two BPF programs of births, assembled by hand: no compiler for BPF, no
 * library. Pure; enrich/birthload.c loads them. */
#ifndef FLOWTOP_ENRICH_BIRTHPROG_H
#define FLOWTOP_ENRICH_BIRTHPROG_H

#include "enrich/birthrec.h"

#include <linux/bpf.h>
#include <stdint.h>

#define BIRTHPROG_MAX 96

struct birthprog {
	struct bpf_insn insn[BIRTHPROG_MAX];
	int n;
};

/* Descriptors of maps: the ring; an array with one value, a counter of what
 * found the ring full for each enum birth_kind. */
struct birthmaps {
	int ring, lost;
};

/**
 * birthprog_make - the program that writes records of @kind
 * @has: BIRTH_HAS_*: what it shall tell; older kernels refuse some
 *
 * BIRTH_SOCKET is a BPF_PROG_TYPE_CGROUP_SOCK for BPF_CGROUP_INET_SOCK_CREATE.
 * BIRTH_CONNECT is a BPF_PROG_TYPE_SOCK_OPS, and acts on
 * BPF_SOCK_OPS_TCP_CONNECT_CB only.
 * Both always return 1: nothing is denied, nothing is changed.
 */
void birthprog_make(struct birthprog *prog, enum birth_kind kind, uint32_t has,
		    const struct birthmaps *maps);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Loading and attaching the BPF programs of births: bare system calls.
 *
 * The programs hang on links, and those on descriptors: who holds them sees
 * births, and when he has ended in any way nothing is left. Several flowtops
 * do not disturb each other.
 */
#ifndef FLOWTOP_ENRICH_BIRTHLOAD_H
#define FLOWTOP_ENRICH_BIRTHLOAD_H

#include "enrich/birthrec.h"
#include "enrich/birthring.h"

#include <stddef.h>
#include <stdint.h>

#define BIRTHLOAD_RING (1U << 20) /* bytes */

struct birthload {
	int links[BIRTH_KINDS];    /* descriptors; -1: not attached */
	struct birthring ring;     /* mapped */
	const uint64_t *lost;      /* mapped: for each kind, found it full */
	uint32_t has[BIRTH_KINDS]; /* BIRTH_HAS_* that this kernel tells */
};

/**
 * birthload_open - load, map and attach
 * @may: BIRTH_HAS_* that connects may tell; fewer only to see what an old
 *	kernel makes of it
 * @state: filled in also after an error
 *
 * Context: see births_open().
 * Return: 0 when at least sockets are seen; negative errno with @load closed.
 */
int birthload_open(struct birthload *load, uint32_t may,
		   struct births_state *state);

void birthload_close(struct birthload *load);

/**
 * birthload_cgroup - open the root of the mounted cgroup2
 * @path: where it is; may be NULL
 *
 * Return: descriptor, or -ENOENT when there is none.
 */
int birthload_cgroup(char *path, size_t size);

#endif

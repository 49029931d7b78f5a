/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reading a BPF ring buffer in memory, without system calls.
 *
 * Nothing that lies in the ring is trusted: a length that cannot be ends the
 * reading of what is there.
 */
#ifndef FLOWTOP_ENRICH_BIRTHRING_H
#define FLOWTOP_ENRICH_BIRTHRING_H

#include "enrich/birthrec.h"

#include <stdbool.h>
#include <stddef.h>

/* Positions only grow; the kernel's are longs as well. */
struct birthring {
	unsigned long *consumer;       /* ours */
	const unsigned long *producer; /* the other side's */
	const uint8_t *data;           /* twice, one behind the other */
	size_t size;                   /* of it, once: a power of 2 */
};

/**
 * birthring_next - take the next record
 * @record: what the record does not have is 0
 *
 * Records of unknown kind or wrong size are skipped.
 * Context: one thread.
 * Return: whether there was one.
 */
bool birthring_next(struct birthring *ring, struct birth_record *record);

#endif

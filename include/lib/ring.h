/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A bounded ring of records of any size, from one thread to another, in a
 * fixed piece of memory. Nothing waits for room: a record that does not fit is
 * refused as a whole, and the caller says what that means.
 */
#ifndef FLOWTOP_LIB_RING_H
#define FLOWTOP_LIB_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

struct ring;

/**
 * ring_new - make a ring of @size bytes; each record costs 4 more
 *
 * Return: freed with ring_free(); NULL with errno.
 */
struct ring *ring_new(size_t size);
void ring_free(struct ring *ring);

/**
 * ring_put - append one record, made of @n parts
 *
 * Context: any thread.
 * Return: false when it does not fit or the ring is closed: nothing changed.
 */
bool ring_put(struct ring *ring, const struct iovec *parts, int n);

/**
 * ring_take - move whole records, as many as fit, into @buffer
 *
 * They follow each other without anything in between. Does not wait. A record
 * larger than @size blocks the ring: the caller knows its largest.
 * Context: one thread only.
 * Return: bytes in @buffer.
 */
size_t ring_take(struct ring *ring, void *buffer, size_t size);

/**
 * ring_wait - wait until @bytes are there, or the ring is closed
 * @timeout_ns: at most this long; UINT64_MAX waits for ever
 *
 * Context: one thread only.
 * Return: false when the ring is closed and empty: nothing will come.
 */
bool ring_wait(struct ring *ring, size_t bytes, uint64_t timeout_ns);

/** ring_close - no more is taken in; the waiter wakes. */
void ring_close(struct ring *ring);

/** ring_used - bytes waiting to be taken. */
size_t ring_used(struct ring *ring);

#endif

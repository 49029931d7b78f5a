/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A bounded ring of records of any size.
 *
 *   | len record | len record | len rec ... wraps ... ord |   free   |
 *     ^tail                                               ^head
 *
 * head and tail only grow; their place in memory is their rest by the size,
 * so head - tail is what is used.
 */
#include "lib/ring.h"

#include "lib/clock.h"
#include "lib/must.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct ring {
	pthread_mutex_t mutex;
	pthread_cond_t filled;
	uint8_t *data;
	size_t size;
	uint64_t head, tail;
	size_t wanted; /* the waiter sleeps until so much is used; 0: awake */
	bool closed;
};

static void sync_init(struct ring *ring)
{
	pthread_condattr_t attr;

	must(pthread_mutex_init(&ring->mutex, NULL));
	must(pthread_condattr_init(&attr));
	must(pthread_condattr_setclock(&attr, CLOCK_MONOTONIC));
	must(pthread_cond_init(&ring->filled, &attr));
	must(pthread_condattr_destroy(&attr));
}

struct ring *ring_new(size_t size)
{
	struct ring *ring = calloc(1, sizeof(*ring));

	if (!ring)
		return NULL;
	ring->size = size;
	/* Pages that no record has reached yet cost nothing. */
	ring->data = malloc(size);
	if (!ring->data) {
		free(ring);
		return NULL;
	}
	sync_init(ring);
	return ring;
}

void ring_free(struct ring *ring)
{
	if (!ring)
		return;
	must(pthread_cond_destroy(&ring->filled));
	must(pthread_mutex_destroy(&ring->mutex));
	free(ring->data);
	free(ring);
}

static void copy_in(struct ring *ring, const void *data, size_t n)
{
	size_t at = ring->head % ring->size;
	size_t first = ring->size - at < n ? ring->size - at : n;

	memcpy(ring->data + at, data, first);
	memcpy(ring->data, (const uint8_t *)data + first, n - first);
	ring->head += n;
}

static void copy_out(struct ring *ring, uint64_t from, void *data, size_t n)
{
	size_t at = from % ring->size;
	size_t first = ring->size - at < n ? ring->size - at : n;

	memcpy(data, ring->data + at, first);
	memcpy((uint8_t *)data + first, ring->data, n - first);
}

bool ring_put(struct ring *ring, const struct iovec *parts, int n)
{
	uint32_t size = 0;
	bool fits;

	for (int i = 0; i < n; i++)
		size += (uint32_t)parts[i].iov_len;
	must(pthread_mutex_lock(&ring->mutex));
	fits = !ring->closed &&
	       size + sizeof(size) <= ring->size - (ring->head - ring->tail);
	if (fits) {
		copy_in(ring, &size, sizeof(size));
		for (int i = 0; i < n; i++)
			copy_in(ring, parts[i].iov_base, parts[i].iov_len);
		if (ring->wanted && ring->head - ring->tail >= ring->wanted) {
			ring->wanted = 0;
			must(pthread_cond_signal(&ring->filled));
		}
	}
	must(pthread_mutex_unlock(&ring->mutex));
	return fits;
}

size_t ring_take(struct ring *ring, void *buffer, size_t size)
{
	uint8_t *at = buffer;
	size_t left = size;

	must(pthread_mutex_lock(&ring->mutex));
	while (ring->head != ring->tail) {
		uint32_t n;

		copy_out(ring, ring->tail, &n, sizeof(n));
		if (n > left)
			break;
		copy_out(ring, ring->tail + sizeof(n), at, n);
		ring->tail += sizeof(n) + n;
		at += n;
		left -= n;
	}
	must(pthread_mutex_unlock(&ring->mutex));
	return size - left;
}

static struct timespec deadline_after(uint64_t timeout_ns)
{
	uint64_t now = clock_mono_ns();
	uint64_t end = now + timeout_ns;

	if (end < now)
		end = INT64_MAX;
	return (struct timespec){
		.tv_sec = (time_t)(end / NS_PER_S),
		.tv_nsec = (long)(end % NS_PER_S),
	};
}

bool ring_wait(struct ring *ring, size_t bytes, uint64_t timeout_ns)
{
	struct timespec deadline = deadline_after(timeout_ns);
	bool more;
	int err = 0;

	must(pthread_mutex_lock(&ring->mutex));
	while (ring->head - ring->tail < bytes && !ring->closed &&
	       err != ETIMEDOUT) {
		ring->wanted = bytes;
		err = pthread_cond_timedwait(&ring->filled, &ring->mutex,
					     &deadline);
		if (err != ETIMEDOUT)
			must_be_ok(err, "pthread_cond_timedwait");
	}
	ring->wanted = 0;
	more = ring->head != ring->tail || !ring->closed;
	must(pthread_mutex_unlock(&ring->mutex));
	return more;
}

void ring_close(struct ring *ring)
{
	must(pthread_mutex_lock(&ring->mutex));
	ring->closed = true;
	must(pthread_cond_broadcast(&ring->filled));
	must(pthread_mutex_unlock(&ring->mutex));
}

size_t ring_used(struct ring *ring)
{
	size_t used;

	must(pthread_mutex_lock(&ring->mutex));
	used = ring->head - ring->tail;
	must(pthread_mutex_unlock(&ring->mutex));
	return used;
}

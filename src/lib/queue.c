// SPDX-License-Identifier: GPL-2.0-only
/*
 * A ring behind the only mutex of the program.
 *
 *   push: 0 -> n elements   writes the eventfd   signals one waiter, or all
 *   pop:  n -> 0 elements   reads the eventfd
 *
 * Both happen with the mutex held, so the descriptor is readable exactly while
 * there is something to take, and costs a system call only at these edges.
 */
#include "lib/queue.h"

#include "lib/clock.h"
#include "lib/must.h"
#include "lib/slack.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

/* So much is never given back: a burst of every day. */
#define KEEP_BYTES (32 << 10)

struct queue {
	pthread_mutex_t mutex;
	pthread_cond_t filled; /* not empty, or closed */
	char *elems;
	size_t elem_size;
	size_t max;
	size_t head;
	size_t count;
	size_t touched; /* elements whose memory is there */
	size_t most;    /* that were in it since it was looked at */
	struct slack slack;
	uint64_t dropped;
	int fd;
	bool closed;
};

static void sync_init(struct queue *queue)
{
	pthread_condattr_t attr;

	must(pthread_mutex_init(&queue->mutex, NULL));
	must(pthread_condattr_init(&attr));
	must(pthread_condattr_setclock(&attr, CLOCK_MONOTONIC));
	must(pthread_cond_init(&queue->filled, &attr));
	must(pthread_condattr_destroy(&attr));
}

struct queue *queue_new(size_t elem_size, size_t max_elems)
{
	struct queue *queue;

	if (!elem_size || !max_elems) {
		errno = EINVAL;
		return NULL;
	}
	queue = calloc(1, sizeof(*queue));
	if (!queue)
		return NULL;
	queue->elem_size = elem_size;
	queue->max = max_elems;
	/* Pages that no element has reached yet cost nothing. */
	queue->elems = calloc(max_elems, elem_size);
	if (!queue->elems)
		goto out;
	queue->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (queue->fd < 0)
		goto out;
	sync_init(queue);
	return queue;
out:
	free(queue->elems);
	free(queue);
	return NULL;
}

void queue_free(struct queue *queue)
{
	if (!queue)
		return;
	must(pthread_cond_destroy(&queue->filled));
	must(pthread_mutex_destroy(&queue->mutex));
	close(queue->fd);
	free(queue->elems);
	free(queue);
}

static char *elem_at(struct queue *queue, size_t i)
{
	i += queue->head;
	if (i >= queue->max)
		i -= queue->max;
	return queue->elems + i * queue->elem_size;
}

static size_t room_for(const struct queue *queue, size_t n)
{
	size_t room = queue->closed ? 0 : queue->max - queue->count;

	return n < room ? n : room;
}

/* @n more will be in it. */
static void note(struct queue *queue, size_t n)
{
	size_t end = queue->head + queue->count + n;

	if (end > queue->max)
		end = queue->max;
	if (end > queue->touched)
		queue->touched = end;
	if (queue->count + n > queue->most)
		queue->most = queue->count + n;
}

/* Copies in at most two pieces to the end of the ring. */
static void put(struct queue *queue, const char *elems, size_t n)
{
	char *at = elem_at(queue, queue->count);
	char *end = queue->elems + queue->max * queue->elem_size;
	size_t first = (size_t)(end - at) / queue->elem_size;

	if (first > n)
		first = n;
	memcpy(at, elems, first * queue->elem_size);
	memcpy(queue->elems, elems + first * queue->elem_size,
	       (n - first) * queue->elem_size);
	if (!queue->count)
		must(eventfd_write(queue->fd, 1) ? errno : 0);
	note(queue, n);
	queue->count += n;
}

size_t queue_push_many(struct queue *queue, const void *elems, size_t n)
{
	size_t taken;

	must(pthread_mutex_lock(&queue->mutex));
	taken = room_for(queue, n);
	queue->dropped += n - taken;
	if (taken) {
		put(queue, elems, taken);
		must(taken == 1 ? pthread_cond_signal(&queue->filled)
				: pthread_cond_broadcast(&queue->filled));
	}
	must(pthread_mutex_unlock(&queue->mutex));
	return taken;
}

bool queue_push(struct queue *queue, const void *elem)
{
	return queue_push_many(queue, elem, 1) == 1;
}

static void release(struct queue *queue, size_t kept)
{
	if (queue->touched <= kept)
		return;
	slack_release(queue->elems + kept * queue->elem_size,
		      (queue->touched - kept) * queue->elem_size);
	queue->touched = kept;
}

/* It is empty. What only a burst has needed, a second or two ago, goes. */
static void shrink(struct queue *queue)
{
	size_t kept =
		2 * slack_most(&queue->slack, queue->most, clock_mono_ns());

	queue->most = 0;
	if (kept * queue->elem_size < KEEP_BYTES)
		kept = KEEP_BYTES / queue->elem_size;
	release(queue, kept);
}

/* Copies in at most two pieces and drops them from the ring. */
static void take(struct queue *queue, char *elems, size_t n)
{
	size_t first = queue->max - queue->head;

	if (first > n)
		first = n;
	memcpy(elems, elem_at(queue, 0), first * queue->elem_size);
	memcpy(elems + first * queue->elem_size, queue->elems,
	       (n - first) * queue->elem_size);
	queue->count -= n;
	/* Starting over when empty keeps a short queue in few pages. */
	queue->head = queue->count ? (queue->head + n) % queue->max : 0;
	if (!queue->count && queue->touched * queue->elem_size > KEEP_BYTES)
		shrink(queue);
}

size_t queue_pop(struct queue *queue, void *elems, size_t max)
{
	eventfd_t ignored;
	size_t n;

	must(pthread_mutex_lock(&queue->mutex));
	n = queue->count < max ? queue->count : max;
	if (n) {
		take(queue, elems, n);
		if (!queue->count)
			must(eventfd_read(queue->fd, &ignored) ? errno : 0);
	}
	must(pthread_mutex_unlock(&queue->mutex));
	return n;
}

static struct timespec deadline_after(uint64_t timeout_ns)
{
	uint64_t now = clock_mono_ns();
	uint64_t end = now + timeout_ns;

	if (end < now)
		end = UINT64_MAX;
	return (struct timespec){
		.tv_sec = (time_t)(end / NS_PER_S),
		.tv_nsec = (long)(end % NS_PER_S),
	};
}

bool queue_wait(struct queue *queue, uint64_t timeout_ns)
{
	struct timespec deadline = deadline_after(timeout_ns);
	bool more;
	int err = 0;

	must(pthread_mutex_lock(&queue->mutex));
	while (!queue->count && !queue->closed && err != ETIMEDOUT) {
		err = pthread_cond_timedwait(&queue->filled, &queue->mutex,
					     &deadline);
		if (err != ETIMEDOUT)
			must_be_ok(err, "pthread_cond_timedwait");
	}
	more = queue->count || !queue->closed;
	must(pthread_mutex_unlock(&queue->mutex));
	return more;
}

void queue_close(struct queue *queue)
{
	must(pthread_mutex_lock(&queue->mutex));
	queue->closed = true;
	must(pthread_cond_broadcast(&queue->filled));
	must(pthread_mutex_unlock(&queue->mutex));
}

int queue_fd(const struct queue *queue)
{
	return queue->fd;
}

size_t queue_count(struct queue *queue)
{
	size_t count;

	must(pthread_mutex_lock(&queue->mutex));
	count = queue->count;
	must(pthread_mutex_unlock(&queue->mutex));
	return count;
}

uint64_t queue_dropped(struct queue *queue)
{
	uint64_t dropped;

	must(pthread_mutex_lock(&queue->mutex));
	dropped = queue->dropped;
	must(pthread_mutex_unlock(&queue->mutex));
	return dropped;
}

void queue_trim(struct queue *queue)
{
	must(pthread_mutex_lock(&queue->mutex));
	if (!queue->count)
		release(queue, 0);
	must(pthread_mutex_unlock(&queue->mutex));
}

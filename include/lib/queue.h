/* SPDX-License-Identifier: GPL-2.0-only */
/* A bounded queue of fixed-size elements between threads. Nothing waits for
 * room: full means that the element is dropped and counted. Memory that only a
 * burst has touched is given back when it was empty some time later. */
#ifndef FLOWTOP_LIB_QUEUE_H
#define FLOWTOP_LIB_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct queue;

/**
 * queue_new - make a queue of at most @max_elems elements of @elem_size bytes
 *
 * Return: freed with queue_free(); NULL with errno.
 */
struct queue *queue_new(size_t elem_size, size_t max_elems);
void queue_free(struct queue *queue);

/**
 * queue_push - append a copy of @elem
 *
 * Context: any thread.
 * Return: false when the queue was full or closed (the loss is counted).
 */
bool queue_push(struct queue *queue, const void *elem);

/**
 * queue_push_many - append copies of the first of @n elements that find room
 *
 * One lock and at most one wake-up for all of them.
 * Context: any thread.
 * Return: how many (the loss of the others is counted).
 */
size_t queue_push_many(struct queue *queue, const void *elems, size_t n);

/**
 * queue_pop - take up to @max elements from the head into @elems
 *
 * Context: any thread; does not wait.
 * Return: how many were taken.
 */
size_t queue_pop(struct queue *queue, void *elems, size_t max);

/**
 * queue_wait - wait until there is something to take or the queue is closed
 * @timeout_ns: at most this long; UINT64_MAX waits for ever
 *
 * Return: false when the queue is closed and empty: nothing will come.
 */
bool queue_wait(struct queue *queue, uint64_t timeout_ns);

/** queue_close - no more is taken in; waiters wake. */
void queue_close(struct queue *queue);

/**
 * queue_fd - a descriptor that polls readable while the queue is not empty
 *
 * It belongs to the queue. queue_pop() resets it.
 */
int queue_fd(const struct queue *queue);

/** queue_count - elements that wait now. */
size_t queue_count(struct queue *queue);

/** queue_dropped - how many elements were refused so far. */
uint64_t queue_dropped(struct queue *queue);

/** queue_trim - an empty one gives back the memory that it has touched. */
void queue_trim(struct queue *queue);

#endif

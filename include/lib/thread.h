/* SPDX-License-Identifier: GPL-2.0-only */
/* Threads: starting one can fail and says so, joining one cannot. */
#ifndef FLOWTOP_LIB_THREAD_H
#define FLOWTOP_LIB_THREAD_H

#include <pthread.h>
#include <stddef.h>

struct thread {
	pthread_t id;
	void (*run)(void *arg);
	void *arg;
	char name[16]; /* TASK_COMM_LEN of the kernel */
};

/**
 * thread_start - run @run(@arg) in a new thread named @name
 * @thread: filled in; must live until thread_join()
 *
 * Signals are blocked in the new thread, as main reads them; except those of
 * faults, so that main's handler can put the terminal back.
 * Return: 0 or negative errno.
 */
int thread_start(struct thread *thread, const char *name, void (*run)(void *),
		 void *arg);

/** thread_start_free - the same, but nobody joins it. @thread must live until
 * @run is called. @stack_bytes: of its stack. */
int thread_start_free(struct thread *thread, const char *name,
		      void (*run)(void *), void *arg, size_t stack_bytes);

/** thread_join - wait for the thread to end. */
void thread_join(struct thread *thread);

/* One at a time. For what is rare: data is shared by RCU and queues. */
struct mutex {
	pthread_mutex_t lock;
};

void mutex_init(struct mutex *mutex);
void mutex_destroy(struct mutex *mutex);
void mutex_lock(struct mutex *mutex);
void mutex_unlock(struct mutex *mutex);

#endif

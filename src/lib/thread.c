// SPDX-License-Identifier: GPL-2.0-only
/* Starting and joining threads, and locks. */
#include "lib/thread.h"

#include "lib/must.h"
#include "lib/str.h"

#include <signal.h>
#include <stddef.h>

/* Faults stay deliverable: the kernel kills a process that has blocked the
 * signal of its own fault, and main's handler could not restore the screen. */
static const int faults[] = {
	SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT
};

static void *thread_main(void *arg)
{
	struct thread *thread = arg;

	/* By the thread itself: the C library would name another one through
	 * /proc/self/task, which is not writable for a sandboxed process. */
	(void)pthread_setname_np(pthread_self(), thread->name);
	thread->run(thread->arg);
	return NULL;
}

static int start(struct thread *thread, const char *name, void (*run)(void *),
		 void *arg, const pthread_attr_t *attr)
{
	sigset_t blocked, before;
	int err;

	thread->run = run;
	thread->arg = arg;
	str_copy(thread->name, sizeof(thread->name), name);
	sigfillset(&blocked);
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
		sigdelset(&blocked, faults[i]);
	/* Inherited, so that no signal arrives before it is blocked. */
	must(pthread_sigmask(SIG_BLOCK, &blocked, &before));
	err = pthread_create(&thread->id, attr, thread_main, thread);
	must(pthread_sigmask(SIG_SETMASK, &before, NULL));
	return -err;
}

int thread_start(struct thread *thread, const char *name, void (*run)(void *),
		 void *arg)
{
	return start(thread, name, run, arg, NULL);
}

int thread_start_free(struct thread *thread, const char *name,
		      void (*run)(void *), void *arg, size_t stack_bytes)
{
	pthread_attr_t attr;
	int err;

	must(pthread_attr_init(&attr));
	must(pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED));
	must(pthread_attr_setstacksize(&attr, stack_bytes));
	err = start(thread, name, run, arg, &attr);
	must(pthread_attr_destroy(&attr));
	return err;
}

void thread_join(struct thread *thread)
{
	must(pthread_join(thread->id, NULL));
}

void mutex_init(struct mutex *mutex)
{
	must(pthread_mutex_init(&mutex->lock, NULL));
}

void mutex_destroy(struct mutex *mutex)
{
	must(pthread_mutex_destroy(&mutex->lock));
}

void mutex_lock(struct mutex *mutex)
{
	must(pthread_mutex_lock(&mutex->lock));
}

void mutex_unlock(struct mutex *mutex)
{
	must(pthread_mutex_unlock(&mutex->lock));
}

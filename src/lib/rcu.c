// SPDX-License-Identifier: GPL-2.0-only
/*
 * RCU, and what ThreadSanitizer has to be told about it.
 *
 * _LGPL_SOURCE is not defined: the library's internals, which TSan cannot
 * follow, stay out of our objects. What RCU promises is said by hand:
 *
 *   reader              collector             liburcu's thread
 *   reader_lock()
 *   look at p           unlink p
 *   reader_unlock()     rcu_defer(p)
 *     release(sections)   release(deferral)
 *          |                    \---------->  acquire(deferral)
 *          \------------------------------->  acquire(sections)
 *                                             func(p)
 *                       rcu_drain()           release(drained)
 *                         acquire(drained) <-------/
 *
 * reader_lock() acquires nothing. If it did, the collector, which reads as
 * well, would seem to be ordered after every reader that ever left, and TSan
 * could not report memory that is freed without a grace period.
 */
#include "lib/rcu.h"

#include "lib/must.h"

#include <errno.h>
#include <stdlib.h>

#ifdef RCU_TSAN
static char sections, drained; /* only their addresses are used */

struct deferral {
	struct rcu_head rcu;
	struct rcu_head *head;
	void (*func)(struct rcu_head *head);
};

/*
 * Not instrumented, so that the stack TSan sees of @func begins here and not
 * in the library: the suppressions that the library needs would hide races of
 * @func as well.
 */
#if defined(__clang__)
#define OUT_OF_STACK __attribute__((disable_sanitizer_instrumentation))
#else
#define OUT_OF_STACK __attribute__((no_sanitize("thread")))
#endif

OUT_OF_STACK static void deferral_run(struct rcu_head *rcu)
{
	struct deferral *d = caa_container_of(rcu, struct deferral, rcu);

	rcu_tsan_acquire(d);
	rcu_tsan_acquire(&sections);
	d->func(d->head);
	free(d);
	rcu_tsan_release(&drained);
}

void rcu_defer(struct rcu_head *head, void (*func)(struct rcu_head *head))
{
	struct deferral *d = malloc(sizeof(*d));

	must_be_ok(d ? 0 : ENOMEM, "rcu_defer");
	d->head = head;
	d->func = func;
	rcu_tsan_release(d);
	call_rcu(&d->rcu, deferral_run);
}
#else
static const char sections, drained;

void rcu_defer(struct rcu_head *head, void (*func)(struct rcu_head *head))
{
	call_rcu(head, func);
}
#endif

void reader_register(void)
{
	rcu_register_thread();
}

void reader_unregister(void)
{
	rcu_unregister_thread();
}

void reader_lock(void)
{
	rcu_read_lock();
}

void reader_unlock(void)
{
	rcu_tsan_release(&sections);
	rcu_read_unlock();
}

void rcu_drain(void)
{
	rcu_barrier();
	rcu_tsan_acquire(&drained);
}

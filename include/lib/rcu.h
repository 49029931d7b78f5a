/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The one place that names liburcu.
 *
 * RCU protects how long an object lives, not what is in it. Pointers to
 * immutable things are published with C11 release stores and read with acquire
 * loads instead of liburcu's macros, so that ThreadSanitizer, which cannot see
 * into the uninstrumented library, understands them; the annotations here tell
 * it about the rest.
 */
#ifndef FLOWTOP_LIB_RCU_H
#define FLOWTOP_LIB_RCU_H

#include <stdatomic.h>

#include <urcu.h>
#include <urcu/rculfhash.h>

#if defined(__SANITIZE_THREAD__)
#define RCU_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define RCU_TSAN 1
#endif
#endif

#ifdef RCU_TSAN
void __tsan_acquire(void *addr);
void __tsan_release(void *addr);
#define rcu_tsan_acquire(p) __tsan_acquire((void *)(p))
#define rcu_tsan_release(p) __tsan_release((void *)(p))
#else
#define rcu_tsan_acquire(p) ((void)(p))
#define rcu_tsan_release(p) ((void)(p))
#endif

/** reader_register - every thread that reads shared data calls this first. */
void reader_register(void);
void reader_unregister(void);

/**
 * reader_lock - begin a read-side section: what is reachable stays allocated
 *
 * Inside: nothing that blocks, no terminal or file I/O. Not nested.
 */
void reader_lock(void);
void reader_unlock(void);

/**
 * rcu_defer - call @func(@head) after every present reader has left
 *
 * Context: a registered thread. @func runs in liburcu's own thread.
 */
void rcu_defer(struct rcu_head *head, void (*func)(struct rcu_head *head));

/** rcu_drain - wait until every rcu_defer() so far has run. Not in a section.
 */
void rcu_drain(void);

/** publish - store a pointer to something complete into a shared slot. */
#define publish(slot, p)                                                       \
	atomic_store_explicit((slot), (p), memory_order_release)

/** subscribe - load a published pointer once. */
#define subscribe(slot) atomic_load_explicit((slot), memory_order_acquire)

#endif

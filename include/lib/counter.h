/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Numbers that one thread writes and any thread reads.
 *
 * Each value is whole, and nothing more is promised: two counters read one
 * after the other may belong to different moments. Only the owning thread may
 * call the _set and _add functions, so they need no locked instruction.
 */
#ifndef FLOWTOP_LIB_COUNTER_H
#define FLOWTOP_LIB_COUNTER_H

#include <stdatomic.h>
#include <stdint.h>
#include <string.h>

typedef _Atomic uint64_t counter_t;
typedef _Atomic uint32_t counter32_t;
typedef _Atomic uint16_t counter16_t;
typedef _Atomic uint8_t counter8_t;

/** counter_get - load any of the counter types. */
#define counter_get(c) atomic_load_explicit((c), memory_order_relaxed)

/** counter_set - store; the owning thread only. */
#define counter_set(c, v) atomic_store_explicit((c), (v), memory_order_relaxed)

/** counter_add - increase; the owning thread only. */
#define counter_add(c, v) counter_set((c), counter_get(c) + (v))

/** counter_get_float - load a float kept in a counter32_t. */
static inline float counter_get_float(const counter32_t *c)
{
	uint32_t bits = counter_get(c);
	float value;

	memcpy(&value, &bits, sizeof(value));
	return value;
}

/** counter_set_float - store a float into a counter32_t; owner only. */
static inline void counter_set_float(counter32_t *c, float value)
{
	uint32_t bits;

	memcpy(&bits, &value, sizeof(bits));
	counter_set(c, bits);
}

#endif

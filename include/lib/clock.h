/* SPDX-License-Identifier: GPL-2.0-only */
/* Time. Rates and intervals use the monotonic clock, ages the wall clock. */
#ifndef FLOWTOP_LIB_CLOCK_H
#define FLOWTOP_LIB_CLOCK_H

#include <stdint.h>

#define NS_PER_US 1000ULL
#define NS_PER_MS 1000000ULL
#define NS_PER_S 1000000000ULL

/** clock_mono_ns - CLOCK_MONOTONIC, nanoseconds. */
uint64_t clock_mono_ns(void);

/** clock_wall_ns - CLOCK_REALTIME, nanoseconds since 1970. */
uint64_t clock_wall_ns(void);

/** clock_boot_ns - CLOCK_BOOTTIME, nanoseconds. */
uint64_t clock_boot_ns(void);

/** clock_thread_cpu_ns - CPU time of the calling thread, nanoseconds. */
uint64_t clock_thread_cpu_ns(void);

/** clock_sleep_ns - sleep for @ns; a signal may end it early. */
void clock_sleep_ns(uint64_t ns);

#endif

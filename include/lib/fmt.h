/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Numbers as the screen shows them. Each function writes a NUL-terminated text
 * and returns its length. What is not known ("?") is the caller's decision.
 */
#ifndef FLOWTOP_LIB_FMT_H
#define FLOWTOP_LIB_FMT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FMT_SIZE 16 /* enough for every text made here */

/**
 * fmt_count - three significant digits, k = 1000: "812", "64.2K", "1.31M"
 *
 * At most 5 characters, also after rounding. 0 is "-".
 */
size_t fmt_count(char *text, size_t size, uint64_t value);

/**
 * fmt_rate - the same for bytes per second, or bits if @bits
 *
 * Less than half a unit per second is "-".
 */
size_t fmt_rate(char *text, size_t size, double bytes_per_s, bool bits);

/**
 * fmt_age - one unit, rounded down: "59s", "12m", "3h", "14d", "999y"
 *
 * At most 4 characters.
 */
size_t fmt_age(char *text, size_t size, uint64_t age_ns);

/**
 * fmt_age_long - two units: "59s", "12m22s", "3h05m", "4d23h", "2y270d"
 *
 * At most 7 characters.
 */
size_t fmt_age_long(char *text, size_t size, uint64_t age_ns);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Room that a burst has left behind: when it may be given back.
 *
 * What grows and shrinks all the time keeps its room: it is given back when
 * less than an eighth of it was needed for about a second.
 */
#ifndef FLOWTOP_LIB_SLACK_H
#define FLOWTOP_LIB_SLACK_H

#include "lib/clock.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SLACK_NS (700 * NS_PER_MS)

/* Zeroed is empty. */
struct slack {
	uint64_t turn_ns;
	size_t most, before; /* in this window, and in the one before */
};

/** slack_most - the most that was needed in the last one or two SLACK_NS.
 * @needed: now */
size_t slack_most(struct slack *slack, size_t needed, uint64_t now_ns);

/** slack_is_large - whether @room is far more than @most. */
bool slack_is_large(size_t room, size_t most);

/** slack_release - the whole pages of @memory go; they come back as zeros. */
void slack_release(void *memory, size_t bytes);

/**
 * slack_heap - freed memory goes back to the kernel
 *
 * slack_init() once at the start: what is large is never kept when it is freed,
 * whatever was freed before, and all threads share one heap: each with its own
 * would keep its own holes. slack_heap(): what is small does not stay, either;
 * some milliseconds when much is free.
 */
void slack_init(void);
void slack_heap(void);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
#include "lib/slack.h"

#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

/* Room for so many times what is needed is given back. */
#define SLACK 8

/* glibc's own at the start. Left alone, it grows with every large block that is
 * freed, up to 32 MB, and twice as much stays unused. */
#define LARGE_BYTES (128 << 10)

size_t slack_most(struct slack *slack, size_t needed, uint64_t now_ns)
{
	if (now_ns >= slack->turn_ns) {
		slack->before = slack->most;
		slack->most = 0;
		slack->turn_ns = now_ns + SLACK_NS;
	}
	if (needed > slack->most)
		slack->most = needed;
	return slack->most > slack->before ? slack->most : slack->before;
}

bool slack_is_large(size_t room, size_t most)
{
	return room / SLACK > most;
}

void slack_release(void *memory, size_t bytes)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	uintptr_t begin = ((uintptr_t)memory + page - 1) & ~(page - 1);
	uintptr_t end = ((uintptr_t)memory + bytes) & ~(page - 1);

	if (end > begin)
		madvise((void *)begin, end - begin, MADV_DONTNEED);
}

void slack_init(void)
{
	mallopt(M_MMAP_THRESHOLD, LARGE_BYTES);
	mallopt(M_ARENA_MAX, 1);
}

void slack_heap(void)
{
	malloc_trim(0);
}

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A table of bounded size: when it is full, what was not used for a while makes
 * room. What is removed makes room at once, and memory that only a burst has
 * needed goes back. One thread.
 */
#ifndef FLOWTOP_LIB_CLOCKMAP_H
#define FLOWTOP_LIB_CLOCKMAP_H

#include "lib/slack.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct clock_key {
	uint64_t a, b;
};

/* The first member of every element. */
struct clock_node {
	struct clock_key key;
	uint32_t next; /* position + 1; 0: the last in its chain */
	bool is_used;  /* since the hand was here */
};

struct clockmap {
	char *elems;
	uint32_t *heads;
	size_t elem_size;
	uint32_t max, n, hand;
	uint32_t n_heads; /* a power of two */
	uint32_t touched; /* elements whose memory is there */
	struct slack slack;
	/* Called for an element before it is cleared; NULL. */
	void (*drop)(void *elem);
};

/**
 * clockmap_init - an empty table
 * @elem_size: of a struct that begins with a struct clock_node
 * @max: elements; memory is taken as they come
 *
 * Return: 0 or -ENOMEM; then only clockmap_fini() may be called.
 */
int clockmap_init(struct clockmap *map, size_t elem_size, uint32_t max,
		  void (*drop)(void *elem));
void clockmap_fini(struct clockmap *map);

/** clockmap_find - Return: the element, until the next one is added or removed;
 * NULL. */
void *clockmap_find(struct clockmap *map, uint64_t a, uint64_t b);

/** clockmap_get - find it, or add one of zeros. Another one may go for it. */
void *clockmap_get(struct clockmap *map, uint64_t a, uint64_t b);

/** clockmap_at - by position, below @map->n. Return: never NULL. */
void *clockmap_at(struct clockmap *map, uint32_t i);

/** clockmap_remove - drop the one at position @i; the last one takes its place.
 */
void clockmap_remove(struct clockmap *map, uint32_t i);

/**
 * clockmap_trim - give back the memory of what was removed, if less than half
 * of it was needed for about a second
 * @now_ns: monotonic
 *
 * To be called about once a second, or more often.
 * Return: whether there was any.
 */
bool clockmap_trim(struct clockmap *map, uint64_t now_ns);

#endif

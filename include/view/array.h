/* SPDX-License-Identifier: GPL-2.0-only */
/* Arrays by numbers that are dense, and may be many for a while. */
#ifndef FLOWTOP_VIEW_ARRAY_H
#define FLOWTOP_VIEW_ARRAY_H

#include "lib/slack.h"

#include <stddef.h>
#include <stdint.h>

#define ARRAY_FIRST 256 /* as small as it gets */

/**
 * array_grow - zeroed room for number @index and more
 * @array: of @n things of @size bytes; NULL at first
 *
 * Return: 0 or -1.
 */
int array_grow(void **array, size_t *n, size_t size, size_t index);

/** array_shrink - far more room than what was needed of late is given back.
 * @needed: all numbers are below, now */
void array_shrink(void **array, size_t *n, size_t size, struct slack *slack,
		  size_t needed, uint64_t now_ns);

#endif

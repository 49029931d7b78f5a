/* SPDX-License-Identifier: GPL-2.0-only */
/* Allocation that cannot fail, for start-up, options and the UI. What is
 * allocated per flow uses malloc and says so when it fails. */
#ifndef FLOWTOP_LIB_ALLOC_H
#define FLOWTOP_LIB_ALLOC_H

#include <stddef.h>

/**
 * xmalloc, xcalloc, xrealloc_array, xstrdup - allocate or end the program
 *
 * Return: never NULL; freed with free(). Sizes are checked for overflow.
 */
void *xmalloc(size_t size);
void *xcalloc(size_t n, size_t size);
void *xrealloc_array(void *old, size_t n, size_t size);
char *xstrdup(const char *s);

#endif

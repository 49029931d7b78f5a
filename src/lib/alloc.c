// SPDX-License-Identifier: GPL-2.0-only
/* Allocation that cannot fail. Size 0 gives a pointer, too. */
#include "lib/alloc.h"

#include "lib/must.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void *checked(void *p)
{
	if (!p)
		must_be_ok(ENOMEM, "allocation");
	return p;
}

void *xmalloc(size_t size)
{
	return checked(malloc(size ? size : 1));
}

void *xcalloc(size_t n, size_t size)
{
	if (!n || !size)
		n = size = 1;
	return checked(calloc(n, size));
}

void *xrealloc_array(void *old, size_t n, size_t size)
{
	if (!n || !size)
		n = size = 1; /* realloc(p, 0) may free and return NULL */
	return checked(reallocarray(old, n, size));
}

char *xstrdup(const char *s)
{
	return checked(strdup(s));
}

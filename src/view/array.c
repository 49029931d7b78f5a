// SPDX-License-Identifier: GPL-2.0-only
#include "view/array.h"

#include <stdlib.h>
#include <string.h>

int array_grow(void **array, size_t *n, size_t size, size_t index)
{
	size_t more = *n ? *n : ARRAY_FIRST;
	char *grown;

	while (more <= index)
		more *= 2;
	grown = realloc(*array, more * size);
	if (!grown)
		return -1;
	memset(grown + *n * size, 0, (more - *n) * size);
	*array = grown;
	*n = more;
	return 0;
}

void array_shrink(void **array, size_t *n, size_t size, struct slack *slack,
		  size_t needed, uint64_t now_ns)
{
	size_t most = slack_most(slack, needed, now_ns);
	void *less;

	if (most < ARRAY_FIRST)
		most = ARRAY_FIRST;
	if (!slack_is_large(*n, most))
		return;
	less = realloc(*array, most * size);
	if (!less)
		return;
	*array = less;
	*n = most;
}

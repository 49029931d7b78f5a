// SPDX-License-Identifier: GPL-2.0-only
/* Calls that fail only when the program is wrong. */
#include "lib/must.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void must_be_ok(int error, const char *what)
{
	if (!error)
		return;
	fprintf(stderr, "flowtop: %s: %s\n", what, strerror(error));
	abort();
}

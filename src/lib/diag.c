// SPDX-License-Identifier: GPL-2.0-only
/* Lines on stderr, safe for a terminal whatever is in them. */
#include "lib/diag.h"

#include "lib/sanitize.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* A path of any length, and what is said about it. */
#define TEXT_SIZE (PATH_MAX + 512)

void diag(const char *format, ...)
{
	char text[TEXT_SIZE];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	sanitize_text(text, sizeof(text), text, strlen(text), NULL);
	fprintf(stderr, "flowtop: %s\n", text);
}

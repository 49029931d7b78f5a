// SPDX-License-Identifier: GPL-2.0-only
/* Lines on stderr, safe for a terminal whatever is in them. */
#include "lib/diag.h"

#include "lib/str.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* A path of any length, and what is said about it. */
#define TEXT_SIZE (PATH_MAX + 512)

/* Also the C1 controls: U+009B begins an escape sequence as ESC [ does. */
static bool is_control(uint32_t code)
{
	return code < 0x20 || (code >= 0x7f && code < 0xa0);
}

/* Keeps the length of valid text, so it can be done in place. */
static void replace_unprintable(char *text)
{
	size_t left = strlen(text);
	char *out = text;

	while (left) {
		uint32_t code;
		size_t n = utf8_decode(text, left, &code);

		if (is_control(code) || code == 0xfffd) {
			*out++ = '?';
		} else {
			memmove(out, text, n);
			out += n;
		}
		text += n;
		left -= n;
	}
	*out = '\0';
}

void diag(const char *format, ...)
{
	char text[TEXT_SIZE];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	replace_unprintable(text);
	fprintf(stderr, "flowtop: %s\n", text);
}

// SPDX-License-Identifier: GPL-2.0-only
/* Any bytes as a name: what comes out is harmless, fits, and stays the same. */
#include "lib/sanitize.h"
#include "lib/str.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef size_t (*sanitize_fn)(char *out, size_t size, const char *text,
			      size_t length, bool *is_changed);

static void check(bool is_ok)
{
	if (!is_ok)
		abort();
}

/* Told without the tables that the function has. */
static bool is_harmful(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x61c ||
	       (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
	       (c >= 0x2060 && c <= 0x206f) || (c >= 0xd800 && c <= 0xf8ff) ||
	       (c >= 0xfe00 && c <= 0xfe0f) || c == 0xfeff ||
	       (c & 0xfffe) == 0xfffe || c == 0xfffd || c >= 0xe0000;
}

static void check_text(const char *text, size_t length)
{
	while (length) {
		uint32_t code;
		size_t n = utf8_decode(text, length, &code);

		check(!is_harmful(code));
		text += n;
		length -= n;
	}
}

static void check_host(const char *text, size_t length)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789._-?";

	check(length < SANITIZE_HOST_SIZE);
	check(strspn(text, allowed) == length);
	check(text[0] != '-' && text[0] != '.');
	check(!length || text[length - 1] != '.');
	check(strspn(text, "0123456789._-?") < length || !length);
}

/* All buffers have exactly their size, so that a sanitizer sees a byte too
 * many. */
static void run(sanitize_fn sanitize, size_t size, const char *text,
		size_t length)
{
	char *out = malloc(size), *again = malloc(size);
	char *in_place = malloc(length > size ? length : size);
	bool is_changed, is_changed_again;
	size_t n;

	check(out && again && in_place);
	n = sanitize(out, size, text, length, &is_changed);
	check(n < size && n <= length && strlen(out) == n);
	check_text(out, n);
	if (sanitize == sanitize_host)
		check_host(out, n);
	check(sanitize(again, size, out, n, &is_changed_again) == n);
	check(!memcmp(out, again, n + 1));
	if (sanitize == sanitize_text) {
		check(!is_changed_again);
		if (!is_changed && !memchr(text, '\0', length))
			check(n == length && !memcmp(out, text, n));
	}
	memcpy(in_place, text, length);
	check(sanitize(in_place, size, in_place, length, NULL) == n);
	check(!memcmp(out, in_place, n + 1));
	free(out);
	free(again);
	free(in_place);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t length = size - 1;
	char *text;

	if (!size || size > 8192)
		return 0;
	text = malloc(size);
	check(text != NULL);
	memcpy(text, data + 1, length);
	/* Of one byte, of many, or more than enough. */
	run(sanitize_text, data[0] ? data[0] : length + 1, text, length);
	run(sanitize_host, data[0] ? data[0] : SANITIZE_HOST_SIZE, text,
	    length);
	free(text);
	return 0;
}

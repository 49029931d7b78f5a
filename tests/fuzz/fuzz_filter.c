// SPDX-License-Identifier: GPL-2.0-only
/* Any bytes as a filter: what is read is written so that it reads the same,
 * and what is completed may be read. The first byte says where the cursor is.
 */
#include "lib/str.h"
#include "lib/unitext.h"

#include <stdlib.h>

#include "../unit/exprgen.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool is_ok)
{
	if (!is_ok)
		abort();
}

/* It fits and nothing in it is harmful. */
static void check_shown(const char *text, size_t room)
{
	size_t length = strnlen(text, room), i = 0;

	check(length < room);
	while (i < length) {
		uint32_t code;

		i += utf8_decode(text + i, length - i, &code);
		check(code == '\t' || code == '\n' || unitext_width(code) >= 0);
	}
}

static void check_again(const struct expr *expr)
{
	static char text[1 << 20];
	struct expr_error error;
	struct expr *again;
	size_t length = expr_echo(expr, text, sizeof(text), NULL);
	char cut[16];

	check(length == strlen(text));
	check(expr_echo(expr, cut, sizeof(cut), NULL) < sizeof(cut));
	check(!strncmp(cut, text, strlen(cut)));
	check_shown(text, sizeof(text));
	if (length >= EXPR_TEXT_MAX)
		return;
	again = expr_parse(text, &test_words, &error);
	check(again && expr_is_same(expr, again));
	expr_free(again);
}

static void count(void *arg, const char *word)
{
	check(word[0] && ++*(size_t *)arg <= EXPR_COMPLETIONS);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct expr_error error;
	size_t start, cursor, n = 0;
	struct expr *expr;
	char *text;

	if (!size || size > 4096)
		return 0;
	/* Of exactly this size, so that the sanitizer sees a byte too many. */
	text = malloc(size);
	if (!text)
		return 0;
	memcpy(text, data + 1, size - 1);
	text[size - 1] = '\0';
	expr = expr_parse(text, &test_words, &error);
	if (expr) {
		check(!error.column && !error.text[0]);
		expr_hint(expr);
		check_again(expr);
		expr_free(expr);
	} else {
		check(!error.column == !error.text[0]);
		check((size_t)error.column <= strlen(text) + 1);
		check_shown(error.text, sizeof(error.text));
	}
	cursor = data[0] < strlen(text) ? data[0] : strlen(text);
	expr_complete(text, cursor, &test_words, &start, count, &n);
	check(start <= cursor);
	free(text);
	return 0;
}

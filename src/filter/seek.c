// SPDX-License-Identifier: GPL-2.0-only
/* What somebody looks for, who need not know the language. */
#include "filter/expr.h"
#include "filter/parser.h"
#include "lib/alloc.h"
#include "lib/str.h"

#include <string.h>

static struct expr *text_new(const char *text)
{
	struct expr *expr = test_new(FIELD_TEXT);
	struct expr_value *value = xcalloc(1, sizeof(*value));

	value->type = EXPR_TEXT;
	value->text = xstrdup(text);
	for (char *s = value->text; *s; s++)
		*s = str_lower(*s);
	expr->test.values = value;
	expr->test.n_values = 1;
	return expr;
}

static struct expr *or_new(struct expr *a, struct expr *b)
{
	struct expr *expr = xcalloc(1, sizeof(*expr));

	expr->kind = EXPR_OR;
	expr->n_children = 2;
	expr->children = xcalloc(2, sizeof(expr->children[0]));
	expr->children[0] = a;
	expr->children[1] = b;
	return expr;
}

/* A flag, a protocol or a number alone may as well be a piece of a name or of
 * an address. */
static bool is_text_too(const struct expr *expr, const char *text)
{
	return word_find(text, strlen(text)) ||
	       (expr->kind == EXPR_TEST && expr->test.field == FIELD_NUMBER);
}

struct expr *expr_seek(const char *text, const struct expr_words *words)
{
	struct expr_error error;
	struct expr *expr = expr_parse(text, words, &error);

	if (!expr)
		return error.text[0] ? text_new(text) : NULL;
	if (!is_text_too(expr, text))
		return expr;
	return or_new(expr, text_new(text));
}

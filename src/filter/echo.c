// SPDX-License-Identifier: GPL-2.0-only
/* A tree in words that read the same. */
#include "filter/parser.h"
#include "lib/str.h"
#include "net/addr.h"

#include <stdio.h>
#include <string.h>

struct out {
	char *text;
	size_t size, length;
	bool is_mixed;
};

static void put(struct out *out, const char *text)
{
	for (; *text && out->length + 1 < out->size; text++)
		out->text[out->length++] = *text;
	if (out->size)
		out->text[out->length] = '\0';
}

static void put_char(struct out *out, char c)
{
	put(out, (char[]){ c, '\0' });
}

static void put_number(struct out *out, const char *format, uint64_t number)
{
	char text[32];

	str_printf(text, sizeof(text), format[0] == 'x' ? "0x%llx" : "%llu",
		   (unsigned long long)number);
	put(out, text);
}

static void put_quoted(struct out *out, const char *text)
{
	put_char(out, '"');
	for (; *text; text++) {
		bool needs = *text == '"' ||
			     (*text == '\\' &&
			      (text[1] == '"' || text[1] == '\\' || !text[1]));

		if (needs)
			put_char(out, '\\');
		put_char(out, *text);
	}
	put_char(out, '"');
}

/* Whether @text, without quotes, is one word and not one of the language. */
static bool is_plain(const char *text, bool is_regex)
{
	struct token token =
		lex_token(text, 0, is_regex ? LEX_REGEX : LEX_VALUE);

	return token.type == TOKEN_WORD && !token.start && !text[token.end] &&
	       !strpbrk(text, is_regex ? "()|&,\"'" : "*?:=!~<>'\"") &&
	       !word_find(text, strlen(text));
}

bool text_is_plain(const char *text)
{
	return is_plain(text, false) && !address_is_like(text) &&
	       strspn(text, "0123456789.-/") != strlen(text);
}

static bool is_text_plain(const struct expr_test *test,
			  const struct expr_value *value)
{
	if (value->is_glob)
		return true;
	switch (field_find(test->field)->kind) {
	case KIND_STATE:
	case KIND_STATUS:
		return test->rel == REL_EQ || is_plain(value->text, false);
	case KIND_HOST:
	case KIND_AS:
		return text_is_plain(value->text);
	default:
		return test->field != FIELD_TEXT &&
		       is_plain(value->text, false);
	}
}

static void put_text(struct out *out, const struct expr_test *test,
		     const struct expr_value *value)
{
	if (is_text_plain(test, value))
		put(out, value->text);
	else
		put_quoted(out, value->text);
}

static void put_country(struct out *out, const char *code)
{
	for (; *code; code++)
		put_char(out, (char)(*code - 'a' + 'A'));
}

static void put_prefix(struct out *out, const struct expr_value *value)
{
	char text[ADDR_TEXT_SIZE];

	addr_format(&value->addr, value->family, text);
	put(out, text);
	if (value->prefix < 8 * addr_size(value->family)) {
		put(out, "/");
		put_number(out, "u", value->prefix);
	}
}

static void put_range(struct out *out, const struct expr_test *test,
		      const struct expr_value *value)
{
	const char *proto = test->field == FIELD_PROTO && value->lo == value->hi
				    ? proto_text((uint8_t)value->lo)
				    : NULL;

	if (proto) {
		put(out, proto);
		return;
	}
	put_number(out, "u", value->lo);
	if (value->hi != value->lo) {
		put(out, "-");
		put_number(out, "u", value->hi);
	}
}

static void put_value(struct out *out, const struct expr_test *test,
		      const struct expr_value *value)
{
	switch (value->type) {
	case EXPR_TEXT:
		if (test->field == FIELD_COUNTRY)
			put_country(out, value->text);
		else
			put_text(out, test, value);
		break;
	case EXPR_RANGE:
		put_range(out, test, value);
		break;
	case EXPR_MASKED:
		put_number(out, "x", value->lo);
		if (value->hi != UINT32_MAX) {
			put(out, "/");
			put_number(out, "x", value->hi);
		}
		break;
	case EXPR_PREFIX:
		put_prefix(out, value);
		break;
	case EXPR_REGEX:
		if (test->n_values == 1 && is_plain(value->text, true))
			put(out, value->text);
		else
			put_quoted(out, value->text);
		break;
	case EXPR_AMOUNT:
		put(out, value->text);
		break;
	}
}

static void put_ends(struct out *out, const struct expr_test *test)
{
	static const char *const tuples[] = { "", "orig ", "reply " };
	static const char *const ends[] = { "",       "src ",
					    "dst ",   "src and dst ",
					    "local ", "remote " };

	if (test->family)
		put(out, test->family == FAMILY_IPV4 ? "ip " : "ip6 ");
	for (unsigned int n = 0; n <= UINT8_MAX; n++) {
		const char *word = proto_word((uint8_t)n);

		if (test->protos[n / 64] >> n % 64 & 1 && word) {
			put(out, word);
			put(out, " ");
		}
	}
	put(out, tuples[test->tuple]);
	put(out, ends[test->ends]);
}

/* Protocols and families are words of their own. */
static bool put_word(struct out *out, const struct expr_test *test)
{
	const struct expr_value *value = test->values;

	if (test->field == FIELD_FAMILY) {
		put(out, value->lo == FAMILY_IPV4 ? "ip" : "ip6");
		return true;
	}
	if (test->field != FIELD_PROTO || test->n_values != 1 ||
	    value->lo != value->hi || !proto_word((uint8_t)value->lo))
		return false;
	put(out, proto_word((uint8_t)value->lo));
	return true;
}

static void put_test(struct out *out, const struct expr_test *test)
{
	static const char *const rels[] = {
		[REL_EQ] = " ",
		[REL_LT] = " < ",
		[REL_LE] = " <= ",
		[REL_GT] = " > ",
		[REL_GE] = " >= ",
		[REL_REGEX] = " ~ ",
		[REL_CONTAINS] = " contains ",
	};

	if (put_word(out, test))
		return;
	put_ends(out, test);
	put(out, field_find(test->field)->name);
	if (test->n_values && test->field != FIELD_NUMBER)
		put(out, rels[test->rel]);
	for (size_t i = 0; i < test->n_values; i++) {
		if (i)
			put(out, ",");
		put_value(out, test, &test->values[i]);
	}
}

static bool is_number(const struct expr *expr)
{
	return expr->kind == EXPR_TEST && expr->test.field == FIELD_NUMBER;
}

/* Whether a bare number behind "or" would join its values. */
static bool has_open_end(const struct expr *expr)
{
	while (expr->kind == EXPR_NOT)
		expr = expr->children[0];
	return expr->kind == EXPR_TEST && expr->test.n_values &&
	       !is_number(expr);
}

/* @before: what stands in front of "or"; NULL: nothing. */
static void put_expr(struct out *out, const struct expr *expr,
		     enum expr_kind parent, const struct expr *before)
{
	bool is_group = expr->kind == EXPR_AND || expr->kind == EXPR_OR;
	bool has_parens = (is_group && parent != EXPR_TEST) ||
			  (before && has_open_end(before) && is_number(expr));

	if (expr->kind == EXPR_AND && parent == EXPR_OR && !expr->has_parens)
		out->is_mixed = true;
	if (has_parens)
		put(out, "(");
	switch (expr->kind) {
	case EXPR_TEST:
		put_test(out, &expr->test);
		break;
	case EXPR_NOT:
		put(out, "not ");
		put_expr(out, expr->children[0], EXPR_NOT, NULL);
		break;
	default:
		for (size_t i = 0; i < expr->n_children; i++) {
			if (i)
				put(out,
				    expr->kind == EXPR_AND ? " and " : " or ");
			put_expr(out, expr->children[i], expr->kind,
				 i && expr->kind == EXPR_OR
					 ? expr->children[i - 1]
					 : NULL);
		}
		break;
	}
	if (has_parens)
		put(out, ")");
}

size_t expr_echo(const struct expr *expr, char *text, size_t size,
		 bool *is_mixed)
{
	struct out out = { .text = text, .size = size };

	put(&out, "");
	if (expr)
		put_expr(&out, expr, EXPR_TEST, NULL);
	if (is_mixed)
		*is_mixed = out.is_mixed;
	return out.length;
}

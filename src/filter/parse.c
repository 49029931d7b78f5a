// SPDX-License-Identifier: GPL-2.0-only
/* and, or, not, parentheses, names of filters. */
#include "filter/expr.h"
#include "filter/parser.h"
#include "lib/alloc.h"
#include "lib/str.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void fail_va(struct parser *p, size_t at, bool is_unfinished,
		    const char *format, va_list args)
	__attribute__((format(printf, 4, 0)));

static void fail_va(struct parser *p, size_t at, bool is_unfinished,
		    const char *format, va_list args)
{
	struct expr_error *error = p->error;

	if (error->text[0])
		return;
	error->column = (int)at + 1;
	error->is_unfinished = is_unfinished;
	vsnprintf(error->text, sizeof(error->text), format, args);
}

void fail(struct parser *p, size_t at, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fail_va(p, at, false, format, args);
	va_end(args);
}

void fail_unfinished(struct parser *p, size_t at, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fail_va(p, at, true, format, args);
	va_end(args);
}

bool has_failed(const struct parser *p)
{
	return p->error->text[0];
}

const char *shown(const struct parser *p, const struct token *token, char *out)
{
	size_t n = 0;

	while (n < token->length) {
		uint32_t code;
		size_t size = utf8_decode(p->text + token->start + n,
					  token->length - n, &code);

		if (n + size > WORD_SHOWN)
			break;
		n += size;
	}
	memcpy(out, p->text + token->start, n);
	str_copy(out + n, 4, n < token->length ? "..." : "");
	return out;
}

bool is_last(const struct parser *p, const struct token *token)
{
	return !p->text[token->end];
}

struct expr *test_new(enum expr_field field)
{
	struct expr *expr = xcalloc(1, sizeof(*expr));

	expr->kind = EXPR_TEST;
	expr->test.field = field;
	return expr;
}

static void add_child(struct expr *parent, struct expr *child)
{
	parent->children =
		xrealloc_array(parent->children, parent->n_children + 1,
			       sizeof(struct expr *));
	parent->children[parent->n_children++] = child;
}

struct expr *not_new(struct expr *child)
{
	struct expr *expr;

	if (!child)
		return NULL;
	expr = xcalloc(1, sizeof(*expr));
	expr->kind = EXPR_NOT;
	add_child(expr, child);
	return expr;
}

/* What (a and b) and c says is a and b and c. */
static void add_flat(struct expr *parent, struct expr *child)
{
	if (child->kind != parent->kind) {
		add_child(parent, child);
		return;
	}
	for (size_t i = 0; i < child->n_children; i++)
		add_child(parent, child->children[i]);
	child->n_children = 0;
	expr_free(child);
}

static struct expr *read_or(struct parser *p, const struct token *before);

/* @before: what stands there, to say after what something is missing. */
static void fail_condition(struct parser *p, const struct token *before,
			   const struct token *found)
{
	char after[WORD_SHOWN + 16] = "", what[WORD_SHOWN + 4];

	if (before)
		str_printf(after, sizeof(after), " after \"%s\"",
			   shown(p, before, what));
	p->expect = EXPECT_CONDITION;
	if (found->type == TOKEN_END)
		fail_unfinished(p, found->start, "expected a condition%s",
				after);
	else
		fail(p, found->start, "expected a condition%s, found \"%s\"",
		     after, shown(p, found, what));
}

static bool go_deeper(struct parser *p, size_t at)
{
	if (++p->depth <= MAX_DEPTH)
		return true;
	fail(p, at, "more than %d levels of \"(\" and not", MAX_DEPTH);
	return false;
}

static struct expr *read_parens(struct parser *p, const struct token *open)
{
	struct expr *expr;
	struct token close;

	p->at = open->end;
	p->last.end = 0;
	expr = read_or(p, open);
	if (!expr)
		return NULL;
	close = lex_token(p->text, p->at, LEX_CONDITION);
	if (close.type == TOKEN_CLOSE) {
		p->at = close.end;
		p->last.end = 0;
		expr->has_parens = true;
		return expr;
	}
	p->expect = EXPECT_JOINT;
	fail_unfinished(p, open->start, "\"(\" is not closed");
	expr_free(expr);
	return NULL;
}

static bool is_named_now(const struct parser *p, const char *name)
{
	for (const struct naming *n = p->naming; n; n = n->outer)
		if (!strcmp(n->name, name))
			return true;
	return false;
}

static struct expr *read_text(struct parser *p, const char *text,
			      const struct token *token, const char *name)
{
	struct naming naming = { p->naming, name };
	struct expr_error error = { 0 };
	struct parser inner = {
		.text = text,
		.words = p->words,
		.error = &error,
		.naming = &naming,
		.depth = p->depth,
		.n_tests = p->n_tests,
		.n_named = p->n_named,
	};
	struct expr *expr = filter_read(&inner);
	char cut[WORD_SHOWN + 4];

	if (expr)
		expr->has_parens = true;
	else if (error.column)
		fail(p, token->start, "in %s: %s", shown(p, token, cut),
		     error.text);
	else
		fail(p, token->start, "%s is empty", shown(p, token, cut));
	return expr;
}

/* @name: it stands for what is called so in the settings. */
static struct expr *read_named(struct parser *p, const struct token *token)
{
	char name[EXPR_TEXT_MAX], cut[WORD_SHOWN + 4];
	const char *text = NULL;

	lex_copy(p->text, token, name, sizeof(name));
	p->at = token->end;
	p->last.end = 0;
	if (is_named_now(p, name + 1)) {
		fail(p, token->start, "%s stands for itself",
		     shown(p, token, cut));
		return NULL;
	}
	if (++*p->n_named > MAX_NAMED) {
		fail(p, token->start, "more than %d named filters", MAX_NAMED);
		return NULL;
	}
	if (p->words && p->words->named)
		text = p->words->named(p->words->ctx, name + 1);
	if (text)
		return read_text(p, text, token, name + 1);
	if (is_last(p, token))
		fail_unfinished(p, token->start, "no filter is called %s",
				shown(p, token, cut));
	else
		fail(p, token->start, "no filter is called %s",
		     shown(p, token, cut));
	return NULL;
}

/* @is_joined: and, or, not or a parenthesis stands before it, or nothing. */
static struct expr *read_unary(struct parser *p, const struct token *before,
			       bool is_joined)
{
	struct token token = lex_token(p->text, p->at, LEX_CONDITION);
	struct expr *expr = NULL;

	switch (token.type) {
	case TOKEN_NOT:
	case TOKEN_OPEN:
		if (!go_deeper(p, token.start))
			return NULL;
		p->at = token.end;
		expr = token.type == TOKEN_OPEN
			       ? read_parens(p, &token)
			       : not_new(read_unary(p, &token, true));
		p->depth--;
		return expr;
	case TOKEN_WORD:
	case TOKEN_STRING:
		if (++*p->n_tests > MAX_TESTS) {
			fail(p, token.start, "more than %d conditions",
			     MAX_TESTS);
			return NULL;
		}
		if (token.type == TOKEN_WORD && p->text[token.start] == '@' &&
		    token.length > 1)
			return read_named(p, &token);
		return test_read(p, &token, is_joined);
	case TOKEN_UNCLOSED:
		fail_unfinished(p, token.start, "the quote is not closed");
		return NULL;
	default:
		fail_condition(p, before, &token);
		return NULL;
	}
}

static struct expr *group(enum expr_kind kind, struct expr *first)
{
	struct expr *expr = xcalloc(1, sizeof(*expr));

	expr->kind = kind;
	add_flat(expr, first);
	return expr;
}

static struct expr *read_and(struct parser *p, const struct token *before)
{
	struct expr *expr = read_unary(p, before, true), *next;
	bool is_group = false;

	while (expr) {
		struct token token = lex_token(p->text, p->at, LEX_CONDITION);

		if (token.type == TOKEN_AND) {
			p->at = token.end;
			next = read_unary(p, &token, true);
		} else if (token.type == TOKEN_WORD ||
			   token.type == TOKEN_STRING ||
			   token.type == TOKEN_UNCLOSED ||
			   token.type == TOKEN_NOT ||
			   token.type == TOKEN_OPEN) {
			next = read_unary(p, NULL, false);
		} else {
			return expr;
		}
		if (!next) {
			expr_free(expr);
			return NULL;
		}
		if (!is_group)
			expr = group(EXPR_AND, expr);
		is_group = true;
		add_flat(expr, next);
	}
	return NULL;
}

static struct expr *read_or(struct parser *p, const struct token *before)
{
	struct expr *expr = read_and(p, before), *next;
	bool is_group = false;

	while (expr) {
		struct token token = lex_token(p->text, p->at, LEX_CONDITION);

		if (token.type != TOKEN_OR)
			return expr;
		p->at = token.end;
		next = read_and(p, &token);
		if (!next) {
			expr_free(expr);
			return NULL;
		}
		if (!is_group)
			expr = group(EXPR_OR, expr);
		is_group = true;
		add_flat(expr, next);
	}
	return NULL;
}

/* Whatever no condition goes on with. */
static void fail_rest(struct parser *p, const struct token *token)
{
	char cut[WORD_SHOWN + 4];

	if (token->type == TOKEN_CLOSE)
		fail(p, token->start, "\")\" without \"(\" before it");
	else if (token->type == TOKEN_COMMA)
		fail(p, token->start,
		     "\",\" stands between values only; join conditions with "
		     "and/or");
	else
		fail(p, token->start, "expected and/or, found \"%s\"",
		     shown(p, token, cut));
}

struct expr *filter_read(struct parser *p)
{
	struct token token;
	struct expr *expr;

	if (!check_text(p))
		return NULL;
	token = lex_token(p->text, 0, LEX_CONDITION);
	if (token.type == TOKEN_END)
		return NULL;
	expr = read_or(p, NULL);
	if (!expr)
		return NULL;
	token = lex_token(p->text, p->at, LEX_CONDITION);
	if (token.type == TOKEN_END)
		return expr;
	fail_rest(p, &token);
	expr_free(expr);
	return NULL;
}

struct expr *expr_parse(const char *text, const struct expr_words *words,
			struct expr_error *error)
{
	size_t n_tests = 0, n_named = 0;
	struct parser p = {
		.text = text,
		.words = words,
		.error = error,
		.n_tests = &n_tests,
		.n_named = &n_named,
	};

	memset(error, 0, sizeof(*error));
	return filter_read(&p);
}

void expr_free(struct expr *expr)
{
	if (!expr)
		return;
	for (size_t i = 0; i < expr->n_children; i++)
		expr_free(expr->children[i]);
	free(expr->children);
	for (size_t i = 0; i < expr->test.n_values; i++)
		value_fini(&expr->test.values[i]);
	free(expr->test.values);
	free(expr);
}

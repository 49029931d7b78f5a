// SPDX-License-Identifier: GPL-2.0-only
/* A relation and the values behind it, with "or" between values. */
#include "filter/parser.h"
#include "lib/alloc.h"

#include <stdlib.h>
#include <string.h>

/* What is read: the test, and what stands before its values. */
struct list {
	struct expr_test *test;
	const struct token *word; /* NULL: bare */
	bool is_explicit;         /* a sign stands before the value */
	bool is_host;             /* only src or dst said so */
};

static bool is_order(enum expr_rel rel)
{
	return rel == REL_LT || rel == REL_LE || rel == REL_GT || rel == REL_GE;
}

static bool is_value(const struct token *token)
{
	return token->type == TOKEN_WORD || token->type == TOKEN_STRING;
}

/* A word as relation counts only if a value follows: in "country LT" it is
 * the value. */
static struct token word_rel(const struct parser *p, enum expr_field field)
{
	struct token token = lex_token(p->text, p->at, LEX_VALUE);
	struct token none = { .type = TOKEN_END };
	const struct filter_word *word;
	struct token next;

	if (token.type != TOKEN_WORD)
		return none;
	word = word_find(p->text + token.start, token.length);
	if (!word || word->class != WORD_REL)
		return none;
	next = lex_token(p->text, token.end,
			 word->rel == REL_REGEX ? LEX_REGEX : LEX_VALUE);
	if (!field_is_amount(field) &&
	    (!(is_value(&next) || next.type == TOKEN_UNCLOSED) ||
	     (field == FIELD_COUNTRY && !value_fits(p, field, &next))))
		return none;
	token.type = TOKEN_REL;
	token.rel = word->rel;
	token.is_negated = word->is_alias; /* ne */
	return token;
}

static bool check_amount_rel(struct parser *p, enum expr_field field,
			     const struct token *rel)
{
	static const char *const examples[] = {
		[KIND_RATE] = "1M",
		[KIND_COUNT] = "1000",
		[KIND_SIZE] = "10M",
		[KIND_TIME] = "5m",
	};
	const struct filter_field *row = field_find(field);
	struct token found = lex_token(p->text, p->at, LEX_VALUE);

	if (rel->type == TOKEN_REL && is_order(rel->rel))
		return true;
	p->expect = EXPECT_ORDER;
	p->expect_field = field;
	if (found.type == TOKEN_END)
		fail_unfinished(p, found.start,
				"compare \"%s\" with < <= > or >=, for "
				"example: %s > %s",
				row->name, row->name, examples[row->kind]);
	else
		fail(p, found.start,
		     "compare \"%s\" with < <= > or >=, for example: %s > %s",
		     row->name, row->name, examples[row->kind]);
	return false;
}

static bool check_rel(struct parser *p, enum expr_field field,
		      const struct token *rel)
{
	const struct filter_field *row = field_find(field);
	bool is_number = row->kind == KIND_PORT || row->kind == KIND_ASN ||
			 row->kind == KIND_NUMBER;
	char cut[WORD_SHOWN + 4];

	if (field_is_amount(field))
		return check_amount_rel(p, field, rel);
	if (rel->type != TOKEN_REL || rel->rel == REL_EQ)
		return true;
	if (is_order(rel->rel) ? is_number : field_is_text(field))
		return true;
	fail(p, rel->start, "\"%s\" cannot be used with \"%s\"; use = or !=%s",
	     shown(p, rel, cut), row->name,
	     is_number              ? " < <= > >="
	     : field_is_text(field) ? " ~ contains"
				    : "");
	return false;
}

static void fail_value(struct parser *p, const struct list *list,
		       const struct token *found)
{
	char after[WORD_SHOWN + 4] = ",", what[WORD_SHOWN + 4];

	p->expect = list->is_host && !list->is_explicit ? EXPECT_HOST
							: EXPECT_VALUE;
	p->expect_field = list->test->field;
	if (list->word)
		shown(p, list->word, after);
	if (found->type == TOKEN_END)
		fail_unfinished(p, found->start,
				"expected a value after "
				"\"%s\"",
				after);
	else if (found->type == TOKEN_UNCLOSED)
		fail_unfinished(p, found->start, "the quote is not closed");
	else
		fail(p, found->start,
		     "expected a value after \"%s\", found \"%s\"", after,
		     shown(p, found, what));
}

/* A word of the language without quotes is no text: in "process port 80" a
 * name is missing. */
static bool is_reserved(struct parser *p, const struct list *list,
			const struct token *token)
{
	const struct filter_word *word;
	char cut[WORD_SHOWN + 4];

	if (token->type != TOKEN_WORD || list->is_explicit || !list->word)
		return false;
	switch (field_find(list->test->field)->kind) {
	case KIND_HOST:
	case KIND_TEXT:
	case KIND_AS:
		break;
	default:
		return false;
	}
	word = word_find(p->text + token->start, token->length);
	if (!word)
		return false;
	shown(p, token, cut);
	if (is_last(p, token)) { /* it may grow, or be a relation */
		p->expect = EXPECT_VALUE;
		p->expect_field = list->test->field;
		fail_unfinished(p, token->end, "expected a value after \"%s\"",
				cut);
	}
	fail(p, token->start,
	     "\"%s\" is a word of the filter language; as a value write it "
	     "in quotes",
	     cut);
	return true;
}

static bool add_value(struct parser *p, struct list *list,
		      const struct token *token)
{
	struct expr_test *test = list->test;
	struct expr_value value = { 0 };
	enum expr_field field = test->field;
	bool is_ok;

	if (!is_value(token)) {
		fail_value(p, list, token);
		return false;
	}
	if (is_reserved(p, list, token))
		return false;
	if (test->rel == REL_REGEX) {
		is_ok = value_regex(p, token, &value);
	} else if (field_is_amount(field)) {
		is_ok = amount_read(p, field, token, &value);
	} else if (test->rel == REL_CONTAINS) {
		is_ok = value_read(p, &(enum expr_field){ FIELD_TEXT }, token,
				   &value);
		value.is_glob = false;
	} else {
		is_ok = value_read(p, &field, token, &value);
	}
	if (!is_ok)
		return false;
	if (field != test->field && test->n_values) {
		value_fini(&value);
		fail(p, token->start,
		     "names and numbers of networks do not share a list; join "
		     "as and asn with or");
		return false;
	}
	test->field = field;
	if (is_order(test->rel) && value.type == EXPR_RANGE &&
	    value.lo != value.hi) {
		fail(p, token->start, "a range cannot be compared");
		return false;
	}
	test->values = xrealloc_array(test->values, test->n_values + 1,
				      sizeof(*test->values));
	test->values[test->n_values++] = value;
	p->at = token->end;
	p->last.value = *token;
	p->last.end = token->end;
	return true;
}

/* One value; then as long as there are commas, more. */
static bool add_list(struct parser *p, struct list *list)
{
	enum lex_mode mode =
		list->test->rel == REL_REGEX ? LEX_REGEX : LEX_VALUE;
	struct token token = lex_token(p->text, p->at, mode);

	if (!add_value(p, list, &token))
		return false;
	for (;;) {
		token = lex_token(p->text, p->at, LEX_VALUE);
		if (token.type != TOKEN_COMMA)
			return true;
		if (is_order(list->test->rel)) {
			fail(p, token.start,
			     "only one value can be compared; join conditions "
			     "with and/or");
			return false;
		}
		p->at = token.end;
		token = lex_token(p->text, p->at, mode);
		list->is_explicit = true;
		if (!add_value(p, list, &token))
			return false;
	}
}

/* port (80 or 443), as tcpdump has it. */
static bool add_parens(struct parser *p, struct list *list)
{
	struct token open = lex_token(p->text, p->at, LEX_VALUE);

	if (open.type != TOKEN_OPEN || list->test->rel != REL_EQ || !list->word)
		return add_list(p, list);
	p->at = open.end;
	for (;;) {
		struct token token;

		if (!add_list(p, list))
			return false;
		token = lex_token(p->text, p->at, LEX_VALUE);
		p->at = token.end;
		if (token.type == TOKEN_OR)
			continue;
		p->last.end = token.end;
		if (token.type == TOKEN_CLOSE)
			return true;
		if (token.type == TOKEN_END)
			fail_unfinished(p, open.start, "\"(\" is not closed");
		else
			fail(p, token.start, "expected or, \",\" or \")\"");
		return false;
	}
}

/* Whether @token goes on with nothing that makes it more than a value. */
static bool is_alone(const struct parser *p, const struct token *token)
{
	struct token next = lex_token(p->text, token->end, LEX_CONDITION);

	switch (next.type) {
	case TOKEN_WORD:
		return word_find(p->text + next.start, next.length);
	case TOKEN_STRING:
	case TOKEN_UNCLOSED:
	case TOKEN_REL:
		return false;
	default:
		return true;
	}
}

/* After "rate > 1M" another amount would be taken for a port, or for text. */
static bool check_order(struct parser *p, struct list *list,
			const struct token *token)
{
	enum expr_field field = list->test->field;
	char cut[WORD_SHOWN + 4];

	if (!is_order(list->test->rel) || !value_fits(p, field, token))
		return true;
	fail(p, token->start, "name the field again: \"%s\" and a comparison",
	     shown(p, list->word, cut));
	return false;
}

/* port 80 or 443: a bare value joins those before it where it fits. */
static bool carry_over(struct parser *p, struct list *list)
{
	while (list->word) {
		struct token or = lex_token(p->text, p->at, LEX_CONDITION);
		struct token token, word;

		if (or.type != TOKEN_OR)
			return true;
		token = lex_token(p->text, or.end, LEX_VALUE);
		word = lex_token(p->text, or.end, LEX_CONDITION);
		if (!is_value(&token) || token.end != word.end ||
		    !is_alone(p, &token))
			return true;
		if (token.type == TOKEN_WORD &&
		    (p->text[token.start] == '@' ||
		     word_find(p->text + token.start, token.length)))
			return true;
		if (!check_order(p, list, &token))
			return false;
		if (is_order(list->test->rel) ||
		    !value_fits(p, list->test->field, &token))
			return true;
		p->at = or.end;
		if (!add_list(p, list))
			return false;
	}
	return true;
}

static struct token read_rel(struct parser *p, struct list *list)
{
	struct expr_test *test = list->test;
	struct token rel = lex_rel(p->text, p->at);

	if (rel.type != TOKEN_REL)
		rel = word_rel(p, test->field);
	else
		list->is_explicit = true;
	if (rel.type == TOKEN_REL)
		test->rel = rel.rel;
	return rel;
}

struct expr *values_read(struct parser *p, struct expr *expr,
			 const struct token *word, bool is_host)
{
	struct list list = { .test = &expr->test,
			     .word = word,
			     .is_host = is_host };
	struct token rel = { .type = TOKEN_END };

	if (word) {
		rel = read_rel(p, &list);
		if (!check_rel(p, expr->test.field, &rel))
			goto out;
		if (rel.type == TOKEN_REL)
			p->at = rel.end;
	}
	if (is_host && expr->test.rel == REL_EQ) {
		struct token token = lex_token(p->text, p->at, LEX_VALUE);
		char text[EXPR_TEXT_MAX];

		lex_copy(p->text, &token, text, sizeof(text));
		if (token.type == TOKEN_WORD && strchr(text, '/') &&
		    address_is_like(text))
			expr->test.field = FIELD_NET;
	}
	if (!add_parens(p, &list) || !carry_over(p, &list))
		goto out;
	p->last.is_bare = false;
	p->last.field = expr->test.field;
	p->last.rel = expr->test.rel;
	return rel.is_negated ? not_new(expr) : expr;
out:
	expr_free(expr);
	return NULL;
}

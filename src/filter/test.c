// SPDX-License-Identifier: GPL-2.0-only
/* One condition: which field of which end, or a bare word. */
#include "filter/parser.h"
#include "lib/alloc.h"

#include <stdlib.h>
#include <string.h>

#define MAX_PREFIX 8 /* protocols in front of an end */

static struct token next_token(const struct parser *p, size_t at)
{
	return lex_token(p->text, at, LEX_CONDITION);
}

static const struct filter_word *word_at(const struct parser *p,
					 const struct token *token)
{
	if (token->type == TOKEN_STRING || token->type == TOKEN_UNCLOSED)
		return NULL;
	return word_find(p->text + token->start, token->length);
}

static void set_proto(struct expr_test *test, uint8_t number)
{
	test->protos[number / 64] |= (uint64_t)1 << number % 64;
}

static void add_range(struct expr_test *test, uint64_t number)
{
	test->values = xcalloc(1, sizeof(*test->values));
	test->n_values = 1;
	test->values[0].type = EXPR_RANGE;
	test->values[0].lo = test->values[0].hi = number;
}

static void end_test(struct parser *p, size_t end)
{
	p->at = end;
	p->last.end = 0;
}

/* tcp udp port: protocols are a prefix when a word of an end follows. */
static bool is_prefix(const struct parser *p, struct token token)
{
	for (int i = 0; i < MAX_PREFIX; i++) {
		const struct filter_word *word = word_at(p, &token);

		if (!word)
			return false;
		if (word->class == WORD_TUPLE || word->class == WORD_DIR ||
		    word->class == WORD_END)
			return true;
		if (word->class != WORD_PROTO && word->class != WORD_FAMILY)
			return false;
		token = next_token(p, token.end);
	}
	return false;
}

/* src or dst, src and dst: one word for both. */
static void read_dir(struct parser *p, struct expr_test *test,
		     const struct filter_word *word, struct token *token)
{
	struct token joint = next_token(p, token->end);
	struct token other = next_token(p, joint.end);
	const struct filter_word *second = word_at(p, &other);

	test->ends = word->ends;
	if ((joint.type != TOKEN_OR && joint.type != TOKEN_AND) || !second ||
	    second->class != WORD_DIR ||
	    !((word->ends == ENDS_SRC && second->ends == ENDS_DST) ||
	      (word->ends == ENDS_DST && second->ends == ENDS_SRC)))
		return;
	test->ends = joint.type == TOKEN_OR ? ENDS_ANY : ENDS_BOTH;
	*token = other;
}

static bool read_etype(struct parser *p, struct expr_test *test,
		       const struct filter_word *word,
		       const struct token *token, bool has_dir)
{
	char cut[WORD_SHOWN + 4];

	if (word->ends && has_dir) {
		fail(p, token->start, "\"%s\" already says which end it is",
		     shown(p, token, cut));
		return false;
	}
	test->field = word->field;
	if (word->ends)
		test->ends = word->ends;
	if (word->proto)
		set_proto(test, word->proto);
	return true;
}

static struct expr *read_end(struct parser *p, struct token token)
{
	struct expr *expr = test_new(FIELD_HOST);
	struct expr_test *test = &expr->test;
	const struct filter_word *word = word_at(p, &token);
	struct token last = token;
	bool has_dir = false, has_end = false;
	char cut[WORD_SHOWN + 4];

	for (;
	     word && (word->class == WORD_PROTO || word->class == WORD_FAMILY);
	     token = next_token(p, token.end), word = word_at(p, &token)) {
		if (word->class == WORD_PROTO)
			set_proto(test, word->proto);
		else
			test->family = word->family;
	}
	if (word && word->class == WORD_TUPLE) {
		test->tuple = word->tuple;
		last = token;
		token = next_token(p, token.end);
		word = word_at(p, &token);
	}
	if (word && word->class == WORD_DIR) {
		read_dir(p, test, word, &token);
		has_dir = true;
		last = token;
		token = next_token(p, token.end);
		word = word_at(p, &token);
	}
	if (word && word->class == WORD_END) {
		if (!read_etype(p, test, word, &token, has_dir)) {
			expr_free(expr);
			return NULL;
		}
		has_end = true;
		last = token;
	}
	p->at = last.end;
	if (has_dir || has_end)
		return values_read(p, expr, &last, !has_end);
	p->expect = EXPECT_END;
	if (token.type == TOKEN_END)
		fail_unfinished(p, token.start,
				"expected src, dst, host, net or port after "
				"\"%s\"",
				shown(p, &last, cut));
	else
		fail(p, token.start,
		     "expected src, dst, host, net or port after \"%s\"",
		     shown(p, &last, cut));
	expr_free(expr);
	return NULL;
}

/* Two values in a row without a comma, or two bare words. */
static bool is_row(struct parser *p, const struct token *token)
{
	char text[EXPR_TEXT_MAX], before[WORD_SHOWN + 4];
	char cut[WORD_SHOWN + 4];
	const char *unit;
	bool fits;

	if (!p->last.end)
		return false;
	lex_copy(p->text, token, text, sizeof(text));
	if (field_is_amount(p->last.field)) {
		if (!amount_is_unit(p->last.field, text, &unit))
			return false;
		fail(p, token->start, "write the unit without a space: %s%s",
		     shown(p, &p->last.value, before), unit);
		return true;
	}
	fits = value_fits(p, p->last.field, token);
	if (!p->last.is_bare && !fits)
		return false;
	shown(p, &p->last.value, before);
	shown(p, token, cut);
	if (fits && !field_is_text(p->last.field))
		fail(p, token->start,
		     "two values in a row; write %s,%s or join them with "
		     "and/or",
		     before, cut);
	else if (p->last.field == FIELD_HOST || p->last.field == FIELD_NET ||
		 p->last.field == FIELD_NUMBER ||
		 p->last.value.type != TOKEN_WORD || token->type != TOKEN_WORD)
		fail(p, token->start,
		     "two values in a row: %s %s; join them with and/or",
		     before, cut);
	else
		fail(p, token->start,
		     "two words in a row; write \"%s %s\" in quotes, or join "
		     "them with and/or",
		     before, cut);
	return true;
}

/* Whether the word is taken for a field that does not exist. */
static bool is_unknown_field(struct parser *p, const struct token *token,
			     const char *text)
{
	struct token rel = lex_rel(p->text, token->end);
	struct token next = next_token(p, token->end);
	const char *near = suggest_field(text);
	char cut[WORD_SHOWN + 4], value[WORD_SHOWN + 4];

	shown(p, token, cut);
	if (rel.type == TOKEN_REL && address_is_like(text)) {
		next = lex_token(p->text, rel.end, LEX_VALUE);
		fail(p, rel.start, "write: host %s and port %s", cut,
		     next.type == TOKEN_WORD ? shown(p, &next, value) : "443");
		return true;
	}
	if (rel.type != TOKEN_REL &&
	    (!near || (next.type != TOKEN_WORD && next.type != TOKEN_STRING)))
		return false;
	if (near)
		fail(p, token->start,
		     "unknown field \"%s\"; did you mean \"%s\"?", cut, near);
	else
		fail(p, token->start,
		     "unknown field \"%s\"; press Tab for the list", cut);
	return true;
}

/* What a bare value is about. */
static enum expr_field bare_field(const struct token *token, const char *text)
{
	size_t digits = strspn(text, "0123456789");

	if (token->type == TOKEN_STRING)
		return FIELD_TEXT;
	if (text[0] == ':' && strspn(text + 1, "0123456789") &&
	    !text[1 + strspn(text + 1, "0123456789")])
		return FIELD_PORT;
	if (address_is_like(text))
		return strchr(text, '/') ? FIELD_NET : FIELD_HOST;
	if (digits && text[digits] == '-')
		digits += 1 + strspn(text + digits + 1, "0123456789");
	return digits && !text[digits] && text[digits - 1] != '-' ? FIELD_NUMBER
								  : FIELD_TEXT;
}

static struct expr *read_bare(struct parser *p, const struct token *token,
			      bool is_joined)
{
	char text[EXPR_TEXT_MAX];
	enum expr_field field;
	struct expr *expr;

	lex_copy(p->text, token, text, sizeof(text));
	if (token->type == TOKEN_WORD && known_trouble(p, token, text))
		return NULL;
	field = bare_field(token, text);
	if (token->type == TOKEN_WORD && field != FIELD_PORT &&
	    is_unknown_field(p, token, text))
		return NULL;
	if (!is_joined && is_row(p, token))
		return NULL;
	p->at = token->start;
	expr = values_read(p, test_new(field), NULL, false);
	p->last.is_bare = true;
	return expr;
}

static struct expr *read_flag(struct parser *p, const struct filter_word *word,
			      const struct token *token)
{
	struct token rel = lex_rel(p->text, token->end);
	struct expr *expr;
	char cut[WORD_SHOWN + 4];

	if (rel.type == TOKEN_REL) {
		fail(p, rel.start, "\"%s\" stands alone, without a value",
		     shown(p, token, cut));
		return NULL;
	}
	if (word->class == WORD_FLAG) {
		expr = test_new(word->field);
	} else if (word->class == WORD_PROTO) {
		expr = test_new(FIELD_PROTO);
		add_range(&expr->test, word->proto);
	} else {
		expr = test_new(FIELD_FAMILY);
		add_range(&expr->test, word->family);
	}
	end_test(p, token->end);
	return expr;
}

struct expr *test_read(struct parser *p, const struct token *first,
		       bool is_joined)
{
	const struct filter_word *word = word_at(p, first);
	char cut[WORD_SHOWN + 4];

	if (!word)
		return read_bare(p, first, is_joined);
	switch (word->class) {
	case WORD_PROTO:
	case WORD_FAMILY:
		if (!is_prefix(p, *first))
			return read_flag(p, word, first);
		return read_end(p, *first);
	case WORD_TUPLE:
	case WORD_DIR:
	case WORD_END:
		return read_end(p, *first);
	case WORD_FIELD:
	case WORD_AMOUNT:
		p->at = first->end;
		return values_read(p, test_new(word->field), first, false);
	case WORD_FLAG:
		return read_flag(p, word, first);
	default:
		fail(p, first->start,
		     "\"%s\" stands between a field and a value",
		     shown(p, first, cut));
		return NULL;
	}
}

// SPDX-License-Identifier: GPL-2.0-only
/* What a word may become. What is expected at its place is asked of the parser,
 * which reads the text before it. */
#include "filter/names.h"
#include "filter/parser.h"
#include "lib/alloc.h"
#include "lib/buf.h"
#include "lib/str.h"
#include "net/country.h"

#include <stdlib.h>
#include <string.h>

struct finds {
	const char *word; /* what they begin with, without a quote */
	size_t length;
	bool is_quoted; /* a quote stands before it */
	bool is_text;   /* words of the language need quotes */
	char *given[EXPR_COMPLETIONS];
	size_t n_given;
	void (*found)(void *arg, const char *word);
	void *arg;
};

static void give(struct finds *finds, const char *text)
{
	if (finds->n_given == EXPR_COMPLETIONS)
		return;
	for (size_t i = 0; i < finds->n_given; i++)
		if (!str_casecmp(finds->given[i], text))
			return;
	finds->given[finds->n_given++] = xstrdup(text);
	finds->found(finds->arg, text);
}

static void give_quoted(struct finds *finds, const char *text)
{
	struct buf buf = { 0 };

	buf_char(&buf, '"');
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			buf_char(&buf, '\\');
		buf_char(&buf, *text);
	}
	buf_bytes(&buf, "\"", 2);
	give(finds, buf.data);
	buf_free(&buf);
}

/* A callback for whatever lists names. */
static void see(void *arg, const char *name)
{
	struct finds *finds = arg;

	if (!name[0] || str_ncasecmp(name, finds->word, finds->length) != 0)
		return;
	if (finds->is_quoted || (finds->is_text ? !text_is_plain(name)
						: strpbrk(name, " '") != NULL))
		give_quoted(finds, name);
	else
		give(finds, name);
}

static void see_named(void *arg, const char *name)
{
	struct finds *finds = arg;
	char text[EXPR_TEXT_MAX];

	if (str_printf(text, sizeof(text), "@%s", name))
		see(finds, text);
}

static void see_values(struct finds *finds, const struct expr_words *words,
		       enum expr_field field)
{
	bool is_short = field == FIELD_STATE || field == FIELD_STATUS ||
			field == FIELD_PROTO;

	if (field_is_amount(field))
		return;
	switch (field_find(field)->kind) {
	case KIND_TEXT:
	case KIND_AS:
		finds->is_text = true;
		break;
	default:
		break;
	}
	if (words && words->each_value)
		words->each_value(words->ctx, field, see, finds);
	/* All countries, or all services: only when asked for. */
	if (!finds->length && !is_short)
		return;
	names_each(words, field, see, finds);
	if (field != FIELD_COUNTRY)
		return;
	for (size_t i = 0; i < n_countries; i++)
		see(finds, countries[i].code);
}

static bool is_wanted(enum expect expect, enum word_class class)
{
	switch (class) {
	case WORD_REL:
	case WORD_AND:
	case WORD_OR:
		return false; /* given first where they may stand */
	case WORD_DIR:
		return expect != EXPECT_HOST;
	case WORD_END:
		return true;
	default:
		return expect == EXPECT_CONDITION || expect == EXPECT_JOINT;
	}
}

static void see_words(struct finds *finds, enum expect expect)
{
	if (expect == EXPECT_JOINT) {
		see(finds, "and");
		see(finds, "or");
	}
	for (size_t i = 0; i < n_filter_words; i++)
		if (is_wanted(expect, filter_words[i].class) &&
		    (finds->length || !filter_words[i].is_alias))
			see(finds, filter_words[i].name);
}

/* Where the last word begins; a quote that is open belongs to it. */
static size_t word_start(const char *text)
{
	size_t start = 0, i = 0;

	while (text[i]) {
		struct token token;

		if ((text[i] == '"' || text[i] == '\'') && i == start) {
			token = lex_token(text, i, LEX_VALUE);
			if (token.type == TOKEN_UNCLOSED)
				return start;
			i = start = token.end;
			continue;
		}
		if (strchr(" \t\n(),&|=<>~!", text[i]) ||
		    (text[i] == ':' && word_find(text + start, i - start)))
			start = i + 1;
		i++;
	}
	return start;
}

/* The parser reads @text and says what would come next. */
static enum expect expected(const char *text, const struct expr_words *words,
			    enum expr_field *field)
{
	struct expr_error error = { 0 };
	size_t n_tests = 0, n_named = 0;
	struct parser p = {
		.text = text,
		.words = words,
		.error = &error,
		.n_tests = &n_tests,
		.n_named = &n_named,
	};
	struct expr *expr = filter_read(&p);

	if (expr) {
		expr_free(expr);
		return EXPECT_JOINT;
	}
	*field = p.expect_field;
	return error.is_unfinished ? p.expect : EXPECT_CONDITION;
}

static void see_expected(struct finds *finds, const char *head,
			 const struct expr_words *words)
{
	static const char *const orders[] = { "<", "<=", ">", ">=" };
	enum expr_field field = FIELD_TEXT;
	enum expect expect = expected(head, words, &field);

	switch (expect) {
	case EXPECT_ORDER:
		for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++)
			see(finds, orders[i]);
		return;
	case EXPECT_VALUE:
		see_values(finds, words, field);
		return;
	case EXPECT_HOST:
		see_words(finds, expect);
		see_values(finds, words, FIELD_HOST);
		return;
	default:
		if (finds->is_quoted)
			return;
		if (finds->word[0] == '@' && words && words->each_named)
			words->each_named(words->ctx, see_named, finds);
		else
			see_words(finds, expect);
		return;
	}
}

void expr_complete(const char *text, size_t cursor,
		   const struct expr_words *words, size_t *start,
		   void (*found)(void *arg, const char *word), void *arg)
{
	char head[EXPR_TEXT_MAX], word[EXPR_TEXT_MAX];
	struct finds finds = { .word = word, .found = found, .arg = arg };

	*start = cursor;
	if (cursor >= sizeof(head))
		return;
	memcpy(head, text, cursor);
	head[cursor] = '\0';
	*start = word_start(head);
	finds.is_quoted = head[*start] == '"' || head[*start] == '\'';
	str_copy(word, sizeof(word), head + *start + finds.is_quoted);
	finds.length = strlen(word);
	head[*start] = '\0';
	see_expected(&finds, head, words);
	for (size_t i = 0; i < finds.n_given; i++)
		free(finds.given[i]);
}

/* SPDX-License-Identifier: GPL-2.0-only */
/* The next token of a filter expression. What a colon or a comparison sign is
 * depends on where it stands, so the parser says what it looks for. */
#ifndef FLOWTOP_FILTER_LEX_H
#define FLOWTOP_FILTER_LEX_H

#include "filter/expr.h"

#include <stdbool.h>
#include <stddef.h>

enum lex_mode {
	LEX_CONDITION, /* a word ends at a relation */
	LEX_VALUE,
	LEX_REGEX, /* ends at a space or at a parenthesis too many */
};

enum token_type {
	TOKEN_END,
	TOKEN_WORD,
	TOKEN_STRING,   /* in quotes */
	TOKEN_UNCLOSED, /* a quote without its end */
	TOKEN_OPEN,
	TOKEN_CLOSE,
	TOKEN_COMMA,
	TOKEN_AND,
	TOKEN_OR,
	TOKEN_NOT,
	TOKEN_REL, /* only signs; words are up to the parser */
};

struct token {
	enum token_type type;
	size_t start, length; /* bytes; with the quotes */
	size_t end;
	enum expr_rel rel;
	bool is_negated; /* != and !~ */
};

/** lex_token - the token at or behind offset @at; never fails. */
struct token lex_token(const char *text, size_t at, enum lex_mode mode);

/**
 * lex_rel - a relation of signs at or behind @at
 *
 * A colon is one where it touches the word before it, or a space follows it.
 * Return: TOKEN_REL, or TOKEN_END when there is none.
 */
struct token lex_rel(const char *text, size_t at);

/**
 * lex_copy - what @token means, without quotes
 * @out: EXPR_TEXT_MAX bytes are enough for all
 *
 * In quotes a backslash before a quote or a backslash goes away.
 * Return: length.
 */
size_t lex_copy(const char *text, const struct token *token, char *out,
		size_t size);

#endif

// SPDX-License-Identifier: GPL-2.0-only
/* Tokens of a filter expression. */
#include "filter/lex.h"

#include "lib/str.h"

#include <string.h>

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

static bool is_one_of(char c, const char *set)
{
	return c && strchr(set, c);
}

/* Ends a word wherever it stands. */
static bool is_border(char c)
{
	return !c || is_space(c) || is_one_of(c, "(),&|\"");
}

static size_t skip_spaces(const char *text, size_t at)
{
	while (is_space(text[at]))
		at++;
	return at;
}

static struct token make(enum token_type type, size_t start, size_t length)
{
	return (struct token){ .type = type,
			       .start = start,
			       .length = length,
			       .end = start + length };
}

static struct token quoted(const char *text, size_t at)
{
	char quote = text[at];
	size_t i = at + 1;

	while (text[i] && text[i] != quote)
		i += text[i] == '\\' && (text[i + 1] == quote ||
					 text[i + 1] == '\\')
			     ? 2
			     : 1;
	if (!text[i])
		return make(TOKEN_UNCLOSED, at, i - at);
	return make(TOKEN_STRING, at, i + 1 - at);
}

/* An IPv6 address has two colons or more and only characters of one; it stays
 * whole where a colon would end a word. */
static size_t ipv6_length(const char *text)
{
	size_t length = strspn(text, "0123456789abcdefABCDEF:./");
	int colons = 0;

	for (size_t i = 0; i < length; i++)
		colons += text[i] == ':';
	return colons >= 2 && is_border(text[length]) ? length : 0;
}

static size_t condition_length(const char *text)
{
	size_t length = ipv6_length(text);

	if (length)
		return length;
	if (text[0] == ':') /* :443 */
		length = 1;
	while (!is_border(text[length]) && !is_one_of(text[length], ":=!<>~"))
		length++;
	return length;
}

static size_t value_length(const char *text)
{
	size_t length = 0;

	while (!is_border(text[length]) && !is_one_of(text[length], "<>"))
		length++;
	return length;
}

static size_t regex_length(const char *text)
{
	size_t length = 0, depth = 0;

	for (; text[length] && !is_space(text[length]); length++) {
		if (!strncmp(text + length, "&&", 2) ||
		    !strncmp(text + length, "||", 2))
			break;
		if (text[length] == '\\' && text[length + 1] &&
		    !is_space(text[length + 1]))
			length++;
		else if (text[length] == '(')
			depth++;
		else if (text[length] == ')' && !depth--)
			break;
	}
	return length;
}

static struct token word(const char *text, size_t at, size_t length)
{
	static const struct {
		const char *name;
		enum token_type type;
	} joints[] = {
		{ "and", TOKEN_AND },
		{ "or", TOKEN_OR },
		{ "not", TOKEN_NOT },
	};

	for (size_t i = 0; i < sizeof(joints) / sizeof(joints[0]); i++)
		if (length == strlen(joints[i].name) &&
		    !str_ncasecmp(text + at, joints[i].name, length))
			return make(joints[i].type, at, length);
	return make(TOKEN_WORD, at, length);
}

static struct token signs(const char *text, size_t at)
{
	static const struct {
		const char *sign;
		enum expr_rel rel;
		bool is_negated;
	} all[] = {
		{ "==", REL_EQ, false },   { "!=", REL_EQ, true },
		{ "<=", REL_LE, false },   { ">=", REL_GE, false },
		{ "!~", REL_REGEX, true }, { "=", REL_EQ, false },
		{ "<", REL_LT, false },    { ">", REL_GT, false },
		{ "~", REL_REGEX, false },
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		size_t length = strlen(all[i].sign);

		if (!strncmp(text + at, all[i].sign, length)) {
			struct token token = make(TOKEN_REL, at, length);

			token.rel = all[i].rel;
			token.is_negated = all[i].is_negated;
			return token;
		}
	}
	return make(TOKEN_END, at, 0);
}

static struct token joint(const char *text, size_t at)
{
	bool is_twice = text[at + 1] == text[at];

	switch (text[at]) {
	case '(':
		return make(TOKEN_OPEN, at, 1);
	case ')':
		return make(TOKEN_CLOSE, at, 1);
	case ',':
		return make(TOKEN_COMMA, at, 1);
	case '&':
		return make(TOKEN_AND, at, is_twice ? 2 : 1);
	default:
		return make(TOKEN_OR, at, is_twice ? 2 : 1);
	}
}

struct token lex_token(const char *text, size_t at, enum lex_mode mode)
{
	struct token sign;

	at = skip_spaces(text, at);
	if (!text[at])
		return make(TOKEN_END, at, 0);
	if (text[at] == '"' || text[at] == '\'')
		return quoted(text, at);
	if (mode == LEX_REGEX && regex_length(text + at))
		return make(TOKEN_WORD, at, regex_length(text + at));
	if (is_one_of(text[at], "(),&|"))
		return joint(text, at);
	sign = signs(text, at);
	if (sign.type == TOKEN_REL)
		return sign;
	if (text[at] == '!')
		return make(TOKEN_NOT, at, 1);
	if (mode == LEX_CONDITION)
		return word(text, at, condition_length(text + at));
	return word(text, at, value_length(text + at));
}

struct token lex_rel(const char *text, size_t at)
{
	size_t sign = skip_spaces(text, at);

	if (text[sign] == ':' &&
	    (sign == at || !text[sign + 1] || is_space(text[sign + 1]))) {
		struct token colon = make(TOKEN_REL, sign, 1);

		colon.rel = REL_EQ;
		return colon;
	}
	return signs(text, sign);
}

size_t lex_copy(const char *text, const struct token *token, char *out,
		size_t size)
{
	bool has_quotes =
		token->type == TOKEN_STRING || token->type == TOKEN_UNCLOSED;
	size_t i = token->start + has_quotes;
	size_t end = token->end - (token->type == TOKEN_STRING);
	size_t n = 0;

	for (; i < end && n + 1 < size; i++) {
		if (has_quotes && text[i] == '\\' && i + 1 < end &&
		    (text[i + 1] == text[token->start] || text[i + 1] == '\\'))
			i++;
		out[n++] = is_space(text[i]) ? ' ' : text[i];
	}
	out[n] = '\0';
	return n;
}

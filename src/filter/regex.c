// SPDX-License-Identifier: GPL-2.0-only
/* Regular expressions. What the library of C takes is more than is safe: it
 * unfolds repetitions, and back-references make matching exponential. */
#include "filter/parser.h"
#include "lib/alloc.h"

#include <stdlib.h>
#include <string.h>

#define MAX_REGEX 256
#define MAX_REPEAT 1000 /* all repetitions, multiplied */

static const char *regex_error(int err)
{
	switch (err) {
	case REG_EBRACK:
		return "unterminated character set";
	case REG_EPAREN:
		return "unmatched parenthesis";
	case REG_EBRACE:
		return "unterminated repetition";
	case REG_BADBR:
		return "invalid repetition";
	case REG_BADRPT:
		return "nothing to repeat";
	case REG_ERANGE:
		return "range in the wrong order";
	case REG_ECTYPE:
		return "unknown character class";
	case REG_ECOLLATE:
		return "unknown character";
	case REG_EESCAPE:
		return "backslash at the end";
	case REG_ESPACE:
		return "too large";
	default:
		return "invalid";
	}
}

/* Why it would cost too much; NULL: it does not. */
static const char *too_costly(const char *text)
{
	unsigned long product = 1;

	if (strlen(text) > MAX_REGEX)
		return "too long";
	for (size_t i = 0; text[i]; i++) {
		if (text[i] == '\\' && text[i + 1] >= '1' && text[i + 1] <= '9')
			return "back-references are not supported";
		if (text[i] == '\\' && text[i + 1]) {
			i++;
			continue;
		}
		if (text[i] != '{')
			continue;
		for (i++; text[i] && text[i] != '}'; i++) {
			char *end;
			unsigned long n = strtoul(text + i, &end, 10);

			if (end == text + i)
				continue;
			i += (size_t)(end - text) - i - 1;
			if (n > MAX_REPEAT)
				return "too many repetitions";
			if (n && (product *= n) > MAX_REPEAT)
				return "too many repetitions";
		}
		if (!text[i])
			break;
	}
	return NULL;
}

bool value_regex(struct parser *p, const struct token *token,
		 struct expr_value *value)
{
	char text[EXPR_TEXT_MAX], cut[WORD_SHOWN + 4];
	struct token inside = *token;
	const char *why;
	int err;

	if (token->type == TOKEN_STRING) {
		inside.start++;
		inside.length -= 2;
	}
	lex_copy(p->text, token, text, sizeof(text));
	why = text[0] ? too_costly(text) : "empty";
	if (!why) {
		err = regcomp(&value->regex, text,
			      REG_EXTENDED | REG_ICASE | REG_NOSUB);
		if (!err) {
			value->type = EXPR_REGEX;
			value->text = xstrdup(text);
			return true;
		}
		why = regex_error(err);
	}
	shown(p, &inside, cut);
	if (token->type == TOKEN_WORD && is_last(p, token))
		fail_unfinished(p, token->start,
				"bad regular expression \"%s\": %s", cut, why);
	else
		fail(p, token->start, "bad regular expression \"%s\": %s", cut,
		     why);
	return false;
}

void value_fini(struct expr_value *value)
{
	if (value->type == EXPR_REGEX && value->text)
		regfree(&value->regex);
	free(value->text);
	value->text = NULL;
}

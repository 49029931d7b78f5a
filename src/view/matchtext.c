// SPDX-License-Identifier: GPL-2.0-only
/* Texts against what was typed. */
#include "lib/str.h"
#include "view/matchstep.h"

#include <string.h>

/* Bytes of the character at @text. */
static size_t char_size(const char *text)
{
	size_t n = 1;

	while (((unsigned char)text[n] & 0xc0) == 0x80)
		n++;
	return n;
}

/* What a star stands for only ever grows, so this takes length times length
 * and not more. */
bool match_glob(const char *pattern, const char *text, bool is_part)
{
	const char *star = is_part ? pattern : NULL, *from = text;

	while (*text) {
		if (*pattern == '*') {
			star = ++pattern;
			from = text;
		} else if (*pattern == '?') {
			pattern++;
			text += char_size(text);
		} else if (*pattern &&
			   str_lower(*pattern) == str_lower(*text)) {
			pattern++;
			text++;
		} else if (!*pattern && is_part) {
			return true;
		} else if (star) {
			pattern = star;
			text = ++from;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return !*pattern;
}

static char upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

/* @part: in lower case. */
static bool has_part(const char *text, const char *part)
{
	size_t n = strlen(part);
	char low = *part, up = upper(low);

	for (; *text; text++) {
		if ((*text == low || *text == up) &&
		    !str_ncasecmp(text, part, n))
			return true;
	}
	return !n;
}

/* "www.example.org" is below "example.org". */
static bool is_in_domain(const char *name, const char *domain)
{
	size_t n = strlen(domain), size = strlen(name);

	if (n && domain[n - 1] == '.')
		n--;
	return n && size >= n && !str_ncasecmp(name + size - n, domain, n) &&
	       (size == n || name[size - n - 1] == '.');
}

static bool is_value(const struct expr_value *value, const char *text,
		     enum match_how how)
{
	if (value->type == EXPR_REGEX)
		return !regexec(&value->regex, text, 0, NULL, 0);
	if (value->type != EXPR_TEXT)
		return false;
	if (value->is_glob)
		return match_glob(value->text, text, how == MATCH_PART);
	if (how == MATCH_PART)
		return has_part(text, value->text);
	if (how == MATCH_DOMAIN)
		return is_in_domain(text, value->text);
	return !str_casecmp(text, value->text);
}

bool match_may_be(const struct match_step *step, const char *letters)
{
	const struct expr_test *test = step->test;

	for (size_t i = 0; i < test->n_values; i++) {
		const struct expr_value *value = &test->values[i];

		if (value->type != EXPR_TEXT || value->is_glob ||
		    !value->text[strspn(value->text, letters)])
			return true;
	}
	return false;
}

bool match_text_is(const struct match_step *step, const char *text,
		   enum match_how how)
{
	const struct expr_test *test = step->test;

	if (!text || !text[0])
		return false;
	if (test->rel == REL_CONTAINS)
		how = MATCH_PART;
	for (size_t i = 0; i < test->n_values; i++) {
		if (is_value(&test->values[i], text, how))
			return true;
	}
	return false;
}

// SPDX-License-Identifier: GPL-2.0-only
/* One value of a field: addresses, numbers, names out of lists, text. */
#include "filter/names.h"
#include "filter/parser.h"
#include "lib/alloc.h"
#include "lib/str.h"
#include "net/country.h"
#include "net/proto.h"

#include <string.h>

#define DIGITS "0123456789"

static void set_text(struct expr_value *value, const char *text)
{
	value->type = EXPR_TEXT;
	value->text = xstrdup(text);
	for (char *s = value->text; *s; s++)
		*s = str_lower(*s);
}

static bool is_glob(const struct token *token, const char *text)
{
	return token->type == TOKEN_WORD && strpbrk(text, "*?");
}

/* "unknown WHAT "TEXT"", and what was meant, if anything. */
static bool fail_unknown(struct parser *p, const struct token *token,
			 const char *what, const struct nearest *nearest)
{
	char cut[WORD_SHOWN + 4];

	shown(p, token, cut);
	if (nearest->is_start && is_last(p, token) && token->type == TOKEN_WORD)
		fail_unfinished(p, token->start, "unknown %s \"%s\"", what,
				cut);
	else if (nearest->best[0])
		fail(p, token->start, "unknown %s \"%s\"; did you mean \"%s\"?",
		     what, cut, nearest->best);
	else
		fail(p, token->start, "unknown %s \"%s\"", what, cut);
	return false;
}

static void suggest(const struct parser *p, enum expr_field field,
		    struct nearest *nearest)
{
	if (!p->is_trial)
		names_each(p->words, field, see_nearest, nearest);
}

static bool read_text(struct parser *p, const struct token *token,
		      const char *text, struct expr_value *value)
{
	if (!text[0]) {
		fail(p, token->start, "the text is empty");
		return false;
	}
	set_text(value, text);
	value->is_glob = is_glob(token, text);
	return true;
}

/* Digits, or 0x and hexadecimal ones: as many bytes, or 0. */
static size_t read_number(const char *text, bool is_hex_allowed,
			  uint64_t *value)
{
	bool is_hex = is_hex_allowed && text[0] == '0' &&
		      (text[1] == 'x' || text[1] == 'X');
	size_t start = is_hex ? 2 : 0;
	size_t n =
		strspn(text + start, is_hex ? DIGITS "abcdefABCDEF" : DIGITS);

	*value = 0;
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)text[start + i];
		unsigned int digit = c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;

		if (*value > UINT32_MAX) /* enough to be out of range */
			continue;
		*value = *value * (is_hex ? 16 : 10) + digit;
	}
	return n ? start + n : 0;
}

static bool fail_range(struct parser *p, size_t at, enum expr_field field,
		       const char *text, size_t length)
{
	const struct filter_field *row = field_find(field);

	fail(p, at, "%s%s%.*s is out of range (0-%llu)", row->name,
	     row->name[0] ? " " : "", (int)(length < 20 ? length : 20), text,
	     (unsigned long long)row->max);
	return false;
}

/* N or N-M, N:M as tcpdump and iptables write it. Return: 1 it is, 0 it is no
 * number, -1 an error was set. */
static int read_range(struct parser *p, enum expr_field field,
		      const struct token *token, const char *text,
		      struct expr_value *value)
{
	uint64_t max = field_find(field)->max;
	size_t skip = text[0] == ':', n, m = 0;

	n = read_number(text + skip, false, &value->lo);
	if (!n)
		return 0;
	n += skip;
	value->hi = value->lo;
	if (text[n] == '-' || text[n] == ':') {
		m = read_number(text + n + 1, false, &value->hi);
		if (!m && !text[n + 1] && is_last(p, token)) {
			fail_unfinished(p, token->end,
					"expected a number after \"%s\"", text);
			return -1;
		}
		if (!m)
			return 0;
	}
	if (text[n + (m ? m + 1 : 0)])
		return 0;
	value->type = EXPR_RANGE;
	if (value->lo > max)
		fail_range(p, token->start + skip, field, text + skip,
			   n - skip);
	else if (value->hi > max)
		fail_range(p, token->start + n + 1, field, text + n + 1, m);
	else if (value->lo > value->hi)
		fail(p, token->start,
		     "the range %s runs backwards; write %llu-%llu", text,
		     (unsigned long long)value->hi,
		     (unsigned long long)value->lo);
	else
		return 1;
	return -1;
}

static bool read_port(struct parser *p, const struct token *token,
		      const char *text, struct expr_value *value)
{
	const struct expr_words *words = p->words;
	struct nearest nearest = { .word = text };
	uint16_t port;
	int is = read_range(p, FIELD_PORT, token, text, value);

	if (is)
		return is > 0;
	if (words && words->service &&
	    !words->service(words->ctx, text, &port)) {
		value->type = EXPR_RANGE;
		value->lo = value->hi = port;
		return true;
	}
	suggest(p, FIELD_PORT, &nearest);
	return fail_unknown(p, token, "service", &nearest);
}

static bool read_plain(struct parser *p, enum expr_field field,
		       const struct token *token, const char *text,
		       struct expr_value *value)
{
	const struct filter_field *row = field_find(field);
	char cut[WORD_SHOWN + 4];
	int is = read_range(p, field, token, text, value);

	if (is)
		return is > 0;
	shown(p, token, cut);
	if (row->by_name)
		fail(p, token->start,
		     "%s needs a number; for names write: %s %s", row->name,
		     row->by_name, cut);
	else
		fail(p, token->start, "%s needs a number, not \"%s\"",
		     row->name, cut);
	return false;
}

/* 64500, AS64500, and ranges of the first. */
static bool read_asn(struct parser *p, const struct token *token,
		     const char *text, struct expr_value *value)
{
	struct token number = *token;

	if (!str_ncasecmp(text, "as", 2) &&
	    (!text[2] || strspn(text + 2, DIGITS))) {
		text += 2;
		number.start += 2;
		number.length -= 2;
	}
	if (!text[0] && is_last(p, token)) {
		fail_unfinished(p, token->end,
				"expected a number after \"AS\"");
		return false;
	}
	return read_plain(p, FIELD_ASN, text[0] ? &number : token, text, value);
}

static bool is_asn(const char *text)
{
	size_t skip = !str_ncasecmp(text, "as", 2) ? 2 : 0;
	size_t digits = strspn(text + skip, DIGITS);

	return digits && !text[skip + digits];
}

static bool read_mark(struct parser *p, const struct token *token,
		      const char *text, struct expr_value *value)
{
	char cut[WORD_SHOWN + 4];
	size_t n = read_number(text, true, &value->lo), m = 0;

	value->type = EXPR_MASKED;
	value->hi = UINT32_MAX;
	if (n && text[n] == '/') {
		m = read_number(text + n + 1, true, &value->hi);
		if (!m && !text[n + 1]) {
			fail_unfinished(p, token->end,
					"expected a mask after \"/\"");
			return false;
		}
	}
	if (!n || (text[n] == '/' && !m) || text[n + (m ? m + 1 : 0)]) {
		fail(p, token->start,
		     "mark needs a number, not \"%s\"; for example: mark "
		     "0x10/0xff",
		     shown(p, token, cut));
		return false;
	}
	if (value->lo > UINT32_MAX)
		return fail_range(p, token->start, FIELD_MARK, text, n);
	if (value->hi > UINT32_MAX)
		return fail_range(p, token->start + n + 1, FIELD_MARK,
				  text + n + 1, m);
	return true;
}

/* united kingdom, without quotes */
static bool fail_two_words(struct parser *p, const struct token *token)
{
	struct token next = lex_token(p->text, token->end, LEX_VALUE);
	char both[EXPR_TEXT_MAX];

	if (token->type != TOKEN_WORD || next.type != TOKEN_WORD)
		return false;
	str_printf(both, sizeof(both), "%.*s %.*s", (int)token->length,
		   p->text + token->start, (int)next.length,
		   p->text + next.start);
	if (!country_find(both))
		return false;
	fail(p, token->start, "write \"%s\" in quotes", both);
	return true;
}

static bool read_country(struct parser *p, const struct token *token,
			 const char *text, struct expr_value *value)
{
	const struct country *country = country_find(text);
	struct nearest nearest = { .word = text };
	char cut[WORD_SHOWN + 4];

	if (country) {
		set_text(value, country->code);
		return true;
	}
	suggest(p, FIELD_COUNTRY, &nearest);
	country = country_find(nearest.best);
	if (fail_two_words(p, token))
		return false;
	if (!country || (nearest.is_start && is_last(p, token)))
		return fail_unknown(p, token, "country", &nearest);
	fail(p, token->start,
	     "unknown country \"%s\"; did you mean \"%s\" (%s)?",
	     shown(p, token, cut), nearest.best, country->code);
	return false;
}

/* Words out of a list: states and the status. */
static bool read_listed(struct parser *p, enum expr_field field,
			const struct token *token, char *text,
			struct expr_value *value)
{
	struct nearest nearest = { .word = text };
	const char *name;

	for (char *s = text; *s; s++)
		if (*s == '_')
			*s = '-';
	if (is_glob(token, text)) {
		set_text(value, text);
		value->is_glob = true;
		return true;
	}
	name = field == FIELD_STATE ? state_find(text) : status_find(text);
	if (name) {
		set_text(value, name);
		return true;
	}
	suggest(p, field, &nearest);
	return fail_unknown(p, token, field_find(field)->name, &nearest);
}

static bool read_proto(struct parser *p, const struct token *token,
		       const char *text, struct expr_value *value)
{
	struct nearest nearest = { .word = text };
	int is = read_range(p, FIELD_PROTO, token, text, value);
	uint8_t number;

	if (is)
		return is > 0;
	if (proto_named(text, &number)) {
		value->type = EXPR_RANGE;
		value->lo = value->hi = number;
		return true;
	}
	suggest(p, FIELD_PROTO, &nearest);
	return fail_unknown(p, token, "protocol", &nearest);
}

/* No name has two colons. */
static bool has_colons(const char *text)
{
	const char *colon = strchr(text, ':');

	return colon && strchr(colon + 1, ':');
}

static bool read_host(struct parser *p, const struct token *token,
		      const char *text, struct expr_value *value)
{
	if (token->type == TOKEN_STRING)
		return read_text(p, token, text, value);
	if (address_is_like(text) || has_colons(text))
		return address_read(p, token, false, value);
	if (strspn(text, DIGITS ".") != strlen(text))
		return read_text(p, token, text, value);
	if (is_last(p, token))
		fail_unfinished(p, token->start,
				"\"%.40s\" is not an IPv4 address", text);
	else
		fail(p, token->start,
		     "\"%.40s\" is not an IPv4 address; for networks write: "
		     "net %.40s",
		     text, text);
	return false;
}

static bool read_net(struct parser *p, const struct token *token,
		     const char *text, struct expr_value *value)
{
	char cut[WORD_SHOWN + 4];

	if (token->type == TOKEN_WORD &&
	    (address_is_like(text) ||
	     strspn(text, DIGITS "./") == strlen(text)))
		return address_read(p, token, true, value);
	fail(p, token->start, "\"%s\" is not a network; write 10.0.0.0/8",
	     shown(p, token, cut));
	return false;
}

bool value_read(struct parser *p, enum expr_field *field,
		const struct token *token, struct expr_value *value)
{
	char text[EXPR_TEXT_MAX];

	lex_copy(p->text, token, text, sizeof(text));
	switch (field_find(*field)->kind) {
	case KIND_HOST:
		return read_host(p, token, text, value);
	case KIND_NET:
		return read_net(p, token, text, value);
	case KIND_PORT:
		return read_port(p, token, text, value);
	case KIND_COUNTRY:
		return read_country(p, token, text, value);
	case KIND_AS:
		if (token->type == TOKEN_STRING || !is_asn(text))
			return read_text(p, token, text, value);
		*field = FIELD_ASN;
		return read_asn(p, token, text, value);
	case KIND_ASN:
		return read_asn(p, token, text, value);
	case KIND_NUMBER:
		return read_plain(p, *field, token, text, value);
	case KIND_MARK:
		return read_mark(p, token, text, value);
	case KIND_STATE:
	case KIND_STATUS:
		return read_listed(p, *field, token, text, value);
	case KIND_PROTO:
		return read_proto(p, token, text, value);
	default:
		return read_text(p, token, text, value);
	}
}

bool value_fits(const struct parser *p, enum expr_field field,
		const struct token *token)
{
	struct expr_error error = { 0 };
	struct parser trial = *p;
	struct expr_value value = { 0 };
	enum expr_field changed = field;
	enum value_kind kind = field_find(field)->kind;
	char text[EXPR_TEXT_MAX];
	bool is_ok;

	lex_copy(p->text, token, text, sizeof(text));
	if ((kind == KIND_TEXT || kind == KIND_AS) &&
	    token->type == TOKEN_WORD &&
	    (address_is_like(text) ||
	     strspn(text, DIGITS ":-./") == strlen(text)))
		return false;
	trial.error = &error;
	trial.is_trial = true;
	is_ok = field_is_amount(field)
			? amount_read(&trial, field, token, &value)
			: value_read(&trial, &changed, token, &value);
	value_fini(&value);
	return is_ok && changed == field;
}

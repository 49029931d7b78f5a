// SPDX-License-Identifier: GPL-2.0-only
/* Addresses and networks in a filter, and what may be wrong with them. */
#include "filter/parser.h"
#include "lib/str.h"
#include "net/addr.h"

#include <string.h>

#define DIGITS "0123456789"

static size_t count(const char *text, size_t length, char c)
{
	size_t n = 0;

	for (size_t i = 0; i < length; i++)
		n += text[i] == c;
	return n;
}

bool address_is_like(const char *text)
{
	size_t length = strcspn(text, "/");
	size_t dotted = strspn(text, DIGITS ".");

	if (strspn(text, DIGITS "abcdefABCDEF:.") == length &&
	    count(text, length, ':') >= 2)
		return true;
	if (dotted != length || !strspn(text, DIGITS))
		return false;
	if (text[length] == '/')
		return text[length + 1] || count(text, length, '.');
	return count(text, length, '.') == 3;
}

/* The first number above 255; 0: all are right. */
static unsigned int number_too_big(const char *text, char *number, size_t size)
{
	while (*text) {
		size_t digits = strspn(text, DIGITS);
		uint64_t value;

		if (digits < size) {
			memcpy(number, text, digits);
			number[digits] = '\0';
			if (digits && parse_u64(number, 0, 255, &value))
				return 1;
		}
		text += digits;
		text += *text != '\0';
	}
	return 0;
}

static void fail_ipv4(struct parser *p, const struct token *token,
		      const char *text)
{
	char cut[WORD_SHOWN + 4], number[8];
	size_t length = strlen(text);

	shown(p, token, cut);
	if (number_too_big(text, number, sizeof(number)))
		fail(p, token->start,
		     "\"%s\" is not an IPv4 address (%s > 255)", cut, number);
	else if (is_last(p, token) && count(text, length, '.') <= 3)
		fail_unfinished(p, token->start,
				"\"%s\" is not an IPv4 address", cut);
	else
		fail(p, token->start, "\"%s\" is not an IPv4 address", cut);
}

/* The length behind the slash at offset @slash of the text. */
static bool read_prefix(struct parser *p, const struct token *token,
			const char *text, size_t slash,
			struct expr_value *value)
{
	uint64_t max = 8 * addr_size(value->family), prefix;
	int err;

	if (!text[slash + 1]) {
		fail_unfinished(p, token->start + slash + 1,
				"expected a prefix length after \"/\"");
		return false;
	}
	err = parse_u64(text + slash + 1, 0, max, &prefix);
	if (!err) {
		value->prefix = (uint8_t)prefix;
		return true;
	}
	if (strspn(text + slash + 1, DIGITS) == strlen(text + slash + 1))
		fail(p, token->start + slash + 1,
		     "prefix length /%.10s is too long for %s (max /%d)",
		     text + slash + 1,
		     value->family == FAMILY_IPV4 ? "IPv4" : "IPv6", (int)max);
	else
		fail(p, token->start + slash + 1,
		     "\"/%.10s\" is not a prefix length; write the number of "
		     "bits",
		     text + slash + 1);
	return false;
}

/* "10" and "192.168.": the bytes that are missing are zero. */
static bool fill_up(const char *text, char *out, size_t size, uint8_t *prefix)
{
	size_t length = strlen(text), dots = count(text, length, '.');

	if (dots >= 3 || strspn(text, DIGITS ".") != length || !length)
		return false;
	if (!str_copy(out, size, text))
		return false;
	if (text[length - 1] == '.') {
		if (!dots--)
			return false;
		out[length - 1] = '\0';
	}
	*prefix = (uint8_t)(8 * (dots + 1));
	for (; dots < 3; dots++)
		if (strlen(out) + 3 > size)
			return false;
		else
			strcat(out, ".0");
	return true;
}

bool address_read(struct parser *p, const struct token *token, bool is_net,
		  struct expr_value *value)
{
	char text[EXPR_TEXT_MAX], full[ADDR_TEXT_SIZE], cut[WORD_SHOWN + 4];
	struct network network;
	size_t slash;
	uint8_t prefix = 0;

	lex_copy(p->text, token, text, sizeof(text));
	slash = strcspn(text, "/");
	value->type = EXPR_PREFIX;
	if (text[slash] == '/') {
		text[slash] = '\0';
		is_net = true;
	}
	if (addr_parse(text, &value->addr, &value->family) &&
	    !(is_net && fill_up(text, full, sizeof(full), &prefix) &&
	      !addr_parse(full, &value->addr, &value->family))) {
		if (!strchr(text, ':'))
			fail_ipv4(p, token, text);
		else if (is_last(p, token))
			fail_unfinished(p, token->start,
					"\"%s\" is not an IPv6 address",
					shown(p, token, cut));
		else
			fail(p, token->start, "\"%s\" is not an IPv6 address",
			     shown(p, token, cut));
		return false;
	}
	value->prefix =
		prefix ? prefix : (uint8_t)(8 * addr_size(value->family));
	lex_copy(p->text, token, text, sizeof(text));
	if (text[slash] && !read_prefix(p, token, text, slash, value))
		return false;
	addr_format(&value->addr, value->family, full);
	str_printf(text, sizeof(text), "%s/%u", full, value->prefix);
	if (network_parse(text, &network))
		return false;
	value->addr = network.addr; /* bits behind the length are 0 */
	return true;
}

// SPDX-License-Identifier: GPL-2.0-only
/* What people know from other tools and what flows cannot say: each gets an
 * answer of its own. */
#include "filter/parser.h"
#include "lib/str.h"
#include "lib/unitext.h"

#include <string.h>

#define N(array) (sizeof(array) / sizeof((array)[0]))

/* Options of conntrack(8), iptables and ss. */
static const struct {
	const char *option, *words;
} options[] = {
	{ "--dport", "dst port" },
	{ "--dports", "dst port" },
	{ "--sport", "src port" },
	{ "--sports", "src port" },
	{ "--src", "src" },
	{ "--orig-src", "orig src" },
	{ "-s", "src" },
	{ "--dst", "dst" },
	{ "--orig-dst", "orig dst" },
	{ "-d", "dst" },
	{ "--reply-src", "reply src" },
	{ "-r", "reply src" },
	{ "--reply-dst", "reply dst" },
	{ "-q", "reply dst" },
	{ "--proto", "proto" },
	{ "--protonum", "proto" },
	{ "-p", "proto" },
	{ "--state", "state" },
	{ "--status", "status" },
	{ "-u", "status" },
	{ "--mark", "mark" },
	{ "-m", "mark" },
	{ "--label", "label" },
	{ "-l", "label" },
	{ "--zone", "zone" },
	{ "-w", "zone" },
	{ "--id", "id" },
	{ "-i", "iface" },
	{ "--timeout", "timeout >" },
	{ "-t", "timeout >" },
	{ "--src-nat", "snat" },
	{ "-n", "snat" },
	{ "--dst-nat", "dnat" },
	{ "-g", "dnat" },
	{ "--any-nat", "nat" },
	{ "-j", "nat" },
	{ "--pid", "pid" },
	{ "--user", "user" },
};

/* Words of tcpdump and others. */
static const struct {
	const char *word, *why;
} missing[] = {
	{ "vlan", "conntrack records no VLAN tags" },
	{ "ether", "conntrack records no hardware addresses" },
	{ "mac", "conntrack records no hardware addresses" },
	{ "wlan", "conntrack records no hardware addresses" },
	{ "gateway", "conntrack records no hardware addresses" },
	{ "arp", "conntrack tracks no ARP" },
	{ "rarp", "conntrack tracks no ARP" },
	{ "mpls", "conntrack records no MPLS labels" },
	{ "geneve", "conntrack records no tunnel headers" },
	{ "pppoes", "conntrack records no tunnel headers" },
	{ "pppoed", "conntrack records no tunnel headers" },
	{ "protochain", "conntrack keeps no packets; try: proto tcp" },
	{ "mask", "networks are written 10.0.0.0/8" },
	{ "ttl", "conntrack keeps no packets" },
	{ "tos", "conntrack keeps no packets" },
	{ "dscp", "conntrack keeps no packets" },
	{ "tcpflags", "conntrack keeps no packets; try: state syn-sent" },
	{ "less", "conntrack keeps no packets; try: bytes < 1000" },
	{ "greater", "conntrack keeps no packets; try: bytes > 1000" },
	{ "gw", "without src and dst all ends are compared; try: host" },
};

static bool is_option(struct parser *p, const struct token *token,
		      const char *text)
{
	struct token next = lex_token(p->text, token->end, LEX_VALUE);
	char value[WORD_SHOWN + 5] = "";

	if (text[0] != '-' || !text[1])
		return false;
	for (size_t i = 0; i < N(options); i++) {
		if (str_casecmp(options[i].option, text))
			continue;
		if (next.type == TOKEN_WORD) {
			value[0] = ' ';
			shown(p, &next, value + 1);
		}
		fail(p, token->start, "no dashes in filters; write: %s%s",
		     options[i].words, value);
		return true;
	}
	fail(p, token->start,
	     "no dashes in filters; words that begin so go in quotes");
	return true;
}

static bool is_packet_byte(struct parser *p, const struct token *token,
			   const char *text)
{
	size_t length = strcspn(text, "[");
	const struct filter_word *word = word_find(text, length);
	bool is_proto = word && (word->class == WORD_PROTO ||
				 word->class == WORD_FAMILY);

	if (!text[length] ||
	    (!is_proto && str_ncasecmp(text, "ether[", 6) != 0))
		return false;
	fail(p, token->start,
	     "packet bytes cannot be matched: conntrack keeps no packets; "
	     "try: state syn-sent");
	return true;
}

static bool is_missing(struct parser *p, const struct token *token,
		       const char *text)
{
	struct token next = lex_token(p->text, token->end, LEX_CONDITION);
	struct token rel = lex_rel(p->text, token->end);

	if (rel.type != TOKEN_REL && next.type != TOKEN_WORD &&
	    next.type != TOKEN_STRING)
		return false;
	for (size_t i = 0; i < N(missing); i++) {
		if (str_casecmp(missing[i].word, text))
			continue;
		fail(p, token->start, "\"%s\" is not available: %s",
		     missing[i].word, missing[i].why);
		return true;
	}
	return false;
}

bool known_trouble(struct parser *p, const struct token *token,
		   const char *text)
{
	return is_option(p, token, text) || is_packet_byte(p, token, text) ||
	       is_missing(p, token, text);
}

bool check_text(struct parser *p)
{
	size_t length = strnlen(p->text, EXPR_TEXT_MAX), i = 0;

	if (length == EXPR_TEXT_MAX) {
		fail(p, EXPR_TEXT_MAX - 1, "longer than %d bytes",
		     EXPR_TEXT_MAX - 1);
		return false;
	}
	while (i < length) {
		uint32_t code;
		size_t n = utf8_decode(p->text + i, length - i, &code);

		if (code != '\t' && code != '\n' && unitext_width(code) < 0) {
			fail(p, i, "a character that cannot be shown");
			return false;
		}
		i += n;
	}
	return true;
}

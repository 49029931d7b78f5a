// SPDX-License-Identifier: GPL-2.0-only
/* Filter expressions: what is read, how it is written again, what is wrong. */
#include "filter/expr.h"
#include "unit/exprgen.h"
#include "unit/unit.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct row {
	const char *typed;
	const char *echo; /* NULL: the same */
};

static void check_echo(const char *typed, const char *echo)
{
	char text[EXPR_TEXT_MAX * 8], again[EXPR_TEXT_MAX * 8];
	struct expr_error error;
	struct expr *expr = expr_parse(typed, &test_words, &error), *second;
	size_t length;

	if (!expr)
		fail_msg("%s: column %d: %s", typed, error.column, error.text);
	length = expr_echo(expr, text, sizeof(text), NULL);
	assert_int_equal(length, strlen(text));
	if (strcmp(text, echo) != 0)
		fail_msg("%s: read as \"%s\", not \"%s\"", typed, text, echo);
	second = expr_parse(text, &test_words, &error);
	if (!second)
		fail_msg("%s: column %d: %s", text, error.column, error.text);
	assert_true(expr_is_same(expr, second));
	expr_echo(second, again, sizeof(again), NULL);
	assert_string_equal(text, again);
	expr_free(expr);
	expr_free(second);
}

static void check_rows(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++)
		check_echo(rows[i].typed,
			   rows[i].echo ? rows[i].echo : rows[i].typed);
}

static void test_examples(void **state)
{
	static const struct row rows[] = {
		{ "tcp port 443", NULL },
		{ "udp and not port 53", NULL },
		{ "src net 192.168.1.0/24 and dst port 80 or 443",
		  "src net 192.168.1.0/24 and dst port 80,443" },
		{ "host 2001:db8::7 or host github.com", NULL },
		{ "net 10 and out", "net 10.0.0.0/8 and out" },
		{ "process firefox and rate > 1M", NULL },
		{ "process:ssh state:established",
		  "process ssh and state established" },
		{ "pid 4242", NULL },
		{ "user alice and country US,CN", NULL },
		{ "not country DE and through", NULL },
		{ "asn 64500 or as google", NULL },
		{ "dst port 8000-8100 and state syn-sent", NULL },
		{ "age < 10s and in", NULL },
		{ "bytes > 1G and age > 1h", NULL },
		{ "dport = :443 and sport gt :1024",
		  "dst port 443 and src port > 1024" },
		{ "nat and reply dst 203.0.113.9",
		  "nat and reply dst host 203.0.113.9" },
		{ "mark 0x10/0xff and zone 3", NULL },
		{ "iface wg0 and packets > 1000", NULL },
		{ "name ~ \"\\.amazonaws\\.com$\" and rx > 10Mbit",
		  "name ~ \\.amazonaws\\.com$ and rx > 10Mbit" },
		{ "unreplied and (udp or icmp) and idle > 30s", NULL },
		{ "google", "text \"google\"" },
		{ "ip.addr == 192.0.2.7 && tcp.dstport == 22",
		  "host 192.0.2.7 and tcp dst port 22" },
		{ "host 10.0.0.1 or host 10.0.0.2 and port 22",
		  "host 10.0.0.1 or (host 10.0.0.2 and port 22)" },
		{ "tcp dst port 443 and not net 10.0.0.0/8", NULL },
	};

	(void)state;
	check_rows(rows, N_ELEMS(rows));
}

struct wrong {
	const char *typed;
	int column;
	const char *text;
	bool is_unfinished;
};

static void check_wrong(const struct wrong *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct expr_error error;
		struct expr *expr =
			expr_parse(rows[i].typed, &test_words, &error);

		if (expr)
			fail_msg("%s: no error", rows[i].typed);
		if (strcmp(error.text, rows[i].text) != 0 ||
		    error.column != rows[i].column ||
		    error.is_unfinished != rows[i].is_unfinished)
			fail_msg("%s: column %d%s: %s", rows[i].typed,
				 error.column,
				 error.is_unfinished ? " unfinished" : "",
				 error.text);
	}
}

static void test_errors(void **state)
{
	static const struct wrong rows[] = {
		{ "port 99999", 6, "port 99999 is out of range (0-65535)",
		  false },
		{ "port htps", 6,
		  "unknown service \"htps\"; did you mean \"https\"?", false },
		{ "contry DE", 1,
		  "unknown field \"contry\"; did you mean \"country\"?",
		  false },
		{ "host 10.0.0.300", 6,
		  "\"10.0.0.300\" is not an IPv4 address (300 > 255)", false },
		{ "net 10.0.0.0/40", 14,
		  "prefix length /40 is too long for IPv4 (max /32)", false },
		{ "(tcp and port 22", 1, "\"(\" is not closed", true },
		{ "tcp and or udp", 9,
		  "expected a condition after \"and\", found \"or\"", false },
		{ "state estblished", 7,
		  "unknown state \"estblished\"; did you mean "
		  "\"established\"?",
		  false },
		{ "rate > fast", 8,
		  "\"fast\" is not a rate; write 500k or 10M (bytes/s), or "
		  "10Mbit",
		  false },
		{ "age > 5 minutes", 9, "write the unit without a space: 5m",
		  false },
		{ "bytes 1G", 7,
		  "compare \"bytes\" with < <= > or >=, for example: bytes > "
		  "10M",
		  false },
		{ "pid firefox", 5,
		  "pid needs a number; for names write: process firefox",
		  false },
		{ "--dport 443", 1, "no dashes in filters; write: dst port 443",
		  false },
		{ "tcp[13] & 2 != 0", 1,
		  "packet bytes cannot be matched: conntrack keeps no "
		  "packets; try: state syn-sent",
		  false },
		{ "vlan 10", 1,
		  "\"vlan\" is not available: conntrack records no VLAN tags",
		  false },
		{ "process ~ \"([a-z\"", 11,
		  "bad regular expression \"([a-z\": unterminated character "
		  "set",
		  false },
		{ "new york", 5,
		  "two words in a row; write \"new york\" in quotes, or join "
		  "them with and/or",
		  false },
		{ "country Germny", 9,
		  "unknown country \"Germny\"; did you mean \"germany\" (DE)?",
		  false },
		{ "speed > 1M", 1,
		  "unknown field \"speed\"; press Tab for the list", false },
	};

	(void)state;
	check_wrong(rows, N_ELEMS(rows));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_examples),
		cmocka_unit_test(test_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

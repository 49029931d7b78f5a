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

static void test_values(void **state)
{
	static const struct row rows[] = {
		/* carried over, and not */
		{ "port 80 or 443 or host 10.0.0.1",
		  "port 80,443 or host 10.0.0.1" },
		{ "port (80 or 443,22) tcp", "port 80,443,22 and tcp" },
		{ "process ssh or curl", "process ssh,curl" },
		{ "process ssh or 10.0.0.1", "process ssh or host 10.0.0.1" },
		{ "country DE or FR or google",
		  "country DE,FR or text \"google\"" },
		{ "not country DE or FR", "not country DE,FR" },
		{ "port 80 or https or ssh", "port 80,443,22" },
		{ "port 80 or (443)", "port 80 or (443)" },
		{ "443 or 80", NULL },
		{ "443 or port 80 or (22)", NULL },
		{ "city \"new york\" or paris", "city \"new york\",paris" },
		{ "user ~ ^a or ^b", "user ~ \"^a\",\"^b\"" },
		{ "name contains foo or bar", "name contains foo,bar" },
		/* relations */
		{ "port != 443", "not port 443" },
		{ "port ne 443", "not port 443" },
		{ "not port != 443", "not not port 443" },
		{ "user !~ ^a", "not user ~ ^a" },
		{ "port ge 1024", "port >= 1024" },
		{ "name matches foo", "name ~ foo" },
		{ "cmd contains \"--flag\"", "cmd contains --flag" },
		{ "country LT", NULL },
		{ "country NE and tcp", NULL },
		{ "country ne DE", "not country DE" },
		{ "country LT tcp", "country LT and tcp" },
		{ "country in or in", "country IN or in" },
		{ "country = ge,Gt", "country GE,GT" },
		/* ends */
		{ "10.0.0.1", "host 10.0.0.1" },
		{ "::1", "host ::1" },
		{ "host:::1", "host ::1" },
		{ "2001:db8::/32", "net 2001:db8::/32" },
		{ "net 192.168", "net 192.168.0.0/16" },
		{ "net 10.1.2.3/8", "net 10.0.0.0/8" },
		{ "net 10.1.2.3", "net 10.1.2.3" },
		{ "src 10.0.0.0/8", "src net 10.0.0.0/8" },
		{ "host *.Example.org", "host *.example.org" },
		{ "host \"*.a\"", NULL },
		{ "src or dst port 53", "port 53" },
		{ "dst and src net 10", "src and dst net 10.0.0.0/8" },
		{ "udp tcp port 53", "tcp udp port 53" },
		{ "inet6 tcp reply sport 80", "ip6 tcp reply src port 80" },
		{ "local port 22 and remote country germany",
		  "local port 22 and remote country DE" },
		{ "country \"united kingdom\",united-states", "country GB,US" },
		{ "portrange 1-10", "port 1-10" },
		{ "service smtp", "port 25" },
		{ ":443", "port 443" },
		{ "port :443", "port 443" },
		{ "as 64500", "asn 64500" },
		{ "asn AS1-5 or 7", "asn 1-5,7" },
		{ "ip.src != 10.0.0.1", "not src host 10.0.0.1" },
		{ "udp.srcport 53 hostname a dns b cc de",
		  "udp src port 53 and name a and name b and country DE" },
		/* of the flow */
		{ "state estab or tw", "state established,time-wait" },
		{ "state syn_recv,cookie_wait,partopen",
		  "state syn-recv,cookie-wait,partopen" },
		{ "state closed or syn-*", "state closed,syn-*" },
		{ "proto 6", "tcp" },
		{ "proto igmp", NULL },
		{ "proto icmpv6", "icmp6" },
		{ "proto 200", NULL },
		{ "proto tcp,udp", NULL },
		{ "ipv4 or inet6", "ip or ip6" },
		{ "mark 16", "mark 0x10" },
		{ "fwmark 0xffffffff/0x0", "mark 0xffffffff/0x0" },
		{ "status assured,seen_reply", "status assured,seen-reply" },
		{ "user 1000", NULL },
		{ "process=port", "process \"port\"" },
		{ "proc Web*", "process web*" },
		{ "text \"a\\\"b\\\\c\"", "text \"a\\\"b\\c\"" },
		{ "text 'it is \"x\"'", "text \"it is \\\"x\\\"\"" },
		{ "inbound outbound forward src-nat dst-nat any-nat",
		  "in and out and through and snat and dnat and nat" },
		/* amounts */
		{ "rate > 10MB/s", "rate > 10M" },
		{ "rx gt 1.5kB/s or tx < 10mbit", "rx > 1.5k or tx < 10Mbit" },
		{ "bytes >= 1.5gi", "bytes >= 1.5Gi" },
		{ "duration > 90", "age > 90s" },
		{ "idle > 1H30min", "idle > 1h30m" },
		{ "pps > 1k", NULL },
		/* joined */
		{ "a | b & c", "text \"a\" or (text \"b\" and text \"c\")" },
		{ "!tcp && !udp || icmp", "(not tcp and not udp) or icmp" },
		{ "(((tcp)))", "tcp" },
		{ "((tcp and in) and (out)) udp",
		  "tcp and in and out and udp" },
		{ "not (tcp or not (udp and in))",
		  "not (tcp or not (udp and in))" },
		{ "@web", "port 80,443" },
		{ "not @outer or @web",
		  "not (tcp and not port 80,443) or port 80,443" },
	};

	(void)state;
	check_rows(rows, N_ELEMS(rows));
}

static void test_mixed(void **state)
{
	static const struct {
		const char *typed;
		bool is_mixed;
	} rows[] = {
		{ "host a or host b and port 22", true },
		{ "host a and port 22 or tcp", true },
		{ "host a or (host b and port 22)", false },
		{ "(host a or host b) and port 22", false },
		{ "src net 10 and dst port 80 or 443", false },
		{ "tcp or udp port 53", false },
		{ "a (b or c and d)", true },
	};

	(void)state;
	for (size_t i = 0; i < N_ELEMS(rows); i++) {
		struct expr_error error;
		struct expr *expr =
			expr_parse(rows[i].typed, &test_words, &error);
		char text[EXPR_TEXT_MAX];
		bool is_mixed;

		assert_non_null(expr);
		expr_echo(expr, text, sizeof(text), &is_mixed);
		if (is_mixed != rows[i].is_mixed)
			fail_msg("%s: mixed: %d", rows[i].typed, is_mixed);
		expr_free(expr);
	}
}

/* What a matcher reads. */
static void test_tree(void **state)
{
	struct expr_error error;
	struct expr *expr = expr_parse(
		"tcp udp reply dst port 80,1-5 and rate > 8kbit and mark "
		"0x10/0xff and net 10.1/16 and name ~ X and process A*",
		&test_words, &error);
	const struct expr_test *test;

	(void)state;
	assert_non_null(expr);
	assert_int_equal(expr->kind, EXPR_AND);
	assert_int_equal(expr->n_children, 6);
	test = &expr->children[0]->test;
	assert_int_equal(test->field, FIELD_PORT);
	assert_int_equal(test->tuple, TUPLE_REPLY);
	assert_int_equal(test->ends, ENDS_DST);
	assert_true(test->protos[0] ==
		    ((uint64_t)1 << IPPROTO_TCP | (uint64_t)1 << IPPROTO_UDP));
	assert_int_equal(test->n_values, 2);
	assert_int_equal(test->values[1].lo, 1);
	assert_int_equal(test->values[1].hi, 5);
	test = &expr->children[1]->test;
	assert_int_equal(test->rel, REL_GT);
	assert_true(test->values[0].amount > 999.9 &&
		    test->values[0].amount < 1000.1);
	test = &expr->children[2]->test;
	assert_int_equal(test->values[0].type, EXPR_MASKED);
	assert_int_equal(test->values[0].lo, 0x10);
	assert_int_equal(test->values[0].hi, 0xff);
	test = &expr->children[3]->test;
	assert_int_equal(test->values[0].prefix, 16);
	assert_int_equal(test->values[0].addr.byte[1], 1);
	test = &expr->children[4]->test;
	assert_int_equal(test->rel, REL_REGEX);
	assert_int_equal(regexec(&test->values[0].regex, "max", 0, NULL, 0), 0);
	test = &expr->children[5]->test;
	assert_true(test->values[0].is_glob);
	assert_string_equal(test->values[0].text, "a*");
	expr_free(expr);
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

static void test_more_errors(void **state)
{
	static const struct wrong rows[] = {
		/* unfinished, so no error yet */
		{ "port 443 and", 13, "expected a condition after \"and\"",
		  true },
		{ "not", 4, "expected a condition after \"not\"", true },
		{ "port", 5, "expected a value after \"port\"", true },
		{ "port 80,", 9, "expected a value after \"port\"", true },
		{ "orig", 5,
		  "expected src, dst, host, net or port after \"orig\"", true },
		{ "rate", 5,
		  "compare \"rate\" with < <= > or >=, for example: rate > 1M",
		  true },
		{ "country germ", 9, "unknown country \"germ\"", true },
		{ "state est", 7, "unknown state \"est\"", true },
		{ "name \"x", 6, "the quote is not closed", true },
		{ "process contains", 17, "expected a value after \"contains\"",
		  true },
		{ "net 10.0.0.0/", 14, "expected a prefix length after \"/\"",
		  true },
		{ "host 10.0", 6, "\"10.0\" is not an IPv4 address", true },
		{ "port 80-", 9, "expected a number after \"80-\"", true },
		/* in a row */
		{ "port 80 443", 9,
		  "two values in a row; write 80,443 or join them with "
		  "and/or",
		  false },
		{ "10.0.0.1 443", 10,
		  "two values in a row: 10.0.0.1 443; join them with and/or",
		  false },
		{ "process web content", 13,
		  "two words in a row; write \"web content\" in quotes, or "
		  "join them with and/or",
		  false },
		{ "process ssh or contry DE", 16,
		  "unknown field \"contry\"; did you mean \"country\"?",
		  false },
		{ "rate > 1M or 5M", 14,
		  "name the field again: \"rate\" and a comparison", false },
		{ "country united kingdom", 9,
		  "write \"united kingdom\" in quotes", false },
		/* relations */
		{ "port ~ 80", 6,
		  "\"~\" cannot be used with \"port\"; use = or != < <= > >=",
		  false },
		{ "process > a", 9,
		  "\">\" cannot be used with \"process\"; use = or != ~ "
		  "contains",
		  false },
		{ "tcp = 5", 5, "\"tcp\" stands alone, without a value",
		  false },
		{ "rate > 1M,5M", 10,
		  "only one value can be compared; join conditions with "
		  "and/or",
		  false },
		{ "10.0.0.1:443", 9, "write: host 10.0.0.1 and port 443",
		  false },
		{ "process port 80", 9,
		  "\"port\" is a word of the filter language; as a value "
		  "write it in quotes",
		  false },
		/* values */
		{ "port 1-99999", 8, "port 99999 is out of range (0-65535)",
		  false },
		{ "port 100-50", 6,
		  "the range 100-50 runs backwards; write 50-100", false },
		{ "asn google", 5,
		  "asn needs a number; for names write: as google", false },
		{ "zone 70000", 6, "zone 70000 is out of range (0-65535)",
		  false },
		{ "mark 0x100000000", 6,
		  "mark 0x100000000 is out of range (0-4294967295)", false },
		{ "proto tcpp", 7,
		  "unknown protocol \"tcpp\"; did you mean \"tcp\"?", false },
		{ "host ::1/200", 10,
		  "prefix length /200 is too long for IPv6 (max /128)", false },
		{ "name ~ (a{200}){200} tcp", 8,
		  "bad regular expression \"(a{200}){200}\": too many "
		  "repetitions",
		  false },
		{ "name ~ \"(a)\\1\"", 8,
		  "bad regular expression \"(a)\\1\": back-references are "
		  "not supported",
		  false },
		/* bits or bytes? */
		{ "rx > 10Mb/s", 6,
		  "\"10Mb/s\" is not a rate; write 500k or 10M (bytes/s), or "
		  "10Mbit",
		  false },
		{ "age > 5x", 7, "\"5x\" is not a time; write 30s, 5m or 1h30m",
		  false },
		{ "process \"\"", 9, "the text is empty", false },
		{ "as google,64500", 11,
		  "names and numbers of networks do not share a list; join "
		  "as and asn with or",
		  false },
		{ "host 200t/x8:: in", 6,
		  "\"200t/x8::\" is not an IPv4 address", false },
		/* joints */
		{ "tcp)", 4, "\")\" without \"(\" before it", false },
		{ "()", 2, "expected a condition after \"(\", found \")\"",
		  false },
		{ "tcp, udp", 4,
		  "\",\" stands between values only; join conditions with "
		  "and/or",
		  false },
		{ "and tcp", 1, "expected a condition, found \"and\"", false },
		{ "name and", 6,
		  "expected a value after \"name\", found \"and\"", false },
		/* habits */
		{ "-p tcp", 1, "no dashes in filters; write: proto tcp",
		  false },
		{ "ether host 1", 1,
		  "\"ether\" is not available: conntrack records no hardware "
		  "addresses",
		  false },
		/* names */
		{ "@self", 1, "in @self: @self stands for itself", false },
		{ "tcp @ping", 5, "in @ping: in @pong: @ping stands for itself",
		  false },
		{ "@bad", 1,
		  "in @bad: expected a condition after \"and\", found \"or\"",
		  false },
		{ "@empty", 1, "@empty is empty", false },
		{ "@nope and tcp", 1, "no filter is called @nope", false },
		{ "@wide0", 1,
		  "in @wide0: in @wide1: in @wide2: in @wide3: more than 64 "
		  "named filters",
		  false },
		/* bytes */
		{ "a\x1b[2J", 2, "a character that cannot be shown", false },
		{ "text \"\xff\"", 7, "a character that cannot be shown",
		  false },
		{ "text \"a\xe2\x80\xae\"", 8,
		  "a character that cannot be shown", false },
	};

	(void)state;
	check_wrong(rows, N_ELEMS(rows));
}

static void test_blank(void **state)
{
	static const char *const blanks[] = { "", " ", "\t \n" };

	(void)state;
	for (size_t i = 0; i < N_ELEMS(blanks); i++) {
		struct expr_error error;

		assert_null(expr_parse(blanks[i], NULL, &error));
		assert_int_equal(error.column, 0);
		assert_int_equal(error.text[0], 0);
	}
	expr_free(NULL);
}

/* Long and deep ones end with a message. */
static void test_limits(void **state)
{
	static const struct {
		const char *part;
		const char *text; /* NULL: it is read */
	} rows[] = {
		{ "(", "more than 64 levels of \"(\" and not" },
		{ "!", "more than 64 levels of \"(\" and not" },
		{ "tcp ", NULL },
		{ "a|", "expected a condition after \"|\"" },
		{ "port 1,2 ", NULL },
		{ "not tcp ", NULL },
		{ "process x or y|", "expected a condition after \"|\"" },
		{ "country DE or Germny|", "expected a condition after \"|\"" },
	};
	char text[EXPR_TEXT_MAX + 1];
	struct expr_error error;

	(void)state;
	for (size_t i = 0; i < N_ELEMS(rows); i++) {
		size_t n = strlen(rows[i].part);
		struct expr *expr;

		text[0] = '\0';
		for (size_t at = 0; at + n < EXPR_TEXT_MAX; at += n)
			memcpy(text + at, rows[i].part, n + 1);
		expr = expr_parse(text, &test_words, &error);
		assert_string_equal(error.text,
				    rows[i].text ? rows[i].text : "");
		assert_true(!expr == !!rows[i].text);
		expr_free(expr);
	}
	memset(text, 'a', EXPR_TEXT_MAX);
	text[EXPR_TEXT_MAX] = '\0';
	assert_null(expr_parse(text, &test_words, &error));
	assert_string_equal(error.text, "longer than 1023 bytes");
	text[EXPR_TEXT_MAX - 1] = '\0';
	expr_free(expr_parse(text, &test_words, &error));
	assert_int_equal(error.column, 0);
}

static void test_hint(void **state)
{
	struct expr_error error;
	struct expr *expr;

	(void)state;
	expr = expr_parse("tcp and not contry", &test_words, &error);
	assert_string_equal(expr_hint(expr), "country");
	expr_free(expr);
	expr = expr_parse("tcp estab", &test_words, &error);
	assert_string_equal(expr_hint(expr), "state");
	expr_free(expr);
	expr = expr_parse("tcp and firefox", &test_words, &error);
	assert_null(expr_hint(expr));
	assert_null(expr_hint(NULL));
	expr_free(expr);
}

static void test_seek(void **state)
{
	static const struct row rows[] = {
		{ "port 22", NULL },
		{ "tcp and in", NULL },
		{ "google", "text \"google\"" },
		{ "10.0.0.1", "host 10.0.0.1" },
		/* words that say nothing yet, and what is none */
		{ "dns", "text \"dns\"" },
		{ "Port", "text \"port\"" },
		{ "and", "text \"and\"" },
		{ "rate >", "text \"rate >\"" },
		{ "port htps", "text \"port htps\"" },
		{ "new york", "text \"new york\"" },
		{ "@nope", "text \"@nope\"" },
		{ "\"", "text \"\\\"\"" },
		{ "a\\", "text \"a\\\\\"" },
		{ "vlan 10", "text \"vlan 10\"" },
		/* both */
		{ "in", "in or text \"in\"" },
		{ "TCP", "tcp or text \"tcp\"" },
		{ "ip6", "ip6 or text \"ip6\"" },
		{ "203", "203 or text \"203\"" },
	};
	char text[EXPR_TEXT_MAX * 2];
	struct expr *expr;

	(void)state;
	for (size_t i = 0; i < N_ELEMS(rows); i++) {
		expr = expr_seek(rows[i].typed, &test_words);
		expr_echo(expr, text, sizeof(text), NULL);
		assert_string_equal(text, rows[i].echo ? rows[i].echo
						       : rows[i].typed);
		expr_free(expr);
	}
	assert_null(expr_seek("", &test_words));
	/* Too long for a filter. */
	memset(text, 'a', EXPR_TEXT_MAX);
	text[EXPR_TEXT_MAX] = '\0';
	expr = expr_seek(text, &test_words);
	assert_non_null(expr);
	assert_string_equal(expr->test.values[0].text, text);
	expr_free(expr);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_examples),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_mixed),
		cmocka_unit_test(test_tree),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_more_errors),
		cmocka_unit_test(test_blank),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_hint),
		cmocka_unit_test(test_seek),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

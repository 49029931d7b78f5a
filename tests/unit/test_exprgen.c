// SPDX-License-Identifier: GPL-2.0-only
/* Generated filter expressions: what is written reads the same. And what words
 * may become. */
#include "unit/exprgen.h"
#include "unit/unit.h"

#include <stdio.h>
#include <string.h>

static uint64_t seed = 1;

static uint32_t any(uint32_t below)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(seed >> 33) % below;
}

struct text {
	char text[EXPR_TEXT_MAX * 4];
	size_t length;
};

static void add(struct text *out, const char *text)
{
	size_t n = strlen(text);

	if (out->length + n >= sizeof(out->text))
		return;
	memcpy(out->text + out->length, text, n + 1);
	out->length += n;
}

#define ADD_ANY(out, list) add(out, (list)[any(N_ELEMS(list))])

static void add_rel(struct text *out, bool is_text)
{
	static const char *const rels[] = { " ",    ":",    "=",  " = ",
					    " == ", " eq ", "!=", " ne " };
	static const char *const more[] = { " contains ", " ~ ", " !~ ",
					    " matches " };

	if (is_text && !any(4))
		ADD_ANY(out, more);
	else
		ADD_ANY(out, rels);
}

static void add_values(struct text *out, const char *const *values, size_t n)
{
	static const char *const joints[] = { ",", " , ", " or ", "|" };

	add(out, values[any((uint32_t)n)]);
	while (!any(3)) {
		ADD_ANY(out, joints);
		add(out, values[any((uint32_t)n)]);
	}
}

#define ADD_VALUES(out, list) add_values(out, list, N_ELEMS(list))

static void add_end(struct text *out)
{
	static const char *const protos[] = { "",     "",         "",
					      "tcp ", "udp tcp ", "ip6 sctp ",
					      "ip " };
	static const char *const tuples[] = { "", "", "orig ", "reply " };
	static const char *const dirs[] = { "",       "src ",
					    "dst ",   "src or dst ",
					    "local ", "src and dst ",
					    "remote " };
	static const char *const hosts[] = { "10.0.0.1",    "::1",
					     "example.org", "\"a b\"",
					     "*.x.org",     "2001:db8::/32" };
	static const char *const nets[] = { "10", "10.1.2.3/9", "fe80::/10",
					    "192.168." };
	static const char *const ports[] = { "80",       "1-5", "https", ":22",
					     "http-alt", "0",   "65535" };
	static const char *const countries[] = {
		"DE", "germany", "LT", "in", "\"united kingdom\"", "ne"
	};
	static const char *const numbers[] = { "64500", "AS7", "1-5" };

	ADD_ANY(out, protos);
	ADD_ANY(out, tuples);
	ADD_ANY(out, dirs);
	switch (any(5)) {
	case 0:
		add(out, "host");
		add_rel(out, false);
		ADD_VALUES(out, hosts);
		break;
	case 1:
		add(out, "net");
		add_rel(out, false);
		ADD_VALUES(out, nets);
		break;
	case 2:
		add(out, "port");
		add_rel(out, false);
		ADD_VALUES(out, ports);
		break;
	case 3:
		add(out, "country");
		add_rel(out, false);
		ADD_VALUES(out, countries);
		break;
	default:
		add(out, "asn");
		add_rel(out, false);
		ADD_VALUES(out, numbers);
		break;
	}
}

static void add_field(struct text *out)
{
	static const char *const fields[] = { "process", "cmd",  "user",
					      "unit",    "text", "iface",
					      "label",   "name", "as" };
	static const char *const texts[] = {
		"firefox",  "\"and\"",      "\"a\\\"b\\\\\"",
		"'x y'",    "\"443\"",      "\"wg*\"",
		"wg?",      "\"10.0.0.1\"", "a:b",
		"\"port\"", "\"!x\"",       "X-Y_z",
		"\"a,b\"",  "\"\\\\\"",     "caf\xc3\xa9",
	};
	static const char *const states[] = { "estab", "TIME_WAIT", "closed",
					      "syn-*", "partopen" };

	if (any(3)) {
		ADD_ANY(out, fields);
		add_rel(out, true);
		ADD_VALUES(out, texts);
	} else {
		add(out, "state");
		add_rel(out, false);
		ADD_VALUES(out, states);
	}
}

static void add_amount(struct text *out)
{
	static const char *const amounts[] = {
		"rate > 1M",   "rx<=10Mbit", "tx lt 1.25Ki", "bytes ge 3GB",
		"age > 1h30m", "idle < 90",  "pps > 10k",    "timeout>=0.5s",
		"port > 1024", "pid <= 7",   "uid gt 0",     "duration < 1day",
	};

	ADD_ANY(out, amounts);
}

static void add_plain(struct text *out)
{
	static const char *const all[] = {
		"tcp",      "ip6",         "in",
		"443",      "1-9",         ":22",
		"10.0.0.7", "fe80::/64",   "google",
		"goo*",     "nat",         "unreplied",
		"\"x y\"",  "proto igmp",  "proto 6,17",
		"@web",     "@outer",      "status assured",
		"mark 7",   "mark != 1/2", "id 5",
		"zone 0,3",
	};

	ADD_ANY(out, all);
}

static void add_test(struct text *out)
{
	switch (any(4)) {
	case 0:
		add_end(out);
		break;
	case 1:
		add_field(out);
		break;
	case 2:
		add_amount(out);
		break;
	default:
		add_plain(out);
		break;
	}
}

static void add_expr(struct text *out, int depth)
{
	static const char *const joints[] = { " and ", " && ", " & ", " or ",
					      " || ",  " | ",  " " };

	switch (any(depth > 0 ? 5 : 1)) {
	case 1:
		add(out, any(2) ? "not " : "!");
		add_expr(out, depth - 1);
		break;
	case 2:
		add(out, "(");
		add_expr(out, depth - 1);
		add(out, ")");
		break;
	case 3:
	case 4:
		add_expr(out, depth - 1);
		ADD_ANY(out, joints);
		add_expr(out, depth - 1);
		break;
	default:
		add_test(out);
		break;
	}
}

static void test_generated(void **state)
{
	size_t n_read = 0, n_all = 30000;

	(void)state;
	for (size_t i = 0; i < n_all; i++) {
		char echo[EXPR_TEXT_MAX * 8];
		struct text text = { .length = 0 };
		struct expr_error error;
		struct expr *expr, *again;

		add_expr(&text, 4);
		expr = expr_parse(text.text, &test_words, &error);
		if (!expr) {
			assert_true(error.column > 0 && error.text[0]);
			continue;
		}
		expr_echo(expr, echo, sizeof(echo), NULL);
		if (strlen(echo) < EXPR_TEXT_MAX) {
			n_read++;
			again = expr_parse(echo, &test_words, &error);
			if (!again)
				fail_msg("%s\n%s\ncolumn %d: %s", text.text,
					 echo, error.column, error.text);
			if (!expr_is_same(expr, again))
				fail_msg("%s\n%s", text.text, echo);
			expr_free(again);
		}
		expr_free(expr);
	}
	/* Some are wrong: two words in a row, regular expressions. */
	if (n_read < n_all / 2)
		fail_msg("only %zu of %zu were read", n_read, n_all);
}

/* Every beginning of an expression is read or has a message, and completes. */
static void count(void *arg, const char *word)
{
	assert_true(word[0]);
	++*(size_t *)arg;
}

static void test_beginnings(void **state)
{
	(void)state;
	for (size_t i = 0; i < 1000; i++) {
		struct text text = { .length = 0 };

		add_expr(&text, 2);
		while (text.length) {
			struct expr_error error;
			size_t start, n = 0;

			text.text[--text.length] = '\0';
			expr_free(expr_parse(text.text, &test_words, &error));
			assert_int_equal(!error.column, !error.text[0]);
			expr_complete(text.text, text.length, &test_words,
				      &start, count, &n);
			assert_true(start <= text.length);
			assert_true(n <= EXPR_COMPLETIONS);
		}
	}
}

struct words {
	char text[8192];
};

static void note(void *arg, const char *word)
{
	struct words *words = arg;
	size_t n = strlen(words->text);

	snprintf(words->text + n, sizeof(words->text) - n, "%s%s", n ? " " : "",
		 word);
}

static void test_completion(void **state)
{
	static const struct {
		const char *typed; /* up to the cursor */
		const char *words; /* "...": and more */
		size_t start;
	} rows[] = {
		{ "", "host port net src dst ...", 0 },
		{ "po", "port portrange", 0 },
		{ "PO", "port portrange", 0 },
		{ "tcp ", "and or host port ...", 4 },
		{ "tcp a", "and ...", 4 },
		{ "(tcp ", "and or host ...", 5 },
		{ "tcp and ", "host port ...", 8 },
		{ "not sta", "state status", 4 },
		{ "src p", "port portrange", 4 },
		{ "orig d", "dst dport dns", 5 },
		{ "port h", "http https http-alt", 5 },
		{ "port:ht", "http https http-alt", 5 },
		{ "port 80,s", "ssh smtp", 8 },
		{ "port ", "", 5 },
		{ "country ", "US DE", 8 },
		{ "country germ", "germany", 8 },
		{ "country D", "DE \"dr congo\" djibouti denmark ...", 8 },
		{ "cc:\"united k", "\"united kingdom\"", 3 },
		{ "country united-k", "", 8 },
		{ "state e", "ESTABLISHED", 6 },
		{ "state ti", "time-wait", 6 },
		{ "state closed,c", "close-wait close close-req ...", 13 },
		{ "status sn", "snat snat-done", 7 },
		{ "proto ud", "udp udplite", 6 },
		{ "process ", "firefox \"Web Content\" \"and\"", 8 },
		{ "process = F", "firefox", 10 },
		{ "process \"we", "\"Web Content\"", 8 },
		{ "rate ", "< <= > >=", 5 },
		{ "rate > ", "", 7 },
		{ "\"sta", "", 0 },
	};

	(void)state;
	for (size_t i = 0; i < N_ELEMS(rows); i++) {
		const char *more = strstr(rows[i].words, "...");
		size_t start = 999, n = strlen(rows[i].words);
		struct words words = { .text = "" };

		if (more)
			n = (size_t)(more - rows[i].words);
		expr_complete(rows[i].typed, strlen(rows[i].typed), &test_words,
			      &start, note, &words);
		if (strncmp(words.text, rows[i].words, n) != 0 ||
		    (!more && words.text[n]) || start != rows[i].start)
			fail_msg("\"%s\": at %zu: %s", rows[i].typed, start,
				 words.text);
	}
}

/* Only what is before the cursor counts. */
static void test_cursor(void **state)
{
	struct words words = { .text = "" };
	size_t start;

	(void)state;
	expr_complete("tcp and po 80", 10, &test_words, &start, note, &words);
	assert_string_equal(words.text, "port portrange");
	assert_int_equal(start, 8);
	words.text[0] = '\0';
	expr_complete("po", 2, NULL, &start, note, &words);
	assert_string_equal(words.text, "port portrange");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_generated),
		cmocka_unit_test(test_beginnings),
		cmocka_unit_test(test_completion),
		cmocka_unit_test(test_cursor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

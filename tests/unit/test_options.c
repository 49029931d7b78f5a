// SPDX-License-Identifier: GPL-2.0-only
/* The command line, and a file besides: which of them counts. */
#include "lib/clock.h"
#include "net/proto.h"
#include "ui/keymap.h"
#include "view/choice.h"

#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "filtering.h"
#include "options.h"
#include "settings.h"
#include "unit.h"

static char path[] = "/tmp/flowtop-options.XXXXXX";
static struct config config;
static struct settings settings;
static struct caller caller;

/* Read @file and the @n words behind it. */
static void parse(const char *file, int n, const char *const *words)
{
	const char *argv[16] = { "flowtop", "--config", path };
	FILE *out = fopen(path, "w");

	assert_non_null(out);
	fputs(file, out);
	fclose(out);
	for (int i = 0; i < n; i++)
		argv[3 + i] = words[i];
	settings_close(&settings, 0);
	filtering_close(&config);
	caller = (struct caller){ .uid = getuid(), .gid = getgid() };
	settings_init(&settings, &caller);
	/* It begins anew. */
	optind = 0;
	assert_int_equal(options_parse(3 + n, (char **)(uintptr_t)argv, &config,
				       &settings),
			 -1);
}

#define PARSE(file, ...)                                                       \
	parse(file,                                                            \
	      (int)(sizeof((const char *[]){ NULL, ##__VA_ARGS__ }) /          \
		    sizeof(char *)) -                                          \
		      1,                                                       \
	      &((const char *[]){ NULL, ##__VA_ARGS__ })[1])

static void assert_warning(unsigned int i, const char *text)
{
	assert_true(i < settings.n_warnings);
	if (!strstr(settings.warnings[i], text))
		fail_msg("\"%s\" lacks \"%s\"", settings.warnings[i], text);
}

static void test_built_in(void **state)
{
	(void)state;
	PARSE("");
	assert_int_equal(settings.n_warnings, 0);
	assert_int_equal(config.interval_ns, NS_PER_S);
	assert_int_equal(config.filter.groups, GROUP_TCP);
	assert_int_equal(config.filter.families, SHOW_BOTH);
	assert_false(config.bits);
}

static void test_file(void **state)
{
	(void)state;
	PARSE("interval = 2\nbits = yes\nprotocols = tcp,UDP\nhide = none\n"
	      "max-flows = 1000\nlocation = city\nwait = 2\n");
	assert_int_equal(settings.n_warnings, 0);
	assert_int_equal(config.interval_ns, 2 * NS_PER_S);
	assert_true(config.bits);
	assert_int_equal(config.filter.groups, GROUP_TCP | GROUP_UDP);
	assert_int_equal(config.filter.hide, 0);
	assert_int_equal(config.max_flows, 1000);
	assert_int_equal(config.location, PLACES_CITY);
	/* Only a family means every protocol, there as well. */
	PARSE("ipv4 = yes\n");
	assert_int_equal(config.filter.families, SHOW_IPV4);
	assert_int_equal(config.filter.groups, GROUP_ALL);
	PARSE("no-geoip = yes\n");
	assert_true(config.no_geoip);
}

static void test_command_line(void **state)
{
	(void)state;
	PARSE("interval = 2\ninterval = x\nprotocols = all\nipv4 = yes\n"
	      "color = always\n",
	      "-t", "5", "-U", "-6", "-C");
	/* What does not count is not looked at. */
	assert_int_equal(settings.n_warnings, 0);
	assert_int_equal(config.interval_ns, 5 * NS_PER_S);
	assert_int_equal(config.filter.groups, GROUP_UDP);
	assert_int_equal(config.filter.families, SHOW_IPV6);
	assert_int_equal(config.color, COLOR_NEVER);
	/* A family alone leaves protocols as the file has them. */
	PARSE("protocols = udp\n", "-4");
	assert_int_equal(config.filter.groups, GROUP_UDP);
	assert_int_equal(config.filter.families, SHOW_IPV4);
}

static void test_last_line(void **state)
{
	(void)state;
	PARSE("bits = yes\nbits = no\ninterval = x\ninterval = 3\n");
	assert_int_equal(settings.n_warnings, 0);
	assert_false(config.bits);
	assert_int_equal(config.interval_ns, 3 * NS_PER_S);
	/* These add up. */
	PARSE("local-net = 10.0.0.0/8\nlocal-net = fd00::/8\n");
	assert_int_equal(config.n_local_nets, 2);
	PARSE("local-net = 10.0.0.0/8\n", "--local-net", "fd00::/8");
	assert_int_equal(config.n_local_nets, 1);
}

static void test_warnings(void **state)
{
	(void)state;
	PARSE("intervall = 2\nbits = maybe\njson = yes\nsandbox = off\n"
	      "interval = 0\nprotocols = tcp,foo\nlocation = here\n"
	      "pair = three\nkeys = vi\nfilter.a/b = tcp\nfilter. = tcp\n"
	      "columns.flows = address,adress\nsort.ports = x\nbits\nslow =\n");
	assert_int_equal(settings.n_warnings, 15);
	assert_warning(0, ":1: unknown key \"intervall\"; did you mean "
			  "\"interval\"?");
	assert_warning(1, ":2: bad value \"maybe\" for bits: it takes yes or "
			  "no");
	assert_warning(2, ":3: \"json\" is for the command line only");
	assert_warning(3, ":4: \"sandbox\" is for the command line and ");
	assert_warning(4, ":5: bad value \"0\" for interval");
	assert_warning(5, ":6: protocols: it takes all, or words of tcp");
	assert_warning(6, ":7: location: it takes none");
	assert_warning(7, ":8: pair: it takes two");
	assert_warning(8, ":9: keys: it takes default or htop");
	assert_warning(9, ":10: filter.a/b: names have letters");
	assert_warning(10, ":11: filter.: there is no name");
	assert_warning(11, ":12: columns.flows: unknown column \"adress\"");
	assert_warning(12, ":13: sort.ports: unknown column");
	assert_warning(13, ":14: there is no \"=\"");
	assert_warning(14, ":15: \"slow\" has no value");
	assert_int_equal(config.interval_ns, NS_PER_S);
	assert_int_equal(config.sandbox, SANDBOX_DEFAULT);
	assert_int_equal(config.filter.groups, GROUP_TCP);
}

static void test_too_many_warnings(void **state)
{
	char text[2000] = "", line[SETTINGS_TEXT];
	unsigned int n = 0;
	bool is_first;

	(void)state;
	for (int i = 0; i < 100; i++)
		strcat(text, "nonsense\n");
	PARSE(text);
	while (settings_next(&settings, line, sizeof(line), &is_first)) {
		assert_true(is_first == !n);
		n++;
	}
	assert_int_equal(n, SETTINGS_WARNINGS + 1);
	assert_string_equal(line, "and 80 more about settings");
}

static void test_outputs(void **state)
{
	(void)state;
	/* stdout is no terminal here. */
	PARSE("linger = 60\ngroup-by = hosts\n");
	assert_false(config.linger_given);
	assert_int_equal(config.linger_ns, 0);
	assert_int_equal(config.view, 0);
	PARSE("", "--linger", "60");
	assert_true(config.linger_given);
}

static void test_columns(void **state)
{
	char text[CHOICE_TEXT];

	(void)state;
	PARSE("columns.hosts = host,rx_bytes\ncolumns.pair-one = +mark\n"
	      "sort.hosts = -flows\n");
	assert_int_equal(settings.n_warnings, 0);
	choice_text(LAYOUT_HOSTS, text);
	assert_string_equal(text, "host,rx_bytes");
	choice_text(LAYOUT_PAIR_ONE, text);
	assert_string_equal(text, "+mark");
	assert_non_null(config.sorts[2].sort);
	assert_false(config.sorts[2].is_descending);
	choice_reset(LAYOUT_HOSTS);
	choice_reset(LAYOUT_PAIR_ONE);
}

static void test_filters(void **state)
{
	struct expr_words words = { 0 };

	(void)state;
	PARSE("filter.web = port 80\nfilter.web = port 443\n"
	      "filter = tcp\nfilter = @web\n");
	assert_int_equal(config.n_exprs, 2);
	assert_int_equal(config.n_given_exprs, 0);
	settings_words(&settings, &words);
	assert_string_equal(words.named(words.ctx, "web"), "port 443");
	assert_null(words.named(words.ctx, "we"));
	assert_null(words.service);
	PARSE("filter = tcp\n", "udp");
	assert_int_equal(config.n_exprs, 1);
	assert_string_equal(config.exprs[0], "udp");
	PARSE("history = tcp\nhistory = udp\n");
	assert_int_equal(settings.n_history, 2);
	assert_string_equal(settings.history[1], "udp");
}

/* For W: what the command line has said, unless it acts or is for now. */
static void test_given(void **state)
{
	(void)state;
	PARSE("", "--slow", "--hide", "none", "-p", "1", "--sandbox", "off",
	      "-1");
	assert_int_equal(settings.given.size, 23);
	assert_memory_equal(settings.given.data, "hide = none\nslow = yes\n",
			    settings.given.size);
}

static int begin(void **state)
{
	int fd = mkstemp(path);

	(void)state;
	close(fd);
	return fd < 0;
}

static int end(void **state)
{
	(void)state;
	settings_close(&settings, 0);
	filtering_close(&config);
	return unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_built_in),
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_command_line),
		cmocka_unit_test(test_last_line),
		cmocka_unit_test(test_warnings),
		cmocka_unit_test(test_too_many_warnings),
		cmocka_unit_test(test_outputs),
		cmocka_unit_test(test_columns),
		cmocka_unit_test(test_filters),
		cmocka_unit_test(test_given),
	};

	return cmocka_run_group_tests(tests, begin, end);
}

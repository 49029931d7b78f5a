// SPDX-License-Identifier: GPL-2.0-only
/* Names of ports: what counts in their files, in which order, and what is said
 * about the rest. */
#include "enrich/servicefile.h"
#include "enrich/services.h"
#include "lib/str.h"
#include "unit/unit.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char root[] = "/tmp/flowtop-services.XXXXXX";
static char ours[64], theirs[64];

static void put(const char *dir, const char *file, const char *text)
{
	char path[128];
	FILE *out;

	str_printf(path, sizeof(path), "%s/%s", dir, file);
	unlink(path);
	if (!text)
		return;
	out = fopen(path, "w");
	assert_non_null(out);
	fputs(text, out);
	assert_int_equal(fclose(out), 0);
}

static void clean(void)
{
	put(ours, "tcp.conf", NULL);
	put(ours, "udp.conf", NULL);
	put(theirs, "tcp.conf", NULL);
	put(theirs, "udp.conf", NULL);
}

static int make_dirs(void **state)
{
	(void)state;
	if (!mkdtemp(root))
		return -1;
	str_printf(ours, sizeof(ours), "%s/ours", root);
	str_printf(theirs, sizeof(theirs), "%s/theirs", root);
	return mkdir(ours, 0700) || mkdir(theirs, 0700);
}

static int remove_dirs(void **state)
{
	(void)state;
	clean();
	rmdir(ours);
	rmdir(theirs);
	return rmdir(root);
}

struct found {
	char text[8192]; /* "6 80 http;17 53 domain;" */
	size_t n;
};

static void note(void *ctx, uint8_t proto, uint16_t port, const char *name,
		 size_t length)
{
	struct found *found = ctx;
	size_t n = strlen(found->text);

	found->n++;
	str_printf(found->text + n, sizeof(found->text) - n, "%u %u %.*s;",
		   proto, port, (int)length, name);
}

static void test_conf(void **state)
{
	static const struct {
		const char *text, *found;
		size_t n_faults, line;
	} cases[] = {
		{ "", "", 0, 0 },
		{ "80, http\n443, https\n", "6 80 http;6 443 https;", 0, 0 },
		{ "80,http", "6 80 http;", 0, 0 },
		{ "\n  # all\n\t80 ,\thttp\t# web\r\n\r\n", "6 80 http;", 0,
		  0 },
		{ "6001, X11:1\n147, iso_ip\n43, whois++\n1, a/b.c\n",
		  "6 6001 X11:1;6 147 iso_ip;6 43 whois++;6 1 a/b.c;", 0, 0 },
		{ "65535, z\n1, a\n080, b", "6 65535 z;6 1 a;6 80 b;", 0, 0 },
		/* wrong ones */
		{ "0, a\n65536, b\n4294967376, c\n99999999999999999999, d\n",
		  "", 4, 1 },
		{ "80, http\n80 http\n-1, a\nx\n81, ok", "6 80 http;6 81 ok;",
		  3, 2 },
		{ "1, a b\n2, \n3,\n4\n,\n, a\n5, 5\n6, 10.0.0.1\n7, ::1\n", "",
		  9, 1 },
		{ "1, a,b\n2, \"a\"\n3, a;b\n4, $(a)\n5, a\\b\n6, a'b\n7, "
		  "a=b\n",
		  "", 7, 1 },
		{ "1, \033[2J\n2, a\033]0;x\a\n3, a\177\n4, a\302\233b\n", "",
		  4, 1 },
		{ "1, a\342\200\256b\n2, \357\274\241\n3, a\315\200\n4, \377\n",
		  "", 4, 1 },
		{ "1, abcdefghijklmnopqrstuvwxyz01234\n"
		  "2, abcdefghijklmnopqrstuvwxyz012345\n",
		  "6 1 abcdefghijklmnopqrstuvwxyz01234;", 1, 2 },
	};

	(void)state;
	for (size_t i = 0; i < N_ELEMS(cases); i++) {
		struct service_faults faults;
		struct found found = { "", 0 };

		servicefile_conf(cases[i].text, strlen(cases[i].text),
				 IPPROTO_TCP, note, &found, &faults);
		assert_string_equal(found.text, cases[i].found);
		assert_int_equal(faults.n, cases[i].n_faults);
		assert_int_equal(faults.line, cases[i].line);
		assert_int_equal(!faults.what, !faults.n);
	}
}

static void test_long_line(void **state)
{
	char text[2 * SERVICE_LINE_MAX];
	struct service_faults faults;
	struct found found = { "", 0 };
	size_t n = SERVICE_LINE_MAX + 1;

	(void)state;
	memset(text, ' ', sizeof(text));
	memcpy(text, "1, a", 4);
	text[n] = '\n';
	memcpy(text + n + 1, "2, b\n3, \0c", 10);
	servicefile_conf(text, n + 11, IPPROTO_UDP, note, &found, &faults);
	assert_string_equal(found.text, "17 2 b;");
	assert_int_equal(faults.n, 2);
	assert_int_equal(faults.line, 1);
	memmove(text, text + 1, n);
	text[0] = '#';
	found = (struct found){ "", 0 };
	servicefile_conf(text, n, IPPROTO_UDP, note, &found, &faults);
	assert_int_equal(faults.n, 0);
	assert_string_equal(found.text, "");
}

static void test_system(void **state)
{
	static const char text[] =
		"# Network services\n"
		"tcpmux\t\t1/tcp\t\t\t# TCP port service multiplexer\n"
		"domain 53/udp nameserver\ndomain 53/tcp\n"
		"m3ua 2905/sctp\ncsync 2906/dccp\nlite 2907/udplite\n"
		"bad 0/tcp\nbad 70000/tcp\nbad 80\nbad 80/\nbad 80/ddp\n"
		"80 80/tcp\nb\033[d 81/tcp\n\ndomain 53 / tcp\nlast 99/tcp";
	struct found found = { "", 0 };

	(void)state;
	servicefile_services(text, sizeof(text) - 1, note, &found);
	assert_string_equal(found.text,
			    "6 1 tcpmux;17 53 domain;6 53 domain;"
			    "132 2905 m3ua;33 2906 csync;136 2907 lite;"
			    "6 99 last;");
}

static void assert_name(const struct services *s, uint8_t proto, uint16_t port,
			const char *wanted)
{
	const char *name = services_name(s, proto, port);

	if (wanted)
		assert_non_null(name);
	else
		assert_null(name);
	if (wanted)
		assert_string_equal(name, wanted);
}

/* Of which the system has surely no names. */
#define PORT 49999

static void test_order(void **state)
{
	char error[SERVICES_ERROR_SIZE];
	struct services *s;

	(void)state;
	clean();
	put(ours, "tcp.conf", "22, mine\n49999, one\n49999, two\n");
	put(theirs, "tcp.conf", "49998, not-read\n");
	put(theirs, "udp.conf", "49999, fallback\n");
	s = services_load(ours, theirs, error);
	assert_non_null(s);
	assert_string_equal(error, "");
	assert_name(s, IPPROTO_TCP, 22, "mine");
	assert_name(s, IPPROTO_TCP, PORT, "one");
	assert_name(s, IPPROTO_TCP, PORT - 1, NULL);
	assert_name(s, IPPROTO_UDP, PORT, "fallback");
	assert_name(s, IPPROTO_SCTP, PORT, NULL);
	assert_name(s, IPPROTO_ICMP, PORT, NULL);
	assert_name(s, IPPROTO_TCP, 0, NULL);
	services_free(s);
	s = services_load(ours, NULL, error);
	assert_name(s, IPPROTO_UDP, PORT, NULL);
	services_free(s);
	services_free(NULL);
}

static void assert_error(const char *end)
{
	char error[SERVICES_ERROR_SIZE], wanted[SERVICES_ERROR_SIZE];
	struct services *s = services_load(ours, theirs, error);

	assert_non_null(s);
	str_printf(wanted, sizeof(wanted), "%s/%s", ours, end);
	assert_string_equal(error, wanted);
	services_free(s);
}

static void test_errors(void **state)
{
	char path[128];

	(void)state;
	clean();
	put(ours, "tcp.conf", "# ports\n1 one\n");
	assert_error("tcp.conf:2: no \",\" after the port");
	put(ours, "tcp.conf", "\n\n1, ?\n2, ?\nthree\n4, ok\n");
	put(ours, "udp.conf", "x\n");
	assert_error("tcp.conf:3: no name of a service after the \",\", "
		     "and 2 more lines");
	clean();
	/* It says nothing, but does not stop anybody. */
	str_printf(path, sizeof(path), "%s/tcp.conf", ours);
	assert_int_equal(mkfifo(path, 0600), 0);
	put(theirs, "tcp.conf", "49999, fallback\n");
	assert_error("tcp.conf: not a regular file");
	clean();
	assert_int_equal(mkdir(path, 0700), 0);
	assert_error("tcp.conf: not a regular file");
	assert_int_equal(rmdir(path), 0);
	assert_int_equal(symlink("/dev/zero", path), 0);
	assert_error("tcp.conf: not a regular file");
	clean();
	put(ours, "udp.conf", "1, a\n");
	str_printf(path, sizeof(path), "%s/udp.conf", ours);
	assert_int_equal(truncate(path, (1 << 20) + 1), 0);
	assert_error("udp.conf: larger than 1 MiB");
	clean();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_conf),   cmocka_unit_test(test_long_line),
		cmocka_unit_test(test_system), cmocka_unit_test(test_order),
		cmocka_unit_test(test_errors),
	};

	return cmocka_run_group_tests(tests, make_dirs, remove_dirs);
}

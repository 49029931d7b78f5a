// SPDX-License-Identifier: GPL-2.0-only
/*
 * birth - whose sockets, as BPF tells: questions by lines on standard input,
 * after the privileges are given up as main does it.
 *
 *	find COOKIE
 *		"PID UID NETNS_COOKIE COMM" or "none"
 *	connect LOCAL PORT REMOTE PORT SINCE
 *		SINCE in nanoseconds of CLOCK_BOOTTIME: "PID UID COOKIE COMM",
 *"none" or "several" lost	how many
 *
 * The first line of its own says what there is: "ready CONNECTS HAS", or
 * "error ERRNO STEP".
 */
#include "enrich/birthload.h"
#include "enrich/births.h"
#include "enrich/birthtab.h"
#include "lib/clock.h"
#include "lib/priv.h"
#include "lib/sandbox.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/bpf.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static const char usage[] =
	"usage: birth [-k] [-m MASK]\n"
	"  -k       keep the privileges\n"
	"  -m MASK  connects tell no more than these BIRTH_HAS_*\n"
	"usage: birth -p ID...\n"
	"  which of these BPF programs are in the kernel?\n";

static struct births *births;
/* With -m, without births. */
static struct birthload load;
static struct birthtab *tab;

static uint64_t boot_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_BOOTTIME, &ts);
	return (uint64_t)ts.tv_sec * NS_PER_S + (uint64_t)ts.tv_nsec;
}

static int print_programs(char **ids)
{
	union bpf_attr attr;

	for (; *ids; ids++) {
		memset(&attr, 0, sizeof(attr));
		attr.prog_id = (uint32_t)atol(*ids);
		if (syscall(SYS_bpf, BPF_PROG_GET_FD_BY_ID, &attr,
			    sizeof(attr)) >= 0)
			puts(*ids);
	}
	return 0;
}

static int open_all(bool is_whole, uint32_t may, struct births_state *state)
{
	int err;

	if (is_whole)
		return births_open(&births, state);
	err = birthload_open(&load, may, state);
	tab = birthtab_new(boot_ns());
	return tab ? err : -ENOMEM;
}

static void give_up(void)
{
	struct caller root = { 0 }, as;
	struct sandbox_state state;
	int err;

	priv_stand_in(&root, &as);
	err = priv_drop(&as, 0);
	if (!err)
		err = sandbox_enter(SANDBOX_MAIN, SANDBOX_DEFAULT, NULL,
				    &state);
	if (!err)
		return;
	printf("error %d giving up privileges\n", err);
	exit(1);
}

static void read_all(void)
{
	struct birth_record record;

	if (births)
		births_read(births);
	else
		while (birthring_next(&load.ring, &record))
			birthtab_add(tab, &record);
}

static void find(const char *cookie)
{
	uint64_t number = strtoull(cookie, NULL, 10);
	struct birth b;

	if (births ? births_find(births, number, &b)
		   : birthtab_find(tab, number, &b))
		printf("%" PRIu32 " %d %" PRIu64 " %s\n", b.pid, (int)b.uid,
		       b.netns_cookie, b.comm);
	else
		puts("none");
}

static void find_connect(char **word)
{
	struct sock_query q = { .proto = IPPROTO_TCP };
	uint64_t since = strtoull(word[4], NULL, 10);
	struct birth b;
	int n;

	if (addr_parse(word[0], &q.local, &q.family) ||
	    addr_parse(word[2], &q.remote, &q.family)) {
		puts("what?");
		return;
	}
	q.lport = (uint16_t)atoi(word[1]);
	q.rport = (uint16_t)atoi(word[3]);
	n = births ? births_find_connect(births, &q, since, &b)
		   : birthtab_find_connect(tab, &q, since, &b);
	if (n == 1)
		printf("%" PRIu32 " %d %" PRIu64 " %s\n", b.pid, (int)b.uid,
		       b.cookie, b.comm);
	else
		puts(n ? "several" : "none");
}

static void answer(char *line)
{
	char *word[8] = { NULL };
	int n = 0;

	for (char *w = strtok(line, " \n"); w && n < 8; w = strtok(NULL, " \n"))
		word[n++] = w;
	read_all();
	if (n == 2 && !strcmp(word[0], "find"))
		find(word[1]);
	else if (n == 6 && !strcmp(word[0], "connect"))
		find_connect(word + 1);
	else if (n == 1 && !strcmp(word[0], "lost") && births)
		printf("%" PRIu64 "\n", births_lost(births));
	else
		puts("what?");
}

int main(int argc, char **argv)
{
	bool is_whole = true, keeps = false;
	uint32_t may = BIRTH_HAS_ALL;
	struct births_state state;
	char line[256];
	int c, err;

	while ((c = getopt(argc, argv, "km:p")) != -1) {
		if (c == 'k') {
			keeps = true;
		} else if (c == 'm') {
			is_whole = false;
			may = (uint32_t)strtoul(optarg, NULL, 0);
		} else if (c == 'p') {
			return print_programs(argv + optind);
		} else {
			fputs(usage, stderr);
			return 1;
		}
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	err = open_all(is_whole, may, &state);
	if (err) {
		printf("error %d %s\n", err, state.what);
		return 1;
	}
	if (!keeps)
		give_up();
	printf("ready %d %" PRIu32 "\n", state.has_connects,
	       is_whole ? may : load.has[BIRTH_CONNECT]);
	if (state.error)
		printf("# %s: %s\n", state.what, strerror(-state.error));
	while (fgets(line, sizeof(line), stdin))
		answer(line);
	births_close(births);
	return 0;
}

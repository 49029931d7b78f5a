// SPDX-License-Identifier: GPL-2.0-only
/*
 * holders - who holds a socket: one pass of the walk, by hand.
 *
 * For every inode one line: "INODE PID STARTTIME HOLDERS", or "INODE none", or
 * "INODE denied".
 */
#include "broker/procwalk.h"
#include "enrich/procinfo.h"
#include "lib/clock.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct {
	uint64_t slice_ns;
	uint64_t pause_ns;
	int passes;
	long wait_for; /* process; 0: the list; -1: never */
	bool tells, hurries;
} opt = { .slice_ns = 5 * NS_PER_MS, .passes = 1, .wait_for = -1 };

static const char usage[] =
	"usage: holders [OPTION]... INODE...\n"
	"  -s US  the length of a slice, default 5000; 0: as short as can be\n"
	"  -p US  pause between slices\n"
	"  -n N   so many passes; only the last one is printed\n"
	"  -q     quickly: end when each has a holder\n"
	"  -c     say what it cost, on standard error\n"
	"  -w PID wait for a line on standard input when some descriptors of\n"
	"         PID were read; 0: when the processes were listed\n"
	"usage: holders -i PID STARTTIME\n"
	"  name, user, unit, container and command of a process\n";

static struct procwalk walk;
static uint64_t inodes[WALK_WANTED];

static void print(const struct walk_found *found)
{
	if (found->pid)
		printf("%llu %u %llu %u\n", (unsigned long long)found->inode,
		       found->pid, (unsigned long long)found->starttime,
		       found->holders);
	else
		printf("%llu %s\n", (unsigned long long)found->inode,
		       found->is_denied ? "denied" : "none");
}

/* Return: whether it is where a test wants to change the world. */
static bool is_there(void)
{
	static int steps;

	if (walk.phase != WALK_LOOK || opt.wait_for < 0)
		return false;
	if (opt.wait_for && (walk.fds < 0 || walk.pid != opt.wait_for))
		return false;
	/* Opened; read from. */
	return ++steps == (opt.wait_for ? 2 : 1);
}

static void between(void)
{
	char line[64];

	if (is_there()) {
		puts("waiting");
		fflush(stdout);
		if (!fgets(line, sizeof(line), stdin))
			exit(1);
	}
	if (opt.pause_ns)
		clock_sleep_ns(opt.pause_ns);
}

static int info(const char *pid, const char *starttime)
{
	struct proc_fact fact;
	int err = procinfo_read((uint32_t)strtoul(pid, NULL, 10),
				strtoull(starttime, NULL, 10), &fact);

	if (err) {
		puts(strerror(-err));
		return 1;
	}
	printf("%s|%d|%s|%s|%s\n", fact.comm, fact.has_uid ? (int)fact.uid : -1,
	       fact.unit, fact.container, fact.command);
	return 0;
}

static void pass(int n, bool is_last)
{
	uint64_t start = clock_mono_ns(), cpu = clock_thread_cpu_ns();
	uint64_t longest = 0, slices = 0;

	if (procwalk_want(&walk, inodes, n)) {
		fputs("holders: too many\n", stderr);
		exit(1);
	}
	while (procwalk_is_busy(&walk)) {
		struct walk_found found[64];
		uint64_t began = clock_mono_ns(), took;
		int got = procwalk_step(&walk, began + opt.slice_ns, found, 64);

		took = clock_mono_ns() - began;
		longest = took > longest ? took : longest;
		for (int i = 0; i < got && is_last; i++)
			print(&found[i]);
		slices++;
		between();
	}
	if (opt.tells && is_last)
		fprintf(stderr,
			"cpu_us=%llu wall_us=%llu slices=%llu "
			"longest_us=%llu\n",
			(unsigned long long)((clock_thread_cpu_ns() - cpu) /
					     NS_PER_US),
			(unsigned long long)((clock_mono_ns() - start) /
					     NS_PER_US),
			(unsigned long long)slices,
			(unsigned long long)(longest / NS_PER_US));
}

int main(int argc, char **argv)
{
	bool tells_info = false;
	int c, n;

	while ((c = getopt(argc, argv, "s:p:n:cqw:i")) != -1) {
		if (c == 's')
			opt.slice_ns = strtoull(optarg, NULL, 10) * NS_PER_US;
		else if (c == 'p')
			opt.pause_ns = strtoull(optarg, NULL, 10) * NS_PER_US;
		else if (c == 'n')
			opt.passes = atoi(optarg);
		else if (c == 'q')
			opt.hurries = true;
		else if (c == 'c')
			opt.tells = true;
		else if (c == 'w')
			opt.wait_for = atol(optarg);
		else if (c == 'i')
			tells_info = true;
		else
			optind = argc;
	}
	n = argc - optind;
	if (tells_info && n == 2)
		return info(argv[optind], argv[optind + 1]);
	if (n < 1 || n > WALK_WANTED) {
		fputs(usage, stderr);
		return 1;
	}
	for (int i = 0; i < n; i++)
		inodes[i] = strtoull(argv[optind + i], NULL, 10);
	procwalk_init(&walk);
	walk.is_hasty = opt.hurries;
	for (int i = 1; i <= opt.passes; i++)
		pass(n, i == opt.passes);
	procwalk_fini(&walk);
	return 0;
}

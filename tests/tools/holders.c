// SPDX-License-Identifier: GPL-2.0-only
/*
 * holders - who holds a socket: one pass of the walk, by hand.
 *
 * For every inode one line: "INODE PID STARTTIME HOLDERS", or "INODE none", or
 * "INODE denied".
 */
#include "broker/procwalk.h"
#include "lib/clock.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct {
	uint64_t slice_ns;
	uint64_t pause_ns;
	int passes;
	bool waits, tells;
} opt = { .slice_ns = 5 * NS_PER_MS, .passes = 1 };

static const char usage[] =
	"usage: holders [OPTION]... INODE...\n"
	"  -s US  the length of a slice, default 5000; 0: as short as can be\n"
	"  -p US  pause between slices\n"
	"  -n N   so many passes; only the last one is printed\n"
	"  -c     say what it cost, on standard error\n"
	"  -w     wait for a line on standard input after the first slice\n";

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

/* So that a test can change the world in the middle of a pass. */
static void between(bool is_first)
{
	char line[64];

	if (opt.waits && is_first) {
		puts("waiting");
		fflush(stdout);
		if (!fgets(line, sizeof(line), stdin))
			exit(1);
	}
	if (opt.pause_ns)
		clock_sleep_ns(opt.pause_ns);
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
		between(!slices++);
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
	int c, n;

	while ((c = getopt(argc, argv, "s:p:n:cw")) != -1) {
		if (c == 's')
			opt.slice_ns = strtoull(optarg, NULL, 10) * NS_PER_US;
		else if (c == 'p')
			opt.pause_ns = strtoull(optarg, NULL, 10) * NS_PER_US;
		else if (c == 'n')
			opt.passes = atoi(optarg);
		else if (c == 'c')
			opt.tells = true;
		else if (c == 'w')
			opt.waits = true;
		else
			optind = argc;
	}
	n = argc - optind;
	if (n < 1 || n > WALK_WANTED) {
		fputs(usage, stderr);
		return 1;
	}
	for (int i = 0; i < n; i++)
		inodes[i] = strtoull(argv[optind + i], NULL, 10);
	procwalk_init(&walk);
	for (int i = 1; i <= opt.passes; i++)
		pass(n, i == opt.passes);
	procwalk_fini(&walk);
	return 0;
}

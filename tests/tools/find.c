// SPDX-License-Identifier: GPL-2.0-only
/*
 * find - the finder, asked by hand: a line of standard input is a question.
 *
 *	find [-u UID] [-s]	-s: without the sandbox
 *
 *	walk INODE...     hasty INODE...      FOUND lines, then DONE
 *	list              SPACE lines, then LAST
 *	open INODE        OPENED, and what is in that namespace
 *	hold INODE        the same; the sockets stay open
 *	alone             ALONE
 *	rights            RIGHTS
 *	churn SECONDS     list and open everything, over and over
 *	flood N           so many walks, and nothing is read for a second
 *	idle SECONDS      nothing is read
 *	kill              the finder
 */
#include "broker/finder.h"
#include "enrich/sockdiag.h"
#include "lib/clock.h"
#include "lib/priv.h"

#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_SPACES 1024

static struct finder *finder;
static struct finder_answer answer;
static uint64_t spaces[MAX_SPACES];
static int n_spaces;

static void die(const char *what, int err)
{
	printf("%s: %s\n", what, strerror(-err));
	exit(1);
}

static bool count_entry(void *ctx, const struct sock_entry *entry)
{
	(void)entry;
	++*(int *)ctx;
	return false;
}

/* What is in the namespace: its listening sockets. */
static int count_sockets(int fd)
{
	static struct sockdiag diag;
	int n = 0, err = sockdiag_adopt(&diag, fd);

	if (err)
		die("adopt", err);
	err = sockdiag_dump(&diag, FAMILY_IPV4, IPPROTO_TCP, SOCK_STATES_ALL,
			    count_entry, &n);
	if (err)
		die("dump", err);
	sockdiag_close(&diag);
	return n;
}

static void read_one(void)
{
	struct pollfd fd = { .fd = finder_fd(finder), .events = POLLIN };
	int got;

	do {
		if (poll(&fd, 1, 20000) != 1)
			die("no answer", -ETIMEDOUT);
		got = finder_read(finder, &answer);
	} while (!got);
	if (got < 0)
		die("gone", got);
}

static void print_found(void)
{
	for (uint32_t i = 0; i < answer.n; i++) {
		const struct walk_found *f = &answer.found[i];

		printf("FOUND %" PRIu64 " %u %" PRIu64 " %u%s%s\n", f->inode,
		       f->pid, f->starttime, f->holders,
		       f->is_denied ? " denied" : "",
		       f->is_partial ? " partial" : "");
	}
}

static void walk(char **word, int n, bool is_hasty)
{
	uint64_t inodes[FINDER_INODES];
	int err;

	for (int i = 0; i < n; i++)
		inodes[i] = strtoull(word[i], NULL, 10);
	err = finder_walk(finder, inodes, n, is_hasty);
	if (err)
		die("walk", err);
	do {
		read_one();
		if (answer.kind == FINDER_FOUND_SOCKETS)
			print_found();
	} while (answer.kind != FINDER_PASS_DONE);
	printf("DONE %s %llu\n", answer.is_full ? "full" : "partial",
	       (unsigned long long)(answer.cost_ns / NS_PER_US));
}

static void list(bool is_told)
{
	int err = finder_list_spaces(finder);

	if (err)
		die("list", err);
	n_spaces = 0;
	do {
		read_one();
		for (uint32_t i = 0; i < answer.n; i++) {
			const struct finder_space *s = &answer.space[i];

			if (n_spaces < MAX_SPACES)
				spaces[n_spaces++] = s->inode;
			if (is_told)
				printf("SPACE %" PRIu64 " %u %u %s\n", s->inode,
				       s->pid, s->n_procs,
				       s->name[0] ? s->name : "-");
		}
	} while (!answer.is_last);
	if (is_told)
		printf("LAST %d\n", n_spaces);
}

/* Return: its sockets, or negative errno. */
static int open_space(uint64_t inode, bool is_held)
{
	int err = finder_open_space(finder, inode);
	int n;

	if (err)
		die("open", err);
	read_one();
	if (answer.kind != FINDER_SPACE_OPENED || answer.inode != inode)
		die("another answer", -EPROTO);
	if (answer.error || is_held)
		return answer.error;
	n = count_sockets(answer.diag_fd);
	close(answer.route_fd);
	return n;
}

static void churn(double seconds)
{
	uint64_t end_ns = clock_mono_ns() + (uint64_t)(seconds * 1e9);
	int n_lists = 0, n_opens = 0, n_failed = 0;

	for (; clock_mono_ns() < end_ns; n_lists++) {
		list(false);
		for (int i = 0; i < n_spaces; i++, n_opens++)
			n_failed += open_space(spaces[i], false) < 0;
	}
	printf("CHURNED %d %d %d\n", n_lists, n_opens, n_failed);
}

/* Every request that was taken gets its answers. */
static void flood(int n)
{
	int n_taken = 0, n_asked = 0, n_found = 0;
	uint64_t inodes[FINDER_INODES], inode = 1000000000000;

	for (; n_asked < n; n_asked++) {
		int err;

		for (int i = 0; i < FINDER_INODES; i++)
			inodes[i] = inode++;
		err = finder_walk(finder, inodes, FINDER_INODES, n_asked % 2);
		if (err == -EAGAIN)
			break;
		if (err)
			die("walk", err);
		n_taken += FINDER_INODES;
	}
	clock_sleep_ns(NS_PER_S);
	while (n_found < n_taken || answer.kind != FINDER_PASS_DONE) {
		read_one();
		if (answer.kind == FINDER_FOUND_SOCKETS)
			n_found += (int)answer.n;
	}
	/* Of the other kind of walk. */
	clock_sleep_ns(NS_PER_S / 10);
	while (finder_read(finder, &answer) > 0)
		;
	printf("FLOOD %s %s\n", n_asked < n ? "refused" : "taken",
	       n_found == n_taken ? "answered" : "lost");
}

static pid_t child(void)
{
	char path[64];
	int pid = -1;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/self/task/%d/children", getpid());
	file = fopen(path, "re");
	if (!file || fscanf(file, "%d", &pid) != 1)
		die("child", -ECHILD);
	fclose(file);
	return pid;
}

static void alone(void)
{
	int err = finder_ask_alone(finder);

	if (err)
		die("alone", err);
	do
		read_one();
	while (answer.kind != FINDER_ALONE);
	printf("ALONE %s\n", answer.is_alone ? "yes" : "no");
}

static void question(char **word, int n)
{
	const char *what = word[0], *arg = n > 1 ? word[1] : "0";

	if (!strcmp(what, "walk") || !strcmp(what, "hasty")) {
		walk(word + 1, n - 1, what[0] == 'h');
	} else if (!strcmp(what, "list")) {
		list(true);
	} else if (!strcmp(what, "open") || !strcmp(what, "hold")) {
		int got = open_space(strtoull(arg, NULL, 10), what[0] == 'h');

		printf("OPENED %s %d\n", got < 0 ? strerror(-got) : "ok",
		       got < 0 ? -1 : got);
	} else if (!strcmp(what, "alone")) {
		alone();
	} else if (!strcmp(what, "rights")) {
		printf("RIGHTS %u\n", finder_rights(finder));
	} else if (!strcmp(what, "churn")) {
		churn(strtod(arg, NULL));
	} else if (!strcmp(what, "flood")) {
		flood((int)strtol(arg, NULL, 10));
	} else if (!strcmp(what, "idle")) {
		clock_sleep_ns((uint64_t)(strtod(arg, NULL) * 1e9));
		puts("IDLE");
	} else if (!strcmp(what, "kill")) {
		kill(child(), SIGKILL);
		clock_sleep_ns(NS_PER_S / 10);
		puts("KILLED");
	} else {
		die(what, -EINVAL);
	}
	fflush(stdout);
}

int main(int argc, char **argv)
{
	static char line[16384];
	static char *word[FINDER_INODES + 1];
	struct caller caller = { .uid = 65534, .gid = 65534 };
	struct finder_config config = { .caller = &caller,
					.sandbox = SANDBOX_DEFAULT };
	int c;

	while ((c = getopt(argc, argv, "u:s")) != -1) {
		if (c == 'u')
			caller.uid = caller.gid =
				(uid_t)strtoul(optarg, NULL, 10);
		else
			config.sandbox = SANDBOX_OFF;
	}
	finder = finder_start(&config);
	if (!finder)
		die("start", -errno);
	printf("STARTED %d\n", child());
	fflush(stdout);
	while (fgets(line, sizeof(line), stdin)) {
		char *save;
		int n = 0;

		for (char *w = strtok_r(line, " \n", &save);
		     w && n <= FINDER_INODES; w = strtok_r(NULL, " \n", &save))
			word[n++] = w;
		if (n)
			question(word, n);
	}
	finder_close(finder);
	return 0;
}

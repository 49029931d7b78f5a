// SPDX-License-Identifier: GPL-2.0-only
/*
 * owns - the worker that finds owners, alone.
 *
 *	owns [no-finder] [no-births] [no-spaces]
 *
 * Standard input has a question per line:
 *
 *	ask FLOW NEAR PROTO SRC SPORT DST DPORT [SRC SPORT DST DPORT] [mid]
 *		NEAR: none orig reply both; the second four are the reply tuple
 *	many N ...	the same N times, and then how long that took
 *	end
 *	pending		jobs without an answer, and whether nobody else is here
 *
 * Each fact is a line of JSON on standard output.
 */
#include "broker/finder.h"
#include "enrich/births.h"
#include "enrich/owners.h"
#include "enrich/users.h"
#include "lib/clock.h"
#include "lib/priv.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define MAX_WORDS 16

static const char *const nears[] = { "none", "orig", "reply", "both" };

static struct owners *owners;
static struct users *users;
static uint64_t n_many, many_start, many_cpu;

static void die(const char *what)
{
	fprintf(stderr, "owns: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void print_text(const char *key, const char *text)
{
	printf(",\"%s\":\"", key);
	for (; *text; text++)
		printf(*text == '"' || *text == '\\' ? "\\%c" : "%c", *text);
	printf("\"");
}

static void print_proc(const struct proc_fact *proc)
{
	const char *user = proc->has_uid ? users_name(users, proc->uid) : NULL;

	printf(",\"pid\":%" PRIu32 ",\"starttime\":%" PRIu64, proc->pid,
	       proc->starttime);
	if (proc->has_uid)
		printf(",\"uid\":%" PRIu32, proc->uid);
	print_text("comm", proc->comm);
	print_text("command", proc->command);
	print_text("netns", proc->netns);
	print_text("user", user ? user : "");
}

static void print_fact(const struct owner_fact *fact)
{
	static const char *const names[] = { "owner", "proc", "ended" };

	printf("{\"fact\":\"%s\"", names[fact->fact]);
	if (fact->fact == FACT_OWNER)
		printf(",\"flow\":%" PRIu32
		       ",\"kind\":\"%s\",\"holders\":%u,\"answering\":%d",
		       fact->flow.id, owner_kind_name(fact->kind),
		       fact->holders, fact->is_answering);
	if (fact->proc)
		print_proc(fact->proc);
	printf("}\n");
	fflush(stdout);
}

static uint64_t cpu_ns(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (uint64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) *
		       NS_PER_S +
	       (uint64_t)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) *
		       NS_PER_US;
}

static void count_many(void)
{
	struct rusage usage;

	if (!n_many || --n_many)
		return;
	getrusage(RUSAGE_SELF, &usage);
	printf("{\"fact\":\"many\",\"wall_ns\":%" PRIu64 ",\"cpu_ns\":%" PRIu64
	       ",\"rss_kib\":%ld}\n",
	       clock_mono_ns() - many_start, cpu_ns() - many_cpu,
	       usage.ru_maxrss);
	fflush(stdout);
}

static void take_facts(void)
{
	struct owner_fact facts[64];
	size_t n = owners_take(owners, facts, 64);

	for (size_t i = 0; i < n; i++) {
		if (n_many && facts[i].fact == FACT_OWNER)
			count_many();
		else if (!n_many)
			print_fact(&facts[i]);
		proc_fact_put(facts[i].proc);
	}
}

static int number(const char *text)
{
	return (int)strtol(text, NULL, 10);
}

static void parse_end(char **word, struct addr *addr, uint16_t *port,
		      uint8_t *family)
{
	errno = EINVAL;
	if (addr_parse(word[0], addr, family))
		die(word[0]);
	*port = (uint16_t)number(word[1]);
}

static void parse_tuple(char **word, struct tuple *tuple, uint8_t *family)
{
	parse_end(word, &tuple->src, &tuple->sport, family);
	parse_end(word + 2, &tuple->dst, &tuple->dport, family);
}

/* FLOW NEAR PROTO ... */
static void parse_job(char **word, int n, struct owner_job *job)
{
	memset(job, 0, sizeof(*job));
	if (n && !strcmp(word[n - 1], "mid")) {
		job->is_midstream = true;
		n--;
	}
	errno = EINVAL;
	if (n != 7 && n != 11)
		die("a question");
	job->flow.id = (uint32_t)number(word[0]);
	job->flow.born_ns = clock_mono_ns();
	job->is_new = !job->is_midstream;
	while (strcmp(nears[job->near], word[1]) != 0)
		if (++job->near == 4)
			die(word[1]);
	job->proto = (uint8_t)number(word[2]);
	parse_tuple(word + 3, &job->orig, &job->family);
	job->has_reply = n == 11;
	if (job->has_reply)
		parse_tuple(word + 7, &job->reply, &job->family);
}

static void ask(struct owner_job *job)
{
	while (!owners_ask(owners, job)) {
		take_facts();
		clock_sleep_ns(NS_PER_MS);
	}
}

static void ask_many(uint64_t n, struct owner_job *job)
{
	n_many = n;
	many_start = clock_mono_ns();
	many_cpu = cpu_ns();
	for (; n; n--)
		ask(job);
}

/* Return: false at the end of the input. */
static bool take_line(void)
{
	char line[512], *word[MAX_WORDS], *save;
	struct owner_job job;
	int n = 0;

	if (!fgets(line, sizeof(line), stdin))
		return false;
	for (char *w = strtok_r(line, " \n", &save); w && n < MAX_WORDS;
	     w = strtok_r(NULL, " \n", &save))
		word[n++] = w;
	if (n > 1 && !strcmp(word[0], "ask")) {
		parse_job(word + 1, n - 1, &job);
		ask(&job);
	} else if (n > 2 && !strcmp(word[0], "many")) {
		parse_job(word + 2, n - 2, &job);
		ask_many((uint64_t)number(word[1]), &job);
	} else if (n && !strcmp(word[0], "end")) {
		return false;
	} else {
		struct pollfd alone = { .fd = owners_alone_fd(owners),
					.events = POLLIN };

		poll(&alone, 1, 0);
		printf("{\"fact\":\"pending\",\"n\":%" PRIu64
		       ",\"alone\":%d}\n",
		       owners_pending(owners), alone.revents == POLLIN);
		fflush(stdout);
	}
	owners_send(owners);
	return true;
}

static void serve(void)
{
	struct pollfd fds[] = {
		{ .fd = STDIN_FILENO, .events = POLLIN },
		{ .fd = owners_fd(owners), .events = POLLIN },
	};

	for (;;) {
		poll(fds, 2, -1);
		if (fds[1].revents)
			take_facts();
		if (fds[0].revents && !take_line())
			return;
	}
}

static bool has(int argc, char **argv, const char *word)
{
	for (int i = 1; i < argc; i++)
		if (!strcmp(argv[i], word))
			return true;
	return false;
}

int main(int argc, char **argv)
{
	const struct caller caller = { .uid = getuid(), .gid = getgid() };
	const struct finder_config finder_config = {
		.caller = &caller,
		.sandbox = SANDBOX_OFF,
	};
	struct births_state state = { .error = 0 };
	struct owners_config config = {
		.has_spaces = !has(argc, argv, "no-spaces"),
	};

	setvbuf(stdin, NULL, _IONBF, 0);
	if (!has(argc, argv, "no-finder")) {
		config.finder = finder_start(&finder_config);
		if (!config.finder)
			die("finder");
	}
	if (!has(argc, argv, "no-births"))
		births_open(&config.births, &state);
	config.users = users = users_new();
	owners = users ? owners_new(&config) : NULL;
	if (!owners)
		die("owners");
	errno = -users_start(users);
	if (!errno)
		errno = -owners_start(owners);
	if (errno)
		die("threads");
	printf("{\"fact\":\"ready\",\"births\":%d,\"rights\":%u}\n",
	       state.has_sockets,
	       config.finder ? finder_rights(config.finder) : 0);
	fflush(stdout);
	serve();
	owners_stop(owners);
	owners_free(owners);
	users_stop(users);
	users_free(users);
	births_close(config.births);
	finder_close(config.finder);
	return 0;
}

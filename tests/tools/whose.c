// SPDX-License-Identifier: GPL-2.0-only
/*
 * whose - the local socket behind a flow, as JSON, a line each.
 *
 *	whose PROTO LOCAL PORT REMOTE PORT [IFINDEX]
 *	whose -                 lines of these from standard input, all at once
 *	whose dump PROTO        all sockets
 *	whose time N PROTO LOCAL PORT REMOTE PORT
 *	                        CPU time of a look-up, one by one and together
 *
 * PROTO is a number.
 */
#include "enrich/sockdiag.h"
#include "lib/clock.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_QUERIES 4096
#define MAX_WORDS 8

static struct sockdiag diag;
static struct sock_query queries[MAX_QUERIES];
static struct sock_found founds[MAX_QUERIES];

static const char *const match_names[] = {
	[MATCH_NONE] = "none",
	[MATCH_EXACT] = "exact",
	[MATCH_UNCONNECTED] = "unconnected",
	[MATCH_WILDCARD] = "wildcard",
	[MATCH_LISTENER] = "listener",
};

static void die(const char *what, int err)
{
	fprintf(stderr, "whose: %s: %s\n", what, strerror(-err));
	exit(1);
}

static int number(const char *text)
{
	return (int)strtol(text, NULL, 10);
}

static void parse(struct sock_query *q, char **word, int n)
{
	uint8_t family;

	memset(q, 0, sizeof(*q));
	if (n < 5 || addr_parse(word[1], &q->local, &q->family) ||
	    addr_parse(word[3], &q->remote, &family) || family != q->family)
		die("PROTO LOCAL PORT REMOTE PORT", -EINVAL);
	q->proto = (uint8_t)number(word[0]);
	q->lport = (uint16_t)number(word[2]);
	q->rport = (uint16_t)number(word[4]);
	if (n > 5)
		q->ifindex = (uint32_t)number(word[5]);
}

static void print_uid(bool has_uid, uint32_t uid)
{
	if (has_uid)
		printf("\"uid\":%" PRIu32, uid);
	else
		printf("\"uid\":null");
}

static void print_found(const struct sock_found *f)
{
	printf("{\"match\":\"%s\",\"error\":%d,\"inode\":%" PRIu64
	       ",\"cookie\":%" PRIu64 ",\"cgroup\":%" PRIu64
	       ",\"state\":%u,\"ifindex\":%" PRIu32 ",\"candidates\":%u,",
	       match_names[f->match], f->error, f->inode, f->cookie, f->cgroup,
	       f->state, f->ifindex, f->n_candidates);
	print_uid(f->has_uid, f->uid);
	printf("}\n");
}

static void find_all(int n)
{
	int err = sockdiag_find_many(&diag, queries, founds, n);

	if (err)
		die("find", err);
	for (int i = 0; i < n; i++) {
		if (founds[i].error)
			die("find", founds[i].error);
		err = sockdiag_count(&diag, &queries[i], &founds[i]);
		if (err)
			die("count", err);
		print_found(&founds[i]);
	}
}

static int read_queries(void)
{
	char line[256], *word[MAX_WORDS], *save;
	int n = 0, n_words;

	while (n < MAX_QUERIES && fgets(line, sizeof(line), stdin)) {
		n_words = 0;
		for (char *w = strtok_r(line, " \n", &save);
		     w && n_words < MAX_WORDS; w = strtok_r(NULL, " \n", &save))
			word[n_words++] = w;
		parse(&queries[n++], word, n_words);
	}
	return n;
}

static bool print_entry(void *ctx, const struct sock_entry *e)
{
	char local[ADDR_TEXT_SIZE], remote[ADDR_TEXT_SIZE];
	uint64_t *n = ctx;

	++*n;
	addr_format(&e->local, e->family, local);
	addr_format(&e->remote, e->family, remote);
	printf("{\"local\":\"%s\",\"lport\":%u,\"remote\":\"%s\",\"rport\":%u,"
	       "\"state\":%u,\"inode\":%" PRIu64
	       ",\"v6only\":%d,\"queue\":%" PRIu32 ",",
	       local, e->lport, remote, e->rport, e->state, e->inode,
	       e->is_v6only, e->queue);
	print_uid(e->has_uid, e->uid);
	printf("}\n");
	return false;
}

static void dump(uint8_t proto)
{
	static const uint8_t families[] = { FAMILY_IPV4, FAMILY_IPV6 };
	uint64_t n = 0, start = clock_thread_cpu_ns();
	int err;

	for (int i = 0; i < 2; i++) {
		err = sockdiag_dump(&diag, families[i], proto, SOCK_STATES_ALL,
				    print_entry, &n);
		if (err)
			die("dump", err);
	}
	fprintf(stderr, "%" PRIu64 " sockets, %" PRIu64 " us\n", n,
		(uint64_t)((clock_thread_cpu_ns() - start) / NS_PER_US));
}

static bool count_entry(void *ctx, const struct sock_entry *e)
{
	*(uint64_t *)ctx += e->lport != 0;
	return false;
}

/* ns per call of each way. */
static void measure(int n, const struct sock_query *q)
{
	uint64_t start = clock_thread_cpu_ns(), one, many, count, all, seen = 0;
	int k = n < MAX_QUERIES ? n : MAX_QUERIES, n_counts = 100, err = 0;

	for (int i = 0; i < n && !err; i++)
		err = sockdiag_find(&diag, q, &founds[0]);
	one = clock_thread_cpu_ns() - start;
	for (int i = 0; i < k; i++)
		queries[i] = *q;
	start = clock_thread_cpu_ns();
	for (int i = 0; i < n / k && !err; i++)
		err = sockdiag_find_many(&diag, queries, founds, k);
	many = clock_thread_cpu_ns() - start;
	start = clock_thread_cpu_ns();
	for (int i = 0; i < n_counts && !err; i++)
		err = sockdiag_count(&diag, q, &founds[0]);
	count = clock_thread_cpu_ns() - start;
	start = clock_thread_cpu_ns();
	if (!err)
		err = sockdiag_dump(&diag, q->family, q->proto, SOCK_STATES_ALL,
				    count_entry, &seen);
	all = clock_thread_cpu_ns() - start;
	if (err)
		die("find", err);
	printf("{\"match\":\"%s\",\"one_ns\":%" PRIu64 ",\"many_ns\":%" PRIu64
	       ",\"count_ns\":%" PRIu64 ",\"dump_ns\":%" PRIu64
	       ",\"sockets\":%" PRIu64 "}\n",
	       match_names[founds[0].match], one / (uint64_t)n,
	       many / (uint64_t)(n / k * k), count / (uint64_t)n_counts, all,
	       seen);
}

int main(int argc, char **argv)
{
	int err = sockdiag_open(&diag);
	struct sock_query query;

	if (err)
		die("open", err);
	if (argc == 3 && !strcmp(argv[1], "dump")) {
		dump((uint8_t)number(argv[2]));
	} else if (argc >= 8 && !strcmp(argv[1], "time")) {
		parse(&query, argv + 3, argc - 3);
		if (number(argv[2]) < 1)
			die("N", -EINVAL);
		measure(number(argv[2]), &query);
	} else if (argc == 2 && !strcmp(argv[1], "-")) {
		find_all(read_queries());
	} else {
		parse(&queries[0], argv + 1, argc - 1);
		find_all(1);
	}
	sockdiag_close(&diag);
	return 0;
}

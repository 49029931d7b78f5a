// SPDX-License-Identifier: GPL-2.0-only
/*
 * births - what watching the births of sockets costs those who make them, and
 * the reader: nanoseconds, one JSON object.
 *
 * With and without are measured in turn, and the median of the differences
 * counts, as the machine does other things, too.
 */
#include "enrich/births.h"

#include "lib/clock.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ROUNDS 41
#define SOCKETS 4000 /* they fit into the ring, as do */
#define CONNECTS 500 /* so many connects with their sockets */

static struct sockaddr_in server = { .sin_family = AF_INET };
static int listener;

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void make_sockets(void)
{
	for (int i = 0; i < SOCKETS; i++)
		close(socket(AF_INET, SOCK_DGRAM, 0));
}

/* Closed by a reset: nothing lives on. */
static void make_connects(void)
{
	struct linger linger = { .l_onoff = 1 };

	for (int i = 0; i < CONNECTS; i++) {
		int fd = socket(AF_INET, SOCK_STREAM, 0);

		if (connect(fd, (void *)&server, sizeof(server)))
			die("connect");
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
		close(fd);
		close(accept(listener, NULL, NULL));
	}
}

static void listen_here(void)
{
	socklen_t size = sizeof(server);

	listener = socket(AF_INET, SOCK_STREAM, 0);
	server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(listener, (void *)&server, sizeof(server)) ||
	    listen(listener, 16) ||
	    getsockname(listener, (void *)&server, &size))
		die("listen");
}

static double measure(void (*work)(void), int n)
{
	uint64_t start = clock_thread_cpu_ns();

	work();
	return (double)(clock_thread_cpu_ns() - start) / n;
}

static struct births *open_births(void)
{
	struct births_state state;
	struct births *births;

	if (!births_open(&births, &state) && state.has_connects)
		return births;
	fprintf(stderr, "births: %s: %s\n", state.what, strerror(-state.error));
	exit(1);
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *values)
{
	qsort(values, ROUNDS, sizeof(*values), compare);
	return values[ROUNDS / 2];
}

/* Medians: without; how much more with; @reading: of one record. */
static void compare_work(const char *name, void (*work)(void), int n,
			 double *reading)
{
	double without[ROUNDS], more[ROUNDS];

	for (int i = 0; i < ROUNDS; i++) {
		struct births *births;
		uint64_t start;
		int got;

		without[i] = measure(work, n);
		births = open_births();
		more[i] = measure(work, n) - without[i];
		start = clock_thread_cpu_ns();
		got = births_read(births);
		if (got < n || births_lost(births)) {
			fprintf(stderr, "births: only %d of %d\n", got, n);
			exit(1);
		}
		reading[i] = (double)(clock_thread_cpu_ns() - start) / got;
		births_close(births);
	}
	printf("\"%s_ns\":%.0f,\"%s_more_ns\":%.0f,", name, median(without),
	       name, median(more));
}

int main(void)
{
	double reading[ROUNDS];

	listen_here();
	make_sockets();
	putchar('{');
	compare_work("connect", make_connects, CONNECTS, reading);
	compare_work("socket", make_sockets, SOCKETS, reading);
	printf("\"read_ns\":%.0f}\n", median(reading));
	return 0;
}

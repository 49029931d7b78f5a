/* SPDX-License-Identifier: GPL-2.0-only */
#include "source/procfile.h"

#include "lib/clock.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "health.h"

static int open_file(const char *name)
{
	char path[96];

	snprintf(path, sizeof(path), "/proc/sys/net/netfilter/nf_conntrack_%s",
		 name);
	return open(path, O_RDONLY | O_CLOEXEC);
}

static void close_file(int fd)
{
	if (fd >= 0)
		close(fd);
}

void procfiles_open(struct procfiles *files)
{
	files->count_fd = open_file("count");
	files->max_fd = open_file("max");
	files->buckets_fd = open_file("buckets");
}

void procfiles_close(struct procfiles *files)
{
	close_file(files->count_fd);
	close_file(files->max_fd);
	close_file(files->buckets_fd);
}

uint64_t procfile_read(int fd)
{
	char text[24], *end;
	ssize_t n = fd < 0 ? -1 : pread(fd, text, sizeof(text) - 1, 0);
	unsigned long long value;

	if (n <= 0)
		return HEALTH_UNKNOWN;
	text[n] = '\0';
	value = strtoull(text, &end, 10);
	return end == text ? HEALTH_UNKNOWN : value;
}

static uint64_t number(const char *name)
{
	int fd = open_file(name);
	uint64_t value = procfile_read(fd);

	close_file(fd);
	return value;
}

#define MAX_SOCKETS 5000
#define SOCKETS_NS (5 * NS_PER_S)
#define SOCKET_LINE 512
#define SNMP_LINE 1024

/* Lines whose state, the fourth word, is ESTABLISHED. */
static uint64_t count_connected(const char *path)
{
	FILE *file = fopen(path, "re");
	char line[SOCKET_LINE];
	uint64_t n = 0;

	while (file && n < MAX_SOCKETS && fgets(line, sizeof(line), file)) {
		char state[4];

		if (sscanf(line, "%*s %*s %*s %3s", state) == 1 &&
		    !strcmp(state, "01"))
			n++;
	}
	if (file)
		fclose(file);
	return n;
}

/*
 * The kernel counts connected TCP sockets of both families itself. To list
 * them it walks its whole hash, twice for each file: 10 ms for nothing, where
 * there is memory for 262,144 of them.
 *
 *	Tcp: RtoAlgorithm RtoMin ... CurrEstab ...
 *	Tcp: 1 200 ... 3 ...
 *
 * Return: HEALTH_UNKNOWN when it does not say.
 */
static uint64_t count_tcp(FILE *file)
{
	char names[SNMP_LINE], values[SNMP_LINE];
	char *name, *value, *names_left, *values_left;

	do {
		if (!fgets(names, sizeof(names), file) ||
		    !fgets(values, sizeof(values), file))
			return HEALTH_UNKNOWN;
	} while (strncmp(names, "Tcp: ", 5) != 0);
	name = strtok_r(names, " \n", &names_left);
	value = strtok_r(values, " \n", &values_left);
	while (name && value) {
		if (!strcmp(name, "CurrEstab"))
			return strtoull(value, NULL, 10);
		name = strtok_r(NULL, " \n", &names_left);
		value = strtok_r(NULL, " \n", &values_left);
	}
	return HEALTH_UNKNOWN;
}

static uint64_t connected_tcp(void)
{
	FILE *file = fopen("/proc/net/snmp", "re");
	uint64_t n = file ? count_tcp(file) : HEALTH_UNKNOWN;

	if (file)
		fclose(file);
	if (n == HEALTH_UNKNOWN)
		n = count_connected("/proc/net/tcp") +
		    count_connected("/proc/net/tcp6");
	return n;
}

uint64_t procfile_connected(void)
{
	return connected_tcp() + count_connected("/proc/net/udp") +
	       count_connected("/proc/net/udp6");
}

void procfile_switches(struct health *health)
{
	counter_set(&health->acct, number("acct"));
	counter_set(&health->timestamp, number("timestamp"));
	counter_set(&health->kernel_events, number("events"));
}

void procfile_sockets(struct health *health, uint64_t now_ns, uint64_t *next_ns)
{
	if (counter_get(&health->n_kernel) || now_ns < *next_ns)
		return;
	*next_ns = now_ns + SOCKETS_NS;
	counter_set(&health->n_sockets, procfile_connected());
}

uint64_t procfile_count(void)
{
	return number("count");
}

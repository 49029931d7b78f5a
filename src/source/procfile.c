/* SPDX-License-Identifier: GPL-2.0-only */
#include "source/procfile.h"

#include "lib/clock.h"
#include "source/conntrack.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "health.h"

int procfile_open(const char *name)
{
	char path[96];
	int fd;

	snprintf(path, sizeof(path), "/proc/sys/net/netfilter/nf_conntrack_%s",
		 name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
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

uint64_t procfile_number(const char *name)
{
	int fd = procfile_open(name);
	uint64_t value = procfile_read(fd);

	if (fd >= 0)
		close(fd);
	return value;
}

#define MAX_SOCKETS 5000
#define SOCKETS_NS (5 * NS_PER_S)
#define SOCKET_LINE 512

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

void procfile_switches(struct health *health)
{
	counter_set(&health->acct, procfile_number("acct"));
	counter_set(&health->timestamp, procfile_number("timestamp"));
	counter_set(&health->kernel_events, procfile_number("events"));
}

void procfile_sockets(struct health *health, uint64_t now_ns, uint64_t *next_ns)
{
	if (counter_get(&health->n_kernel) || now_ns < *next_ns)
		return;
	*next_ns = now_ns + SOCKETS_NS;
	counter_set(&health->n_sockets,
		    count_connected("/proc/net/tcp") +
			    count_connected("/proc/net/tcp6") +
			    count_connected("/proc/net/udp") +
			    count_connected("/proc/net/udp6"));
}

uint64_t conntrack_count(void)
{
	return procfile_number("count");
}

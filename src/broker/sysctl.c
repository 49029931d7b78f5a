/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Several flowtops may run in one network namespace, and whoever ends last has
 * to put back what the first one changed. Each binds an abstract socket, which
 * belongs to the namespace and dies with its process, however it dies:
 *
 *	@flowtop.sysctl.PID.BITS	bit n: switch n was off before flowtop
 *
 * Who starts beside others takes over their bits. Who ends closes its socket
 * first and restores only when it sees no other. In doubt a switch stays on:
 * that harms nobody, while counters that vanish would.
 */
#include "broker/sysctl.h"

#include "lib/str.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define USER_PREFIX "flowtop.sysctl."

/* /proc/sys/net shows the namespace of whoever opens it. */
static const char *const path[SYSCTLS] = {
	[SYSCTL_ACCT] = "/proc/sys/net/netfilter/nf_conntrack_acct",
	[SYSCTL_TIMESTAMP] = "/proc/sys/net/netfilter/nf_conntrack_timestamp",
};

/* Return: the digit, or negative errno. */
static int switch_read(int which)
{
	int fd = open(path[which], O_RDONLY | O_CLOEXEC);
	char digit;
	ssize_t n;
	int err;

	if (fd < 0)
		return -errno;
	n = read(fd, &digit, 1);
	err = errno;
	close(fd);
	if (n < 0)
		return -err;
	return n == 1 && digit >= '0' && digit <= '9' ? digit - '0' : -EINVAL;
}

static int switch_write(int which, char digit)
{
	int fd = open(path[which], O_WRONLY | O_CLOEXEC);
	int err = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, &digit, 1) != 1)
		err = -errno;
	close(fd);
	return err;
}

/* Return: the bits of a line of /proc/net/unix; -1 it is none of ours. */
static int user_bits(const char *line)
{
	const char *name = strstr(line, " @" USER_PREFIX);
	const char *dot = name ? strrchr(name, '.') : NULL;

	return dot && dot[1] >= '0' && dot[1] < '0' + (1 << SYSCTLS)
		       ? dot[1] - '0'
		       : -1;
}

/* Return: how many flowtops there are; in *@bits what they have to restore. */
static int users_find(unsigned int *bits)
{
	FILE *file = fopen("/proc/net/unix", "re");
	char line[512];
	int n = 0;

	*bits = 0;
	if (!file)
		return 0;
	while (fgets(line, sizeof(line), file)) {
		int found = user_bits(line);

		if (found < 0)
			continue;
		n++;
		*bits |= (unsigned int)found;
	}
	fclose(file);
	return n;
}

static void user_announce(struct sysctl_state *state)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	unsigned int bits = 0;
	size_t size;

	for (int which = 0; which < SYSCTLS; which++)
		bits |= (unsigned int)state->is_ours[which] << which;
	str_printf(name.sun_path + 1, sizeof(name.sun_path) - 1,
		   USER_PREFIX "%d.%u", (int)getpid(), bits);
	size = offsetof(struct sockaddr_un, sun_path) + 1 +
	       strlen(name.sun_path + 1);
	state->socket = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (state->socket >= 0 &&
	    bind(state->socket, (struct sockaddr *)&name, (socklen_t)size)) {
		close(state->socket);
		state->socket = -1;
	}
}

static int switch_on(struct sysctl_state *state, int which)
{
	int value = switch_read(which);
	int err;

	if (value < 0)
		return value;
	if (value != 0)
		return 0;
	err = switch_write(which, '1');
	if (!err)
		state->is_ours[which] = true;
	return err;
}

void sysctl_init(struct sysctl_state *state)
{
	*state = (struct sysctl_state){ .socket = -1 };
}

unsigned int sysctl_on(struct sysctl_state *state, unsigned int wanted)
{
	unsigned int theirs, lacking = 0;

	users_find(&theirs);
	for (int which = 0; which < SYSCTLS; which++) {
		if (!(wanted & 1U << which))
			continue;
		state->is_ours[which] = theirs & 1U << which;
		if (switch_on(state, which))
			lacking |= 1U << which;
	}
	user_announce(state);
	return lacking;
}

void sysctl_restore(struct sysctl_state *state)
{
	unsigned int ignored;
	int n_others;

	if (state->socket >= 0)
		close(state->socket);
	state->socket = -1;
	n_others = users_find(&ignored);
	for (int which = 0; which < SYSCTLS; which++) {
		if (state->is_ours[which] && !n_others &&
		    switch_read(which) == 1)
			switch_write(which, '0');
		state->is_ours[which] = false;
	}
}

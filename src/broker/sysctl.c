/* SPDX-License-Identifier: GPL-2.0-only */
#include "broker/sysctl.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

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

int sysctl_on(struct sysctl_state *state, int which)
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

void sysctl_restore(struct sysctl_state *state)
{
	for (int which = 0; which < SYSCTLS; which++) {
		if (state->is_ours[which] && switch_read(which) == 1)
			switch_write(which, '0');
		state->is_ours[which] = false;
	}
}

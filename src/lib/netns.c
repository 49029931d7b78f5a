/* SPDX-License-Identifier: GPL-2.0-only */
#include "lib/netns.h"

#include "lib/str.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE 71
#endif

int netns_enter(const char *name)
{
	char path[256];
	uint64_t pid;
	int fd, err = 0;
	bool is_whole;

	if (!parse_u64(name, 1, INT32_MAX, &pid))
		is_whole =
			str_printf(path, sizeof(path), "/proc/%s/ns/net", name);
	else
		is_whole =
			str_printf(path, sizeof(path), "/run/netns/%s", name);
	if (!is_whole || strchr(name, '/'))
		return -ENOENT;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (setns(fd, CLONE_NEWNET))
		err = -errno;
	close(fd);
	return err;
}

int netns_cookie(uint64_t *cookie)
{
	socklen_t size = sizeof(*cookie);
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int err = 0;

	if (fd < 0)
		return -errno;
	if (getsockopt(fd, SOL_SOCKET, SO_NETNS_COOKIE, cookie, &size))
		err = -errno;
	close(fd);
	return err;
}

int netns_inode(int dir, const char *path, uint64_t *inode)
{
	char text[sizeof("net:[18446744073709551615]")];
	ssize_t n = readlinkat(dir, path, text, sizeof(text));

	if (n <= 0)
		return n ? -errno : -EINVAL;
	/* What must be a "]". */
	text[n - 1] = '\0';
	if (strncmp(text, "net:[", 5))
		return -EINVAL;
	return parse_u64(text + 5, 1, UINT64_MAX, inode);
}

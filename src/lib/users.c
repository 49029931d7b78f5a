/* SPDX-License-Identifier: GPL-2.0-only */
#include "lib/users.h"

#include "lib/str.h"

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int users_join(const char *kind, char name[USER_NAME])
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	uint32_t random = 0;
	size_t size;
	int fd, err;

	/* Process ids repeat: a container may have its own. */
	if (getrandom(&random, sizeof(random), GRND_NONBLOCK) < 0)
		return -errno;
	str_printf(name, USER_NAME, "%s.%d.%08x", kind, (int)getpid(), random);
	size = strlen(name);
	memcpy(address.sun_path + 1, name, size);
	size += offsetof(struct sockaddr_un, sun_path) + 1;
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (!bind(fd, (struct sockaddr *)&address, (socklen_t)size))
		return fd;
	err = -errno;
	close(fd);
	return err;
}

bool users_has_others(const char *kind, const char *name)
{
	FILE *file = fopen("/proc/net/unix", "re");
	bool is_found = false;
	char mark[USER_NAME], line[512];

	if (!file)
		return true;
	str_printf(mark, sizeof(mark), " @%s.", kind);
	while (!is_found && fgets(line, sizeof(line), file)) {
		const char *at = strstr(line, mark);

		line[strcspn(line, "\n")] = '\0';
		is_found = at && strcmp(at + 2, name) != 0;
	}
	fclose(file);
	return is_found;
}

/* SPDX-License-Identifier: GPL-2.0-only */
#include "lib/procnum.h"

#include "lib/str.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

int64_t procnum_read(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char text[24];
	uint64_t value;
	ssize_t n;
	int err;

	if (fd < 0)
		return -errno;
	n = read(fd, text, sizeof(text) - 1);
	err = n < 0 ? -errno : 0;
	close(fd);
	if (err)
		return err;
	text[n] = '\0';
	text[strcspn(text, "\n")] = '\0';
	err = parse_u64(text, 0, INT64_MAX, &value);
	return err ? err : (int64_t)value;
}

int procnum_write(const char *path, unsigned int number)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	char text[12];
	int err = 0;

	if (fd < 0)
		return -errno;
	str_printf(text, sizeof(text), "%u", number);
	if (write(fd, text, strlen(text)) < 0)
		err = -errno;
	close(fd);
	return err;
}

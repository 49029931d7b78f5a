/* SPDX-License-Identifier: GPL-2.0-only */
#include "lib/dirstep.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define DIR_BYTES 2048

int dir_step(int fd, int (*each)(void *ctx, const char *name), void *ctx)
{
	_Alignas(struct dirent) char bytes[DIR_BYTES];
	long n = syscall(SYS_getdents64, fd, bytes, sizeof(bytes));
	int err = n < 0 ? -errno : 0;
	const struct dirent *entry;

	for (long at = 0; at < n && err >= 0; at += entry->d_reclen) {
		entry = (const void *)(bytes + at);
		if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
			err = each(ctx, entry->d_name);
	}
	return err < 0 ? err : n > 0;
}

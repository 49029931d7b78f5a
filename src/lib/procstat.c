/* SPDX-License-Identifier: GPL-2.0-only */
#include "lib/procstat.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* Of the kernel's task flags; part of what proc_pid_stat(5) promises since
 * 2.6.27, though no header has it. */
#define TASK_KTHREAD 0x00200000

/* Numbers of fields in proc_pid_stat(5). */
enum {
	FIELD_STATE = 3,
	FIELD_PARENT = 4,
	FIELD_FLAGS = 9,
	FIELD_STARTTIME = 22
};

/* More than all fields up to the start time can take. */
#define STAT_SIZE 1024

/* Behind the number there must be more: it was not cut. */
static int number_parse(const char *s, const char *end, uint64_t *value)
{
	uint64_t v = 0;
	const char *at;

	for (at = s; at < end && *at >= '0' && *at <= '9'; at++) {
		if (__builtin_mul_overflow(v, 10, &v) ||
		    __builtin_add_overflow(v, (uint64_t)(*at - '0'), &v))
			return -EINVAL;
	}
	if (at == s || at == end || *at != ' ')
		return -EINVAL;
	*value = v;
	return 0;
}

/* What is between the first "(" and @end. */
static void put_comm(struct procstat *stat, const char *text, const char *end)
{
	const char *s = memchr(text, '(', (size_t)(end - text));
	size_t n = s ? (size_t)(end - s - 1) : 0;

	if (n >= sizeof(stat->comm))
		n = sizeof(stat->comm) - 1;
	memset(stat->comm, 0, sizeof(stat->comm));
	if (n)
		memcpy(stat->comm, s + 1, n);
}

int procstat_parse(const char *text, size_t size, struct procstat *stat)
{
	const char *s = size ? memrchr(text, ')', size) : NULL;
	const char *end = text + size, *comm_end = s;
	uint64_t flags, parent, starttime;
	char state;

	/* ") S 1 ..." */
	if (!s || end - s < 4 || s[1] != ' ' || s[3] != ' ')
		return -EINVAL;
	s += 2;
	state = *s;
	for (int field = FIELD_STATE; field < FIELD_STARTTIME; field++) {
		if (field == FIELD_PARENT && number_parse(s, end, &parent))
			return -EINVAL;
		if (field == FIELD_FLAGS && number_parse(s, end, &flags))
			return -EINVAL;
		s = memchr(s, ' ', (size_t)(end - s));
		if (!s)
			return -EINVAL;
		s++;
	}
	if (number_parse(s, end, &starttime) || parent > UINT32_MAX)
		return -EINVAL;
	stat->starttime = starttime;
	stat->parent = (uint32_t)parent;
	stat->state = state;
	stat->is_kernel = flags & TASK_KTHREAD;
	put_comm(stat, text, comm_end);
	return 0;
}

int procstat_read(int dir, const char *path, struct procstat *stat)
{
	int fd = openat(dir, path, O_RDONLY | O_CLOEXEC);
	char text[STAT_SIZE];
	ssize_t n;
	int err;

	if (fd < 0)
		return -errno;
	n = read(fd, text, sizeof(text));
	err = n < 0 ? -errno : 0;
	close(fd);
	return err ? err : procstat_parse(text, (size_t)n, stat);
}

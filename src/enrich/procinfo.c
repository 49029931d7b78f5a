/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * All files are opened through a descriptor of /proc/PID, which means one
 * process and never another one with the same number: what is read belongs
 * together, and once the process is gone nothing can be read any more.
 */
#include "enrich/procinfo.h"

#include "enrich/cgroup.h"
#include "lib/procstat.h"
#include "lib/sanitize.h"
#include "lib/str.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* Of each file; command lines may have megabytes. */
#define FILE_SIZE 4096

#define COMM_CUT 15 /* bytes of a name in the kernel */

/* ------------------------------------------------------------ texts */

static void put_kernel_name(char *name, const char *comm, size_t n)
{
	sanitize_text(name + 1, PROC_COMM_SIZE - 2, comm, n, NULL);
	name[0] = '[';
	strcat(name, "]");
}

/* Return: the last component of the first word, up to the NUL; @n its length.
 */
static const char *program_name(const char *cmdline, size_t *n)
{
	size_t end = strnlen(cmdline, *n);
	size_t at = end;

	while (at && cmdline[at - 1] != '/')
		at--;
	*n = end - at;
	return cmdline + at;
}

/* A title, as daemons write it over their command, is not part of the name. */
static size_t name_length(const char *program, size_t n)
{
	size_t i = COMM_CUT;

	while (i < n && program[i] != ' ' && program[i] != ':')
		i++;
	return i;
}

void procinfo_name(char *name, const char *comm, size_t n_comm,
		   const char *cmdline, size_t n_cmdline, bool is_kernel)
{
	const char *program;

	if (n_comm && comm[n_comm - 1] == '\n')
		n_comm--;
	if (is_kernel) {
		put_kernel_name(name, comm, n_comm);
		return;
	}
	if (n_comm == COMM_CUT && n_cmdline) {
		program = program_name(cmdline, &n_cmdline);
		if (n_cmdline > n_comm && !memcmp(program, comm, n_comm)) {
			comm = program;
			n_comm = name_length(program, n_cmdline);
		}
	}
	sanitize_text(name, PROC_COMM_SIZE, comm, n_comm, NULL);
}

/* Newlines in the name, which is in this file as well, are escaped there. */
bool procinfo_uid(const char *text, size_t size, uint32_t *uid)
{
	static const char key[] = "\nUid:\t";
	const char *s = memmem(text, size, key, sizeof(key) - 1);
	const char *end = text + size;
	uint64_t v = 0;

	if (!s)
		return false;
	s += sizeof(key) - 1;
	s = memchr(s, '\t', (size_t)(end - s)); /* real, then effective */
	if (!s || ++s == end || *s < '0' || *s > '9')
		return false;
	for (; s < end && *s >= '0' && *s <= '9' && v <= UINT32_MAX; s++)
		v = v * 10 + (uint64_t)(*s - '0');
	if (s == end || v > UINT32_MAX)
		return false;
	*uid = (uint32_t)v;
	return true;
}

/* ------------------------------------------------------------ files */

/* Return: bytes, 0 when there are none or they cannot be had. */
static size_t file_read(int dir, const char *name, char *text)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
	size_t done = 0;

	if (fd < 0)
		return 0;
	while (done < FILE_SIZE) {
		ssize_t n = read(fd, text + done, FILE_SIZE - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		done += (size_t)n;
	}
	close(fd);
	return done;
}

/* Without a last line that may have been cut. */
static size_t lines_read(int dir, const char *name, char *text)
{
	size_t n = file_read(dir, name, text);

	while (n && text[n - 1] != '\n')
		n--;
	return n;
}

/* A zombie has a name and no command. */
static void names_read(int dir, bool is_kernel, struct proc_fact *fact)
{
	char text[FILE_SIZE], comm[FILE_SIZE];
	size_t n = file_read(dir, "cmdline", text);
	size_t n_comm = file_read(dir, "comm", comm);

	procinfo_name(fact->comm, comm, n_comm, text, n, is_kernel);
	sanitize_text(fact->command, sizeof(fact->command), text, n, NULL);
}

static void places_read(int dir, struct proc_fact *fact)
{
	char text[FILE_SIZE];
	size_t n = lines_read(dir, "status", text);

	fact->has_uid = procinfo_uid(text, n, &fact->uid);
	n = lines_read(dir, "cgroup", text);
	cgroup_parse(text, n, fact->unit, fact->container);
}

/* Of another process, which may have ended: then it has no name. */
static void parent_read(int dir, uint32_t parent, struct proc_fact *fact)
{
	char path[32], comm[FILE_SIZE];
	size_t n;

	fact->parent_pid = parent;
	str_printf(path, sizeof(path), "../%u/comm", parent);
	n = parent ? file_read(dir, path, comm) : 0;
	if (n && comm[n - 1] == '\n')
		n--;
	sanitize_text(fact->parent, sizeof(fact->parent), comm, n, NULL);
}

/* Return: 0 or negative errno. */
static int check(int dir, uint64_t starttime, struct procstat *stat)
{
	int err = procstat_read(dir, "stat", stat);

	if (err)
		return err == -ENOENT ? -ESRCH : err;
	return stat->starttime == starttime ? 0 : -ESRCH;
}

int procinfo_read(uint32_t pid, uint64_t starttime, struct proc_fact *fact)
{
	struct proc_fact got = { .pid = pid, .starttime = starttime };
	struct procstat stat;
	char path[24];
	int dir, err;

	str_printf(path, sizeof(path), "/proc/%u", pid);
	dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return errno == ENOENT ? -ESRCH : -errno;
	err = check(dir, starttime, &stat);
	if (!err) {
		names_read(dir, stat.is_kernel, &got);
		places_read(dir, &got);
		parent_read(dir, stat.parent, &got);
		/* Gone meanwhile: part of it is missing. */
		err = check(dir, starttime, &stat);
	}
	/* Its parent has ended meanwhile: whose name that is is not known. */
	if (!err && stat.parent != got.parent_pid) {
		got.parent_pid = 0;
		got.parent[0] = '\0';
	}
	close(dir);
	if (!err)
		*fact = got;
	return err;
}

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The walk over /proc/PID/fd. It allocates nothing and waits for nothing:
 * reading a link gives its text without touching the file behind it, which may
 * be on a dead server.
 */
#include "broker/procwalk.h"

#include "lib/clock.h"
#include "lib/procstat.h"
#include "lib/str.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* What is done between two looks at the clock: some 80 descriptors, each of
 * them two to five microseconds. */
#define DIR_BYTES 2048

/* As getdents64(2) has it. */
struct dir_entry {
	uint64_t inode;
	int64_t next;
	uint16_t size;
	uint8_t type;
	char name[];
};

/* Return: whether there are digits, up to @end and no further. */
static bool number_parse(const char *s, char end, uint64_t *value)
{
	uint64_t v = 0;
	const char *at;

	for (at = s; *at >= '0' && *at <= '9'; at++) {
		if (__builtin_mul_overflow(v, 10, &v) ||
		    __builtin_add_overflow(v, (uint64_t)(*at - '0'), &v))
			return false;
	}
	*value = v;
	return at != s && *at == end;
}

/* ------------------------------------------------------------ what is wanted
 */

/* Where @inode is in the index, or would be: there is always room. */
static uint16_t *slot_of(struct procwalk *w, uint64_t inode)
{
	const uint64_t n = sizeof(w->index) / sizeof(w->index[0]);
	uint64_t i = (inode * 0x9e3779b97f4a7c15ULL >> 32) % n;

	while (w->index[i] && w->wanted[w->index[i] - 1].found.inode != inode)
		i = (i + 1) % n;
	return &w->index[i];
}

static void want_one(struct procwalk *w, uint64_t inode)
{
	uint16_t *slot = slot_of(w, inode);

	if (*slot)
		return;
	w->wanted[w->n_wanted] =
		(struct walk_wanted){ .found = { .inode = inode } };
	*slot = (uint16_t)++w->n_wanted;
}

static void list_begin(struct procwalk *w)
{
	w->phase = WALK_LIST;
	w->n_listed = w->n_kept = 0;
	lseek(w->proc, 0, SEEK_SET);
}

static void pass_begin(struct procwalk *w)
{
	memset(w->index, 0, sizeof(w->index));
	w->n_wanted = w->n_reported = 0;
	for (int i = 0; i < w->n_waiting; i++)
		want_one(w, w->waiting[i]);
	w->n_waiting = 0;
	w->has_first = w->is_denied = false;
	w->below = UINT32_MAX;
	list_begin(w);
}

/* ------------------------------------------------------------ holders */

/* Return: whether the process it is at owns rather than @found->pid. */
static bool is_owner(const struct procwalk *w, const struct walk_found *found)
{
	if (!found->pid || found->pid == 1)
		return true;
	if (w->pid == 1 || w->starttime > found->starttime)
		return false;
	return w->starttime < found->starttime || w->pid < found->pid;
}

/* Return: false when the process is gone, and holds nothing any more. */
static bool start_read(struct procwalk *w)
{
	struct procstat stat;

	if (w->has_start)
		return true;
	if (procstat_read(w->fds, "../stat", &stat))
		return false;
	w->starttime = stat.starttime;
	w->has_start = true;
	return true;
}

static void hold(struct procwalk *w, uint64_t inode)
{
	uint16_t slot = *slot_of(w, inode);
	struct walk_wanted *wanted;
	struct walk_found *found;

	if (!slot)
		return;
	wanted = &w->wanted[slot - 1];
	found = &wanted->found;
	if (wanted->last == w->pid || !start_read(w))
		return;
	wanted->last = w->pid;
	if (is_owner(w, found)) {
		found->pid = w->pid;
		found->starttime = w->starttime;
	}
	if (found->holders < UINT16_MAX)
		found->holders++;
}

/* Return: 0 or negative errno. A descriptor that was closed is no error. */
static int link_look(struct procwalk *w, const char *name)
{
	static const char socket[] = "socket:[";
	char text[sizeof(socket) + 24];
	ssize_t n = readlinkat(w->fds, name, text, sizeof(text) - 1);
	uint64_t inode;

	if (n < 0)
		return errno == ENOENT ? 0 : -errno;
	text[n] = '\0';
	if (!strncmp(text, socket, sizeof(socket) - 1) &&
	    number_parse(text + sizeof(socket) - 1, ']', &inode))
		hold(w, inode);
	return 0;
}

/* ------------------------------------------------------------ directories */

/* Calls @each for every name that is a number, until it fails.
 * Return: more than 0 there may be more; 0 the end; or negative errno. */
static int dir_read(struct procwalk *w, int fd,
		    int (*each)(struct procwalk *w, const char *name))
{
	_Alignas(struct dir_entry) char bytes[DIR_BYTES];
	long n = syscall(SYS_getdents64, fd, bytes, sizeof(bytes));
	const struct dir_entry *entry;
	int err = 0;

	if (n <= 0)
		return n ? -errno : 0;
	for (long at = 0; at < n && !err; at += entry->size) {
		entry = (const void *)(bytes + at);
		if (entry->name[0] >= '0' && entry->name[0] <= '9')
			err = each(w, entry->name);
	}
	return err ? err : 1;
}

/* The kernel lists them in ascending order, so the last ones are kept. */
static int pid_add(struct procwalk *w, const char *name)
{
	uint64_t pid;

	if (!number_parse(name, '\0', &pid) || pid >= w->below)
		return 0;
	w->has_first = w->has_first || pid == 1;
	w->pids[w->n_listed++ % WALK_PIDS] = (uint32_t)pid;
	if (w->n_kept < WALK_PIDS)
		w->n_kept++;
	return 0;
}

static void list_step(struct procwalk *w)
{
	int more = dir_read(w, w->proc, pid_add);

	if (more < 0)
		w->is_denied = true;
	if (more <= 0)
		w->phase = WALK_LOOK;
}

/* ENOENT and ESRCH: the process is gone. */
static void failed(struct procwalk *w, int err)
{
	w->is_denied = w->is_denied || (err != -ENOENT && err != -ESRCH);
}

static void process_next(struct procwalk *w)
{
	char path[24];

	if (!w->n_kept && w->n_listed) {
		w->below = w->pid;
		list_begin(w);
		return;
	}
	if (!w->n_kept) {
		w->phase = WALK_REPORT;
		return;
	}
	w->n_kept--;
	w->pid = w->pids[--w->n_listed % WALK_PIDS];
	w->has_start = false;
	str_printf(path, sizeof(path), "%u/fd", w->pid);
	w->fds = openat(w->proc, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (w->fds < 0)
		failed(w, -errno);
}

static void look_step(struct procwalk *w)
{
	int more;

	if (w->fds < 0) {
		process_next(w);
		return;
	}
	more = dir_read(w, w->fds, link_look);
	if (more > 0)
		return;
	if (more < 0)
		failed(w, more);
	close(w->fds);
	w->fds = -1;
}

static int report(struct procwalk *w, struct walk_found *out, int max)
{
	/* There always is a process 1: if not for us, then others are hidden
	 * as well. */
	bool is_denied = w->is_denied || !w->has_first;
	int n;

	for (n = 0; n < max && w->n_reported < w->n_wanted; n++) {
		out[n] = w->wanted[w->n_reported++].found;
		out[n].is_denied = !out[n].pid && is_denied;
	}
	if (w->n_reported == w->n_wanted)
		w->phase = WALK_IDLE;
	return n;
}

/* ------------------------------------------------------------ public */

void procwalk_init(struct procwalk *w)
{
	memset(w, 0, sizeof(*w));
	w->fds = -1;
	w->proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

void procwalk_fini(struct procwalk *w)
{
	if (w->fds >= 0)
		close(w->fds);
	if (w->proc >= 0)
		close(w->proc);
	w->fds = w->proc = -1;
}

int procwalk_want(struct procwalk *w, const uint64_t *inodes, int n)
{
	if (n > WALK_WANTED - w->n_waiting)
		return -ENOSPC;
	for (int i = 0; i < n; i++)
		w->waiting[w->n_waiting++] = inodes[i];
	return 0;
}

bool procwalk_is_busy(const struct procwalk *w)
{
	return w->phase != WALK_IDLE || w->n_waiting;
}

int procwalk_step(struct procwalk *w, uint64_t deadline_ns,
		  struct walk_found *out, int max)
{
	if (w->phase == WALK_IDLE && w->n_waiting)
		pass_begin(w);
	if (w->phase == WALK_IDLE)
		return 0;
	do {
		if (w->phase == WALK_REPORT)
			return report(w, out, max);
		if (w->phase == WALK_LIST)
			list_step(w);
		else
			look_step(w);
	} while (clock_mono_ns() < deadline_ns);
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The walk over /proc/PID/fd. It allocates nothing and waits for nothing:
 * reading a link gives its text without touching the file behind it, which may
 * be on a dead server.
 */
#include "broker/procwalk.h"

#include "lib/clock.h"
#include "lib/dirstep.h"
#include "lib/procstat.h"
#include "lib/str.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* ------------------------------------------------------------ wanted */

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
	struct walk_wanted wanted = { .found = { .inode = inode } };
	uint16_t *slot = slot_of(w, inode);

	if (*slot)
		return;
	w->wanted[w->n_wanted++] = wanted;
	*slot = (uint16_t)w->n_wanted;
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
	w->n_wanted = w->n_seen = w->n_reported = 0;
	for (int i = 0; i < w->n_waiting; i++)
		want_one(w, w->waiting[i]);
	w->n_waiting = 0;
	w->has_first = w->is_denied = w->is_partial = false;
	w->below = UINT32_MAX;
	w->is_early = w->is_hasty && w->recent;
	w->early.n = 0;
	if (!w->is_early) {
		list_begin(w);
		return;
	}
	w->early = *w->recent;
	w->n_listed = w->n_kept = w->early.n;
	memcpy(w->pids, w->early.pids, sizeof(w->early.pids));
	w->phase = WALK_LOOK;
}

/* ------------------------------------------------------------ holders */

/* Return: whether the process it is at owns rather than @found->pid. */
static bool is_owner(const struct procwalk *w, const struct walk_found *found)
{
	if (!found->pid || found->pid == 1)
		return true;
	if (w->pid == 1 || w->start.starttime > found->starttime)
		return false;
	return w->start.starttime < found->starttime || w->pid < found->pid;
}

/* A process that is gone holds nothing any more. */
static void hold(struct procwalk *w, struct walk_wanted *wanted)
{
	struct walk_found *found = &wanted->found;

	if (wanted->last == w->pid ||
	    (!w->start.state && procstat_read(w->fds, "../stat", &w->start)))
		return;
	wanted->last = w->pid;
	w->n_seen += !found->pid;
	found->holders += found->holders < UINT16_MAX;
	if (is_owner(w, found)) {
		found->pid = w->pid;
		found->starttime = w->start.starttime;
		memcpy(found->comm, w->start.comm, sizeof(found->comm));
	}
}

/* Return: 0 or negative errno. A descriptor that was closed is no error. */
static int link_look(void *ctx, const char *name)
{
	struct procwalk *w = ctx;
	char text[sizeof("socket:[18446744073709551615]")];
	ssize_t n = readlinkat(w->fds, name, text, sizeof(text));
	uint64_t inode;
	uint16_t slot;

	if (n <= 0)
		return n && errno != ENOENT ? -errno : 0;
	/* What must be a "]" of a socket. */
	text[n - 1] = '\0';
	if (!strncmp(text, "socket:[", 8) &&
	    !parse_u64(text + 8, 0, UINT64_MAX, &inode)) {
		slot = *slot_of(w, inode);
		if (slot)
			hold(w, &w->wanted[slot - 1]);
	}
	return 0;
}

/* ------------------------------------------------------------ directories */

/* The kernel lists them in ascending order, so the last ones are kept. */
static int pid_add(void *ctx, const char *name)
{
	struct procwalk *w = ctx;
	uint64_t pid;

	if (parse_u64(name, 1, w->below - 1, &pid))
		return 0;
	w->has_first = w->has_first || pid == 1;
	for (uint32_t i = 0; i < w->early.n; i++) {
		if (w->early.pids[i] == pid)
			return 0;
	}
	w->pids[w->n_listed++ % WALK_PIDS] = (uint32_t)pid;
	w->n_kept += w->n_kept < WALK_PIDS;
	return 0;
}

/* @err: may be a success. ENOENT and ESRCH: the process is gone. */
static void failed(struct procwalk *w, int err)
{
	if (err < 0 && err != -ENOENT && err != -ESRCH)
		w->is_denied = true;
}

static void list_step(struct procwalk *w)
{
	int more = dir_step(w->proc, pid_add, w);

	failed(w, more);
	if (more <= 0)
		w->phase = WALK_LOOK;
}

static void process_next(struct procwalk *w)
{
	char path[24];

	if (!w->n_kept && w->is_early) {
		w->is_early = false;
		list_begin(w);
		return;
	}
	if (!w->n_kept) {
		w->below = w->pid;
		w->phase = WALK_REPORT;
		if (w->n_listed)
			list_begin(w);
		return;
	}
	w->n_kept--;
	w->pid = w->pids[--w->n_listed % WALK_PIDS];
	w->start.state = '\0';
	str_printf(path, sizeof(path), "%u/fd", w->pid);
	w->fds = openat(w->proc, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (w->fds >= 0)
		return;
	failed(w, -errno);
	if (w->is_early)
		w->early.pids[w->n_listed] = 0;
}

static void look_step(struct procwalk *w)
{
	int more;

	if (w->fds < 0) {
		process_next(w);
		return;
	}
	more = dir_step(w->fds, link_look, w);
	if (more > 0)
		return;
	failed(w, more);
	close(w->fds);
	w->fds = -1;
	if (w->is_hasty && w->n_seen == w->n_wanted &&
	    (w->n_listed || w->is_early)) {
		w->is_partial = true;
		w->phase = WALK_REPORT;
	}
}

static void remember(struct walk_recent *recent, uint32_t pid)
{
	uint32_t at = 0;

	while (at < recent->n && recent->pids[at] != pid)
		at++;
	/* The oldest goes when there is no room. */
	if (at == recent->n && recent->n < WALK_RECENT)
		recent->n++;
	else if (at == recent->n)
		at = 0;
	memmove(&recent->pids[at], &recent->pids[at + 1],
		(recent->n - 1 - at) * sizeof(recent->pids[0]));
	recent->pids[recent->n - 1] = pid;
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
		out[n].is_partial = w->is_partial;
		/* Process 1 owns only what nobody else holds, so it must not
		 * come first. */
		if (w->recent && out[n].pid > 1)
			remember(w->recent, out[n].pid);
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
	/* Of -1 that does nothing. */
	close(w->fds);
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
	if (!procwalk_is_busy(w))
		return 0;
	if (w->phase == WALK_IDLE)
		pass_begin(w);
	while (w->phase != WALK_REPORT) {
		if (w->phase == WALK_LIST)
			list_step(w);
		else
			look_step(w);
		if (clock_mono_ns() >= deadline_ns)
			return 0;
	}
	return report(w, out, max);
}

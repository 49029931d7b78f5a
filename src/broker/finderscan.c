/* SPDX-License-Identifier: GPL-2.0-only */
#include "broker/finderscan.h"

#include "lib/clock.h"
#include "lib/dirstep.h"
#include "lib/netns.h"
#include "lib/str.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <sched.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* Those of `ip netns`, those of Docker, and the processes. */
static const char *const places[] = { "/run/netns", "/run/docker/netns",
				      "/proc" };
enum { PLACE_PROC = 2, PLACES };

/* ------------------------------------------------------------ the list */

/* Return: NULL when there are too many. */
static struct finder_space *space_of(struct scan_list *list, uint64_t inode)
{
	struct finder_space *space = list->spaces;

	for (int i = 0; i < list->n; i++, space++) {
		if (space->inode == inode)
			return space;
	}
	if (list->n == SCAN_SPACES)
		return NULL;
	list->n++;
	*space = (struct finder_space){ .inode = inode };
	return space;
}

/* @pid: 0: a name of the namespace. */
static void list_add(struct finderscan *s, uint64_t inode, uint32_t pid,
		     const char *name)
{
	struct finder_space *space;

	/* A name that was cut could not be opened. */
	if (inode == s->own || (!pid && strlen(name) >= FINDER_SPACE_NAME))
		return;
	space = space_of(&s->next, inode);
	if (!space)
		return;
	if (pid) {
		space->pid = space->pid ? space->pid : pid;
		space->n_procs++;
	} else if (!space->name[0]) {
		str_copy(space->name, sizeof(space->name), name);
		s->next.places[space - s->next.spaces] = (uint8_t)s->place;
	}
}

/* ------------------------------------------------------------ alone */

/* Without asking a file server, which may be dead. */
static bool exe_read(int dir, const char *path, struct statx *exe)
{
	return !statx(dir, path, AT_STATX_DONT_SYNC, STATX_INO, exe);
}

static bool is_flowtop(const struct finderscan *s, const char *pid)
{
	struct statx exe;
	char path[24];

	str_printf(path, sizeof(path), "%s/exe", pid);
	return s->exe && exe_read(s->fd, path, &exe) && exe.stx_ino == s->exe &&
	       exe.stx_dev_major == s->exe_major &&
	       exe.stx_dev_minor == s->exe_minor;
}

static void set_company(struct finderscan *s, uint32_t pid)
{
	s->is_alone = false;
	s->company = pid;
}

/* Return: less than 0: that is enough. */
static int see(struct finderscan *s, uint64_t inode, uint32_t pid,
	       const char *name)
{
	if (s->kind == SCAN_LIST)
		list_add(s, inode, pid, name);
	else if (inode == s->own && (!pid || !is_flowtop(s, name)))
		set_company(s, pid);
	return s->kind == SCAN_ALONE && !s->is_alone ? -ECANCELED : 0;
}

/* ------------------------------------------------------------ the scan */

static int name_look(void *ctx, const char *name)
{
	struct finderscan *s = ctx;
	struct stat st;

	if (fstatat(s->fd, name, &st, AT_NO_AUTOMOUNT) ||
	    st.st_dev != s->device)
		return 0;
	return see(s, st.st_ino, 0, name);
}

/* The directory net of a process is that of its namespace, and everybody may
 * read it, whatever hides the process otherwise. */
static bool may_be_here(const struct finderscan *s, const char *pid)
{
	struct stat st;
	char path[24];

	str_printf(path, sizeof(path), "%s/net/dev", pid);
	if (fstatat(s->fd, path, &st, 0))
		return errno != ENOENT && errno != ESRCH;
	return !s->own_dev || st.st_ino == s->own_dev;
}

static int process_look(void *ctx, const char *name)
{
	struct finderscan *s = ctx;
	uint64_t pid, inode;
	char path[24];
	int err;

	if (parse_u64(name, 1, UINT32_MAX, &pid))
		return 0;
	str_printf(path, sizeof(path), "%s/ns/net", name);
	err = netns_inode(s->fd, path, &inode);
	if (!err)
		return see(s, inode, (uint32_t)pid, name);
	/* One that has ended, also a zombie, is in none. */
	if (s->kind == SCAN_ALONE && err != -ENOENT && err != -ESRCH &&
	    may_be_here(s, name))
		set_company(s, (uint32_t)pid);
	return 0;
}

int finderscan_init(struct finderscan *s)
{
	struct statx exe;
	struct stat st;

	s->kind = SCAN_NONE;
	s->fd = -1;
	s->home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	if (s->home < 0 || fstat(s->home, &st))
		return -errno;
	s->own = st.st_ino;
	s->device = st.st_dev;
	s->own_dev = stat("/proc/self/net/dev", &st) ? 0 : st.st_ino;
	if (!exe_read(AT_FDCWD, "/proc/self/exe", &exe))
		return 0;
	s->exe = exe.stx_ino;
	s->exe_major = exe.stx_dev_major;
	s->exe_minor = exe.stx_dev_minor;
	return 0;
}

/* Whoever was there the last time most likely still is: three system calls
 * instead of one for each process. */
static bool has_company(struct finderscan *s)
{
	char name[12];

	if (!s->is_alone || !s->company)
		return !s->is_alone;
	s->fd = open(places[PLACE_PROC], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (s->fd < 0)
		return false;
	str_printf(name, sizeof(name), "%u", s->company);
	s->company = 0;
	process_look(s, name);
	close(s->fd);
	s->fd = -1;
	return !s->is_alone;
}

void finderscan_begin(struct finderscan *s, enum scan_kind kind)
{
	s->kind = kind;
	s->place = 0;
	s->next.n = 0;
	s->is_alone = s->sees_all;
	if (kind == SCAN_ALONE && has_company(s))
		s->place = PLACES;
}

/* Return: whether there is more. */
static bool place_step(struct finderscan *s)
{
	int more = 0;

	if (s->fd < 0)
		s->fd = open(places[s->place],
			     O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (s->fd >= 0)
		more = dir_step(
			s->fd,
			s->place == PLACE_PROC ? process_look : name_look, s);
	else if (s->place == PLACE_PROC)
		s->is_alone = false;
	if (more > 0)
		return true;
	close(s->fd);
	s->fd = -1;
	return more != -ECANCELED && ++s->place < PLACES;
}

bool finderscan_step(struct finderscan *s, uint64_t deadline_ns)
{
	while (s->place < PLACES && place_step(s)) {
		if (clock_mono_ns() >= deadline_ns)
			return false;
	}
	if (s->kind == SCAN_LIST)
		s->done = s->next;
	s->kind = SCAN_NONE;
	return true;
}

/* ------------------------------------------------------------ sockets */

static int open_in(const struct finderscan *s, int space, int *fds)
{
	static const int protocols[] = { NETLINK_SOCK_DIAG, NETLINK_ROUTE };
	int err = 0;

	if (setns(space, CLONE_NEWNET))
		return -errno;
	for (int i = 0; i < 2; i++) {
		fds[i] = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC,
				protocols[i]);
		err = fds[i] < 0 && !err ? -errno : err;
	}
	if (setns(s->home, CLONE_NEWNET))
		_exit(1);
	for (int i = 0; i < 2 && err; i++)
		close(fds[i]);
	return err;
}

static int open_by(const struct finderscan *s, const char *path, uint64_t inode,
		   int *fds)
{
	int space = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;
	int err;

	if (space < 0)
		return -ENOENT;
	if (fstat(space, &st) || st.st_dev != s->device || st.st_ino != inode)
		err = -ESTALE;
	else
		err = open_in(s, space, fds);
	close(space);
	return err;
}

int finderscan_open(struct finderscan *s, uint64_t inode, int *fds)
{
	struct scan_list *list = &s->done;
	char path[128];
	int err = -ENOENT, i;

	for (i = 0; i < list->n && list->spaces[i].inode != inode; i++)
		;
	if (i == list->n)
		return -ENOENT;
	if (list->spaces[i].pid) {
		str_printf(path, sizeof(path), "/proc/%u/ns/net",
			   list->spaces[i].pid);
		err = open_by(s, path, inode, fds);
	}
	if (err && list->spaces[i].name[0]) {
		str_printf(path, sizeof(path), "%s/%s", places[list->places[i]],
			   list->spaces[i].name);
		err = open_by(s, path, inode, fds);
	}
	return err;
}

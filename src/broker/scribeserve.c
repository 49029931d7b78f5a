/* SPDX-License-Identifier: GPL-2.0-only */
/* The scribe process. */
#include "broker/scribeserve.h"

#include "lib/buf.h"
#include "lib/clock.h"
#include "lib/conf.h"
#include "lib/detach.h"
#include "lib/fdpass.h"
#include "lib/str.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define LOCK_TRIES 100
#define LOCK_NS (10 * NS_PER_MS)
#define NAME_ROOM (NAME_MAX + 16)

static const char intro[] =
	"# Settings of flowtop, see flowtop.conf(5). Key W changes lines of "
	"this file and\n# leaves all others, such as this, as they are.\n";

struct scribe_state {
	const struct scribe_config *config;
	int socket;
	/* Links are resolved in these. */
	char dir[PATH_MAX];
	char name[NAME_MAX + 1];
	char base[PATH_MAX]; /* the first directory that may be made: "" none */
	char old[CONF_SIZE];
	bool is_confined;
};

/* ------------------------------------------------------------- the place */

/* The caller's, as long as his environment can be trusted: for whoever has more
 * rights than he, neither variable is there any more. */
static bool find_home(const struct scribe_config *config, char *path,
		      size_t size)
{
	const char *home = getenv("HOME");

	if (home && home[0] == '/')
		return str_copy(path, size, home);
	return priv_home(config->caller, path, size);
}

/* Return: whether there is a path; @shown: as people write it. */
static bool find_path(struct scribe_state *s, char *path, char *shown)
{
	const char *config = getenv("XDG_CONFIG_HOME");
	char home[PATH_MAX] = "";
	size_t n;

	if (s->config->path) {
		str_copy(shown, SCRIBE_PATH, s->config->path);
		return str_copy(path, PATH_MAX, s->config->path);
	}
	find_home(s->config, home, sizeof(home));
	if (config && config[0] == '/')
		str_copy(s->base, sizeof(s->base), config);
	else if (!home[0] ||
		 !str_printf(s->base, sizeof(s->base), "%s/.config", home))
		return false;
	if (!str_printf(path, PATH_MAX, "%s/flowtop/config", s->base))
		return false;
	n = strlen(home);
	if (n > 1 && !strncmp(path, home, n) && path[n] == '/')
		str_printf(shown, SCRIBE_PATH, "~%s", path + n);
	else
		str_copy(shown, SCRIBE_PATH, path);
	return true;
}

/* Where the file really is, or would be. */
static void resolve(struct scribe_state *s, const char *path)
{
	char full[PATH_MAX], dir[PATH_MAX];
	const char *slash;

	if (!realpath(path, full))
		str_copy(full, sizeof(full), path);
	slash = strrchr(full, '/');
	str_copy(s->name, sizeof(s->name), slash ? slash + 1 : full);
	str_printf(dir, sizeof(dir), "%.*s",
		   slash ? (int)(slash - full) + (slash == full) : 1,
		   slash ? full : ".");
	if (!realpath(dir, s->dir))
		str_copy(s->dir, sizeof(s->dir), dir);
}

/* ------------------------------------------------------------- reading */

/* Return: bytes, or negative errno as in struct scribe_file. */
static int read_settings(struct scribe_state *s, int dir, const char *path,
			 bool is_any_owner, mode_t *mode)
{
	/* A pipe must not keep us waiting. */
	int fd =
		openat(dir, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat status;
	ssize_t n = 1;
	size_t size = 0;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &status)) {
		close(fd);
		return -EIO;
	}
	if (!S_ISREG(status.st_mode))
		n = -EINVAL;
	else if (status.st_uid != s->config->caller->uid && !is_any_owner)
		n = -EPERM;
	else if (status.st_size > CONF_SIZE)
		n = -EFBIG;
	while (n > 0 && size < CONF_SIZE) {
		n = read(fd, s->old + size, CONF_SIZE - size);
		size += n > 0 ? (size_t)n : 0;
		n = n < 0 ? -errno : n;
	}
	*mode = status.st_mode & 0777;
	close(fd);
	return n < 0 ? (int)n : (int)size;
}

/* ------------------------------------------------------------- writing */

/* Return: bytes of what is to be changed; negative errno. */
static ssize_t take_changes(int fd, char *text)
{
	const int seals = F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK;
	int has = fd < 0 ? -1 : fcntl(fd, F_GET_SEALS);
	ssize_t n;

	if (has < 0 || (has & seals) != seals)
		return -EPROTO;
	n = pread(fd, text, CONF_SIZE + 1, 0);
	return n < 0 ? -errno : n > CONF_SIZE ? -EFBIG : n;
}

/* Return: the directory, made if need be; negative errno. */
static int open_dir(const struct scribe_state *s)
{
	const int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
	int fd = open(s->dir, flags);
	struct stat status;

	if (fd < 0 && errno == ENOENT && s->base[0]) {
		mkdir(s->base, 0700);
		mkdir(s->dir, 0700);
		fd = open(s->dir, flags);
	}
	if (fd < 0)
		return -errno;
	if (!fstat(fd, &status) && status.st_uid == s->config->caller->uid &&
	    !(status.st_mode & S_IWOTH))
		return fd;
	close(fd);
	return -EPERM;
}

static int lock(int dir)
{
	struct timespec pause = { .tv_nsec = LOCK_NS };

	for (int i = 0; i < LOCK_TRIES; i++) {
		if (!flock(dir, LOCK_EX | LOCK_NB))
			return 0;
		if (errno != EWOULDBLOCK)
			return -errno;
		nanosleep(&pause, NULL);
	}
	return -EWOULDBLOCK;
}

/* Whoever holds the lock is alone: what is left of others can go. */
static int put(const struct scribe_state *s, int dir, struct buf *text,
	       mode_t mode)
{
	char name[NAME_ROOM];
	int fd, err;

	str_printf(name, sizeof(name), ".%s.new", s->name);
	unlinkat(dir, name, 0);
	fd = openat(dir, name,
		    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	err = buf_write(text, fd);
	if (!err && (fchmod(fd, mode) || fsync(fd)))
		err = -errno;
	if (close(fd) && !err)
		err = -errno;
	if (!err && renameat(dir, name, dir, s->name))
		err = -errno;
	if (err)
		unlinkat(dir, name, 0);
	else
		fsync(dir);
	return err;
}

static int change(struct scribe_state *s, int dir, const char *changes,
		  size_t size)
{
	struct buf text = { .size = 0 };
	mode_t mode;
	int n = read_settings(s, dir, s->name, false, &mode);
	int err = 0;

	if (n == -ENOENT) {
		n = 0;
		mode = 0600;
		buf_str(&text, intro);
	}
	if (n < 0)
		return n;
	if (!conf_merge(s->old, (size_t)n, changes, size, &text))
		err = -EPROTO;
	else if (text.size > CONF_SIZE)
		err = -EFBIG;
	else if (text.size != (size_t)n || memcmp(text.data, s->old, text.size))
		err = put(s, dir, &text, mode);
	buf_free(&text);
	return err;
}

/* A directory that was not there could not be named to the sandbox: then
 * nothing was taken from main so far, either. */
static int confine(struct scribe_state *s)
{
	const char *dirs[] = { s->dir, NULL };
	struct sandbox_state sandbox;

	if (s->is_confined)
		return 0;
	s->is_confined = true;
	return sandbox_enter(SANDBOX_SCRIBE, s->config->sandbox, dirs,
			     &sandbox);
}

static int serve_in(struct scribe_state *s, int dir, int memfd,
		    const char **what)
{
	static char changes[CONF_SIZE + 1];
	int err = confine(s);
	ssize_t n;

	if (err)
		return err;
	n = take_changes(memfd, changes);
	if (n < 0)
		return (int)n;
	err = lock(dir);
	if (err)
		return err;
	*what = s->name;
	return change(s, dir, changes, (size_t)n);
}

static void serve_one(struct scribe_state *s, int memfd,
		      struct scribe_reply *reply)
{
	const char *what = s->dir;
	int dir = open_dir(s);
	int err = dir < 0 ? dir : serve_in(s, dir, memfd, &what);

	if (dir >= 0)
		close(dir);
	if (memfd >= 0)
		close(memfd);
	*reply = (struct scribe_reply){ .error = err };
	if (err)
		str_copy(reply->what, sizeof(reply->what), what);
}

static _Noreturn void serve_all(struct scribe_state *s)
{
	struct pollfd fd = { .fd = s->socket, .events = POLLIN };

	for (;;) {
		struct scribe_reply reply;
		int fds[FDPASS_MAX], got;
		char request;

		if (poll(&fd, 1, -1) < 0)
			continue;
		got = fdpass_receive(s->socket, &request, 1, fds);
		if (got < 0)
			_exit(0);
		if (!got)
			continue;
		if (fds[1] >= 0)
			close(fds[1]);
		serve_one(s, fds[0], &reply);
		if (fdpass_send(s->socket, &reply, sizeof(reply), NULL, 0))
			_exit(0);
	}
}

/* ------------------------------------------------------------- the start */

static int begin(struct scribe_state *s, int memfd, struct scribe_hello *hello)
{
	char path[PATH_MAX];
	int n = -ENOENT;
	mode_t mode;

	if (find_path(s, path, hello->path)) {
		n = read_settings(s, AT_FDCWD, path, s->config->path, &mode);
		resolve(s, path);
	}
	hello->error = n < 0 ? n : 0;
	hello->size = n < 0 ? 0 : (uint32_t)n;
	if (n > 0 && write(memfd, s->old, (size_t)n) != n)
		return -EIO;
	close(memfd);
	return s->dir[0] && !access(s->dir, F_OK) ? confine(s) : 0;
}

_Noreturn void scribe_serve(const struct scribe_config *config, int socket,
			    int memfd)
{
	static struct scribe_state state;
	static struct scribe_hello hello;
	const int keep[] = { socket, memfd };

	state.config = config;
	state.socket = socket;
	detach("flowtop-scribe", keep, 2, -1);
	if (priv_drop(config->caller, 0) || begin(&state, memfd, &hello) ||
	    fdpass_send(socket, &hello, sizeof(hello), NULL, 0))
		_exit(1);
	serve_all(&state);
}

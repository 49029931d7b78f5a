/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What main and the broker have to do, for jail.c: each returns 0, or a
 * negative errno.
 */
#ifndef TESTS_JAILOPS_H
#define TESTS_JAILOPS_H

#include "lib/rcu.h"
#include "lib/thread.h"

#include <errno.h>
#include <fcntl.h>
#include <iconv.h>
#include <linux/netlink.h>
#include <locale.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

// clang-format off
#include <curses.h>
#include <term.h>
// clang-format on

struct op {
	const char *name;
	int (*run)(const struct op *op);
	long nr; /* a system call, a family, an ioctl: what @run is about */
};

static const char *op_dir;
static int op_file = -1; /* opened before the sandbox */
static int op_null = -1;
static pid_t op_outside; /* a process that is not in the sandbox */

static const char *op_path(const char *name)
{
	static char path[512];

	snprintf(path, sizeof(path), "%s/%s", op_dir, name);
	return path;
}

static int op_listen(const struct sockaddr_un *name, size_t size)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	return fd < 0 ||
	       bind(fd, (const struct sockaddr *)name, (socklen_t)size) ||
	       listen(fd, 5);
}

static struct sockaddr_un op_address(const char *path, const char *abstract)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX };

	if (path)
		snprintf(name.sun_path, sizeof(name.sun_path), "%s", path);
	else
		snprintf(name.sun_path + 1, sizeof(name.sun_path) - 1, "%s",
			 abstract);
	return name;
}

static const char *op_abstract(void)
{
	static char name[64];

	snprintf(name, sizeof(name), "flowtop-jail-%d", (int)op_outside);
	return name;
}

static int op_setup(void)
{
	struct sockaddr_un path, abstract;

	op_dir = getenv("JAIL_DIR") ? getenv("JAIL_DIR") : ".";
	op_outside = getpid();
	op_file = open(op_path("file"), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	op_null = open("/dev/null", O_RDWR | O_CLOEXEC);
	path = op_address(op_path("socket"), NULL);
	abstract = op_address(NULL, op_abstract());
	return op_file < 0 || write(op_file, "text\n", 5) != 5 || op_null < 0 ||
	       op_listen(&path, sizeof(path)) ||
	       op_listen(&abstract, sizeof(abstract));
}

static int result(long value)
{
	return value < 0 ? -errno : 0;
}

/* ------------------------------------------------------ what main has to do */

static void thread_work(void *arg)
{
	char name[16] = "";

	prctl(PR_GET_NAME, name);
	*(int *)arg = strcmp(name, "jailed") ? -ENOENT : 0;
}

static int op_thread(const struct op *op)
{
	struct thread thread;
	int err, found = -ESRCH;

	(void)op;
	err = thread_start(&thread, "jailed", thread_work, &found);
	if (err)
		return err;
	thread_join(&thread);
	return found;
}

struct deferred {
	struct rcu_head rcu;
	bool is_done;
};

static void deferred_run(struct rcu_head *head)
{
	((struct deferred *)(void *)head)->is_done = true;
}

static int op_rcu(const struct op *op)
{
	struct deferred deferred = { .is_done = false };

	(void)op;
	reader_register();
	rcu_defer(&deferred.rcu, deferred_run);
	rcu_drain();
	reader_unregister();
	return deferred.is_done ? 0 : -EIO;
}

static int op_memory(const struct op *op)
{
	char *big = malloc(64 << 20);
	int fd = memfd_create("jail", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	int err;

	(void)op;
	if (!big || fd < 0)
		return -errno;
	memset(big, 1, 64 << 20);
	big = realloc(big, 128 << 20);
	if (!big)
		return -ENOMEM;
	free(big);
	err = result(ftruncate(fd, 4096));
	return err ? err : result(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE));
}

static int op_waiting(const struct op *op)
{
	struct timespec none = { 0, 1000 };
	struct itimerspec soon = { .it_value = { 0, 1000 } };
	struct epoll_event event = { .events = EPOLLIN };
	sigset_t set;
	int timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
	int wake = eventfd(0, EFD_CLOEXEC);
	int watch = inotify_init1(IN_CLOEXEC);
	int all = epoll_create1(EPOLL_CLOEXEC);
	struct pollfd fds[] = { { .fd = timer, .events = POLLIN } };

	(void)op;
	sigemptyset(&set);
	sigaddset(&set, SIGHUP);
	if (timer < 0 || wake < 0 || watch < 0 || all < 0 ||
	    inotify_add_watch(watch, "/etc", IN_MOVED_TO) < 0 ||
	    epoll_ctl(all, EPOLL_CTL_ADD, wake, &event) ||
	    eventfd_write(wake, 1) || epoll_wait(all, &event, 1, 1000) != 1 ||
	    timerfd_settime(timer, 0, &soon, NULL) || poll(fds, 1, 1000) != 1 ||
	    ppoll(fds, 1, &none, NULL) != 1 ||
	    signalfd(-1, &set, SFD_CLOEXEC) < 0 || nanosleep(&none, NULL))
		return -errno;
	return 0;
}

static int op_broker_waiting(const struct op *op)
{
	struct timespec none = { 0, 1000 };
	struct pollfd fds[] = { { .fd = op_null, .events = POLLIN } };
	sigset_t set;

	(void)op;
	sigemptyset(&set);
	if (poll(fds, 1, 10) != 1 || ppoll(fds, 1, &none, NULL) != 1 ||
	    sigprocmask(SIG_BLOCK, &set, NULL) || nanosleep(&none, NULL))
		return -errno;
	return 0;
}

static int op_open_file(const struct op *op)
{
	char text[4];

	(void)op;
	if (pwrite(op_file, "text\n", 5, 0) != 5 || ftruncate(op_file, 5) ||
	    fdatasync(op_file) || pread(op_file, text, 4, 0) != 4)
		return -errno;
	return 0;
}

static int op_lock(const struct op *op)
{
	struct flock lock = { .l_type = F_WRLCK, .l_len = 1 };

	(void)op;
	return result(fcntl(op_file, F_OFD_SETLK, &lock));
}

static int can_read(const char *path)
{
	FILE *file = fopen(path, "re");
	int err = file ? 0 : -errno;

	if (file && fgetc(file) == EOF)
		err = -EIO;
	if (file)
		fclose(file);
	return err;
}

static int op_read_etc(const struct op *op)
{
	(void)op;
	return can_read("/etc/passwd");
}

static int op_read_proc(const struct op *op)
{
	(void)op;
	return can_read("/proc/net/unix") ? -errno : can_read("/proc/1/stat");
}

static int op_terminfo(const struct op *op)
{
	int found;

	(void)op;
	return setupterm("xterm", STDOUT_FILENO, &found) == OK ? 0 : -ENOENT;
}

static int op_terminal(const struct op *op)
{
	struct termios modes;
	int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);

	(void)op;
	if (fd < 0)
		return errno == ENXIO ? 0 : -errno; /* there is none */
	if (tcgetattr(fd, &modes) || tcsetattr(fd, TCSANOW, &modes) ||
	    tcgetpgrp(fd) < 0)
		return -errno;
	return 0;
}

/* Loads a module of the C library. */
static int op_iconv(const struct op *op)
{
	char in[] = "\xe2\x82\xac \xc3\xa4", out[16] = "";
	char *from = in, *to = out;
	size_t n = strlen(in), room = sizeof(out) - 1;
	iconv_t cd;

	(void)op;
	if (!setlocale(LC_ALL, "C.UTF-8"))
		return -ENOENT;
	cd = iconv_open("ISO-8859-1//TRANSLIT", "UTF-8");
	if (cd == (iconv_t)-1 || iconv(cd, &from, &n, &to, &room) == (size_t)-1)
		return -errno;
	return strcmp(out, "EUR \xe4") ? -EILSEQ : 0;
}

static int op_zone(const struct op *op)
{
	time_t when = 0;

	(void)op;
	setenv("TZ", "Asia/Tokyo", 1);
	tzset();
	return localtime(&when)->tm_hour == 9 ? 0 : -ENOENT;
}

static int op_user(const struct op *op)
{
	struct passwd *root = getpwuid(0);

	(void)op;
	return root && !strcmp(root->pw_name, "root") ? 0 : -ENOENT;
}

static int op_localhost(const struct op *op)
{
	struct addrinfo *list = NULL;

	(void)op;
	if (getaddrinfo("localhost", "80", NULL, &list))
		return -ENOENT;
	freeaddrinfo(list);
	return 0;
}

static int op_interfaces(const struct op *op)
{
	struct if_nameindex *list = if_nameindex();
	char name[IF_NAMESIZE];

	(void)op;
	if (!list)
		return -errno;
	if_freenameindex(list);
	return if_indextoname(1, name) ? 0 : -errno;
}

static int op_connect(const struct op *op)
{
	struct sockaddr_un name = op_address(op_path("socket"), NULL);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)op;
	return fd < 0 ? -errno
		      : result(connect(fd, (struct sockaddr *)&name,
				       sizeof(name)));
}

static int op_socket(const struct op *op)
{
	bool is_any = op->nr != AF_NETLINK;

	return result(socket((int)op->nr, is_any ? SOCK_DGRAM : SOCK_RAW,
			     is_any ? 0 : NETLINK_SOCK_DIAG));
}

static int op_stop(const struct op *op)
{
	(void)op;
	return result(kill(0, SIGTSTP));
}

static int op_abort(const struct op *op)
{
	(void)op;
	abort();
}

static int op_raise(const struct op *op)
{
	(void)op;
	return result(raise(SIGTERM));
}

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Landlock, by plain system calls: older headers lack it, and the C library
 * has no wrappers. Numbers and meaning: Documentation/userspace-api/landlock
 * and include/uapi/linux/landlock.h of the kernel.
 *
 * The rules name directories, because files such as resolv.conf are replaced
 * by others of the same name. Devices are not.
 *
 * Signals are not scoped (version 6): ^Z has to stop the other end of a pipe
 * as well (kill(0, SIGTSTP)), or the shell would wait for ever; the system
 * call filter allows signals to ourselves and to our process group only.
 */
#include "lib/landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

/* The same on every architecture that has been added since 2011. */
#define NR_CREATE_RULESET 444
#define NR_ADD_RULE 445
#define NR_RESTRICT_SELF 446

#define GET_VERSION 1U
#define RULE_PATH_BENEATH 1

#define FS_WRITE_FILE (1ULL << 1)
#define FS_READ_FILE (1ULL << 2)
#define FS_READ_DIR (1ULL << 3)
#define FS_REMOVE_FILE (1ULL << 5)
#define FS_MAKE_DIR (1ULL << 7)
#define FS_MAKE_REG (1ULL << 8)
#define FS_FIRST ((1ULL << 13) - 1) /* all of version 1 */
#define FS_REFER (1ULL << 13)       /* version 2 */
#define FS_TRUNCATE (1ULL << 14)    /* version 3 */
#define FS_IOCTL_DEV (1ULL << 15)   /* version 5 */
#define NET_BIND_TCP (1ULL << 0)    /* version 4 */
#define SCOPE_ABSTRACT (1ULL << 0)  /* version 6 */

/* An older kernel takes the longer struct as long as the rest is zero. */
struct ruleset {
	uint64_t fs, net, scoped;
};

struct beneath {
	uint64_t allowed;
	int32_t fd;
} __attribute__((packed));

/* What libraries read: locale, character sets, time zones, terminals, name
 * services and their sockets' directories, and /proc. */
static const char *const directories[] = {
	"/usr",
	"/lib",
	"/lib32",
	"/lib64",
	"/libx32",
	"/etc",
	"/proc",
	"/run",
	"/nix/store", /* here distributions keep all of these */
	"/gnu/store",
	"/sys/devices/system/cpu", /* how many there are */
	"/var/lib/extrausers",     /* name services */
	"/var/lib/misc",
	"/var/db",
};

/* Where these are links to, the directory they lead to is needed. */
static const char *const followed[] = {
	"/etc/resolv.conf",
	"/etc/hosts",
	"/etc/nsswitch.conf",
	"/etc/localtime",
};

static const char *const devices[] = { "/dev/tty", "/dev/null" };

static uint64_t handled_fs(int abi)
{
	return FS_FIRST | (abi >= 2 ? FS_REFER : 0) |
	       (abi >= 3 ? FS_TRUNCATE : 0) | (abi >= 5 ? FS_IOCTL_DEV : 0);
}

static void allow(int ruleset, const char *path, uint64_t rights)
{
	struct beneath rule = { .allowed = rights };
	int fd = open(path, O_PATH | O_CLOEXEC);

	if (fd < 0)
		return;
	rule.fd = fd;
	/* What fails is not allowed: that is the safe side. */
	if (faccessat(fd, ".ssh", F_OK, AT_SYMLINK_NOFOLLOW))
		syscall(NR_ADD_RULE, ruleset, RULE_PATH_BENEATH, &rule, 0);
	close(fd);
}

static void allow_target(int ruleset, const char *path)
{
	char target[PATH_MAX];
	char *slash;

	if (!realpath(path, target))
		return;
	slash = strrchr(target, '/');
	if (slash == target)
		return;
	*slash = '\0';
	allow(ruleset, target, FS_READ_FILE | FS_READ_DIR);
}

static void allow_all(int ruleset, int abi, const char *const *read_dirs)
{
	const uint64_t read = FS_READ_FILE | FS_READ_DIR;
	const uint64_t use =
		FS_READ_FILE | FS_WRITE_FILE | (handled_fs(abi) & FS_IOCTL_DEV);

	for (size_t i = 0; i < sizeof(directories) / sizeof(directories[0]);
	     i++)
		allow(ruleset, directories[i], read);
	for (size_t i = 0; i < sizeof(followed) / sizeof(followed[0]); i++)
		allow_target(ruleset, followed[i]);
	for (size_t i = 0; i < sizeof(devices) / sizeof(devices[0]); i++)
		allow(ruleset, devices[i], use);
	for (size_t i = 0; read_dirs && read_dirs[i]; i++)
		allow(ruleset, read_dirs[i], read);
}

/* Return: a set of rules that allows nothing yet; negative errno. */
static int begin(int *abi)
{
	long version = syscall(NR_CREATE_RULESET, NULL, 0, GET_VERSION);
	struct ruleset attr = { 0 };
	long ruleset;

	if (version < 1)
		return version < 0 ? -errno : -ENOSYS;
	*abi = (int)version;
	attr.fs = handled_fs(*abi);
	attr.net = *abi >= 4 ? NET_BIND_TCP : 0;
	attr.scoped = *abi >= 6 ? SCOPE_ABSTRACT : 0;
	ruleset = syscall(NR_CREATE_RULESET, &attr, sizeof(attr), 0);
	return ruleset < 0 ? -errno : (int)ruleset;
}

/* Return: @abi, or negative errno. */
static int end(int ruleset, int abi)
{
	int err = 0;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    syscall(NR_RESTRICT_SELF, ruleset, 0))
		err = -errno;
	close(ruleset);
	return err ? err : abi;
}

int landlock_enter(const char *const *read_dirs)
{
	int abi, ruleset = begin(&abi);

	if (ruleset < 0)
		return ruleset;
	allow_all(ruleset, abi, read_dirs);
	return end(ruleset, abi);
}

int landlock_keep(const char *dir)
{
	int abi, ruleset = begin(&abi);
	struct beneath rule = { 0 };

	if (ruleset < 0)
		return ruleset;
	rule.allowed = FS_READ_FILE | FS_READ_DIR | FS_WRITE_FILE |
		       FS_REMOVE_FILE | FS_MAKE_DIR | FS_MAKE_REG |
		       (handled_fs(abi) & FS_TRUNCATE);
	rule.fd = open(dir, O_PATH | O_CLOEXEC);
	if (rule.fd >= 0) {
		syscall(NR_ADD_RULE, ruleset, RULE_PATH_BENEATH, &rule, 0);
		close(rule.fd);
	}
	return end(ruleset, abi);
}

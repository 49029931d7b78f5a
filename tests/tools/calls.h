// SPDX-License-Identifier: GPL-2.0-only
/*
 * The system calls inject knows, with their arguments.
 */
#ifndef TOOLS_CALLS_H
#define TOOLS_CALLS_H

#include "broker/finderserve.h"
#include "broker/protocol.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/keyctl.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <linux/netlink.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "regs.h"

#define PATH_BYTES 256

/* Lies below the stack of the process; pointers in here are addresses there. */
struct blob {
	char program[16], shadow[16], ssh[16], empty[8], netns[32], mnt[64],
		fs[8];
	char path[PATH_BYTES], byte[8];
	uint64_t argv[2];
	uint64_t local_iov[2], remote_iov[2];
	struct {
		uint32_t map_type, key_size, value_size, max_entries;
		uint8_t rest[112];
	} bpf;
	struct {
		struct nlmsghdr nlh;
		struct nfgenmsg nfg;
	} flush;
	uint8_t zeros[256];
	struct request bad_list, track;
	struct finder_request bad_walk, bad_kind;
};

#define FLUSH_BYTES (sizeof(((struct blob *)0)->flush))

/* Marks an argument that is the address of a member. */
#define BLOB 0x5afe0000L
#define AT(member) (BLOB + (long)offsetof(struct blob, member))
/* Replaced by what only the run knows. */
#define VICTIM (-1001)
#define NETNS (-1002)
#define NETLINK (-1003)
#define BROKER (-1004)
#define FINDER (-1005)

enum after { NOTHING, CLOSE, UNLINK, UMOUNT, KILL };

struct call {
	const char *name;
	long nr;
	long args[MAX_ARGS];
	enum after after; /* what undoes a success */
};

static const struct call calls[] = {
	{ "execve", SYS_execve, { AT(program), AT(argv), 0 }, NOTHING },
	{ "execveat",
	  SYS_execveat,
	  { AT_FDCWD, AT(program), AT(argv), 0, 0 },
	  NOTHING },
	{ "ptrace", SYS_ptrace, { PTRACE_SEIZE, VICTIM, 0, 0 }, NOTHING },
	{ "process_vm_readv",
	  SYS_process_vm_readv,
	  { VICTIM, AT(local_iov), 1, AT(remote_iov), 1, 0 },
	  NOTHING },
	{ "process_vm_writev",
	  SYS_process_vm_writev,
	  { VICTIM, AT(local_iov), 1, AT(remote_iov), 1, 0 },
	  NOTHING },
	{ "bpf", SYS_bpf, { BPF_MAP_CREATE, AT(bpf), 64 }, CLOSE },
	{ "setns", SYS_setns, { NETNS, 0 }, NOTHING },
	{ "setns-mnt", SYS_setns, { NETNS, CLONE_NEWNS }, NOTHING },
	{ "setns-user", SYS_setns, { NETNS, CLONE_NEWUSER }, NOTHING },
	{ "setns-pid", SYS_setns, { NETNS, CLONE_NEWPID }, NOTHING },
	{ "setns-net", SYS_setns, { NETNS, CLONE_NEWNET }, NOTHING },
	{ "socket-unix", SYS_socket, { AF_UNIX, SOCK_STREAM, 0 }, CLOSE },
	{ "socket-inet", SYS_socket, { AF_INET, SOCK_STREAM, 0 }, CLOSE },
	{ "socket-netfilter",
	  SYS_socket,
	  { AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER },
	  CLOSE },
	{ "socket-route",
	  SYS_socket,
	  { AF_NETLINK, SOCK_RAW, NETLINK_ROUTE },
	  CLOSE },
	{ "mount", SYS_mount, { AT(fs), AT(mnt), AT(fs), 0, 0 }, UMOUNT },
	{ "keyctl",
	  SYS_keyctl,
	  { KEYCTL_GET_KEYRING_ID, KEY_SPEC_PROCESS_KEYRING, 1 },
	  NOTHING },
	{ "init_module",
	  SYS_init_module,
	  { AT(empty), 0, AT(empty) },
	  NOTHING },
	{ "open-write",
	  SYS_openat,
	  { AT_FDCWD, AT(path), O_WRONLY | O_CREAT, 0600 },
	  UNLINK },
	{ "open-read", SYS_openat, { AT_FDCWD, AT(path), O_RDONLY }, CLOSE },
	{ "open-shadow",
	  SYS_openat,
	  { AT_FDCWD, AT(shadow), O_RDONLY },
	  CLOSE },
	{ "open-ssh", SYS_openat, { AT_FDCWD, AT(ssh), O_RDONLY }, CLOSE },
	{ "socket-packet", SYS_socket, { AF_PACKET, SOCK_RAW, 0 }, CLOSE },
	{ "socket-vsock", SYS_socket, { AF_VSOCK, SOCK_STREAM, 0 }, CLOSE },
	{ "ioctl-tiocsti", SYS_ioctl, { 0, TIOCSTI, AT(byte) }, NOTHING },
	{ "setuid0", SYS_setresuid, { 0, 0, 0 }, NOTHING },
	{ "unshare-user", SYS_unshare, { CLONE_NEWUSER }, NOTHING },
	{ "clone-user", SYS_clone, { CLONE_NEWUSER | SIGCHLD }, KILL },
	{ "io_uring", SYS_io_uring_setup, { 1, AT(zeros) }, CLOSE },
	/* The kernel's answer comes later: see whether the flows are gone. */
	{ "ct-flush",
	  SYS_sendto,
	  { NETLINK, AT(flush), FLUSH_BYTES, 0, 0, 0 },
	  NOTHING },
	/* What the broker must not be asked. */
	{ "bad-size", SYS_sendto, { BROKER, AT(zeros), 8, 0, 0, 0 }, NOTHING },
	{ "bad-list",
	  SYS_sendto,
	  { BROKER, AT(bad_list), sizeof(struct request), 0, 0, 0 },
	  NOTHING },
	{ "bad-track",
	  SYS_sendto,
	  { BROKER, AT(track), sizeof(struct request), 0, 0, 0 },
	  NOTHING },
	/* What the finder must not be asked. */
	{ "finder-size",
	  SYS_sendto,
	  { FINDER, AT(zeros), 8, 0, 0, 0 },
	  NOTHING },
	{ "finder-walk",
	  SYS_sendto,
	  { FINDER, AT(bad_walk), sizeof(struct finder_request), 0, 0, 0 },
	  NOTHING },
	{ "finder-kind",
	  SYS_sendto,
	  { FINDER, AT(bad_kind), sizeof(struct finder_request), 0, 0, 0 },
	  NOTHING },
	{ "kill-init", SYS_kill, { 1, 0 }, NOTHING },
	{ 0 },
};

/* The first number behind a key of /proc/PID/status. */
static inline unsigned int id_of(pid_t pid, const char *key)
{
	char path[64], line[256];
	unsigned int id = (unsigned int)-1;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	file = fopen(path, "re");
	while (file && fgets(line, sizeof(line), file))
		if (!strncmp(line, key, strlen(key)))
			sscanf(line + strlen(key), "%u", &id);
	if (file)
		fclose(file);
	return id;
}

/* Whether a line of /proc/net/netlink, or /proc/net/unix, is that of a socket
 * to the kernel's netfilter, or to the broker or the finder. */
static inline bool is_socket(const char *line, unsigned long inode,
			     bool is_broker)
{
	static const char netlink[] = "%*s %u %*s %*s %*s %*s %*s %*s %*s %lu";
	unsigned long found = 0;
	unsigned int kind;

	if (is_broker)
		return sscanf(line, "%*s %*s %*s %*s %x %*s %lu", &kind,
			      &found) == 2 &&
		       found == inode && kind == SOCK_SEQPACKET;
	return sscanf(line, netlink, &kind, &found) == 2 && found == inode &&
	       kind == NETLINK_NETFILTER;
}

/* The number of the process's own socket to one of them, or -1. That to the
 * finder was opened after that to the broker. */
static inline int socket_fd(pid_t pid, bool is_broker, bool is_last)
{
	char path[300], link[64], line[256];
	unsigned long inode;
	struct dirent *entry;
	int fd = -1;
	FILE *file;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/fd", pid);
	dir = opendir(path);
	while (dir && (fd < 0 || is_last) && (entry = readdir(dir))) {
		ssize_t n = readlinkat(dirfd(dir), entry->d_name, link,
				       sizeof(link) - 1);

		link[n > 0 ? n : 0] = '\0';
		if (sscanf(link, "socket:[%lu]", &inode) != 1)
			continue;
		snprintf(path, sizeof(path), "/proc/%d/net/%s", pid,
			 is_broker ? "unix" : "netlink");
		file = fopen(path, "re");
		while (file && fgets(line, sizeof(line), file))
			if (is_socket(line, inode, is_broker))
				fd = atoi(entry->d_name);
		if (file)
			fclose(file);
	}
	if (dir)
		closedir(dir);
	return fd;
}

/* Return: NULL when it has none here. */
static inline const char *error_name(long error)
{
	static const struct {
		int number;
		const char *name;
	} errors[] = {
		{ EPERM, "EPERM" },   { EACCES, "EACCES" },
		{ ENOSYS, "ENOSYS" }, { ENOENT, "ENOENT" },
		{ EBADF, "EBADF" },   { EINVAL, "EINVAL" },
		{ ENOTTY, "ENOTTY" }, { EAFNOSUPPORT, "EAFNOSUPPORT" },
	};

	for (size_t i = 0; i < sizeof(errors) / sizeof(*errors); i++)
		if (error == errors[i].number)
			return errors[i].name;
	return NULL;
}

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The system call filters, by libseccomp, which knows the numbers.
 *
 * main draws, reads netlink, looks names up in threads and loads what the C
 * library wants for that (name services, character sets). A call it does not
 * need does not exist for it (ENOSYS), so that a newer C library falls back to
 * an older call; a call that only an intruder makes ends the process.
 *
 * broker has a short list. What is not in it fails in the same way: what was
 * switched on is put back even by a C library with surprises.
 *
 * finder has a shorter one. It opens nothing for writing, and of all kinds of
 * namespaces it can enter those of the network.
 *
 * Names that this libseccomp or this architecture does not know are skipped.
 * Only 32 bits of an int argument are compared: the kernel ignores the rest,
 * which is whatever the C library left there, or an intruder put there.
 */
#include "lib/seccomp.h"

#include <errno.h>

#include "config.h"

#if HAVE_LIBSECCOMP
#include <fcntl.h>
#include <linux/netlink.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <sched.h>
#include <seccomp.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define N_ELEMS(array) (sizeof(array) / sizeof((array)[0]))

/* Newer than some headers. */
#define SET_VMA 0x53564d41 /* PR_SET_VMA: malloc names its memory */
#define NEW_TIME 0x80      /* CLONE_NEWTIME */
#define GET_TERMIOS2 0x802c542aU
#define SET_TERMIOS2 0x402c542bU /* and W, F: the next two */

#define MAX_FAMILY 64 /* AF_MAX is below, and netlink's MAX_LINKS */

#ifdef __s390__
#define CLONE_FLAGS 1 /* which argument they are */
#else
#define CLONE_FLAGS 0
#endif

/* clang-format off */
static const char *const main_calls[] = {
	/* memory, threads, time */
	"brk", "madvise", "membarrier", "memfd_create", "mincore", "mmap",
	"mmap2", "mprotect", "mremap", "munmap",
	"arch_prctl", "exit", "exit_group", "futex", "futex_time64",
	"futex_wait", "futex_waitv", "futex_wake", "get_robust_list",
	"getcpu", "map_shadow_stack", "riscv_flush_icache", "rseq",
	"sched_get_priority_max", "sched_get_priority_min",
	"sched_getaffinity", "sched_getparam", "sched_getscheduler",
	"sched_yield", "set_robust_list", "set_thread_area",
	"set_tid_address", "set_tls", "cacheflush",
	"clock_getres", "clock_getres_time64", "clock_gettime",
	"clock_gettime64", "clock_nanosleep", "clock_nanosleep_time64",
	"gettimeofday", "nanosleep", "time", "times",
	/* who and where */
	"capget", "getegid", "getegid32", "geteuid", "geteuid32", "getgid",
	"getgid32", "getgroups", "getgroups32", "getpgid", "getpgrp", "getpid",
	"getppid", "getpriority", "getresgid", "getresgid32", "getresuid",
	"getresuid32", "getrlimit", "getrusage", "getsid", "gettid", "getuid",
	"getuid32", "getrandom", "sysinfo", "ugetrlimit", "uname",
	/* signals to ourselves, children */
	"pause", "restart_syscall", "rt_sigaction", "rt_sigpending",
	"rt_sigprocmask", "rt_sigreturn", "rt_sigsuspend", "rt_sigtimedwait",
	"rt_sigtimedwait_time64", "sigaltstack", "sigreturn", "wait4",
	"waitid", "waitpid",
	/* files; Landlock says which */
	"_llseek", "access", "close", "close_range", "dup", "dup2", "dup3",
	"faccessat", "faccessat2", "fadvise64", "fadvise64_64",
	"arm_fadvise64_64", "fallocate", "fdatasync", "fstat", "fstat64",
	"fstatat64", "fstatfs", "fstatfs64", "fsync", "ftruncate",
	"ftruncate64", "getcwd", "getdents", "getdents64", "lseek", "lstat",
	"lstat64", "newfstatat", "open", "openat", "openat2", "pread64",
	"preadv", "preadv2", "pwrite64", "pwritev", "pwritev2", "read",
	"readlink", "readlinkat", "readv", "stat", "stat64", "statfs",
	"statfs64", "statx", "umask", "unlink", "unlinkat", "write", "writev",
	"inotify_add_watch", "inotify_init", "inotify_init1",
	"inotify_rm_watch",
	/* waiting */
	"_newselect", "epoll_create", "epoll_create1", "epoll_ctl",
	"epoll_pwait", "epoll_pwait2", "epoll_wait", "eventfd", "eventfd2",
	"pipe", "pipe2", "poll", "ppoll", "ppoll_time64", "pselect6",
	"pselect6_time64", "select", "signalfd", "signalfd4",
	"timerfd_create", "timerfd_gettime", "timerfd_gettime64",
	"timerfd_settime", "timerfd_settime64",
	/* sockets; nothing listens */
	"bind", "connect", "getpeername", "getsockname", "getsockopt", "recv",
	"recvfrom", "recvmmsg", "recvmmsg_time64", "recvmsg", "send",
	"sendmmsg", "sendmsg", "sendto", "shutdown",
};

static const char *const all_fatal[] = {
	"execve", "execveat", "ptrace", "process_vm_readv",
	"process_vm_writev", "process_madvise", "pidfd_getfd", "kcmp", "bpf",
	"perf_event_open", "userfaultfd", "init_module", "finit_module",
	"create_module", "delete_module", "kexec_load", "kexec_file_load",
	"reboot", "acct", "swapon", "swapoff", "quotactl", "quotactl_fd",
	"mount", "umount", "umount2", "pivot_root", "chroot", "fsconfig",
	"fsmount", "fsopen", "fspick", "mount_setattr", "move_mount",
	"open_tree", "open_tree_attr", "add_key", "keyctl",
	"request_key", "open_by_handle_at", "lookup_dcookie", "iopl", "ioperm",
	"uselib", "vhangup", "sethostname", "setdomainname", "settimeofday",
	"clock_settime", "clock_settime64", "clock_adjtime", "adjtimex",
};

static const char *const broker_calls[] = {
	"brk", "madvise", "mremap", "munmap", "futex", "futex_time64",
	"exit", "exit_group", "getpid", "gettid", "getppid", "getrandom",
	"clock_gettime", "clock_gettime64", "clock_nanosleep",
	"clock_nanosleep_time64", "gettimeofday", "nanosleep", "time",
	"restart_syscall", "rt_sigaction", "rt_sigpending", "rt_sigprocmask",
	"rt_sigreturn", "rt_sigtimedwait", "rt_sigtimedwait_time64",
	"sigreturn", "wait4", "waitid", "waitpid",
	"poll", "ppoll", "ppoll_time64",
	"_llseek", "close", "fdatasync", "fstat", "fstat64", "fstatat64",
	"fsync", "ftruncate", "ftruncate64", "lseek", "newfstatat", "open",
	"openat", "pread64", "pwrite64", "read", "readv", "statx", "write",
	"writev",
	"bind", "getsockname", "getsockopt", "recv", "recvfrom", "recvmsg",
	"send", "sendmsg", "sendto",
};

static const char *const finder_calls[] = {
	"brk", "madvise", "mremap", "munmap", "futex", "futex_time64",
	"exit", "exit_group", "getpid", "gettid", "getrandom",
	"clock_gettime", "clock_gettime64", "restart_syscall", "rt_sigaction",
	"rt_sigprocmask", "rt_sigreturn", "sigreturn",
	"poll", "ppoll", "ppoll_time64",
	"_llseek", "close", "fstat", "fstat64", "fstatat64", "getdents64",
	"lseek", "newfstatat", "read", "readlinkat", "statx", "write", "writev",
	"recv", "recvfrom", "recvmsg", "send", "sendmsg", "sendto",
};

static const char *const scribe_calls[] = {
	"brk", "madvise", "mremap", "munmap", "futex", "futex_time64",
	"exit", "exit_group", "getpid", "gettid", "getrandom",
	"clock_gettime", "clock_gettime64", "clock_nanosleep",
	"clock_nanosleep_time64", "nanosleep", "restart_syscall",
	"rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigreturn",
	"poll", "ppoll", "ppoll_time64",
	"_llseek", "close", "fchmod", "flock", "fstat", "fstat64", "fstatat64",
	"fsync", "lseek", "mkdir", "mkdirat", "newfstatat", "open", "openat",
	"pread64", "read", "readv", "rename", "renameat", "renameat2", "statx",
	"unlink", "unlinkat", "write", "writev",
	"recv", "recvfrom", "recvmsg", "send", "sendmsg", "sendto",
};

static const uint32_t main_ioctls[] = {
	TCGETS, TCSETS, TCSETSW, TCSETSF, GET_TERMIOS2, SET_TERMIOS2,
	SET_TERMIOS2 + 1, SET_TERMIOS2 + 2, TCFLSH, TCXONC, TCSBRK, TCSBRKP,
	TIOCGWINSZ, TIOCGPGRP, TIOCGSID, TIOCOUTQ, FIONREAD, FIONBIO, FIOCLEX,
	FIONCLEX, SIOCGIFNAME, SIOCGIFINDEX, SIOCGIFCONF, SIOCGIFFLAGS,
	SIOCGIFADDR,
};

static const uint32_t broker_ioctls[] = {
	TCGETS, TCSETS, TCSETSW, TCSETSF, GET_TERMIOS2, SET_TERMIOS2,
	SET_TERMIOS2 + 1, SET_TERMIOS2 + 2, TIOCGPGRP,
};

/* No owner of a descriptor: the kernel sends him any signal (F_SETSIG). */
static const uint32_t all_fcntls[] = {
	F_DUPFD, F_DUPFD_CLOEXEC, F_GETFD, F_SETFD, F_GETFL, F_SETFL,
	F_GETLK, F_SETLK, F_SETLKW,
	F_OFD_GETLK, F_OFD_SETLK, F_OFD_SETLKW,
	F_ADD_SEALS, F_GET_SEALS, F_GETPIPE_SZ, F_SETPIPE_SZ,
};

/* What setns() is asked for by an intruder; 0 is any. */
static const uint32_t other_spaces[] = {
	0, CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC, CLONE_NEWUSER, CLONE_NEWPID,
	CLONE_NEWCGROUP, NEW_TIME,
};

static const uint32_t main_prctls[] = {
	PR_GET_DUMPABLE, PR_GET_KEEPCAPS, PR_SET_NAME, PR_GET_NAME,
	PR_GET_SECCOMP, PR_CAPBSET_READ, PR_GET_NO_NEW_PRIVS, SET_VMA,
};
/* Levels of setsockopt() with every option. */
static const uint32_t main_levels[] = {
	SOL_SOCKET, IPPROTO_IP, IPPROTO_IPV6, IPPROTO_TCP, IPPROTO_UDP,
};

/* Not NETLINK_BROADCAST_ERROR: with it the kernel keeps what has ended until we
 * have heard of it, so who does not listen fills the table. */
static const uint32_t netlink_options[] = {
	NETLINK_ADD_MEMBERSHIP, NETLINK_DROP_MEMBERSHIP, NETLINK_PKTINFO,
	NETLINK_NO_ENOBUFS, NETLINK_CAP_ACK, NETLINK_EXT_ACK,
};
/* clang-format on */

/* Netlink that needs no capability, and that we have a use for. */
static const uint32_t protocols[] = { NETLINK_ROUTE, NETLINK_SOCK_DIAG,
				      NETLINK_NETFILTER };

struct filter {
	scmp_filter_ctx ctx;
	uint32_t fatal; /* the action that ends the process */
	int err;        /* the first; later calls do nothing */
};

static void add(struct filter *f, uint32_t action, const char *name,
		unsigned int n, const struct scmp_arg_cmp *args)
{
	int nr = seccomp_syscall_resolve_name(name);
	int err;

	if (f->err || nr == __NR_SCMP_ERROR)
		return;
	err = seccomp_rule_add_array(f->ctx, action, nr, n, args);
	if (err && err != -EDOM)
		f->err = err;
}

static void add_calls(struct filter *f, uint32_t action,
		      const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		add(f, action, names[i], 0, NULL);
}

/* Allow @name where the bits of @mask in an argument are @value. */
static void add_bits(struct filter *f, const char *name, unsigned int arg,
		     uint32_t mask, uint32_t value)
{
	struct scmp_arg_cmp test =
		SCMP_CMP(arg, SCMP_CMP_MASKED_EQ, mask, value);

	add(f, SCMP_ACT_ALLOW, name, 1, &test);
}

static void add_values(struct filter *f, const char *name, unsigned int arg,
		       const uint32_t *values, size_t n)
{
	for (size_t i = 0; i < n; i++)
		add_bits(f, name, arg, UINT32_MAX, values[i]);
}

/* @action where an argument is @value. */
static void add_arg(struct filter *f, uint32_t action, const char *name,
		    unsigned int arg, uint32_t value)
{
	struct scmp_arg_cmp test =
		SCMP_CMP(arg, SCMP_CMP_MASKED_EQ, UINT32_MAX, value);

	add(f, action, name, 1, &test);
}

static void add_refused(struct filter *f, const char *name, unsigned int arg,
			uint32_t value, int err)
{
	add_arg(f, SCMP_ACT_ERRNO((uint32_t)err), name, arg, value);
}

static void add_netlink(struct filter *f, uint32_t action, uint32_t protocol)
{
	struct scmp_arg_cmp tests[] = {
		SCMP_CMP(0, SCMP_CMP_MASKED_EQ, UINT32_MAX, AF_NETLINK),
		SCMP_CMP(2, SCMP_CMP_MASKED_EQ, UINT32_MAX, protocol),
	};

	add(f, action, "socket", 2, tests);
}

static bool is_protocol(uint32_t protocol)
{
	for (size_t i = 0; i < N_ELEMS(protocols); i++) {
		if (protocols[i] == protocol)
			return true;
	}
	return false;
}

static void add_options_of_main(struct filter *f)
{
	add_values(f, "setsockopt", 1, main_levels, N_ELEMS(main_levels));
	for (size_t i = 0; i < N_ELEMS(netlink_options); i++) {
		struct scmp_arg_cmp tests[] = {
			SCMP_CMP(1, SCMP_CMP_MASKED_EQ, UINT32_MAX,
				 SOL_NETLINK),
			SCMP_CMP(2, SCMP_CMP_MASKED_EQ, UINT32_MAX,
				 netlink_options[i]),
		};

		add(f, SCMP_ACT_ALLOW, "setsockopt", 2, tests);
	}
}

static void add_sockets_of_main(struct filter *f)
{
	for (uint32_t i = 0; i < MAX_FAMILY; i++) {
		if (i == AF_UNIX || i == AF_INET || i == AF_INET6)
			add_bits(f, "socket", 0, UINT32_MAX, i);
		else if (i != AF_NETLINK)
			add_refused(f, "socket", 0, i, EAFNOSUPPORT);
	}
	for (uint32_t i = 0; i < MAX_FAMILY; i++)
		add_netlink(f,
			    is_protocol(i) ? SCMP_ACT_ALLOW
					   : SCMP_ACT_ERRNO(EPROTONOSUPPORT),
			    i);
	add_bits(f, "socketpair", 0, UINT32_MAX, AF_UNIX);
}

/* Of this process or its group: ^Z, abort(). The broker has the same user, so
 * the kernel alone would let main end it. */
static void add_signals(struct filter *f)
{
	uint32_t self = (uint32_t)getpid();

	add_bits(f, "tgkill", 0, UINT32_MAX, self);
#ifndef __GLIBC__
	/* raise() of musl; there is no telling which thread is ours. */
	add(f, SCMP_ACT_ALLOW, "tkill", 0, NULL);
#endif
}

static void fill_main(struct filter *f)
{
	const uint32_t spaces = CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC |
				CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET |
				CLONE_NEWCGROUP;

	add_calls(f, SCMP_ACT_ALLOW, main_calls, N_ELEMS(main_calls));
	add_values(f, "ioctl", 1, main_ioctls, N_ELEMS(main_ioctls));
	/* These make the terminal type, or its owner run, anything. */
	add_refused(f, "ioctl", 1, TIOCSTI, EPERM);
	add_refused(f, "ioctl", 1, TIOCLINUX, EPERM);
	add_refused(f, "ioctl", 1, TIOCSETD, EPERM);
	add_values(f, "fcntl", 1, all_fcntls, N_ELEMS(all_fcntls));
	add_values(f, "fcntl64", 1, all_fcntls, N_ELEMS(all_fcntls));
	add_values(f, "prctl", 0, main_prctls, N_ELEMS(main_prctls));
	/* Threads only. clone3() has its flags in memory: the C library falls
	 * back to this one. */
	add_bits(f, "clone", CLONE_FLAGS, CLONE_THREAD | spaces, CLONE_THREAD);
	add(f, SCMP_ACT_ERRNO(EPERM), "unshare", 0, NULL);
	/* Our own limits and processors only. */
	add_bits(f, "prlimit64", 0, UINT32_MAX, 0);
	add_bits(f, "sched_setaffinity", 0, UINT32_MAX, 0);
	add_bits(f, "kill", 0, UINT32_MAX, 0);
	add_bits(f, "kill", 0, UINT32_MAX, (uint32_t)getpid());
	add_signals(f);
	add_sockets_of_main(f);
	add_options_of_main(f);
}

static void fill_broker(struct filter *f)
{
	add_calls(f, SCMP_ACT_ALLOW, broker_calls, N_ELEMS(broker_calls));
	add_values(f, "ioctl", 1, broker_ioctls, N_ELEMS(broker_ioctls));
	add_values(f, "fcntl", 1, all_fcntls, N_ELEMS(all_fcntls));
	add_values(f, "fcntl64", 1, all_fcntls, N_ELEMS(all_fcntls));
	add_bits(f, "mmap", 2, PROT_EXEC, 0);
	add_bits(f, "mmap2", 2, PROT_EXEC, 0);
	add_bits(f, "mprotect", 2, PROT_EXEC, 0);
	add_bits(f, "socket", 0, UINT32_MAX, AF_UNIX);
	for (size_t i = 0; i < N_ELEMS(protocols); i++)
		add_netlink(f, SCMP_ACT_ALLOW, protocols[i]);
	add_signals(f);
}

static void fill_finder(struct filter *f)
{
	const uint32_t writes = O_ACCMODE | O_CREAT | O_TRUNC;

	add_calls(f, SCMP_ACT_ALLOW, finder_calls, N_ELEMS(finder_calls));
	add_bits(f, "open", 1, writes, O_RDONLY);
	add_bits(f, "openat", 2, writes, O_RDONLY);
	add_values(f, "fcntl", 1, all_fcntls, N_ELEMS(all_fcntls));
	add_values(f, "fcntl64", 1, all_fcntls, N_ELEMS(all_fcntls));
	add_bits(f, "mmap", 2, PROT_EXEC, 0);
	add_bits(f, "mmap2", 2, PROT_EXEC, 0);
	add_bits(f, "mprotect", 2, PROT_EXEC, 0);
	add_bits(f, "setns", 1, UINT32_MAX, CLONE_NEWNET);
	for (size_t i = 0; i < N_ELEMS(other_spaces); i++)
		add_arg(f, f->fatal, "setns", 1, other_spaces[i]);
	add_netlink(f, SCMP_ACT_ALLOW, NETLINK_SOCK_DIAG);
	add_netlink(f, SCMP_ACT_ALLOW, NETLINK_ROUTE);
	add_signals(f);
}

static void fill_scribe(struct filter *f)
{
	add_calls(f, SCMP_ACT_ALLOW, scribe_calls, N_ELEMS(scribe_calls));
	add_values(f, "fcntl", 1, all_fcntls, N_ELEMS(all_fcntls));
	add_values(f, "fcntl64", 1, all_fcntls, N_ELEMS(all_fcntls));
	add_bits(f, "mmap", 2, PROT_EXEC, 0);
	add_bits(f, "mmap2", 2, PROT_EXEC, 0);
	add_bits(f, "mprotect", 2, PROT_EXEC, 0);
	add_signals(f);
}

static void set(struct filter *f, enum scmp_filter_attr attr, uint32_t value)
{
	if (!f->err)
		f->err = seccomp_attr_set(f->ctx, attr, value);
}

int seccomp_enter(enum sandbox_role role)
{
	struct filter f = { .fatal = seccomp_api_get() >= 3
					     ? SCMP_ACT_KILL_PROCESS
					     : SCMP_ACT_KILL_THREAD };

	f.ctx = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
	if (!f.ctx)
		return -ENOMEM;
	/* Calls of another ABI: 32 bits, x32. */
	set(&f, SCMP_FLTATR_ACT_BADARCH, f.fatal);
	set(&f, SCMP_FLTATR_CTL_NNP, 1);
	/* A binary tree; nothing here runs code of others, so the brakes
	 * against speculation would only cost. */
	set(&f, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	set(&f, SCMP_FLTATR_CTL_SSB, 1);
	set(&f, SCMP_FLTATR_API_SYSRAWRC, 1);
	add_calls(&f, f.fatal, all_fatal, N_ELEMS(all_fatal));
	if (role != SANDBOX_FINDER)
		add(&f, f.fatal, "setns", 0, NULL);
	if (role == SANDBOX_FINDER)
		fill_finder(&f);
	else if (role == SANDBOX_BROKER)
		fill_broker(&f);
	else if (role == SANDBOX_SCRIBE)
		fill_scribe(&f);
	else
		fill_main(&f);
	if (!f.err)
		f.err = seccomp_load(f.ctx);
	seccomp_release(f.ctx);
	return f.err;
}
#else
int seccomp_enter(enum sandbox_role role)
{
	(void)role;
	return -ENOTSUP;
}
#endif

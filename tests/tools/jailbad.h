/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What only an intruder would try, and the table of all operations.
 *
 * Those named by a system call make that one with arguments that do no harm.
 */
#ifndef TESTS_JAILBAD_H
#define TESTS_JAILBAD_H

#include "tools/jailops.h"

/* --------------------------------------------------- what nobody has to do */

static int op_call(const struct op *op)
{
	return result(syscall(op->nr, 0, 0, 0, 0, 0, 0));
}

static int op_fork(const struct op *op)
{
	long pid = op->nr == SYS_clone ? syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0)
				       : fork();

	if (!pid)
		_exit(0);
	return result(pid);
}

static int op_unshare(const struct op *op)
{
	(void)op;
	return result(unshare(CLONE_NEWUSER));
}

static int op_ioctl(const struct op *op)
{
	char byte = 'x';

	return result(syscall(SYS_ioctl, op_null, op->nr, &byte));
}

static int op_genetlink(const struct op *op)
{
	(void)op;
	return result(socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC));
}

static int op_setsockopt(const struct op *op)
{
	int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER), on = 1;

	return fd < 0 ? -errno
		      : result(setsockopt(fd, SOL_NETLINK, (int)op->nr, &on,
					  sizeof(on)));
}

static int op_prctl(const struct op *op)
{
	return result(prctl((int)op->nr, 1, 0, 0, 0));
}

/* Signal 0 only asks whether one could be sent. */
static int op_kill(const struct op *op)
{
	(void)op;
	return result(kill(op_outside, 0));
}

static int op_tgkill(const struct op *op)
{
	(void)op;
	return result(syscall(SYS_tgkill, op_outside, op_outside, 0));
}

static int op_setown(const struct op *op)
{
	(void)op;
	return result(fcntl(op_null, F_SETOWN, op_outside));
}

static int op_limits(const struct op *op)
{
	(void)op;
	return result(syscall(SYS_prlimit64, op_outside, 7, 0, 0));
}

static int op_read_file(const struct op *op)
{
	(void)op;
	return can_read(op_path("file"));
}

static int op_read_dir(const struct op *op)
{
	(void)op;
	return can_read(op_path("more/file"));
}

static int op_read_home(const struct op *op)
{
	(void)op;
	return can_read(op_path("home/file"));
}

static int op_write_file(const struct op *op)
{
	(void)op;
	return result(open(op_path("file"), O_WRONLY | O_CLOEXEC));
}

static int op_write_proc(const struct op *op)
{
	(void)op;
	return result(open("/proc/self/comm", O_WRONLY | O_CLOEXEC));
}

static int op_create(const struct op *op)
{
	(void)op;
	return result(
		open(op_path("new"), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
}

static int op_unlink(const struct op *op)
{
	(void)op;
	return result(unlink(op_path("new")));
}

static int op_bind_tcp(const struct op *op)
{
	struct sockaddr_in any = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)op;
	return fd < 0 ? -errno
		      : result(bind(fd, (struct sockaddr *)&any, sizeof(any)));
}

static int op_connect_abstract(const struct op *op)
{
	struct sockaddr_un name = op_address(NULL, op_abstract());
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)op;
	return fd < 0 ? -errno
		      : result(connect(fd, (struct sockaddr *)&name,
				       sizeof(name)));
}

static int op_map_code(const struct op *op)
{
	void *at = mmap(NULL, 4096, PROT_READ | PROT_EXEC,
			MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)op;
	return at == MAP_FAILED ? -errno : 0;
}

#ifdef __x86_64__
/* getpid() as a program of 32 bits, and as one of x32, would ask. */
static int op_int80(const struct op *op)
{
	long answer;

	(void)op;
	__asm__ volatile("int $0x80"
			 : "=a"(answer)
			 : "a"(20L)
			 : "memory", "r8", "r9", "r10", "r11");
	return answer > 0 ? 0 : (int)answer;
}

static int op_x32(const struct op *op)
{
	(void)op;
	return result(syscall(0x40000000L + SYS_getpid));
}
#endif

/* clang-format off */
#define CALL(name) { #name, op_call, SYS_##name }
static const struct op op_table[] = {
	{ "thread", op_thread, 0 }, { "rcu", op_rcu, 0 },
	{ "memory", op_memory, 0 }, { "waiting", op_waiting, 0 },
	{ "broker-waiting", op_broker_waiting, 0 },
	{ "open-file", op_open_file, 0 }, { "lock", op_lock, 0 },
	{ "read-etc", op_read_etc, 0 }, { "read-proc", op_read_proc, 0 },
	{ "terminfo", op_terminfo, 0 }, { "terminal", op_terminal, 0 },
	{ "iconv", op_iconv, 0 }, { "zone", op_zone, 0 },
	{ "user", op_user, 0 }, { "localhost", op_localhost, 0 },
	{ "interfaces", op_interfaces, 0 }, { "connect", op_connect, 0 },
	{ "stop", op_stop, 0 }, { "abort", op_abort, 0 },
	{ "raise", op_raise, 0 }, { "map-code", op_map_code, 0 },
	{ "socket-unix", op_socket, AF_UNIX },
	{ "socket-inet", op_socket, AF_INET },
	{ "socket-inet6", op_socket, AF_INET6 },
	{ "socket-netlink", op_socket, AF_NETLINK },

	{ "read-file", op_read_file, 0 }, { "read-dir", op_read_dir, 0 },
	{ "read-home", op_read_home, 0 }, { "write-file", op_write_file, 0 },
	{ "write-proc", op_write_proc, 0 }, { "create", op_create, 0 },
	{ "unlink", op_unlink, 0 }, { "bind-tcp", op_bind_tcp, 0 },
	{ "connect-abstract", op_connect_abstract, 0 },

	CALL(execve), CALL(execveat), CALL(ptrace), CALL(process_vm_readv),
	CALL(process_vm_writev), CALL(bpf), CALL(perf_event_open),
	CALL(init_module), CALL(finit_module), CALL(delete_module),
	CALL(kexec_load), CALL(mount), CALL(umount2), CALL(pivot_root),
	CALL(chroot), CALL(setns), CALL(keyctl), CALL(add_key),
	CALL(request_key), CALL(open_by_handle_at), CALL(userfaultfd),
	{ "open_tree", op_call, 428 }, { "move_mount", op_call, 429 },
	{ "fsopen", op_call, 430 }, { "fsmount", op_call, 432 },
	{ "fork", op_fork, 0 }, { "clone", op_fork, SYS_clone },
	{ "clone3", op_call, 435 }, { "unshare", op_unshare, 0 },
	{ "io_uring_setup", op_call, 425 },
	{ "pidfd_send_signal", op_call, 424 }, { "pidfd_open", op_call, 434 },
	CALL(setuid), CALL(setgroups), CALL(capset), CALL(listen),
	CALL(mkdirat), CALL(symlinkat), CALL(fchmodat), CALL(personality),
	CALL(rt_sigqueueinfo),
	{ "landlock", op_call, 444 }, { "seccomp", op_call, SYS_seccomp },
	{ "PR_SET_DUMPABLE", op_prctl, PR_SET_DUMPABLE },
	{ "PR_SET_PTRACER", op_prctl, PR_SET_PTRACER },
	{ "kill", op_kill, 0 }, { "tgkill", op_tgkill, 0 },
	{ "setown", op_setown, 0 }, { "limits", op_limits, 0 },
	{ "TIOCSTI", op_ioctl, TIOCSTI },
	{ "TIOCSTI-64", op_ioctl, 1L << 32 | TIOCSTI },
	{ "TIOCLINUX", op_ioctl, TIOCLINUX },
	{ "TIOCSETD", op_ioctl, TIOCSETD },
	{ "TIOCCONS", op_ioctl, TIOCCONS },
	{ "socket-packet", op_socket, AF_PACKET },
	{ "socket-alg", op_socket, AF_ALG },
	{ "socket-vsock", op_socket, AF_VSOCK },
	{ "socket-bluetooth", op_socket, AF_BLUETOOTH },
	{ "no-enobufs", op_setsockopt, NETLINK_NO_ENOBUFS },
	{ "broadcast-error", op_setsockopt, NETLINK_BROADCAST_ERROR },
	{ "socket-genetlink", op_genetlink, 0 },
#ifdef __x86_64__
	{ "32-bit", op_int80, 0 }, { "x32", op_x32, 0 },
#endif
};
/* clang-format on */

static const struct op *op_list(size_t *n)
{
	*n = sizeof(op_table) / sizeof(op_table[0]);
	return op_table;
}

#endif

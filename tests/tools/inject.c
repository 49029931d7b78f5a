// SPDX-License-Identifier: GPL-2.0-only
/*
 * inject - make a running process execute system calls.
 *
 *	inject PID NAME...
 *
 * PID may be any thread. A sandbox is tested where it has to hold: not in a
 * copy of its setup but in the real process. The thread is stopped, its
 * registers lead it to a system call instruction that is mapped anyway, and
 * afterwards it goes on as if nothing had happened. For each NAME one line:
 *
 *	NAME = RESULT		or = ENAME
 *	NAME killed SIGSYS	or whatever signal ended it
 *
 * Arguments are such that root succeeds and that nothing is harmed by it: calls
 * that need another process get a child of ours that runs as the same user.
 * open-read=PATH and open-write=PATH open any file.
 */
#include <elf.h>
#include <inttypes.h>
#include <stdbool.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>

#include "calls.h"

/* ------------------------------------------------- the process */

static struct {
	pid_t tid, victim;
	int mem;
	bool is_gone; /* or another program meanwhile */
	struct user_regs_struct saved;
	uint64_t sigmask;
	uint64_t insn, base; /* addresses of an instruction, of the blob */
	struct blob blob;
} target;

static void __attribute__((noreturn)) fail(const char *what)
{
	fprintf(stderr, "inject: %s: %s\n", what, strerror(errno));
	if (target.victim > 0)
		kill(target.victim, SIGKILL);
	rmdir(target.blob.mnt);
	exit(125);
}

static void must(long result, const char *what)
{
	if (result < 0)
		fail(what);
}

/* Return: the status of the next stop; when it has ended, is_gone is set. */
static int next_stop(void)
{
	int status;
	pid_t tid;

	/* A thread that becomes another program gets the first one's id. */
	do
		tid = waitpid(-1, &status, __WALL);
	while (tid > 0 && tid != target.tid &&
	       status >> 16 != PTRACE_EVENT_EXEC);
	must(tid, "waitpid");
	target.is_gone = !WIFSTOPPED(status);
	return status;
}

/* Stop it on its way to user space, where registers may be anything. */
static int interrupt(bool is_stopped)
{
	int status;

	must(ptrace(PTRACE_INTERRUPT, target.tid, 0, 0), "interrupt");
	do {
		if (is_stopped)
			must(ptrace(PTRACE_CONT, target.tid, 0, 0), "continue");
		status = next_stop();
		is_stopped = true;
	} while (!target.is_gone && status >> 16 != PTRACE_EVENT_STOP);
	return status;
}

static void registers(int request, struct user_regs_struct *regs)
{
	struct iovec iov = { regs, sizeof(*regs) };

	must(ptrace(request, target.tid, NT_PRSTATUS, &iov), "registers");
}

/* Return: the result of the call; when it is gone, the status of its end. */
static long execute(long nr, const uint64_t args[MAX_ARGS])
{
	struct user_regs_struct regs = target.saved;
	struct __ptrace_syscall_info info;
	int status;

	set_call(&regs, target.insn, nr, args);
	registers(PTRACE_SETREGSET, &regs);
	for (;;) {
		must(ptrace(PTRACE_SYSCALL, target.tid, 0, 0), "system call");
		status = next_stop();
		if (target.is_gone)
			return status;
		if (status >> 16 == PTRACE_EVENT_EXEC) {
			target.is_gone = true;
			return 0;
		}
		if (WSTOPSIG(status) != (SIGTRAP | 0x80))
			continue; /* a child was made */
		must(ptrace(PTRACE_GET_SYSCALL_INFO, target.tid, sizeof(info),
			    &info),
		     "system call info");
		if (info.op == PTRACE_SYSCALL_INFO_EXIT)
			break;
	}
	interrupt(true);
	return info.exit.rval;
}

#define EXECUTE(nr, ...) execute(nr, (uint64_t[MAX_ARGS]){ __VA_ARGS__ })

static void find_insn(void)
{
	char path[64], line[512], perms[8];
	uint64_t from, to;
	uint8_t page[4096];
	FILE *maps;

	snprintf(path, sizeof(path), "/proc/%d/maps", target.tid);
	maps = fopen(path, "re");
	if (!maps)
		fail(path);
	while (!target.insn && fgets(line, sizeof(line), maps)) {
		if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %7s", &from, &to,
			   perms) != 3 ||
		    perms[2] != 'x')
			continue;
		for (; !target.insn && from < to; from += sizeof(page)) {
			uint8_t *found;

			if (pread(target.mem, page, sizeof(page),
				  (off_t)from) != sizeof(page))
				break;
			found = memmem(page, sizeof(page), syscall_insn.bytes,
				       syscall_insn.size);
			if (found)
				target.insn = from + (uint64_t)(found - page);
		}
	}
	fclose(maps);
	if (!target.insn)
		fail("no system call instruction");
}

/* Nothing but a sandbox keeps the process from this one of the same user. */
static void start_victim(void)
{
	gid_t gid = id_of(target.tid, "Gid:");
	uid_t uid = id_of(target.tid, "Uid:");
	int ready[2];
	char byte;

	must(pipe2(ready, O_CLOEXEC), "pipe");
	target.victim = fork();
	must(target.victim, "fork");
	if (!target.victim) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (!setresgid(gid, gid, gid) && !setresuid(uid, uid, uid) &&
		    !prctl(PR_SET_DUMPABLE, 1) && write(ready[1], "", 1) == 1)
			for (;;)
				pause();
		_exit(1);
	}
	close(ready[1]);
	if (read(ready[0], &byte, 1) != 1)
		fail("victim");
	close(ready[0]);
}

static void attach(void)
{
	char path[64];

	start_victim();
	snprintf(path, sizeof(path), "/proc/%d/mem", target.tid);
	target.mem = open(path, O_RDWR | O_CLOEXEC);
	must(target.mem, path);
	find_insn();
	must(ptrace(PTRACE_SEIZE, target.tid, 0,
		    PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC |
			    PTRACE_O_TRACEFORK),
	     "attach");
	interrupt(false);
	if (target.is_gone)
		fail("it has ended");
	registers(PTRACE_GETREGSET, &target.saved);
	must(ptrace(PTRACE_GETSIGMASK, target.tid, 8, &target.sigmask),
	     "signals");
	must(ptrace(PTRACE_SETSIGMASK, target.tid, 8, &(uint64_t){ ~0ULL }),
	     "signals");
	target.base = (stack_of(&target.saved) - 256 - sizeof(target.blob)) &
		      ~(uint64_t)63;
}

static void detach(void)
{
	if (target.is_gone)
		return;
	registers(PTRACE_SETREGSET, &target.saved);
	ptrace(PTRACE_SETSIGMASK, target.tid, 8, &target.sigmask);
	must(ptrace(PTRACE_DETACH, target.tid, 0, 0), "detach");
}

/* ------------------------------------------------- the calls */

static void fill_blob(void)
{
	const char *tmp = getenv("TMPDIR");
	static char byte;
	uint64_t base = target.base;

	target.blob = (struct blob){
		.program = "/bin/true",
		.shadow = "/etc/shadow",
		.ssh = "/root/.ssh",
		.netns = "/proc/self/ns/net",
		.fs = "tmpfs",
		.byte = "x",
		.argv = { base + offsetof(struct blob, program) },
		.local_iov = { base + offsetof(struct blob, zeros), 1 },
		.remote_iov = { (uintptr_t)&byte, 1 },
		.bpf = { BPF_MAP_TYPE_ARRAY, 4, 4, 1, { 0 } },
		.flush.nlh = { .nlmsg_len = sizeof(target.blob.flush),
			       .nlmsg_type = NFNL_SUBSYS_CTNETLINK << 8 |
					     IPCTNL_MSG_CT_DELETE,
			       .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK },
		.bad_list = { .kind = REQUEST_LIST, .family = 99 },
		.track = { .kind = REQUEST_TRACK },
		.bad_walk = { .kind = FINDER_WALK, .n = FINDER_INODES + 1 },
		.bad_kind = { .kind = 99 },
	};
	snprintf(target.blob.mnt, sizeof(target.blob.mnt), "%s/inject.XXXXXX",
		 tmp ? tmp : "/tmp");
	if (!mkdtemp(target.blob.mnt) || chmod(target.blob.mnt, 0777))
		fail(target.blob.mnt);
}

static uint64_t address(long arg)
{
	bool is_marked = arg >= BLOB && arg < BLOB + (long)sizeof(struct blob);

	return is_marked ? target.base + (uint64_t)(arg - BLOB) : (uint64_t)arg;
}

static uint64_t argument(long arg)
{
	if (arg == VICTIM)
		return (uint64_t)target.victim;
	if (arg == NETLINK || arg == BROKER || arg == FINDER)
		return (uint64_t)socket_fd(target.tid, arg != NETLINK,
					   arg == FINDER);
	if (arg == NETNS)
		return (uint64_t)EXECUTE(SYS_openat, (uint64_t)AT_FDCWD,
					 address(AT(netns)));
	return address(arg);
}

static void undo(const struct call *call, long result)
{
	if (call->after == CLOSE || call->after == UNLINK)
		EXECUTE(SYS_close, (uint64_t)result);
	if (call->after == UMOUNT)
		EXECUTE(SYS_umount2, address(AT(mnt)), MNT_DETACH);
	if (call->after == KILL)
		kill((pid_t)result, SIGKILL);
}

static void print_result(const char *name, long result)
{
	const char *error = error_name(-result);

	if (target.is_gone && WIFSIGNALED(result))
		printf("%s killed %s\n", name,
		       WTERMSIG(result) == SIGSYS ? "SIGSYS" : "by a signal");
	else if (error)
		printf("%s = %s\n", name, error);
	else
		printf("%s = %ld\n", name, result);
}

static void run(char *name)
{
	const struct call *call = calls;
	uint64_t args[MAX_ARGS];
	char *path = strchr(name, '=');
	long result, after;

	if (path)
		*path++ = '\0';
	for (; call->name && strcmp(call->name, name); call++)
		;
	if (!call->name) {
		errno = ENOENT;
		fail(name);
	}
	snprintf(target.blob.path, PATH_BYTES, "%s%s",
		 path ? path : target.blob.mnt, path ? "" : "/x");
	if (pwrite(target.mem, &target.blob, sizeof(target.blob),
		   (off_t)target.base) != sizeof(target.blob))
		fail("memory");
	for (int i = 0; i < MAX_ARGS && !target.is_gone; i++)
		args[i] = argument(call->args[i]);
	result = target.is_gone ? SIGSYS : execute(call->nr, args);
	/* A filter that kills does so after the call. */
	after = target.is_gone ? 0 : EXECUTE(SYS_getpid, 0);
	if (target.is_gone && after)
		result = after;
	if (!target.is_gone && call->args[0] == NETNS)
		EXECUTE(SYS_close, args[0]);
	if (!target.is_gone && result >= 0)
		undo(call, result);
	/* Only what this made: a PATH may have been there. */
	if (call->after == UNLINK && !path)
		unlink(target.blob.path);
	print_result(name, result);
}

int main(int argc, char **argv)
{
	target.tid = argc > 2 ? atoi(argv[1]) : 0;
	errno = EINVAL;
	if (target.tid <= 0)
		fail("usage: inject PID NAME...");
	setvbuf(stdout, NULL, _IOLBF, 0);
	attach();
	fill_blob();
	for (int i = 2; i < argc && !target.is_gone; i++)
		run(argv[i]);
	rmdir(target.blob.mnt);
	detach();
	kill(target.victim, SIGKILL);
	return 0;
}

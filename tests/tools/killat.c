// SPDX-License-Identifier: GPL-2.0-only
/*
 * killat - kill a program at one of its system calls.
 *
 *	killat [-c] [-n N] [-p] [-w FILE]... [-o FILE] [--] COMMAND...
 *
 * Counts the system calls that all threads of COMMAND enter, the first after
 * its execve() being number 1. Processes that it forks are let go at once,
 * they run free and nothing here ends them.
 *
 *	-n N	SIGKILL to COMMAND at entry N, which is not executed any more
 *	-c	print "total N" in the end
 *	-p	print each entry: count, thread, number of the call
 *	-w FILE	print "changed N FILE WHAT" where the file is first seen with
 *		other contents
 *	-o FILE	print there, not to standard error
 *
 * The exit status is COMMAND's, 128 + signal when one ended it.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_WATCHED 4

#define OPTIONS                                                                \
	(PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC)

struct watched {
	const char *path;
	char seen[64];
};

static struct {
	uint64_t kill_at;
	bool count, print;
	struct watched watched[MAX_WATCHED];
	int n_watched;
} opt;

static FILE *out;
static volatile pid_t tracee;
static bool is_running; /* past the execve() */
static uint64_t entries;

static void __attribute__((noreturn, format(printf, 1, 2)))
fail(const char *format, ...)
{
	va_list args;

	fputs("killat: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(125);
}

/* A terminal tells both of us; what was sent to this process alone goes on. */
static void pass_on(int signal, siginfo_t *info, void *context)
{
	int saved = errno;

	(void)context;
	if (info->si_code <= 0 && tracee)
		kill(tracee, signal);
	errno = saved;
}

static void pass_signals(void)
{
	static const int signals[] = { SIGINT,  SIGTERM, SIGHUP,
				       SIGQUIT, SIGUSR1, SIGUSR2 };
	struct sigaction action = { .sa_sigaction = pass_on,
				    .sa_flags = SA_SIGINFO | SA_RESTART };
	struct sigaction old;

	/* An ignored signal is inherited as such; both of us keep that. */
	for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++)
		if (!sigaction(signals[i], NULL, &old) &&
		    old.sa_handler != SIG_IGN)
			sigaction(signals[i], &action, NULL);
}

static void start(char **command)
{
	pid_t pid = fork();
	int status;

	if (pid < 0)
		fail("fork: %s", strerror(errno));
	if (!pid) {
		raise(SIGSTOP);
		execvp(command[0], command);
		fprintf(stderr, "killat: %s: %s\n", command[0],
			strerror(errno));
		_exit(errno == ENOENT ? 127 : 126);
	}
	if (waitpid(pid, &status, WUNTRACED) != pid || !WIFSTOPPED(status))
		fail("%s does not start", command[0]);
	/* Without PTRACE_O_EXITKILL, which would follow into what it forks. */
	if (ptrace(PTRACE_SEIZE, pid, NULL, (void *)OPTIONS)) {
		kill(pid, SIGKILL);
		fail("ptrace: %s", strerror(errno));
	}
	tracee = pid;
	pass_signals();
	kill(pid, SIGCONT);
}

static void look(struct watched *watched)
{
	char now[sizeof(watched->seen)] = "";
	int fd = open(watched->path, O_RDONLY | O_CLOEXEC);

	if (fd >= 0) {
		ssize_t n = read(fd, now, sizeof(now) - 1);

		now[n > 0 ? n : 0] = '\0';
		close(fd);
	}
	now[strcspn(now, "\n")] = '\0';
	if (!strcmp(now, watched->seen))
		return;
	if (entries)
		fprintf(out, "changed %llu %s %s\n",
			(unsigned long long)entries, watched->path, now);
	strcpy(watched->seen, now);
}

static void entered(pid_t tid, uint64_t nr)
{
	for (int i = 0; i < opt.n_watched; i++)
		look(&opt.watched[i]);
	entries++;
	if (opt.print)
		fprintf(out, "%llu %d %llu\n", (unsigned long long)entries, tid,
			(unsigned long long)nr);
	/* Stopped at an entry, a thread that is killed does not go in. */
	if (entries == opt.kill_at)
		kill(tracee, SIGKILL);
}

static bool is_thread_of_tracee(pid_t tid)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/task/%d", tracee, tid);
	return !access(path, F_OK);
}

static void go_on(pid_t tid, int signal)
{
	/* Whoever is gone meanwhile is reported by the next waitpid(). */
	ptrace(PTRACE_SYSCALL, tid, NULL, (void *)(intptr_t)signal);
}

static void stopped(pid_t tid, int status)
{
	int signal = WSTOPSIG(status), event = status >> 16;
	struct __ptrace_syscall_info info;

	if (signal == (SIGTRAP | 0x80)) {
		if (ptrace(PTRACE_GET_SYSCALL_INFO, tid, (void *)sizeof(info),
			   &info) > 0 &&
		    info.op == PTRACE_SYSCALL_INFO_ENTRY && is_running)
			entered(tid, info.entry.nr);
		go_on(tid, 0);
	} else if (event == PTRACE_EVENT_STOP && signal != SIGTRAP) {
		/* It is suspended, and stays so until SIGCONT. */
		ptrace(PTRACE_LISTEN, tid, NULL, NULL);
	} else if (event == PTRACE_EVENT_STOP && !is_thread_of_tracee(tid)) {
		/* Cloned with another signal than SIGCHLD, but no thread. */
		ptrace(PTRACE_DETACH, tid, NULL, NULL);
	} else {
		if (event == PTRACE_EVENT_EXEC)
			is_running = true;
		go_on(tid, event ? 0 : signal);
	}
}

static int follow(void)
{
	for (;;) {
		int status;
		pid_t tid = waitpid(-1, &status, __WALL);

		if (tid < 0 && errno == EINTR)
			continue;
		if (tid < 0)
			fail("waitpid: %s", strerror(errno));
		if (WIFSTOPPED(status)) {
			stopped(tid, status);
		} else if (tid == tracee) {
			/* The first thread is reported after all others. */
			tracee = 0;
			return WIFEXITED(status) ? WEXITSTATUS(status)
						 : 128 + WTERMSIG(status);
		}
	}
}

int main(int argc, char **argv)
{
	const char *to = NULL;
	char *end;
	int c, status;

	while ((c = getopt(argc, argv, "+cn:pw:o:")) != -1) {
		switch (c) {
		case 'c':
			opt.count = true;
			break;
		case 'n':
			opt.kill_at = strtoull(optarg, &end, 10);
			if (!opt.kill_at || *end)
				fail("no number of a system call: %s", optarg);
			break;
		case 'p':
			opt.print = true;
			break;
		case 'w':
			if (opt.n_watched == MAX_WATCHED)
				fail("too many files to watch");
			opt.watched[opt.n_watched++].path = optarg;
			break;
		case 'o':
			to = optarg;
			break;
		default:
			return 125;
		}
	}
	if (optind == argc)
		fail("no command");
	out = to ? fopen(to, "we") : stderr;
	if (!out)
		fail("%s: %s", to, strerror(errno));
	for (int i = 0; i < opt.n_watched; i++)
		look(&opt.watched[i]);
	start(argv + optind);
	status = follow();
	if (opt.count)
		fprintf(out, "total %llu\n", (unsigned long long)entries);
	return fflush(out) ? 125 : status;
}

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * jail - drop privileges, enter the sandbox, and tell what is still possible
 *
 *	jail [-r main|broker|finder] [-m off|auto|strict] [-k] [-d DIR]... WHAT
 *
 *	status        who we are, from /proc/self/status
 *	ops           every operation in a process of its own: ok, an error,
 *	              killed
 *	names HOST... addresses of names and names of addresses
 *	stop          stop the process group, as ^Z does
 *	restore       what the broker does with both switches, and what is left
 *
 * -k keeps CAP_NET_ADMIN if it is there. Files for "ops" are in $JAIL_DIR.
 */
#include "broker/text.h"
#include "lib/priv.h"
#include "lib/sandbox.h"
#include "tools/jailbad.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/capability.h>
#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static enum sandbox_role role = SANDBOX_MAIN;
static enum sandbox_mode mode = SANDBOX_STRICT;
static const char *dirs[8];
static uint64_t keep;

static int usage(void)
{
	fprintf(stderr,
		"usage: jail [-r main|broker|finder] [-m off|auto|strict] "
		"[-k] [-d DIR]... WHAT [HOST...]\n");
	return 2;
}

/* Return: whether the sandbox is as asked for. */
static bool enter(bool is_told)
{
	struct sandbox_state state;
	char text[200];
	int err = sandbox_enter(role, mode, dirs, &state);
	bool is_whole = sandbox_describe(&state, text, sizeof(text));

	if (is_told || err)
		printf("sandbox: %s%s%s%s\n", text,
		       is_whole ? "" : " (not all)", err ? ": " : "",
		       err ? strerror(-err) : "");
	return !err;
}

static int status(void)
{
	char line[256];
	FILE *file = fopen("/proc/self/status", "re");

	if (!file) {
		perror("/proc/self/status");
		return 1;
	}
	while (fgets(line, sizeof(line), file)) {
		static const char *const wanted[] = {
			"Uid:", "Gid:",        "Groups:",
			"Cap",  "NoNewPrivs:", "Seccomp:",
		};

		for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
			if (!strncmp(line, wanted[i], strlen(wanted[i])))
				fputs(line, stdout);
	}
	fclose(file);
	return 0;
}

static const char *error_name(int err)
{
	static const struct {
		int err;
		const char *name;
	} names[] = {
		{ EPERM, "EPERM" },
		{ EACCES, "EACCES" },
		{ ENOSYS, "ENOSYS" },
		{ ENOTTY, "ENOTTY" },
		{ EAFNOSUPPORT, "EAFNOSUPPORT" },
		{ EPROTONOSUPPORT, "EPROTONOSUPPORT" },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].err == err)
			return names[i].name;
	return strerror(err);
}

/* In a process of its own, in a process group of its own. */
static void op_run(const struct op *op)
{
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		int err;

		setpgid(0, 0);
		alarm(10);
		if (!enter(false))
			_exit(255);
		err = op->run(op);
		_exit(err < 0 ? -err : err);
	}
	if (pid < 0 || waitpid(pid, &status, WUNTRACED) != pid) {
		printf("%s lost\n", op->name);
		return;
	}
	if (WIFSTOPPED(status)) {
		printf("%s stopped\n", op->name);
		kill(pid, SIGKILL);
		waitpid(pid, &status, 0);
	} else if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS) {
		printf("%s killed\n", op->name);
	} else if (WIFSIGNALED(status)) {
		printf("%s signal %d\n", op->name, WTERMSIG(status));
	} else {
		int err = WEXITSTATUS(status);

		printf("%s %s\n", op->name,
		       !err         ? "ok"
		       : err == 255 ? "no sandbox"
				    : error_name(err));
	}
}

static int ops_run(void)
{
	size_t n;
	const struct op *ops = op_list(&n);

	if (op_setup()) {
		perror("$JAIL_DIR");
		return 1;
	}

	for (size_t i = 0; i < n; i++)
		op_run(&ops[i]);
	return 0;
}

static int stop(void)
{
	int err;

	puts("stopping");
	fflush(stdout);
	err = kill(0, SIGTSTP);
	puts(err ? "not stopped" : "going on");
	return err ? 1 : 0;
}

static struct sysctl_state sysctls; /* opened before the drop */

static int restore(void)
{
	unsigned int lacking = sysctl_on(&sysctls, (1U << SYSCTLS) - 1);
	const char *text = sysctl_left_text(sysctl_restore(&sysctls));

	printf("lacking %u\nleft: %s\n", lacking, text ? text : "nothing");
	return 0;
}

static void name_look_up(const char *name)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
				  .ai_flags = AI_CANONNAME };
	struct addrinfo *list = NULL;
	int err = getaddrinfo(name, NULL, &hints, &list);

	printf("%s:%s%s", name, err ? " " : "", err ? gai_strerror(err) : "");
	for (struct addrinfo *at = list; at; at = at->ai_next) {
		char address[64] = "", host[256] = "";
		int found;

		getnameinfo(at->ai_addr, at->ai_addrlen, address,
			    sizeof(address), NULL, 0, NI_NUMERICHOST);
		found = getnameinfo(at->ai_addr, at->ai_addrlen, host,
				    sizeof(host), NULL, 0, NI_NAMEREQD);
		printf(" %s=%s", address, found ? gai_strerror(found) : host);
	}
	putchar('\n');
	if (list)
		freeaddrinfo(list);
}

/* Return: whether the options make sense. */
static bool options(int argc, char **argv)
{
	size_t n_dirs = 0;
	int c;

	while ((c = getopt(argc, argv, "r:m:kd:")) >= 0) {
		if (c == 'r')
			role = *optarg == 'b'   ? SANDBOX_BROKER
			       : *optarg == 'f' ? SANDBOX_FINDER
						: SANDBOX_MAIN;
		else if (c == 'm')
			mode = *optarg == 'o'   ? SANDBOX_OFF
			       : *optarg == 'a' ? SANDBOX_AUTO
						: SANDBOX_STRICT;
		else if (c == 'k')
			keep = priv_permitted() & PRIV_CAP(CAP_NET_ADMIN);
		else if (c == 'd' && n_dirs < 7)
			dirs[n_dirs++] = optarg;
		else
			return false;
	}
	return optind < argc;
}

static int run(const char *what, char **rest)
{
	bool is_status = !strcmp(what, "status");

	if (!strcmp(what, "ops"))
		return ops_run();
	if (!enter(is_status))
		return 1;
	if (is_status)
		return status();
	if (!strcmp(what, "stop"))
		return stop();
	if (!strcmp(what, "restore"))
		return restore();
	if (strcmp(what, "names") != 0)
		return usage();
	for (; *rest; rest++)
		name_look_up(*rest);
	return 0;
}

int main(int argc, char **argv)
{
	struct caller caller;
	char text[200];
	int err;

	if (!options(argc, argv))
		return usage();
	err = priv_caller(&caller);
	if (!strcmp(argv[optind], "status"))
		printf("caller: %u %u %s\nprivileged: %d\n",
		       (unsigned int)caller.uid, (unsigned int)caller.gid,
		       err ? "nonsense" : "", priv_is_privileged());
	if (!strcmp(argv[optind], "restore"))
		sysctl_open(&sysctls);
	err = priv_drop(&caller, keep);
	if (err) {
		printf("drop: %s\n", strerror(-err));
		return 1;
	}
	priv_describe(text, sizeof(text));
	if (!strcmp(argv[optind], "status"))
		printf("is: %s\ndumpable: %d\n", text, prctl(PR_GET_DUMPABLE));
	return run(argv[optind], argv + optind + 1);
}

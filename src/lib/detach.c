/* SPDX-License-Identifier: GPL-2.0-only */
#include "lib/detach.h"

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static void close_others(const int *keep, int n)
{
	int last = STDERR_FILENO;

	for (int i = 0; i < n; i++)
		last = keep[i] > last ? keep[i] : last;
	for (int fd = STDERR_FILENO + 1; fd < last; fd++) {
		bool is_kept = false;

		for (int i = 0; i < n; i++)
			is_kept = is_kept || keep[i] == fd;
		if (!is_kept)
			close(fd);
	}
	/* Without it they stay open until the end, which does no harm. */
	syscall(SYS_close_range, (unsigned int)last + 1, ~0U, 0);
}

void detach(const char *name, const int *keep, int n, int tty)
{
	sigset_t all;
	int null;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	setpgid(0, 0);
	prctl(PR_SET_NAME, name);
	close_others(keep, n);
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null < 0)
		return;
	if (tty != STDIN_FILENO)
		dup2(null, STDIN_FILENO);
	dup2(null, STDOUT_FILENO);
	close(null);
}

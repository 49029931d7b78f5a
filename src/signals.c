/* SPDX-License-Identifier: GPL-2.0-only */
/* Signals that end the program, and the thread that sees to it that they do. */
#include "signals.h"

#include "lib/thread.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

/* How long a signal may wait for whoever should have read it: so many looks,
 * so far apart. A program that was stopped meanwhile has not been waiting. */
#define PATIENCE_LOOKS 7
#define PATIENCE_MS 100

struct watch {
	struct thread thread;
	int signal_fd, end_fd;
	void (*leave)(void *ctx);
	void *ctx;
};

static const int ending_signals[] = {
	SIGINT,    SIGTERM, SIGHUP,  SIGQUIT, SIGUSR2, SIGALRM,
	SIGVTALRM, SIGPROF, SIGPOLL, SIGPWR,  SIGXCPU, SIGSTKFLT,
};
#define N_ENDING (sizeof(ending_signals) / sizeof(ending_signals[0]))

static void ending_set(sigset_t *set)
{
	sigemptyset(set);
	for (size_t i = 0; i < N_ENDING; i++)
		sigaddset(set, ending_signals[i]);
}

int signals_open(bool is_screen)
{
	static const int of_screen[] = { SIGTSTP, SIGCONT, SIGWINCH };
	sigset_t set;

	ending_set(&set);
	for (size_t i = 0; is_screen && i < 3; i++)
		sigaddset(&set, of_screen[i]);
	signal(SIGPIPE, SIG_IGN);
	/* liburcu's threads unblock it, so it cannot be read here. */
	signal(SIGUSR1, SIG_IGN);
	if (sigprocmask(SIG_BLOCK, &set, NULL))
		return -errno;
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

void signals_default(void)
{
	sigset_t set;

	ending_set(&set);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

void signals_block(void)
{
	sigset_t set;

	ending_set(&set);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

static bool is_readable(int fd, int timeout_ms)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };

	return poll(&poll_fd, 1, timeout_ms) > 0;
}

static bool has_unread_ending(void)
{
	sigset_t set;

	if (sigpending(&set))
		return false;
	for (size_t i = 0; i < N_ENDING; i++) {
		if (sigismember(&set, ending_signals[i]) == 1)
			return true;
	}
	return false;
}

/*
 * Signals are blocked and read, so a write that blocks (a pipe or a terminal
 * that nobody reads) would make the program immortal.
 */
static void watch_run(void *arg)
{
	struct watch *w = arg;
	struct pollfd fds[] = {
		{ .fd = w->signal_fd, .events = POLLIN },
		{ .fd = w->end_fd, .events = POLLIN },
	};

	for (int looks = 0;; looks = has_unread_ending() ? looks + 1 : 0) {
		if (!looks && poll(fds, 2, -1) < 0)
			continue;
		if (is_readable(w->end_fd, PATIENCE_MS))
			return;
		if (looks < PATIENCE_LOOKS)
			continue;
		w->leave(w->ctx);
		_exit(1);
	}
}

struct watch *watch_start(int signal_fd, void (*leave)(void *ctx), void *ctx)
{
	struct watch *w = malloc(sizeof(*w));

	if (!w)
		return NULL;
	*w = (struct watch){ .signal_fd = signal_fd,
			     .end_fd = eventfd(0, EFD_CLOEXEC),
			     .leave = leave,
			     .ctx = ctx };
	if (w->end_fd >= 0 && !thread_start(&w->thread, "watch", watch_run, w))
		return w;
	if (w->end_fd >= 0)
		close(w->end_fd);
	free(w);
	return NULL;
}

void watch_stop(struct watch *w)
{
	if (!w)
		return;
	eventfd_write(w->end_fd, 1);
	thread_join(&w->thread);
	close(w->end_fd);
	free(w);
}

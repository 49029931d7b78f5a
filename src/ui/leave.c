// SPDX-License-Identifier: GPL-2.0-only
/* Giving the terminal back in an emergency. */
#define NCURSES_NOMACROS
#include "ui/leave.h"

#include "lib/str.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

// clang-format off
#include <curses.h>
#include <term.h> /* uses the types of curses.h without including it */
// clang-format on

static struct {
	int fd;
	struct termios before;
	char text[256];
} leave = { .fd = -1 };

void leave_write(void)
{
	ssize_t written;

	written = write(STDOUT_FILENO, leave.text, strlen(leave.text));
	(void)written;
}

static const int faults[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT };
#define N_FAULTS (sizeof(faults) / sizeof(faults[0]))
static struct sigaction fault_before[N_FAULTS];

/* Only what is allowed in a signal handler. Then the fault happens once more,
 * with the handling it had before. */
static void fault(int sig, siginfo_t *info, void *context)
{
	(void)context;
	leave_write();
	tcsetattr(leave.fd, TCSANOW, &leave.before);
	for (size_t i = 0; i < N_FAULTS; i++)
		sigaction(faults[i], &fault_before[i], NULL);
	if (info->si_code <= 0) /* sent by a process, so it would not */
		raise(sig);
}

static void faults_catch(void)
{
	struct sigaction action = { .sa_sigaction = fault,
				    .sa_flags = SA_SIGINFO };

	sigfillset(&action.sa_mask);
	for (size_t i = 0; i < N_FAULTS; i++)
		sigaction(faults[i], &action, &fault_before[i]);
}

static void faults_release(void)
{
	for (size_t i = 0; i < N_FAULTS; i++)
		sigaction(faults[i], &fault_before[i], NULL);
}

static void add_capability(const char *name)
{
	const char *text = tigetstr(name);
	size_t n = strlen(leave.text);

	/* Some old terminals want pauses, which only curses can make. */
	if (text && text != (const char *)-1 && !strstr(text, "$<"))
		str_copy(leave.text + n, sizeof(leave.text) - n, text);
}

void leave_restores(const struct termios *before)
{
	leave.before = *before;
}

void leave_begin(int fd, const struct termios *before)
{
	leave.fd = fd;
	leave_restores(before);
	leave.text[0] = '\0';
	add_capability("sgr0");
	add_capability("rmkx");
	add_capability("cnorm");
	add_capability("rmcup");
	faults_catch();
}

/* In front: behind the screen there is another one. */
void leave_add(const char *text)
{
	size_t n = strlen(text);

	if (strstr(leave.text, text) ||
	    n + strlen(leave.text) >= sizeof(leave.text))
		return;
	memmove(leave.text + n, leave.text, strlen(leave.text) + 1);
	memcpy(leave.text, text, n);
}

/* The cursor is there already. */
void leave_clear(void)
{
	const char *other = tigetstr("rmcup"), *text = tigetstr("el");

	if ((other && other != (const char *)-1) || !text ||
	    text == (const char *)-1)
		return;
	putp(text);
	fflush(stdout);
}

void leave_end(void)
{
	faults_release();
	leave.fd = -1;
}

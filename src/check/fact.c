/* SPDX-License-Identifier: GPL-2.0-only */
#include "check/fact.h"

#include "lib/str.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

void fact_set(struct fact *fact, enum fact_state state, const char *format, ...)
{
	va_list ap;

	fact->state = state;
	va_start(ap, format);
	vsnprintf(fact->text, sizeof(fact->text), format, ap);
	va_end(ap);
}

void fact_fix(struct fact *fact, enum fix_kind kind, const char *format, ...)
{
	va_list ap;

	fact->fix_kind = kind;
	va_start(ap, format);
	vsnprintf(fact->fix, sizeof(fact->fix), format, ap);
	va_end(ap);
}

/* It fits into the pipe at once. */
static _Noreturn void child(const struct check *check, struct fact *fact,
			    fact_fn find, int fd)
{
	find(check, fact);
	_exit(write(fd, fact, sizeof(*fact)) != (ssize_t)sizeof(*fact));
}

/* Return: whether all of it came. */
static bool hear(int fd, struct fact *fact)
{
	ssize_t n;

	do
		n = read(fd, fact, sizeof(*fact));
	while (n < 0 && errno == EINTR);
	return n == (ssize_t)sizeof(*fact);
}

void fact_in_child(const struct check *check, struct fact *fact, fact_fn find)
{
	struct fact found;
	int fds[2], status = 0;
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC)) {
		fact_set(fact, FACT_UNKNOWN, "no pipe: %s", strerror(errno));
		return;
	}
	pid = fork();
	if (pid == 0)
		child(check, fact, find, fds[1]);
	close(fds[1]);
	if (pid < 0)
		fact_set(fact, FACT_UNKNOWN, "no process: %s", strerror(errno));
	else if (hear(fds[0], &found))
		*fact = found;
	else
		fact_set(fact, FACT_UNKNOWN,
			 "the process that tried it was ended");
	close(fds[0]);
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
}

bool is_root(void)
{
	return geteuid() == 0;
}

static bool is_plain(const char *word)
{
	return *word && !word[strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
					   "abcdefghijklmnopqrstuvwxyz"
					   "0123456789+-_/:,.@%")];
}

void shell_quote(char *out, size_t size, const char *word)
{
	size_t n = 0;

	if (is_plain(word)) {
		str_copy(out, size, word);
		return;
	}
	str_copy(out, size, "'");
	for (; *word; word++) {
		n = strlen(out);
		if (*word == '\'')
			str_copy(out + n, size - n, "'\\''");
		else
			str_printf(out + n, size - n, "%c", *word);
	}
	n = strlen(out);
	str_copy(out + n, size - n, "'");
}

// SPDX-License-Identifier: GPL-2.0-only
/* Shorter words for the terminal. */
#define NCURSES_NOMACROS
#include "ui/terse.h"

#include "lib/str.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

// clang-format off
#include <curses.h>
#include <term.h> /* uses the types of curses.h without including it */
// clang-format on

static char all[32]; /* "sgr0" as it was */

/*
 * Of xterm, screen, tmux, vt100 and their like:
 *
 *   sgr    \E[0;1m   \E[;1m is the same, and p9 is the other set of characters
 *   sgr0   \E[m      with \E(B or ^O for the usual set
 */
static const struct {
	const char *name, *part, *instead;
} cuts[] = {
	{ "sgr", "%?%p9%t\033(0%e\033(B%;", "" },
	{ "sgr", "%?%p9%t\016%e\017%;", "" },
	{ "sgr", "\033[0%?", "\033[%?" },
	{ "sgr0", "\033(B", "" },
	{ "sgr0", "\017", "" },
};

void terse_cut(char *text, const char *part, const char *instead)
{
	size_t n = strlen(part), kept = strlen(instead);

	while ((text = strstr(text, part))) {
		memcpy(text, instead, kept);
		memmove(text + kept, text + n, strlen(text + n) + 1);
		text += kept;
	}
}

static char *word(const char *name)
{
	char *text = tigetstr(name);

	return text == (char *)-1 ? NULL : text;
}

/* Entries that are built into the library may be constant. Let the kernel try:
 * a read gives an error where a store would be a fault. */
static bool is_writable(char *text)
{
	size_t size = strlen(text);
	bool is_written;
	int fds[2];

	if (pipe2(fds, O_CLOEXEC | O_NONBLOCK))
		return false;
	is_written = write(fds[1], text, size) == (ssize_t)size &&
		     read(fds[0], text, size) == (ssize_t)size;
	close(fds[0]);
	close(fds[1]);
	return is_written;
}

/* Curses works with copies of the pointers to its words, so they cannot be
 * replaced: the words themselves are cut. */
static void word_cut(const char *name, const char *part, const char *instead)
{
	char *text = word(name);

	if (text && is_writable(text))
		terse_cut(text, part, instead);
}

void terse_begin(void)
{
	char *text = word("sgr0");

	str_copy(all, sizeof(all), text ? text : "");
	for (size_t i = 0; i < sizeof(cuts) / sizeof(cuts[0]); i++)
		word_cut(cuts[i].name, cuts[i].part, cuts[i].instead);
}

void terse_no_background(void)
{
	word_cut("op", "\033[39;49m", "\033[39m");
}

void terse_reset(void)
{
	if (!all[0])
		return;
	putp(all);
	fflush(stdout);
}

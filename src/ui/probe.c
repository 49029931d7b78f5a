/* SPDX-License-Identifier: GPL-2.0-only */
#define NCURSES_NOMACROS
#include "ui/probe.h"

#include <stdio.h>
#include <unistd.h>

// clang-format off
#include <curses.h>
#include <term.h> /* uses the types of curses.h without including it */
// clang-format on

static bool has(const char *capability)
{
	const char *text = tigetstr(capability);

	return text && text != (const char *)-1;
}

bool probe_terminal(const char *name, int *colors)
{
	bool is_usable;
	int found;

	*colors = 0;
	if (setupterm(name, STDOUT_FILENO, &found) != OK)
		return false;
	is_usable = has("cup");
	*colors = tigetnum("colors");
	if (*colors < 0)
		*colors = 0;
	del_curterm(cur_term);
	return is_usable;
}

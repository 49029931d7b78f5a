// SPDX-License-Identifier: GPL-2.0-only
/* Which terminal it is. */
#define NCURSES_NOMACROS
#include "ui/termname.h"

#include "lib/sanitize.h"
#include "lib/str.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// clang-format off
#include <curses.h>
#include <term.h> /* uses the types of curses.h without including it */
// clang-format on

/* Asked before newterm(), which does not say why it fails. */
static bool is_known(const char *name)
{
	int found;

	if (setupterm(name, STDOUT_FILENO, &found) != OK)
		return false;
	del_curterm(cur_term);
	return true;
}

const char *termname_choose(char *note, size_t size)
{
	static const char *const usual[] = { "xterm-256color", "xterm",
					     "vt100" };
	const char *name = getenv("TERM");
	bool is_set = name && *name;
	char shown[21];

	if (is_set && is_known(name))
		return name;
	for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++) {
		if (!is_known(usual[i]))
			continue;
		if (!is_set)
			name = "";
		sanitize_text(shown, sizeof(shown), name, strlen(name), NULL);
		str_printf(note, size, "%s%s%s: drawing for %s",
			   is_set ? "unknown terminal \"" : "TERM is not set",
			   shown, is_set ? "\"" : "", usual[i]);
		return usual[i];
	}
	return NULL;
}

bool termname_is_asked(const char *name)
{
	return strncmp(name, "linux", 5) && strncmp(name, "vt", 2) &&
	       strcmp(name, "dumb");
}

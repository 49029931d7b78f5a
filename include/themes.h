/* SPDX-License-Identifier: GPL-2.0-only */
/* Themes by name: built in, or files. */
#ifndef FLOWTOP_THEMES_H
#define FLOWTOP_THEMES_H

#include <stddef.h>

struct theme;

/**
 * themes_load - find the theme called @name
 * @name: a built-in one; a path, if there is a slash in it; else a file of that
 *        name in flowtop/themes of the user's configuration or of the system
 * @home: the user's, may be ""
 * @error: one line about what is wrong
 *
 * Files are opened with the rights of the process: let them be the user's.
 * Return: 0; negative errno, -ENOENT when there is none of that name, -EINVAL
 * when it is no theme.
 */
int themes_load(const char *name, const char *home, struct theme *theme,
		char *error, size_t size);

#endif

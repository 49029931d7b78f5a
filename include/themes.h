/* SPDX-License-Identifier: GPL-2.0-only */
/* Themes by name: built in, or files. */
#ifndef FLOWTOP_THEMES_H
#define FLOWTOP_THEMES_H

struct config;
struct settings;

/**
 * themes_open - find the theme that was chosen: config->theme
 * @config: theme_name is a built-in one; a path, if there is a slash in it;
 *          else a file of that name in flowtop/themes of the user's
 *          configuration or of the system; NULL: none was chosen
 * @home: the user's, may be ""
 * @advice: behind the message, when a file may not be read
 *
 * Files are opened with the rights of the process: let them be the user's.
 * Prints one line about what is wrong. One that a file of settings has chosen
 * is not worth more than a warning: then there is none. Return: 0, or the exit
 * status.
 */
int themes_open(struct config *config, struct settings *settings,
		const char *home, const char *advice);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* The filter of the command line: the words behind the options, -f and -i. */
#ifndef FLOWTOP_FILTERING_H
#define FLOWTOP_FILTERING_H

#include <stdbool.h>

struct config;
struct expr_words;
struct settings;

/** filtering_add - one more expression, which has to be true, too. Return:
 * NULL, or what is wrong with it. */
const char *filtering_add(struct config *config, const char *text);

/** filtering_add_iface - the same from names of interfaces, "eth0,wg0". */
const char *filtering_add_iface(struct config *config, const char *names);

/** filtering_add_words - the same from the @n words at @word, with blanks
 * between. */
const char *filtering_add_words(struct config *config, char *const *word,
				int n);

/**
 * filtering_check - see whether they can be read, but for names of services
 *
 * @settings: may have called some by names
 *
 * So that a slip of the pen is told first, whatever else is wrong.
 * Return: 0, or the exit status: then two lines have said why.
 */
int filtering_check(const struct config *config, struct settings *settings);

/**
 * filtering_open - make config->filter.match of them
 * @words: see filter/expr.h; used during the call only
 * @settings: told about expressions of files that cannot be read: these are
 *left out
 *
 * Context: after privileges were given up: what is read was typed by the
 * caller.
 * Return: as filtering_check().
 */
int filtering_open(struct config *config, struct settings *settings,
		   const struct expr_words *words);

/** filtering_close - give everything back. No frame is made any more. */
void filtering_close(struct config *config);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* Options as keys of a settings file: each long one is a key. */
#ifndef FLOWTOP_OPTIONKEYS_H
#define FLOWTOP_OPTIONKEYS_H

struct config;
struct parsing;

/* Where an option may come from besides the command line: from any file,
 * unless it says otherwise. */
enum {
	FROM_ANY = 0,
	FROM_LINE = 1 << 0,    /* from none: it acts, or shapes an output */
	FROM_ETC = 1 << 1,     /* only from the file of root */
	FROM_LIST = 1 << 2,    /* lines add up */
	FROM_PASSING = 1 << 3, /* key W does not write it */
};

/** option_find - Return: its row; -1: there is none of that name. */
int option_find(const char *name);

/** option_name - of row @row; NULL: it is none, but a heading. */
const char *option_name(int row);

/** option_rows - how many there are. */
int option_rows(void);

/** option_from - FROM_* */
unsigned int option_from(int row);

/** option_given - what the command line said last, "yes" without an argument;
 * NULL: nothing. */
const char *option_given(const struct parsing *p, int row);

/** option_config - what is being filled. */
struct config *option_config(struct parsing *p);

/**
 * option_set - do what a line of a file says
 * @text: the value; of an option without an argument yes or no. Borrowed: it
 *	has to live as long as the configuration
 *
 * Return: NULL, or what it should have been.
 */
const char *option_set(struct parsing *p, int row, const char *text);

/** option_set_protocols - "all" or "tcp,udp": which ones without letters on the
 * command line. Return: as option_set(). */
const char *option_set_protocols(struct parsing *p, const char *text);

#endif

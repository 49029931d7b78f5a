/* SPDX-License-Identifier: GPL-2.0-only */
/* Lines that were typed before, each once. */
#ifndef FLOWTOP_UI_HISTORY_H
#define FLOWTOP_UI_HISTORY_H

#include <stddef.h>

#define HISTORY_MAX 50

/* Zeroed is empty. */
struct history {
	char *text[HISTORY_MAX]; /* oldest first */
	size_t n;
	size_t at;   /* the one that is shown; @n: none */
	char *draft; /* what was being typed; NULL: nothing yet */
};

/** history_add - keep a copy of @text, as the latest; blank ones are not
 * kept, and the oldest goes when there are too many. Ends a walk. */
void history_add(struct history *history, const char *text);

/** history_older, history_newer - walk. @now: what is typed, kept until the
 * walk is back. Return: borrowed until the next call; NULL: there is none. */
const char *history_older(struct history *history, const char *now);
const char *history_newer(struct history *history);

/** history_rest - the walk is over: the next one begins with the latest. */
void history_rest(struct history *history);

/** history_fini - free what it holds. */
void history_fini(struct history *history);

#endif

// SPDX-License-Identifier: GPL-2.0-only
/* Lines that were typed before. */
#include "ui/history.h"

#include "lib/alloc.h"

#include <stdlib.h>
#include <string.h>

static void drop(struct history *history, size_t i)
{
	free(history->text[i]);
	history->n--;
	memmove(&history->text[i], &history->text[i + 1],
		(history->n - i) * sizeof(history->text[0]));
}

void history_rest(struct history *history)
{
	free(history->draft);
	history->draft = NULL;
	history->at = history->n;
}

void history_add(struct history *history, const char *text)
{
	for (size_t i = 0; i < history->n; i++) {
		if (!strcmp(history->text[i], text)) {
			drop(history, i);
			break;
		}
	}
	if (text[strspn(text, " ")]) {
		if (history->n == HISTORY_MAX)
			drop(history, 0);
		history->text[history->n++] = xstrdup(text);
	}
	history_rest(history);
}

const char *history_older(struct history *history, const char *now)
{
	if (!history->draft) {
		history_rest(history);
		history->draft = xstrdup(now);
	}
	/* What is typed already is no step. */
	while (history->at) {
		history->at--;
		if (strcmp(history->text[history->at], now))
			return history->text[history->at];
	}
	return NULL;
}

const char *history_newer(struct history *history)
{
	if (!history->draft || history->at >= history->n)
		return NULL;
	history->at++;
	return history->at < history->n ? history->text[history->at]
					: history->draft;
}

void history_fini(struct history *history)
{
	for (size_t i = 0; i < history->n; i++)
		free(history->text[i]);
	free(history->draft);
	*history = (struct history){ .n = 0 };
}

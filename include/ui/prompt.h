/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A line to type into, in place of the row that peeks, and what is said of it
 * in place of the keys. Where there is less room it takes the last row, or the
 * last two.
 */
#ifndef FLOWTOP_UI_PROMPT_H
#define FLOWTOP_UI_PROMPT_H

#include "ui/completing.h"
#include "ui/draw.h"
#include "ui/history.h"
#include "ui/lineedit.h"

#include <stdbool.h>
#include <stdint.h>

struct expr_words;

/* What is typed acts when no key has come for so long. */
#define PROMPT_WAIT_NS (150 * NS_PER_MS)

enum answer_kind {
	ANSWER_GOOD,
	ANSWER_UNFINISHED, /* not an error */
	ANSWER_WRONG, /* text is under the column, as soon as it has room */
};

struct answer {
	enum answer_kind kind;
	int column;       /* first byte that is wrong, from 1 */
	bool is_dim;      /* somebody is still typing */
	bool is_indented; /* a cell more to the right */
	char text[LINE_TEXT];
	char right[64]; /* at the end of the row, where there is room */
};

/* Zeroed is empty; to be ended with prompt_fini(). */
struct prompt {
	const char *label; /* "filter" */
	struct lineedit line;
	struct history history;
	struct completion completion;
};

enum prompt_result {
	PROMPT_OTHER, /* not a key of a prompt */
	PROMPT_SAME,  /* the text is what it was */
	PROMPT_CHANGED,
};

/** prompt_open - with @text in it. */
void prompt_open(struct prompt *prompt, const char *text);

/** prompt_key - keys of the line, of its history and of completion.
 * @words: see filter/expr.h; borrowed for the call */
enum prompt_result prompt_key(struct prompt *prompt, int key,
			      const struct expr_words *words);

/** prompt_is_key_of_list - @key means what it always does, while something is
 * typed: pages, help, suspend, leave. */
bool prompt_is_key_of_list(int key);

/** prompt_draw - @answer: what is said of it, unless words are offered. *@y,
 * *@x: the cursor */
void prompt_draw(struct prompt *prompt, const struct answer *answer, int *y,
		 int *x);

/** prompt_fini - free what it holds. */
void prompt_fini(struct prompt *prompt);

#endif

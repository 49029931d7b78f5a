/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The filter prompt.
 *
 *   typed -> read at every key -> good: the list is of it, a moment later
 *                              -> unfinished, wrong: the last good one stays
 *   Enter keeps what is good; Esc brings back what was before
 */
#ifndef FLOWTOP_UI_FILTERPROMPT_H
#define FLOWTOP_UI_FILTERPROMPT_H

#include "filter/expr.h"
#include "ui/prompt.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct match;
struct ui;

enum filterprompt_state {
	FILTERPROMPT_BLANK,
	FILTERPROMPT_GOOD,
	FILTERPROMPT_UNFINISHED,
	FILTERPROMPT_WRONG, /* or unfinished when Enter was pressed */
};

/* Zeroed is a prompt that was never open. Who owns what: view/match.h. */
struct filterprompt {
	struct prompt prompt;
	struct match *before; /* the filter when the prompt was opened */
	/* What stands in the prompt: */
	enum filterprompt_state state;
	struct expr_error error;
	bool is_mixed; /* "and" and "or" without parentheses: */
	char echo[LINE_TEXT];
	/* The list will be of this, from then on; UI_NEVER: of what it is. NULL
	 * is no filter. */
	struct match *typed;
	uint64_t apply_ns;
	uint64_t plain_ns; /* until then an error is dim */
	uint64_t picture;  /* number of the first one of the filter */
};

/** filterprompt_open - open the prompt, with the present filter in it. */
void filterprompt_open(struct ui *ui);

/** filterprompt_clear - all flows again. Return: false when there is no filter.
 */
bool filterprompt_clear(struct ui *ui);

/** filterprompt_text - what the list is cut down to: the group whose flows they
 * are, and the filter; "" when it is all there is. */
void filterprompt_text(const struct ui *ui, char *text, size_t size);

/** filterprompt_fini - free what it holds, the filter as well. */
void filterprompt_fini(struct ui *ui);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* Tab in a prompt: what a word may become. */
#ifndef FLOWTOP_UI_COMPLETING_H
#define FLOWTOP_UI_COMPLETING_H

#include <stdbool.h>
#include <stddef.h>

struct expr_words;
struct lineedit;

#define COMPLETION_MAX 64 /* words that are offered */
#define COMPLETION_WORD 64

/* Zeroed is closed. */
struct completion {
	bool is_open; /* words are offered: */
	size_t n;
	size_t at;    /* the one that stands in the line; @n: none yet */
	size_t start; /* where it stands, in bytes */
	char word[COMPLETION_MAX][COMPLETION_WORD];
};

/**
 * completing_step - the first Tab, or another one
 * @by: 1, or -1 to go back
 *
 * A word that can become only one is that; otherwise it grows as far as all
 * agree, and each further step puts another one there.
 * Return: whether the line has changed.
 */
bool completing_step(struct completion *completion, struct lineedit *line,
		     const struct expr_words *words, int by);

/**
 * completing_text - the words that are offered, the present one in brackets
 * @cells: room; the list is moved so that the present one is seen
 * @text: @size bytes, more than @cells
 */
void completing_text(const struct completion *completion, int cells, char *text,
		     size_t size);

#endif

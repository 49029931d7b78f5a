// SPDX-License-Identifier: GPL-2.0-only
/* What a word may become. */
#include "ui/completing.h"

#include "filter/expr.h"
#include "lib/str.h"
#include "ui/lineedit.h"
#include "view/cell.h"

#include <string.h>
#include <strings.h>

/* A word that is cut would be another one. */
static void add(void *arg, const char *word)
{
	struct completion *c = arg;

	if (c->n == COMPLETION_MAX || strlen(word) >= COMPLETION_WORD)
		return;
	for (size_t i = 0; i < c->n; i++)
		if (!strcmp(c->word[i], word))
			return;
	str_copy(c->word[c->n++], COMPLETION_WORD, word);
}

/* Bytes of the first word with which all begin. */
static size_t common(const struct completion *c)
{
	size_t n = strlen(c->word[0]);

	for (size_t i = 1; i < c->n; i++)
		while (strncasecmp(c->word[0], c->word[i], n))
			n--;
	/* Not in the middle of a character. */
	while (n && ((unsigned char)c->word[0][n] & 0xc0) == 0x80)
		n--;
	return n;
}

static bool put(struct completion *c, struct lineedit *line, const char *word)
{
	return lineedit_replace(line, c->start, word);
}

static bool begin(struct completion *c, struct lineedit *line,
		  const struct expr_words *words)
{
	size_t typed;
	char word[COMPLETION_WORD + 1];

	c->n = 0;
	c->start = line->cursor;
	expr_complete(line->text, line->cursor, words, &c->start, add, c);
	c->at = c->n;
	c->is_open = c->n > 1;
	if (!c->n)
		return false;
	typed = line->cursor - c->start;
	str_copy(word, sizeof(word), c->word[0]);
	if (c->is_open) {
		word[common(c)] = '\0';
		return strlen(word) > typed && put(c, line, word);
	}
	/* The next word comes behind a blank. */
	if (line->text[line->cursor] != ' ')
		str_printf(word, sizeof(word), "%s ", c->word[0]);
	return put(c, line, word);
}

bool completing_step(struct completion *c, struct lineedit *line,
		     const struct expr_words *words, int by)
{
	if (!c->is_open)
		return begin(c, line, words);
	if (by > 0)
		c->at = c->at + 1 < c->n ? c->at + 1 : 0;
	else
		c->at = c->at && c->at < c->n ? c->at - 1 : c->n - 1;
	if (c->at >= c->n)
		c->at = 0;
	return put(c, line, c->word[c->at]);
}

/* Cells of word @i in the list, with what is around it. */
static int word_cells(const struct completion *c, size_t i)
{
	return text_cells(c->word[i]) + 2;
}

void completing_text(const struct completion *c, int cells, char *text,
		     size_t size)
{
	size_t first = 0, n = 0;
	int used = 0;

	for (size_t i = 0; c->at < c->n && i <= c->at; i++)
		used += word_cells(c, i);
	while (used > cells && first < c->at)
		used -= word_cells(c, first++);
	text[0] = '\0';
	used = 0;
	for (size_t i = first; i < c->n && n < size; i++) {
		bool is_here = i == c->at;

		used += word_cells(c, i);
		if (used > cells && i > first)
			break;
		str_printf(&text[n], size - n, "%s%s%s", is_here ? "[" : " ",
			   c->word[i], is_here ? "]" : " ");
		n += strlen(&text[n]);
	}
}

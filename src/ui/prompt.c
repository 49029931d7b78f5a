// SPDX-License-Identifier: GPL-2.0-only
/* A line to type into. */
#include "ui/prompt.h"

#include "lib/str.h"
#include "ui/keys.h"
#include "view/cell.h"

#include <string.h>

#include <curses.h>

#define CTRL(c) ((c)&0x1f)
#define K(code) (KEY_SPECIAL | (code))

#define TWO_ROWS 4     /* a screen of so many rows has two for a prompt */
#define LABEL_CELLS 30 /* from here on it has a name, not only a sign */
#define MIN_GAP 2      /* between both ends of the answer */

void prompt_open(struct prompt *prompt, const char *text)
{
	lineedit_set(&prompt->line, text);
	history_rest(&prompt->history);
	prompt->completion.is_open = false;
}

void prompt_fini(struct prompt *prompt)
{
	history_fini(&prompt->history);
}

static bool is_older(int key)
{
	return key == K(KEY_UP) || key == CTRL('P');
}

static bool is_newer(int key)
{
	return key == K(KEY_DOWN) || key == CTRL('N');
}

static enum prompt_result walk_history(struct prompt *prompt, int key)
{
	struct history *history = &prompt->history;
	const char *text = is_older(key)
				   ? history_older(history, prompt->line.text)
				   : history_newer(history);

	if (!text)
		return PROMPT_SAME;
	lineedit_set(&prompt->line, text);
	return PROMPT_CHANGED;
}

enum prompt_result prompt_key(struct prompt *prompt, int key,
			      const struct expr_words *words)
{
	if (key == '\t' || key == K(KEY_BTAB))
		return completing_step(&prompt->completion, &prompt->line,
				       words, key == '\t' ? 1 : -1)
			       ? PROMPT_CHANGED
			       : PROMPT_SAME;
	prompt->completion.is_open = false;
	if (is_older(key) || is_newer(key))
		return walk_history(prompt, key);
	switch (lineedit_key(&prompt->line, key)) {
	case LINEEDIT_NONE:
		return PROMPT_OTHER;
	case LINEEDIT_SAME:
		return PROMPT_SAME;
	default:
		history_rest(&prompt->history);
		return PROMPT_CHANGED;
	}
}

bool prompt_is_key_of_list(int key)
{
	switch (key) {
	case K(KEY_PPAGE):
	case K(KEY_NPAGE):
	case K(KEY_F(1)):
	case K(KEY_F(10)):
	case CTRL('C'):
	case CTRL('L'):
	case CTRL('Z'):
	case CTRL('\\'):
		return true;
	default:
		return false;
	}
}

/* ---------------------------------------------------------------- drawing */

/* Return: cells of the left end. */
static int draw_left(int y, int x, const char *text, enum role role,
		     bool is_dim)
{
	int width = draw_cells();
	char cut[CELL_OUT_SIZE(LINE_TEXT)];

	if (x >= width)
		return 0;
	text_fit(text, width - x < LINE_TEXT ? width - x : LINE_TEXT,
		 KEEP_START, false, CELL_NO_PAD, cut);
	return draw_text(y, x, width - x, cut, role, is_dim ? LINE_DIM : 0);
}

/* Under the column; further to the left where it has no room there. */
static void draw_wrong(const struct answer *answer, int y, int x)
{
	int room = draw_cells() - text_cells(answer->text) - 2;
	enum role role = answer->is_dim ? ROLE_PLAIN : ROLE_WRONG;

	if (x > room)
		x = room;
	if (x < 0)
		x = 0;
	x += draw_left(y, x, "^ ", role, answer->is_dim);
	draw_left(y, x, answer->text, role, answer->is_dim);
}

static void draw_said(const struct answer *answer, int y, int x)
{
	int width = draw_cells(), n = text_cells(answer->right);

	x += draw_left(y, x, answer->text, ROLE_PLAIN, answer->is_dim);
	if (n && x + MIN_GAP + n < width)
		draw_text(y, width - n - 1, n, answer->right, ROLE_PLAIN,
			  LINE_DIM);
}

/* @x: where the line begins, of which byte @from is the first one shown. */
static void draw_answer(struct prompt *prompt, const struct answer *answer,
			int y, int x)
{
	char text[LINE_TEXT];

	if (prompt->completion.is_open) {
		completing_text(&prompt->completion, draw_cells() - 1, text,
				sizeof(text));
		draw_words(y, 0, draw_cells(), text, ROLE_PLAIN);
	} else if (answer->kind == ANSWER_WRONG) {
		size_t bytes = (size_t)answer->column - 1;
		int cell = lineedit_cells(&prompt->line, bytes) -
			   prompt->line.first;

		draw_wrong(answer, y, x + (cell > 0 ? cell : 0));
	} else {
		draw_said(answer, y, x + answer->is_indented);
	}
}

void prompt_draw(struct prompt *prompt, const struct answer *answer, int *y,
		 int *x)
{
	int rows = draw_rows(), width = draw_cells(), room;
	bool is_small = rows < TWO_ROWS;
	int row = is_small ? rows - 1 : rows - 2;
	struct lineedit *line = &prompt->line;
	char label[32] = "/";
	size_t from;

	if (width >= LABEL_CELLS)
		str_printf(label, sizeof(label), "%s> ", prompt->label);
	draw_bar(row, ROLE_PLAIN, 0);
	*x = draw_text(row, 0, width, label, ROLE_PLAIN, 0);
	room = width - *x;
	from = lineedit_show(line, room);
	draw_text(row, *x, room, &line->text[from], ROLE_PLAIN, 0);
	if (!is_small) {
		draw_bar(row + 1, ROLE_PLAIN, 0);
		draw_answer(prompt, answer, row + 1, *x);
	} else if (answer->kind == ANSWER_WRONG && !answer->is_dim) {
		draw_text(row, width - 1, 1, "!", ROLE_WRONG, 0);
	}
	*y = row;
	*x += lineedit_cells(line, line->cursor) - line->first;
}

// SPDX-License-Identifier: GPL-2.0-only
/* Writing on the screen, and how things look. */
#define NCURSES_NOMACROS /* names such as move and clear are functions */
#include "ui/draw.h"

#include "lib/str.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

#include <curses.h>

enum { PAIR_ADDR = 1, PAIR_WARNING };

/* A line is never longer, whatever the terminal says. */
#define MAX_CELLS 1024

#define UTF8_BROKEN 0xfffd /* what utf8_decode() makes of bad bytes */

struct style {
	attr_t attr;
	short pair; /* 0: none */
};

static const struct style styles[ROLES] = {
	[ROLE_BAR] = { A_REVERSE, 0 },
	[ROLE_TAB] = { A_BOLD, 0 },
	[ROLE_ADDR] = { 0, PAIR_ADDR },
	[ROLE_WARNING] = { A_BOLD, PAIR_WARNING },
	[ROLE_MESSAGE] = { A_BOLD, 0 },
};

static bool is_coloured;

void draw_open(void)
{
	const char *no_color = getenv("NO_COLOR");

	is_coloured = !(no_color && *no_color) && has_colors();
	if (!is_coloured)
		return;
	start_color();
	use_default_colors();
	init_pair(PAIR_ADDR, COLOR_CYAN, -1);
	init_pair(PAIR_WARNING, COLOR_YELLOW, -1);
}

int draw_rows(void)
{
	return LINES;
}

int draw_cells(void)
{
	return COLS < MAX_CELLS ? COLS : MAX_CELLS;
}

void draw_begin(void)
{
	erase();
}

void draw_end(int y, int x)
{
	move(y, x);
	wnoutrefresh(stdscr);
	doupdate();
}

static void style_set(enum role role, unsigned int line)
{
	struct style style = styles[role];

	if (line & LINE_SELECTED)
		style.attr |= A_REVERSE;
	if (line & LINE_DIM)
		style.attr |= A_DIM;
	attr_set(style.attr, is_coloured ? style.pair : 0, NULL);
}

/* One cell of the terminal for each character, or "?". */
static int to_cells(const char *text, int max, wchar_t *cells)
{
	size_t left = strlen(text);
	int n = 0;

	while (left && n < max) {
		uint32_t code;
		size_t taken = utf8_decode(text, left, &code);

		text += taken;
		left -= taken;
		if (code == UTF8_BROKEN || !iswprint((wint_t)code) ||
		    wcwidth((wchar_t)code) != 1)
			code = L'?';
		cells[n++] = (wchar_t)code;
	}
	return n;
}

int draw_text(int y, int x, int max, const char *text, enum role role,
	      unsigned int line)
{
	wchar_t cells[MAX_CELLS];
	int n;

	if (y < 0 || y >= LINES || x < 0 || x >= draw_cells())
		return 0;
	if (max > draw_cells() - x)
		max = draw_cells() - x;
	n = to_cells(text, max, cells);
	if (n <= 0)
		return 0;
	style_set(role, line);
	/* An error after the last cell of the screen means only that the
	 * cursor has nowhere to go. */
	mvaddnwstr(y, x, cells, n);
	attr_set(A_NORMAL, 0, NULL);
	return n;
}

void draw_bar(int y, enum role role, unsigned int line)
{
	if (y < 0 || y >= LINES)
		return;
	style_set(role, line);
	mvhline(y, 0, ' ', draw_cells());
	attr_set(A_NORMAL, 0, NULL);
}

int draw_paragraph(int y, int end, int indent, const char *text)
{
	int width = draw_cells() - indent - 1;

	if (width < 8) {
		indent = 0;
		width = draw_cells();
	}
	if (width <= 0)
		return y;
	while (y < end) {
		size_t n = strlen(text);

		if (n > (size_t)width) {
			n = (size_t)width;
			while (n > 0 && text[n] != ' ')
				n--;
			if (!n)
				n = (size_t)width;
		}
		draw_text(y++, indent, (int)n, text, ROLE_PLAIN, 0);
		text += n;
		if (!*text)
			break;
		text += *text == ' ';
	}
	return y;
}

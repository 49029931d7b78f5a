// SPDX-License-Identifier: GPL-2.0-only
/* Writing on the screen, and how things look. */
#define NCURSES_NOMACROS /* names such as move and clear are functions */
#include "ui/draw.h"

#include "lib/str.h"
#include "lib/unitext.h"
#include "ui/terse.h"
#include "view/cell.h"
#include "view/value.h"

#include <langinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include <curses.h>

/* A line is never longer, whatever the terminal says. */
#define MAX_CELLS 1024

/* As curses has it. */
struct style {
	attr_t attr;
	short pair; /* 0: none */
};

static struct style styles[ROLES];

static unsigned int sign_flags; /* CELL_UTF8, or none */

/* The options decide, then the theme that was chosen, then the environment,
 * then the terminal. */
static bool wants_color(enum color_choice choice, bool has_theme)
{
	const char *no_color = getenv("NO_COLOR");

	if (choice == COLOR_AUTO && !has_theme && no_color && *no_color)
		return false;
	return choice != COLOR_NEVER && has_colors();
}

static const struct {
	uint8_t bit;
	attr_t attr;
} attributes[] = {
	{ LOOK_BOLD, A_BOLD },
	{ LOOK_UNDERLINE, A_UNDERLINE },
	{ LOOK_REVERSE, A_REVERSE },
	{ LOOK_DIM, A_DIM },
};

/* Between looks of the same colours there is nothing to send, if they are the
 * same pair. */
static short pair_of(const struct theme *theme, enum role role)
{
	const struct look *look = &theme->looks[role];

	if (look->fg == LOOK_DEFAULT && look->bg == LOOK_DEFAULT)
		return 0;
	for (enum role r = 0; r < role; r++) {
		if (theme->looks[r].fg == look->fg &&
		    theme->looks[r].bg == look->bg)
			return styles[r].pair;
	}
	init_pair((short)(role + 1), look->fg, look->bg);
	return (short)(role + 1);
}

void draw_use(const struct theme *theme)
{
	for (enum role role = 0; role < ROLES; role++) {
		struct style *style = &styles[role];

		style->attr = 0;
		for (size_t i = 0;
		     i < sizeof(attributes) / sizeof(attributes[0]); i++)
			if (theme->looks[role].bits & attributes[i].bit)
				style->attr |= attributes[i].attr;
		style->pair = pair_of(theme, role);
	}
}

bool draw_open(enum color_choice choice, const struct theme *theme)
{
	struct theme usual;
	bool has_colors = wants_color(choice, theme != NULL);

	theme_find(&usual, THEME_MONO);
	if (has_colors) {
		start_color();
		use_default_colors();
		if (COLORS >= 8)
			theme_find(&usual, THEME_DEFAULT);
		if (theme && theme_needs_colors(theme) <= COLORS)
			usual = *theme;
	} else if (theme && !theme_needs_colors(theme)) {
		usual = *theme;
	}
	draw_use(&usual);
	if (!theme_has_background(&usual))
		terse_no_background();
	return has_colors && COLORS >= 8 && !theme;
}

bool draw_has_utf8(bool wants_ascii)
{
	const char *term = getenv("TERM");

	/* Fonts of the console have too few signs. */
	return !wants_ascii && !(term && !strncmp(term, "linux", 5)) &&
	       !strcmp(nl_langinfo(CODESET), "UTF-8");
}

void draw_set_utf8(bool has_utf8)
{
	sign_flags = has_utf8 ? CELL_UTF8 : 0;
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

static struct {
	int y, x;
	bool has_written;
} frame = { .y = -1 };

#define SYNC_CELLS 700 /* about 1,000 bytes; the marks around it have 16 */
#define SYNC_BEGIN "\033[?2026h"
#define SYNC_END "\033[?2026l"

static bool has_sync;

void draw_set_sync(bool is_known)
{
	has_sync = is_known;
}

/* Cells of line @y that have another character now. */
static int cells_changed(int y)
{
	wchar_t before[MAX_CELLS + 1], now[MAX_CELLS + 1];
	int width = draw_cells(), n = 0;

	if (mvwinnwstr(curscr, y, 0, before, width) == ERR ||
	    mvwinnwstr(newscr, y, 0, now, width) == ERR)
		return width;
	for (int x = 0; x < width && before[x] && now[x]; x++)
		n += before[x] != now[x];
	return n;
}

static bool is_large(bool is_whole)
{
	int n = 0;

	for (int y = 0; !is_whole && y < LINES && n < SYNC_CELLS; y++)
		if (is_linetouched(newscr, y))
			n += cells_changed(y);
	return is_whole || n >= SYNC_CELLS;
}

static void write_now(const char *text)
{
	/* Curses has a buffer of its own. */
	fputs(text, stdout);
	fflush(stdout);
}

void draw_end(int y, int x, bool is_typing)
{
	bool is_whole = is_cleared(curscr) || frame.y < 0;
	bool is_synced;

	move(y, x);
	wnoutrefresh(stdscr);
	/* curses has marked the lines of newscr that differ, if any. */
	frame.has_written = is_whole || is_wintouched(newscr) || y != frame.y ||
			    x != frame.x;
	frame.y = y;
	frame.x = x;
	is_synced = has_sync && is_large(is_whole);
	if (is_synced)
		write_now(SYNC_BEGIN);
	if (is_whole)
		terse_reset();
	doupdate();
	if (is_synced)
		write_now(SYNC_END);
	/* Nothing is written when it is so already. */
	curs_set(is_typing);
}

bool draw_has_written(void)
{
	return frame.has_written;
}

static void style_set(enum role role, unsigned int line)
{
	struct style style = styles[role];

	if (line & LINE_DIM)
		style.attr |= styles[ROLE_CLOSED].attr;
	if (line & LINE_DIM && !style.pair)
		style.pair = styles[ROLE_CLOSED].pair;
	if (line & LINE_SELECTED) {
		style.attr |= styles[ROLE_SELECTED].attr;
		style.pair = styles[ROLE_SELECTED].pair;
	}
	attr_set(style.attr, style.pair, NULL);
}

int draw_words(int y, int x, int max, const char *text, enum role role)
{
	int n;

	if (max > draw_cells() - x)
		max = draw_cells() - x;
	if (max < 1 || text_cells(text) <= max)
		return draw_text(y, x, max, text, role, 0);
	n = draw_text(y, x, max - 1, text, role, 0);
	return n + draw_text(y, x + n, 1, glyph_text(GLYPH_CUT, sign_flags),
			     role, 0);
}

bool draw_is_alike(enum role a, enum role b)
{
	return styles[a].attr == styles[b].attr &&
	       styles[a].pair == styles[b].pair;
}

/* What goes into at most @max cells. */
struct cells {
	wchar_t text[2 * MAX_CELLS]; /* each with its mark */
	int size;
	int n;
	bool takes_mark;
};

/*
 * The locale's character set may be smaller, and its table of widths another
 * one: where wcwidth() does not agree there is a "?", and no mark.
 */
static void add_character(struct cells *cells, uint32_t code)
{
	int width = unitext_width(code);
	bool is_agreed = width == wcwidth((wchar_t)code);

	if (width == 0) {
		if (is_agreed && cells->takes_mark)
			cells->text[cells->size++] = (wchar_t)code;
		cells->takes_mark = false;
		return;
	}
	if (width < 0 || !is_agreed)
		code = L'?';
	cells->text[cells->size++] = (wchar_t)code;
	cells->takes_mark = code != L'?';
	cells->n++;
}

static void to_cells(const char *text, int max, struct cells *cells)
{
	size_t left = strlen(text);

	cells->size = cells->n = 0;
	cells->takes_mark = false;
	while (left) {
		uint32_t code;
		size_t taken = utf8_decode(text, left, &code);

		if (cells->n >= max && unitext_width(code) != 0)
			break;
		add_character(cells, code);
		text += taken;
		left -= taken;
	}
}

int draw_text(int y, int x, int max, const char *text, enum role role,
	      unsigned int line)
{
	struct cells cells;

	if (y < 0 || y >= LINES || x < 0 || x >= draw_cells())
		return 0;
	if (max > draw_cells() - x)
		max = draw_cells() - x;
	to_cells(text, max, &cells);
	if (cells.n == 0)
		return 0;
	style_set(role, line);
	/* An error after the last cell of the screen means only that the
	 * cursor has nowhere to go. */
	mvaddnwstr(y, x, cells.text, cells.size);
	attr_set(A_NORMAL, 0, NULL);
	return cells.n;
}

void draw_bar(int y, enum role role, unsigned int line)
{
	if (y < 0 || y >= LINES)
		return;
	style_set(role, line);
	mvhline(y, 0, ' ', draw_cells());
	attr_set(A_NORMAL, 0, NULL);
}

/* Of @text what fills at most *@cells. Return: its bytes; *@cells: what they
 * take. */
static size_t head_of(const char *text, size_t size, int *cells)
{
	int most = *cells;
	size_t n = 0;

	*cells = 0;
	while (n < size) {
		uint32_t code;
		size_t taken = utf8_decode(text + n, size - n, &code);
		int more = unitext_width(code) != 0;

		if (*cells + more > most)
			break;
		*cells += more;
		n += taken;
	}
	return n;
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
		int cells = width;
		size_t n = head_of(text, strlen(text), &cells);
		size_t words = text[n] ? n : 0;

		while (words && text[words] != ' ')
			words--;
		if (words)
			n = head_of(text, words, &cells);
		draw_text(y++, indent, cells, text, ROLE_PLAIN, 0);
		text += n;
		if (!*text)
			break;
		text += *text == ' ';
	}
	return y;
}

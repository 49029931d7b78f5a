// SPDX-License-Identifier: GPL-2.0-only
/* The help page. */
#include "ui/help.h"

#include "lib/str.h"
#include "ui/draw.h"
#include "ui/keymap.h"
#include "view/cell.h"
#include "view/value.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define COLUMN_CELLS 40
#define NAME_CELLS 15
#define MAX_LINES 80

#define NAME_TEXT 32

struct help_line {
	char name[NAME_TEXT]; /* "": a heading, or an empty line */
	const char *text;
};

/* What the signs on the screen mean. */
static const struct {
	enum glyph glyph[4];
	int n; /* of glyphs; then comes @name */
	const char *name, *text;
} marks[] = {
	{ { GLYPH_SELECTED, GLYPH_NEW, GLYPH_CLOSED },
	  3,
	  "",
	  "selected, new, closed" },
	{ { 0 }, 0, "- ?", "values: zero, not known" },
	{ { GLYPH_CUT }, 1, "", "text was shortened" },
	{ { GLYPH_OUT, GLYPH_IN, GLYPH_THROUGH, GLYPH_LOCAL },
	  4,
	  "",
	  "out, in, through, local" },
};

#define N_MARKS (sizeof(marks) / sizeof(marks[0]))

static void mark_name(size_t i, unsigned int cell_flags, char *name)
{
	name[0] = '\0';
	for (int n = 0; n < marks[i].n; n++) {
		size_t size = strlen(name);

		str_printf(name + size, NAME_TEXT - size, "%s ",
			   glyph_text(marks[i].glyph[n], cell_flags));
	}
	if (!marks[i].n)
		str_copy(name, NAME_TEXT, marks[i].name);
}

struct help_text {
	struct help_line line[MAX_LINES];
	int n;
};

/* Return: where its name goes. */
static char *add(struct help_text *help, const char *text)
{
	struct help_line *line = &help->line[help->n];

	help->n += help->n < MAX_LINES - 1;
	line->name[0] = '\0';
	line->text = text;
	return line->name;
}

static void add_heading(struct help_text *help, const char *text)
{
	if (help->n)
		add(help, "");
	add(help, text);
}

static void add_keys(struct help_text *help, enum key_topic topic)
{
	const struct binding *last = NULL;
	char *name = NULL;

	for (size_t i = 0; i < n_bindings; i++) {
		const struct binding *b = &bindings[i];
		size_t n = name ? strlen(name) : 0;
		char names[KEYMAP_TEXT];

		if (b->topic != topic)
			continue;
		keymap_names(b, names);
		if (last && !strcmp(last->help, b->help)) {
			str_printf(name + n, NAME_TEXT - n, " %s", names);
		} else {
			name = add(help, b->help);
			str_copy(name, NAME_TEXT, names);
		}
		last = b;
	}
}

static void help_make(struct help_text *help, unsigned int cell_flags)
{
	help->n = 0;
	for (int topic = 0; topic < TOPICS; topic++) {
		add_heading(help, topic_names[topic]);
		add_keys(help, (enum key_topic)topic);
	}
	add_heading(help, "MARKS");
	for (size_t i = 0; i < N_MARKS; i++)
		mark_name(i, cell_flags, add(help, marks[i].text));
}

int help_page(void)
{
	int rows = draw_rows() - 2;

	return rows > 1 ? rows : 1;
}

static void draw_line(const struct help_line *line, int y, int x)
{
	if (!line->name[0]) {
		draw_text(y, x, COLUMN_CELLS, line->text, ROLE_TAB, 0);
		return;
	}
	draw_text(y, x + 1, NAME_CELLS, line->name, ROLE_PLAIN, 0);
	draw_text(y, x + 1 + NAME_CELLS, COLUMN_CELLS - NAME_CELLS - 2,
		  line->text, ROLE_PLAIN, 0);
}

/* Newspaper columns, as many as fit; what is too long scrolls. */
static void draw_lines(int *top, unsigned int cell_flags)
{
	struct help_text help;
	int page = help_page();
	int n_across = draw_cells() / COLUMN_CELLS;
	int each;

	help_make(&help, cell_flags);
	if (n_across < 1)
		n_across = 1;
	each = (help.n + n_across - 1) / n_across;
	if (each < page)
		each = page;
	if (*top > each - page)
		*top = each - page;
	if (*top < 0)
		*top = 0;
	for (int i = 0; i < help.n; i++) {
		int y = i % each - *top;

		if (y >= 0 && y < page)
			draw_line(&help.line[i], 1 + y,
				  1 + i / each * COLUMN_CELLS);
	}
}

void help_frame(const char *name, const char *more, const char *leave,
		const char *message)
{
	const char *keys =
		draw_cells() < 26 ? "Esc Close" : "Esc Close  Up/Down Scroll";
	int last = draw_rows() - 1;
	char title[LINE_TEXT];

	str_printf(title, sizeof(title), " %s%s  %s", name, more, leave);
	if (text_cells(title) > draw_cells())
		str_printf(title, sizeof(title), " %s  %s", name, leave);
	if (text_cells(title) > draw_cells())
		str_printf(title, sizeof(title), " %s", name);
	draw_bar(0, ROLE_BAR, 0);
	draw_text(0, 0, draw_cells(), title, ROLE_BAR, 0);
	if (last > 1) {
		draw_bar(last, message ? ROLE_PLAIN : ROLE_BAR, 0);
		draw_words(last, 1, draw_cells(), message ? message : keys,
			   message ? ROLE_MESSAGE : ROLE_BAR);
	}
	draw_end(last > 0 ? last : 0, 0, false);
}

void help_draw(int *top, const char *version, unsigned int cell_flags,
	       const char *message)
{
	char more[LINE_TEXT / 4];

	str_printf(more, sizeof(more), " - flowtop %s", version);
	draw_begin();
	draw_lines(top, cell_flags);
	help_frame("Help", more, "Esc, ? or q closes", message);
}

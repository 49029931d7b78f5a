// SPDX-License-Identifier: GPL-2.0-only
/* Lines around a box. */
#include "ui/frame.h"

#include "lib/str.h"
#include "ui/draw.h"
#include "view/cell.h"
#include "view/value.h"

#include <string.h>

static int draw_glyph(int y, int x, enum glyph glyph, unsigned int cell_flags)
{
	return draw_text(y, x, 1, glyph_text(glyph, cell_flags), ROLE_PLAIN, 0);
}

/* A line from corner to corner with @text in it. */
static void draw_line(const struct frame *frame, int y, enum glyph left,
		      enum glyph right, const char *text,
		      unsigned int cell_flags)
{
	int end = frame->x + frame->cells - 1;

	draw_glyph(y, frame->x, left, cell_flags);
	for (int x = frame->x + 1; x < end; x++)
		draw_glyph(y, x, GLYPH_LINE, cell_flags);
	draw_glyph(y, end, right, cell_flags);
	if (frame->cells > 6)
		draw_words(y, frame->x + 2, frame->cells - 4, text, ROLE_PLAIN);
}

static int hint_cells(const char *hint)
{
	return text_cells(hint) + 2;
}

/* " Space show  Esc done " */
static void hint_text(const char *const *hints, int cells, char *text)
{
	int n = 0, room;

	while (hints[n])
		n++;
	str_copy(text, LINE_TEXT, " ");
	if (!n)
		return;
	room = cells - hint_cells(hints[n - 1]);
	for (int i = 0; i < n; i++) {
		size_t end = strlen(text);

		if (i < n - 1 && hint_cells(hints[i]) > room)
			continue;
		room -= hint_cells(hints[i]);
		str_printf(text + end, LINE_TEXT - end, "%s%s", hints[i],
			   i < n - 1 ? "  " : " ");
	}
}

void frame_draw(const struct frame *frame, const char *title,
		const char *const *hints, unsigned int cell_flags)
{
	char text[LINE_TEXT], blank[LINE_TEXT];
	int last = frame->y + frame->rows - 1;

	str_printf(text, sizeof(text), " %s ", title);
	draw_line(frame, frame->y, GLYPH_TOP_LEFT, GLYPH_TOP_RIGHT, text,
		  cell_flags);
	str_printf(blank, sizeof(blank), "%*s", frame->cells, "");
	for (int y = frame->y + 1; y < last; y++) {
		draw_text(y, frame->x, frame->cells, blank, ROLE_PLAIN, 0);
		draw_glyph(y, frame->x, GLYPH_SIDE, cell_flags);
		draw_glyph(y, frame->x + frame->cells - 1, GLYPH_SIDE,
			   cell_flags);
	}
	hint_text(hints, frame->cells - 4, text);
	draw_line(frame, last, GLYPH_BOTTOM_LEFT, GLYPH_BOTTOM_RIGHT, text,
		  cell_flags);
}

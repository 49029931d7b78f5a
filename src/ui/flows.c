// SPDX-License-Identifier: GPL-2.0-only
/* Rows of flows, or of groups. */
#include "ui/flows.h"

#include "ui/draw.h"
#include "ui/panels.h"
#include "ui/steady.h"
#include "view/cell.h"
#include "view/groups.h"

#include <string.h>

#define MAX_STYLED 4     /* in one row: each costs bytes on the wire */
#define ACTIVE_SHARE 100 /* a rate over 1/100 of the total stands out */

bool item_at(const struct scene *scene, size_t rank, struct item *item)
{
	const struct view_frame *frame = scene->frame;

	if (rank < frame->first || rank >= frame->first + frame->n_rows)
		return false;
	*item = (struct item){ 0 };
	if (frame->grouping)
		item->group = &frame->groups[rank - frame->first];
	else
		item->row = &frame->rows[rank - frame->first];
	return true;
}

static bool is_closed(const struct item *item)
{
	return item->row ? item->row->is_closed : group_is_closed(item->group);
}

static bool is_new(const struct item *item)
{
	return item->row && item->row->age_ns < ROW_NEW_NS;
}

struct mark mark_of(const struct item *item)
{
	if (is_closed(item))
		return (struct mark){ GLYPH_CLOSED, ROLE_CLOSED, true };
	if (is_new(item))
		return (struct mark){ GLYPH_NEW, ROLE_NEW, true };
	return (struct mark){ 0 };
}

void item_value(const struct item *item, const struct column *column,
		struct value *value)
{
	if (item->row)
		column_get(column, item->row, value);
	else
		column_get_group(column, item->group, value);
}

static void item_cell(const struct item *item, const struct layout_cell *cell,
		      unsigned int flags, char *text)
{
	if (item->row)
		cell_format(cell->column, item->row, cell->cells, flags, text);
	else
		cell_format_group(cell->column, item->group, cell->cells, flags,
				  text);
}

/* States of a connection that begins or ends. */
static enum role state_role(const char *text)
{
	static const char *const opening[] = { "SYN", "COOKIE", "REQUEST",
					       "RESPOND", "PARTOPEN" };
	static const char *const closing[] = { "FIN", "CLO", "LAST", "TIME",
					       "SHUT" };

	for (size_t i = 0; i < sizeof(opening) / sizeof(opening[0]); i++)
		if (!strncmp(text, opening[i], strlen(opening[i])))
			return ROLE_OPENING;
	for (size_t i = 0; i < sizeof(closing) / sizeof(closing[0]); i++)
		if (!strncmp(text, closing[i], strlen(closing[i])))
			return ROLE_CLOSING;
	return ROLE_PLAIN;
}

static bool is_active(const struct scene *scene, const struct column *column,
		      const struct item *item)
{
	const struct view_sums *all = &scene->frame->totals.all;
	struct value value;

	item_value(item, column, &value);
	return value.type == VAL_RATE && value.rate > 1 &&
	       value.rate * ACTIVE_SHARE > all->rx + all->tx;
}

static enum role role_of(const struct scene *scene, const struct column *column,
			 const struct item *item, const char *text)
{
	if (column->type == VAL_ADDR)
		return strncmp(column->id, "src", 3) ? ROLE_ADDR : ROLE_SOURCE;
	if (column->keep == KEEP_STATE)
		return state_role(text);
	if (column->type == VAL_RATE && is_active(scene, column, item))
		return ROLE_ACTIVE;
	if (column->keep == KEEP_OWNER)
		return ROLE_PROCESS;
	return column->type == VAL_PORT ? ROLE_PORT : ROLE_PLAIN;
}

/* Where the pen of a line is, and what it wrote last. */
struct pen {
	int y, x;
	unsigned int line;
	enum role role;
};

/*
 * Blanks have no attributes, so that nothing has to be switched for them;
 * between two texts that look the same they look like them, so that nothing has
 * to be switched off and on again.
 */
static void pen_text(struct pen *pen, int x, char *text, enum role role)
{
	size_t n = strlen(text), blanks = strspn(text, " ");
	char gap[MAX_CELL_CELLS];
	int n_gap;

	while (n > blanks && text[n - 1] == ' ')
		n--;
	if (n == blanks)
		return;
	text[n] = '\0';
	x += (int)blanks;
	n_gap = x - pen->x;
	if (draw_is_alike(role, pen->role) &&
	    (pen->line || !draw_is_alike(role, ROLE_PLAIN)) && n_gap > 0 &&
	    n_gap < (int)sizeof(gap)) {
		memset(gap, ' ', (size_t)n_gap);
		gap[n_gap] = '\0';
		draw_text(pen->y, pen->x, n_gap, gap, role, pen->line);
	}
	pen->x = x + draw_text(pen->y, x, MAX_CELL_CELLS, text + blanks, role,
			       pen->line);
	pen->role = role;
}

/* One line of it, from left to right. */
static void draw_line(const struct scene *scene, const struct item *item,
		      int number, struct pen *pen, int styled)
{
	const struct layout *layout = scene->layout;

	for (int i = 0; i < layout->n; i++) {
		const struct layout_cell *cell = &layout->cell[i];
		char text[CELL_OUT_SIZE(MAX_CELL_CELLS)];
		enum role role = ROLE_PLAIN;

		if (cell->line != number || cell->cells > MAX_CELL_CELLS)
			continue;
		item_cell(item, cell, scene->cell_flags, text);
		/* The selected row is reverse, a closed one dim: as a whole. */
		if (!pen->line && styled < MAX_STYLED)
			role = role_of(scene, cell->column, item, text);
		styled += !draw_is_alike(role, ROLE_PLAIN);
		pen_text(pen, cell->x, text, role);
	}
}

static void draw_item(const struct scene *scene, const struct item *item, int y,
		      bool is_selected)
{
	unsigned int line = (is_selected ? LINE_SELECTED : 0) |
			    (is_closed(item) ? LINE_DIM : 0);
	struct mark mark = mark_of(item);

	if (is_selected)
		mark = (struct mark){ GLYPH_SELECTED, ROLE_PLAIN, true };
	for (int n = 0; n < scene->layout->n_lines; n++) {
		struct pen pen = { .y = y + n, .x = 1, .line = line };

		if (is_selected)
			draw_bar(y + n, ROLE_PLAIN, line);
		if (!n && mark.is_set)
			draw_text(y, 0, 1,
				  glyph_text(mark.glyph, scene->cell_flags),
				  is_selected ? ROLE_PLAIN : mark.role, line);
		draw_line(scene, item, n, &pen, !n && mark.role != ROLE_PLAIN);
	}
}

/* With the rates that are to be shown. */
static void draw_steady(const struct scene *scene, const struct item *item,
			int y, bool is_selected)
{
	struct item held = { 0 };
	struct group group;
	struct row row;

	if (item->row) {
		row = *item->row;
		steady_hold(scene->steady, &row);
		held.row = &row;
	} else {
		group = *item->group;
		steady_hold_group(scene->steady, &group);
		held.group = &group;
	}
	draw_item(scene, &held, y, is_selected);
}

/* Far ends that are somewhere, and nobody knows where. */
static bool lacks_places(const struct view_frame *frame)
{
	bool is_unknown = false;

	if (frame->grouping != GROUPING_COUNTRIES &&
	    frame->grouping != GROUPING_NETWORKS)
		return false;
	for (size_t i = 0; i < frame->n_rows; i++) {
		const struct group_ref *ref = &frame->groups[i].ref;
		bool is_local =
			ref->kind == GROUP_LOCAL || ref->kind == GROUP_SCOPE;

		if (!is_local && ref->number != PLACE_NONE)
			return false;
		is_unknown |= !is_local;
	}
	return is_unknown;
}

/* Below the list, if there is room. */
static void draw_hint(const struct scene *scene, const struct parts *parts)
{
	static const char *const hint =
		"Where these are is not known. Databases in the format of "
		"MaxMind (City, Country, ASN) tell it: --geoip-dir says "
		"where they are.";
	int end = parts->table + parts->n_table;
	size_t n = scene->frame->n_match;

	if (n + 2 < (size_t)parts->n_table && lacks_places(scene->frame))
		draw_paragraph(parts->table + (int)n + 1, end, 2, hint);
}

int flows_draw(const struct scene *scene, const struct parts *parts)
{
	int n_lines = scene->layout->n_lines;
	size_t n = (size_t)(parts->n_table / n_lines);
	int selected = parts->table;

	steady_begin(scene->steady, scene->picture, scene->is_paused);
	for (size_t i = 0; i < n; i++) {
		size_t rank = scene->top + i;
		int y = parts->table + (int)i * n_lines;
		struct item item;

		if (!item_at(scene, rank, &item))
			continue;
		if (rank == scene->cursor)
			selected = y;
		draw_steady(scene, &item, y, rank == scene->cursor);
	}
	steady_end(scene->steady);
	draw_hint(scene, parts);
	return selected;
}

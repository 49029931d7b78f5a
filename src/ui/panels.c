// SPDX-License-Identifier: GPL-2.0-only
/* What stands where. */
#include "ui/panels.h"

#include "lib/str.h"
#include "ui/draw.h"
#include "ui/empty.h"
#include "ui/flows.h"
#include "ui/keymap.h"
#include "ui/peek.h"
#include "ui/sorting.h"
#include "ui/state.h"
#include "ui/title.h"
#include "ui/views.h"

#include <string.h>

#define MIN_CELLS 10     /* on less nothing is drawn */
#define TITLE_CELLS 64   /* below: the short title */
#define WIDE_CELLS 100   /* from here on the status has more numbers */
#define BESIDE_CELLS 160 /* from here on the pane is beside the list */

/* Below the list: 11 of 24 rows, 14 of 40. */
static int pane_rows(int room)
{
	int n = room < 19 ? (room * 11 + 18) / 19 : 11 + (room - 19) * 3 / 16;

	return n > 16 ? 16 : n;
}

static void pane_fit(struct parts *parts, int rows, int cells,
		     enum pane_size pane)
{
	int end = rows - (parts->keys >= 0);

	if (pane == PANE_CLOSED || parts->table < 0)
		return;
	parts->pane_cells = cells;
	if (pane == PANE_WHOLE || rows < 14) {
		/* The list stays what it is. */
		parts->is_covered = true;
		parts->pane = 1;
		parts->n_pane = end - parts->pane;
		return;
	}
	/* It says all that the peek row does. */
	parts->peek = -1;
	parts->n_table = end - parts->table;
	if (cells >= BESIDE_CELLS) {
		parts->pane_cells = 70 + (cells - BESIDE_CELLS) * 3 / 40;
		parts->pane_x = cells - parts->pane_cells;
		parts->list_cells = parts->pane_x;
		parts->pane = parts->header;
		parts->n_pane = end - parts->pane;
	} else {
		parts->n_pane = pane_rows(parts->n_table);
		parts->n_table -= parts->n_pane;
		parts->pane = parts->table + parts->n_table;
	}
}

void parts_fit(struct parts *parts, int rows, int cells, enum pane_size pane)
{
	int y = 0;

	*parts = (struct parts){
		.summary = -1,
		.title = -1,
		.status = -1,
		.tabs = -1,
		.header = -1,
		.peek = -1,
		.keys = -1,
		.table = -1,
		.list_cells = cells,
		.pane = -1,
	};
	if (rows < 1 || cells < MIN_CELLS)
		return;
	if (rows < 6 || cells < TITLE_CELLS)
		parts->summary = y++;
	else
		parts->title = y++;
	if (rows >= 10)
		parts->status = y++;
	if (rows >= 14)
		parts->tabs = y++;
	if (rows >= 6) {
		parts->header = y++;
		parts->keys = rows - 1;
	}
	if (rows >= 14)
		parts->peek = rows - 2;
	if (rows >= 3) {
		parts->table = y;
		parts->n_table =
			rows - y - (parts->keys >= 0) - (parts->peek >= 0);
	}
	pane_fit(parts, rows, cells, pane);
}

static void parts_now(struct parts *parts, enum pane_size pane)
{
	parts_fit(parts, draw_rows(), draw_cells(), pane);
}

static void layout_now(struct layout *layout, const struct parts *parts,
		       int view, bool show_src, int shift,
		       enum layout_places places)
{
	int width = parts->list_cells;
	enum layout_kind kind = view_layout(view, show_src, width);

	/* No further than it takes to have no hidden column. */
	layout_fit_places(layout, kind, width, 0, places);
	for (int i = 1; i <= shift && layout->n_hidden; i++)
		layout_fit_places(layout, kind, width, i, places);
}

void panels_layout(struct layout *layout, int view, bool show_src,
		   enum pane_size pane, int shift, enum layout_places places)
{
	struct parts parts;

	parts_now(&parts, pane);
	layout_now(layout, &parts, view, show_src, shift, places);
}

size_t panels_lines(int view, bool show_src, enum pane_size pane)
{
	struct layout layout;
	struct parts parts;

	parts_now(&parts, pane);
	layout_now(&layout, &parts, view, show_src, 0, PLACES_ALL);
	if (layout.n_lines < 1)
		return 0;
	return (size_t)(parts.n_table / layout.n_lines);
}

/* ---------------------------------------------------------------- rows 1-3 */

/* Room beside @right; 0: there is none for it. */
static int room_beside(const struct scene *scene, const char *right)
{
	int width = draw_cells(), room = width - text_cells(right) - 3;
	char left[LINE_TEXT];

	/* A warning has precedence, the protocols come next. */
	if (scene->status->is_known)
		status_brief(scene->status, left, sizeof(left));
	else
		status_warning(scene->status, width, left, sizeof(left));
	return text_cells(left) > room || room < width / 3 ? 0 : room;
}

static void draw_status(const struct scene *scene, int y)
{
	const struct status *status = scene->status;
	int width = draw_cells(), room = 0;
	bool is_wide = width >= WIDE_CELLS;
	enum status_left left = STATUS_FLOWS;
	char text[LINE_TEXT], right[STATUS_TEXT];

	status_protocols(scene->filter, right, sizeof(right));
	for (int shorter = 0; shorter < 2 && left; shorter++) {
		if (shorter && !status_protocols_short(scene->filter, right,
						       sizeof(right)))
			break;
		room = room_beside(scene, right);
		left = status_line(status, scene->frame, scene->filter,
				   room ? room : width, is_wide, text,
				   sizeof(text));
		if (!room && !left)
			left = STATUS_NUMBERS;
	}
	/* What a warning has hidden for long comes before the protocols. */
	if (room && left == STATUS_FLOWS && status->is_known) {
		room = 0;
		status_line(status, scene->frame, scene->filter, width, is_wide,
			    text, sizeof(text));
	}
	draw_words(y, 0, room ? room : width, text,
		   status->n_warnings ? ROLE_WARNING : ROLE_PLAIN);
	if (room)
		draw_text(y, width - text_cells(right) - 1, width, right,
			  ROLE_PLAIN, 0);
}

/* All of them, with shorter names, the present one alone. */
enum tabs_form { TABS_LONG, TABS_SHORT, TABS_ONE };

/* "[1 Flows]", or " 1 Flows " elsewhere. */
static void tab_text(const struct scene *scene, int view, enum tabs_form form,
		     char *text, size_t size)
{
	const struct view_kind *kind = &view_kinds[view];

	str_printf(text, size, view == scene->view ? "[%c %s]" : " %c %s ",
		   kind->key, form == TABS_LONG ? kind->tab : kind->short_tab);
}

static int tabs_cells(const struct scene *scene, enum tabs_form form)
{
	char text[LINE_TEXT];
	int n = 0;

	for (int i = 0; i < n_view_kinds; i++) {
		tab_text(scene, i, form, text, sizeof(text));
		if (form != TABS_ONE || i == scene->view)
			n += text_cells(text);
	}
	return n;
}

static int tab_end[UI_VIEWS]; /* behind its last cell, as it was drawn */

int panels_tab_at(int x)
{
	int start = 0;

	for (int i = 0; i < n_view_kinds; i++) {
		if (x >= start && x < tab_end[i])
			return i;
		if (tab_end[i] > start)
			start = tab_end[i];
	}
	return -1;
}

static void tabs_draw(const struct scene *scene, enum tabs_form form, int y)
{
	char text[LINE_TEXT];
	int x = 0;

	for (int i = 0; i < n_view_kinds; i++) {
		bool is_here = i == scene->view;

		tab_text(scene, i, form, text, sizeof(text));
		if (form != TABS_ONE || is_here)
			x += draw_text(y, x, draw_cells(), text,
				       is_here ? ROLE_TAB : ROLE_PLAIN, 0);
		tab_end[i] = x;
	}
}

/* What is at the right end of the tabs, most important last. */
enum tabs_level { TABS_ALL, TABS_NO_FOLLOW, TABS_ONLY };

/* "/pid 4242  follow  sort rate v" */
static void order_text(const struct scene *scene, int level, char *text,
		       size_t size)
{
	enum glyph arrow =
		scene->is_descending ? GLYPH_DESCENDING : GLYPH_ASCENDING;
	bool has_order = scene->sort && level < TABS_ONLY;
	bool has_only = scene->only[0];
	size_t n;

	str_printf(text, size, "%s%s%s%s", has_only ? "/" : "", scene->only,
		   has_only && has_order ? "  " : "",
		   has_order && scene->is_following && level < TABS_NO_FOLLOW
			   ? "follow  "
			   : "");
	n = strlen(text);
	if (has_order)
		str_printf(text + n, size - n, "sort %s %s",
			   sorting_name(scene->sort, scene->cell_flags),
			   glyph_text(arrow, scene->cell_flags));
}

static void draw_tabs(const struct scene *scene, int y)
{
	int width = draw_cells(), n = 0, room;
	enum tabs_form form = width < WIDE_CELLS ? TABS_SHORT : TABS_LONG;
	int tabs = tabs_cells(scene, form);
	char text[LINE_TEXT];

	for (int level = TABS_ALL; level <= TABS_ONLY; level++) {
		order_text(scene, level, text, sizeof(text));
		n = text_cells(text);
		while (n && form < TABS_ONE && width <= tabs + n + 1)
			tabs = tabs_cells(scene, ++form);
		if (width > tabs + n + 1)
			break;
	}
	tabs_draw(scene, form, y);
	/* Even where it is too long it is said that there is a filter. */
	room = width - tabs - 2;
	if (n > room)
		n = room;
	if (n > 0)
		draw_words(y, width - n - 1, n, text, ROLE_PLAIN);
}

static void draw_header(const struct scene *scene, int y)
{
	const struct layout *layout = scene->layout;

	draw_bar(y, ROLE_BAR, 0);
	for (int i = 0; i < layout->n && !layout->cell[i].line; i++) {
		const struct layout_cell *cell = &layout->cell[i];
		char text[CELL_OUT_SIZE(MAX_CELL_CELLS)];
		bool is_sorted = cell->column == scene->sort;

		if (cell->cells > MAX_CELL_CELLS)
			continue;
		cell_title(cell, scene->cell_flags, text);
		draw_text(y, cell->x, cell->cells, text,
			  is_sorted ? ROLE_SORTED : ROLE_BAR, 0);
	}
}

/* ---------------------------------------------------------------- last row */

static int hint_cells(const char *hint)
{
	return text_cells(hint) + 2;
}

/* What is looked for, as far as it leaves room for keys. Return: cells. */
static int draw_found(const struct scene *scene, int y, int x)
{
	char text[LINE_TEXT];

	if (!scene->found)
		return 0;
	str_printf(text, sizeof(text), "find %s", scene->found);
	return draw_words(y, x, draw_cells() / 3, text, ROLE_BAR) + 2;
}

/* How to leave is always there; the others as far as they fit. */
static void draw_keys(const struct scene *scene, int y)
{
	bool is_groups = view_kinds[scene->view].grouping;
	char hints[KEY_HINTS][KEYMAP_TEXT];
	size_t n = key_hints(is_groups, scene->pane->size, scene->found, hints);
	int x = 1;

	draw_bar(y, ROLE_BAR, 0);
	x += draw_found(scene, y, x);
	for (size_t i = 0; i < n; i++) {
		int room = draw_cells() - x + 2;

		if (i < n - 1 &&
		    hint_cells(hints[i]) + hint_cells(hints[n - 1]) > room)
			continue;
		draw_text(y, x, draw_cells(), hints[i], ROLE_BAR, 0);
		x += hint_cells(hints[i]);
	}
}

/* Where there is no status row, warnings take the place of most keys. */
static void draw_keys_warning(const struct scene *scene, int y)
{
	char quit[KEY_LABEL_SIZE + 4] = "";
	int width = draw_cells(), n;
	char text[LINE_TEXT];

	keymap_label(ACTION_CLOSE, quit);
	if (!quit[0])
		keymap_label(ACTION_QUIT, quit);
	str_printf(quit + strlen(quit), 5, "Quit");
	n = text_cells(quit);
	status_warning(scene->status, width - n - 2, text, sizeof(text));
	draw_text(y, 0, width - n - 2, text, ROLE_WARNING, 0);
	draw_text(y, width - n - 1, n, quit, ROLE_BAR, 0);
}

static void draw_last(const struct scene *scene, const struct parts *parts)
{
	int y = draw_rows() - 1;

	if (scene->message) {
		draw_bar(y, ROLE_PLAIN, 0);
		draw_words(y, 1, draw_cells(), scene->message, ROLE_MESSAGE);
	} else if (parts->keys < 0) {
		return;
	} else if (parts->status < 0 && scene->status->n_warnings) {
		draw_keys_warning(scene, parts->keys);
	} else {
		draw_keys(scene, parts->keys);
	}
}

/* The list, and what is about it. Return: as panels_draw(). */
static int draw_list(const struct scene *scene, const struct parts *parts)
{
	int selected = 0;

	if (parts->status >= 0)
		draw_status(scene, parts->status);
	if (parts->tabs >= 0)
		draw_tabs(scene, parts->tabs);
	if (parts->header >= 0)
		draw_header(scene, parts->header);
	if (parts->table >= 0 && !scene->frame->n_match)
		empty_draw(scene, parts);
	else if (parts->table >= 0 && scene->layout->n_lines > 0)
		selected = flows_draw(scene, parts);
	if (parts->peek >= 0)
		peek_draw(scene, parts->peek);
	return selected;
}

int panels_draw(const struct scene *scene)
{
	struct parts parts;
	int selected = 0;

	parts_now(&parts, scene->pane->size);
	if (parts.title >= 0)
		title_draw(scene, parts.title);
	if (parts.summary >= 0)
		summary_draw(scene, parts.summary);
	if (!parts.is_covered)
		selected = draw_list(scene, &parts);
	if (parts.pane >= 0)
		pane_draw(scene, &parts);
	if (draw_cells() >= MIN_CELLS)
		draw_last(scene, &parts);
	return selected;
}

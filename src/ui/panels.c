// SPDX-License-Identifier: GPL-2.0-only
/* What stands where. */
#include "ui/panels.h"

#include "lib/str.h"
#include "ui/draw.h"
#include "ui/empty.h"
#include "ui/flows.h"
#include "ui/keys.h"
#include "ui/peek.h"
#include "ui/sorting.h"
#include "ui/state.h"
#include "ui/title.h"
#include "ui/views.h"

#include <string.h>

#define MIN_CELLS 10   /* on less nothing is drawn */
#define TITLE_CELLS 64 /* below: the short title */
#define WIDE_CELLS 100 /* from here on the status has more numbers */

void parts_fit(struct parts *parts, int rows, int cells)
{
	int y = 0;

	*parts = (struct parts){ -1, -1, -1, -1, -1, -1, -1, -1, 0 };
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
}

static void parts_now(struct parts *parts)
{
	parts_fit(parts, draw_rows(), draw_cells());
}

void panels_layout(struct layout *layout, int view, bool show_src, int shift,
		   enum layout_places places)
{
	int width = draw_cells();
	enum layout_kind kind = view_layout(view, show_src, width);

	/* No further than it takes to have no hidden column. */
	layout_fit_places(layout, kind, width, 0, places);
	for (int i = 1; i <= shift && layout->n_hidden; i++)
		layout_fit_places(layout, kind, width, i, places);
}

size_t panels_lines(int view, bool show_src)
{
	struct layout layout;
	struct parts parts;

	parts_now(&parts);
	panels_layout(&layout, view, show_src, 0, PLACES_ALL);
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
	int width = draw_cells(), n = 0;
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
	if (n && width > tabs + n + 1)
		draw_text(y, width - n - 1, n, text, ROLE_PLAIN, 0);
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

static int hint_cells(const struct binding *binding)
{
	return binding->hint ? text_cells(binding->hint) + 2 : 0;
}

/* How to leave is always there; the others as far as they fit. */
static void draw_keys(const struct scene *scene, int y)
{
	bool is_groups = view_kinds[scene->view].grouping;
	const struct binding *last = NULL;
	int x = 1;

	draw_bar(y, ROLE_BAR, 0);
	for (size_t i = 0; i < n_bindings; i++)
		if (bindings[i].hint)
			last = &bindings[i];
	for (size_t i = 0; last && i < n_bindings; i++) {
		const struct binding *b = &bindings[i];
		int room = draw_cells() - x + 2;

		if (!b->hint || !key_is_for(b->key[0], is_groups) ||
		    (b != last && hint_cells(b) + hint_cells(last) > room))
			continue;
		draw_text(y, x, draw_cells(), b->hint, ROLE_BAR, 0);
		x += hint_cells(b);
	}
}

/* Where there is no status row, warnings take the place of most keys. */
static void draw_keys_warning(const struct scene *scene, int y)
{
	static const char quit[] = "qQuit";
	int n = (int)sizeof(quit) - 1;
	int width = draw_cells();
	char text[LINE_TEXT];

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

int panels_draw(const struct scene *scene)
{
	struct parts parts;
	int selected = 0;

	parts_now(&parts);
	if (parts.title >= 0)
		title_draw(scene, parts.title);
	if (parts.summary >= 0)
		summary_draw(scene, parts.summary);
	if (parts.status >= 0)
		draw_status(scene, parts.status);
	if (parts.tabs >= 0)
		draw_tabs(scene, parts.tabs);
	if (parts.header >= 0)
		draw_header(scene, parts.header);
	if (parts.table >= 0 && !scene->frame->n_match)
		empty_draw(scene, &parts);
	else if (parts.table >= 0 && scene->layout->n_lines > 0)
		selected = flows_draw(scene, &parts);
	if (parts.peek >= 0)
		peek_draw(scene, parts.peek);
	if (draw_cells() >= MIN_CELLS)
		draw_last(scene, &parts);
	return selected;
}

// SPDX-License-Identifier: GPL-2.0-only
/* The pane of details. */
#include "ui/pane.h"

#include "lib/clock.h"
#include "lib/str.h"
#include "ui/commands.h"
#include "ui/details.h"
#include "ui/draw.h"
#include "ui/flows.h"
#include "ui/panels.h"
#include "ui/state.h"
#include "ui/ui.h"
#include "view/cell.h"
#include "view/groups.h"

#include <string.h>

#define LABEL_CELLS 9 /* with the blank behind it */
#define WIDE_CELLS 110
#define HALF(cells) ((cells)*47 / 100) /* of a line with two */

void pane_fini(struct pane *pane)
{
	trace_fini(&pane->trace);
}

/* ---------------------------------------------------------------- keys */

/* It is about this flow, wherever that goes. */
static void hold_cursor(struct ui *ui)
{
	if (ui->place.is_anchored)
		return;
	ui->place.is_anchored = true;
	ui->place.has_anchor = false;
}

static void set_size(struct ui *ui, enum pane_size size)
{
	ui->pane.size = size;
	ui->is_dirty = true;
	if (size)
		hold_cursor(ui);
}

void pane_enter(struct ui *ui)
{
	set_size(ui, ui->pane.size == PANE_OPEN ? PANE_WHOLE : PANE_OPEN);
}

void pane_toggle(struct ui *ui)
{
	set_size(ui, ui->pane.size ? PANE_CLOSED : PANE_OPEN);
}

bool pane_close(struct ui *ui)
{
	bool was_open = ui->pane.size != PANE_CLOSED;

	set_size(ui, PANE_CLOSED);
	return was_open;
}

/* ---------------------------------------------------------------- TCP */

int pane_fd(const struct ui *ui)
{
	return ui->pane.size && ui->env->take_tcp ? ui->env->tcp_fd : -1;
}

void pane_take(struct ui *ui)
{
	struct pane_tcp *tcp = &ui->pane.tcp;
	struct tcp_answer answer;

	while (ui->env->take_tcp && ui->env->take_tcp(ui->env->ctx, &answer)) {
		if (!tcp->is_asked || !tcp_ask_equal(&tcp->ask, &answer.ask))
			continue;
		ui->is_dirty = ui->is_dirty || !tcp->has_answer;
		tcp->answer = answer;
		tcp->has_answer = true;
	}
}

/* Once per picture; what is paused is as it was. */
static void ask_tcp(struct ui *ui, const struct row *row)
{
	struct pane_tcp *tcp = &ui->pane.tcp;
	struct tcp_ask ask;
	bool is_other;

	tcp->can_ask = ui->env->ask_tcp;
	if (!tcp->can_ask || !row_socket(row, &ask))
		return;
	is_other = !tcp->is_asked || !tcp_ask_equal(&tcp->ask, &ask);
	if (is_other)
		*tcp = (struct pane_tcp){ .can_ask = true, .ask = ask };
	if (ui->is_paused || (!is_other && tcp->picture == ui->n_pictures))
		return;
	tcp->is_asked = true;
	tcp->picture = ui->n_pictures;
	ui->env->ask_tcp(ui->env->ctx, &ask);
}

/* ---------------------------------------------------------------- frames */

static void find_ages(struct ui *ui, const struct row *row)
{
	const struct ui_env *env = ui->env;
	const struct tuple *orig = &row->info.key.tuple;

	for (int end = 0; end < ENDS; end++)
		ui->pane.has_name_age[end] =
			env->name_age &&
			env->name_age(env->ctx,
				      end == END_SRC ? &orig->src : &orig->dst,
				      row->info.key.family,
				      &ui->pane.name_age_ns[end]);
}

bool pane_item(const struct ui *ui, size_t rank, struct item *item)
{
	const struct scene scene = { .frame = &ui->frame };

	return item_at(&scene, rank, item);
}

void pane_prepare(struct ui *ui)
{
	struct item item;

	trace_take(&ui->pane.trace, &ui->frame, ui->n_pictures, ui->drawn.top,
		   ui_lines(ui), ui->interval_ns);
	if (!ui->pane.size || !pane_item(ui, ui->drawn.peek, &item) ||
	    !item.row)
		return;
	pane_take(ui);
	ask_tcp(ui, item.row);
	find_ages(ui, item.row);
}

/* ---------------------------------------------------------------- lines */

/* A line, or two; made before it is known which have room. */
struct pane_line {
	const struct detail *detail;
	char text[LINE_TEXT], text2[LINE_TEXT];
};

struct pane_lines {
	struct pane_line line[DETAILS_LINES];
	size_t n;
};

static bool make_text(struct details *details, const struct detail *detail,
		      int which, int cells, char *text)
{
	struct words words = { .width = cells - LABEL_CELLS - 1,
			       .flags = details->scene->cell_flags };

	text[0] = '\0';
	details->which = which;
	if (!detail->make || !detail->make(details, &words))
		return false;
	memcpy(text, words.text, sizeof(words.text));
	return true;
}

static void make_lines(struct details *details, const struct detail_form *form,
		       int cells, struct pane_lines *lines)
{
	int half = HALF(cells);

	lines->n = 0;
	for (size_t i = 0; i < form->n && lines->n < DETAILS_LINES; i++) {
		struct pane_line *line = &lines->line[lines->n];
		const struct detail *detail = &form->detail[i];
		bool is_pair = detail->label2;
		bool has_text = make_text(details, detail, detail->which,
					  is_pair ? half : cells, line->text);

		line->text2[0] = '\0';
		if (is_pair)
			has_text |= make_text(details, detail, END_DST,
					      cells - half, line->text2);
		if (detail->label && !has_text)
			continue;
		line->detail = detail;
		lines->n++;
	}
}

/* An empty line is between two that are not. */
static bool is_useless(const struct pane_lines *lines, size_t i)
{
	return !lines->line[i].detail->label &&
	       (!i || i + 1 == lines->n || !lines->line[i - 1].detail->label);
}

static void drop_line(struct pane_lines *lines, size_t i)
{
	lines->n--;
	memmove(&lines->line[i], &lines->line[i + 1],
		(lines->n - i) * sizeof(lines->line[0]));
}

/* Leave out what matters least, the last of it first. */
static void cut_lines(struct pane_lines *lines, size_t max)
{
	for (size_t i = lines->n; i-- > 0;)
		if (is_useless(lines, i))
			drop_line(lines, i);
	while (lines->n > max) {
		size_t worst = 0;

		for (size_t i = 1; i < lines->n; i++)
			if (lines->line[i].detail->rank >=
			    lines->line[worst].detail->rank)
				worst = i;
		drop_line(lines, worst);
	}
}

/* ---------------------------------------------------------------- drawing */

static void draw_part(int y, int x, int cells, const char *label,
		      const char *text)
{
	if (!text[0])
		return;
	draw_text(y, x + 1, cells - 1, label, ROLE_PLAIN, 0);
	draw_words(y, x + 1 + LABEL_CELLS, cells - LABEL_CELLS - 1, text,
		   ROLE_PLAIN);
}

static void draw_line(const struct pane_line *line, int y, int x, int cells)
{
	const struct detail *detail = line->detail;
	int half = HALF(cells);

	if (!detail->label)
		return;
	draw_part(y, x, detail->label2 ? half : cells, detail->label,
		  line->text);
	if (detail->label2)
		draw_part(y, x + half, cells - half, detail->label2,
			  line->text2);
}

/* The list is below: what it has drawn there has to go. */
static void draw_ground(int y, int x, int cells, enum role role)
{
	char blanks[LINE_TEXT];

	for (int n; cells > 0; cells -= n, x += n) {
		n = cells < LINE_TEXT - 1 ? cells : LINE_TEXT - 1;
		memset(blanks, ' ', (size_t)n);
		blanks[n] = '\0';
		draw_text(y, x, n, blanks, role, 0);
	}
}

/* "Details 1 of 248: firefox[4242] tcp ESTABLISHED      y Copy  Esc Close" */
static void draw_title(const struct details *details, int y, int x, int cells)
{
	const struct scene *scene = details->scene;
	const char *keys = details->shape == SHAPE_WIDE
				   ? "y Copy command  Esc Close"
				   : "y Copy  Esc Close";
	char text[LINE_TEXT], name[LINE_TEXT / 2] = "";
	int n;

	if (details->row || details->group)
		details_title(details, name, sizeof(name));
	str_printf(text, sizeof(text), "Details %zu of %zu%s%s",
		   scene->frame->n_match ? scene->peek + 1 : 0,
		   scene->frame->n_match, name[0] ? ": " : "", name);
	draw_ground(y, x, cells, ROLE_BAR);
	n = draw_words(y, x + 1, cells - 2, text, ROLE_BAR) + 1;
	if (n + text_cells(keys) + 2 < cells)
		draw_text(y, x + cells - text_cells(keys) - 1, text_cells(keys),
			  keys, ROLE_BAR, 0);
}

static void find_details(struct details *details, const struct scene *scene,
			 enum detail_shape shape)
{
	struct line_id id = { .is_group = false };
	struct item item = { NULL, NULL };
	bool is_there = item_at(scene, scene->peek, &item);

	*details = (struct details){
		.scene = scene,
		.row = item.row,
		.group = item.group,
		.now_s = scene->frame->now_ns / NS_PER_S,
		.shape = shape,
	};
	if (!is_there)
		return;
	if (item.row)
		id.flow = row_ref(item.row);
	else
		id = (struct line_id){ .is_group = true,
				       .group = item.group->ref };
	details->trace = trace_find(&scene->pane->trace, &id);
}

void pane_draw(const struct scene *scene, const struct parts *parts)
{
	bool is_beside = parts->pane_x > 0;
	int x = parts->pane_x + is_beside;
	int cells = parts->pane_cells - is_beside;
	struct pane_lines lines = { .n = 0 };
	struct details details;

	find_details(&details, scene,
		     is_beside             ? SHAPE_TALL
		     : cells >= WIDE_CELLS ? SHAPE_WIDE
					   : SHAPE_NARROW);
	if (details.row)
		make_lines(&details, &flow_details[details.shape], cells,
			   &lines);
	else if (details.group)
		make_lines(&details, &group_details, cells, &lines);
	cut_lines(&lines, (size_t)(parts->n_pane - 1));
	draw_title(&details, parts->pane, x, cells);
	for (int i = 0; i < parts->n_pane; i++) {
		int y = parts->pane + i;

		if (is_beside)
			draw_text(y, x - 1, 1, "|", ROLE_PLAIN, 0);
		if (i)
			draw_ground(y, x, cells, ROLE_PLAIN);
		if (i && (size_t)i <= lines.n)
			draw_line(&lines.line[i - 1], y, x, cells);
	}
}

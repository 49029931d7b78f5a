// SPDX-License-Identifier: GPL-2.0-only
/* Finding a line. */
#include "ui/finding.h"

#include "lib/str.h"
#include "ui/keys.h"
#include "ui/overlay.h"
#include "ui/state.h"
#include "ui/views.h"
#include "ui/wording.h"
#include "view/match.h"

#include <string.h>

#include <curses.h>

#define CTRL(c) ((c)&0x1f)
#define K(code) (KEY_SPECIAL | (code))
#define ESC 27
#define HOLD_NS (3 * NS_PER_S) /* as after a cursor key */
#define ABOVE 3 /* a line that was not on the screen has 1/3 of it above */

/* ---------------------------------------------------------------- seeking */

/* The line the cursor is on. */
static void take_from(struct ui *ui)
{
	struct finding *f = &ui->finding;

	ui_catch_up(ui);
	ui->place.is_anchored = true;
	ui_hold_on(ui);
	f->has_from = ui->place.has_anchor;
	f->from = ui->place.anchor;
	f->group_from = ui->place.group_anchor;
}

/* With the next picture, whose order is that of the one before. */
static void seek(struct ui *ui, bool is_back, bool is_at_once)
{
	struct finding *f = &ui->finding;

	f->apply_ns = UI_NEVER;
	f->has_result = false;
	if (!f->match)
		return;
	f->seek = (struct view_seek){ .match = f->match,
				      .text = f->text,
				      .is_back = is_back,
				      .is_at_once = is_at_once };
	ui->query.seek = &f->seek;
	if (ui_has_part(ui))
		ui_list_changed(ui);
	ui->is_stale = true;
	if (!ui->is_paused)
		ui->hold_ns = ui->now_ns + HOLD_NS;
}

void finding_aim(struct ui *ui)
{
	const struct finding *f = &ui->finding;
	struct view_query *query = &ui->query;

	if (!query->seek)
		return;
	query->has_anchor = f->has_from;
	query->anchor = f->from;
	query->group_anchor = f->group_from;
}

static void tell(struct ui *ui)
{
	const struct finding *f = &ui->finding;

	if (f->result == SEEK_NOTHING)
		ui_say(ui, UI_MESSAGE_NS, "nothing here has %s", f->text);
	else if (f->result == SEEK_WRAPPED)
		ui_say(ui, UI_MESSAGE_NS, "%s: on from the %s", f->text,
		       f->seek.is_back ? "end" : "top");
}

/* A line on the screen stays where it is. */
static void go_to(struct ui *ui, size_t rank)
{
	struct ui_place *place = &ui->place;
	size_t lines = ui_lines(ui);

	place->cursor = rank;
	place->is_anchored = true;
	place->has_anchor = false;
	if (rank < place->top || rank >= place->top + lines)
		place->top = rank > lines / ABOVE ? rank - lines / ABOVE : 0;
}

bool finding_arrived(struct ui *ui)
{
	struct finding *f = &ui->finding;

	ui->query.seek = NULL;
	f->has_result = true;
	f->result = ui->frame.found;
	if (!ui->overlay)
		tell(ui);
	if (f->result == SEEK_NOTHING) {
		ui->place.has_anchor = f->has_from;
		ui->place.anchor = f->from;
		ui->place.group_anchor = f->group_from;
		return false;
	}
	go_to(ui, ui->frame.anchor_rank);
	return true;
}

bool finding_is_active(const struct ui *ui)
{
	return ui->finding.match;
}

static void forget(struct ui *ui)
{
	struct finding *f = &ui->finding;

	ui->query.seek = NULL;
	match_free(f->match);
	f->match = NULL;
	f->has_result = false;
	f->apply_ns = UI_NEVER;
}

bool finding_end(struct ui *ui)
{
	if (!finding_is_active(ui))
		return false;
	forget(ui);
	return true;
}

void finding_step(struct ui *ui, bool is_back)
{
	take_from(ui);
	seek(ui, is_back, false);
}

/* ---------------------------------------------------------------- prompt */

/* Without the blanks around it. */
static void copy_line(char text[LINEEDIT_SIZE], const struct lineedit *line)
{
	size_t start = strspn(line->text, " "), n;

	str_copy(text, LINEEDIT_SIZE, &line->text[start]);
	for (n = strlen(text); n && text[n - 1] == ' '; n--)
		text[n - 1] = '\0';
}

/* Nothing that is typed here is wrong: what is no filter is a text. */
static void read_line(struct ui *ui)
{
	struct finding *f = &ui->finding;
	struct expr_words words = wording_words(ui);
	struct expr *expr;

	forget(ui);
	copy_line(f->text, &f->prompt.line);
	expr = expr_seek(f->text, &words);
	f->match = expr ? match_new(expr, f->text) : NULL;
	f->apply_ns = ui_typed_ns(ui);
}

static void apply(struct ui *ui)
{
	if (ui->finding.apply_ns != UI_NEVER)
		seek(ui, false, true);
}

static void keep(struct ui *ui)
{
	struct finding *f = &ui->finding;

	apply(ui);
	history_add(&f->prompt.history, f->prompt.line.text);
	overlay_close(ui);
}

/* Back to where it began. */
static void undo(struct ui *ui)
{
	forget(ui);
	ui->place = ui->finding_place;
	if (!ui_has_part(ui))
		ui->is_stale = true;
	overlay_close(ui);
}

/* From the line that is found, or would be. */
static void step(struct ui *ui, bool is_back)
{
	apply(ui);
	take_from(ui);
	seek(ui, is_back, false);
}

static bool obey(struct ui *ui, int key)
{
	struct expr_words words;

	switch (key) {
	case '\r':
	case '\n':
	case K(KEY_ENTER):
		keep(ui);
		return true;
	case ESC:
	case CTRL('G'):
		undo(ui);
		return true;
	case K(KEY_F(3)):
	case K(KEY_F(15)):
		step(ui, key == K(KEY_F(15)));
		return true;
	default:
		break;
	}
	if (prompt_is_key_of_list(key))
		return false;
	words = wording_words(ui);
	if (prompt_key(&ui->finding.prompt, key, &words) == PROMPT_CHANGED)
		read_line(ui);
	return true;
}

static void say_result(const struct ui *ui, struct answer *answer)
{
	const struct finding *f = &ui->finding;
	const char *where = f->seek.is_back ? "end" : "top";

	if (f->result == SEEK_NOTHING)
		str_copy(answer->text, sizeof(answer->text), "nothing has it");
	else
		str_printf(answer->text, sizeof(answer->text),
			   "%zu of %zu %s%s%s", ui->place.cursor + 1,
			   ui->frame.n_match, view_kinds[ui->view].many,
			   f->result == SEEK_WRAPPED ? ", on from the " : "",
			   f->result == SEEK_WRAPPED ? where : "");
}

static void say(const struct ui *ui, struct answer *answer)
{
	const struct finding *f = &ui->finding;

	*answer = (struct answer){ .is_indented = true };
	str_copy(answer->right, sizeof(answer->right),
		 "F3 next  Enter keep  Esc undo");
	if (!f->text[0])
		str_copy(answer->text, sizeof(answer->text),
			 "a text, or a filter");
	else if (f->has_result)
		say_result(ui, answer);
}

static void draw(struct ui *ui, int *y, int *x)
{
	struct answer answer;

	say(ui, &answer);
	prompt_draw(&ui->finding.prompt, &answer, y, x);
}

static uint64_t due_ns(const struct ui *ui)
{
	return ui->finding.apply_ns;
}

static const struct overlay prompt_overlay = {
	.key = obey,
	.draw = draw,
	.due_ns = due_ns,
	.wake = apply,
	.is_typing = true,
};

void finding_open(struct ui *ui)
{
	struct finding *f = &ui->finding;

	if (finding_is_active(ui)) {
		finding_step(ui, false);
		return;
	}
	ui_catch_up(ui);
	ui->finding_place = ui->place;
	take_from(ui);
	f->prompt.label = "find";
	prompt_open(&f->prompt, "");
	read_line(ui);
	overlay_open(ui, &prompt_overlay);
}

void finding_fini(struct ui *ui)
{
	forget(ui);
	prompt_fini(&ui->finding.prompt);
}

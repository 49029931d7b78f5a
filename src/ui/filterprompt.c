// SPDX-License-Identifier: GPL-2.0-only
/* The filter prompt. */
#include "ui/filterprompt.h"

#include "lib/str.h"
#include "ui/keys.h"
#include "ui/overlay.h"
#include "ui/state.h"
#include "ui/ui.h"
#include "ui/wording.h"
#include "view/match.h"

#include <inttypes.h>
#include <string.h>

#include <curses.h>

#define CTRL(c) ((c)&0x1f)
#define ESC 27
#define DIM_NS NS_PER_S /* an error is not pressed upon whoever still types */

/* That of the command line is not ours. */
static void release(const struct ui *ui, struct match *match)
{
	if (match != ui->config->filter.match)
		match_free(match);
}

/* Put @match, which may be NULL, in the place of the filter. */
static void use(struct ui *ui, struct match *match)
{
	struct filterprompt *f = &ui->filtering;
	struct match *old = ui->query.filter.match;

	f->apply_ns = UI_NEVER;
	if (match == old)
		return;
	ui->query.filter.match = match;
	if (old != f->before)
		release(ui, old);
	f->picture = ui->n_pictures + 1;
	ui_list_changed(ui);
}

static const char *text_of(const struct match *match)
{
	return match ? match_text(match) : "";
}

static void drop_typed(struct filterprompt *f)
{
	match_free(f->typed);
	f->typed = NULL;
	f->apply_ns = UI_NEVER;
}

/* The last text that was good. */
static const char *good_text(const struct ui *ui)
{
	const struct filterprompt *f = &ui->filtering;

	return text_of(f->apply_ns != UI_NEVER ? f->typed
					       : ui->query.filter.match);
}

/* The list is to be of @match, in a moment. */
static void expect(struct ui *ui, struct match *match)
{
	struct filterprompt *f = &ui->filtering;

	drop_typed(f);
	if (!strcmp(text_of(match), text_of(ui->query.filter.match))) {
		match_free(match);
		return;
	}
	f->typed = match;
	f->apply_ns = ui_typed_ns(ui);
}

/* Whether what was good has taken for something else what is now known not to
 * be it: "contry" for a text before it is "contry DE", "an" before it is
 * "and". */
static bool was_misread(const struct ui *ui)
{
	const struct filterprompt *f = &ui->filtering;
	const char *good = good_text(ui), *text = f->prompt.line.text;
	size_t n = strlen(good), end;

	if (strncmp(good, text, n))
		return false;
	if (f->state == FILTERPROMPT_UNFINISHED)
		return true;
	end = (size_t)f->error.column - 1;
	end += strcspn(&text[end], " ");
	return n >= end;
}

/* As much as is good of what comes before the error, in whole words. */
static struct match *read_beginning(struct ui *ui)
{
	const struct filterprompt *f = &ui->filtering;
	struct expr_words words = wording_words(ui);
	struct match *match = NULL;
	struct expr_error error;
	char part[LINEEDIT_SIZE];
	size_t n;

	str_copy(part, sizeof(part), f->prompt.line.text);
	n = f->state == FILTERPROMPT_WRONG ? (size_t)f->error.column - 1
					   : strlen(part);
	while (!match && n) {
		while (n && part[n - 1] == ' ')
			n--;
		part[n] = '\0';
		match = match_parse(part, &words, &error);
		while (n && part[n - 1] != ' ')
			n--;
	}
	return match;
}

/* Without the blanks at its end. */
static void copy_line(const struct filterprompt *f, char text[LINEEDIT_SIZE])
{
	size_t n = f->prompt.line.length;

	memcpy(text, f->prompt.line.text, n + 1);
	while (n && text[n - 1] == ' ')
		text[--n] = '\0';
}

/* Something else stands in the prompt. */
static void read_line(struct ui *ui)
{
	struct filterprompt *f = &ui->filtering;
	struct expr_words words = wording_words(ui);
	char text[LINEEDIT_SIZE];
	struct match *match;

	copy_line(f, text);
	match = match_parse(text, &words, &f->error);
	f->plain_ns = UI_NEVER;
	f->is_mixed = false;
	/* No memory. */
	if (!match && !f->error.column && f->error.text[0])
		f->error.column = 1;
	if (match) {
		f->state = FILTERPROMPT_GOOD;
		expr_echo(match_expr(match), f->echo, sizeof(f->echo),
			  &f->is_mixed);
		expect(ui, match);
	} else if (!f->error.column) {
		f->state = FILTERPROMPT_BLANK;
		expect(ui, NULL);
	} else {
		f->state = f->error.is_unfinished ? FILTERPROMPT_UNFINISHED
						  : FILTERPROMPT_WRONG;
		f->plain_ns = ui->now_ns + DIM_NS;
		if (was_misread(ui))
			expect(ui, read_beginning(ui));
		else if (f->apply_ns != UI_NEVER)
			f->apply_ns = ui_typed_ns(ui);
	}
}

/* The list is of what is typed from now on. */
static void apply(struct ui *ui)
{
	struct filterprompt *f = &ui->filtering;
	struct match *match = f->typed;

	if (f->apply_ns == UI_NEVER)
		return;
	f->typed = NULL;
	use(ui, match);
}

static void close_prompt(struct ui *ui)
{
	struct filterprompt *f = &ui->filtering;

	drop_typed(f);
	if (f->before != ui->query.filter.match)
		release(ui, f->before);
	f->before = NULL;
	overlay_close(ui);
}

static void keep(struct ui *ui)
{
	struct filterprompt *f = &ui->filtering;
	char text[LINEEDIT_SIZE];

	if (f->state == FILTERPROMPT_UNFINISHED ||
	    f->state == FILTERPROMPT_WRONG) {
		f->state = FILTERPROMPT_WRONG;
		f->plain_ns = UI_NEVER;
		return;
	}
	apply(ui);
	copy_line(f, text);
	history_add(&f->prompt.history, text);
	close_prompt(ui);
}

static void undo(struct ui *ui)
{
	use(ui, ui->filtering.before);
	close_prompt(ui);
}

static bool obey(struct ui *ui, int key)
{
	struct filterprompt *f = &ui->filtering;
	struct expr_words words;

	switch (key) {
	case '\r':
	case '\n':
	case KEY_SPECIAL | KEY_ENTER:
		keep(ui);
		return true;
	case ESC:
	case CTRL('G'):
		undo(ui);
		return true;
	default:
		break;
	}
	if (prompt_is_key_of_list(key))
		return false;
	words = wording_words(ui);
	if (prompt_key(&f->prompt, key, &words) == PROMPT_CHANGED)
		read_line(ui);
	return true;
}

/* ---------------------------------------------------------------- answers */

/* Whether the picture is of what is typed. */
static bool is_counted(const struct ui *ui)
{
	const struct filterprompt *f = &ui->filtering;

	return f->apply_ns == UI_NEVER && ui->n_pictures >= f->picture &&
	       !ui->is_other && !ui->is_stale;
}

static void count_text(const struct ui *ui, char *text, size_t size)
{
	const struct view_frame *frame = &ui->frame;
	uint64_t n = frame->totals.shown.n;
	const char *word = NULL;

	text[0] = '\0';
	if (!is_counted(ui))
		return;
	if (!n && !frame->n_match && ui->query.filter.match)
		word = expr_hint(match_expr(ui->query.filter.match));
	if (word)
		str_printf(text, size, "0 of %zu; did you mean %s?",
			   frame->n_flows, word);
	else
		str_printf(text, size, "%" PRIu64 " of %zu flows", n,
			   frame->n_flows);
}

static void say_good(const struct ui *ui, struct answer *answer)
{
	const struct filterprompt *f = &ui->filtering;
	bool is_blank = f->state == FILTERPROMPT_BLANK;
	char count[sizeof(answer->right)];

	count_text(ui, count, sizeof(count));
	if (f->is_mixed) {
		str_printf(answer->text, sizeof(answer->text), "read as: %s",
			   f->echo);
		str_copy(answer->right, sizeof(answer->right), count);
		return;
	}
	answer->is_indented = true;
	str_copy(answer->text, sizeof(answer->text),
		 is_blank ? "Tab lists the words" : count);
	str_copy(answer->right, sizeof(answer->right),
		 is_blank ? "Enter show all  Esc undo"
			  : "Enter keep  Esc undo");
}

static void say(const struct ui *ui, struct answer *answer)
{
	const struct filterprompt *f = &ui->filtering;

	*answer = (struct answer){ .column = f->error.column };
	switch (f->state) {
	case FILTERPROMPT_BLANK:
	case FILTERPROMPT_GOOD:
		answer->kind = ANSWER_GOOD;
		say_good(ui, answer);
		break;
	case FILTERPROMPT_UNFINISHED:
		answer->kind = ANSWER_UNFINISHED;
		str_printf(answer->text, sizeof(answer->text), "... %s",
			   f->error.text);
		str_copy(answer->right, sizeof(answer->right),
			 "(not an error)");
		break;
	default:
		answer->kind = ANSWER_WRONG;
		str_copy(answer->text, sizeof(answer->text), f->error.text);
		answer->is_dim = f->plain_ns != UI_NEVER;
	}
}

static void draw(struct ui *ui, int *y, int *x)
{
	struct answer answer;

	say(ui, &answer);
	prompt_draw(&ui->filtering.prompt, &answer, y, x);
}

/* The list, or the look of an error, changes without a key. */
static uint64_t due_ns(const struct ui *ui)
{
	const struct filterprompt *f = &ui->filtering;

	return f->apply_ns < f->plain_ns ? f->apply_ns : f->plain_ns;
}

static void wake(struct ui *ui)
{
	struct filterprompt *f = &ui->filtering;

	ui->is_dirty = true;
	if (ui->now_ns >= f->apply_ns)
		apply(ui);
	if (ui->now_ns >= f->plain_ns)
		f->plain_ns = UI_NEVER;
}

static const struct overlay prompt_overlay = {
	.key = obey,
	.draw = draw,
	.due_ns = due_ns,
	.wake = wake,
	.is_typing = true,
};

void filterprompt_open(struct ui *ui)
{
	struct filterprompt *f = &ui->filtering;

	f->prompt.label = "filter";
	f->before = ui->query.filter.match;
	f->apply_ns = UI_NEVER;
	f->picture = 0;
	prompt_open(&f->prompt, text_of(f->before));
	overlay_open(ui, &prompt_overlay);
	read_line(ui);
}

bool filterprompt_clear(struct ui *ui)
{
	if (!ui->query.filter.match)
		return false;
	ui->filtering.before = NULL;
	use(ui, NULL);
	return true;
}

void filterprompt_text(const struct ui *ui, char *text, size_t size)
{
	const struct match *match = ui->query.filter.match;
	const char *filter = text_of(match);
	/* "and" binds tighter. */
	bool is_or = match && match_expr(match)->kind == EXPR_OR;

	if (!ui->query.has_only || !match)
		str_copy(text, size, match ? filter : ui->only);
	else
		str_printf(text, size, is_or ? "%s and (%s)" : "%s and %s",
			   ui->only, filter);
}

void filterprompt_fini(struct ui *ui)
{
	struct filterprompt *f = &ui->filtering;

	if (f->before && f->before != ui->query.filter.match)
		release(ui, f->before);
	release(ui, ui->query.filter.match);
	match_free(f->typed);
	prompt_fini(&f->prompt);
}

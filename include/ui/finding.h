/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Finding a line without hiding others.
 *
 *   F3, typed -> the first match from the cursor on, a moment later
 *   Enter     -> the prompt goes; n and N are next and previous, until Esc
 *
 * The line is looked for in the whole list, with the next picture of it: see
 * view/seek.h. Until that is there the cursor stays where it is.
 */
#ifndef FLOWTOP_UI_FINDING_H
#define FLOWTOP_UI_FINDING_H

#include "ui/prompt.h"
#include "view/groupref.h"
#include "view/row.h"
#include "view/seek.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct match;
struct ui;

/* Zeroed is a prompt that was never open. */
struct finding {
	struct prompt prompt;
	/* What is looked for: the same as words, where lines are groups. NULL:
	 * nothing is. */
	struct match *match;
	char text[LINEEDIT_SIZE]; /* without blanks around it */
	uint64_t apply_ns;     /* when to look for it; UI_NEVER: not, or done */
	struct view_seek seek; /* query.seek, while a picture is waited for */
	/* The line from which it is looked for. */
	bool has_from;
	struct flow_ref from;
	struct group_ref group_from;
	bool has_result;
	enum seek_result result;
};

/** finding_open - open the prompt; where something is looked for already, go to
 * the next match. */
void finding_open(struct ui *ui);

/** finding_step - to the next match, or the one before. */
void finding_step(struct ui *ui, bool is_back);

/** finding_is_active - something is looked for: n and N are its keys. */
bool finding_is_active(const struct ui *ui);

/** finding_end - nothing is looked for any more. Return: false when nothing
 * was. */
bool finding_end(struct ui *ui);

/** finding_aim - the anchor of the picture that is looked through. */
void finding_aim(struct ui *ui);

/** finding_arrived - that picture is there. Return: whether the cursor is on
 * what was found. */
bool finding_arrived(struct ui *ui);

/** finding_fini - free what it holds. */
void finding_fini(struct ui *ui);

#endif

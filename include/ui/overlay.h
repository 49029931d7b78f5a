/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What stands on top of the list and gets keys before it: a prompt, a box. One
 * at a time, ui->overlay; NULL: none.
 */
#ifndef FLOWTOP_UI_OVERLAY_H
#define FLOWTOP_UI_OVERLAY_H

#include <stdbool.h>
#include <stdint.h>

struct ui;

struct overlay {
	/* Obey @key. Return: false for one that the list shall obey. */
	bool (*key)(struct ui *ui, int key);
	/* Draw it over the list; *@y, *@x: where the cursor rests, set before
	 * to the selected row. */
	void (*draw)(struct ui *ui, int *y, int *x);
	/* When it wants to be woken, UI_NEVER for no time, and what it does
	 * then, in any wake-up. NULL: never. */
	uint64_t (*due_ns)(const struct ui *ui);
	void (*wake)(struct ui *ui);
};

/** overlay_open - put it there, instead of what was. */
void overlay_open(struct ui *ui, const struct overlay *overlay);

/** overlay_close - without one again. */
void overlay_close(struct ui *ui);

/** overlay_key - Return: whether there is one that has obeyed @key. */
bool overlay_key(struct ui *ui, int key);

/** overlay_draw - draw it, if there is one and the list is shown. */
void overlay_draw(struct ui *ui, int *y, int *x);

/** overlay_due_ns - when overlay_wake() has work; UI_NEVER: never. */
uint64_t overlay_due_ns(const struct ui *ui);
void overlay_wake(struct ui *ui);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* Lines around a box. */
#ifndef FLOWTOP_UI_FRAME_H
#define FLOWTOP_UI_FRAME_H

/* Where a box is. */
struct frame {
	int y, x;
	int rows, cells; /* with the lines */
};

/**
 * frame_draw - lines around a box that is empty inside
 * @title: in the upper line
 * @hints: in the lower line, at most 8, the last one NULL: from the left, as
 * many as there is room for beside the last one
 * @cell_flags: CELL_UTF8
 */
void frame_draw(const struct frame *frame, const char *title,
		const char *const *hints, unsigned int cell_flags);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* A storm is over: the room that a frame has had for it would stay for ever. */
#ifndef FLOWTOP_VIEW_ROOM_H
#define FLOWTOP_VIEW_ROOM_H

#include "view/view.h"

#define ROOM_FIRST_ENTRIES 1024

/** room_shrink_entries - the list has @n entries now. */
void room_shrink_entries(struct view_frame *frame, size_t n);

/** room_shrink_order - what is remembered by number; numbers are below @n.
 * @now_ns: of the frame that is being made */
void room_shrink_order(struct view_frame *frame, size_t n, uint64_t now_ns);

/** room_shrink_rows - rows are large; frame->n_rows of them are needed. */
void room_shrink_rows(struct view_frame *frame);

#endif

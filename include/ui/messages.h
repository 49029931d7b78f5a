/* SPDX-License-Identifier: GPL-2.0-only */
/* What was said lately: notes, and warnings that came and went. */
#ifndef FLOWTOP_UI_MESSAGES_H
#define FLOWTOP_UI_MESSAGES_H

#include <stdbool.h>
#include <stdint.h>

#define MESSAGES_MAX 100
#define MESSAGE_TEXT 160

enum message_kind { MESSAGE_NOTE, MESSAGE_WARNING, MESSAGE_OVER };

struct messages {
	unsigned int n; /* ever added */
	struct message {
		uint64_t wall_ns; /* since 1970; 0 unknown */
		enum message_kind kind;
		char text[MESSAGE_TEXT];
	} message[MESSAGES_MAX];
};

/** messages_add - keep @text; the oldest one goes when there are too many. */
void messages_add(struct messages *messages, enum message_kind kind,
		  uint64_t wall_ns, const char *text);

/** messages_has_last - @text is the latest one. */
bool messages_has_last(const struct messages *messages, const char *text);

/**
 * messages_draw - draw and show the page, latest first
 * @top: first line shown; set to what the screen allows
 * @message: instead of the last row; NULL: none
 */
void messages_draw(const struct messages *messages, int *top,
		   const char *message);

#endif

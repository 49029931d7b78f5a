// SPDX-License-Identifier: GPL-2.0-only
/* The page of messages, and the ring behind it. */
#include "ui/messages.h"

#include "lib/clock.h"
#include "lib/str.h"
#include "ui/draw.h"
#include "ui/help.h"

#include <time.h>

#define LINE_TEXT (MESSAGE_TEXT + 40)
#define TEXT_X 12 /* behind time and mark */

void messages_add(struct messages *messages, enum message_kind kind,
		  uint64_t wall_ns, const char *text)
{
	struct message *m = &messages->message[messages->n++ % MESSAGES_MAX];

	m->wall_ns = wall_ns;
	m->kind = kind;
	str_copy(m->text, sizeof(m->text), text);
}

static void draw_message(const struct message *m, int y)
{
	time_t s = (time_t)(m->wall_ns / NS_PER_S);
	char when[16] = "--:--:--";
	char text[LINE_TEXT];
	struct tm tm;

	if (m->wall_ns && localtime_r(&s, &tm))
		strftime(when, sizeof(when), "%H:%M:%S", &tm);
	str_printf(text, sizeof(text), "%s%s", m->text,
		   m->kind == MESSAGE_OVER ? " (over)" : "");
	draw_text(y, 1, TEXT_X, when, ROLE_PLAIN, 0);
	if (m->kind == MESSAGE_WARNING)
		draw_text(y, TEXT_X - 2, 1, "!", ROLE_WARNING, 0);
	draw_text(y, TEXT_X, draw_cells(), text, ROLE_PLAIN, 0);
}

void messages_draw(const struct messages *messages, int *top,
		   const char *message)
{
	int n = messages->n < MESSAGES_MAX ? (int)messages->n : MESSAGES_MAX;
	int page = help_page();

	if (*top > n - page)
		*top = n - page;
	if (*top < 0)
		*top = 0;
	draw_begin();
	for (int y = 0; y < page && *top + y < n; y++)
		draw_message(&messages->message[(messages->n - 1 -
						 (unsigned int)(*top + y)) %
						MESSAGES_MAX],
			     1 + y);
	if (!n)
		draw_text(1, 1, draw_cells(), "No message yet.", ROLE_PLAIN, 0);
	help_frame(" Messages, latest first  Esc, ! or q closes", message);
}

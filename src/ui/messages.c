// SPDX-License-Identifier: GPL-2.0-only
/* The page of messages, and the ring behind it. */
#include "ui/messages.h"

#include "lib/clock.h"
#include "lib/str.h"
#include "ui/draw.h"
#include "ui/help.h"

#include <string.h>
#include <time.h>

#define MESSAGE_LINE (MESSAGE_TEXT + 40)
#define TEXT_X 12 /* behind time and mark */
#define NARROW_CELLS 40
#define ABOVE (-1000)

bool messages_has_last(const struct messages *messages, const char *text)
{
	return messages->n &&
	       !strncmp(
		       messages->message[(messages->n - 1) % MESSAGES_MAX].text,
		       text, MESSAGE_TEXT - 1);
}

void messages_add(struct messages *messages, enum message_kind kind,
		  uint64_t wall_ns, const char *text)
{
	struct message *m = &messages->message[messages->n++ % MESSAGES_MAX];

	m->wall_ns = wall_ns;
	m->kind = kind;
	str_copy(m->text, sizeof(m->text), text);
}

/* Behind the time, or below it where there is little room. */
static int indent(void)
{
	return draw_cells() < NARROW_CELLS ? 1 : TEXT_X;
}

static void message_text(const struct message *m, char *text)
{
	str_printf(text, MESSAGE_LINE, "%s%s", m->text,
		   m->kind == MESSAGE_OVER ? " (over)" : "");
}

static int message_lines(const struct message *m)
{
	char text[MESSAGE_LINE];

	message_text(m, text);
	/* All of its lines are above the screen. */
	return draw_paragraph(ABOVE, 0, indent(), text) - ABOVE +
	       (indent() != TEXT_X);
}

static void draw_message(const struct message *m, int y, int end)
{
	time_t s = (time_t)(m->wall_ns / NS_PER_S);
	char when[16] = "--:--:--";
	char text[MESSAGE_LINE];
	struct tm tm;

	if (m->wall_ns && localtime_r(&s, &tm))
		strftime(when, sizeof(when), "%H:%M:%S", &tm);
	if (y < end) {
		draw_text(y, 1, TEXT_X, when, ROLE_PLAIN, 0);
		if (m->kind == MESSAGE_WARNING)
			draw_text(y, TEXT_X - 2, 1, "!", ROLE_WARNING, 0);
	}
	message_text(m, text);
	draw_paragraph(y + (indent() != TEXT_X), end, indent(), text);
}

/* The latest is 0. */
static const struct message *message_at(const struct messages *messages, int i)
{
	return &messages->message[(messages->n - 1 - (unsigned int)i) %
				  MESSAGES_MAX];
}

void messages_draw(const struct messages *messages, int *top,
		   const char *message)
{
	int n = messages->n < MESSAGES_MAX ? (int)messages->n : MESSAGES_MAX;
	int page = help_page();
	int n_lines = 0, y = 1;

	for (int i = 0; i < n; i++)
		n_lines += message_lines(message_at(messages, i));
	if (*top > n_lines - page)
		*top = n_lines - page;
	if (*top < 0)
		*top = 0;
	draw_begin();
	for (int i = 0; i < n; i++) {
		draw_message(message_at(messages, i), y - *top, 1 + page);
		y += message_lines(message_at(messages, i));
	}
	if (!n)
		draw_text(1, 1, draw_cells(), "No message yet.", ROLE_PLAIN, 0);
	help_frame("Messages", ", latest first", "Esc, ! or q closes", message);
}

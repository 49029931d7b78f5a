/* SPDX-License-Identifier: GPL-2.0-only */
/* What comes behind an Esc that curses made nothing of: a key with Alt, or
 * a sequence, whose characters must not act as keys. Pieces of a sequence may
 * come late. */
#ifndef FLOWTOP_UI_ESCAPE_H
#define FLOWTOP_UI_ESCAPE_H

#include <stdbool.h>
#include <stdint.h>

/* "Esc [ < 0 ; 10 ; 5 M": what the mouse did, as terminals say it in numbers.
 */
struct mouse_event {
	unsigned int button; /* MOUSE_* */
	int y, x;            /* from 0 */
	bool is_release;
};

enum { MOUSE_LEFT = 0, MOUSE_WHEEL_UP = 64, MOUSE_WHEEL_DOWN = 65 };

#define ESCAPE_NUMBERS 3
#define ESCAPE_TEXT 40

struct escape {
	int pending; /* a key that was read too early, or KEY_NOTHING */
	int state;
	int head;         /* first character behind "Esc [" */
	unsigned int n;   /* characters of this sequence so far */
	uint64_t from_ns; /* when it began */
	uint64_t last_ns; /* its last character */
	bool is_status;   /* "Esc [ 0 n" was among them; the caller clears it */
	/* The numbers behind "Esc [ <", and how many of them are complete. */
	unsigned int number[ESCAPE_NUMBERS], n_numbers;
	struct mouse_event mouse; /* of the last KEY_MOUSE_EVENT */
	/* The beginning of the last string that is complete: an answer. The
	 * caller clears it. */
	char text[ESCAPE_TEXT], answer[ESCAPE_TEXT];
};

/** escape_init - no sequence is under way. */
void escape_init(struct escape *escape);

/**
 * escape_key - the next key
 * @read: as key_read(): KEY_NOTHING without one; @may_wait: it may come a
 * moment later
 *
 * Return: a key as ui/keys.h has them; KEY_UNKNOWN for a sequence of which only
 * is known that it is a key; KEY_NOTHING.
 */
int escape_key(struct escape *escape, uint64_t now_ns,
	       int (*read)(bool may_wait));

#endif

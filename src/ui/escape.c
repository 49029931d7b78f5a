// SPDX-License-Identifier: GPL-2.0-only
/* Sequences that curses does not know. */
#include "ui/escape.h"

#include "lib/clock.h"
#include "ui/keys.h"

#include <string.h>

#include <curses.h>

#define ESC 27
#define BEL 7
#define C1_ST 0x9c /* end of a string in eight bits */

/* What never ends is no sequence: then characters are keys again. */
#define MAX_CHARACTERS 4096
#define MAX_GAP_NS (300 * NS_PER_MS)
#define MAX_TIME_NS NS_PER_S

enum {
	STATE_NONE,
	STATE_KEY,        /* behind "Esc [" or "Esc O": up to a letter */
	STATE_BYTES,      /* behind "Esc [ M": three bytes of a mouse */
	STATE_STRING,     /* OSC, DCS, SOS, PM, APC: up to BEL or ST */
	STATE_STRING_ESC, /* in one, behind an Esc: perhaps ST */
};

void escape_init(struct escape *escape)
{
	*escape = (struct escape){ .pending = KEY_NOTHING };
}

/* The sequence is over without having been one; @c comes after it. */
static int give_up(struct escape *escape, int c)
{
	escape->state = STATE_NONE;
	escape->pending = c;
	return KEY_NOTHING;
}

/* Return: whether the numbers say what a mouse did. */
static bool take_mouse(struct escape *escape, int c)
{
	const unsigned int *number = escape->number;

	if (escape->head != '<' || (c != 'M' && c != 'm') ||
	    escape->n_numbers != ESCAPE_NUMBERS - 1 || !number[1] || !number[2])
		return false;
	escape->mouse = (struct mouse_event){
		.button = number[0],
		.x = (int)number[1] - 1,
		.y = (int)number[2] - 1,
		.is_release = c == 'm',
	};
	return true;
}

#define MODE_SYNC 2026

/* "Esc [ ? 2026 ; 2 $ y": known, and set, not set, or always set. */
static bool take_sync(const struct escape *escape, int c)
{
	return escape->head == '?' && c == 'y' && escape->n_numbers == 1 &&
	       escape->number[0] == MODE_SYNC && escape->number[1] >= 1 &&
	       escape->number[1] <= 3;
}

/* Home and End, which terminals send as they like, whatever TERM says. */
static int edge_key(const struct escape *escape, int c)
{
	unsigned int number = escape->number[0];

	if (escape->n_numbers)
		return KEY_UNKNOWN;
	if ((c == 'H' && !number) || (c == '~' && (number == 1 || number == 7)))
		return KEY_SPECIAL | KEY_HOME;
	if ((c == 'F' && !number) || (c == '~' && (number == 4 || number == 8)))
		return KEY_SPECIAL | KEY_END;
	return KEY_UNKNOWN;
}

/* A letter has ended it: a key, or a report that nobody asked for. */
static int key_end(struct escape *escape, int c)
{
	bool is_csi = escape->head != 'O';

	escape->state = STATE_NONE;
	if (take_mouse(escape, c))
		return KEY_MOUSE_EVENT;
	escape->has_sync |= take_sync(escape, c);
	if (is_csi && !escape->head && c == 'M') {
		escape->state = STATE_BYTES;
		escape->n = 0;
		return KEY_NOTHING;
	}
	if (is_csi && c == 'n')
		escape->is_status = true;
	if (is_csi && (c == 'n' || c == 'c' ||
		       (escape->head && strchr("<=>?", escape->head))))
		return KEY_NOTHING;
	return edge_key(escape, c);
}

#define MAX_NUMBER 100000

static void add_digit(struct escape *escape, int c)
{
	unsigned int *number = &escape->number[escape->n_numbers];

	if (escape->n_numbers >= ESCAPE_NUMBERS)
		return;
	if (c >= '0' && c <= '9' && *number < MAX_NUMBER)
		*number = *number * 10 + (unsigned int)(c - '0');
	else if (c == ';')
		escape->n_numbers++;
}

static int key_go_on(struct escape *escape, int c)
{
	bool is_first = !escape->head;

	if (c < ' ' || c > '~')
		return give_up(escape, c);
	add_digit(escape, c);
	/* The function keys of the Linux console: Esc [ [ A */
	if (c < '@' || (c == '[' && is_first)) {
		if (is_first)
			escape->head = c;
		return KEY_NOTHING;
	}
	return key_end(escape, c);
}

static int string_go_on(struct escape *escape, int c)
{
	bool is_behind_esc = escape->state == STATE_STRING_ESC;

	if (is_behind_esc && c != '\\') {
		/* Another sequence has begun. */
		give_up(escape, c);
		return ESC;
	}
	if (is_behind_esc || c == BEL || c == C1_ST) {
		escape->state = STATE_NONE;
		memcpy(escape->answer, escape->text, sizeof(escape->answer));
	} else if (c == ESC) {
		escape->state = STATE_STRING_ESC;
	} else if (escape->n < sizeof(escape->text) && c >= ' ' && c <= '~') {
		escape->text[escape->n - 1] = (char)c;
	}
	return KEY_NOTHING;
}

/* Behind Esc. */
static int begin(struct escape *escape, int (*read)(bool may_wait))
{
	int c = escape->pending;

	escape->pending = KEY_NOTHING;
	if (c == KEY_NOTHING)
		c = read(false);
	if (c == KEY_NOTHING)
		return ESC;
	if (c & KEY_SPECIAL || c == ESC) {
		escape->pending = c;
		return ESC;
	}
	if (!strchr("[OPX]^_", c) || !c)
		return KEY_ALT | c;
	/* Nothing behind it: somebody has pressed Alt and this character. */
	escape->pending = read(true);
	if (escape->pending == KEY_NOTHING)
		return KEY_ALT | c;
	escape->state = c == '[' || c == 'O' ? STATE_KEY : STATE_STRING;
	escape->head = c == 'O' ? c : 0;
	escape->n = 0;
	escape->n_numbers = 0;
	memset(escape->number, 0, sizeof(escape->number));
	memset(escape->text, 0, sizeof(escape->text));
	return KEY_NOTHING;
}

static int go_on(struct escape *escape, int c)
{
	if (++escape->n > MAX_CHARACTERS)
		return give_up(escape, c);
	switch (escape->state) {
	case STATE_KEY:
		return key_go_on(escape, c);
	case STATE_BYTES:
		if (escape->n == 3)
			escape->state = STATE_NONE;
		return KEY_NOTHING;
	default:
		return string_go_on(escape, c);
	}
}

static bool is_too_late(const struct escape *escape, uint64_t now_ns)
{
	return now_ns > escape->last_ns + MAX_GAP_NS ||
	       now_ns > escape->from_ns + MAX_TIME_NS;
}

int escape_key(struct escape *escape, uint64_t now_ns,
	       int (*read)(bool may_wait))
{
	for (;;) {
		int c = escape->pending;

		escape->pending = KEY_NOTHING;
		if (c == KEY_NOTHING)
			c = read(false);
		if (c == KEY_NOTHING)
			return c;
		if (escape->state && is_too_late(escape, now_ns))
			escape->state = STATE_NONE;
		if (!escape->state)
			escape->from_ns = now_ns;
		escape->last_ns = now_ns;
		if (escape->state)
			c = go_on(escape, c);
		if (!escape->state && c == ESC)
			c = begin(escape, read);
		if (c != KEY_NOTHING)
			return c;
	}
}

/* SPDX-License-Identifier: GPL-2.0-only */
/* What comes behind an Esc that curses made nothing of: a key with Alt, or
 * a sequence, whose characters must not act as keys. Pieces of a sequence may
 * come late. */
#ifndef FLOWTOP_UI_ESCAPE_H
#define FLOWTOP_UI_ESCAPE_H

#include <stdbool.h>
#include <stdint.h>

struct escape {
	int pending; /* a key that was read too early, or KEY_NOTHING */
	int state;
	int head;         /* first character behind "Esc [" */
	unsigned int n;   /* characters of this sequence so far */
	uint64_t from_ns; /* when it began */
	uint64_t last_ns; /* its last character */
	bool is_status;   /* "Esc [ 0 n" was among them; the caller clears it */
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

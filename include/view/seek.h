/* SPDX-License-Identifier: GPL-2.0-only */
/* The next line of a list that is looked for, wherever in the list it is. */
#ifndef FLOWTOP_VIEW_SEEK_H
#define FLOWTOP_VIEW_SEEK_H

#include <stdbool.h>

struct match;
struct walk;

/* What is looked for, from the anchor of the query on; without one from the
 * end of the list that is first on the way. Everything is borrowed. */
struct view_seek {
	struct match *match;
	/* In a list of groups instead: what one of their columns says has it,
	 * in small letters or capital ones. */
	const char *text;
	bool is_back;    /* the one before */
	bool is_at_once; /* the anchor itself will do */
};

enum seek_result {
	SEEK_NOTHING, /* it is nowhere, or was not looked for */
	SEEK_FOUND,
	SEEK_WRAPPED, /* on the other side of the list's end */
};

/**
 * seek_entry - make the line that is found the anchor of @walk
 *
 * The entries need not be in order. Context: read lock held.
 * Return: 0, with the result in walk->found; -EINTR when it has to be left off.
 */
int seek_entry(struct walk *walk);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* Which terminal it is. */
#ifndef FLOWTOP_UI_TERMNAME_H
#define FLOWTOP_UI_TERMNAME_H

#include <stdbool.h>
#include <stddef.h>

/**
 * termname_choose - which terminal to draw for: TERM, or a usual one
 * @note: what the user should know, if it is not TERM
 *
 * Return: a name that terminfo knows; NULL when it knows none.
 */
const char *termname_choose(char *note, size_t size);

/** termname_is_asked - terminals of this name bear questions. */
bool termname_is_asked(const char *name);

#endif

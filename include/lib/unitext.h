/* SPDX-License-Identifier: GPL-2.0-only */
/* Which characters are shown, and in how many cells: one answer for the whole
 * program, whatever the locale and the terminal think. */
#ifndef FLOWTOP_LIB_UNITEXT_H
#define FLOWTOP_LIB_UNITEXT_H

#include <stdint.h>

/**
 * unitext_width - cells that a character takes
 * @code: a code point, as utf8_decode() gives it
 *
 * Never more than one: characters of two cells are not shown. U+FFFD is not
 * either, so broken UTF-8 needs no care of its own.
 * Return: 1; 0 for a mark that is drawn over the character before it; -1 for
 * what is never shown. Facts: see unitext.c.
 */
int unitext_width(uint32_t code);

#endif

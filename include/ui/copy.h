/* SPDX-License-Identifier: GPL-2.0-only */
/* Text for the clipboard of the terminal (OSC 52). */
#ifndef FLOWTOP_UI_COPY_H
#define FLOWTOP_UI_COPY_H

#include <stdbool.h>
#include <stddef.h>

struct ui;

#define COPY_TEXT 512 /* at most, with the NUL */
/* "Esc ] 52 ; c ;", four characters for each three, BEL */
#define COPY_SEQUENCE (7 + (COPY_TEXT + 2) / 3 * 4 + 2)

/** copy_sequence - what puts @text into the clipboard: nothing in it can act on
 * the terminal. Return: length in bytes. */
size_t copy_sequence(const char *text, char sequence[COPY_SEQUENCE]);

/**
 * copy_act - copy a command of the pane, or an address
 *
 * The same key again copies the other command. What was copied, or why not, is
 * said.
 */
void copy_act(struct ui *ui);

#endif

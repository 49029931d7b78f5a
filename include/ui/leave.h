/* SPDX-License-Identifier: GPL-2.0-only */
/* Giving the terminal back in an emergency: after a fault, or while whoever
 * draws is stuck. No curses then, only what a signal handler may do. */
#ifndef FLOWTOP_UI_LEAVE_H
#define FLOWTOP_UI_LEAVE_H

#include <termios.h>

/** leave_begin - from now on a fault (SIGSEGV, SIGABRT ...) gives the terminal
 * @fd back as it was @before; after newterm(). */
void leave_begin(int fd, const struct termios *before);

/** leave_restores - it was another way before. */
void leave_restores(const struct termios *before);

/** leave_add - write @text, too, before what ends the screen; once. */
void leave_add(const char *text);

/** leave_write - write what gives the screen back. */
void leave_write(void);

/** leave_clear - empty the last row, in which the shell goes on, where there is
 * no other screen to go back to; right after endwin(). */
void leave_clear(void);

/** leave_end - faults are nobody's business any more. */
void leave_end(void);

#endif

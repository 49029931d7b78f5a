/* SPDX-License-Identifier: GPL-2.0-only */
/* Becoming a process that serves main. */
#ifndef FLOWTOP_LIB_DETACH_H
#define FLOWTOP_LIB_DETACH_H

/**
 * detach - leave behind what a new child has from main
 * @name: of the process
 * @keep: @n descriptors that stay open besides errors; -1 is none
 * @tty: the terminal, if it is kept, which may be standard input; -1
 *
 * All signals are blocked, and neither ^C nor ^Z reaches it: it has a process
 * group of its own, in main's session. Standard input and output may be pipes
 * whose other ends wait for the end of flowtop: they become /dev/null.
 * Context: a new child, single-threaded.
 */
void detach(const char *name, const int *keep, int n, int tty);

#endif

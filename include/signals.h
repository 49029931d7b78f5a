/* SPDX-License-Identifier: GPL-2.0-only */
/* Signals that end the program are read from a descriptor, so that nothing is
 * left behind; and watched, so that it ends even when nobody reads them. */
#ifndef FLOWTOP_SIGNALS_H
#define FLOWTOP_SIGNALS_H

#include <stdbool.h>

/**
 * signals_open - block the signals that would end the program
 * @is_screen: those of terminals as well
 *
 * Return: a signalfd, or negative errno.
 */
int signals_open(bool is_screen);

/** signals_default, signals_block - let them end the program, for as long as
 * there is nothing to put back and something may take forever. */
void signals_default(void);
void signals_block(void);

struct watch;

/**
 * watch_start - leave by force when a signal has been waiting for 0.8 s
 * @signal_fd: of signals_open(); borrowed
 * @leave: called before the program ends; in the thread of the watch
 *
 * Return: NULL when no thread can be started: then it is not watched.
 */
struct watch *watch_start(int signal_fd, void (*leave)(void *ctx), void *ctx);

/** watch_stop - NULL is allowed. */
void watch_stop(struct watch *watch);

#endif

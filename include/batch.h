/* SPDX-License-Identifier: GPL-2.0-only */
/* Output without a screen: frames once an interval, or lines of events. */
#ifndef FLOWTOP_BATCH_H
#define FLOWTOP_BATCH_H

struct collector;
struct config;
struct naming;
struct users;

/**
 * batch_run - print until the refreshes are done, the source has ended, a
 * signal came or nobody reads any more
 * @users: borrowed; NULL: no names
 * @naming: borrowed
 * @signal_fd: readable when the program has to end; main reads what it was
 *
 * A live collector must have been started; one that plays a recording must not:
 * it runs step by step between the frames, so that the same recording always
 * prints the same bytes.
 * Return: exit status.
 */
int batch_run(const struct config *config, struct collector *collector,
	      const struct users *users, struct naming *naming, int signal_fd);

#endif

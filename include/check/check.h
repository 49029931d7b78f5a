/* SPDX-License-Identifier: GPL-2.0-only */
/* flowtop --check: what works here, and how to get what does not. */
#ifndef FLOWTOP_CHECK_CHECK_H
#define FLOWTOP_CHECK_CHECK_H

struct caller;
struct config;
struct settings;

/**
 * check_run - look at everything, print a line for each fact
 * @config: its network namespace has been entered
 *
 * Changes nothing, but asking the kernel may load modules, as a start of
 * flowtop would. What needs less rights or another namespace to be tried is
 * tried in a child.
 * Context: before the first thread, with the privileges of the start.
 * Return: exit status: 0 when flows can be shown.
 */
int check_run(const struct config *config, const struct caller *caller,
	      const struct settings *settings);

#endif

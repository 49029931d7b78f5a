/* SPDX-License-Identifier: GPL-2.0-only */
/* Entering another network namespace. */
#ifndef FLOWTOP_LIB_NETNS_H
#define FLOWTOP_LIB_NETNS_H

/**
 * netns_enter - move the calling thread into a network namespace
 * @name: as `ip netns` names it, or a process id
 *
 * Call it before anything is opened and any thread is started.
 * Return: 0 or negative errno (-ENOENT there is none, -EPERM).
 */
int netns_enter(const char *name);

#endif

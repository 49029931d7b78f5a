/* SPDX-License-Identifier: GPL-2.0-only */
/* Network namespaces: entering one, and telling them apart. */
#ifndef FLOWTOP_LIB_NETNS_H
#define FLOWTOP_LIB_NETNS_H

#include <stdint.h>

/**
 * netns_enter - move the calling thread into a network namespace
 * @name: as `ip netns` names it, or a process id
 *
 * Call it before anything is opened and any thread is started.
 * Return: 0 or negative errno (-ENOENT there is none, -EPERM).
 */
int netns_enter(const char *name);

/**
 * netns_cookie - the number of our namespace, never used again until reboot
 *
 * Return: 0 or negative errno (-ENOPROTOOPT: older than Linux 5.14).
 */
int netns_cookie(uint64_t *cookie);

/**
 * netns_inode - which namespace does a link of /proc mean?
 * @dir, @path: the link, such as "1/ns/net"
 * @inode: that of its file
 *
 * Return: 0 or negative errno (-ENOENT, -ESRCH: the process is gone).
 */
int netns_inode(int dir, const char *path, uint64_t *inode);

#endif

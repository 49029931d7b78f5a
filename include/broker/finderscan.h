/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Network namespaces, as the finder sees them.
 *
 * A scan goes through the names of namespaces and through all processes, a
 * little at a time. Nothing of it stays open: a namespace that is deleted
 * meanwhile goes at once.
 */
#ifndef FLOWTOP_BROKER_FINDERSCAN_H
#define FLOWTOP_BROKER_FINDERSCAN_H

#include "broker/finder.h"

#include <sys/types.h>

#define SCAN_SPACES 1024 /* what is beyond is not listed */

enum scan_kind {
	SCAN_NONE,
	SCAN_LIST,  /* which namespaces are there but ours? */
	SCAN_ALONE, /* is anybody but flowtop in ours? */
};

struct scan_list {
	int n;
	struct finder_space spaces[SCAN_SPACES];
	uint8_t places[SCAN_SPACES]; /* directory of the name */
};

/* Large: not for the stack. */
struct finderscan {
	bool sees_all;    /* set by the caller: no process is hidden */
	bool is_alone;    /* the result of SCAN_ALONE */
	int home;         /* our own namespace */
	uint64_t own;     /* its inode */
	dev_t device;     /* of inodes of namespaces */
	uint64_t own_dev; /* inode of /proc/self/net/dev; 0 not known */
	uint64_t exe;     /* inode of our program; 0: it cannot be seen */
	uint32_t exe_major, exe_minor;
	uint32_t company; /* who was in our namespace the last time; 0 */

	enum scan_kind kind;
	int place; /* directory that is being read */
	int fd;    /* it; -1 not opened yet */
	struct scan_list done, next;
};

/** finderscan_init - in the namespace that is watched. Return: 0 or negative
 * errno. */
int finderscan_init(struct finderscan *s);

/** finderscan_begin - after the last one is over */
void finderscan_begin(struct finderscan *s, enum scan_kind kind);

/**
 * finderscan_step - go on until it is over, or late
 * @deadline_ns: as of procwalk_step()
 *
 * Return: whether it is over: the result is in @s->done, or @s->is_alone.
 */
bool finderscan_step(struct finderscan *s, uint64_t deadline_ns);

/**
 * finderscan_open - sockets in another namespace
 * @inode: of one in @s->done
 * @fds: NETLINK_SOCK_DIAG and NETLINK_ROUTE, the caller's
 *
 * Ends the process when it cannot come back.
 * Return: 0 or negative errno: -ENOENT it was not listed, or is gone; -ESTALE
 * its process or name means another one by now.
 */
int finderscan_open(struct finderscan *s, uint64_t inode, int *fds);

#endif

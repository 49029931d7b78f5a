/* SPDX-License-Identifier: GPL-2.0-only */
/* Our own addresses, live: a listing at start, then notifications. */
#ifndef FLOWTOP_SOURCE_RTNL_H
#define FLOWTOP_SOURCE_RTNL_H

struct source_sink;

/** rtnl_open - subscribe and ask for all. Return: descriptor; -errno. */
int rtnl_open(void);

/** rtnl_take - hand what has arrived to the sink; asks again after a loss. */
void rtnl_take(int fd, const struct source_sink *sink);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The live source: the conntrack table of this network namespace.
 *
 * Events make it fast, listings make it true. The event socket is bound before
 * the first listing is asked for. From then on, once an interval, the table is
 * read again: a large one by a listing within a CPU budget, a small one by
 * asking about each known flow, with a whole listing every ten seconds and
 * whenever the kernel's own count disagrees.
 */
#ifndef FLOWTOP_SOURCE_CONNTRACK_H
#define FLOWTOP_SOURCE_CONNTRACK_H

#include "broker/request.h"
#include "source/source.h"

#include <stdbool.h>
#include <stdint.h>

#define DEFAULT_BUDGET 25

struct conntrack_config {
	uint64_t interval_ns;
	unsigned int budget; /* per cent of one core for later listings */
	unsigned int rcvbuf; /* bytes; 0: the default */
	bool counts_sockets; /* while the table is empty */
};

/**
 * conntrack_open - make and bind the sockets, before any thread is started
 *
 * Return: 0 or negative errno: -EPERM without CAP_NET_ADMIN, -EPROTONOSUPPORT
 * or -ENOENT when the kernel has no conntrack netlink.
 */
int conntrack_open(struct source **out, const struct conntrack_config *config);

/** conntrack_sockets - the sockets that the broker sends requests on. */
void conntrack_sockets(const struct source *source, int fds[CT_SOCKETS]);

/**
 * conntrack_start - get ready for the first work()
 * @broker: whom to ask; it and the others are borrowed until the source is
 *	    closed
 */
void conntrack_start(struct source *source, struct broker *broker,
		     const struct source_sink *sink, struct health *health);

#endif

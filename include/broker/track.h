/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * --track: makes the kernel track connections when no rule asks for it.
 *
 * By an nftables table that belongs to a socket and is gone when that is
 * closed, however its process ends. Every copy of the descriptor would keep
 * it: whoever forks after track_on() closes track->fd in the child.
 */
#ifndef FLOWTOP_BROKER_TRACK_H
#define FLOWTOP_BROKER_TRACK_H

#include "broker/sysctl.h"

enum track_result {
	TRACK_ON,
	TRACK_NOT_PERMITTED, /* needs CAP_NET_ADMIN */
	TRACK_NO_OWNER,      /* Linux before 5.12: the table might remain */
	TRACK_NO_NFT,        /* no nf_tables, inet family or nft_ct */
	TRACK_FULL,          /* more than half of nf_conntrack_max is used */
	TRACK_UNREADABLE,    /* how full it is cannot be seen */
	TRACK_FAILED,        /* track->error says why */
};

struct track {
	int fd;    /* owns the table; -1: there is none */
	int error; /* of the last track_on(), negative errno */
};

void track_init(struct track *track);

/**
 * track_on - make the table, if there is none yet
 * @sysctl: after sysctl_open(), if only for other flowtops in the namespace
 *
 * Before sysctl_on() where both are wanted: then no moment is left in which
 * being killed leaves a doubt about who changed the ruleset.
 */
enum track_result track_on(struct track *track, struct sysctl_state *sysctl);

/** track_off - remove the table, if there is one. */
void track_off(struct track *track);

/**
 * track_guard - remove the table when nf_conntrack_max is nearly used up
 *
 * A full table drops the packets of new connections. Call it at least once a
 * second.
 * Return: whether it removed it now.
 */
bool track_guard(struct track *track);

/**
 * track_probe - whether track_on() would work, however full the table is
 *
 * Changes the ruleset: call it in a new network namespace.
 */
enum track_result track_probe(struct track *track);

/** track_is_over_half, track_is_nearly_full - of @max, where 0 is no limit. */
bool track_is_over_half(int64_t count, int64_t max);
bool track_is_nearly_full(int64_t count, int64_t max);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What main and the finder say to each other, over one SOCK_SEQPACKET.
 *
 * Plain values of fixed sizes. First comes a struct finder_hello, then answers
 * as struct finder_answer, whose descriptors travel beside it. A request that
 * cannot be ends the finder, as it does the broker.
 */
#ifndef FLOWTOP_BROKER_FINDERSERVE_H
#define FLOWTOP_BROKER_FINDERSERVE_H

#include "broker/finder.h"

enum finder_request_kind {
	FINDER_WALK = 1,
	FINDER_WALK_HASTY,
	FINDER_LIST_SPACES,
	FINDER_OPEN_SPACE,
	FINDER_ASK_ALONE,
};

struct finder_request {
	uint32_t kind;
	uint32_t n;     /* WALK: inodes */
	uint64_t inode; /* OPEN_SPACE */
	uint64_t inodes[FINDER_INODES];
};

struct finder_hello {
	int32_t result; /* 0 or negative errno: then it ends */
	uint32_t rights;
};

/**
 * finder_serve - be the finder: does not return
 * @socket: to main
 *
 * Context: a new child of main, single-threaded.
 */
_Noreturn void finder_serve(const struct finder_config *config, int socket);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* When the finder walks, and for which sockets: one walk of a kind, and only
 * so often that they stay cheap. A full walk may take long, and a hasty one
 * does not wait for it. The worker's; one thread. */
#ifndef FLOWTOP_ENRICH_OWNERWALK_H
#define FLOWTOP_ENRICH_OWNERWALK_H

#include "enrich/ownersock.h"

#include <stdbool.h>
#include <stdint.h>

struct finder;
struct finder_answer;

#define OWNERWALK_MAX 16384 /* sockets in a walk */

enum { WALK_HASTY, WALK_FULL, WALK_KINDS };

/* What the finder was asked for, and has not told yet. */
struct walk_round {
	struct wanted_sock *socks; /* by inode */
	int n, n_told;
	bool is_passed; /* what it cost is known */
};

struct ownerwalk {
	struct finder *finder; /* borrowed; NULL: none, or it is gone */
	struct ownersocks *socks;
	struct walk_round rounds[WALK_KINDS];
	int64_t credit_ns;    /* processor time for hasty walks */
	uint64_t credited_ns; /* when some was given last */
	uint64_t full_ns;     /* no full walk before */
	bool is_early;        /* the full one that runs is paid by credit */
};

/** ownerwalk_init - Return: 0 or -ENOMEM; ownerwalk_fini() in any case. */
int ownerwalk_init(struct ownerwalk *walk, struct finder *finder,
		   struct ownersocks *socks);
void ownerwalk_fini(struct ownerwalk *walk);

/** ownerwalk_step - ask for a walk if one is wanted and may be. */
void ownerwalk_step(struct ownerwalk *walk, uint64_t now_ns);

/** ownerwalk_due_ns - when it may be, if anything is wanted; UINT64_MAX. */
uint64_t ownerwalk_due_ns(const struct ownerwalk *walk, uint64_t now_ns);

/**
 * ownerwalk_take - an answer about sockets, or the end of a pass
 *
 * Return: whether all that was asked for in one go is known now.
 */
bool ownerwalk_take(struct ownerwalk *walk, const struct finder_answer *answer,
		    uint64_t now_ns);

/** ownerwalk_lost - the finder is gone. */
void ownerwalk_lost(struct ownerwalk *walk);

#endif

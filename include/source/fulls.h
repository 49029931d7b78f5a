/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * When a small table, which is refreshed flow by flow, gets a full listing.
 *
 * A listing walks every bucket of the kernel's hash, even of an empty table.
 * Where the kernel has as many flows as we know, and each of these was found
 * there, it would say the same: then it comes once a minute instead of every
 * ten seconds.
 */
#ifndef FLOWTOP_SOURCE_FULLS_H
#define FLOWTOP_SOURCE_FULLS_H

#include <stdbool.h>
#include <stdint.h>

/* Zeroed: one is due. */
struct fulls {
	uint64_t listed_ns; /* the last one ended */
	uint64_t due_ns;
};

/** fulls_listed - a listing has ended complete. */
void fulls_listed(struct fulls *fulls, uint64_t now_ns);

/** fulls_proved - questions have proved what a listing would. */
void fulls_proved(struct fulls *fulls, uint64_t now_ns);

/** fulls_want - one is due, whatever is proved. */
void fulls_want(struct fulls *fulls);

bool fulls_is_due(const struct fulls *fulls, uint64_t now_ns);

#endif

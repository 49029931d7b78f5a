/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Our own addresses, and what follows from them: which end of a flow is ours.
 *
 * The ends of a flow are the source of the original tuple and the source of
 * the reply tuple: behind NAT these are who really talks.
 */
#ifndef FLOWTOP_SOURCE_ADDRS_H
#define FLOWTOP_SOURCE_ADDRS_H

#include "flow/info.h"
#include "net/addr.h"
#include "source/source.h"

#include <stdbool.h>
#include <stdint.h>

struct addrs;

/**
 * addrs_new - an empty set
 * @inside: networks that count as the near side of forwarded flows; borrowed
 *
 * Return: freed with addrs_free(); NULL.
 */
struct addrs *addrs_new(const struct network *inside, int n_inside);

/** addrs_free - no reader may be left. Context: registered thread. */
void addrs_free(struct addrs *addrs);

/**
 * addrs_change - add or remove one of our addresses
 *
 * Context: collector.
 * Return: whether anything changed.
 */
bool addrs_change(struct addrs *addrs, const struct own_addr *addr,
		  bool is_added);

/**
 * addrs_classify - direction of a flow, and in *@bits FLOW_LOOPBACK and
 * FLOW_NEAR_REPLY
 *
 * Unknown while not a single address is known. A flow from elsewhere to a
 * multicast or broadcast address came in.
 * Context: collector.
 */
enum flow_dir addrs_classify(const struct addrs *addrs,
			     const struct flow_key *key,
			     const struct tuple *reply, uint32_t *bits);

/**
 * addrs_iface - the interface that owns an address
 * @iface: 16 bytes
 *
 * Context: read lock held, any thread.
 */
bool addrs_iface(const struct addrs *addrs, const struct addr *addr,
		 uint8_t family, char *iface);

/** addrs_for_each - call @func for each; collector. */
void addrs_for_each(const struct addrs *addrs,
		    void (*func)(void *ctx, const struct own_addr *addr),
		    void *ctx);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* Netlink from a host of the other byte order: turned once, in place, so that
 * there is one parser. */
#ifndef FLOWTOP_SOURCE_NLSWAP_H
#define FLOWTOP_SOURCE_NLSWAP_H

#include <stdbool.h>
#include <stddef.h>

enum nlorder {
	NLORDER_FITS,  /* in the order that was expected */
	NLORDER_OTHER, /* only the other order makes sense */
	NLORDER_NONE,  /* neither does: not a netlink message */
};

/**
 * nlorder_check - does the first message's length fit, and in which order?
 * @swapped: what the file says
 * @length: bytes that the packet had; @size <= @length are there
 */
enum nlorder nlorder_check(const void *data, size_t size, size_t length,
			   bool swapped);

/**
 * nlswap - turn everything in a datagram that is in host order
 *
 * Stops at the first length that does not fit; the parser sees the same.
 */
void nlswap(void *data, size_t size, int family);

#endif

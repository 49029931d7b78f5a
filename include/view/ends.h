/* SPDX-License-Identifier: GPL-2.0-only */
/* Who knows what an address or a port is called, and where it is. */
#ifndef FLOWTOP_VIEW_ENDS_H
#define FLOWTOP_VIEW_ENDS_H

#include "fact/name.h"
#include "fact/place.h"
#include "net/addr.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * None of them waits or asks anybody: what is not known is not known yet. They
 * may be called for every flow. Each may be NULL: nobody knows. Context: the
 * thread that makes frames; the read lock may be held.
 */
struct view_ends {
	void *ctx;
	/* Borrowed until that thread takes new answers; NULL: none. */
	const struct name_fact *(*name)(void *ctx, const struct addr *addr,
					uint8_t family);
	/* @place: filled in, also when nothing is known. */
	void (*place)(void *ctx, const struct addr *addr, uint8_t family,
		      struct place *place);
	uint32_t version; /* another one when places may differ */
	/* Static; NULL: it has no name. */
	const char *(*service)(void *ctx, uint8_t proto, uint16_t port);
};

#endif

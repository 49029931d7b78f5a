/* SPDX-License-Identifier: GPL-2.0-only */
/* The same group over time: what a cursor remembers, and what a list of flows
 * can be cut down to. */
#ifndef FLOWTOP_VIEW_GROUPREF_H
#define FLOWTOP_VIEW_GROUPREF_H

#include "net/addr.h"

#include <stdbool.h>
#include <stdint.h>

enum group_kind {
	GROUP_NOBODY,  /* nothing is known of whose they are */
	GROUP_OTHERS,  /* processes that have no number of their own */
	GROUP_PROCESS, /* a process, or a user of whom no process is known */
	GROUP_KERNEL,
	GROUP_INSIDE,  /* forwarded flows, by the address of the inner end */
	GROUP_HOST,    /* by the address of the far end */
	GROUP_COUNTRY, /* number: place.country_number */
	GROUP_LOCAL,   /* everything that no country has */
	GROUP_NETWORK, /* number: place.network_number */
	GROUP_SCOPE,   /* no network has it; number: enum addr_scope */
	GROUP_PORT,    /* number: protocol and port, GROUP_PORT_NUMBER() */
	GROUP_REST,    /* of more than there may be; not a group to go into */
};

#define GROUP_PORT_NUMBER(proto, port) ((uint32_t)(proto) << 16 | (port))

/* By kind; what does not count is 0. */
struct group_ref {
	uint8_t kind; /* enum group_kind */
	uint8_t family;
	bool is_kernel, has_uid; /* without a pid */
	uint32_t uid;
	uint32_t pid;
	uint32_t number;
	uint64_t starttime;
	struct addr addr;
};

/** group_ref_equal - do both mean the same group? */
bool group_ref_equal(const struct group_ref *a, const struct group_ref *b);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* Where the far ends of flows are, by number of host. It stays known from frame
 * to frame: asking for every flow costs more than all the rest. */
#ifndef FLOWTOP_VIEW_FARHOSTS_H
#define FLOWTOP_VIEW_FARHOSTS_H

#include "flow/host.h"
#include "lib/slack.h"
#include "net/addr.h"
#include "view/pairs.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct flow;
struct place;
struct view_ends;
struct view_env;

struct far_host {
	struct addr addr; /* another one may have its number by now */
	uint8_t family;   /* 0: nothing is known */
	uint32_t index;   /* what place_index() says */
	uint32_t network; /* number; PLACE_NONE */
	uint32_t frame;   /* in which the rest was looked at */
	struct pair pair; /* the caller's; zeroed in each frame */
};

/* Zeroed in the beginning. */
struct far_hosts {
	struct far_host *host; /* by number */
	size_t n;
	uint32_t frame;
	size_t end; /* numbers of this frame are below */
	struct slack slack;
	const struct view_env *env;
	/* What the places that are known depend on. */
	struct far_source {
		uint32_t (*place_index)(const struct place *place);
		const struct view_ends *ends;
		uint32_t version;
		bool is_none;
	} source;
};

void far_hosts_fini(struct far_hosts *hosts);

/** far_hosts_begin - a frame begins. @place_index: the number that is kept of a
 * place; @env: borrowed until the frame is done. */
void far_hosts_begin(struct far_hosts *hosts,
		     uint32_t (*place_index)(const struct place *place),
		     const struct view_env *env);

/** far_hosts_shrink - a frame is done: far more room than needed of late is
 * given back. */
void far_hosts_shrink(struct far_hosts *hosts, uint64_t now_ns);

/** far_hosts_look - as far_hosts_get(), of one that was not asked for in this
 * frame. */
struct far_host *far_hosts_look(struct far_hosts *hosts,
				const struct flow *flow, uint32_t number);

/**
 * far_hosts_get - that of @flow
 * @number: of its far end; not HOST_NONE
 *
 * Context: read lock held. Return: NULL without memory.
 */
static inline struct far_host *far_hosts_get(struct far_hosts *hosts,
					     const struct flow *flow,
					     uint32_t number)
{
	if (number < hosts->n && hosts->host[number].frame == hosts->frame)
		return &hosts->host[number];
	return far_hosts_look(hosts, flow, number);
}

/** far_hosts_expect - ask for the memory that far_hosts_get() will need. */
static inline void far_hosts_expect(const struct far_hosts *hosts,
				    uint32_t number)
{
	if (number < hosts->n)
		__builtin_prefetch(&hosts->host[number]);
}

#endif

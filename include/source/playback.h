/* SPDX-License-Identifier: GPL-2.0-only */
/* What the datagrams of a recording mean. It knows no file and no clock. */
#ifndef FLOWTOP_SOURCE_PLAYBACK_H
#define FLOWTOP_SOURCE_PLAYBACK_H

#include "source/capture.h"
#include "source/mark.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct playback {
	struct health *health;
	struct capture capture;
	bool has_marks;     /* flowtop wrote it */
	bool has_end;       /* its last mark was seen */
	uint64_t offset_ns; /* wall clock minus file clock */
	uint64_t n_skipped; /* messages that mean nothing to us */
	uint64_t n_damaged; /* messages that cannot be read */
	/* By their numbers in the file; references. */
	const struct proc_fact *proc[MARK_PROCS + 1];
};

/** playback_init - @sink and @health are borrowed. */
void playback_init(struct playback *playback, const struct source_sink *sink,
		   struct health *health);

/**
 * playback_datagram - hand on what one datagram says
 * @family: netlink family
 * @data: aligned to 8 bytes, in host order
 * @now_ns: the source's clock
 */
void playback_datagram(struct playback *playback, int family, const void *data,
		       size_t size, uint64_t now_ns);

/** playback_end - nothing follows: open listings end incomplete. */
void playback_end(struct playback *playback);

/** playback_fini - free what is left. */
void playback_fini(struct playback *playback);

#endif

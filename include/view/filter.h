/* SPDX-License-Identifier: GPL-2.0-only */
/* Which flows are shown: by family, protocol and kind, cheap enough for every
 * flow at every tick. */
#ifndef FLOWTOP_VIEW_FILTER_H
#define FLOWTOP_VIEW_FILTER_H

#include "flow/reader.h"

#include <stdbool.h>
#include <stdint.h>

enum {
	SHOW_IPV4 = 1 << 0,
	SHOW_IPV6 = 1 << 1,
	SHOW_BOTH = SHOW_IPV4 | SHOW_IPV6,
};

enum {
	HIDE_LOOPBACK = 1 << 0, /* both ends are loopback addresses */
	HIDE_SELF = 1 << 1,     /* flowtop's own look-ups */
	HIDE_DNS = 1 << 2,      /* port 53 */
};

struct filter_config {
	uint8_t families; /* SHOW_* */
	uint8_t groups;   /* enum proto_group */
	uint8_t hide;     /* HIDE_* */
	bool ghosts;      /* closed flows too */
	bool active_only; /* rate above 0 */
};

/* Why a flow is not shown; FILTER_PASS shows it. */
enum filter_result {
	FILTER_PASS,
	FILTER_GHOST, /* closed: not counted at all */
	FILTER_FAMILY,
	FILTER_GROUP, /* its protocol is switched off */
	FILTER_KIND,  /* hidden by HIDE_* */
	FILTER_IDLE,
};

/** filter_test - decide about one flow. Read lock held. */
enum filter_result filter_test(const struct filter_config *config,
			       const struct flow *flow);

/** filter_test_info - whether a line of events is shown: closed flows and idle
 * ones are. */
bool filter_test_info(const struct filter_config *config,
		      const struct flow_info *info);

#endif

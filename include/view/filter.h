/* SPDX-License-Identifier: GPL-2.0-only */
/* Which flows are shown: by family, protocol, kind, owner and what was typed,
 * cheap enough for every flow at every tick. */
#ifndef FLOWTOP_VIEW_FILTER_H
#define FLOWTOP_VIEW_FILTER_H

#include "flow/reader.h"
#include "view/row.h"

#include <stdbool.h>
#include <stdint.h>

struct match;

enum {
	SHOW_IPV4 = 1 << 0,
	SHOW_IPV6 = 1 << 1,
	SHOW_BOTH = SHOW_IPV4 | SHOW_IPV6,
};

enum {
	HIDE_LOOPBACK = 1 << 0, /* both ends are loopback addresses */
	HIDE_SELF = 1 << 1,     /* flowtop's own */
	HIDE_DNS = 1 << 2,      /* port 53 */
};

#define FILTER_OWNERS 16

/* A number of a user, or his name and the number it has here, if any: a
 * recording has names of its own. */
struct filter_user {
	char name[PROC_USER_SIZE]; /* "": none was given */
	uint32_t uid;
	bool has_uid;
};

struct filter_config {
	uint8_t families; /* SHOW_* */
	uint8_t groups;   /* enum proto_group */
	uint8_t hide;     /* HIDE_* */
	bool ghosts;      /* closed flows too */
	bool active_only; /* rate above 0 */
	/* Only flows of one of these; none: of anybody. */
	uint8_t n_pids, n_users;
	uint32_t pids[FILTER_OWNERS];
	struct filter_user users[FILTER_OWNERS];
	/* What was typed; borrowed, see view/match.h. NULL: everything. */
	struct match *match;
	uint32_t self; /* pid of flowtop, for HIDE_SELF; 0 unknown */
};

/* Why a flow is not shown; FILTER_PASS shows it. */
enum filter_result {
	FILTER_PASS,
	FILTER_GHOST, /* closed: not counted at all */
	FILTER_FAMILY,
	FILTER_GROUP, /* its protocol is switched off */
	FILTER_KIND,  /* hidden by HIDE_* */
	FILTER_OWNER, /* somebody else's, or nobody knows whose */
	FILTER_EXPR,  /* not what was typed */
	FILTER_BOTH,  /* one of these two, and its family or protocol hides it,
		       * too */
	FILTER_IDLE,
	FILTER_OUTSIDE, /* of another group; not by filter_test() */
};

/**
 * filter_test - decide about one flow
 * @is_ghost: what flow_is_ghost() has said of it
 * @env: knows processes
 *
 * Context: read lock held; after match_begin() of the expression, if there is
 * one, with the same @env.
 */
enum filter_result filter_test(const struct filter_config *config,
			       const struct flow *flow, bool is_ghost,
			       const struct view_env *env);

/** filter_test_family - the part that only families and protocols have. */
enum filter_result filter_test_family(const struct filter_config *config,
				      uint8_t family, uint8_t proto);

/** filter_is_plain - besides closed flows, FLOW_LOOPBACK and the expression
 * only that part counts. */
bool filter_is_plain(const struct filter_config *config);

/** filter_test_proc - whether flows of @proc may be shown; NULL: of nobody. */
bool filter_test_proc(const struct filter_config *config,
		      const struct proc_fact *proc);

/** filter_test_row - whether a line of events is shown: closed flows and idle
 * ones are. @env: as the row was made with. Read lock held. */
bool filter_test_row(const struct filter_config *config, const struct row *row,
		     const struct view_env *env);

#endif

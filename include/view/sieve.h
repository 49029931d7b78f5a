/* SPDX-License-Identifier: GPL-2.0-only */
/* A filter made ready for one walk: most of them decide by three bytes of a
 * flow. */
#ifndef FLOWTOP_VIEW_SIEVE_H
#define FLOWTOP_VIEW_SIEVE_H

#include "net/addr.h"
#include "view/filter.h"

#include <stdbool.h>
#include <stdint.h>

enum { SIEVE_IPV4, SIEVE_IPV6, SIEVE_OTHER, SIEVE_FAMILIES };

struct sieve {
	const struct filter_config *config; /* borrowed */
	const struct view_env *env;         /* borrowed */
	bool is_simple;  /* an expression may count beside the following: */
	bool is_plain;   /* nothing else does: */
	bool ghosts;     /* closed flows too */
	uint32_t hidden; /* bits of flow_info.has: FILTER_KIND */
	uint8_t verdict[SIEVE_FAMILIES][UINT8_MAX + 1]; /* by protocol */
};

/** sieve_begin - make @config, which is borrowed like @env, ready. */
void sieve_begin(struct sieve *sieve, const struct filter_config *config,
		 const struct view_env *env);

/** sieve_test_plain - what sieve_test() says when sieve->is_plain. */
static inline enum filter_result sieve_test_plain(const struct sieve *sieve,
						  const struct flow *flow,
						  uint32_t has, bool is_ghost)
{
	uint8_t family = flow->hot.family;
	int row = family == FAMILY_IPV4   ? SIEVE_IPV4
		  : family == FAMILY_IPV6 ? SIEVE_IPV6
					  : SIEVE_OTHER;

	if (is_ghost && !sieve->ghosts)
		return FILTER_GHOST;
	if (has & sieve->hidden)
		return FILTER_KIND;
	return (enum filter_result)sieve->verdict[row][flow->hot.proto];
}

/** sieve_test_all - what it says otherwise. */
enum filter_result sieve_test_all(const struct sieve *sieve,
				  const struct flow *flow, uint32_t has,
				  bool is_ghost);

/**
 * sieve_test - filter_test()
 * @has: flow_info.has of @flow
 */
static inline enum filter_result sieve_test(const struct sieve *sieve,
					    const struct flow *flow,
					    uint32_t has, bool is_ghost)
{
	return sieve->is_plain ? sieve_test_plain(sieve, flow, has, is_ghost)
			       : sieve_test_all(sieve, flow, has, is_ghost);
}

#endif

// SPDX-License-Identifier: GPL-2.0-only
/* Filters, made ready. */
#include "view/sieve.h"

#include "view/match.h"

void sieve_begin(struct sieve *sieve, const struct filter_config *config,
		 const struct view_env *env)
{
	static const uint8_t families[SIEVE_FAMILIES] = {
		[SIEVE_IPV4] = FAMILY_IPV4,
		[SIEVE_IPV6] = FAMILY_IPV6,
	};

	sieve->config = config;
	sieve->env = env;
	sieve->is_simple = filter_is_plain(config);
	sieve->is_plain = sieve->is_simple && !config->match;
	sieve->ghosts = config->ghosts;
	sieve->hidden = config->hide & HIDE_LOOPBACK ? FLOW_LOOPBACK : 0;
	if (config->match)
		match_begin(config->match, env);
	for (int row = 0; row < SIEVE_FAMILIES; row++)
		for (int proto = 0; proto <= UINT8_MAX; proto++)
			sieve->verdict[row][proto] =
				(uint8_t)filter_test_family(
					config, families[row], (uint8_t)proto);
}

enum filter_result sieve_test_all(const struct sieve *sieve,
				  const struct flow *flow, uint32_t has,
				  bool is_ghost)
{
	enum filter_result result;

	if (!sieve->is_simple)
		return filter_test(sieve->config, flow, is_ghost, sieve->env);
	result = sieve_test_plain(sieve, flow, has, is_ghost);
	if (result == FILTER_GHOST || result == FILTER_KIND ||
	    match_test(sieve->config->match, flow, is_ghost))
		return result;
	return result == FILTER_PASS ? FILTER_EXPR : FILTER_BOTH;
}

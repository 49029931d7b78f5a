// SPDX-License-Identifier: GPL-2.0-only
/* Filters, made ready. */
#include "view/sieve.h"

void sieve_begin(struct sieve *sieve, const struct filter_config *config,
		 const struct view_env *env)
{
	static const uint8_t families[SIEVE_FAMILIES] = {
		[SIEVE_IPV4] = FAMILY_IPV4,
		[SIEVE_IPV6] = FAMILY_IPV6,
	};

	sieve->config = config;
	sieve->env = env;
	sieve->is_plain = filter_is_plain(config);
	sieve->ghosts = config->ghosts;
	sieve->hidden = config->hide & HIDE_LOOPBACK ? FLOW_LOOPBACK : 0;
	for (int row = 0; row < SIEVE_FAMILIES; row++)
		for (int proto = 0; proto <= UINT8_MAX; proto++)
			sieve->verdict[row][proto] =
				(uint8_t)filter_test_family(
					config, families[row], (uint8_t)proto);
}

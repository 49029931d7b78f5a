// SPDX-License-Identifier: GPL-2.0-only
/* Keys from the flow itself, in the order of the getters' values. */
#include "flow/reader.h"
#include "view/getters.h"

bool hot_rate(const struct flow *flow, const struct view_env *env,
	      uint64_t *key)
{
	(void)env;
	*key = rate_key(flow_smooth_rate(flow));
	return counter_get(&flow->hot.has) & HAS_RATE;
}

static bool hot_near_rate(const struct flow *flow, bool is_rx, uint64_t *key)
{
	uint32_t bits = counter_get(&flow->hot.has);
	int dir = near_dir(counter_get(&flow->hot.dir), bits) ^ is_rx;

	*key = rate_key((double)counter_get_float(&flow->hot.smooth[dir]));
	return bits & HAS_RATE && is_counted(bits, dir);
}

bool hot_rx_rate(const struct flow *flow, const struct view_env *env,
		 uint64_t *key)
{
	(void)env;
	return hot_near_rate(flow, true, key);
}

bool hot_tx_rate(const struct flow *flow, const struct view_env *env,
		 uint64_t *key)
{
	(void)env;
	return hot_near_rate(flow, false, key);
}

static uint64_t clamp_key(uint64_t u)
{
	return u < VALUE_KEY_MAX ? u : VALUE_KEY_MAX;
}

static bool hot_near_bytes(const struct flow *flow, bool is_rx, uint64_t *key)
{
	uint32_t bits = counter_get(&flow->hot.has);
	int dir = near_dir(counter_get(&flow->hot.dir), bits) ^ is_rx;

	*key = clamp_key(counter_get(&flow->hot.bytes[dir]));
	return is_counted(bits, dir);
}

bool hot_rx_bytes(const struct flow *flow, const struct view_env *env,
		  uint64_t *key)
{
	(void)env;
	return hot_near_bytes(flow, true, key);
}

bool hot_tx_bytes(const struct flow *flow, const struct view_env *env,
		  uint64_t *key)
{
	(void)env;
	return hot_near_bytes(flow, false, key);
}

bool hot_bytes(const struct flow *flow, const struct view_env *env,
	       uint64_t *key)
{
	(void)env;
	*key = clamp_key(counter_get(&flow->hot.bytes[DIR_ORIG]) +
			 counter_get(&flow->hot.bytes[DIR_REPLY]));
	return counter_get(&flow->hot.has) & HAS_COUNTERS;
}

bool hot_packets(const struct flow *flow, const struct view_env *env,
		 uint64_t *key)
{
	(void)env;
	*key = clamp_key(counter_get(&flow->hot.packets[DIR_ORIG]) +
			 counter_get(&flow->hot.packets[DIR_REPLY]));
	return counter_get(&flow->hot.has) & HAS_COUNTERS;
}

bool hot_age(const struct flow *flow, const struct view_env *env, uint64_t *key)
{
	uint64_t age_ns = flow_age_ns(
		counter_get(&flow->hot.has), counter_get(&flow->start_ns),
		flow->born_ns, counter_get(&flow->sampled_ns), env);

	*key = clamp_key(age_ns);
	return age_ns != AGE_UNKNOWN;
}

bool hot_mark(const struct flow *flow, const struct view_env *env,
	      uint64_t *key)
{
	(void)env;
	*key = counter_get(&flow->mark);
	return counter_get(&flow->hot.has) & HAS_MARK;
}

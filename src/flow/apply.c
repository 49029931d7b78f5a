/* SPDX-License-Identifier: GPL-2.0-only */
/* From a sample into a flow: counters, rates, timers, and the cold part. */
#include "flow/apply.h"

#include "lib/clock.h"

#include <stdlib.h>
#include <string.h>

#define HAS_EXTRA (HAS_LABELS | HAS_HELPER | HAS_MASTER)

/* Everything of a sample that is simply taken over when present. */
#define HAS_PLAIN                                                              \
	(HAS_STATE | HAS_STATUS | HAS_MARK | HAS_ZONE | HAS_ZONE_ORIG |        \
	 HAS_ZONE_REPLY | HAS_REPLY | HAS_ID)

/* flow_extra with what it needs to be freed. */
struct extra {
	struct flow_extra seen; /* first: slabs free it by this address */
	struct rcu_head rcu;
};

_Static_assert(offsetof(struct extra, seen) == 0, "freed by its address");

static void extra_free_rcu(struct rcu_head *head)
{
	free(caa_container_of(head, struct extra, rcu));
}

static bool apply_extra(struct flow *flow, const struct sample *s)
{
	const struct flow_extra *old =
		atomic_load_explicit(&flow->extra, memory_order_relaxed);
	struct flow_extra now = old ? *old : (struct flow_extra){ 0 };
	struct extra *extra;

	if (s->has & HAS_LABELS) {
		memcpy(now.labels, s->labels, LABELS_SIZE);
		now.labels_size = s->labels_size;
	}
	if (s->has & HAS_HELPER)
		memcpy(now.helper, s->helper, HELPER_SIZE);
	if (s->has & HAS_MASTER)
		now.master = s->master;
	if (old && !memcmp(old, &now, sizeof(now)))
		return false;
	extra = malloc(sizeof(*extra));
	if (!extra)
		return false;
	extra->seen = now;
	publish(&flow->extra, &extra->seen);
	if (old)
		rcu_defer(&((struct extra *)old)->rcu, extra_free_rcu);
	return true;
}

static bool is_listed(const struct sample *s)
{
	return s->kind == SAMPLE_DUMP || s->kind == SAMPLE_GET;
}

static bool set8(counter8_t *c, uint8_t value)
{
	if (counter_get(c) == value)
		return false;
	counter_set(c, value);
	return true;
}

static bool set32(counter32_t *c, uint32_t value)
{
	if (counter_get(c) == value)
		return false;
	counter_set(c, value);
	return true;
}

static bool apply_plain(struct flow *flow, const struct sample *s,
			uint32_t *has)
{
	uint32_t before = *has;
	bool is_changed = false;

	if (s->has & HAS_STATE)
		is_changed |= set8(&flow->hot.state, s->state);
	if (s->has & HAS_STATUS)
		is_changed |= set32(&flow->hot.status, s->status);
	if (s->has & HAS_MARK)
		is_changed |= set32(&flow->mark, s->mark);
	if (s->has & HAS_START)
		counter_set(&flow->start_ns, s->start_ns);
	*has |= s->has & (HAS_PLAIN | HAS_START | HAS_STOP);
	return is_changed || *has != before;
}

/* 0 also when the end is past: an event may be older than the last sample. */
static uint32_t seconds_left(uint64_t end_s, uint64_t now_ns)
{
	uint64_t now_s = now_ns / NS_PER_S;

	return end_s > now_s ? (uint32_t)(end_s - now_s) : 0;
}

/*
 * The timeout counts down by itself, so only one that is later than expected
 * is a change: a packet was seen. It is kept relative to sampled_ns, which was
 * @before_ns when the old value was stored.
 */
static bool apply_timeout(struct flow *flow, const struct sample *s,
			  uint64_t before_ns, uint32_t *has)
{
	uint64_t sampled_ns = counter_get(&flow->sampled_ns);
	uint64_t old = before_ns / NS_PER_S + counter_get(&flow->timeout_s);
	uint64_t now = s->mono_ns / NS_PER_S + s->timeout_s;
	bool is_known = *has & HAS_TIMEOUT;

	if (!(s->has & HAS_TIMEOUT)) {
		/* Offloaded flows have none: keep the time when it ends. */
		if (is_known && sampled_ns != before_ns)
			counter_set(&flow->timeout_s,
				    seconds_left(old, sampled_ns));
		return false;
	}
	counter_set(&flow->timeout_s, seconds_left(now, sampled_ns));
	*has |= HAS_TIMEOUT;
	return !is_known || now > old + 1;
}

static void apply_rate(struct flow *flow, const struct sample *s, int dir,
		       uint64_t dt_ns, bool is_first, struct smoother *smoother)
{
	uint64_t bytes = counter_delta(counter_get(&flow->hot.bytes[dir]),
				       s->bytes[dir]);
	uint64_t packets = counter_delta(counter_get(&flow->hot.packets[dir]),
					 s->packets[dir]);
	float rate = rate_per_second(bytes, dt_ns);
	float old = counter_get_float(&flow->hot.smooth[dir]);

	counter_set_float(&flow->hot.rate[dir], rate);
	counter_set_float(&flow->packet_rate[dir],
			  rate_per_second(packets, dt_ns));
	counter_set_float(&flow->hot.smooth[dir],
			  is_first ? rate
				   : rate_smooth(smoother, old, rate, dt_ns));
}

static void apply_peak(struct flow *flow)
{
	float sum = counter_get_float(&flow->hot.smooth[DIR_ORIG]) +
		    counter_get_float(&flow->hot.smooth[DIR_REPLY]);

	if (sum > counter_get_float(&flow->peak))
		counter_set_float(&flow->peak, sum);
}

static bool store_counters(struct flow *flow, const struct sample *s)
{
	bool is_changed = false;

	for (int dir = 0; dir < DIR_MAX; dir++) {
		if (!(s->has & (HAS_COUNTERS_ORIG << dir)))
			continue;
		is_changed |=
			counter_get(&flow->hot.packets[dir]) !=
				s->packets[dir] ||
			counter_get(&flow->hot.bytes[dir]) != s->bytes[dir];
		counter_set(&flow->hot.bytes[dir], s->bytes[dir]);
		counter_set(&flow->hot.packets[dir], s->packets[dir]);
	}
	if (is_changed)
		counter_set(&flow->active_ns, s->mono_ns);
	return is_changed;
}

/*
 * Counters come with listings and with the end. The distance of two samples
 * gives the rate; a flow whose birth was seen started at 0 then.
 */
static bool apply_counters(struct flow *flow, const struct sample *s,
			   uint64_t dt_ns, uint32_t *has,
			   struct smoother *smoother)
{
	bool has_basis = *has & (HAS_COUNTERS | FLOW_BORN_SEEN);

	if (has_basis && is_listed(s) && dt_ns >= RATE_MIN_NS) {
		for (int dir = 0; dir < DIR_MAX; dir++) {
			if (s->has & (HAS_COUNTERS_ORIG << dir))
				apply_rate(flow, s, dir, dt_ns,
					   !(*has & HAS_RATE), smoother);
		}
		apply_peak(flow);
		*has |= HAS_RATE;
	}
	*has |= s->has & HAS_COUNTERS;
	return store_counters(flow, s);
}

bool flow_apply(struct flow *flow, const struct sample *s,
		struct smoother *smoother)
{
	uint32_t has = counter_get(&flow->hot.has);
	uint64_t before_ns = counter_get(&flow->sampled_ns);
	uint64_t dt_ns = s->mono_ns > before_ns ? s->mono_ns - before_ns : 0;
	bool is_changed = apply_plain(flow, s, &has);
	/* A listing that follows too soon leaves the basis of the rate. */
	bool is_basis =
		is_listed(s) && (!(has & HAS_RATE) || dt_ns >= RATE_MIN_NS);

	if ((s->has & HAS_COUNTERS) && (is_basis || !is_listed(s)))
		is_changed |= apply_counters(flow, s, dt_ns, &has, smoother);
	if (is_basis && dt_ns)
		counter_set(&flow->sampled_ns, s->mono_ns);
	if (apply_timeout(flow, s, before_ns, &has)) {
		is_changed = true;
		counter_set(&flow->active_ns, s->mono_ns);
	}
	if ((s->has & HAS_EXTRA) && apply_extra(flow, s)) {
		has |= s->has & HAS_EXTRA;
		is_changed = true;
	}
	counter_set(&flow->hot.has, has);
	return is_changed;
}

void flow_settle(struct flow *flow, uint64_t now_ns, struct smoother *smoother)
{
	struct sample same = {
		.kind = SAMPLE_DUMP,
		.mono_ns = now_ns,
		.has = counter_get(&flow->hot.has) & HAS_COUNTERS,
	};

	for (int dir = 0; dir < DIR_MAX; dir++) {
		same.bytes[dir] = counter_get(&flow->hot.bytes[dir]);
		same.packets[dir] = counter_get(&flow->hot.packets[dir]);
	}
	flow_apply(flow, &same, smoother);
}

void flow_stop_rates(struct flow *flow)
{
	for (int dir = 0; dir < DIR_MAX; dir++) {
		counter_set_float(&flow->hot.rate[dir], 0);
		counter_set_float(&flow->hot.smooth[dir], 0);
		counter_set_float(&flow->packet_rate[dir], 0);
	}
}

void flow_read(const struct flow *flow, struct flow_info *info)
{
	const struct flow_extra *extra = subscribe(&flow->extra);

	info->key = flow->key;
	info->reply = flow->reply;
	info->id = flow->id;
	info->has = counter_get(&flow->hot.has);
	info->status = counter_get(&flow->hot.status);
	info->timeout_s = counter_get(&flow->timeout_s);
	info->mark = counter_get(&flow->mark);
	info->zone_reply = flow->zone_reply;
	info->state = counter_get(&flow->hot.state);
	info->dir = counter_get(&flow->hot.dir);
	info->owner = counter_get(&flow->hot.owner);
	info->proc = counter_get(&flow->hot.proc);
	info->holders = counter_get(&flow->holders);
	for (int dir = 0; dir < DIR_MAX; dir++) {
		info->bytes[dir] = counter_get(&flow->hot.bytes[dir]);
		info->packets[dir] = counter_get(&flow->hot.packets[dir]);
		info->rate[dir] = counter_get_float(&flow->hot.rate[dir]);
		info->smooth[dir] = counter_get_float(&flow->hot.smooth[dir]);
		info->packet_rate[dir] =
			counter_get_float(&flow->packet_rate[dir]);
	}
	info->born_ns = flow->born_ns;
	info->start_ns = counter_get(&flow->start_ns);
	info->peak = counter_get_float(&flow->peak);
	info->sampled_ns = counter_get(&flow->sampled_ns);
	info->active_ns = counter_get(&flow->active_ns);
	if (extra) {
		info->extra = *extra;
	} else {
		memset(&info->extra, 0, sizeof(info->extra));
		/* It may have come after the pointer was loaded. */
		info->has &= ~(uint32_t)HAS_EXTRA;
	}
}

void flow_info_from_sample(struct flow_info *info, const struct sample *s)
{
	memset(info, 0, sizeof(*info));
	info->key = s->key;
	info->reply = s->reply;
	info->id = s->id;
	info->has = s->has;
	info->status = s->has & HAS_STATUS ? s->status : 0;
	info->timeout_s = s->has & HAS_TIMEOUT ? s->timeout_s : 0;
	info->mark = s->has & HAS_MARK ? s->mark : 0;
	info->zone_reply = s->zone_reply;
	info->state = s->state;
	for (int dir = 0; dir < DIR_MAX; dir++) {
		if (!(s->has & ((uint32_t)HAS_COUNTERS_ORIG << dir)))
			continue;
		info->bytes[dir] = s->bytes[dir];
		info->packets[dir] = s->packets[dir];
	}
	info->born_ns = info->sampled_ns = info->active_ns = s->mono_ns;
	info->start_ns = s->has & HAS_START ? s->start_ns : 0;
	if (s->has & HAS_LABELS) {
		memcpy(info->extra.labels, s->labels, LABELS_SIZE);
		info->extra.labels_size = s->labels_size;
	}
	if (s->has & HAS_HELPER)
		memcpy(info->extra.helper, s->helper, HELPER_SIZE);
	if (s->has & HAS_MASTER)
		info->extra.master = s->master;
}

void flow_copy(const struct flow *flow, struct flow *copy)
{
	copy->key = flow->key;
	copy->id = flow->id;
	copy->reply = flow->reply;
	copy->zone_reply = flow->zone_reply;
	copy->born_ns = flow->born_ns;
	copy->hot.family = flow->hot.family;
	copy->hot.proto = flow->hot.proto;
#define COPY(field) counter_set(&copy->field, counter_get(&flow->field))
	COPY(start_ns);
	COPY(active_ns);
	COPY(mark);
	COPY(timeout_s);
	for (int dir = 0; dir < DIR_MAX; dir++) {
		copy->host[dir] = flow->host[dir];
		COPY(hot.bytes[dir]);
		COPY(hot.packets[dir]);
		COPY(hot.rate[dir]);
		COPY(hot.smooth[dir]);
		COPY(packet_rate[dir]);
	}
	COPY(hot.has);
	COPY(hot.status);
	COPY(hot.slot);
	COPY(hot.state);
	COPY(hot.dir);
	COPY(hot.owner);
	COPY(hot.proc);
	COPY(holders);
	COPY(sampled_ns);
	COPY(peak);
#undef COPY
	atomic_init(&copy->extra, NULL);
}

// SPDX-License-Identifier: GPL-2.0-only
/* How each field of a filter is tested: one row each, and what it needs. */
#include "lib/clock.h"
#include "lib/str.h"
#include "net/proto.h"
#include "net/status.h"
#include "view/getters.h"
#include "view/matchstep.h"

#include <errno.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <stdlib.h>
#include <string.h>

/* ------------------------------------------------- protocols, families */

static bool is_in_set(const struct match_step *step, const struct subject *s)
{
	uint8_t proto = s->flow->hot.proto;

	return step->set[proto / 64] >> proto % 64 & 1;
}

static int prepare_protos(struct match_step *step)
{
	memcpy(step->set, step->test->protos, sizeof(step->set));
	return 0;
}

static int prepare_proto(struct match_step *step)
{
	int err = match_prepare_ranges(step);

	for (unsigned int proto = 0; !err && proto <= UINT8_MAX; proto++)
		if (match_in_ranges(step, proto))
			step->set[proto / 64] |= 1ULL << proto % 64;
	return err;
}

enum { IS_IPV4 = 1 << 0, IS_IPV6 = 1 << 1 };

static uint32_t family_bit(uint64_t family)
{
	return family == FAMILY_IPV4   ? IS_IPV4
	       : family == FAMILY_IPV6 ? IS_IPV6
				       : 0;
}

static int prepare_family_before(struct match_step *step)
{
	step->bits = family_bit(step->test->family);
	return 0;
}

static int prepare_family(struct match_step *step)
{
	for (size_t i = 0; i < step->test->n_values; i++)
		step->bits |= family_bit(step->test->values[i].lo);
	return 0;
}

static bool is_family(const struct match_step *step, const struct subject *s)
{
	return step->bits & family_bit(s->flow->hot.family);
}

/* ---------------------------------------------------- states and status */

/* Words are compared once. */
static int prepare_state(struct match_step *step)
{
	step->states = calloc(UINT8_MAX + 1, sizeof(*step->states));
	if (!step->states)
		return -ENOMEM;
	for (unsigned int proto = 0; proto <= UINT8_MAX; proto++) {
		const struct proto *info = proto_find((uint8_t)proto);

		for (size_t i = 0; i < info->n_states; i++)
			if (match_text_is(step, info->states[i], MATCH_WHOLE))
				step->states[proto] |= 1U << i;
	}
	return 0;
}

static bool is_state(const struct match_step *step, const struct subject *s)
{
	uint8_t state = counter_get(&s->flow->hot.state);

	return s->has & HAS_STATE && state < 32 &&
	       step->states[s->flow->hot.proto] >> state & 1;
}

static int prepare_status(struct match_step *step)
{
	for (size_t i = 0; i < n_ct_status_words; i++)
		if (match_text_is(step, ct_status_words[i], MATCH_WHOLE))
			step->bits |= 1U << i;
	return 0;
}

static bool has_status(const struct subject *s, uint32_t bits)
{
	return s->has & HAS_STATUS && counter_get(&s->flow->hot.status) & bits;
}

static bool is_status(const struct match_step *step, const struct subject *s)
{
	return has_status(s, step->bits);
}

/* Of flags, the bits that the rows of which are the same. */
#define STATUS_FLAG(name, status_bits)                                         \
	static bool name(const struct match_step *step,                        \
			 const struct subject *s)                              \
	{                                                                      \
		(void)step;                                                    \
		return has_status(s, status_bits);                             \
	}

STATUS_FLAG(is_nat, IPS_SRC_NAT | IPS_DST_NAT)
STATUS_FLAG(is_snat, IPS_SRC_NAT)
STATUS_FLAG(is_dnat, IPS_DST_NAT)
STATUS_FLAG(is_assured, IPS_ASSURED)
STATUS_FLAG(is_replied, IPS_SEEN_REPLY)
STATUS_FLAG(is_offloaded, IPS_OFFLOAD | IPS_HW_OFFLOAD)

#define FLAG(name, statement)                                                  \
	static bool name(const struct match_step *step,                        \
			 const struct subject *s)                              \
	{                                                                      \
		(void)step;                                                    \
		return statement;                                              \
	}

static uint8_t dir_of(const struct subject *s)
{
	return counter_get(&s->flow->hot.dir);
}

static enum addr_scope far_scope(const struct subject *s)
{
	return addr_scope(match_far(s), s->flow->hot.family);
}

static bool is_local_scope(enum addr_scope scope)
{
	return scope == SCOPE_PRIVATE || scope == SCOPE_CGNAT ||
	       scope == SCOPE_LINK;
}

static bool has_multicast(const struct subject *s)
{
	const struct tuple *orig = &s->flow->key.tuple;
	uint8_t family = s->flow->hot.family;

	return addr_scope(&orig->dst, family) == SCOPE_MULTICAST ||
	       addr_scope(&orig->src, family) == SCOPE_MULTICAST;
}

static bool is_known_family(const struct subject *s)
{
	return family_bit(s->flow->hot.family);
}

FLAG(is_unreplied, s->has &HAS_STATUS && !has_status(s, IPS_SEEN_REPLY))
FLAG(is_in, dir_of(s) == FLOW_DIR_IN)
FLAG(is_out, dir_of(s) == FLOW_DIR_OUT)
FLAG(is_through, dir_of(s) == FLOW_DIR_THROUGH)
FLAG(is_loopback, s->has &FLOW_LOOPBACK)
FLAG(is_active, s->has &HAS_RATE &&flow_rate(s->flow) > 0)
FLAG(is_closed, s->is_ghost)
FLAG(is_private, is_known_family(s) && is_local_scope(far_scope(s)))
FLAG(is_public, is_known_family(s) && far_scope(s) == SCOPE_PUBLIC)
FLAG(is_multicast, is_known_family(s) && has_multicast(s))

/* -------------------------------------------------------------- numbers */

static bool is_mark(const struct match_step *step, const struct subject *s)
{
	const struct expr_test *test = step->test;
	uint32_t mark = counter_get(&s->flow->mark);

	for (size_t i = 0; s->has & HAS_MARK && i < test->n_values; i++) {
		const struct expr_value *value = &test->values[i];

		if (value->type == EXPR_MASKED &&
		    (mark & value->hi) == (value->lo & value->hi))
			return true;
	}
	return false;
}

/* The kernel leaves out zone 0: absent is known. */
static bool is_zone(const struct match_step *step, const struct subject *s)
{
	return match_in_ranges(step, s->flow->key.zone) ||
	       (s->has & HAS_ZONE_REPLY &&
		match_in_ranges(step, s->flow->zone_reply));
}

static bool is_id(const struct match_step *step, const struct subject *s)
{
	return s->has & HAS_ID && match_in_ranges(step, s->flow->id);
}

static const struct flow_extra *extra_of(const struct subject *s, uint32_t bit)
{
	return s->has & bit ? subscribe(&s->flow->extra) : NULL;
}

/* Labels are numbers of bits, in 32-bit words as they lie in memory. */
static bool is_label(const struct match_step *step, const struct subject *s)
{
	const struct flow_extra *extra = extra_of(s, HAS_LABELS);
	uint32_t words[LABELS_SIZE / 4];
	char text[12];

	if (!extra)
		return false;
	memcpy(words, extra->labels, sizeof(words));
	for (unsigned int i = 0; i < 8U * extra->labels_size; i++) {
		if (!(words[i / 32] >> i % 32 & 1))
			continue;
		str_printf(text, sizeof(text), "%u", i);
		if (match_text_is(step, text, MATCH_WHOLE))
			return true;
	}
	return false;
}

static bool is_helper(const struct match_step *step, const struct subject *s)
{
	const struct flow_extra *extra = extra_of(s, HAS_HELPER);

	return extra && match_text_is(step, extra->helper, MATCH_WHOLE);
}

/* -------------------------------------------------------------- amounts */

static int near_side(const struct subject *s)
{
	return near_dir(dir_of(s), s->has);
}

static enum match_known known_if(bool is_known)
{
	return is_known ? MATCH_EXACTLY : MATCH_UNKNOWN;
}

static enum match_known get_flow_rate(const struct subject *s, double *amount)
{
	*amount = flow_smooth_rate(s->flow);
	return known_if(s->has & HAS_RATE);
}

static enum match_known side_rate(const struct subject *s, int dir,
				  double *amount)
{
	*amount = (double)counter_get_float(&s->flow->hot.smooth[dir]);
	return known_if(s->has & HAS_RATE && is_counted(s->has, dir));
}

static enum match_known get_tx(const struct subject *s, double *amount)
{
	return side_rate(s, near_side(s), amount);
}

static enum match_known get_rx(const struct subject *s, double *amount)
{
	return side_rate(s, !near_side(s), amount);
}

static enum match_known get_pps(const struct subject *s, double *amount)
{
	const counter32_t *rate = s->flow->packet_rate;

	*amount = (double)counter_get_float(&rate[DIR_ORIG]) +
		  (double)counter_get_float(&rate[DIR_REPLY]);
	return known_if(s->has & HAS_RATE);
}

static double sum(const counter_t counter[DIR_MAX])
{
	return (double)(counter_get(&counter[DIR_ORIG]) +
			counter_get(&counter[DIR_REPLY]));
}

static enum match_known get_sum_packets(const struct subject *s, double *amount)
{
	*amount = sum(s->flow->hot.packets);
	return known_if(s->has & HAS_COUNTERS);
}

static enum match_known get_sum_bytes(const struct subject *s, double *amount)
{
	*amount = sum(s->flow->hot.bytes);
	return known_if(s->has & HAS_COUNTERS);
}

static enum match_known side_bytes(const struct subject *s, int dir,
				   double *amount)
{
	*amount = (double)counter_get(&s->flow->hot.bytes[dir]);
	return known_if(is_counted(s->has, dir));
}

static enum match_known get_txbytes(const struct subject *s, double *amount)
{
	return side_bytes(s, near_side(s), amount);
}

static enum match_known get_rxbytes(const struct subject *s, double *amount)
{
	return side_bytes(s, !near_side(s), amount);
}

static uint32_t has_closed(const struct subject *s)
{
	return s->is_ghost ? s->has | FLOW_CLOSED : s->has;
}

static enum match_known get_flow_age(const struct subject *s, double *amount)
{
	const struct flow *flow = s->flow;
	uint64_t age_ns = flow_age_ns(
		has_closed(s), counter_get(&flow->start_ns), flow->born_ns,
		counter_get(&flow->sampled_ns), s->env);

	*amount = (double)age_ns;
	return known_if(age_ns != AGE_UNKNOWN);
}

static double since(uint64_t now, uint64_t then)
{
	return now > then ? (double)(now - then) : 0;
}

/* Of a closed flow, what it was at its end. Of one that has not moved since it
 * was found, only how long that is: it may have been idle before. */
static enum match_known get_idle(const struct subject *s, double *amount)
{
	const struct flow *flow = s->flow;
	uint64_t active_ns = counter_get(&flow->active_ns);
	uint64_t end_ns =
		s->is_ghost ? counter_get(&flow->sampled_ns) : s->env->now_ns;

	*amount = since(end_ns, active_ns);
	if (!(s->has & (HAS_COUNTERS | HAS_TIMEOUT)))
		return MATCH_UNKNOWN;
	return active_ns > flow->born_ns || s->has & FLOW_BORN_SEEN
		       ? MATCH_EXACTLY
		       : MATCH_AT_LEAST;
}

/* In whole seconds, as it is shown. */
static enum match_known get_flow_timeout(const struct subject *s,
					 double *amount)
{
	const struct flow *flow = s->flow;
	uint64_t left_s = counter_get(&flow->timeout_s);
	uint64_t now_ns = s->env->now_ns;
	uint64_t sampled_ns = counter_get(&flow->sampled_ns);
	uint64_t passed_s =
		now_ns > sampled_ns ? (now_ns - sampled_ns) / NS_PER_S : 0;

	*amount = left_s > passed_s
			  ? (double)(left_s - passed_s) * (double)NS_PER_S
			  : 0;
	return known_if(s->has & HAS_TIMEOUT && !s->is_ghost);
}

/* ----------------------------------------------------------------- table */

/* Costs are about nanoseconds. */
#define HOT(row_cost, test, ready)                                             \
	{                                                                      \
		.cost = row_cost, .is_true = test, .prepare = ready            \
	}
#define COLD(row_cost, test, ready, row_lines)                                 \
	{                                                                      \
		.cost = row_cost, .is_true = test, .prepare = ready,           \
		.lines = row_lines                                             \
	}
#define AMOUNT(get, row_lines)                                                 \
	{                                                                      \
		.cost = 4, .is_true = match_compare, .amount = get,            \
		.lines = row_lines                                             \
	}
#define PROC(row_cost, test, ready)                                            \
	{                                                                      \
		.cost = row_cost, .is_true = match_proc, .of_proc = test,      \
		.prepare = ready, .memo = MEMO_PROC                            \
	}
#define HOST(row_cost, test, ready)                                            \
	{                                                                      \
		.cost = row_cost, .is_true = match_hosts, .of_host = test,     \
		.prepare = ready, .memo = MEMO_HOST, .lines = LINES_ENDS       \
	}

#define LINES_ENDS (LINE_KEY | LINE_TIMES)

// clang-format off
static const struct match_field fields[EXPR_FIELDS] = {
	[FIELD_FAMILY] = HOT(1, is_family, prepare_family),
	[FIELD_PROTO] = HOT(1, is_in_set, prepare_proto),
	[FIELD_IN] = HOT(1, is_in, NULL),
	[FIELD_OUT] = HOT(1, is_out, NULL),
	[FIELD_THROUGH] = HOT(1, is_through, NULL),
	[FIELD_LOOPBACK] = HOT(1, is_loopback, NULL),
	[FIELD_NAT] = HOT(1, is_nat, NULL),
	[FIELD_SNAT] = HOT(1, is_snat, NULL),
	[FIELD_DNAT] = HOT(1, is_dnat, NULL),
	[FIELD_ASSURED] = HOT(1, is_assured, NULL),
	[FIELD_REPLIED] = HOT(1, is_replied, NULL),
	[FIELD_UNREPLIED] = HOT(1, is_unreplied, NULL),
	[FIELD_OFFLOAD] = HOT(1, is_offloaded, NULL),
	[FIELD_CLOSED] = HOT(1, is_closed, NULL),
	[FIELD_ACTIVE] = HOT(2, is_active, NULL),
	[FIELD_STATE] = HOT(2, is_state, prepare_state),
	[FIELD_STATUS] = HOT(1, is_status, prepare_status),
	[FIELD_RATE] = AMOUNT(get_flow_rate, 0),
	[FIELD_RX] = AMOUNT(get_rx, 0),
	[FIELD_TX] = AMOUNT(get_tx, 0),
	[FIELD_PACKETS] = AMOUNT(get_sum_packets, 0),
	[FIELD_BYTES] = AMOUNT(get_sum_bytes, 0),
	[FIELD_RXBYTES] = AMOUNT(get_rxbytes, 0),
	[FIELD_TXBYTES] = AMOUNT(get_txbytes, 0),
	[FIELD_PPS] = AMOUNT(get_pps, LINE_LAST),
	[FIELD_AGE] = AMOUNT(get_flow_age, LINE_TIMES | LINE_LAST),
	[FIELD_IDLE] = AMOUNT(get_idle, LINE_TIMES | LINE_LAST),
	[FIELD_TIMEOUT] = AMOUNT(get_flow_timeout, LINE_TIMES | LINE_LAST),
	[FIELD_PID] = PROC(5, match_has_pid, match_prepare_ranges),
	[FIELD_UID] = PROC(5, match_has_uid, match_prepare_ranges),
	[FIELD_PROCESS] = PROC(5, match_has_comm, NULL),
	[FIELD_USER] = PROC(5, match_has_user, NULL),
	[FIELD_CMD] = PROC(6, match_has_command, NULL),
	[FIELD_UNIT] = PROC(6, match_has_unit, NULL),
	[FIELD_CONTAINER] = PROC(6, match_has_container, NULL),
	[FIELD_MARK] = COLD(6, is_mark, NULL, LINE_TIMES),
	[FIELD_ID] = COLD(6, is_id, match_prepare_ranges, LINE_KEY),
	[FIELD_ZONE] = COLD(7, is_zone, match_prepare_ranges, LINES_ENDS),
	[FIELD_PORT] = {
		.cost = 8, .is_true = match_ends, .of_end = match_end_port,
		.prepare = match_prepare_numbers, .lines = LINES_ENDS,
	},
	[FIELD_HOST] = {
		.cost = 10, .is_true = match_host, .of_host = match_is_named,
		.prepare = match_prepare_host, .lines = LINES_ENDS,
		.memo = MEMO_HOST,
	},
	[FIELD_NET] = {
		.cost = 10, .is_true = match_host, .of_host = match_is_named,
		.prepare = match_prepare_host, .lines = LINES_ENDS,
		.memo = MEMO_HOST,
	},
	[FIELD_PRIVATE] = COLD(10, is_private, NULL, LINES_ENDS),
	[FIELD_PUBLIC] = COLD(10, is_public, NULL, LINES_ENDS),
	[FIELD_MULTICAST] = COLD(12, is_multicast, NULL, LINE_KEY),
	[FIELD_IFACE] = {
		.cost = 20, .is_true = match_iface, .of_host = match_is_on_iface,
		.lines = LINES_ENDS, .memo = MEMO_HOST,
	},
	[FIELD_NAME] = HOST(30, match_is_named, match_prepare_ends),
	[FIELD_COUNTRY] = HOST(30, match_is_in_country, match_prepare_ends),
	[FIELD_CITY] = HOST(30, match_is_in_city, match_prepare_ends),
	[FIELD_ASN] = HOST(30, match_is_in_asn, match_prepare_numbers),
	[FIELD_AS] = HOST(30, match_is_in_as, match_prepare_ends),
	[FIELD_LABEL] = COLD(40, is_label, NULL, LINE_LAST),
	[FIELD_HELPER] = COLD(20, is_helper, NULL, LINE_LAST),
};
// clang-format on

const struct match_field match_protos = HOT(1, is_in_set, prepare_protos);
const struct match_field match_families =
	HOT(1, is_family, prepare_family_before);
const struct match_field match_text_proc = PROC(6, match_has_proc_text, NULL);
const struct match_field match_text_service = {
	.cost = 10,
	.is_true = match_service,
	.of_service = match_has_service_text,
	.lines = LINE_KEY,
	.memo = MEMO_SERVICE,
};
const struct match_field match_text_host =
	HOST(40, match_has_host_text, match_prepare_text);

const struct match_field *match_field_find(enum expr_field field)
{
	return fields[field].is_true ? &fields[field] : NULL;
}

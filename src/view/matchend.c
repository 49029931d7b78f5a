// SPDX-License-Identifier: GPL-2.0-only
/* Tests of ends, and those whose answers are remembered: of hosts, processes
 * and services there are fewer than flows. */
#include "flow/host.h"
#include "net/proto.h"
#include "view/ends.h"
#include "view/matchstep.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#define BIT(end) (1U << (end))
#define ENDS_OF_ORIG (BIT(MATCH_SRC) | BIT(MATCH_DST))
#define ENDS_OF_REPLY (BIT(MATCH_REPLY_SRC) | BIT(MATCH_REPLY_DST))

int match_prepare_ends(struct match_step *step)
{
	const struct expr_test *test = step->test;
	unsigned int mask =
		test->tuple == TUPLE_REPLY ? ENDS_OF_REPLY : ENDS_OF_ORIG;

	if (test->tuple == TUPLE_ANY && test->ends == ENDS_ANY)
		mask = ENDS_OF_ORIG | ENDS_OF_REPLY;
	if (test->ends == ENDS_SRC)
		mask &= BIT(MATCH_SRC) | BIT(MATCH_REPLY_SRC);
	else if (test->ends == ENDS_DST)
		mask &= BIT(MATCH_DST) | BIT(MATCH_REPLY_DST);
	step->ends = (uint8_t)test->ends;
	step->mask = (uint8_t)mask;
	return 0;
}

int match_prepare_numbers(struct match_step *step)
{
	match_prepare_ends(step);
	return match_prepare_ranges(step);
}

static void set_net(struct match_net *net, const struct expr_value *value)
{
	uint8_t mask[sizeof(value->addr)] = { 0 };

	for (unsigned int bit = 0; bit < value->prefix; bit++)
		mask[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
	memcpy(net->half, &value->addr, sizeof(net->half));
	memcpy(net->mask, mask, sizeof(net->mask));
	net->half[0] &= net->mask[0];
	net->half[1] &= net->mask[1];
	net->family = value->family;
}

/* Names and countries have no networks. */
int match_prepare_host(struct match_step *step)
{
	const struct expr_test *test = step->test;

	match_prepare_ends(step);
	step->nets = calloc(test->n_values + 1, sizeof(*step->nets));
	if (!step->nets)
		return -ENOMEM;
	for (size_t i = 0; i < test->n_values; i++) {
		const struct expr_value *value = &test->values[i];

		if (value->type == EXPR_PREFIX)
			set_net(&step->nets[step->n_nets++], value);
		else
			step->has_texts = true;
	}
	return 0;
}

/* Most words need no addresses made into texts. */
int match_prepare_text(struct match_step *step)
{
	step->has_texts = match_may_be(step, "0123456789abcdefs.:");
	return match_prepare_ends(step);
}

/* ---------------------------------------------------------------- ends */

static const struct addr *end_addr(const struct flow *flow, int end)
{
	const struct tuple *tuple =
		end < MATCH_REPLY_SRC ? &flow->key.tuple : &flow->reply;

	return end & 1 ? &tuple->dst : &tuple->src;
}

static uint16_t end_port(const struct flow *flow, int end)
{
	const struct tuple *tuple =
		end < MATCH_REPLY_SRC ? &flow->key.tuple : &flow->reply;

	return end & 1 ? tuple->dport : tuple->sport;
}

/* As view/row.h has them. */
static int near_end(const struct subject *s)
{
	if (near_dir(counter_get(&s->flow->hot.dir), s->has) == DIR_ORIG)
		return MATCH_SRC;
	return s->has & HAS_REPLY ? MATCH_REPLY_SRC : MATCH_DST;
}

static int far_end(const struct subject *s)
{
	return near_end(s) == MATCH_SRC ? MATCH_DST : MATCH_SRC;
}

const struct addr *match_far(const struct subject *s)
{
	return end_addr(s->flow, far_end(s));
}

/* Which ends are tested of this flow; those that are unknown are not. */
static inline unsigned int ends_of(const struct match_step *step,
				   const struct subject *s)
{
	if (step->ends == ENDS_LOCAL)
		return BIT(near_end(s));
	if (step->ends == ENDS_REMOTE)
		return BIT(far_end(s));
	return s->has & HAS_REPLY ? step->mask : step->mask & ENDS_OF_ORIG;
}

bool match_ends(const struct match_step *step, const struct subject *s)
{
	unsigned int ends = ends_of(step, s);
	bool is_all = step->ends == ENDS_BOTH && ends;

	for (; ends; ends &= ends - 1) {
		int end = __builtin_ctz(ends);

		if (step->field->of_end(step, s, end) != is_all)
			return !is_all;
	}
	return is_all;
}

bool match_end_port(const struct match_step *step, const struct subject *s,
		    int end)
{
	return match_in_ranges(step, end_port(s->flow, end)) &&
	       proto_find(s->flow->hot.proto)->has_ports;
}

/* ---------------------------------------------------------------- hosts */

static bool is_in_net(const struct match_net *net, const struct addr *addr,
		      uint8_t family)
{
	uint64_t half[2];

	memcpy(half, addr, sizeof(half));
	return net->family == family &&
	       !(((half[0] & net->mask[0]) ^ net->half[0]) |
		 ((half[1] & net->mask[1]) ^ net->half[1]));
}

static bool is_in_nets(const struct match_step *step, const struct addr *addr,
		       uint8_t family)
{
	for (size_t i = 0; i < step->n_nets; i++) {
		if (is_in_net(&step->nets[i], addr, family))
			return true;
	}
	return false;
}

/* The sources of both tuples have one; the others are the same addresses
 * unless something was translated. */
static uint32_t host_number(const struct subject *s, int end)
{
	const struct flow *flow = s->flow;
	bool has_reply = s->has & HAS_REPLY;

	switch (end) {
	case MATCH_SRC:
		return flow->host[DIR_ORIG];
	case MATCH_REPLY_SRC:
		return flow->host[DIR_REPLY];
	case MATCH_DST:
		return has_reply && addr_equal(&flow->key.tuple.dst,
					       &flow->reply.src)
			       ? flow->host[DIR_REPLY]
			       : HOST_NONE;
	default:
		return addr_equal(&flow->reply.dst, &flow->key.tuple.src)
			       ? flow->host[DIR_ORIG]
			       : HOST_NONE;
	}
}

static uint8_t *host_cell(const struct match_step *step,
			  const struct subject *s, int end)
{
	uint32_t number;

	if (!s->memos || step->slot >= MEMO_SLOTS)
		return NULL;
	number = host_number(s, end);
	if (number == HOST_NONE)
		return memo_odd_cell(s->memos, end_addr(s->flow, end),
				     s->flow->hot.family, step->slot);
	return memo_host_cell(s->memos, number, end_addr(s->flow, end),
			      step->slot);
}

/* One end, by a memo. */
static bool is_host(const struct match_step *step, const struct subject *s,
		    int end)
{
	uint8_t *cell = host_cell(step, s, end);
	bool is_true;

	if (cell && *cell)
		return *cell == MEMO_TRUE;
	is_true = step->field->of_host(step, end_addr(s->flow, end),
				       s->flow->hot.family, s->env);
	if (cell)
		*cell = is_true ? MEMO_TRUE : MEMO_FALSE;
	return is_true;
}

/* Without those that are the same as others. */
static unsigned int distinct_ends(const struct match_step *step,
				  const struct subject *s)
{
	unsigned int ends = ends_of(step, s);
	const struct flow *flow = s->flow;

	if (ends != (ENDS_OF_ORIG | ENDS_OF_REPLY))
		return ends;
	if (addr_equal(&flow->key.tuple.dst, &flow->reply.src))
		ends &= ~BIT(MATCH_DST);
	if (addr_equal(&flow->key.tuple.src, &flow->reply.dst))
		ends &= ~BIT(MATCH_REPLY_DST);
	return ends;
}

bool match_hosts(const struct match_step *step, const struct subject *s)
{
	unsigned int ends = distinct_ends(step, s);
	bool is_all = step->ends == ENDS_BOTH && ends;

	for (; ends; ends &= ends - 1) {
		if (is_host(step, s, __builtin_ctz(ends)) != is_all)
			return !is_all;
	}
	return is_all;
}

/* Addresses are compared at once, names are remembered. */
bool match_host(const struct match_step *step, const struct subject *s)
{
	unsigned int ends = ends_of(step, s);
	bool is_all = step->ends == ENDS_BOTH && ends;

	for (; ends; ends &= ends - 1) {
		int end = __builtin_ctz(ends);
		bool is_true = is_in_nets(step, end_addr(s->flow, end),
					  s->flow->hot.family);

		if (!is_true && step->has_texts)
			is_true = is_host(step, s, end);
		if (is_true != is_all)
			return !is_all;
	}
	return is_all;
}

bool match_iface(const struct match_step *step, const struct subject *s)
{
	return is_host(step, s, near_end(s));
}

/* ------------------------------------------------- processes, services */

bool match_proc(const struct match_step *step, const struct subject *s)
{
	uint16_t number = counter_get(&s->flow->hot.proc);
	uint8_t *cell = NULL;
	bool is_true;

	if (!s->memos)
		return step->field->of_proc(step, s->proc, s->env);
	if (step->slot < MEMO_SLOTS)
		cell = memo_cell(&s->memos->of[MEMO_PROC], number, step->slot);
	if (cell && *cell)
		return *cell == MEMO_TRUE;
	is_true = step->field->of_proc(step, view_proc(s->env, number), s->env);
	if (cell)
		*cell = is_true ? MEMO_TRUE : MEMO_FALSE;
	return is_true;
}

/* The port that was asked for, as view/row.h has it. */
static uint16_t service_port(const struct subject *s)
{
	const struct tuple *orig = &s->flow->key.tuple;

	return s->has & FLOW_ANSWERING ? orig->sport : orig->dport;
}

static uint8_t *service_cell(const struct match_step *step,
			     const struct subject *s, uint16_t port)
{
	static const uint8_t protos[] = { IPPROTO_TCP, IPPROTO_UDP };

	if (!s->memos || step->slot >= MEMO_SLOTS)
		return NULL;
	for (size_t i = 0; i < sizeof(protos); i++) {
		if (s->flow->hot.proto == protos[i])
			return memo_cell(&s->memos->of[MEMO_SERVICE],
					 i << 16 | port, step->slot);
	}
	return NULL;
}

bool match_service(const struct match_step *step, const struct subject *s)
{
	const struct view_ends *ends = s->env->ends;
	uint16_t port = service_port(s);
	uint8_t *cell;
	bool is_true;

	if (!ends || !ends->service || !port ||
	    !proto_find(s->flow->hot.proto)->has_ports)
		return false;
	cell = service_cell(step, s, port);
	if (cell && *cell)
		return *cell == MEMO_TRUE;
	is_true = step->field->of_service(
		step, ends->service(ends->ctx, s->flow->hot.proto, port));
	if (cell)
		*cell = is_true ? MEMO_TRUE : MEMO_FALSE;
	return is_true;
}

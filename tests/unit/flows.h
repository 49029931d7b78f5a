/* SPDX-License-Identifier: GPL-2.0-only */
/* Flows, rows and tables for tests of what is shown. */
#ifndef FLOWTOP_TESTS_UNIT_FLOWS_H
#define FLOWTOP_TESTS_UNIT_FLOWS_H

#include "fact/owner.h"
#include "flow/writer.h"
#include "lib/clock.h"
#include "net/addr.h"
#include "unit/unit.h"
#include "view/columns.h"
#include "view/row.h"

#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#define NOW_S 1000ULL
#define WALL_S 1700000000ULL

static inline struct view_env make_env(void)
{
	return (struct view_env){ .now_ns = NOW_S * NS_PER_S,
				  .wall_ns = WALL_S * NS_PER_S };
}

static inline void set_tuple(struct tuple *t, uint8_t *family, const char *src,
			     uint16_t sport, const char *dst, uint16_t dport)
{
	memset(t, 0, sizeof(*t));
	assert_int_equal(addr_parse(src, &t->src, family), 0);
	assert_int_equal(addr_parse(dst, &t->dst, family), 0);
	t->sport = sport;
	t->dport = dport;
}

/* Nothing is known but the key. */
static inline struct flow_info bare_flow(uint8_t proto, const char *src,
					 uint16_t sport, const char *dst,
					 uint16_t dport)
{
	struct flow_info info;

	memset(&info, 0, sizeof(info));
	set_tuple(&info.key.tuple, &info.key.family, src, sport, dst, dport);
	info.key.proto = proto;
	return info;
}

/* An established connection from us of which everything is known. */
static inline struct flow_info full_flow(void)
{
	struct flow_info info = bare_flow(IPPROTO_TCP, "192.168.1.20", 50022,
					  "198.51.100.40", 22);

	set_tuple(&info.reply, &info.key.family, "198.51.100.40", 22,
		  "192.168.1.20", 50022);
	info.has = HAS_COUNTERS | HAS_START | HAS_TIMEOUT | HAS_STATE |
		   HAS_STATUS | HAS_MARK | HAS_REPLY | HAS_ID | HAS_RATE;
	info.id = 2871203344;
	info.status = 0xe;
	info.timeout_s = 431999;
	info.mark = 0x10;
	info.state = 3;
	info.dir = FLOW_DIR_OUT;
	info.bytes[DIR_ORIG] = 9120000;
	info.bytes[DIR_REPLY] = 88400000;
	info.packets[DIR_ORIG] = 41000;
	info.packets[DIR_REPLY] = 72000;
	info.rate[DIR_ORIG] = 2100;
	info.rate[DIR_REPLY] = 6543.25F;
	info.smooth[DIR_ORIG] = 2210;
	info.smooth[DIR_REPLY] = 6120;
	info.packet_rate[DIR_ORIG] = 7;
	info.packet_rate[DIR_REPLY] = 6;
	info.born_ns = (NOW_S - 10) * NS_PER_S;
	info.start_ns = (WALL_S - 742) * NS_PER_S + 123456789;
	info.sampled_ns = NOW_S * NS_PER_S - NS_PER_S / 2;
	info.active_ns = info.sampled_ns;
	return info;
}

static inline struct row make_row(const struct flow_info *info)
{
	struct view_env env = make_env();
	struct row row;

	row_from_info(&row, info, &env);
	return row;
}

/* A process of which everything plain is known; one reference. */
static inline struct proc_fact *make_fact(uint32_t pid, uint32_t uid,
					  const char *comm)
{
	struct proc_fact *fact = proc_fact_new();

	assert_non_null(fact);
	fact->pid = pid;
	fact->starttime = pid ? 1000 : 0;
	fact->uid = uid;
	fact->has_uid = true;
	snprintf(fact->comm, sizeof(fact->comm), "%s", comm);
	return fact;
}

static inline unsigned int fact_refs(const struct proc_fact *fact)
{
	return atomic_load(&((struct proc_fact *)(uintptr_t)fact)->refs);
}

/* Only 1000 has a name. */
static inline const char *fake_user(void *ctx, uint32_t uid)
{
	(void)ctx;
	return uid == 1000 ? "alice" : NULL;
}

/* What the table knows of a flow's owner; @fact is given away. */
static inline void table_give(struct table *table, const struct flow *flow,
			      enum owner_kind kind,
			      const struct proc_fact *proc, uint16_t holders)
{
	struct owner_fact fact = {
		.fact = FACT_OWNER,
		.kind = kind,
		.holders = holders,
		.flow = { .born_ns = flow->born_ns,
			  .slot = flow->slot,
			  .id = flow->id },
		.proc = proc,
	};

	reader_lock();
	table_own(table, &fact);
	reader_unlock();
	proc_fact_put(proc);
}

static inline uint64_t next_random(void)
{
	static uint64_t x = 88172645463325252ULL;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return x;
}

static inline void ignore_end(void *ctx, const struct flow *flow,
			      enum end_reason reason)
{
	(void)ctx;
	(void)flow;
	(void)reason;
}

/* 192.168/16 is ours. */
static inline uint8_t fake_classify(void *ctx, const struct flow_key *key,
				    const struct tuple *reply, uint32_t *bits)
{
	(void)ctx;
	(void)reply;
	if (addr_scope(&key->tuple.src, key->family) == SCOPE_LOOPBACK)
		*bits |= FLOW_LOOPBACK;
	if (addr_scope(&key->tuple.src, key->family) == SCOPE_PRIVATE)
		return FLOW_DIR_OUT;
	return FLOW_DIR_IN;
}

static inline struct table *make_table(void)
{
	static const struct table_config config = {
		.max_flows = 1000000,
		.n_expected = 1000,
		.linger_ns = 1000 * NS_PER_S,
		.max_ghosts = 1000,
	};
	static const struct table_hooks hooks = {
		.end = ignore_end,
		.classify = fake_classify,
	};
	struct table *table = table_new(&config, &hooks);

	assert_non_null(table);
	return table;
}

/* What a listing says about a flow. */
static inline struct sample sample_of(const struct flow_info *info,
				      uint64_t mono_ns)
{
	struct sample s;

	memset(&s, 0, sizeof(s));
	s.kind = SAMPLE_DUMP;
	s.has = info->has & 0xffff;
	s.mono_ns = mono_ns;
	s.key = info->key;
	s.reply = info->reply;
	s.id = info->id;
	s.status = info->status;
	s.timeout_s = info->timeout_s;
	s.mark = info->mark;
	s.state = info->state;
	s.start_ns = info->start_ns;
	memcpy(s.bytes, info->bytes, sizeof(s.bytes));
	memcpy(s.packets, info->packets, sizeof(s.packets));
	return s;
}

static inline const struct flow *table_add(struct table *table,
					   const struct flow_info *info,
					   uint64_t mono_ns)
{
	struct sample s = sample_of(info, mono_ns);
	const struct flow *flow;

	reader_lock();
	table_upsert(table, &s);
	flow = table_find_live(table, &info->key);
	reader_unlock();
	assert_non_null(flow);
	return flow;
}

/* What no sample can give exactly: rates, and what is known. */
static inline void set_smooth(const struct flow *flow, float orig, float reply)
{
	struct flow *f = (struct flow *)(uintptr_t)flow;

	counter_set_float(&f->hot.smooth[DIR_ORIG], orig);
	counter_set_float(&f->hot.smooth[DIR_REPLY], reply);
	counter_set_float(&f->hot.rate[DIR_ORIG], orig);
	counter_set_float(&f->hot.rate[DIR_REPLY], reply);
	counter_set(&f->hot.has, counter_get(&f->hot.has) | HAS_RATE);
}

#endif

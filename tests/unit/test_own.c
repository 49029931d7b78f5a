// SPDX-License-Identifier: GPL-2.0-only
/* Owners of flows: what is asked, what becomes of the answers, and that bytes
 * count for their process once. */
#include "flow/procs.h"
#include "flow/writer.h"
#include "lib/clock.h"
#include "unit/unit.h"

#include <linux/netfilter/nf_conntrack_tcp.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#define S NS_PER_S

static struct {
	struct table *table;
	uint8_t dir; /* what classify answers */
	unsigned int n_created;
	uint64_t now_ns;
} fix;

static void on_end(void *ctx, const struct flow *flow, enum end_reason reason)
{
	(void)ctx;
	(void)flow;
	(void)reason;
}

static uint8_t on_classify(void *ctx, const struct flow_key *key,
			   const struct tuple *reply, uint32_t *bits)
{
	(void)ctx;
	(void)key;
	(void)reply;
	(void)bits;
	return fix.dir;
}

static void on_created(void *ctx, const struct flow *flow)
{
	(void)ctx;
	assert_int_equal(flow->hot.slot, SLOT_LIVE);
	fix.n_created++;
}

static int begin_with(uint32_t max_ghosts)
{
	const struct table_config config = { .max_flows = 1000000,
					     .n_expected = 1000,
					     .linger_ns = 3 * S,
					     .max_ghosts = max_ghosts };
	const struct table_hooks hooks = { .end = on_end,
					   .classify = on_classify,
					   .created = on_created };

	memset(&fix, 0, sizeof(fix));
	fix.dir = FLOW_DIR_OUT;
	fix.now_ns = 10 * S;
	fix.table = table_new(&config, &hooks);
	assert_non_null(fix.table);
	return 0;
}

static int begin(void **state)
{
	(void)state;
	return begin_with(1000);
}

static int begin_without_ghosts(void **state)
{
	(void)state;
	return begin_with(0);
}

static int finish(void **state)
{
	(void)state;
	table_free(fix.table);
	rcu_drain();
	return 0;
}

static struct sample sample_make(enum sample_kind kind, uint32_t n, uint32_t id)
{
	struct sample s = {
		.kind = kind,
		.has = HAS_ID | HAS_REPLY,
		.mono_ns = fix.now_ns,
		.id = id,
		.key = { .family = FAMILY_IPV4, .proto = IPPROTO_TCP },
	};

	s.key.zone = 5;
	s.key.tuple.src = (struct addr){ .byte = { 10, 0, 0, 1 } };
	s.key.tuple.dst = (struct addr){ .byte = { 192, 0, 2, 1 } };
	s.key.tuple.sport = (uint16_t)n;
	s.key.tuple.dport = 80;
	s.reply.src = (struct addr){ .byte = { 192, 0, 2, 2 } };
	s.reply.dst = s.key.tuple.src;
	s.reply.sport = 8080;
	s.reply.dport = (uint16_t)n;
	return s;
}

static void put(const struct sample *s)
{
	reader_lock();
	table_upsert(fix.table, s);
	reader_unlock();
}

static void add(uint32_t n)
{
	struct sample s = sample_make(SAMPLE_NEW, n, n);

	put(&s);
}

/* It has moved so many bytes in the directions of its tuples. */
static void count(struct sample *s, uint64_t orig, uint64_t reply)
{
	s->has |= HAS_COUNTERS;
	s->bytes[DIR_ORIG] = orig;
	s->bytes[DIR_REPLY] = reply;
}

static void move(uint32_t n, uint64_t orig, uint64_t reply)
{
	struct sample s = sample_make(SAMPLE_DUMP, n, n);

	s.mono_ns = fix.now_ns += S;
	count(&s, orig, reply);
	put(&s);
}

static void destroy(uint32_t n, uint64_t orig, uint64_t reply)
{
	struct sample s = sample_make(SAMPLE_DESTROY, n, n);

	count(&s, orig, reply);
	reader_lock();
	assert_true(table_end(fix.table, &s, END_DESTROYED));
	reader_unlock();
}

/* A listing no longer had it. */
static void vanish(uint32_t n)
{
	struct sample s = sample_make(SAMPLE_GET, n, n);

	reader_lock();
	table_missing(fix.table, table_find_live(fix.table, &s.key),
		      fix.now_ns);
	reader_unlock();
}

static void expire(void)
{
	fix.now_ns += 4 * S;
	table_expire(fix.table, fix.now_ns, UINT64_MAX);
}

static const struct flow *find(uint32_t n)
{
	struct sample s = sample_make(SAMPLE_GET, n, n);
	struct flow_ref ref = { .key = s.key, .id = n };
	const struct flow *flow;

	reader_lock();
	flow = table_find(fix.table, &ref);
	reader_unlock();
	assert_non_null(flow);
	return flow;
}

static struct flow_info look(uint32_t n)
{
	const struct flow *flow = find(n);
	struct flow_info info;

	reader_lock();
	flow_read(flow, &info);
	reader_unlock();
	return info;
}

static struct owner_job job_of(uint32_t n)
{
	struct owner_job job;

	table_job(find(n), &job);
	return job;
}

static struct proc_fact *proc_make(uint32_t pid, const char *comm)
{
	struct proc_fact *proc = proc_fact_new();

	assert_non_null(proc);
	proc->pid = pid;
	proc->starttime = pid;
	snprintf(proc->comm, sizeof(proc->comm), "%s", comm);
	return proc;
}

/* Hand a fact over. */
static bool tell(const struct owner_fact *fact)
{
	bool is_changed;

	reader_lock();
	is_changed = table_own(fix.table, fact);
	reader_unlock();
	proc_fact_put(fact->proc);
	return is_changed;
}

static struct owner_fact fact_make(uint32_t n, uint8_t kind, uint32_t pid)
{
	return (struct owner_fact){
		.fact = FACT_OWNER,
		.kind = kind,
		.holders = 1,
		.flow = job_of(n).flow,
		.proc = pid ? proc_make(pid, "a") : NULL,
	};
}

static bool own(uint32_t n, uint8_t kind, uint32_t pid)
{
	struct owner_fact fact = fact_make(n, kind, pid);

	return tell(&fact);
}

static bool tell_proc(uint8_t what, uint32_t pid, const char *comm)
{
	struct owner_fact fact = { .fact = what, .proc = proc_make(pid, comm) };

	return tell(&fact);
}

static uint32_t pid_of(uint32_t n)
{
	const struct proc_fact *proc;
	uint32_t pid;

	reader_lock();
	proc = procs_peek(table_procs(fix.table), look(n).proc);
	pid = proc ? proc->pid : 0;
	reader_unlock();
	return pid;
}

static void check_past(uint16_t number, uint64_t rx, uint64_t tx,
		       uint64_t flows)
{
	struct proc_past past;

	reader_lock();
	procs_past(table_procs(fix.table), number, &past);
	reader_unlock();
	assert_int_equal(past.rx, rx);
	assert_int_equal(past.tx, tx);
	assert_int_equal(past.flows, flows);
}

/* ------------------------------------------------------------- questions */

static void test_job(void **state)
{
	static const uint8_t near[] = {
		[FLOW_DIR_UNKNOWN] = NEAR_NONE, [FLOW_DIR_OUT] = NEAR_ORIG,
		[FLOW_DIR_IN] = NEAR_REPLY,     [FLOW_DIR_THROUGH] = NEAR_NONE,
		[FLOW_DIR_LOCAL] = NEAR_BOTH,
	};
	struct sample s = sample_make(SAMPLE_NEW, 1, 1);
	struct owner_job job;

	(void)state;
	for (uint8_t dir = 0; dir < N_ELEMS(near); dir++) {
		fix.dir = dir;
		add(dir + 1U);
		assert_int_equal(job_of(dir + 1U).near, near[dir]);
	}
	job = job_of(1);
	assert_int_equal(job.flow.id, 1);
	assert_int_equal(job.flow.born_ns, 10 * S);
	assert_true(job.is_new);
	assert_int_equal(job_of(2).flow.slot, find(2)->slot);
	assert_true(tuple_equal(&job.orig, &s.key.tuple));
	assert_true(tuple_equal(&job.reply, &s.reply));
	assert_int_equal(job.zone, 5);
	assert_int_equal(job.family, FAMILY_IPV4);
	assert_int_equal(job.proto, IPPROTO_TCP);
	assert_true(job.has_reply);
	assert_int_equal(fix.n_created, N_ELEMS(near));
}

static bool is_midstream(uint8_t proto, uint32_t has, uint8_t state)
{
	struct sample s = sample_make(SAMPLE_DUMP, 1, 1);
	struct owner_job job;

	s.key.proto = proto;
	s.key.zone = state;
	s.has |= has;
	s.state = state;
	put(&s);
	reader_lock();
	table_job(table_find_live(fix.table, &s.key), &job);
	reader_unlock();
	return job.is_midstream;
}

static void test_midstream(void **state)
{
	(void)state;
	assert_false(
		is_midstream(IPPROTO_TCP, HAS_STATE, TCP_CONNTRACK_SYN_SENT));
	assert_false(
		is_midstream(IPPROTO_TCP, HAS_STATE, TCP_CONNTRACK_SYN_RECV));
	assert_true(is_midstream(IPPROTO_TCP, HAS_STATE,
				 TCP_CONNTRACK_ESTABLISHED));
	assert_true(is_midstream(IPPROTO_TCP, 0, 0));
	assert_false(is_midstream(IPPROTO_UDP, 0, 0));
}

/* What it is later says nothing about how it began. */
static void test_started_stays(void **state)
{
	struct sample s = sample_make(SAMPLE_NEW, 1, 1);

	(void)state;
	s.has |= HAS_STATE;
	s.state = TCP_CONNTRACK_SYN_SENT;
	put(&s);
	s.kind = SAMPLE_UPDATE;
	s.state = TCP_CONNTRACK_ESTABLISHED;
	put(&s);
	assert_false(job_of(1).is_midstream);
}

static void test_unasked(void **state)
{
	uint64_t slot = 0;

	(void)state;
	assert_null(table_unasked(fix.table, &slot));
	for (uint32_t n = 1; n <= 4; n++)
		add(n);
	assert_int_equal(table_n_unasked(fix.table), 4);
	table_set_asked(fix.table, find(2));
	table_set_asked(fix.table, find(2));
	destroy(3, 0, 0);
	assert_int_equal(table_n_unasked(fix.table), 2);
	/* Round and round. */
	for (int i = 0; i < 3; i++) {
		assert_ptr_equal(table_unasked(fix.table, &slot), find(1));
		assert_ptr_equal(table_unasked(fix.table, &slot), find(4));
	}
	table_set_asked(fix.table, find(1));
	table_set_asked(fix.table, find(4));
	assert_int_equal(table_n_unasked(fix.table), 0);
	assert_null(table_unasked(fix.table, &slot));
}

/* ------------------------------------------------------------- answers */

static void test_answer(void **state)
{
	struct owner_fact fact;
	struct flow copy;

	(void)state;
	add(1);
	assert_int_equal(look(1).owner, OWNER_UNKNOWN);
	assert_int_equal(look(1).proc, PROC_NONE);
	assert_int_equal(look(1).holders, 0);
	fact = fact_make(1, OWNER_LOCAL, 42);
	fact.holders = 4;
	proc_fact_get(fact.proc);
	assert_true(tell(&fact));
	assert_int_equal(look(1).owner, OWNER_LOCAL);
	assert_int_equal(look(1).holders, 4);
	assert_int_equal(pid_of(1), 42);
	/* The same again is nothing new; one more holder is. */
	proc_fact_get(fact.proc);
	assert_false(tell(&fact));
	fact.holders = 5;
	assert_true(tell(&fact));
	assert_int_equal(look(1).holders, 5);
	reader_lock();
	flow_copy(find(1), &copy);
	reader_unlock();
	assert_int_equal(counter_get(&copy.hot.owner), OWNER_LOCAL);
	assert_int_equal(counter_get(&copy.hot.proc), look(1).proc);
	assert_int_equal(counter_get(&copy.holders), 5);
}

/* The slot, the id or the birth is another: it is not about this flow. */
static void test_stale_handle(void **state)
{
	struct owner_fact fact;

	(void)state;
	add(1);
	for (int i = 0; i < 4; i++) {
		fact = fact_make(1, OWNER_LOCAL, 42);
		fact.flow.id += i == 0;
		fact.flow.born_ns += i == 1;
		fact.flow.slot += i == 2;
		fact.flow.slot += i == 3 ? 100 * CHUNK_SLOTS : 0;
		assert_false(tell(&fact));
		assert_int_equal(look(1).proc, PROC_NONE);
	}
	/* And so is one whose flow is gone. */
	fact = fact_make(1, OWNER_LOCAL, 42);
	destroy(1, 0, 0);
	expire();
	assert_false(tell(&fact));
	assert_int_equal(procs_limit(table_procs(fix.table)), PROC_OTHERS + 1);
}

static void test_later_replaces(void **state)
{
	uint16_t first;

	(void)state;
	add(1);
	own(1, OWNER_LOCAL, 42);
	first = look(1).proc;
	assert_true(own(1, OWNER_OTHER_NETNS, 43));
	assert_int_equal(pid_of(1), 43);
	assert_int_equal(look(1).owner, OWNER_OTHER_NETNS);
	assert_int_not_equal(look(1).proc, first);
	/* A live flow leaves nothing with the process that was not its own. */
	check_past(first, 0, 0, 0);
}

static void test_known_stays_known(void **state)
{
	static const uint8_t keeps[] = { OWNER_LOCAL, OWNER_OTHER_NETNS,
					 OWNER_CLOSED, OWNER_DENIED };
	static const uint8_t drops[] = { OWNER_UNKNOWN, OWNER_FORWARDED,
					 OWNER_KERNEL };
	struct owner_fact fact;
	uint16_t number;

	(void)state;
	add(1);
	own(1, OWNER_LOCAL, 42);
	for (size_t i = 0; i < N_ELEMS(keeps); i++) {
		assert_false(own(1, keeps[i], 0));
		assert_int_equal(pid_of(1), 42);
		assert_int_equal(look(1).owner, OWNER_LOCAL);
		assert_int_equal(look(1).holders, 1);
		/* A user is less than a process. */
		fact = fact_make(1, keeps[i], 0);
		fact.proc = proc_make(0, "");
		assert_false(tell(&fact));
		assert_int_equal(pid_of(1), 42);
	}
	for (size_t i = 0; i < N_ELEMS(drops); i++) {
		own(1, OWNER_LOCAL, 42);
		assert_true(own(1, drops[i], 0));
		assert_int_equal(look(1).proc, PROC_NONE);
		assert_int_equal(look(1).owner, drops[i]);
	}
	/* So it is with a ghost, and its process never had the bytes. */
	own(1, OWNER_LOCAL, 42);
	destroy(1, 10, 20);
	assert_false(own(1, OWNER_CLOSED, 0));
	assert_int_equal(pid_of(1), 42);
	number = look(1).proc;
	check_past(number, 20, 10, 1);
	assert_true(own(1, OWNER_UNKNOWN, 0));
	assert_int_equal(look(1).proc, PROC_NONE);
	check_past(number, 0, 0, 0);
}

/* Where there is only a user, whatever comes is taken. */
static void test_user_only(void **state)
{
	struct owner_fact fact;

	(void)state;
	add(1);
	fact = fact_make(1, OWNER_DENIED, 0);
	fact.proc = proc_make(0, "");
	assert_true(tell(&fact));
	assert_true(look(1).proc > PROC_OTHERS);
	assert_int_equal(look(1).owner, OWNER_DENIED);
	assert_true(own(1, OWNER_CLOSED, 0));
	assert_int_equal(look(1).proc, PROC_NONE);
	assert_int_equal(look(1).owner, OWNER_CLOSED);
}

static void test_facts_about_processes(void **state)
{
	const struct procs *procs = table_procs(fix.table);
	struct owner_fact fact = { .fact = FACT_PROC };
	uint16_t number;

	(void)state;
	add(1);
	own(1, OWNER_LOCAL, 42);
	number = look(1).proc;
	assert_true(tell_proc(FACT_PROC, 42, "b"));
	assert_false(tell_proc(FACT_PROC, 42, "b"));
	assert_false(tell_proc(FACT_PROC, 43, "b"));
	assert_int_equal(look(1).proc, number);
	reader_lock();
	assert_string_equal(procs_peek(procs, number)->comm, "b");
	reader_unlock();
	assert_false(procs_has_ended(procs, number));
	assert_true(tell_proc(FACT_PROC_ENDED, 42, "b"));
	assert_false(tell_proc(FACT_PROC_ENDED, 42, "b"));
	assert_true(procs_has_ended(procs, number));
	/* Its flow keeps it. */
	assert_int_equal(pid_of(1), 42);
	assert_false(tell(&fact));
	fact.fact = FACT_PROC_ENDED;
	assert_false(tell(&fact));
	fact.fact = 99;
	assert_false(tell(&fact));
}

/* ------------------------------------------------------------- orphans */

static bool is_asked_again(uint32_t n)
{
	uint64_t slot = 0, first = 0;
	const struct flow *flow = NULL;
	bool is_found = false;

	reader_lock();
	while (table_orphans(fix.table, &slot, fix.now_ns))
		;
	while (table_n_unasked(fix.table) && !is_found &&
	       (flow = table_unasked(fix.table, &first)))
		is_found = flow->id == n;
	reader_unlock();
	return is_found;
}

static void establish(uint32_t n, uint8_t proto, uint8_t state)
{
	struct sample s = sample_make(SAMPLE_NEW, n, n);

	s.key.proto = proto;
	s.has |= HAS_STATE;
	s.state = state;
	put(&s);
}

/* Whoever goes on when the process has ended has another one, perhaps. */
static void test_orphan(void **state)
{
	(void)state;
	establish(1, IPPROTO_TCP, TCP_CONNTRACK_ESTABLISHED);
	own(1, OWNER_LOCAL, 42);
	table_set_asked(fix.table, find(1));
	assert_false(is_asked_again(1));
	tell_proc(FACT_PROC_ENDED, 42, "a");
	fix.now_ns += S;
	assert_false(is_asked_again(1)); /* it is idle */
	move(1, 10, 10);
	assert_true(is_asked_again(1));
	table_set_asked(fix.table, find(1));
	/* Nobody was found: the last known one stays. */
	assert_false(own(1, OWNER_UNKNOWN, 0));
	assert_int_equal(pid_of(1), 42);
	assert_true(own(1, OWNER_LOCAL, 43));
	assert_int_equal(pid_of(1), 43);
	/* From here on it is as with any other. */
	move(1, 20, 20);
	assert_false(is_asked_again(1));
	assert_true(own(1, OWNER_UNKNOWN, 0));
	assert_int_equal(look(1).proc, PROC_NONE);
}

/* A connection that ends needs no process. */
static void test_no_orphan(void **state)
{
	(void)state;
	establish(1, IPPROTO_TCP, TCP_CONNTRACK_TIME_WAIT);
	own(1, OWNER_LOCAL, 42);
	table_set_asked(fix.table, find(1));
	tell_proc(FACT_PROC_ENDED, 42, "a");
	move(1, 10, 10);
	assert_false(is_asked_again(1));
}

/* ------------------------------------------------------------- who answers */

static bool tell_answering(uint32_t n)
{
	struct owner_fact fact = fact_make(n, OWNER_LOCAL, 42);

	fact.is_answering = true;
	return tell(&fact);
}

static void test_answering(void **state)
{
	uint16_t number;

	(void)state;
	add(1);
	move(1, 100, 7);
	own(1, OWNER_LOCAL, 42);
	number = look(1).proc;
	assert_true(tell_answering(1));
	assert_false(tell_answering(1));
	assert_int_equal(look(1).dir, FLOW_DIR_IN);
	assert_true(look(1).has & FLOW_ANSWERING);
	/* Our end is the one it was. */
	assert_int_equal(job_of(1).near, NEAR_ORIG);
	table_set_asked(fix.table, find(1));
	table_reclassify(fix.table);
	assert_int_equal(look(1).dir, FLOW_DIR_IN);
	assert_true(look(1).has & FLOW_ANSWERING);
	assert_int_equal(table_n_unasked(fix.table), 0);
	/* Samples leave it alone. */
	move(1, 200, 9);
	assert_true(look(1).has & FLOW_ANSWERING);
	destroy(1, 300, 11);
	check_past(number, 11, 300, 1);
}

static void test_answering_elsewhere(void **state)
{
	(void)state;
	fix.dir = FLOW_DIR_LOCAL;
	add(1);
	tell_answering(1);
	assert_int_equal(look(1).dir, FLOW_DIR_LOCAL);
	assert_true(look(1).has & FLOW_ANSWERING);
	/* Where the original source is not ours, it says nothing. */
	fix.dir = FLOW_DIR_IN;
	add(2);
	tell_answering(2);
	assert_int_equal(look(2).dir, FLOW_DIR_IN);
	assert_false(look(2).has & FLOW_ANSWERING);
}

static void test_reclassify(void **state)
{
	(void)state;
	fix.dir = FLOW_DIR_UNKNOWN;
	add(1);
	table_set_asked(fix.table, find(1));
	table_reclassify(fix.table);
	assert_int_equal(table_n_unasked(fix.table), 0);
	/* The same end is near: what is known stays, and is asked again. */
	own(1, OWNER_LOCAL, 42);
	fix.dir = FLOW_DIR_OUT;
	table_reclassify(fix.table);
	assert_int_equal(table_n_unasked(fix.table), 1);
	assert_int_equal(pid_of(1), 42);
	/* The other end: whoever it was, it is not the owner. */
	tell_answering(1);
	table_set_asked(fix.table, find(1));
	fix.dir = FLOW_DIR_IN;
	table_reclassify(fix.table);
	assert_int_equal(table_n_unasked(fix.table), 1);
	assert_int_equal(look(1).dir, FLOW_DIR_IN);
	assert_false(look(1).has & FLOW_ANSWERING);
	assert_int_equal(look(1).proc, PROC_NONE);
	assert_int_equal(look(1).owner, OWNER_UNKNOWN);
	assert_int_equal(look(1).holders, 0);
	assert_int_equal(job_of(1).near, NEAR_REPLY);
}

/* ------------------------------------------------------------- the past */

/* By direction, as the near side sees it, and once. */
static void test_past(void **state)
{
	static const bool is_near_orig[] = {
		[FLOW_DIR_UNKNOWN] = true, [FLOW_DIR_OUT] = true,
		[FLOW_DIR_IN] = false,     [FLOW_DIR_THROUGH] = true,
		[FLOW_DIR_LOCAL] = true,
	};

	(void)state;
	for (uint8_t dir = 0; dir < N_ELEMS(is_near_orig); dir++) {
		uint32_t n = dir + 1U;
		uint16_t number;

		fix.dir = dir;
		add(n);
		own(n, OWNER_LOCAL, n);
		number = look(n).proc;
		move(n, 1000, 100);
		check_past(number, 0, 0, 0);
		destroy(n, 3000, 200);
		check_past(number, is_near_orig[dir] ? 200 : 3000,
			   is_near_orig[dir] ? 3000 : 200, 1);
		expire();
		check_past(number, is_near_orig[dir] ? 200 : 3000,
			   is_near_orig[dir] ? 3000 : 200, 1);
	}
}

/* It was missed first; its final counters came later. */
static void test_past_is_completed(void **state)
{
	uint16_t number;

	(void)state;
	add(1);
	own(1, OWNER_LOCAL, 42);
	number = look(1).proc;
	move(1, 1000, 100);
	vanish(1);
	check_past(number, 100, 1000, 1);
	destroy(1, 1500, 130);
	check_past(number, 130, 1500, 1);
	destroy(1, 1500, 130);
	check_past(number, 130, 1500, 1);
	expire();
	check_past(number, 130, 1500, 1);
}

/* Answers that come after the end. */
static void test_past_of_ghost(void **state)
{
	uint16_t first, second;

	(void)state;
	add(1);
	destroy(1, 1000, 100);
	assert_true(own(1, OWNER_LOCAL, 42));
	first = look(1).proc;
	check_past(first, 100, 1000, 1);
	assert_true(own(1, OWNER_LOCAL, 43));
	second = look(1).proc;
	check_past(first, 0, 0, 0);
	check_past(second, 100, 1000, 1);
	assert_false(own(1, OWNER_LOCAL, 43));
	check_past(second, 100, 1000, 1);
}

static void test_past_without_ghosts(void **state)
{
	uint16_t number;

	(void)state;
	add(1);
	own(1, OWNER_LOCAL, 42);
	number = look(1).proc;
	destroy(1, 1000, 100);
	check_past(number, 100, 1000, 1);
}

/* A new flow on the same tuple is another one. */
static void test_past_of_replaced(void **state)
{
	struct sample s;
	uint16_t number;

	(void)state;
	add(1);
	own(1, OWNER_LOCAL, 42);
	number = look(1).proc;
	move(1, 1000, 100);
	s = sample_make(SAMPLE_NEW, 1, 99);
	put(&s);
	check_past(number, 100, 1000, 1);
	reader_lock();
	assert_int_equal(table_find_live(fix.table, &s.key)->hot.proc,
			 PROC_NONE);
	reader_unlock();
}

/* Flows hold their process: live ones, and ghosts until they leave. */
static void test_numbers_are_held(void **state)
{
	const struct procs *procs = table_procs(fix.table);
	const uint32_t n = 9000; /* more than are kept */
	uint16_t number;

	(void)state;
	add(1);
	own(1, OWNER_LOCAL, 1);
	number = look(1).proc;
	destroy(1, 5, 5);
	tell_proc(FACT_PROC_ENDED, 1, "a");
	add(2);
	for (uint32_t pid = 2; pid < n; pid++) {
		own(2, OWNER_LOCAL, pid);
		tell_proc(FACT_PROC_ENDED, pid, "a");
	}
	assert_int_equal(pid_of(1), 1);
	check_past(number, 5, 5, 1);
	check_past(PROC_OTHERS, 0, 0, 0);
	expire();
	reader_lock();
	assert_null(procs_peek(procs, number));
	reader_unlock();
	check_past(PROC_OTHERS, 5, 5, 1);
}

static int group_setup(void **state)
{
	(void)state;
	reader_register();
	return 0;
}

static int group_teardown(void **state)
{
	(void)state;
	rcu_drain();
	reader_unregister();
	return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, finish)

/* What was told of a flow, as a recording repeats it. */
static void test_recall(void **state)
{
	struct owner_fact told, got;

	(void)state;
	add(1);
	reader_lock();
	assert_false(table_owner(fix.table, find(1), &got));
	reader_unlock();
	assert_null(got.proc);
	told = fact_make(1, OWNER_OTHER_NETNS, 7);
	told.holders = 4;
	told.is_answering = true;
	tell(&told);
	reader_lock();
	assert_true(table_owner(fix.table, find(1), &got));
	assert_int_equal(got.fact, FACT_OWNER);
	assert_int_equal(got.kind, OWNER_OTHER_NETNS);
	assert_int_equal(got.holders, 4);
	assert_true(got.is_answering);
	assert_int_equal(got.proc->pid, 7);
	assert_ptr_equal(table_flow(fix.table, &got.flow), find(1));
	got.flow.born_ns++;
	assert_null(table_flow(fix.table, &got.flow));
	reader_unlock();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_job),
		TEST(test_midstream),
		TEST(test_started_stays),
		TEST(test_unasked),
		TEST(test_answer),
		TEST(test_stale_handle),
		TEST(test_later_replaces),
		TEST(test_known_stays_known),
		TEST(test_user_only),
		TEST(test_facts_about_processes),
		TEST(test_orphan),
		TEST(test_no_orphan),
		TEST(test_answering),
		TEST(test_answering_elsewhere),
		TEST(test_reclassify),
		TEST(test_past),
		TEST(test_past_is_completed),
		TEST(test_past_of_ghost),
		cmocka_unit_test_setup_teardown(test_past_without_ghosts,
						begin_without_ghosts, finish),
		TEST(test_past_of_replaced),
		TEST(test_numbers_are_held),
		TEST(test_recall),
	};

	return cmocka_run_group_tests_name("own", tests, group_setup,
					   group_teardown);
}

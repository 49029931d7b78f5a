// SPDX-License-Identifier: GPL-2.0-only
/* The flow table: what each kind of message does to it, in every order. */
#include "flow/writer.h"
#include "lib/clock.h"
#include "lib/thread.h"
#include "unit/unit.h"

#include <stdlib.h>
#include <string.h>

#define S NS_PER_S
#define NO_LIMIT UINT64_MAX

/* Part of the 'has' of every sample made here. */
#define HAS_BASE (HAS_ID | HAS_REPLY)

struct fixture {
	struct table *table;
	unsigned int n_end[END_UNSEEN + 1]; /* calls of the hook, by reason */
	struct flow_info ended;             /* what the last call saw */
	uint8_t dir;                        /* what classify answers */
	uint32_t bits;
	unsigned int n_classified;
};

static void on_end(void *ctx, const struct flow *flow, enum end_reason reason)
{
	struct fixture *f = ctx;

	f->n_end[reason]++;
	flow_read(flow, &f->ended);
}

static uint8_t on_classify(void *ctx, const struct flow_key *key,
			   const struct tuple *reply, uint32_t *bits)
{
	struct fixture *f = ctx;

	assert_non_null(key);
	assert_non_null(reply);
	f->n_classified++;
	*bits |= f->bits;
	return f->dir;
}

static const struct table_config roomy = { .max_flows = 1000000,
					   .n_expected = 1000,
					   .linger_ns = 3 * S,
					   .max_ghosts = 1000 };

static void fixture_init(struct fixture *f, struct table_config config)
{
	struct table_hooks hooks = { .ctx = f,
				     .end = on_end,
				     .classify = on_classify };

	memset(f, 0, sizeof(*f));
	f->table = table_new(&config, &hooks);
	assert_non_null(f->table);
}

static void fixture_fini(struct fixture *f)
{
	table_free(f->table);
}

/* Flow number @n; the same number is the same key. */
static struct sample sample_make(enum sample_kind kind, uint32_t n, uint32_t id,
				 uint64_t mono_ns)
{
	struct sample s = {
		.kind = kind,
		.has = HAS_BASE,
		.mono_ns = mono_ns,
		.id = id,
		.key = { .family = FAMILY_IPV4, .proto = 6 },
	};

	s.key.tuple.src = (struct addr){ .byte = { 10, 0, 0, 1 } };
	s.key.tuple.dst = (struct addr){ .byte = { 192, 0, 2, 1 } };
	s.key.tuple.sport = (uint16_t)n;
	s.key.tuple.dport = (uint16_t)(n >> 16);
	s.reply.src = s.key.tuple.dst;
	s.reply.dst = s.key.tuple.src;
	s.reply.sport = s.key.tuple.dport;
	s.reply.dport = s.key.tuple.sport;
	return s;
}

static void set_counters(struct sample *s, uint64_t bytes_orig,
			 uint64_t bytes_reply)
{
	s->has |= HAS_COUNTERS;
	s->bytes[DIR_ORIG] = bytes_orig;
	s->bytes[DIR_REPLY] = bytes_reply;
	s->packets[DIR_ORIG] = bytes_orig / 100;
	s->packets[DIR_REPLY] = bytes_reply / 100;
}

static enum upsert_result upsert(struct fixture *f, const struct sample *s)
{
	enum upsert_result result;

	reader_lock();
	result = table_upsert(f->table, s);
	reader_unlock();
	return result;
}

/* The shortest way to a flow without counters. */
static enum upsert_result put(struct fixture *f, enum sample_kind kind,
			      uint32_t n, uint32_t id, uint64_t mono_ns)
{
	struct sample s = sample_make(kind, n, id, mono_ns);

	return upsert(f, &s);
}

/* One with counters, from a listing. */
static enum upsert_result dump(struct fixture *f, uint32_t n, uint64_t mono_ns,
			       uint64_t bytes_orig, uint64_t bytes_reply)
{
	struct sample s = sample_make(SAMPLE_DUMP, n, n, mono_ns);

	set_counters(&s, bytes_orig, bytes_reply);
	return upsert(f, &s);
}

static bool end(struct fixture *f, const struct sample *s,
		enum end_reason reason)
{
	bool is_known;

	reader_lock();
	is_known = table_end(f->table, s, reason);
	reader_unlock();
	return is_known;
}

static bool destroy(struct fixture *f, uint32_t n, uint32_t id,
		    uint64_t mono_ns)
{
	struct sample s = sample_make(SAMPLE_DESTROY, n, id, mono_ns);

	return end(f, &s, END_DESTROYED);
}

static void sweep(struct fixture *f, uint32_t generation, uint64_t now_ns)
{
	table_sweep_begin(f->table, generation);
	reader_lock();
	assert_false(table_sweep_step(f->table, now_ns, NO_LIMIT));
	reader_unlock();
}

/* What the table has of flow @n with @id: live, ghost, or nothing (FREE). */
static enum slot_state look(struct fixture *f, uint32_t n, uint32_t id,
			    struct flow_info *info)
{
	struct sample s = sample_make(SAMPLE_GET, n, id, 0);
	struct flow_ref ref = { .key = s.key, .id = id };
	enum slot_state state = SLOT_FREE;
	struct flow_info ignored;
	const struct flow *flow;

	reader_lock();
	flow = table_find(f->table, &ref);
	if (flow) {
		state = counter_get(&flow->hot.slot);
		assert_int_equal(flow_is_ghost(flow), state == SLOT_GHOST);
		flow_read(flow, info ? info : &ignored);
	}
	reader_unlock();
	return state;
}

struct seen {
	unsigned int n_live, n_ghosts;
};

/* A walk finds each flow once and agrees with the counts. */
static struct seen walk(struct fixture *f)
{
	struct seen seen = { 0 };
	struct table_cursor cursor;
	const struct flow *flow;

	reader_lock();
	cursor = table_walk_begin(f->table);
	while ((flow = table_walk_next(&cursor))) {
		if (flow_is_ghost(flow))
			seen.n_ghosts++;
		else
			seen.n_live++;
	}
	reader_unlock();
	assert_int_equal(seen.n_live, table_n_live(f->table));
	assert_int_equal(seen.n_ghosts, table_n_ghosts(f->table));
	return seen;
}

static unsigned int n_ends(const struct fixture *f)
{
	unsigned int n = 0;

	for (size_t i = 0; i < N_ELEMS(f->n_end); i++)
		n += f->n_end[i];
	return n;
}

static void test_empty(void **state)
{
	struct fixture f;
	uint64_t slot = 0;

	(void)state;
	fixture_init(&f, roomy);
	assert_int_equal(walk(&f).n_live, 0);
	assert_int_equal(look(&f, 1, 1, NULL), SLOT_FREE);
	assert_null(table_live_at(f.table, &slot));
	sweep(&f, table_generation_next(f.table), S);
	table_expire(f.table, S, NO_LIMIT);
	assert_int_equal(table_n_rejected(f.table), 0);
	fixture_fini(&f);
	table_free(NULL);
}

static void test_upsert_is_idempotent(void **state)
{
	static const enum sample_kind kinds[] = { SAMPLE_NEW, SAMPLE_UPDATE,
						  SAMPLE_DUMP, SAMPLE_GET };
	struct fixture f;

	(void)state;
	for (size_t i = 0; i < N_ELEMS(kinds); i++) {
		fixture_init(&f, roomy);
		assert_int_equal(put(&f, kinds[i], 1, 7, S), UPSERT_CREATED);
		for (size_t j = 0; j < 2 * N_ELEMS(kinds); j++)
			assert_int_equal(
				put(&f, kinds[j % N_ELEMS(kinds)], 1, 7, S + j),
				UPSERT_REFRESHED);
		assert_int_equal(walk(&f).n_live, 1);
		assert_int_equal(n_ends(&f), 0);
		assert_int_equal(f.n_classified, 1);
		assert_int_equal(look(&f, 1, 7, NULL), SLOT_LIVE);
		assert_int_equal(look(&f, 1, 8, NULL), SLOT_FREE);
		fixture_fini(&f);
	}
}

static void test_fields(void **state)
{
	struct sample s = sample_make(SAMPLE_DUMP, 5, 9, 4 * S);
	struct flow_info info;
	struct fixture f;

	(void)state;
	fixture_init(&f, roomy);
	f.dir = FLOW_DIR_OUT;
	f.bits = FLOW_LOOPBACK;
	s.has |= HAS_STATE | HAS_STATUS | HAS_MARK | HAS_TIMEOUT | HAS_START |
		 HAS_ZONE_REPLY;
	s.state = 3;
	s.status = 0x18e;
	s.mark = 0xdeadbeef;
	s.timeout_s = 300;
	s.start_ns = 12345;
	s.zone_reply = 6;
	set_counters(&s, 1000, 2000);
	assert_int_equal(upsert(&f, &s), UPSERT_CREATED);
	assert_int_equal(look(&f, 5, 9, &info), SLOT_LIVE);
	assert_memory_equal(&info.key, &s.key, sizeof(s.key));
	assert_memory_equal(&info.reply, &s.reply, sizeof(s.reply));
	assert_int_equal(info.id, 9);
	assert_int_equal(info.has, s.has | FLOW_LOOPBACK);
	assert_int_equal(info.state, 3);
	assert_int_equal(info.status, 0x18e);
	assert_int_equal(info.mark, 0xdeadbeef);
	assert_int_equal(info.timeout_s, 300);
	assert_int_equal(info.start_ns, 12345);
	assert_int_equal(info.zone_reply, 6);
	assert_int_equal(info.dir, FLOW_DIR_OUT);
	assert_int_equal(info.bytes[DIR_ORIG], 1000);
	assert_int_equal(info.bytes[DIR_REPLY], 2000);
	assert_int_equal(info.packets[DIR_ORIG], 10);
	assert_int_equal(info.packets[DIR_REPLY], 20);
	assert_int_equal(info.born_ns, 4 * S);
	assert_int_equal(info.sampled_ns, 4 * S);
	assert_int_equal(info.active_ns, 4 * S);
	fixture_fini(&f);
}

static void test_changes_are_told(void **state)
{
	struct sample s = sample_make(SAMPLE_UPDATE, 1, 1, S);
	struct flow_info info;
	struct fixture f;

	(void)state;
	fixture_init(&f, roomy);
	assert_int_equal(upsert(&f, &s), UPSERT_CREATED);
	s.has = HAS_BASE | HAS_STATE;
	s.state = 3;
	assert_int_equal(upsert(&f, &s), UPSERT_CHANGED);
	assert_int_equal(upsert(&f, &s), UPSERT_REFRESHED);
	s.has = HAS_BASE | HAS_STATUS;
	s.status = 14;
	assert_int_equal(upsert(&f, &s), UPSERT_CHANGED);
	assert_int_equal(upsert(&f, &s), UPSERT_REFRESHED);
	s.has = HAS_BASE | HAS_MARK;
	s.mark = 1;
	assert_int_equal(upsert(&f, &s), UPSERT_CHANGED);
	assert_int_equal(upsert(&f, &s), UPSERT_REFRESHED);
	/* What a message does not contain stays as it was. */
	s.has = HAS_BASE;
	s.state = s.status = s.mark = 99;
	assert_int_equal(upsert(&f, &s), UPSERT_REFRESHED);
	look(&f, 1, 1, &info);
	assert_int_equal(info.state, 3);
	assert_int_equal(info.status, 14);
	assert_int_equal(info.mark, 1);
	fixture_fini(&f);
}

/* The timeout runs by itself; only a later end is news. */
static void test_timeout(void **state)
{
	struct sample s = sample_make(SAMPLE_DUMP, 1, 1, 10 * S);
	struct flow_info info;
	struct fixture f;

	(void)state;
	fixture_init(&f, roomy);
	s.has |= HAS_TIMEOUT;
	s.timeout_s = 100;
	upsert(&f, &s);
	s.mono_ns = 15 * S;
	s.timeout_s = 95;
	assert_int_equal(upsert(&f, &s), UPSERT_REFRESHED);
	look(&f, 1, 1, &info);
	assert_int_equal(info.timeout_s + info.sampled_ns / S, 110);
	assert_int_equal(info.active_ns, 10 * S);
	s.mono_ns = 20 * S;
	s.timeout_s = 100;
	assert_int_equal(upsert(&f, &s), UPSERT_CHANGED);
	look(&f, 1, 1, &info);
	assert_int_equal(info.timeout_s + info.sampled_ns / S, 120);
	assert_int_equal(info.active_ns, 20 * S);
	/* Absent, as for an offloaded flow: the end stays where it was. */
	s.mono_ns = 30 * S;
	s.has = HAS_BASE;
	upsert(&f, &s);
	look(&f, 1, 1, &info);
	assert_int_equal(info.timeout_s + info.sampled_ns / S, 120);
	s.mono_ns = 130 * S;
	upsert(&f, &s);
	look(&f, 1, 1, &info);
	assert_int_equal(info.timeout_s, 0);
	fixture_fini(&f);
}

/* A message from before the last sample must not give 136 years. */
static void test_timeout_of_late_event(void **state)
{
	struct sample s = sample_make(SAMPLE_DUMP, 1, 1, 10 * S);
	struct flow_info info;
	struct fixture f;

	(void)state;
	fixture_init(&f, roomy);
	upsert(&f, &s);
	s.mono_ns = 20 * S;
	upsert(&f, &s);
	s = sample_make(SAMPLE_UPDATE, 1, 1, 15 * S);
	s.has |= HAS_TIMEOUT;
	s.timeout_s = 2;
	upsert(&f, &s);
	look(&f, 1, 1, &info);
	assert_int_equal(info.timeout_s, 0);
	fixture_fini(&f);
}

static void test_new_id_replaces(void **state)
{
	struct sample s;
	struct flow_info info;
	struct fixture f;

	(void)state;
	fixture_init(&f, roomy);
	dump(&f, 1, S, 500, 0);
	assert_int_equal(put(&f, SAMPLE_NEW, 1, 2, 2 * S), UPSERT_CREATED);
	assert_int_equal(f.n_end[END_REPLACED], 1);
	assert_int_equal(f.ended.id, 1);
	assert_int_equal(f.ended.bytes[DIR_ORIG], 500);
	assert_int_equal(f.ended.has & (FLOW_CLOSED | FLOW_FINAL), FLOW_CLOSED);
	assert_int_equal(look(&f, 1, 1, NULL), SLOT_GHOST);
	assert_int_equal(look(&f, 1, 2, NULL), SLOT_LIVE);
	assert_int_equal(walk(&f).n_live, 1);
	assert_int_equal(walk(&f).n_ghosts, 1);

	/* The old one's DESTROY comes late: it completes the ghost alone. */
	s = sample_make(SAMPLE_DESTROY, 1, 1, 3 * S);
	set_counters(&s, 777, 888);
	assert_true(end(&f, &s, END_DESTROYED));
	assert_int_equal(f.n_end[END_COMPLETED], 1);
	assert_int_equal(n_ends(&f), 2);
	assert_int_equal(look(&f, 1, 2, &info), SLOT_LIVE);
	assert_int_equal(info.has & HAS_COUNTERS, 0);
	assert_int_equal(look(&f, 1, 1, &info), SLOT_GHOST);
	assert_int_equal(info.bytes[DIR_ORIG], 777);
	assert_int_equal(info.bytes[DIR_REPLY], 888);
	assert_true(info.has & FLOW_FINAL);

	/* One that nobody knows leaves the successor, too. */
	assert_false(destroy(&f, 1, 99, 3 * S));
	assert_int_equal(look(&f, 1, 2, NULL), SLOT_LIVE);
	fixture_fini(&f);
}

/* The kernel uses ids again; then only the reply tuple differs. */
static void test_new_reply_replaces(void **state)
{
	struct sample s = sample_make(SAMPLE_DUMP, 1, 1, S);
	struct flow_info info;
	struct fixture f;

	(void)state;
	fixture_init(&f, roomy);
	upsert(&f, &s);
	s.mono_ns = 2 * S;
	s.reply.dport++;
	assert_int_equal(upsert(&f, &s), UPSERT_CREATED);
	assert_int_equal(f.n_end[END_REPLACED], 1);
	assert_int_equal(look(&f, 1, 1, &info), SLOT_LIVE);
	assert_memory_equal(&info.reply, &s.reply, sizeof(s.reply));
	/* Without an id and without a reply there is nothing to tell. */
	s.has = 0;
	s.id = 55;
	s.reply.dport++;
	assert_int_equal(upsert(&f, &s), UPSERT_REFRESHED);
	assert_int_equal(n_ends(&f), 1);
	fixture_fini(&f);
}

/* Nothing but the whole key tells flows apart, least of all the id. */
static void test_keys_are_separate(void **state)
{
	struct sample s[5];
	struct fixture f;

	(void)state;
	fixture_init(&f, roomy);
	for (size_t i = 0; i < N_ELEMS(s); i++)
		s[i] = sample_make(SAMPLE_NEW, 1, 7, S);
	s[1].key.tuple.sport++;
	s[2].key.zone = 5;
	s[3].key.proto = 17;
	s[4].key.family = FAMILY_IPV6;
	for (size_t i = 0; i < N_ELEMS(s); i++)
		assert_int_equal(upsert(&f, &s[i]), UPSERT_CREATED);
	for (size_t i = 0; i < N_ELEMS(s); i++)
		assert_int_equal(upsert(&f, &s[i]), UPSERT_REFRESHED);
	assert_int_equal(walk(&f).n_live, N_ELEMS(s));
	assert_int_equal(n_ends(&f), 0);
	for (size_t i = 0; i < N_ELEMS(s); i++) {
		s[i].kind = SAMPLE_DESTROY;
		assert_true(end(&f, &s[i], END_DESTROYED));
		assert_int_equal(walk(&f).n_live, N_ELEMS(s) - 1 - i);
	}
	fixture_fini(&f);
}

static void test_destroy(void **state)
{
	struct sample s = sample_make(SAMPLE_DESTROY, 1, 1, 2 * S);
	struct flow_info info;
	struct fixture f;

	(void)state;
	fixture_init(&f, roomy);
	dump(&f, 1, S, 100, 200);
	set_counters(&s, 300, 400);
	assert_true(end(&f, &s, END_DESTROYED));
	assert_int_equal(f.n_end[END_DESTROYED], 1);
	assert_int_equal(f.ended.bytes[DIR_ORIG], 300);
	assert_int_equal(f.ended.bytes[DIR_REPLY], 400);
	assert_int_equal(look(&f, 1, 1, &info), SLOT_GHOST);
	assert_true((info.has & FLOW_CLOSED) && (info.has & FLOW_FINAL));
	assert_int_equal(info.bytes[DIR_REPLY], 400);
	assert_int_equal(info.sampled_ns, 2 * S);
	/* Told twice, as a recording may: known, but no news. */
	assert_true(end(&f, &s, END_DESTROYED));
	assert_int_equal(n_ends(&f), 1);
	fixture_fini(&f);
}

static void test_destroy_unknown(void **state)
{
	struct fixture f;

	(void)state;
	fixture_init(&f, roomy);
	assert_false(destroy(&f, 1, 1, S));
	put(&f, SAMPLE_NEW, 1, 1, S);
	assert_false(destroy(&f, 2, 1, S));
	assert_false(destroy(&f, 1, 2, S));
	assert_int_equal(walk(&f).n_live, 1);
	assert_int_equal(n_ends(&f), 0);
	fixture_fini(&f);
}

/* The end of a rate: a ghost moves nothing. */
static void test_ghost_has_no_rate(void **state)
{
	struct flow_info info;
	struct fixture f;

	(void)state;
	fixture_init(&f, roomy);
	dump(&f, 1, S, 0, 0);
	dump(&f, 1, 2 * S, 1000, 1000);
	look(&f, 1, 1, &info);
	assert_true(info.rate[DIR_ORIG] > 0 && info.smooth[DIR_ORIG] > 0);
	destroy(&f, 1, 1, 3 * S);
	look(&f, 1, 1, &info);
	for (int dir = 0; dir < DIR_MAX; dir++) {
		assert_true(info.rate[dir] == 0);
		assert_true(info.smooth[dir] == 0);
		assert_true(info.packet_rate[dir] == 0);
	}
	assert_true(info.peak > 0);
	fixture_fini(&f);
}

static void test_sweep(void **state)
{
	struct flow_info info;
	struct fixture f;
	uint32_t generation;

	(void)state;
	fixture_init(&f, roomy);
	put(&f, SAMPLE_DUMP, 1, 1, S);
	put(&f, SAMPLE_DUMP, 2, 2, S);
	put(&f, SAMPLE_DUMP, 3, 3, S);
	generation = table_generation_next(f.table);
	put(&f, SAMPLE_DUMP, 1, 1, 2 * S);   /* listed */
	put(&f, SAMPLE_UPDATE, 2, 2, 2 * S); /* had an event meanwhile */
	put(&f, SAMPLE_NEW, 4, 4, 2 * S);    /* born meanwhile */
	/* Not complete: nothing happens. */
	assert_int_equal(walk(&f).n_live, 4);
	sweep(&f, generation, 3 * S);
	assert_int_equal(walk(&f).n_live, 3);
	assert_int_equal(look(&f, 3, 3, &info), SLOT_GHOST);
	assert_int_equal(info.sampled_ns, 3 * S);
	assert_int_equal(info.has & (FLOW_CLOSED | FLOW_FINAL), FLOW_CLOSED);
	assert_int_equal(f.n_end[END_GONE], 1);
	assert_int_equal(n_ends(&f), 1);
	/* Again: those that are there now are not gone. */
	sweep(&f, generation, 4 * S);
	assert_int_equal(walk(&f).n_live, 3);
	fixture_fini(&f);
}

/* An older listing ends after a newer one began. */
static void test_sweep_overlapping(void **state)
{
	struct fixture f;
	uint32_t older, newer;

	(void)state;
	fixture_init(&f, roomy);
	put(&f, SAMPLE_DUMP, 1, 1, S);
	put(&f, SAMPLE_DUMP, 2, 2, S);
	older = table_generation_next(f.table);
	put(&f, SAMPLE_DUMP, 1, 1, 2 * S);
	newer = table_generation_next(f.table);
	sweep(&f, older, 3 * S);
	assert_int_equal(look(&f, 1, 1, NULL), SLOT_LIVE);
	assert_int_equal(look(&f, 2, 2, NULL), SLOT_GHOST);
	sweep(&f, newer, 4 * S);
	assert_int_equal(look(&f, 1, 1, NULL), SLOT_GHOST);
	fixture_fini(&f);
}

enum { N_MANY = 3 * CHUNK_SLOTS + 100 };

static void test_sweep_in_slices(void **state)
{
	struct table_config config = roomy;
	struct fixture f;
	unsigned int n_slices = 0;
	uint32_t generation;
	bool has_more;

	(void)state;
	config.max_ghosts = N_MANY;
	fixture_init(&f, config);
	for (uint32_t i = 0; i < N_MANY; i++)
		put(&f, SAMPLE_DUMP, i, i, S);
	generation = table_generation_next(f.table);
	for (uint32_t i = 0; i < N_MANY; i += 2)
		put(&f, SAMPLE_DUMP, i, i, 2 * S);
	table_sweep_begin(f.table, generation);
	do {
		uint64_t before = table_n_live(f.table);

		reader_lock();
		has_more = table_sweep_step(f.table, 3 * S, 0);
		reader_unlock();
		n_slices++;
		assert_true(before - table_n_live(f.table) < N_MANY / 4);
		/* Events go on between slices. */
		put(&f, SAMPLE_NEW, N_MANY + n_slices, 1, 3 * S);
	} while (has_more);
	assert_true(n_slices > 10);
	assert_int_equal(walk(&f).n_live, N_MANY / 2 + n_slices);
	assert_int_equal(f.n_end[END_GONE], N_MANY / 2);
	for (uint32_t i = 0; i < N_MANY; i += 97)
		assert_int_equal(look(&f, i, i, NULL),
				 i % 2 ? SLOT_GHOST : SLOT_LIVE);
	reader_lock();
	assert_false(table_sweep_step(f.table, 4 * S, NO_LIMIT));
	reader_unlock();
	fixture_fini(&f);
}

static void test_destroy_completes_swept(void **state)
{
	struct sample s = sample_make(SAMPLE_DESTROY, 1, 1, 5 * S);
	struct flow_info info;
	struct fixture f;

	(void)state;
	fixture_init(&f, roomy);
	dump(&f, 1, S, 100, 200);
	sweep(&f, table_generation_next(f.table), 2 * S);
	assert_int_equal(look(&f, 1, 1, &info), SLOT_GHOST);
	assert_false(info.has & FLOW_FINAL);
	set_counters(&s, 150, 250);
	assert_true(end(&f, &s, END_DESTROYED));
	assert_int_equal(look(&f, 1, 1, &info), SLOT_GHOST);
	assert_true(info.has & FLOW_FINAL);
	assert_int_equal(info.bytes[DIR_ORIG], 150);
	assert_int_equal(info.bytes[DIR_REPLY], 250);
	assert_int_equal(info.sampled_ns, 2 * S);
	assert_int_equal(f.n_end[END_GONE], 1);
	assert_int_equal(f.n_end[END_COMPLETED], 1);
	assert_int_equal(n_ends(&f), 2);
	/* And leaves without another word. */
	table_expire(f.table, 10 * S, NO_LIMIT);
	assert_int_equal(n_ends(&f), 2);
	fixture_fini(&f);
}

static void test_missing_and_gone(void **state)
{
	struct sample s = sample_make(SAMPLE_GONE, 2, 2, 3 * S);
	struct sample first = sample_make(SAMPLE_GET, 1, 1, 0);
	const struct flow *flow;
	struct fixture f;

	(void)state;
	fixture_init(&f, roomy);
	put(&f, SAMPLE_NEW, 1, 1, S);
	put(&f, SAMPLE_NEW, 2, 2, S);
	reader_lock();
	flow = table_find_live(f.table, &first.key);
	assert_non_null(flow);
	table_missing(f.table, flow, 2 * S);
	assert_null(table_find_live(f.table, &first.key));
	reader_unlock();
	assert_int_equal(look(&f, 1, 1, NULL), SLOT_GHOST);
	assert_true(end(&f, &s, END_GONE));
	assert_false(end(&f, &s, END_GONE));
	assert_int_equal(look(&f, 2, 2, NULL), SLOT_GHOST);
	assert_int_equal(f.n_end[END_GONE], 2);
	assert_int_equal(n_ends(&f), 2);
	/* Neither DESTROY came: told when the ghosts go. */
	table_expire(f.table, 10 * S, NO_LIMIT);
	assert_int_equal(f.n_end[END_UNSEEN], 2);
	fixture_fini(&f);
}

/* An event that waited in the socket while a listing saw its flow end. */
static void test_late_event_does_not_revive(void **state)
{
	struct fixture f;

	(void)state;
	fixture_init(&f, roomy);
	put(&f, SAMPLE_DUMP, 1, 1, S);
	sweep(&f, table_generation_next(f.table), 2 * S);
	assert_int_equal(put(&f, SAMPLE_UPDATE, 1, 1, 2 * S), UPSERT_REFRESHED);
	assert_int_equal(walk(&f).n_live, 0);
	/* A listing, though, speaks of the present. */
	assert_int_equal(put(&f, SAMPLE_DUMP, 1, 1, 3 * S), UPSERT_CREATED);
	assert_int_equal(walk(&f).n_live, 1);
	fixture_fini(&f);
}

static void test_max_flows(void **state)
{
	struct table_config config = roomy;
	struct fixture f;

	(void)state;
	config.max_flows = 3;
	fixture_init(&f, config);
	table_generation_next(f.table);
	for (uint32_t i = 0; i < 5; i++)
		assert_int_equal(put(&f, SAMPLE_DUMP, i, i, S),
				 i < 3 ? UPSERT_CREATED : UPSERT_REJECTED);
	/* Events of the same flows do not count them again. */
	assert_int_equal(put(&f, SAMPLE_NEW, 4, 4, S), UPSERT_REJECTED);
	table_sweep_begin(f.table, 2);
	assert_int_equal(table_n_rejected(f.table), 2);
	assert_int_equal(walk(&f).n_live, 3);
	/* Those that are there go on, also with a new id. */
	assert_int_equal(put(&f, SAMPLE_UPDATE, 0, 0, S), UPSERT_REFRESHED);
	assert_int_equal(put(&f, SAMPLE_NEW, 1, 77, S), UPSERT_CREATED);
	assert_int_equal(walk(&f).n_live, 3);
	assert_false(destroy(&f, 4, 4, S));
	/* Ghosts take no room. */
	assert_true(destroy(&f, 0, 0, 2 * S));
	assert_int_equal(put(&f, SAMPLE_NEW, 4, 4, 2 * S), UPSERT_CREATED);
	assert_int_equal(put(&f, SAMPLE_NEW, 5, 5, 2 * S), UPSERT_REJECTED);
	assert_int_equal(walk(&f).n_live, 3);
	fixture_fini(&f);
}

#define assert_float(a, b) assert_float_equal(a, b, (b)*1e-6 + 1e-9)

static void test_rates(void **state)
{
	struct flow_info info;
	struct fixture f;

	(void)state;
	fixture_init(&f, roomy);
	assert_int_equal(dump(&f, 1, 10 * S, 5000, 700), UPSERT_CREATED);
	look(&f, 1, 1, &info);
	/* Old bytes of a flow that was there before us are no rate. */
	assert_false(info.has & HAS_RATE);
	assert_true(info.peak == 0);
	assert_int_equal(dump(&f, 1, 12 * S, 15000, 700), UPSERT_CHANGED);
	look(&f, 1, 1, &info);
	assert_true(info.has & HAS_RATE);
	assert_float(info.rate[DIR_ORIG], 5000);
	assert_float(info.rate[DIR_REPLY], 0);
	assert_float(info.packet_rate[DIR_ORIG], 50);
	assert_float(info.smooth[DIR_ORIG], 5000); /* the first is the start */
	assert_float(info.peak, 5000);
	assert_int_equal(info.active_ns, 12 * S);
	/* Two seconds are the half-life. */
	assert_int_equal(dump(&f, 1, 14 * S, 17000, 2700), UPSERT_CHANGED);
	look(&f, 1, 1, &info);
	assert_float(info.rate[DIR_ORIG], 1000);
	assert_float(info.smooth[DIR_ORIG], 3000);
	assert_float(info.rate[DIR_REPLY], 1000);
	assert_float(info.smooth[DIR_REPLY], 500);
	assert_float(info.peak, 5000); /* both were 3500 now */
	/* Half a second, odd numbers. */
	dump(&f, 1, 14 * S + S / 2, 17333, 2700);
	look(&f, 1, 1, &info);
	assert_float(info.rate[DIR_ORIG], 666);
	assert_float_equal(info.smooth[DIR_ORIG],
			   666 + (3000 - 666) * 0.8408964, 0.1);
	/* Nothing moved: rate 0, and no news. */
	assert_int_equal(dump(&f, 1, 16 * S, 17333, 2700), UPSERT_REFRESHED);
	look(&f, 1, 1, &info);
	assert_float(info.rate[DIR_ORIG], 0);
	assert_int_equal(info.active_ns, 14 * S + S / 2);
	assert_int_equal(info.sampled_ns, 16 * S);
	fixture_fini(&f);
}

/* The smoothed rate of a flow that stopped reaches 0. */
static void test_smooth_ends(void **state)
{
	struct flow_info info;
	struct fixture f;

	(void)state;
	fixture_init(&f, roomy);
	dump(&f, 1, S, 0, 0);
	dump(&f, 1, 2 * S, 1000000000, 0);
	for (uint32_t i = 3; i < 120; i++)
		dump(&f, 1, i * S, 1000000000, 0);
	look(&f, 1, 1, &info);
	assert_true(info.smooth[DIR_ORIG] == 0);
	fixture_fini(&f);
}

/* A flow whose birth was seen began with 0 bytes then. */
static void test_rate_from_birth(void **state)
{
	struct flow_info info;
	struct fixture f;

	(void)state;
	fixture_init(&f, roomy);
	put(&f, SAMPLE_NEW, 1, 1, 10 * S);
	put(&f, SAMPLE_UPDATE, 1, 1, 11 * S);
	look(&f, 1, 1, &info);
	assert_true(info.has & FLOW_BORN_SEEN);
	assert_false(info.has & HAS_COUNTERS);
	assert_int_equal(dump(&f, 1, 14 * S, 4000, 8000), UPSERT_CHANGED);
	look(&f, 1, 1, &info);
	assert_true(info.has & HAS_RATE);
	assert_float(info.rate[DIR_ORIG], 1000);
	assert_float(info.rate[DIR_REPLY], 2000);
	assert_int_equal(info.born_ns, 10 * S);
	/* One that was met by an update has no such start. */
	put(&f, SAMPLE_UPDATE, 2, 2, 10 * S);
	dump(&f, 2, 14 * S, 4000, 8000);
	look(&f, 2, 2, &info);
	assert_false(info.has & (HAS_RATE | FLOW_BORN_SEEN));
	fixture_fini(&f);
}

/* Listings in quick succession must not make rates of single packets. */
static void test_samples_too_close(void **state)
{
	struct flow_info info;
	struct fixture f;

	(void)state;
	fixture_init(&f, roomy);
	dump(&f, 1, 10 * S, 0, 0);
	dump(&f, 1, 11 * S, 1000, 0);
	dump(&f, 1, 11 * S, 2000, 0);
	dump(&f, 1, 11 * S + 1000, 3000, 0);
	dump(&f, 1, 10 * S, 3000, 0); /* time runs backwards */
	look(&f, 1, 1, &info);
	assert_float(info.rate[DIR_ORIG], 1000);
	/* What came meanwhile is in the next rate. */
	dump(&f, 1, 12 * S, 6000, 0);
	look(&f, 1, 1, &info);
	assert_float(info.rate[DIR_ORIG], 5000);
	assert_int_equal(info.bytes[DIR_ORIG], 6000);
	fixture_fini(&f);
}

/* conntrack -Z sets counters to 0. */
static void test_counters_fall(void **state)
{
	struct flow_info info;
	struct fixture f;

	(void)state;
	fixture_init(&f, roomy);
	dump(&f, 1, 10 * S, 1000000, 1000000);
	assert_int_equal(dump(&f, 1, 11 * S, 300, 1000000), UPSERT_CHANGED);
	look(&f, 1, 1, &info);
	assert_float(info.rate[DIR_ORIG], 300);
	assert_float(info.rate[DIR_REPLY], 0);
	assert_int_equal(info.bytes[DIR_ORIG], 300);
	fixture_fini(&f);
}

static void test_counters_absent(void **state)
{
	struct flow_info info;
	struct fixture f;

	(void)state;
	fixture_init(&f, roomy);
	for (uint32_t i = 1; i < 5; i++)
		put(&f, SAMPLE_DUMP, 1, 1, i * S);
	look(&f, 1, 1, &info);
	assert_false(info.has & (HAS_COUNTERS | HAS_RATE));
	/* Once known they stay known. */
	dump(&f, 2, S, 100, 100);
	dump(&f, 2, 2 * S, 200, 100);
	put(&f, SAMPLE_UPDATE, 2, 2, 2 * S + 1);
	put(&f, SAMPLE_DUMP, 2, 2, 3 * S);
	look(&f, 2, 2, &info);
	assert_int_equal(info.has & HAS_COUNTERS, HAS_COUNTERS);
	assert_int_equal(info.bytes[DIR_ORIG], 200);
	fixture_fini(&f);
}

static void test_ghosts_expire(void **state)
{
	struct fixture f;

	(void)state;
	fixture_init(&f, roomy); /* linger: 3 s */
	put(&f, SAMPLE_NEW, 1, 1, S);
	put(&f, SAMPLE_NEW, 2, 2, S);
	put(&f, SAMPLE_NEW, 3, 3, S);
	destroy(&f, 1, 1, 10 * S);
	destroy(&f, 2, 2, 11 * S);
	table_expire(f.table, 13 * S - 1, NO_LIMIT);
	assert_int_equal(walk(&f).n_ghosts, 2);
	table_expire(f.table, 13 * S, NO_LIMIT);
	assert_int_equal(walk(&f).n_ghosts, 1);
	assert_int_equal(look(&f, 1, 1, NULL), SLOT_FREE);
	assert_int_equal(look(&f, 2, 2, NULL), SLOT_GHOST);
	/* A DESTROY for one that has been forgotten. */
	assert_false(destroy(&f, 1, 1, 13 * S));
	table_expire(f.table, 100 * S, NO_LIMIT);
	assert_int_equal(walk(&f).n_ghosts, 0);
	assert_int_equal(walk(&f).n_live, 1);
	assert_int_equal(n_ends(&f), 2);
	fixture_fini(&f);
}

static void test_max_ghosts(void **state)
{
	struct table_config config = roomy;
	struct fixture f;

	(void)state;
	config.max_ghosts = 2;
	fixture_init(&f, config);
	for (uint32_t i = 0; i < 10; i++) {
		put(&f, SAMPLE_NEW, i, i, S);
		destroy(&f, i, i, 2 * S + i);
		assert_int_equal(walk(&f).n_ghosts, i < 1 ? 1 : 2);
	}
	assert_int_equal(look(&f, 7, 7, NULL), SLOT_FREE);
	assert_int_equal(look(&f, 8, 8, NULL), SLOT_GHOST);
	assert_int_equal(look(&f, 9, 9, NULL), SLOT_GHOST);
	fixture_fini(&f);
}

static void set_asked(struct fixture *f, uint32_t n)
{
	struct sample s = sample_make(SAMPLE_GET, n, n, 0);

	reader_lock();
	table_set_asked(f->table, table_find_live(f->table, &s.key));
	reader_unlock();
}

/* When there are enough ghosts, who lived for a moment does not become one,
 * unless there is more to be learned of it. */
static void test_fleeting(void **state)
{
	struct table_config config = roomy;
	struct fixture f;

	(void)state;
	config.max_ghosts = 2;
	fixture_init(&f, config);
	for (uint32_t i = 0; i < 6; i++)
		put(&f, SAMPLE_NEW, i, i, S);
	for (uint32_t i = 0; i < 3; i++)
		destroy(&f, i, i, S + i);
	assert_int_equal(f.n_end[END_DESTROYED], 3);
	assert_int_equal(look(&f, 0, 0, NULL), SLOT_GHOST);
	assert_int_equal(look(&f, 1, 1, NULL), SLOT_GHOST);
	assert_int_equal(look(&f, 2, 2, NULL), SLOT_FREE);
	assert_int_equal(walk(&f).n_live, 3);
	/* The same tuple and id again: a new life. */
	assert_int_equal(put(&f, SAMPLE_NEW, 2, 2, S), UPSERT_CREATED);
	assert_int_equal(look(&f, 2, 2, NULL), SLOT_LIVE);
	assert_true(destroy(&f, 2, 2, S + 3));
	assert_false(destroy(&f, 2, 2, S + 3));
	/* Its owner was asked for. */
	set_asked(&f, 3);
	destroy(&f, 3, 3, S + 4);
	assert_int_equal(look(&f, 3, 3, NULL), SLOT_GHOST);
	assert_int_equal(look(&f, 0, 0, NULL), SLOT_FREE);
	/* Its DESTROY may still come. */
	put(&f, SAMPLE_NEW, 4, 40, S + 5);
	assert_int_equal(f.n_end[END_REPLACED], 1);
	assert_int_equal(look(&f, 4, 4, NULL), SLOT_GHOST);
	assert_true(destroy(&f, 4, 4, S + 6));
	assert_int_equal(f.n_end[END_COMPLETED], 1);
	assert_int_equal(walk(&f).n_ghosts, 2);
	assert_int_equal(f.n_end[END_UNSEEN], 0);
	fixture_fini(&f);
}

/* It changes nothing, whether the table was told what comes. */
static void test_expect(void **state)
{
	enum { N = 40 };
	struct sample samples[N];
	struct fixture f;

	(void)state;
	fixture_init(&f, roomy);
	for (uint32_t i = 0; i < N; i++)
		samples[i] = sample_make(SAMPLE_NEW, i / 2, i / 2, S);
	put(&f, SAMPLE_NEW, 3, 3, S);
	reader_lock();
	table_expect(f.table, samples, N);
	reader_unlock();
	assert_int_equal(walk(&f).n_live, 1);
	for (uint32_t i = 0; i < N; i++) {
		assert_int_equal(samples[i].hash == samples[0].hash, i < 2);
		assert_int_equal(upsert(&f, &samples[i]) == UPSERT_CREATED,
				 i % 2 == 0 && i != 6);
		assert_int_equal(look(&f, i / 2, i / 2, NULL), SLOT_LIVE);
	}
	for (uint32_t i = 0; i < N; i += 2) {
		samples[i].kind = SAMPLE_DESTROY;
		assert_true(end(&f, &samples[i], END_DESTROYED));
	}
	assert_int_equal(walk(&f).n_ghosts, N / 2);
	fixture_fini(&f);
}

static void test_no_ghosts(void **state)
{
	struct table_config config[] = { roomy, roomy };
	struct fixture f;

	(void)state;
	config[0].max_ghosts = 0;
	config[1].linger_ns = 0;
	for (size_t i = 0; i < N_ELEMS(config); i++) {
		fixture_init(&f, config[i]);
		put(&f, SAMPLE_NEW, 1, 1, S);
		put(&f, SAMPLE_NEW, 2, 2, S);
		assert_true(destroy(&f, 1, 1, 2 * S));
		sweep(&f, table_generation_next(f.table), 2 * S);
		assert_int_equal(walk(&f).n_ghosts, 0);
		assert_int_equal(walk(&f).n_live, 0);
		assert_int_equal(f.n_end[END_DESTROYED], 1);
		assert_int_equal(f.n_end[END_GONE], 1);
		assert_int_equal(f.n_end[END_UNSEEN], 1);
		table_expire(f.table, 3 * S, NO_LIMIT);
		fixture_fini(&f);
	}
}

/* Many lives of one tuple: all linger, only the last two can be looked up. */
static void test_ghosts_of_one_key(void **state)
{
	struct fixture f;

	(void)state;
	fixture_init(&f, roomy);
	for (uint32_t id = 1; id <= 5; id++)
		put(&f, SAMPLE_NEW, 1, id, S + id);
	assert_int_equal(walk(&f).n_live, 1);
	assert_int_equal(walk(&f).n_ghosts, 4);
	assert_int_equal(look(&f, 1, 5, NULL), SLOT_LIVE);
	assert_int_equal(look(&f, 1, 4, NULL), SLOT_GHOST);
	table_expire(f.table, 100 * S, NO_LIMIT);
	assert_int_equal(walk(&f).n_ghosts, 0);
	assert_int_equal(look(&f, 1, 5, NULL), SLOT_LIVE);
	/* Also when the table is freed with all of them in it. */
	for (uint32_t id = 6; id <= 10; id++)
		put(&f, SAMPLE_NEW, 1, id, 200 * S + id);
	fixture_fini(&f);
}

/* A reader that holds on to a section, and lets go when told. */
struct holder {
	struct thread thread;
	struct fixture *f;
	uint32_t n;
	_Atomic int is_inside, may_leave;
	const struct flow *flow;
	bool is_intact, was_live, is_gone;
};

static void wait_for(_Atomic int *flag)
{
	while (!atomic_load(flag))
		clock_sleep_ns(NS_PER_MS);
}

static void holder_run(void *arg)
{
	struct holder *h = arg;
	struct sample s = sample_make(SAMPLE_GET, h->n, h->n, 0);
	struct flow_ref ref = { .key = s.key, .id = h->n };

	reader_register();
	reader_lock();
	h->flow = table_find(h->f->table, &ref);
	h->was_live = h->flow && !flow_is_ghost(h->flow);
	atomic_store(&h->is_inside, 1);
	wait_for(&h->may_leave);
	h->is_gone = h->flow && flow_is_ghost(h->flow);
	h->is_intact = h->flow && flow_key_equal(&h->flow->key, &s.key) &&
		       h->flow->id == h->n;
	reader_unlock();
	reader_unregister();
}

static uint32_t slot_of(struct fixture *f, uint32_t n)
{
	struct sample s = sample_make(SAMPLE_GET, n, n, 0);
	const struct flow *flow;
	uint32_t slot;

	reader_lock();
	flow = table_find_live(f->table, &s.key);
	assert_non_null(flow);
	slot = flow->slot;
	reader_unlock();
	return slot;
}

/* Neither the slot nor what is in it changes while somebody may look. */
static void test_slots_wait_for_readers(void **state)
{
	struct table_config config = roomy;
	struct holder h = { .n = 1 };
	struct fixture f;
	uint32_t slot;

	(void)state;
	config.max_ghosts = 0;
	fixture_init(&f, config);
	h.f = &f;
	put(&f, SAMPLE_NEW, 1, 1, S);
	slot = slot_of(&f, 1);
	thread_start(&h.thread, "holder", holder_run, &h);
	wait_for(&h.is_inside);
	destroy(&f, 1, 1, 2 * S);
	assert_int_equal(walk(&f).n_live, 0);
	for (uint32_t n = 2; n < 20; n++) {
		table_expire(f.table, 3 * S, NO_LIMIT);
		put(&f, SAMPLE_NEW, n, n, 3 * S);
		assert_int_not_equal(slot_of(&f, n), slot);
		clock_sleep_ns(NS_PER_MS);
	}
	atomic_store(&h.may_leave, 1);
	thread_join(&h.thread);
	assert_true(h.is_intact);
	assert_true(h.was_live);
	assert_true(h.is_gone); /* retired, and not live again by that */
	rcu_drain();
	table_expire(f.table, 4 * S, NO_LIMIT);
	put(&f, SAMPLE_NEW, 30, 30, 4 * S);
	assert_int_equal(slot_of(&f, 30), slot);
	fixture_fini(&f);
}

/* Chunks come when needed and go when empty. */
static void test_chunks(void **state)
{
	struct table_config config = roomy;
	size_t n_chunks;
	struct fixture f;

	(void)state;
	config.max_ghosts = 0;
	fixture_init(&f, config);
	for (int round = 0; round < 3; round++) {
		for (uint32_t i = 0; i < N_MANY; i++)
			assert_int_equal(put(&f, SAMPLE_NEW, i, i, S),
					 UPSERT_CREATED);
		assert_int_equal(walk(&f).n_live, N_MANY);
		reader_lock();
		n_chunks = table_directory(f.table)->n_chunks;
		reader_unlock();
		assert_int_equal(n_chunks, 4);
		for (uint32_t i = 0; i < N_MANY; i++)
			assert_true(destroy(&f, i, i, S));
		assert_int_equal(walk(&f).n_live, 0);
		for (int i = 0; i < 3; i++) {
			table_expire(f.table, S, NO_LIMIT);
			rcu_drain();
		}
		reader_lock();
		n_chunks = table_directory(f.table)->n_chunks;
		reader_unlock();
		/* The first one, wherever the last flow was. */
		assert_int_equal(n_chunks, 1);
	}
	fixture_fini(&f);
}

static size_t n_chunks_of(struct fixture *f)
{
	size_t n_chunks;

	for (int i = 0; i < 3; i++) {
		table_expire(f->table, S, NO_LIMIT);
		rcu_drain();
	}
	reader_lock();
	n_chunks = table_directory(f->table)->n_chunks;
	reader_unlock();
	return n_chunks;
}

/* The room that the next burst needs is there before; of many chunks one more
 * would not be worth it. */
static void test_reserve(void **state)
{
	struct fixture f;

	(void)state;
	fixture_init(&f, roomy);
	for (uint32_t i = 0; i < 20 * CHUNK_SLOTS; i++) {
		size_t n = i / CHUNK_SLOTS + 1;
		bool is_near = i % CHUNK_SLOTS >= CHUNK_SLOTS / 2;

		assert_int_equal(put(&f, SAMPLE_NEW, i, i, S), UPSERT_CREATED);
		if (i % 512)
			continue;
		assert_int_equal(n_chunks_of(&f), n + (n <= 16 && is_near));
	}
	fixture_fini(&f);
}

/* Where nothing else is left, numbers begin at 0 again, however high the last
 * one was. */
static void test_last_chunk(void **state)
{
	struct table_config config = roomy;
	struct fixture f;

	(void)state;
	config.max_ghosts = 0;
	fixture_init(&f, config);
	for (uint32_t i = 0; i < 3 * CHUNK_SLOTS; i++)
		put(&f, SAMPLE_NEW, i, i, S);
	/* One after the other, so that the first chunk goes as well. */
	for (uint32_t i = 0; i < 3 * CHUNK_SLOTS - 1; i++) {
		if (i % CHUNK_SLOTS != CHUNK_SLOTS - 1)
			destroy(&f, i, i, S);
	}
	n_chunks_of(&f);
	destroy(&f, CHUNK_SLOTS - 1, CHUNK_SLOTS - 1, S);
	destroy(&f, 2 * CHUNK_SLOTS - 1, 2 * CHUNK_SLOTS - 1, S);
	assert_int_equal(n_chunks_of(&f), 3);
	assert_false(table_trim(f.table, 4 * S));
	destroy(&f, 3 * CHUNK_SLOTS - 1, 3 * CHUNK_SLOTS - 1, S);
	assert_in_range(n_chunks_of(&f), 0, 1);
	assert_true(table_expire(f.table, S, NO_LIMIT));
	assert_false(table_trim(f.table, 5 * S));
	assert_true(table_trim(f.table, 6 * S));
	assert_false(table_expire(f.table, S, NO_LIMIT));
	assert_false(table_trim(f.table, 7 * S));
	fixture_fini(&f);
}

/* The last chunk stays for a moment: the next flow may come at once. */
static void test_trim(void **state)
{
	struct table_config config = roomy;
	uint64_t now_ns = S;
	struct fixture f;

	(void)state;
	config.max_ghosts = 0;
	fixture_init(&f, config);
	for (int breath = 0; breath < 20; breath++) {
		put(&f, SAMPLE_NEW, 1, 1, S);
		assert_false(table_trim(f.table, now_ns += S / 4));
		destroy(&f, 1, 1, S);
		assert_int_equal(n_chunks_of(&f), 1);
		assert_false(table_trim(f.table, now_ns += S / 4));
	}
	assert_true(table_trim(f.table, now_ns += S) ||
		    table_trim(f.table, now_ns += S));
	assert_int_equal(n_chunks_of(&f), 0);
	assert_false(table_trim(f.table, now_ns += S));
	put(&f, SAMPLE_NEW, 1, 1, S);
	assert_int_equal(walk(&f).n_live, 1);
	assert_int_equal(n_chunks_of(&f), 1);
	fixture_fini(&f);
}

static void test_extra(void **state)
{
	struct sample s = sample_make(SAMPLE_NEW, 1, 1, S);
	struct sample plain = sample_make(SAMPLE_UPDATE, 1, 1, 2 * S);
	struct flow_info info;
	struct fixture f;

	(void)state;
	fixture_init(&f, roomy);
	s.has |= HAS_LABELS | HAS_HELPER;
	s.labels_size = 8;
	s.labels[7] = 0x80;
	strcpy(s.helper, "ftp");
	upsert(&f, &s);
	assert_int_equal(upsert(&f, &plain), UPSERT_REFRESHED);
	look(&f, 1, 1, &info);
	assert_int_equal(info.has & (HAS_LABELS | HAS_HELPER | HAS_MASTER),
			 HAS_LABELS | HAS_HELPER);
	assert_string_equal(info.extra.helper, "ftp");
	assert_int_equal(info.extra.labels_size, 8);
	assert_int_equal(info.extra.labels[7], 0x80);
	/* One part comes, the others stay. */
	plain.has |= HAS_MASTER;
	plain.master = sample_make(SAMPLE_GET, 9, 9, 0).key;
	assert_int_equal(upsert(&f, &plain), UPSERT_CHANGED);
	assert_int_equal(upsert(&f, &plain), UPSERT_REFRESHED);
	look(&f, 1, 1, &info);
	assert_true(info.has & HAS_MASTER);
	assert_string_equal(info.extra.helper, "ftp");
	assert_true(flow_key_equal(&info.extra.master, &plain.master));
	/* A change, seen by whoever looks then. */
	s.kind = SAMPLE_UPDATE;
	s.labels[0] = 1;
	assert_int_equal(upsert(&f, &s), UPSERT_CHANGED);
	destroy(&f, 1, 1, 3 * S);
	look(&f, 1, 1, &info);
	assert_int_equal(info.extra.labels[0], 1);
	/* The next user of the slot has none. */
	table_expire(f.table, 10 * S, NO_LIMIT);
	rcu_drain();
	table_expire(f.table, 10 * S, NO_LIMIT);
	put(&f, SAMPLE_NEW, 2, 2, 11 * S);
	look(&f, 2, 2, &info);
	assert_int_equal(info.extra.labels_size, 0);
	assert_string_equal(info.extra.helper, "");
	fixture_fini(&f);
}

static void test_reclassify(void **state)
{
	struct flow_info info;
	struct fixture f;

	(void)state;
	fixture_init(&f, roomy);
	f.dir = FLOW_DIR_OUT;
	f.bits = FLOW_NEAR_REPLY;
	put(&f, SAMPLE_NEW, 1, 1, S);
	put(&f, SAMPLE_NEW, 2, 2, S);
	f.dir = FLOW_DIR_IN;
	f.bits = FLOW_LOOPBACK;
	f.n_classified = 0;
	table_reclassify(f.table);
	assert_int_equal(f.n_classified, 2);
	look(&f, 2, 2, &info);
	assert_int_equal(info.dir, FLOW_DIR_IN);
	assert_int_equal(info.has, HAS_BASE | FLOW_BORN_SEEN | FLOW_LOOPBACK);
	fixture_fini(&f);
}

static void test_live_at(void **state)
{
	struct fixture f;
	uint64_t slot = 0;
	uint32_t n = 0;

	(void)state;
	fixture_init(&f, roomy);
	for (uint32_t i = 0; i < 10; i++)
		put(&f, SAMPLE_NEW, i, i, S);
	for (uint32_t i = 0; i < 10; i += 3)
		destroy(&f, i, i, S);
	for (const struct flow *flow; (flow = table_live_at(f.table, &slot));
	     n++)
		assert_int_not_equal(flow->id % 3, 0);
	assert_int_equal(n, 6);
	assert_null(table_live_at(f.table, &slot));
	fixture_fini(&f);
}

/* Both ends of all flows here are two addresses: two numbers. */
static void test_hosts(void **state)
{
	struct table_cursor cursor;
	const struct flow *flow;
	struct fixture f;

	(void)state;
	fixture_init(&f, roomy);
	for (uint32_t i = 0; i < 10; i++)
		put(&f, SAMPLE_NEW, i, i, S);
	reader_lock();
	cursor = table_walk_begin(f.table);
	while ((flow = table_walk_next(&cursor))) {
		assert_true(flow->host[DIR_ORIG] < 2);
		assert_int_equal(flow->host[DIR_REPLY],
				 1 - flow->host[DIR_ORIG]);
	}
	reader_unlock();
	fixture_fini(&f);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_upsert_is_idempotent),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_changes_are_told),
		cmocka_unit_test(test_timeout),
		cmocka_unit_test(test_timeout_of_late_event),
		cmocka_unit_test(test_new_id_replaces),
		cmocka_unit_test(test_new_reply_replaces),
		cmocka_unit_test(test_keys_are_separate),
		cmocka_unit_test(test_destroy),
		cmocka_unit_test(test_destroy_unknown),
		cmocka_unit_test(test_ghost_has_no_rate),
		cmocka_unit_test(test_sweep),
		cmocka_unit_test(test_sweep_overlapping),
		cmocka_unit_test(test_sweep_in_slices),
		cmocka_unit_test(test_destroy_completes_swept),
		cmocka_unit_test(test_missing_and_gone),
		cmocka_unit_test(test_late_event_does_not_revive),
		cmocka_unit_test(test_max_flows),
		cmocka_unit_test(test_rates),
		cmocka_unit_test(test_smooth_ends),
		cmocka_unit_test(test_rate_from_birth),
		cmocka_unit_test(test_samples_too_close),
		cmocka_unit_test(test_counters_fall),
		cmocka_unit_test(test_counters_absent),
		cmocka_unit_test(test_ghosts_expire),
		cmocka_unit_test(test_max_ghosts),
		cmocka_unit_test(test_fleeting),
		cmocka_unit_test(test_expect),
		cmocka_unit_test(test_no_ghosts),
		cmocka_unit_test(test_ghosts_of_one_key),
		cmocka_unit_test(test_slots_wait_for_readers),
		cmocka_unit_test(test_chunks),
		cmocka_unit_test(test_reserve),
		cmocka_unit_test(test_last_chunk),
		cmocka_unit_test(test_trim),
		cmocka_unit_test(test_extra),
		cmocka_unit_test(test_reclassify),
		cmocka_unit_test(test_live_at),
		cmocka_unit_test(test_hosts),
	};

	return cmocka_run_group_tests_name("table", tests, group_setup,
					   group_teardown);
}

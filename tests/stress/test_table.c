// SPDX-License-Identifier: GPL-2.0-only
/*
 * The flow table under load: one writer as fast as it can, readers walking and
 * looking up all the while. Prints TAP.
 *
 *   test_table [SECONDS]
 *
 * Life @id of key number @n has everything that never changes computed from
 * the two, and counters that say which @n they belong to: whoever sees a slot
 * while its next user is written finds a mixture. The first N_FIXED keys stay
 * alive for ever, so every walk must meet them.
 */
#include "flow/writer.h"
#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/thread.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	N_READERS = 3,
	N_KEYS = 24000,
	N_FIXED = 500,
	MAX_FLOWS = 16000, /* is reached: some are rejected */
	MAX_GHOSTS = 3000,
	MAX_LIVES = 1 << 22, /* the writer stops at this id */
	BATCH = 64,          /* messages in one read-side section */
};

enum check {
	CHECK_FIXED,
	CHECK_COUNTERS,
	CHECK_EXTRA,
	CHECK_ONCE,
	CHECK_ALL,
	CHECK_BOUNDS,
	CHECK_FIND,
	CHECK_MODEL,
	CHECK_ENDS,
	CHECK_EMPTY,
	CHECKS,
};

static const char *const check_names[CHECKS] = {
	[CHECK_FIXED] = "a flow is whole",
	[CHECK_COUNTERS] = "counters belong to their flow",
	[CHECK_EXTRA] = "the cold part is whole",
	[CHECK_ONCE] = "no flow is met twice in one walk",
	[CHECK_ALL] = "a flow that stays is met in every walk",
	[CHECK_BOUNDS] = "numbers of flows and ghosts are in bounds",
	[CHECK_FIND] = "look-ups find what is there",
	[CHECK_MODEL] = "the table has what the writer put in",
	[CHECK_ENDS] = "every flow ended once",
	[CHECK_EMPTY] = "nothing is left, and memory is given back",
};

static _Atomic uint64_t n_failed[CHECKS];
static _Atomic uint64_t n_walks, n_met;

static void check(enum check what, bool is_right)
{
	if (!is_right)
		atomic_fetch_add_explicit(&n_failed[what], 1,
					  memory_order_relaxed);
}

/* What the writer shares with readers, beside the table. */
static struct table *table;
static _Atomic int is_over;
static counter_t n_created, n_ended; /* before a creation, before an end */

static uint64_t mix(uint64_t x)
{
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
	x = (x ^ x >> 27) * 0x94d049bb133111eb;
	return x ^ x >> 31;
}

static uint64_t random_next(uint64_t *state)
{
	return mix(*state += 0x9e3779b97f4a7c15);
}

static struct flow_key key_make(uint32_t n)
{
	struct flow_key key = { .family = FAMILY_IPV4,
				.proto = 17,
				.zone = (uint16_t)n };

	memcpy(key.tuple.src.byte, &n, sizeof(n));
	n = n % 1000;
	memcpy(key.tuple.dst.byte, &n, sizeof(n));
	return key;
}

static uint32_t key_number(const struct flow_key *key)
{
	uint32_t n;

	memcpy(&n, key->tuple.src.byte, sizeof(n));
	return n;
}

static struct sample sample_make(enum sample_kind kind, uint32_t n, uint32_t id,
				 uint64_t now_ns)
{
	uint64_t sum = mix((uint64_t)n << 32 | id);
	struct sample s = {
		.kind = kind,
		.has = HAS_ID | HAS_REPLY | HAS_ZONE_REPLY,
		.mono_ns = now_ns,
		.id = id,
		.key = key_make(n),
		.zone_reply = (uint16_t)(sum >> 32),
	};

	s.reply.src = s.key.tuple.dst;
	s.reply.dst = s.key.tuple.src;
	s.reply.sport = (uint16_t)sum;
	s.reply.dport = (uint16_t)(sum >> 16);
	return s;
}

/* ------------------------------------------------------------- readers */

struct reader {
	struct thread thread;
	uint16_t *met; /* by id: the last walk that met it */
	uint16_t walk;
	uint64_t random;
};

/* All fields that are the same for the whole life of a flow. */
static bool is_whole(const struct flow *flow)
{
	uint32_t n = key_number(&flow->key);
	struct sample s = sample_make(SAMPLE_GET, n, flow->id, 0);

	return n < N_KEYS && flow->id && flow->id < MAX_LIVES &&
	       flow_key_equal(&flow->key, &s.key) &&
	       tuple_equal(&flow->reply, &s.reply) &&
	       flow->zone_reply == s.zone_reply &&
	       flow->hot.family == FAMILY_IPV4 && flow->hot.proto == 17;
}

static uint64_t counter_value(uint32_t n, uint64_t steps)
{
	return steps << 16 | (n & 0xffff);
}

static bool has_own_counters(const struct flow_info *info, uint32_t n)
{
	for (int dir = 0; dir < DIR_MAX; dir++) {
		if (info->bytes[dir] && (info->bytes[dir] & 0xffff) != n)
			return false;
		if (info->packets[dir] && (info->packets[dir] & 0xffff) != n)
			return false;
	}
	return true;
}

/* All labels are the same byte, and the helper says which. */
static void extra_make(struct sample *s, uint8_t byte)
{
	s->has |= HAS_LABELS | HAS_HELPER | HAS_MASTER;
	s->labels_size = LABELS_SIZE;
	memset(s->labels, byte, sizeof(s->labels));
	snprintf(s->helper, sizeof(s->helper), "h%u", byte);
	s->master = s->key;
}

static bool is_extra_whole(const struct flow_info *info)
{
	struct sample s = { .key = info->key };

	if (!info->extra.labels_size)
		return true;
	extra_make(&s, info->extra.labels[0]);
	return !memcmp(info->extra.labels, s.labels, LABELS_SIZE) &&
	       !strcmp(info->extra.helper, s.helper) &&
	       flow_key_equal(&info->extra.master, &info->key);
}

static void flow_check(const struct flow *flow)
{
	struct flow_info info;

	check(CHECK_FIXED, is_whole(flow));
	flow_read(flow, &info);
	check(CHECK_COUNTERS, has_own_counters(&info, key_number(&flow->key)));
	check(CHECK_EXTRA, is_extra_whole(&info));
}

static void reader_walk(struct reader *r)
{
	uint64_t created = counter_get(&n_created);
	uint64_t ended = counter_get(&n_ended);
	unsigned int n_live = 0, n_ghosts = 0, n_fixed = 0;
	struct table_cursor cursor = table_walk_begin(table);
	const struct flow *flow;

	if (!++r->walk) {
		memset(r->met, 0, MAX_LIVES * sizeof(*r->met));
		r->walk = 1;
	}
	while ((flow = table_walk_next(&cursor))) {
		uint32_t id = flow->id % MAX_LIVES;

		flow_check(flow);
		check(CHECK_ONCE, r->met[id] != r->walk);
		r->met[id] = r->walk;
		if (flow_is_ghost(flow))
			n_ghosts++;
		else
			n_live++;
		if (key_number(&flow->key) < N_FIXED)
			n_fixed++;
	}
	created = counter_get(&n_created) - created;
	ended = counter_get(&n_ended) - ended;
	check(CHECK_ALL, n_fixed == N_FIXED);
	check(CHECK_BOUNDS, n_live <= MAX_FLOWS + created + 1 &&
				    n_ghosts <= MAX_GHOSTS + ended + 1);
	atomic_fetch_add_explicit(&n_walks, 1, memory_order_relaxed);
	atomic_fetch_add_explicit(&n_met, n_live + n_ghosts,
				  memory_order_relaxed);
}

static void reader_find(struct reader *r)
{
	uint32_t n = random_next(&r->random) % N_KEYS;
	struct flow_ref ref = { .key = key_make(n), .id = n + 1 };
	const struct flow *flow;

	/* Fixed ones have the id of their number; the others may be gone. */
	flow = table_find(table, &ref);
	if (n < N_FIXED)
		check(CHECK_FIND, flow && !flow_is_ghost(flow));
	if (flow) {
		flow_check(flow);
		check(CHECK_FIND,
		      flow->id == ref.id && key_number(&flow->key) == n);
	}
}

static void reader_run(void *arg)
{
	struct reader *r = arg;

	reader_register();
	while (!atomic_load(&is_over)) {
		reader_lock();
		reader_walk(r);
		reader_unlock();
		for (int i = 0; i < 20; i++) {
			reader_lock();
			for (int j = 0; j < 50; j++)
				reader_find(r);
			reader_unlock();
		}
	}
	reader_unregister();
}

/* ------------------------------------------------------------- writer */

struct writer {
	uint32_t *id; /* by key number: the life it has; 0 none */
	uint8_t *steps;
	uint32_t last_id;
	uint32_t n_live;
	uint64_t now_ns;
	uint64_t n_ends[END_UNSEEN + 1];
	uint64_t n_samples;
	uint64_t random;
};

static void on_end(void *ctx, const struct flow *flow, enum end_reason reason)
{
	struct writer *w = ctx;

	w->n_ends[reason]++;
	check(CHECK_FIXED, is_whole(flow));
	if (reason <= END_REPLACED)
		counter_add(&n_ended, 1);
}

static uint8_t on_classify(void *ctx, const struct flow_key *key,
			   const struct tuple *reply, uint32_t *bits)
{
	(void)ctx;
	(void)reply;
	*bits |= key->zone & 1 ? FLOW_LOOPBACK : 0;
	return FLOW_DIR_OUT;
}

static void counters_make(struct writer *w, struct sample *s, uint32_t n)
{
	s->has |= HAS_COUNTERS;
	w->steps[n]++;
	for (int dir = 0; dir < DIR_MAX; dir++) {
		s->bytes[dir] = counter_value(n, w->steps[n]);
		s->packets[dir] = counter_value(n, w->steps[n]);
	}
}

/* A message about the present life of @n. */
static struct sample sample_of(struct writer *w, enum sample_kind kind,
			       uint32_t n)
{
	struct sample s = sample_make(kind, n, w->id[n], w->now_ns);

	if (kind == SAMPLE_DUMP || kind == SAMPLE_DESTROY)
		counters_make(w, &s, n);
	if (n % 5 == 0)
		extra_make(&s, (uint8_t)(w->now_ns >> 20 & 7));
	return s;
}

static void writer_create(struct writer *w, uint32_t n, uint32_t id)
{
	uint32_t old = w->id[n];
	struct sample s;
	enum upsert_result result;

	w->id[n] = id;
	s = sample_of(w, id & 1 ? SAMPLE_NEW : SAMPLE_DUMP, n);
	counter_add(&n_created, 1);
	result = table_upsert(table, &s);
	check(CHECK_MODEL,
	      result == UPSERT_CREATED || (result == UPSERT_REJECTED && !old &&
					   w->n_live == MAX_FLOWS));
	if (result == UPSERT_REJECTED)
		w->id[n] = 0;
	else if (!old)
		w->n_live++;
}

static void writer_end(struct writer *w, uint32_t n)
{
	struct sample s = sample_of(w, SAMPLE_DESTROY, n);

	check(CHECK_MODEL, table_end(table, &s, END_DESTROYED));
	w->id[n] = 0;
	w->n_live--;
}

static void writer_message(struct writer *w)
{
	uint64_t random = random_next(&w->random);
	uint32_t n = (uint32_t)(random >> 32) % N_KEYS;
	unsigned int dice = random % 100;
	struct sample s;

	w->now_ns += 100000;
	w->n_samples++;
	if (!w->id[n]) {
		writer_create(w, n, ++w->last_id);
	} else if (dice < 25 && n >= N_FIXED) {
		writer_end(w, n);
	} else if (dice < 35 && n >= N_FIXED) {
		writer_create(w, n, ++w->last_id);
	} else if (dice < 40) {
		/* The end of a life that nobody has seen. */
		s = sample_make(SAMPLE_DESTROY, n, MAX_LIVES - 1, w->now_ns);
		check(CHECK_MODEL, !table_end(table, &s, END_DESTROYED));
	} else {
		s = sample_of(w, dice < 70 ? SAMPLE_DUMP : SAMPLE_UPDATE, n);
		check(CHECK_MODEL, table_upsert(table, &s) <= UPSERT_CHANGED);
	}
}

/* A listing that lacks some flows, and the sweep in slices. */
static void writer_listing(struct writer *w)
{
	uint32_t generation = table_generation_next(table);
	uint32_t missing = (uint32_t)random_next(&w->random) % 7 + 3;
	bool has_more;

	for (uint32_t n = 0; n < N_KEYS;) {
		reader_lock();
		for (int i = 0; i < BATCH && n < N_KEYS; i++, n++) {
			struct sample s;

			if (!w->id[n])
				continue;
			if (n >= N_FIXED && n % missing == 0) {
				w->id[n] = 0;
				w->n_live--;
				continue;
			}
			s = sample_of(w, SAMPLE_DUMP, n);
			table_upsert(table, &s);
		}
		reader_unlock();
	}
	table_sweep_begin(table, generation);
	do {
		reader_lock();
		has_more = table_sweep_step(table, w->now_ns, 0);
		reader_unlock();
	} while (has_more);
	check(CHECK_MODEL, table_n_live(table) == w->n_live);
}

static void writer_run(struct writer *w, uint64_t seconds)
{
	uint64_t until_ns = clock_mono_ns() + seconds * NS_PER_S;
	unsigned int round = 0;

	while (clock_mono_ns() < until_ns &&
	       w->last_id < MAX_LIVES - 1 - BATCH) {
		reader_lock();
		for (int i = 0; i < BATCH; i++)
			writer_message(w);
		reader_unlock();
		if (++round % 16 == 0)
			table_expire(table, w->now_ns, UINT64_MAX);
		if (round % 1024 == 0)
			writer_listing(w);
		if (round % 1500 == 0)
			table_reclassify(table);
	}
}

/* Before readers start; ids are the numbers plus one. */
static void writer_fill(struct writer *w)
{
	reader_lock();
	for (uint32_t n = 0; n < N_FIXED; n++)
		writer_create(w, n, n + 1);
	reader_unlock();
	w->last_id = N_KEYS;
}

static void writer_compare(const struct writer *w)
{
	uint32_t n_live = 0;

	reader_lock();
	for (uint32_t n = 0; n < N_KEYS; n++) {
		struct flow_key key = key_make(n);
		const struct flow *flow = table_find_live(table, &key);

		check(CHECK_MODEL, flow ? flow->id == w->id[n] : !w->id[n]);
		if (flow) {
			flow_check(flow);
			n_live++;
		}
	}
	reader_unlock();
	check(CHECK_MODEL, n_live == w->n_live);
	check(CHECK_MODEL, n_live == table_n_live(table));
	check(CHECK_MODEL, table_n_ghosts(table) <= MAX_GHOSTS);
}

static size_t chunks_in_use(void)
{
	const struct flow_directory *directory;
	size_t n = 0;

	reader_lock();
	directory = table_directory(table);
	for (size_t i = 0; i < directory->n_chunks; i++)
		n += directory->chunk[i] != NULL;
	reader_unlock();
	return n;
}

static void writer_empty(struct writer *w)
{
	struct table_cursor cursor;
	uint64_t n_ends;

	reader_lock();
	for (uint32_t n = 0; n < N_KEYS; n++)
		if (w->id[n])
			writer_end(w, n);
	reader_unlock();
	w->now_ns += 3600 * NS_PER_S;
	/* Slots need one grace period, then their chunks another. */
	for (int i = 0; i < 3; i++) {
		table_expire(table, w->now_ns, UINT64_MAX);
		rcu_drain();
	}
	check(CHECK_EMPTY, !table_n_live(table) && !table_n_ghosts(table));
	check(CHECK_EMPTY, chunks_in_use() <= 2);
	reader_lock();
	cursor = table_walk_begin(table);
	check(CHECK_EMPTY, !table_walk_next(&cursor));
	reader_unlock();
	n_ends = w->n_ends[END_DESTROYED] + w->n_ends[END_GONE] +
		 w->n_ends[END_REPLACED];
	check(CHECK_ENDS, n_ends == counter_get(&n_ended));
	check(CHECK_ENDS,
	      w->n_ends[END_GONE] + w->n_ends[END_REPLACED] ==
		      w->n_ends[END_COMPLETED] + w->n_ends[END_UNSEEN]);
}

static int report(const struct writer *w)
{
	int n_bad = 0;

	printf("1..%d\n", CHECKS);
	for (int i = 0; i < CHECKS; i++) {
		bool is_bad = n_failed[i] > 0;

		printf("%sok %d - %s\n", is_bad ? "not " : "", i + 1,
		       check_names[i]);
		if (is_bad)
			printf("# %llu times\n",
			       (unsigned long long)n_failed[i]);
		n_bad += is_bad;
	}
	printf("# %llu messages, %u lives; %llu walks met %llu flows\n",
	       (unsigned long long)w->n_samples, w->last_id - N_KEYS,
	       (unsigned long long)n_walks, (unsigned long long)n_met);
	return n_bad ? EXIT_FAILURE : EXIT_SUCCESS;
}

static void readers_start(struct reader *reader)
{
	for (uint32_t i = 0; i < N_READERS; i++) {
		reader[i].met = xcalloc(MAX_LIVES, sizeof(*reader[i].met));
		reader[i].walk = 0;
		reader[i].random = i;
		if (thread_start(&reader[i].thread, "reader", reader_run,
				 &reader[i]))
			abort();
	}
}

static void readers_stop(struct reader *reader)
{
	atomic_store(&is_over, 1);
	for (uint32_t i = 0; i < N_READERS; i++) {
		thread_join(&reader[i].thread);
		free(reader[i].met);
	}
}

int main(int argc, char **argv)
{
	struct table_config config = { .max_flows = MAX_FLOWS,
				       .n_expected = 100, /* has to grow */
				       .linger_ns = NS_PER_S,
				       .max_ghosts = MAX_GHOSTS };
	struct writer w = { .now_ns = NS_PER_S, .random = 1 };
	struct table_hooks hooks = { .ctx = &w,
				     .end = on_end,
				     .classify = on_classify };
	struct reader reader[N_READERS];

	reader_register();
	w.id = xcalloc(N_KEYS, sizeof(*w.id));
	w.steps = xcalloc(N_KEYS, sizeof(*w.steps));
	table = table_new(&config, &hooks);
	if (!table)
		abort();
	writer_fill(&w);
	readers_start(reader);
	writer_run(&w, argc > 1 ? strtoull(argv[1], NULL, 10) : 3);
	readers_stop(reader);
	writer_compare(&w);
	writer_empty(&w);
	table_free(table);
	free(w.id);
	free(w.steps);
	rcu_drain();
	reader_unregister();
	return report(&w);
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Processes under load: one writer who gives flows to processes that end at
 * once, so that numbers are used again all the time, and readers who look up
 * whose each flow is. Prints TAP.
 *
 *   test_procs [SECONDS]
 *
 * The flow with an id belongs to the process with that pid, and the name of a
 * process is its pid: whoever finds another one behind the number of a flow has
 * a wrong owner.
 */
#include "flow/procs.h"
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
	N_FLOWS = 4000, /* that live at a time */
	BATCH = 64,
	KEPT = 8,        /* references that a reader holds */
	ENOUGH = 131072, /* processes, twice as many as there are numbers */
	LONGEST_S = 60,
};

static struct table *table;
static _Atomic int is_over;
static _Atomic uint64_t n_wrong, n_torn, n_walks, n_met, n_unknown;

static void add(_Atomic uint64_t *n, uint64_t more)
{
	atomic_fetch_add_explicit(n, more, memory_order_relaxed);
}

static bool is_whole(const struct proc_fact *fact)
{
	char name[PROC_COMM_SIZE];

	snprintf(name, sizeof(name), "%u", fact->pid);
	return fact->starttime == fact->pid && !strcmp(fact->comm, name);
}

static bool is_there(const struct flow *flow)
{
	uint8_t state = subscribe(&flow->hot.slot);

	return state == SLOT_LIVE || state == SLOT_GHOST;
}

static void look_at(const struct flow *flow)
{
	uint16_t number = counter_get(&flow->hot.proc);
	const struct proc_fact *fact;
	struct proc_past past;

	if (number == PROC_NONE || number == PROC_OTHERS) {
		add(&n_unknown, 1);
		return;
	}
	fact = procs_peek(table_procs(table), number);
	/* While it was looked at it may have ended, and its process have been
	 * forgotten. */
	if (!fact && !is_there(flow))
		add(&n_unknown, 1);
	else if (!fact || fact->pid != flow->id)
		add(&n_wrong, 1);
	else if (!is_whole(fact))
		add(&n_torn, 1);
	procs_past(table_procs(table), number, &past);
}

/* As rows do: a reference outlives the read lock. */
static void keep(const struct proc_fact **kept, uint16_t number)
{
	const struct proc_fact **slot = &kept[number % KEPT];

	if (*slot && !is_whole(*slot))
		add(&n_torn, 1);
	proc_fact_put(*slot);
	reader_lock();
	*slot = proc_fact_get(procs_peek(table_procs(table), number));
	reader_unlock();
}

static void reader_run(void *arg)
{
	const struct proc_fact *kept[KEPT] = { NULL };
	uint16_t number = 0;

	(void)arg;
	reader_register();
	while (!atomic_load(&is_over)) {
		struct table_cursor cursor;
		const struct flow *flow;
		uint64_t n = 0;

		reader_lock();
		cursor = table_walk_begin(table);
		for (; (flow = table_walk_next(&cursor)); n++)
			look_at(flow);
		reader_unlock();
		for (int i = 0; i < 1000; i++)
			keep(kept, number++);
		add(&n_met, n);
		add(&n_walks, 1);
	}
	for (int i = 0; i < KEPT; i++)
		proc_fact_put(kept[i]);
	reader_unregister();
}

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
	return FLOW_DIR_OUT;
}

static struct sample sample_make(enum sample_kind kind, uint32_t id,
				 uint64_t now_ns)
{
	struct sample s = {
		.kind = kind,
		.has = HAS_ID | HAS_COUNTERS,
		.mono_ns = now_ns,
		.id = id,
		.key = { .family = FAMILY_IPV4, .proto = 17 },
		.bytes = { 3, 5 },
	};

	memcpy(s.key.tuple.src.byte, &id, sizeof(id));
	return s;
}

static void tell(uint8_t what, uint32_t id, const struct flow_handle *flow)
{
	struct proc_fact *proc = proc_fact_new();
	struct owner_fact fact = { .fact = what,
				   .kind = OWNER_LOCAL,
				   .proc = proc };

	if (!proc)
		abort();
	proc->pid = id;
	proc->starttime = id;
	snprintf(proc->comm, sizeof(proc->comm), "%u", id);
	/* Each fact says something else than the one before. */
	snprintf(proc->command, sizeof(proc->command), "%u", what + 1U);
	if (flow)
		fact.flow = *flow;
	table_own(table, &fact);
	proc_fact_put(proc);
}

static void begin(uint32_t id, uint64_t now_ns)
{
	struct sample s = sample_make(SAMPLE_NEW, id, now_ns);
	struct owner_job job;

	table_upsert(table, &s);
	table_job(table_find_live(table, &s.key), &job);
	tell(FACT_OWNER, id, &job.flow);
	tell(FACT_PROC, id, NULL);
	tell(FACT_PROC_ENDED, id, NULL);
}

static void end(uint32_t id, uint64_t now_ns)
{
	struct sample s = sample_make(SAMPLE_DESTROY, id, now_ns);

	table_end(table, &s, END_DESTROYED);
}

/* Return: the last id. */
/* For so long, and until numbers must have been used again; a machine that has
 * much else to do needs longer for that. */
static uint32_t writer_run(uint64_t seconds)
{
	uint64_t until_ns = clock_mono_ns() + seconds * NS_PER_S;
	uint64_t end_ns = until_ns + LONGEST_S * NS_PER_S;
	uint32_t id = 0;
	uint64_t now_ns = NS_PER_S;

	while (clock_mono_ns() < (id < ENOUGH ? end_ns : until_ns)) {
		reader_lock();
		for (int i = 0; i < BATCH; i++) {
			begin(++id, now_ns += 1000);
			if (id > N_FLOWS)
				end(id - N_FLOWS, now_ns);
		}
		reader_unlock();
		table_expire(table, now_ns, UINT64_MAX);
	}
	return id;
}

/* Whatever number it had, what a process has transferred is there. */
static bool is_all_there(uint32_t n_ended)
{
	const struct procs *procs = table_procs(table);
	struct proc_past sum = { 0 };

	reader_lock();
	for (uint32_t n = PROC_OTHERS; n < procs_limit(procs); n++) {
		struct proc_past past;

		procs_past(procs, (uint16_t)n, &past);
		sum.rx += past.rx;
		sum.tx += past.tx;
		sum.flows += past.flows;
	}
	reader_unlock();
	return sum.flows == n_ended && sum.tx == 3ULL * n_ended &&
	       sum.rx == 5ULL * n_ended;
}

static int result(int number, bool is_right, const char *what)
{
	printf("%sok %d - %s\n", is_right ? "" : "not ", number, what);
	return is_right ? 0 : 1;
}

int main(int argc, char **argv)
{
	struct table_config config = { .max_flows = 1000000,
				       .n_expected = N_FLOWS,
				       .linger_ns = 1000000,
				       .max_ghosts = 1000 };
	struct table_hooks hooks = { .end = on_end, .classify = on_classify };
	struct thread thread[N_READERS];
	uint32_t last;
	int n_bad = 0;

	reader_register();
	table = table_new(&config, &hooks);
	if (!table)
		abort();
	for (int i = 0; i < N_READERS; i++)
		if (thread_start(&thread[i], "reader", reader_run, NULL))
			abort();
	last = writer_run(argc > 1 ? strtoull(argv[1], NULL, 10) : 3);
	atomic_store(&is_over, 1);
	for (int i = 0; i < N_READERS; i++)
		thread_join(&thread[i]);
	puts("1..5");
	n_bad += result(1, !n_wrong, "no flow has the process of another");
	n_bad += result(2, !n_torn, "what is known of a process is whole");
	n_bad += result(3, n_walks && n_met > n_unknown, "readers have looked");
	n_bad += result(4, procs_limit(table_procs(table)) < last / 2,
			"numbers were used again");
	n_bad += result(5, is_all_there(last - N_FLOWS),
			"what ended flows have moved is all there");
	printf("# %u processes; %llu walks met %llu flows, %llu without\n",
	       last, (unsigned long long)n_walks, (unsigned long long)n_met,
	       (unsigned long long)n_unknown);
	table_free(table);
	rcu_drain();
	reader_unregister();
	return n_bad ? EXIT_FAILURE : EXIT_SUCCESS;
}

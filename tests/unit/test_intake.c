// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whose owners the collector asks for, and what it does with the answers.
 *
 * The worker is played here: what is defined in a test, the linker does not
 * take from the library.
 */
#include "enrich/owners.h"
#include "flow/procs.h"
#include "flow/writer.h"
#include "lib/clock.h"
#include "lib/queue.h"
#include "source/source.h"
#include "unit/unit.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "collector.h"
#include "intake.h"

#define MAX_JOBS 20000

struct owners {
	struct owner_job jobs[MAX_JOBS];
	size_t n_jobs, max_jobs, n_sent;
	_Atomic uint64_t n_pending; /* read by the collector */
	struct owner_fact facts[1000];
	size_t n_facts;
	int fd, alone_fd;
};

static struct owners worker;

bool owners_ask(struct owners *o, const struct owner_job *job)
{
	assert_ptr_equal(o, &worker);
	if (o->n_jobs == o->max_jobs)
		return false;
	o->jobs[o->n_jobs++] = *job;
	o->n_pending++;
	return true;
}

void owners_send(struct owners *o)
{
	o->n_sent = o->n_jobs;
}

int owners_fd(const struct owners *o)
{
	return o->fd;
}

size_t owners_take(struct owners *o, struct owner_fact *facts, size_t max)
{
	size_t n = o->n_facts < max ? o->n_facts : max;

	memcpy(facts, o->facts, n * sizeof(*facts));
	o->n_facts -= n;
	memmove(o->facts, o->facts + n, o->n_facts * sizeof(*facts));
	return n;
}

uint64_t owners_pending(const struct owners *o)
{
	return o->n_pending;
}

void owners_trim(struct owners *owners)
{
	(void)owners;
}

int owners_alone_fd(const struct owners *o)
{
	return o->alone_fd;
}

static struct intake in;
static struct collector_config config;

static int begin(void **state)
{
	(void)state;
	memset(&worker, 0, sizeof(worker));
	worker.max_jobs = MAX_JOBS;
	worker.fd = -1;
	config = (struct collector_config){
		.max_flows = 100000,
		.linger_ns = 3 * NS_PER_S,
		.owners = &worker,
	};
	assert_int_equal(intake_init(&in, &config), 0);
	counter_set(&in.health.now_ns, 10 * NS_PER_S);
	return 0;
}

static int finish(void **state)
{
	(void)state;
	intake_fini(&in);
	rcu_drain();
	return 0;
}

/* From 192.168.0.1 to 10.0.0.1. */
static struct sample sample_make(enum sample_kind kind, uint32_t n)
{
	struct sample s = {
		.kind = kind,
		.has = HAS_ID | HAS_REPLY,
		.mono_ns = 10 * NS_PER_S,
		.id = n,
		.key = { .family = FAMILY_IPV4, .proto = IPPROTO_UDP },
	};

	s.key.tuple.src = (struct addr){ .byte = { 192, 168, 0, 1 } };
	s.key.tuple.dst = (struct addr){ .byte = { 10, 0, 0, 1 } };
	s.key.tuple.sport = (uint16_t)n;
	s.key.tuple.dport = (uint16_t)(n >> 16);
	s.reply.src = s.key.tuple.dst;
	s.reply.dst = s.key.tuple.src;
	s.reply.sport = s.key.tuple.dport;
	s.reply.dport = s.key.tuple.sport;
	return s;
}

static void see(enum sample_kind kind, uint32_t n)
{
	struct sample s = sample_make(kind, n);

	in.sink.sample(in.sink.ctx, &s);
}

static void see_address(uint8_t first)
{
	struct own_addr addr = { .family = FAMILY_IPV4, .prefix = 24 };

	addr.addr.byte[0] = first;
	addr.addr.byte[1] = first == 192 ? 168 : 0;
	addr.addr.byte[3] = 1;
	in.sink.own_addr(in.sink.ctx, &addr, true, NULL);
}

static uint64_t health_pending(void)
{
	return counter_get(&in.health.owners_pending);
}

static void test_each_is_asked_once(void **state)
{
	(void)state;
	see(SAMPLE_NEW, 1);
	see(SAMPLE_UPDATE, 1);
	see(SAMPLE_DUMP, 2);
	see(SAMPLE_DUMP, 2);
	see(SAMPLE_DESTROY, 1);
	/* Never in the table. */
	see(SAMPLE_DESTROY, 3);
	assert_int_equal(worker.n_jobs, 2);
	assert_int_equal(worker.jobs[0].flow.id, 1);
	assert_int_equal(worker.jobs[1].flow.id, 2);
	assert_int_equal(worker.jobs[1].orig.sport, 2);
	assert_int_equal(worker.n_sent, 0);
	assert_false(intake_own(&in));
	assert_int_equal(worker.n_jobs, 2);
	assert_int_equal(worker.n_sent, 2);
}

/* Several at a time are taken in one after the other. */
static void test_samples(void **state)
{
	struct sample samples[] = {
		sample_make(SAMPLE_NEW, 1),     sample_make(SAMPLE_UPDATE, 1),
		sample_make(SAMPLE_DESTROY, 1), sample_make(SAMPLE_NEW, 1),
		sample_make(SAMPLE_NEW, 2),     sample_make(SAMPLE_DESTROY, 3),
	};

	(void)state;
	in.sink.samples(in.sink.ctx, samples, N_ELEMS(samples));
	assert_int_equal(worker.n_jobs, 3);
	assert_int_equal(counter_get(&in.health.new_flows), 3);
	assert_int_equal(counter_get(&in.health.ended_flows), 2);
	assert_int_equal(counter_get(&in.health.n_live), 2);
}

static void test_over_max_flows(void **state)
{
	(void)state;
	config.max_flows = 0;
	intake_fini(&in);
	assert_int_equal(intake_init(&in, &config), 0);
	see(SAMPLE_NEW, 1);
	assert_int_equal(worker.n_jobs, 0);
	assert_int_equal(health_pending(), 0);
}

static void test_nobody_to_ask(void **state)
{
	(void)state;
	config.owners = NULL;
	see(SAMPLE_NEW, 1);
	assert_false(intake_own(&in));
	assert_int_equal(worker.n_jobs, 0);
	assert_int_equal(health_pending(), 0);
}

/* The pending ones are told at once, so that nobody takes the table for
 * complete without owners. */
static void test_pending(void **state)
{
	(void)state;
	see(SAMPLE_NEW, 1);
	assert_int_equal(health_pending(), 1);
	worker.max_jobs = 1;
	see(SAMPLE_NEW, 2);
	assert_int_equal(health_pending(), 2);
	assert_true(intake_own(&in));
	assert_int_equal(health_pending(), 2);
	worker.max_jobs = 2;
	assert_false(intake_own(&in));
	assert_int_equal(worker.n_jobs, 2);
	assert_int_equal(health_pending(), 2);
	worker.n_pending = 0;
	intake_own(&in);
	assert_int_equal(health_pending(), 0);
}

/* Half of the room is kept for those that begin. */
static void test_who_goes_first(void **state)
{
	(void)state;
	for (uint32_t n = 1; n <= OWNERS_JOBS; n++)
		see(SAMPLE_DUMP, n);
	assert_int_equal(worker.n_jobs, OWNERS_JOBS / 2);
	see(SAMPLE_NEW, 50000);
	assert_int_equal(worker.n_jobs, OWNERS_JOBS / 2 + 1);
	assert_int_equal(worker.jobs[OWNERS_JOBS / 2].flow.id, 50000);
	assert_true(intake_own(&in));
	assert_int_equal(worker.n_jobs, OWNERS_JOBS / 2 + 1);
	/* The others, when there is room: each once, and in no hurry. */
	worker.n_pending = 0;
	while (intake_own(&in))
		assert_true(worker.n_jobs <= OWNERS_JOBS + 1);
	assert_int_equal(worker.n_jobs, OWNERS_JOBS + 1);
	for (size_t i = OWNERS_JOBS / 2 + 1; i <= OWNERS_JOBS; i++)
		assert_int_equal(worker.jobs[i].flow.id, i);
}

static struct owner_fact *answer(size_t job, uint32_t pid)
{
	struct owner_fact *fact = &worker.facts[worker.n_facts++];
	struct proc_fact *proc = proc_fact_new();

	proc->pid = proc->starttime = pid;
	*fact = (struct owner_fact){ .fact = FACT_OWNER,
				     .kind = OWNER_LOCAL,
				     .flow = worker.jobs[job].flow,
				     .proc = proc };
	return fact;
}

static void test_answers(void **state)
{
	const struct proc_fact *proc;
	uint64_t version;
	uint64_t slot = 0;

	(void)state;
	for (uint32_t n = 1; n <= 200; n++)
		see(SAMPLE_NEW, n);
	for (uint32_t n = 0; n < 200; n++)
		answer(n, 7);
	proc = proc_fact_get(worker.facts[0].proc);
	version = counter_get(&in.health.version);
	intake_own(&in);
	assert_int_equal(worker.n_facts, 0);
	assert_true(counter_get(&in.health.version) > version);
	for (int n = 0; n < 200; n++) {
		const struct flow *flow = table_live_at(in.table, &slot);

		assert_int_equal(counter_get(&flow->hot.proc), 2);
	}
	assert_ptr_equal(procs_peek(table_procs(in.table), 2), proc);
	/* Ours and the table's: what was taken was given back. */
	assert_int_equal(proc->refs, 2);
	proc_fact_put(proc);
	/* Nothing new. */
	answer(0, 7);
	version = counter_get(&in.health.version);
	intake_own(&in);
	assert_int_equal(counter_get(&in.health.version), version);
}

static void test_asked_again(void **state)
{
	(void)state;
	see(SAMPLE_NEW, 1);
	assert_int_equal(worker.jobs[0].near, NEAR_NONE);
	see_address(192);
	intake_own(&in);
	assert_int_equal(worker.n_jobs, 2);
	assert_int_equal(worker.jobs[1].near, NEAR_ORIG);
	/* Of no concern to that flow. */
	see_address(172);
	intake_own(&in);
	assert_int_equal(worker.n_jobs, 2);
	see_address(10);
	intake_own(&in);
	assert_int_equal(worker.n_jobs, 3);
	assert_int_equal(worker.jobs[2].near, NEAR_BOTH);
}

/* ------------------------------------------------------------- collector */

static int prepare(struct source *source, struct pollfd *fds, int max,
		   uint64_t *deadline_ns)
{
	(void)source;
	(void)fds;
	(void)max;
	(void)deadline_ns;
	return 0;
}

static int work(struct source *source, const struct pollfd *fds, int n)
{
	(void)source;
	(void)fds;
	(void)n;
	return 0;
}

static void close_source(struct source *source)
{
	(void)source;
}

static const struct source_ops ops = { .name = "nothing",
				       .prepare = prepare,
				       .work = work,
				       .close = close_source };

static bool is_readable(int fd, int ms)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };

	return poll(&poll_fd, 1, ms) == 1;
}

/* Return: how long it has taken to say that the source has ended. */
static uint64_t run_alone(bool ends_alone, int *fatal)
{
	struct source source = { .ops = &ops, .is_live = true };
	struct collector *c;
	uint64_t start_ns;

	config.ends_alone = ends_alone;
	c = collector_new(&config);
	assert_non_null(c);
	source.health = collector_health(c);
	collector_set_source(c, &source);
	assert_int_equal(collector_start(c), 0);
	assert_false(is_readable(collector_fd(c), 100));
	start_ns = clock_mono_ns();
	eventfd_write(worker.alone_fd, 1);
	is_readable(collector_fd(c), 2000);
	start_ns = clock_mono_ns() - start_ns;
	*fatal = collector_fatal(c);
	collector_stop(c);
	collector_free(c);
	return start_ns;
}

static void test_alone(void **state)
{
	int fatal;

	(void)state;
	worker.alone_fd = eventfd(0, EFD_NONBLOCK);
	assert_true(run_alone(true, &fatal) < 700 * NS_PER_MS);
	assert_int_equal(fatal, -ENONET);
	/* Only a namespace that was named can go. */
	run_alone(false, &fatal);
	assert_int_equal(fatal, 0);
	close(worker.alone_fd);
}

/* It wakes up for facts. */
static void test_facts_wake(void **state)
{
	struct source source = { .ops = &ops, .is_live = true };
	struct collector *c = collector_new(&config);
	uint64_t one = 1;
	uint64_t start_ns;

	(void)state;
	worker.fd = eventfd(0, EFD_NONBLOCK);
	source.health = collector_health(c);
	collector_set_source(c, &source);
	assert_int_equal(collector_start(c), 0);
	clock_sleep_ns(50 * NS_PER_MS);
	worker.n_pending = 5;
	start_ns = clock_mono_ns();
	assert_int_equal(write(worker.fd, &one, sizeof(one)), sizeof(one));
	while (counter_get(&collector_health(c)->owners_pending) != 5 &&
	       clock_mono_ns() - start_ns < 2 * NS_PER_S)
		clock_sleep_ns(NS_PER_MS);
	assert_true(clock_mono_ns() - start_ns < 500 * NS_PER_MS);
	collector_stop(c);
	collector_free(c);
	close(worker.fd);
}

static void test_notes(void **state)
{
	struct collector *c = collector_new(&config);
	struct note note;

	(void)state;
	collector_note(c, "loud", true);
	collector_note(c, "quiet", false);
	assert_int_equal(queue_pop(collector_notes(c), &note, 1), 1);
	assert_false(note.is_quiet);
	assert_string_equal(note.text, "loud");
	assert_int_equal(queue_pop(collector_notes(c), &note, 1), 1);
	assert_true(note.is_quiet);
	collector_free(c);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_each_is_asked_once), TEST(test_samples),
		TEST(test_each_is_asked_once), TEST(test_over_max_flows),
		TEST(test_nobody_to_ask),      TEST(test_pending),
		TEST(test_who_goes_first),     TEST(test_answers),
		TEST(test_asked_again),        TEST(test_alone),
		TEST(test_facts_wake),         TEST(test_notes),
	};

	return cmocka_run_group_tests_name("intake", tests, group_setup,
					   group_teardown);
}

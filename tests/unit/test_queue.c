// SPDX-License-Identifier: GPL-2.0-only
/* The queue: order, limits, the descriptor, waiting, many threads. */
#include "lib/clock.h"
#include "lib/queue.h"
#include "lib/slack.h"
#include "lib/thread.h"
#include "unit/unit.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool is_readable(struct queue *queue)
{
	struct pollfd pfd = { .fd = queue_fd(queue), .events = POLLIN };

	return poll(&pfd, 1, 0) == 1;
}

static void test_new_rejects(void **state)
{
	(void)state;
	errno = 0;
	assert_null(queue_new(0, 1));
	assert_int_equal(errno, EINVAL);
	assert_null(queue_new(1, 0));
	queue_free(NULL);
}

static void test_order_and_overflow(void **state)
{
	struct queue *queue = queue_new(sizeof(int), 3);
	int out[4] = { 0 };

	(void)state;
	assert_non_null(queue);
	for (int i = 0; i < 5; i++)
		assert_int_equal(queue_push(queue, &i), i < 3);
	assert_int_equal(queue_dropped(queue), 2);
	assert_int_equal(queue_pop(queue, out, 4), 3);
	for (int i = 0; i < 3; i++)
		assert_int_equal(out[i], i);
	assert_int_equal(queue_pop(queue, out, 4), 0);
	assert_int_equal(queue_dropped(queue), 2);
	queue_free(queue);
}

/* Every fill level at every position of the ring, taken in every portion. */
static void test_ring(void **state)
{
	enum { MAX = 5 };

	(void)state;
	for (size_t portion = 1; portion <= MAX + 1; portion++) {
		struct queue *queue = queue_new(sizeof(unsigned int), MAX);
		unsigned int in = 0, out = 0;

		for (int round = 0; round < 200; round++) {
			unsigned int got[MAX + 1];
			size_t n = (size_t)round % MAX + 1;

			while (n-- && in - out < MAX) {
				assert_true(queue_push(queue, &in));
				in++;
			}
			assert_true(is_readable(queue));
			n = queue_pop(queue, got, portion);
			assert_true(n >= 1 && n <= portion);
			for (size_t i = 0; i < n; i++)
				assert_int_equal(got[i], out++);
			assert_int_equal(is_readable(queue), in != out);
		}
		assert_int_equal(queue_dropped(queue), 0);
		queue_free(queue);
	}
}

/* Every portion at every position of the ring, also more than there is room
 * for. */
static void test_push_many(void **state)
{
	enum { MAX = 5 };

	(void)state;
	for (size_t portion = 1; portion <= MAX + 2; portion++) {
		struct queue *queue = queue_new(sizeof(unsigned int), MAX);
		unsigned int in = 0, out = 0;
		uint64_t n_dropped = 0;

		for (unsigned int round = 0; round < 200; round++) {
			unsigned int elems[MAX + 2], got[MAX];
			size_t room = MAX - (in - out), n;

			for (unsigned int i = 0; i < portion; i++)
				elems[i] = in + i;
			n = queue_push_many(queue, elems, portion);
			assert_int_equal(n, portion < room ? portion : room);
			n_dropped += portion - n;
			in += (unsigned int)n;
			assert_int_equal(is_readable(queue), in != out);
			n = queue_pop(queue, got, round % MAX + 1);
			for (size_t i = 0; i < n; i++)
				assert_int_equal(got[i], out++);
		}
		assert_int_equal(queue_dropped(queue), n_dropped);
		queue_close(queue);
		assert_int_equal(queue_push_many(queue, &in, 1), 0);
		queue_free(queue);
	}
}

static void test_large_elements(void **state)
{
	struct elem {
		uint8_t byte[1021];
	} elem, got;
	struct queue *queue = queue_new(sizeof(elem), 2);

	(void)state;
	for (int i = 0; i < 7; i++) {
		memset(&elem, i, sizeof(elem));
		assert_true(queue_push(queue, &elem));
		assert_int_equal(queue_pop(queue, &got, 1), 1);
		assert_memory_equal(&elem, &got, sizeof(elem));
	}
	queue_free(queue);
}

static void test_fd(void **state)
{
	struct queue *queue = queue_new(1, 4);
	char c = 'a';

	(void)state;
	assert_false(is_readable(queue));
	queue_push(queue, &c);
	queue_push(queue, &c);
	assert_true(is_readable(queue));
	assert_int_equal(queue_pop(queue, &c, 0), 0);
	assert_true(is_readable(queue));
	queue_pop(queue, &c, 1);
	assert_true(is_readable(queue));
	queue_pop(queue, &c, 1);
	assert_false(is_readable(queue));
	queue_free(queue);
}

static void test_close(void **state)
{
	struct queue *queue = queue_new(1, 4);
	char c = 'a';

	(void)state;
	queue_push(queue, &c);
	queue_close(queue);
	assert_false(queue_push(queue, &c));
	assert_int_equal(queue_dropped(queue), 1);
	/* What is in it can still be taken. */
	assert_true(queue_wait(queue, UINT64_MAX));
	assert_int_equal(queue_pop(queue, &c, 1), 1);
	assert_false(queue_wait(queue, UINT64_MAX));
	queue_close(queue);
	assert_false(queue_wait(queue, 0));
	queue_free(queue);
}

static void test_wait_timeout(void **state)
{
	struct queue *queue = queue_new(1, 1);
	uint64_t start = clock_mono_ns();
	char c = 'a';

	(void)state;
	assert_true(queue_wait(queue, 0));
	assert_true(queue_wait(queue, 20 * NS_PER_MS));
	assert_true(clock_mono_ns() - start >= 20 * NS_PER_MS);
	queue_push(queue, &c);
	start = clock_mono_ns();
	assert_true(queue_wait(queue, 10 * NS_PER_S));
	assert_true(clock_mono_ns() - start < 5 * NS_PER_S);
	queue_free(queue);
}

struct waiter {
	struct thread thread;
	struct queue *queue;
	_Atomic int n_done;
	bool result;
};

static void waiter_run(void *arg)
{
	struct waiter *w = arg;

	w->result = queue_wait(w->queue, UINT64_MAX);
	atomic_store(&w->n_done, 1);
}

static void test_wakes_waiters(void **state)
{
	struct waiter w[3] = { 0 };
	struct queue *queue = queue_new(1, 4);
	char c = 'a';

	(void)state;
	for (size_t i = 0; i < N_ELEMS(w); i++) {
		w[i].queue = queue;
		assert_int_equal(
			thread_start(&w[i].thread, "waiter", waiter_run, &w[i]),
			0);
	}
	clock_sleep_ns(20 * NS_PER_MS);
	for (size_t i = 0; i < N_ELEMS(w); i++)
		assert_int_equal(atomic_load(&w[i].n_done), 0);
	queue_close(queue);
	for (size_t i = 0; i < N_ELEMS(w); i++) {
		thread_join(&w[i].thread);
		assert_false(w[i].result);
	}
	queue_free(queue);

	queue = queue_new(1, 4);
	w[0].queue = queue;
	thread_start(&w[0].thread, "waiter", waiter_run, &w[0]);
	clock_sleep_ns(5 * NS_PER_MS);
	queue_push(queue, &c);
	thread_join(&w[0].thread);
	assert_true(w[0].result);
	queue_free(queue);
}

enum { N_PRODUCERS = 3, N_CONSUMERS = 2, N_EACH = 20000 };

struct traffic {
	struct queue *queue;
	_Atomic uint64_t n_pushed, n_popped, sum_pushed, sum_popped;
	_Atomic int n_disordered;
};

struct producer {
	struct thread thread;
	struct traffic *traffic;
	uint32_t number;
};

static void producer_run(void *arg)
{
	struct producer *p = arg;

	for (uint32_t i = 1; i <= N_EACH; i++) {
		uint64_t elem = (uint64_t)p->number << 32 | i;

		if (!queue_push(p->traffic->queue, &elem))
			continue;
		atomic_fetch_add(&p->traffic->n_pushed, 1);
		atomic_fetch_add(&p->traffic->sum_pushed, elem);
	}
}

/* One consumer sees the elements of one producer in their order. */
static void consumer_run(void *arg)
{
	struct traffic *traffic = arg;
	uint32_t last[N_PRODUCERS] = { 0 };
	uint64_t elem[16];

	while (queue_wait(traffic->queue, UINT64_MAX)) {
		size_t n = queue_pop(traffic->queue, elem, N_ELEMS(elem));

		for (size_t i = 0; i < n; i++) {
			uint32_t number = (uint32_t)(elem[i] >> 32);

			if ((uint32_t)elem[i] <= last[number])
				atomic_fetch_add(&traffic->n_disordered, 1);
			last[number] = (uint32_t)elem[i];
			atomic_fetch_add(&traffic->sum_popped, elem[i]);
		}
		atomic_fetch_add(&traffic->n_popped, n);
	}
}

static void test_threads(void **state)
{
	struct traffic traffic = { .queue = queue_new(sizeof(uint64_t), 64) };
	struct producer producer[N_PRODUCERS];
	struct thread consumer[N_CONSUMERS];

	(void)state;
	for (uint32_t i = 0; i < N_CONSUMERS; i++)
		thread_start(&consumer[i], "consumer", consumer_run, &traffic);
	for (uint32_t i = 0; i < N_PRODUCERS; i++) {
		producer[i].traffic = &traffic;
		producer[i].number = i;
		thread_start(&producer[i].thread, "producer", producer_run,
			     &producer[i]);
	}
	for (uint32_t i = 0; i < N_PRODUCERS; i++)
		thread_join(&producer[i].thread);
	queue_close(traffic.queue);
	for (uint32_t i = 0; i < N_CONSUMERS; i++)
		thread_join(&consumer[i]);
	assert_int_equal(traffic.n_disordered, 0);
	assert_int_equal(traffic.n_pushed, traffic.n_popped);
	assert_int_equal(traffic.sum_pushed, traffic.sum_popped);
	assert_int_equal(traffic.n_pushed + queue_dropped(traffic.queue),
			 N_PRODUCERS * N_EACH);
	assert_false(is_readable(traffic.queue));
	queue_free(traffic.queue);
}

enum { ELEM_KIB = 64, N_LARGE = 512 };

static long resident_kib(void)
{
	FILE *file = fopen("/proc/self/statm", "r");
	long pages = 0;

	assert_non_null(file);
	assert_int_equal(fscanf(file, "%*d %ld", &pages), 1);
	fclose(file);
	return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

/* Each byte of it is touched. */
static void burst(struct queue *queue)
{
	static char elem[ELEM_KIB << 10];

	for (int i = 0; i < N_LARGE; i++) {
		memset(elem, i, sizeof(elem));
		assert_true(queue_push(queue, elem));
	}
	queue_trim(queue);
	for (int i = 0; i < N_LARGE; i++) {
		assert_int_equal(queue_pop(queue, elem, 1), 1);
		assert_int_equal(elem[sizeof(elem) - 1], (char)i);
	}
}

/* Only an empty one gives memory back. */
static void test_trim(void **state)
{
	static char elem[ELEM_KIB << 10];
	struct queue *queue = queue_new(sizeof(elem), N_LARGE);
	long kib = resident_kib();

	(void)state;
	burst(queue);
	assert_true(resident_kib() > kib + ELEM_KIB * N_LARGE / 2);
	queue_trim(queue);
	assert_true(resident_kib() < kib + ELEM_KIB * N_LARGE / 2);
	assert_true(queue_push(queue, elem));
	assert_int_equal(queue_count(queue), 1);
	queue_free(queue);
}

/* What a burst has needed goes while the queue is in use, but not at once. */
static void test_burst_goes(void **state)
{
	static char elem[ELEM_KIB << 10];
	struct queue *queue = queue_new(sizeof(elem), N_LARGE);
	long kib = resident_kib();

	(void)state;
	burst(queue);
	for (int i = 0; i < 2; i++) {
		assert_true(resident_kib() > kib + ELEM_KIB * N_LARGE / 2);
		clock_sleep_ns(SLACK_NS + NS_PER_MS);
		memset(elem, i + 1, sizeof(elem));
		assert_true(queue_push(queue, elem));
		memset(elem, 0, sizeof(elem));
		assert_int_equal(queue_pop(queue, elem, 1), 1);
		assert_int_equal(elem[sizeof(elem) - 1], i + 1);
	}
	assert_true(resident_kib() < kib + ELEM_KIB * N_LARGE / 2);
	burst(queue);
	queue_free(queue);
}

static void mask_run(void *arg)
{
	pthread_sigmask(SIG_BLOCK, NULL, arg);
}

/* Signals for the program go to main, faults to whoever made them. */
static void test_thread_signals(void **state)
{
	sigset_t before, after, inside;
	struct thread thread;

	(void)state;
	pthread_sigmask(SIG_BLOCK, NULL, &before);
	assert_int_equal(thread_start(&thread, "a name that is too long",
				      mask_run, &inside),
			 0);
	thread_join(&thread);
	pthread_sigmask(SIG_BLOCK, NULL, &after);
	assert_int_equal(sigismember(&inside, SIGINT), 1);
	assert_int_equal(sigismember(&inside, SIGTERM), 1);
	assert_int_equal(sigismember(&inside, SIGWINCH), 1);
	assert_int_equal(sigismember(&inside, SIGPIPE), 1);
	assert_int_equal(sigismember(&inside, SIGSEGV), 0);
	assert_int_equal(sigismember(&inside, SIGABRT), 0);
	for (int signal = 1; signal < 32; signal++)
		assert_int_equal(sigismember(&before, signal),
				 sigismember(&after, signal));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_new_rejects),
		cmocka_unit_test(test_order_and_overflow),
		cmocka_unit_test(test_ring),
		cmocka_unit_test(test_push_many),
		cmocka_unit_test(test_large_elements),
		cmocka_unit_test(test_fd),
		cmocka_unit_test(test_close),
		cmocka_unit_test(test_wait_timeout),
		cmocka_unit_test(test_wakes_waiters),
		cmocka_unit_test(test_threads),
		cmocka_unit_test(test_trim),
		cmocka_unit_test(test_burst_goes),
		cmocka_unit_test(test_thread_signals),
	};

	return cmocka_run_group_tests_name("queue", tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0-only
/* Processes by number: one each, kept for a while after they have ended. */
#include "flow/procwriter.h"
#include "lib/rcu.h"
#include "unit/unit.h"

#include <stdio.h>

static const struct hash_seed seed = { { 1, 2 } };

static const struct proc_fact *fact_make(uint32_t pid, const char *comm)
{
	struct proc_fact *fact = proc_fact_new();

	assert_non_null(fact);
	fact->pid = pid;
	fact->starttime = pid ? 1000 + pid : 0;
	snprintf(fact->comm, sizeof(fact->comm), "%s", comm);
	return fact;
}

static struct procs *procs_make(void)
{
	struct procs *procs = procs_new(&seed);

	assert_non_null(procs);
	return procs;
}

static void procs_end_test(struct procs *procs)
{
	rcu_drain();
	procs_free(procs);
}

/* A flow more for @fact, which is given back. */
static uint16_t join_fact(struct procs *procs, const struct proc_fact *fact)
{
	bool is_changed = false;
	uint16_t number = procs_join(procs, fact, &is_changed);

	proc_fact_put(fact);
	return number;
}

static uint16_t join(struct procs *procs, uint32_t pid)
{
	return join_fact(procs, fact_make(pid, "a"));
}

static bool end_of(struct procs *procs, uint32_t pid)
{
	const struct proc_fact *fact = fact_make(pid, "a");
	bool is_changed = procs_end(procs, fact);

	proc_fact_put(fact);
	return is_changed;
}

static bool update(struct procs *procs, const struct proc_fact *fact)
{
	bool is_changed = procs_update(procs, fact);

	proc_fact_put(fact);
	return is_changed;
}

/* The pid behind a number; 0: it is not in use. */
static uint32_t pid_of(const struct procs *procs, uint16_t number)
{
	const struct proc_fact *fact;
	uint32_t pid;

	reader_lock();
	fact = procs_peek(procs, number);
	pid = fact ? fact->pid : 0;
	reader_unlock();
	return pid;
}

static struct proc_past past_of(const struct procs *procs, uint16_t number)
{
	struct proc_past past;

	reader_lock();
	procs_past(procs, number, &past);
	reader_unlock();
	return past;
}

static void test_empty(void **state)
{
	struct procs *procs = procs_make();

	(void)state;
	assert_int_equal(procs_limit(procs), PROC_OTHERS + 1);
	for (uint32_t n = 0; n <= UINT16_MAX; n++) {
		assert_null(procs_peek(procs, (uint16_t)n));
		assert_false(procs_has_ended(procs, (uint16_t)n));
		assert_int_equal(past_of(procs, (uint16_t)n).flows, 0);
	}
	procs_leave(procs, PROC_NONE);
	procs_leave(procs, PROC_OTHERS);
	procs_add_past(procs, PROC_NONE, &(struct proc_past){ 1, 1, 1 });
	assert_int_equal(past_of(procs, PROC_NONE).flows, 0);
	procs_end_test(procs);
}

static void test_one_number_each(void **state)
{
	struct procs *procs = procs_make();
	uint16_t a = join(procs, 10), b = join(procs, 20);
	struct proc_fact *again = proc_fact_new();

	(void)state;
	assert_true(a > PROC_OTHERS && b > PROC_OTHERS && a != b);
	assert_int_equal(procs_limit(procs), 4);
	assert_int_equal(join(procs, 10), a);
	assert_int_equal(pid_of(procs, a), 10);
	assert_int_equal(pid_of(procs, b), 20);
	/* The pid was used again. */
	again->pid = 10;
	again->starttime = 5000;
	assert_int_equal(join_fact(procs, again), 4);
	procs_end_test(procs);
}

static void test_users_and_kernel(void **state)
{
	struct procs *procs = procs_make();
	struct proc_fact *user[2], *kernel = proc_fact_new();
	uint16_t number;

	(void)state;
	for (uint32_t i = 0; i < 2; i++) {
		user[i] = proc_fact_new();
		user[i]->has_uid = true;
		user[i]->uid = 1000 + i;
	}
	kernel->is_kernel = true;
	number = join_fact(procs, proc_fact_get(user[0]));
	assert_int_equal(join_fact(procs, user[0]), number);
	assert_int_not_equal(join_fact(procs, user[1]), number);
	assert_int_not_equal(join_fact(procs, kernel), number);
	assert_int_equal(procs_limit(procs), 5);
	assert_false(procs_has_ended(procs, number));
	procs_end_test(procs);
}

/* Gone before it could be looked at: its pid may have had others before. */
static void test_gone(void **state)
{
	struct procs *procs = procs_make();
	struct proc_fact *curl = proc_fact_new(), *wget = proc_fact_new();
	struct proc_fact *other = proc_fact_new();
	uint16_t number;

	(void)state;
	curl->pid = wget->pid = other->pid = 77;
	snprintf(curl->comm, sizeof(curl->comm), "curl");
	snprintf(other->comm, sizeof(other->comm), "curl");
	other->has_uid = true;
	snprintf(wget->comm, sizeof(wget->comm), "wget");
	number = join_fact(procs, proc_fact_get(curl));
	assert_true(procs_has_ended(procs, number));
	assert_int_equal(join_fact(procs, curl), number);
	assert_int_not_equal(join_fact(procs, wget), number);
	assert_int_not_equal(join_fact(procs, other), number);
	procs_end_test(procs);
}

static void test_exec(void **state)
{
	struct procs *procs = procs_make();
	uint16_t number = join_fact(procs, fact_make(10, "sh"));
	const struct proc_fact *old;
	bool is_changed = false;

	(void)state;
	reader_lock();
	old = proc_fact_get(procs_peek(procs, number));
	reader_unlock();
	assert_false(update(procs, fact_make(10, "sh")));
	/* Whoever looks at the old one may go on. */
	reader_lock();
	assert_true(update(procs, fact_make(10, "curl")));
	assert_int_equal(old->refs, 2);
	assert_string_equal(procs_peek(procs, number)->comm, "curl");
	reader_unlock();
	rcu_drain();
	assert_int_equal(old->refs, 1);
	assert_false(update(procs, fact_make(11, "curl")));
	/* Who took a reference keeps it. */
	assert_string_equal(old->comm, "sh");
	/* The news may come with another flow. */
	assert_int_equal(procs_join(procs, old, &is_changed), number);
	assert_true(is_changed);
	reader_lock();
	assert_ptr_equal(procs_peek(procs, number), old);
	reader_unlock();
	is_changed = false;
	procs_join(procs, old, &is_changed);
	assert_false(is_changed);
	proc_fact_put(old);
	procs_end_test(procs);
}

/* What was seen only at the birth of a socket lacks the command. */
static void test_poorer(void **state)
{
	struct procs *procs = procs_make();
	struct proc_fact *full = proc_fact_new();
	uint16_t number;

	(void)state;
	full->pid = 10;
	full->starttime = 1010;
	snprintf(full->comm, sizeof(full->comm), "a");
	snprintf(full->command, sizeof(full->command), "a -b");
	number = join_fact(procs, full);
	assert_int_equal(join_fact(procs, fact_make(10, "a")), number);
	assert_false(update(procs, fact_make(10, "")));
	reader_lock();
	assert_string_equal(procs_peek(procs, number)->command, "a -b");
	reader_unlock();
	assert_true(update(procs, fact_make(10, "b")));
	procs_end_test(procs);
}

static void test_past(void **state)
{
	struct procs *procs = procs_make();
	uint16_t number = join(procs, 10);
	struct proc_past past;

	(void)state;
	procs_add_past(procs, number, &(struct proc_past){ 10, 20, 1 });
	procs_add_past(procs, number,
		       &(struct proc_past){ 5, (uint64_t)-3, 1 });
	past = past_of(procs, number);
	assert_int_equal(past.rx, 15);
	assert_int_equal(past.tx, 17);
	assert_int_equal(past.flows, 2);
	procs_end_test(procs);
}

/* It stays as long as it lives, or has flows. */
static void test_end(void **state)
{
	struct procs *procs = procs_make();
	uint16_t a = join(procs, 10);

	(void)state;
	assert_true(end_of(procs, 10));
	assert_false(end_of(procs, 10));
	assert_false(end_of(procs, 11));
	assert_true(procs_has_ended(procs, a));
	procs_leave(procs, a);
	assert_int_equal(pid_of(procs, a), 10);
	/* A late answer: the flow of one that has ended. */
	assert_int_equal(join(procs, 10), a);
	for (uint32_t pid = 100; pid < 101 + PROCS_IDLE; pid++) {
		uint16_t number = join(procs, pid);

		end_of(procs, pid);
		procs_leave(procs, number);
	}
	assert_int_equal(pid_of(procs, a), 10);
	procs_leave(procs, a);
	assert_int_equal(pid_of(procs, a), 0);
	procs_end_test(procs);
}

/* Processes 1..@n, with a flow each. */
static void fill(struct procs *procs, uint32_t n)
{
	for (uint32_t pid = 1; pid <= n; pid++)
		assert_int_equal(join(procs, pid), pid + PROC_OTHERS);
}

static void leave(struct procs *procs, uint32_t pid)
{
	procs_leave(procs, (uint16_t)(pid + PROC_OTHERS));
}

static bool is_kept(struct procs *procs, uint32_t pid)
{
	return pid_of(procs, (uint16_t)(pid + PROC_OTHERS)) == pid;
}

/* Who ended first goes first, whenever its last flow ended. */
static void test_recycling(void **state)
{
	struct procs *procs = procs_make();

	(void)state;
	fill(procs, PROCS_IDLE + 3);
	procs_add_past(procs, 3 + PROC_OTHERS, &(struct proc_past){ 7, 8, 9 });
	/* 3 ends first, then 2, then the others; 1 lives. */
	assert_true(end_of(procs, 3));
	assert_true(end_of(procs, 2));
	for (uint32_t pid = 4; pid <= PROCS_IDLE + 3; pid++)
		assert_true(end_of(procs, pid));
	leave(procs, 1);
	for (uint32_t pid = PROCS_IDLE + 3; pid > 4; pid--)
		leave(procs, pid);
	leave(procs, 2);
	/* 2 and all from 5 on: exactly as many as are kept. */
	assert_true(is_kept(procs, 2) && is_kept(procs, 3));
	leave(procs, 3);
	assert_false(is_kept(procs, 3));
	assert_true(is_kept(procs, 2));
	leave(procs, 4);
	assert_false(is_kept(procs, 2));
	assert_true(is_kept(procs, 1) && is_kept(procs, 4));
	assert_true(end_of(procs, 1));
	assert_false(is_kept(procs, 4));
	assert_true(is_kept(procs, 1) && is_kept(procs, 5));
	/* Nothing that it has transferred is lost. */
	assert_int_equal(past_of(procs, PROC_OTHERS).rx, 7);
	assert_int_equal(past_of(procs, PROC_OTHERS).tx, 8);
	assert_int_equal(past_of(procs, PROC_OTHERS).flows, 9);
	procs_end_test(procs);
}

/* A number comes back, empty, but not before its readers have left. */
static void test_numbers_wait_for_readers(void **state)
{
	struct procs *procs = procs_make();
	uint32_t limit;
	uint16_t number;

	(void)state;
	fill(procs, PROCS_IDLE + 1);
	procs_add_past(procs, 2, &(struct proc_past){ 7, 8, 9 });
	for (uint32_t pid = 1; pid <= PROCS_IDLE + 1; pid++) {
		end_of(procs, pid);
		leave(procs, pid);
	}
	assert_false(is_kept(procs, 1));
	limit = procs_limit(procs);
	assert_int_equal(procs_limit(procs), PROCS_IDLE + 3);
	reader_lock();
	/* The old identity is forgotten. */
	number = join(procs, 1);
	assert_int_equal(number, limit);
	reader_unlock();
	rcu_drain();
	number = join(procs, 100002);
	assert_int_equal(number, 2);
	assert_int_equal(pid_of(procs, number), 100002);
	assert_false(procs_has_ended(procs, number));
	assert_int_equal(past_of(procs, number).rx, 0);
	for (uint32_t pid = 2; pid <= PROCS_IDLE + 1; pid++)
		assert_int_equal(join(procs, pid), pid + PROC_OTHERS);
	procs_end_test(procs);
}

static void test_exhaustion(void **state)
{
	struct procs *procs = procs_make();
	const uint32_t n = UINT16_MAX - PROC_OTHERS;

	(void)state;
	fill(procs, n);
	assert_int_equal(procs_limit(procs), 65536);
	/* Nobody has ended. */
	assert_int_equal(join(procs, n + 1), PROC_OTHERS);
	procs_leave(procs, PROC_OTHERS);
	assert_int_equal(join(procs, 4711), 4711 + PROC_OTHERS);
	leave(procs, 4711);
	/* Ended, but with a flow: no. */
	end_of(procs, 4711);
	assert_int_equal(join(procs, n + 1), PROC_OTHERS);
	leave(procs, 4711);
	rcu_drain();
	assert_int_equal(join(procs, n + 1), 4711 + PROC_OTHERS);
	assert_int_equal(join(procs, n + 2), PROC_OTHERS);
	for (uint32_t pid = 1; pid <= n; pid++)
		assert_true(pid == 4711 || is_kept(procs, pid));
	procs_end_test(procs);
}

/* Before the last number is taken, the first to have ended make room. */
static void test_room_in_time(void **state)
{
	struct procs *procs = procs_make();
	const uint32_t n = UINT16_MAX - PROC_OTHERS;

	(void)state;
	fill(procs, n - 100);
	for (uint32_t pid = 1; pid <= 50; pid++) {
		leave(procs, pid);
		end_of(procs, pid);
	}
	rcu_drain();
	for (uint32_t i = 0; i < 150; i++)
		assert_true(join(procs, n + 1 + i) != PROC_OTHERS);
	assert_int_equal(join(procs, n + 1000), PROC_OTHERS);
	procs_end_test(procs);
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
		cmocka_unit_test(test_one_number_each),
		cmocka_unit_test(test_users_and_kernel),
		cmocka_unit_test(test_gone),
		cmocka_unit_test(test_exec),
		cmocka_unit_test(test_poorer),
		cmocka_unit_test(test_past),
		cmocka_unit_test(test_end),
		cmocka_unit_test(test_recycling),
		cmocka_unit_test(test_numbers_wait_for_readers),
		cmocka_unit_test(test_exhaustion),
		cmocka_unit_test(test_room_in_time),
	};

	return cmocka_run_group_tests_name("procs", tests, group_setup,
					   group_teardown);
}

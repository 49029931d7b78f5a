// SPDX-License-Identifier: GPL-2.0-only
/* Whose socket it is, from what walks say. */
#include "broker/finder.h"
#include "enrich/ownersock.h"
#include "lib/clock.h"
#include "lib/procstat.h"
#include "unit/unit.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define S NS_PER_S

static struct ownerprocs procs;
static struct ownersocks socks;
static struct sock_id id = {
	.cookie = 7, .inode = 70, .netns = "", .uid = 12, .has_uid = true
};

static int setup(void **state)
{
	(void)state;
	if (ownerprocs_init(&procs, NULL) ||
	    ownersocks_init(&socks, &procs, NULL))
		return -1;
	socks.has_finder = socks.sees_all = true;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	ownersocks_fini(&socks);
	ownerprocs_fini(&procs);
	return 0;
}

static uint64_t own_start(pid_t pid)
{
	char path[32];
	struct procstat stat = { .starttime = 0 };

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	procstat_read(AT_FDCWD, path, &stat);
	return stat.starttime;
}

static void walk(bool is_hasty, struct walk_found found, uint64_t now_ns)
{
	struct wanted_sock taken[4];

	assert_int_equal(ownersocks_take_wanted(&socks, is_hasty, taken, 4), 1);
	assert_int_equal(taken[0].inode, 70);
	found.inode = 70;
	ownersocks_found(&socks, &taken[0].key, &found, now_ns);
}

static struct sock_answer ask(uint64_t now_ns, bool is_again)
{
	return ownersocks_ask(&socks, &id, now_ns - S, is_again, now_ns);
}

/* A hasty walk gives an owner, a full one the holders. */
static void test_owned(void **state)
{
	struct walk_found found = { .pid = (uint32_t)getpid(),
				    .starttime = own_start(getpid()),
				    .holders = 1,
				    .is_partial = true };
	struct sock_answer a = ask(10 * S, false);
	struct wanted_sock taken[4];
	struct sock_id closed = id;

	(void)state;
	assert_int_equal(a.verdict, SOCK_WAIT);
	walk(true, found, 10 * S);
	a = ask(10 * S, false);
	assert_int_equal(a.verdict, SOCK_OWNED);
	assert_int_equal(a.fact->pid, getpid());
	assert_int_equal(a.holders, 0);
	assert_false(a.is_settled);
	/* That is not urgent. */
	assert_int_equal(ownersocks_take_wanted(&socks, true, taken, 4), 0);
	found.is_partial = false;
	found.holders = 4;
	walk(false, found, 11 * S);
	a = ask(11 * S, false);
	assert_int_equal(a.holders, 4);
	assert_true(a.is_settled);
	assert_int_equal(ownersocks_take_wanted(&socks, false, taken, 4), 0);
	/* A hasty one that comes later knows less. */
	found.is_partial = true;
	found.holders = 1;
	found.pid = (uint32_t)getppid();
	found.starttime = own_start(getppid());
	found.inode = 70;
	ownersocks_found(&socks, &(struct clock_key){ .a = 7 }, &found, 12 * S);
	a = ask(12 * S, false);
	assert_int_equal(a.fact->pid, getpid());
	assert_int_equal(a.holders, 4);
	/* TIME_WAIT */
	closed.inode = 0;
	a = ownersocks_ask(&socks, &closed, 90 * S, false, 90 * S);
	assert_int_equal(a.verdict, SOCK_OWNED);
	assert_int_equal(a.fact->pid, getpid());
	closed.cookie = 8;
	a = ownersocks_ask(&socks, &closed, 90 * S, false, 90 * S);
	assert_int_equal(a.verdict, SOCK_NOBODY);
}

/* The owner has ended, and the socket is still there: somebody else has it. */
static void test_ended(void **state)
{
	struct walk_found found = { .holders = 1 };
	pid_t pid = fork();
	uint64_t starttime;

	(void)state;
	if (!pid) {
		pause();
		_exit(0);
	}
	starttime = own_start(pid);
	assert_int_equal(ask(10 * S, false).verdict, SOCK_WAIT);
	found.pid = (uint32_t)pid;
	found.starttime = starttime;
	walk(true, found, 10 * S);
	assert_int_equal(ask(10 * S, false).verdict, SOCK_OWNED);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	assert_int_equal(ask(20 * S, false).verdict, SOCK_WAIT);
	/* Another process with its number is not the one. */
	found.pid = (uint32_t)getpid();
	found.starttime = own_start(getpid()) + 1;
	walk(true, found, 20 * S);
	assert_int_equal(ask(30 * S, false).verdict, SOCK_WAIT);
}

/* The finder sees it, we do not: it has at least a name. */
static void test_hidden(void **state)
{
	struct walk_found found = { .pid = (uint32_t)getpid(),
				    .starttime = own_start(getpid()) + 1,
				    .holders = 1,
				    .comm = "hidden\a" };
	struct sock_answer a;

	(void)state;
	assert_int_equal(ask(10 * S, false).verdict, SOCK_WAIT);
	walk(true, found, 10 * S);
	a = ask(10 * S, false);
	assert_int_equal(a.verdict, SOCK_OWNED);
	assert_string_equal(a.fact->comm, "hidden?");
	assert_false(a.fact->has_uid);
}

/* Two that were gone at once, with the same number. */
static void test_gone(void **state)
{
	struct birth birth = { .comm = "first" };
	const struct proc_fact *first, *second;
	pid_t pid = fork();

	(void)state;
	if (!pid)
		_exit(0);
	waitpid(pid, NULL, 0);
	birth.pid = (uint32_t)pid;
	first = proc_fact_get(ownerprocs_birth(&procs, &birth, "", S));
	strcpy(birth.comm, "second");
	second = ownerprocs_birth(&procs, &birth, "", 2 * S);
	assert_string_equal(second->comm, "second");
	assert_string_equal(ownerprocs_latest(&procs, first)->comm, "first");
	proc_fact_put(first);
}

static void test_kernel(void **state)
{
	struct walk_found nobody = { .pid = 0 };
	struct sock_answer a;

	(void)state;
	id.uid = 0;
	assert_int_equal(ask(10 * S, false).verdict, SOCK_WAIT);
	walk(true, nobody, 10 * S);
	/* Perhaps it was closed just then, or given to a child. */
	assert_int_equal(ask(10 * S, false).verdict, SOCK_LOST);
	assert_int_equal(ask(10 * S, true).verdict, SOCK_WAIT);
	walk(true, nobody, 10 * S);
	assert_int_equal(ask(10 * S, false).verdict, SOCK_LOST);
	a = ask(10 * S, true);
	assert_int_equal(a.verdict, SOCK_KERNEL);
	assert_true(a.fact->is_kernel);
	assert_int_equal(ask(60 * S, false).verdict, SOCK_KERNEL);
	id.uid = 12;
}

/* The child of a server has it, made behind the back of the first walk. */
static void test_given(void **state)
{
	struct walk_found nobody = { .pid = 0 };
	struct walk_found found = { .pid = (uint32_t)getpid(),
				    .starttime = own_start(getpid()),
				    .holders = 1 };
	struct sock_answer a;

	(void)state;
	id.uid = 0;
	assert_int_equal(ask(10 * S, false).verdict, SOCK_WAIT);
	walk(true, nobody, 10 * S);
	assert_int_equal(ask(10 * S, true).verdict, SOCK_WAIT);
	walk(true, found, 10 * S);
	a = ask(10 * S, true);
	assert_int_equal(a.verdict, SOCK_OWNED);
	assert_int_equal(a.fact->pid, getpid());
	id.uid = 12;
}

/* Nobody waits for a finder that is gone. */
static void test_no_finder(void **state)
{
	struct walk_found nobody = { .pid = 0 };
	struct sock_answer a;

	(void)state;
	assert_int_equal(ask(10 * S, false).verdict, SOCK_WAIT);
	walk(true, nobody, 10 * S);
	socks.has_finder = false;
	a = ask(10 * S, true);
	assert_int_equal(a.verdict, SOCK_UNKNOWN);
	assert_int_equal(a.fact->uid, 12);
}

/* A user's socket is not the kernel's. Nobody's, where not all is seen. */
static void test_lost(void **state)
{
	struct walk_found nobody = { .pid = 0 };
	struct sock_answer a;

	(void)state;
	assert_int_equal(ask(10 * S, false).verdict, SOCK_WAIT);
	for (int i = 0; i < 3; i++) {
		walk(true, nobody, 10 * S);
		assert_int_equal(ask(10 * S, false).verdict, SOCK_LOST);
		a = ask(10 * S, true);
		assert_int_equal(a.verdict, i < 2 ? SOCK_WAIT : SOCK_UNKNOWN);
	}
	assert_int_equal(a.fact->uid, 12);
	assert_int_equal(a.fact->pid, 0);
}

static void test_blind(void **state)
{
	struct walk_found nobody = { .pid = 0 };

	(void)state;
	id.uid = 0;
	socks.sees_all = false;
	assert_int_equal(ask(10 * S, false).verdict, SOCK_WAIT);
	walk(true, nobody, 10 * S);
	assert_int_equal(ask(10 * S, true).verdict, SOCK_WAIT);
	id.uid = 12;
}

static void test_denied(void **state)
{
	struct walk_found denied = { .is_denied = true };
	struct wanted_sock taken[4];
	struct sock_answer a;

	(void)state;
	assert_int_equal(ask(10 * S, false).verdict, SOCK_WAIT);
	walk(true, denied, 10 * S);
	a = ask(10 * S, false);
	assert_int_equal(a.verdict, SOCK_DENIED);
	assert_int_equal(a.fact->uid, 12);
	assert_int_equal(ownersocks_take_wanted(&socks, false, taken, 4), 0);
	socks.has_finder = false;
	assert_int_equal(ask(90 * S, false).verdict, SOCK_DENIED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_owned, setup, teardown),
		cmocka_unit_test_setup_teardown(test_ended, setup, teardown),
		cmocka_unit_test_setup_teardown(test_hidden, setup, teardown),
		cmocka_unit_test_setup_teardown(test_gone, setup, teardown),
		cmocka_unit_test_setup_teardown(test_kernel, setup, teardown),
		cmocka_unit_test_setup_teardown(test_given, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_finder, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_lost, setup, teardown),
		cmocka_unit_test_setup_teardown(test_blind, setup, teardown),
		cmocka_unit_test_setup_teardown(test_denied, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

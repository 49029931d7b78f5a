// SPDX-License-Identifier: GPL-2.0-only
/* The walk in a /proc that is made of ordinary directories and links. */
#include "broker/procwalk.h"
#include "lib/str.h"
#include "unit/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char root[64];
static struct procwalk walk;

static int setup(void **state)
{
	(void)state;
	str_copy(root, sizeof(root), "/tmp/flowtop-procwalk.XXXXXX");
	return mkdtemp(root) ? 0 : -1;
}

static int teardown(void **state)
{
	char command[128];

	(void)state;
	str_printf(command, sizeof(command), "rm -rf '%s'", root);
	return system(command);
}

/* A process with the descriptors 0 to @n - 1. */
static void process(int pid, unsigned int start, const char *const *links,
		    int n)
{
	char path[128];
	FILE *file;

	str_printf(path, sizeof(path), "%s/%d", root, pid);
	assert_int_equal(mkdir(path, 0700), 0);
	str_printf(path, sizeof(path), "%s/%d/fd", root, pid);
	assert_int_equal(mkdir(path, 0700), 0);
	for (int i = 0; i < n; i++) {
		str_printf(path, sizeof(path), "%s/%d/fd/%d", root, pid, i);
		assert_int_equal(symlink(links[i], path), 0);
	}
	str_printf(path, sizeof(path), "%s/%d/stat", root, pid);
	file = fopen(path, "w");
	assert_non_null(file);
	fprintf(file,
		"%d (a) b) S 1 1 1 0 -1 0 1 2 3 4 5 6 7 8 9 10 11 12 %u "
		"1 1\n",
		pid, start);
	fclose(file);
}

static void forget(int pid)
{
	char path[128];

	str_printf(path, sizeof(path), "%s/%d/stat", root, pid);
	unlink(path);
}

static void begin(void)
{
	procwalk_init(&walk);
	close(walk.proc);
	walk.proc = open(root, O_RDONLY | O_DIRECTORY);
	assert_true(walk.proc >= 0);
}

/* Steps as short as can be. */
static int finish(struct walk_found *out, int max)
{
	int n = 0;

	while (procwalk_is_busy(&walk)) {
		n += procwalk_step(&walk, 0, out + n, max - n);
		assert_true(n <= max);
	}
	return n;
}

static void expect(const struct walk_found *found, uint64_t inode, uint32_t pid,
		   uint64_t start, int holders)
{
	assert_int_equal(found->inode, inode);
	assert_int_equal(found->pid, pid);
	assert_int_equal(found->starttime, start);
	assert_int_equal(found->holders, holders);
	assert_int_equal(found->is_denied, 0);
	assert_int_equal(found->is_partial, 0);
}

static void test_holders(void **state)
{
	static const char *const init[] = { "socket:[10]", "socket:[11]" };
	static const char *const a[] = { "/dev/null", "socket:[10]",
					 "socket:[20]", "socket:[20]",
					 "socket:[30]" };
	static const char *const b[] = { "socket:[20]",
					 "pipe:[30]",
					 "socket:[31",
					 "socket:[]",
					 "socket:[ 32]",
					 "/tmp/socket:[33]",
					 "socket:[99999999999999999999]",
					 "anon_inode:[eventfd]" };
	static const uint64_t wanted[] = {
		10, 11, 20, 30, 31, 32, 33, 99, 0, 20
	};
	struct walk_found out[16];

	(void)state;
	process(1, 5, init, N_ELEMS(init));
	process(700, 90, a, N_ELEMS(a));
	process(80, 95, b, N_ELEMS(b));
	process(81, 90, b, 1);
	process(82, 100, NULL, 0);
	begin();
	assert_false(procwalk_is_busy(&walk));
	assert_int_equal(procwalk_step(&walk, 0, out, 16), 0);
	assert_int_equal(procwalk_want(&walk, wanted, N_ELEMS(wanted)), 0);
	assert_int_equal(finish(out, 16), N_ELEMS(wanted) - 1);
	/* Process 1 keeps it for another one; or for itself. */
	expect(&out[0], 10, 700, 90, 2);
	expect(&out[1], 11, 1, 5, 1);
	assert_string_equal(out[0].comm, "a) b");
	/* The oldest, and of these the lower number; twice is one holder. */
	expect(&out[2], 20, 81, 90, 3);
	expect(&out[3], 30, 700, 90, 1);
	for (int i = 4; i < 9; i++)
		expect(&out[i], wanted[i], 0, 0, 0);

	/* A process that ends holds nothing. */
	forget(81);
	assert_int_equal(procwalk_want(&walk, wanted + 2, 1), 0);
	assert_int_equal(finish(out, 16), 1);
	expect(&out[0], 20, 700, 90, 2);
	procwalk_fini(&walk);
}

static void test_later(void **state)
{
	static const char *const a[] = { "socket:[10]", "socket:[11]" };
	const uint64_t first = 10, second = 11;
	struct walk_found out[4];

	(void)state;
	process(1, 5, NULL, 0);
	process(7, 6, a, N_ELEMS(a));
	begin();
	assert_int_equal(procwalk_want(&walk, &first, 1), 0);
	assert_int_equal(procwalk_step(&walk, 0, out, 4), 0);
	/* That pass is on its way: it is in the next. */
	assert_int_equal(procwalk_want(&walk, &second, 1), 0);
	assert_int_equal(procwalk_step(&walk, UINT64_MAX, out, 4), 1);
	expect(&out[0], 10, 7, 6, 1);
	assert_true(procwalk_is_busy(&walk));
	assert_int_equal(procwalk_step(&walk, UINT64_MAX, out, 4), 1);
	expect(&out[0], 11, 7, 6, 1);
	assert_false(procwalk_is_busy(&walk));
	procwalk_fini(&walk);
}

/* Order is that of the file system here: who comes first is not tested. */
static void test_hurry(void **state)
{
	static const char *const a[] = { "socket:[10]" };
	static const char *const b[] = { "socket:[11]" };
	static const uint64_t wanted[] = { 10, 11, 12 };
	struct walk_found out[4];

	(void)state;
	process(1, 5, NULL, 0);
	for (int pid = 10; pid < 20; pid++)
		process(pid, 6, a, 1);
	process(20, 6, b, 1);
	begin();
	walk.is_hasty = true;
	assert_int_equal(procwalk_want(&walk, wanted, 1), 0);
	assert_int_equal(finish(out, 4), 1);
	assert_int_equal(out[0].holders, 1);
	assert_int_equal(out[0].is_partial, 1);
	assert_in_range(out[0].pid, 10, 19);

	/* One that nobody has: all are looked into. */
	assert_int_equal(procwalk_want(&walk, wanted, 3), 0);
	assert_int_equal(finish(out, 4), 3);
	expect(&out[0], 10, 10, 6, 10);
	expect(&out[1], 11, 20, 6, 1);
	expect(&out[2], 12, 0, 0, 0);

	walk.is_hasty = false;
	assert_int_equal(procwalk_want(&walk, wanted, 2), 0);
	assert_int_equal(finish(out, 4), 2);
	expect(&out[0], 10, 10, 6, 10);
	procwalk_fini(&walk);
}

/* Processes that had a socket before are looked into first, and others only
 * when that was not enough. */
static void test_recent(void **state)
{
	static const char *const a[] = { "socket:[10]" };
	static const char *const b[] = { "socket:[10]", "socket:[11]" };
	static const uint64_t wanted[] = { 10, 11, 12 };
	static struct walk_recent recent;
	struct walk_found out[4];

	(void)state;
	memset(&recent, 0, sizeof(recent));
	process(1, 5, a, 1);
	process(10, 6, b, 2);
	for (int pid = 11; pid < 20; pid++)
		process(pid, 7, a, 1);
	begin();
	walk.recent = &recent;
	assert_int_equal(procwalk_want(&walk, wanted + 1, 2), 0);
	assert_int_equal(finish(out, 4), 2);
	expect(&out[0], 11, 10, 6, 1);
	assert_int_equal(recent.n, 1);
	assert_int_equal(recent.pids[0], 10);

	/* It alone, although nearly all others have the socket, too. */
	walk.is_hasty = true;
	assert_int_equal(procwalk_want(&walk, wanted, 2), 0);
	assert_int_equal(finish(out, 4), 2);
	assert_int_equal(out[0].pid, 10);
	assert_int_equal(out[0].holders, 1);
	assert_int_equal(out[0].is_partial, 1);
	assert_int_equal(out[1].pid, 10);

	/* Not all is found there: nobody is counted twice. */
	assert_int_equal(procwalk_want(&walk, wanted, 3), 0);
	assert_int_equal(finish(out, 4), 3);
	expect(&out[0], 10, 10, 6, 11);
	expect(&out[1], 11, 10, 6, 1);
	expect(&out[2], 12, 0, 0, 0);

	/* One that is gone is no reason to miss the next of that number. */
	recent.pids[0] = 30;
	assert_int_equal(procwalk_want(&walk, wanted + 1, 1), 0);
	assert_int_equal(procwalk_step(&walk, 0, out, 4), 0);
	assert_int_equal(procwalk_step(&walk, 0, out, 4), 0);
	process(30, 4, b, 2);
	assert_int_equal(finish(out, 4), 1);
	assert_int_equal(out[0].is_denied, 0);
	assert_true(out[0].pid == 30 || out[0].is_partial);

	/* Without one nothing is remembered, nor in a pass with time. */
	walk.is_hasty = false;
	assert_int_equal(procwalk_want(&walk, wanted, 1), 0);
	assert_int_equal(finish(out, 4), 1);
	assert_int_equal(out[0].pid, 30);
	assert_int_equal(out[0].holders, 12);
	procwalk_fini(&walk);
}

static void test_remembered(void **state)
{
	static struct walk_recent recent;
	uint64_t wanted[WALK_RECENT + 8];
	struct walk_found out[WALK_RECENT + 8];
	char link[32];
	const char *links[] = { link };

	(void)state;
	memset(&recent, 0, sizeof(recent));
	for (int i = 0; i < (int)N_ELEMS(wanted); i++) {
		wanted[i] = (uint64_t)i + 1;
		str_printf(link, sizeof(link), "socket:[%d]", i + 1);
		process(i + 1, 5, links, 1);
	}
	begin();
	walk.recent = &recent;
	/* All of them, in this order; never process 1. */
	assert_int_equal(procwalk_want(&walk, wanted, N_ELEMS(wanted)), 0);
	assert_int_equal(finish(out, N_ELEMS(out)), N_ELEMS(wanted));
	assert_int_equal(recent.n, WALK_RECENT);
	for (uint32_t i = 0; i < WALK_RECENT; i++)
		assert_int_equal(recent.pids[i], 9 + i);
	/* Once more: the last, and still once. */
	assert_int_equal(procwalk_want(&walk, &wanted[19], 1), 0);
	assert_int_equal(procwalk_want(&walk, &wanted[0], 1), 0);
	assert_int_equal(finish(out, N_ELEMS(out)), 2);
	assert_int_equal(recent.n, WALK_RECENT);
	assert_int_equal(recent.pids[WALK_RECENT - 1], 20);
	assert_int_equal(recent.pids[0], 9);
	assert_int_equal(recent.pids[11], 21);
	procwalk_fini(&walk);
}

static void test_hidden(void **state)
{
	static const char *const a[] = { "socket:[10]" };
	static const uint64_t wanted[] = { 10, 11 };
	struct walk_found out[4];

	(void)state;
	process(7, 6, a, 1);
	begin();
	assert_int_equal(procwalk_want(&walk, wanted, 2), 0);
	assert_int_equal(finish(out, 4), 2);
	expect(&out[0], 10, 7, 6, 1);
	assert_int_equal(out[1].pid, 0);
	assert_int_equal(out[1].is_denied, 1);
	procwalk_fini(&walk);

	/* No /proc at all. */
	procwalk_init(&walk);
	close(walk.proc);
	walk.proc = -1;
	assert_int_equal(procwalk_want(&walk, wanted, 2), 0);
	assert_int_equal(finish(out, 4), 2);
	assert_int_equal(out[0].pid, 0);
	assert_int_equal(out[0].is_denied, 1);
	procwalk_fini(&walk);
}

static void test_many(void **state)
{
	static uint64_t wanted[WALK_WANTED];
	static struct walk_found out[WALK_WANTED];
	char link[32];
	const char *links[] = { link };

	(void)state;
	process(1, 5, NULL, 0);
	/* The last of them, which differ in their high bits only. */
	str_printf(link, sizeof(link), "socket:[%llu]",
		   (unsigned long long)WALK_WANTED << 40);
	process(7, 6, links, 1);
	for (uint64_t i = 0; i < WALK_WANTED; i++)
		wanted[i] = (i + 1) << 40;
	begin();
	assert_int_equal(procwalk_want(&walk, wanted, WALK_WANTED - 1), 0);
	assert_int_equal(procwalk_want(&walk, wanted, 2), -ENOSPC);
	assert_int_equal(procwalk_want(&walk, &wanted[WALK_WANTED - 1], 1), 0);
	assert_int_equal(procwalk_want(&walk, wanted, 1), -ENOSPC);
	assert_int_equal(procwalk_want(&walk, wanted, 0), 0);
	assert_int_equal(finish(out, WALK_WANTED), WALK_WANTED);
	expect(&out[WALK_WANTED - 1], wanted[WALK_WANTED - 1], 7, 6, 1);
	expect(&out[0], wanted[0], 0, 0, 0);
	/* Room again, and results a few at a time. */
	assert_int_equal(procwalk_want(&walk, wanted, 10), 0);
	assert_int_equal(procwalk_step(&walk, UINT64_MAX, out, 4), 4);
	assert_int_equal(procwalk_step(&walk, UINT64_MAX, out, 4), 4);
	assert_int_equal(procwalk_step(&walk, UINT64_MAX, out, 4), 2);
	assert_false(procwalk_is_busy(&walk));
	procwalk_fini(&walk);
}

#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_holders),    T(test_later), T(test_hurry),
		T(test_hidden),     T(test_many),  T(test_recent),
		T(test_remembered),
	};

	return cmocka_run_group_tests_name("procwalk", tests, NULL, NULL);
}

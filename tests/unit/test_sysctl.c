// SPDX-License-Identifier: GPL-2.0-only
/*
 * When the switches are put back, on a kernel that is played: killed between
 * any two steps, or a rule that needs acct loaded between any two steps, or a
 * step that fails.
 *
 * What sysctl.c calls is defined here, so the linker does not take the real
 * ones from the library.
 */
#include "broker/nft.h"
#include "broker/sysctl.h"
#include "lib/netns.h"
#include "lib/procnum.h"
#include "unit/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FILE_FD 1000 /* never used as one */
#define BOTH (1U << SYSCTL_ACCT | 1U << SYSCTL_TIMESTAMP)

/* The kernel, the file, and what happens at which step. */
static struct {
	int64_t value[SYSCTLS];
	int read_err[SYSCTLS], write_err[SYSCTLS];
	uint32_t generation;
	int generation_err, cookie_err, join_err;
	bool has_others, in_flight, needs_acct;
	char file[SLOTS_CONTENT];
	int open_err, lock_err, load_err, save_err;
	bool is_locked;
	int step, kill_at, rule_at, commit_at;
} world;
static jmp_buf killed;

static void commit_rule(void)
{
	world.in_flight = false;
	world.generation++;
}

/* Between any two things that can be seen from outside. */
static void step(void)
{
	world.step++;
	if (world.step == world.rule_at) {
		world.value[SYSCTL_ACCT] = 1;
		world.needs_acct = world.in_flight = true;
	}
	if (world.step == world.commit_at && world.in_flight)
		commit_rule();
	if (world.step == world.kill_at)
		longjmp(killed, 1);
}

static int switch_of(const char *path)
{
	return strstr(path, "timestamp") ? SYSCTL_TIMESTAMP : SYSCTL_ACCT;
}

int64_t procnum_read(const char *path)
{
	int which = switch_of(path);

	step();
	return world.read_err[which] ? world.read_err[which]
				     : world.value[which];
}

int procnum_write(const char *path, unsigned int number)
{
	int which = switch_of(path);

	step();
	if (world.write_err[which])
		return world.write_err[which];
	world.value[which] = number;
	step();
	return 0;
}

int nft_generation(uint32_t *generation)
{
	step();
	*generation = world.generation_err ? 0 : world.generation;
	return world.generation_err;
}

bool nft_is_still(uint32_t generation)
{
	step();
	if (world.in_flight)
		commit_rule();
	return generation == world.generation;
}

int netns_cookie(uint64_t *cookie)
{
	*cookie = 7;
	return world.cookie_err;
}

int users_join(const char *kind, char name[USER_NAME])
{
	step();
	snprintf(name, USER_NAME, "%s.1.2", kind);
	return world.join_err ? world.join_err : dup(STDERR_FILENO);
}

bool users_has_others(const char *kind, const char *name)
{
	step();
	if (*name)
		assert_non_null(strstr(name, kind));
	return world.has_others;
}

int slots_open(struct slots *slots, const char *dir, const char *name)
{
	assert_string_equal(dir, SYSCTL_DIR);
	if (!world.cookie_err)
		assert_string_equal(name, "sysctl.7");
	else
		assert_memory_equal(name, "sysctl.inode", 12);
	slots->fd = world.open_err ? -1 : FILE_FD;
	return world.open_err;
}

int slots_lock(const struct slots *slots)
{
	assert_int_equal(slots->fd, FILE_FD);
	step();
	world.is_locked = !world.lock_err;
	return world.lock_err;
}

void slots_unlock(const struct slots *slots)
{
	assert_int_equal(slots->fd, FILE_FD);
	step();
	world.is_locked = false;
}

int slots_load(struct slots *slots, void *content, size_t size)
{
	assert_int_equal(slots->fd, FILE_FD);
	assert_true(world.is_locked);
	assert_true(size <= sizeof(world.file));
	step();
	memset(content, 0, size);
	if (!world.load_err)
		memcpy(content, world.file, size);
	return world.load_err;
}

int slots_save(struct slots *slots, const void *content, size_t size)
{
	assert_int_equal(slots->fd, FILE_FD);
	assert_true(world.is_locked);
	step();
	if (!world.save_err)
		memcpy(world.file, content, size);
	step();
	return world.save_err;
}

/* ---------------------------------------------------------------- playing */

static struct sysctl_state state;

static void forget_lists(void)
{
	for (int i = 0; i < SYSCTL_LISTS; i++) {
		if (state.lists[i] >= 0)
			close(state.lists[i]);
		state.lists[i] = open("/dev/null", O_RDONLY);
	}
}

static void close_lists(void)
{
	for (int i = 0; i < SYSCTL_LISTS; i++)
		close(state.lists[i]);
	if (state.user_fd >= 0)
		close(state.user_fd);
}

static void new_world(int64_t acct, int64_t timestamp)
{
	memset(&world, 0, sizeof(world));
	world.value[SYSCTL_ACCT] = acct;
	world.value[SYSCTL_TIMESTAMP] = timestamp;
	world.generation = 5;
}

static int open_state(void)
{
	int err = sysctl_open(&state);

	forget_lists();
	return err;
}

static void values_are(int64_t acct, int64_t timestamp)
{
	assert_int_equal(world.value[SYSCTL_ACCT], acct);
	assert_int_equal(world.value[SYSCTL_TIMESTAMP], timestamp);
}

static bool file_is_clean(void)
{
	static const char nothing[SLOTS_CONTENT];

	return !memcmp(world.file, nothing, sizeof(nothing));
}

/* A whole life, with transactions of our own. */
static enum sysctl_left live(unsigned int wanted)
{
	enum sysctl_left left;

	sysctl_transaction_begin(&state);
	step();
	world.generation++;
	step();
	sysctl_transaction_end(&state, true);
	sysctl_on(&state, wanted);
	sysctl_transaction_begin(&state);
	step();
	world.generation++;
	step();
	sysctl_transaction_end(&state, true);
	sysctl_transaction_begin(&state);
	sysctl_transaction_end(&state, false);
	left = sysctl_restore(&state);
	return left;
}

/* Return: whether there are that many steps. */
static bool live_until(int kill_at, unsigned int wanted)
{
	world.kill_at = kill_at;
	if (setjmp(killed)) {
		world.kill_at = 0;
		return true;
	}
	live(wanted);
	return false;
}

/* Return: whether the transaction is one of which nobody knows. */
static bool is_doubtful(int64_t acct)
{
	if (world.value[SYSCTL_ACCT] == acct)
		return false;
	assert_int_equal(world.value[SYSCTL_ACCT], 1);
	world.value[SYSCTL_ACCT] = 0;
	return true;
}

static bool killed_with_keeper(int at, unsigned int wanted)
{
	bool is_killed = live_until(at, wanted);

	state.user_pid = 1;
	sysctl_restore(&state);
	close_lists();
	return is_killed;
}

static bool killed_with_next(int at, unsigned int wanted)
{
	bool is_killed = live_until(at, wanted);

	world.is_locked = false;
	close_lists();
	open_state();
	sysctl_on(&state, wanted);
	sysctl_restore(&state);
	close_lists();
	return is_killed;
}

static void test_killed_anywhere(void **unused)
{
	int n_killed = 0, n_doubts = 0;

	(void)unused;
	for (int i = 0; i < 8; i++) {
		int64_t acct = i & 1, timestamp = i >> 1 & 1;
		unsigned int wanted = i & 4 ? BOTH : 1U << SYSCTL_ACCT;
		bool is_killed = true;

		for (int at = 1; is_killed; at++) {
			new_world(acct, timestamp);
			world.open_err = -EACCES;
			open_state();
			is_killed = killed_with_keeper(at, wanted);
			values_are(acct, timestamp);

			new_world(acct, timestamp);
			open_state();
			is_killed |= killed_with_keeper(at, wanted);
			values_are(acct, timestamp);
			assert_true(file_is_clean());

			new_world(acct, timestamp);
			open_state();
			is_killed |= killed_with_next(at, wanted);
			n_doubts += is_doubtful(acct);
			values_are(acct, timestamp);
			assert_true(file_is_clean());
			n_killed += is_killed;
		}
	}
	print_message("# %d kills, %d doubts\n", n_killed, n_doubts);
	assert_true(n_killed > 200);
	/* Before the note of a transaction is written: no more than these. */
	assert_true(n_doubts > 0 && n_doubts <= 4 * 3);
}

/* A transaction that begins anywhere and ends anywhere later: acct is on at
 * the end, and timestamp as before. */
static void test_rule_anywhere(void **unused)
{
	int n_left = 0, n_put_back = 0;

	(void)unused;
	for (int first = 1;; first++) {
		int last = first;

		for (; last < 80; last++) {
			enum sysctl_left left;

			new_world(0, 0);
			open_state();
			world.rule_at = first;
			world.commit_at = last;
			left = live(BOTH);
			close_lists();
			if (world.in_flight)
				commit_rule();
			values_are(world.needs_acct, 0);
			n_left += left == SYSCTL_LEFT_RULES;
			n_put_back += left == SYSCTL_LEFT_NOTHING;
		}
		if (!world.needs_acct)
			break;
	}
	assert_true(n_left > 500);
	assert_true(n_put_back > 50);
}

static void test_users(void **unused)
{
	(void)unused;
	new_world(0, 0);
	assert_int_equal(open_state(), 0);
	assert_int_equal(sysctl_on(&state, BOTH), 0);
	world.has_others = true;
	assert_int_equal(sysctl_restore(&state), SYSCTL_LEFT_USERS);
	assert_int_equal(sysctl_restore(&state), SYSCTL_LEFT_NOTHING);
	close_lists();
	values_are(1, 1);
	assert_false(file_is_clean());
	/* One that had nothing to change ends last. */
	open_state();
	sysctl_on(&state, BOTH);
	world.has_others = false;
	assert_int_equal(sysctl_restore(&state), SYSCTL_LEFT_NOTHING);
	assert_int_equal(state.restored, BOTH);
	close_lists();
	values_are(0, 0);
	assert_true(file_is_clean());
}

static void test_repair(void **unused)
{
	enum sysctl_left left;

	(void)unused;
	new_world(0, 0);
	open_state();
	assert_int_equal(sysctl_repair(&state, &left), 0);
	assert_int_equal(left, SYSCTL_LEFT_NOTHING);
	sysctl_on(&state, BOTH);
	close_lists();
	open_state();
	world.lock_err = -EAGAIN;
	assert_int_equal(sysctl_repair(&state, &left), -EAGAIN);
	world.lock_err = 0;
	world.load_err = -EIO;
	assert_int_equal(sysctl_repair(&state, &left), -EIO);
	world.load_err = 0;
	world.has_others = true;
	assert_int_equal(sysctl_repair(&state, &left), 0);
	assert_int_equal(left, SYSCTL_LEFT_USERS);
	world.has_others = false;
	state.is_exact = false;
	assert_int_equal(sysctl_repair(&state, &left), -ENOTSUP);
	state.is_exact = true;
	assert_int_equal(sysctl_repair(&state, &left), BOTH);
	assert_int_equal(left, SYSCTL_LEFT_NOTHING);
	values_are(0, 0);
	close_lists();
	world.open_err = -EROFS;
	assert_int_equal(open_state(), -EROFS);
	assert_int_equal(sysctl_repair(&state, &left), -EROFS);
	close_lists();
}

/* What somebody wrote since is his, also if it is the same again. */
static void test_taken_over(void **unused)
{
	(void)unused;
	new_world(0, 0);
	open_state();
	sysctl_on(&state, BOTH);
	close_lists();
	world.value[SYSCTL_ACCT] = 0;
	open_state();
	assert_int_equal(sysctl_on(&state, 1U << SYSCTL_TIMESTAMP), 0);
	world.value[SYSCTL_ACCT] = 1;
	assert_int_equal(sysctl_restore(&state), SYSCTL_LEFT_NOTHING);
	close_lists();
	values_are(1, 0);
	/* Not what was ours, and not what it was before either. */
	new_world(0, 0);
	open_state();
	sysctl_on(&state, BOTH);
	world.value[SYSCTL_TIMESTAMP] = 2;
	sysctl_restore(&state);
	close_lists();
	values_are(0, 2);
}

/* The same number is another descriptor there. */
static void test_socket_of_another(void **unused)
{
	int fd;

	(void)unused;
	new_world(0, 0);
	open_state();
	sysctl_on(&state, BOTH);
	fd = state.user_fd;
	state.user_pid = 1;
	sysctl_restore(&state);
	assert_int_equal(state.user_fd, fd);
	assert_int_not_equal(fcntl(fd, F_GETFD), -1);
	state.user_pid = getpid();
	sysctl_restore(&state);
	assert_int_equal(state.user_fd, -1);
	assert_int_equal(fcntl(fd, F_GETFD), -1);
	close_lists();
}

/* The file of a namespace that may be another one. */
static void test_inexact(void **unused)
{
	(void)unused;
	new_world(0, 0);
	world.cookie_err = -ENOPROTOOPT;
	open_state();
	sysctl_on(&state, BOTH);
	close_lists();
	open_state();
	sysctl_on(&state, BOTH);
	assert_int_equal(sysctl_restore(&state), SYSCTL_LEFT_NOTHING);
	close_lists();
	values_are(1, 1);
	new_world(0, 0);
	world.cookie_err = -ENOPROTOOPT;
	open_state();
	sysctl_on(&state, BOTH);
	close_lists();
	world.has_others = true; /* whose file it is: the same namespace */
	open_state();
	sysctl_on(&state, BOTH);
	world.has_others = false;
	sysctl_restore(&state);
	close_lists();
	values_are(0, 0);
}

static enum sysctl_left on_and_restore(unsigned int lacking)
{
	enum sysctl_left left;

	open_state();
	assert_int_equal(sysctl_on(&state, BOTH), lacking);
	left = sysctl_restore(&state);
	close_lists();
	return left;
}

static void test_failures(void **unused)
{
	(void)unused;
	new_world(0, 0);
	world.read_err[SYSCTL_TIMESTAMP] = -ENOENT;
	assert_int_equal(on_and_restore(1U << SYSCTL_TIMESTAMP), 0);
	values_are(0, 0);
	world.write_err[SYSCTL_ACCT] = -EROFS;
	assert_int_equal(on_and_restore(BOTH), 0);
	world.read_err[SYSCTL_TIMESTAMP] = 0;
	assert_int_equal(on_and_restore(1U << SYSCTL_ACCT), 0);
	values_are(0, 0);
	assert_true(file_is_clean());

	new_world(0, 0);
	world.join_err = -EMFILE;
	assert_int_equal(on_and_restore(0), SYSCTL_LEFT_NOTHING);
	values_are(0, 0);
	world.generation_err = -EPERM;
	assert_int_equal(on_and_restore(0), SYSCTL_LEFT_RULES);
	values_are(1, 0);
	new_world(0, 0);
	world.generation = 0; /* no nftables */
	assert_int_equal(on_and_restore(0), SYSCTL_LEFT_NOTHING);
	values_are(0, 0);

	for (int which = 0; which < SYSCTLS; which++) {
		new_world(0, 0);
		open_state();
		sysctl_on(&state, BOTH);
		world.write_err[which] = -EPERM;
		assert_int_equal(sysctl_restore(&state), SYSCTL_LEFT_FAILED);
		close_lists();
		assert_false(file_is_clean());
		world.write_err[which] = 0;
		assert_int_equal(on_and_restore(0), SYSCTL_LEFT_NOTHING);
		values_are(0, 0);
		assert_true(file_is_clean());
	}
}

static void test_file_failures(void **unused)
{
	(void)unused;
	for (int i = 0; i < 3; i++) {
		new_world(0, 0);
		world.lock_err = i == 0 ? -EAGAIN : 0;
		world.load_err = i == 1 ? -EIO : 0;
		world.save_err = i == 2 ? -ENOSPC : 0;
		open_state();
		sysctl_on(&state, BOTH);
		assert_int_equal(state.error, world.lock_err + world.load_err +
						      world.save_err);
		values_are(1, 1);
		assert_false(world.is_locked);
		assert_int_equal(sysctl_restore(&state), SYSCTL_LEFT_NOTHING);
		values_are(0, 0);
		close_lists();
	}
	/* It is there, but its lock cannot be had any more. */
	new_world(0, 0);
	open_state();
	sysctl_on(&state, BOTH);
	world.lock_err = -EAGAIN;
	sysctl_transaction_begin(&state);
	assert_false(state.is_moving);
	sysctl_transaction_end(&state, true);
	assert_int_equal(sysctl_restore(&state), SYSCTL_LEFT_FAILED);
	values_are(1, 1);
	close_lists();
	world.lock_err = 0;
	assert_int_equal(on_and_restore(0), SYSCTL_LEFT_NOTHING);
	values_are(0, 0);
}

/* A flowtop that changed no switch leaves the note of one that did right. */
static void test_transaction_of_another(void **unused)
{
	struct sysctl_state other;

	(void)unused;
	new_world(0, 0);
	open_state();
	sysctl_on(&state, BOTH);
	other = state;
	open_state();
	sysctl_transaction_begin(&state);
	assert_true(state.is_moving);
	world.generation++;
	/* Killed there: its keeper notes it, and restores nothing. */
	assert_int_equal(sysctl_restore(&state), SYSCTL_LEFT_NOTHING);
	values_are(1, 1);
	sysctl_transaction_begin(&state);
	assert_true(state.is_moving);
	assert_int_equal(sysctl_restore(&state), SYSCTL_LEFT_NOTHING);
	sysctl_transaction_begin(&state);
	world.generation_err = -EMFILE;
	assert_int_equal(sysctl_restore(&state), SYSCTL_LEFT_NOTHING);
	sysctl_transaction_begin(&state);
	assert_false(state.is_moving);
	world.generation_err = 0;
	sysctl_transaction_end(&state, false);
	/* After somebody else's there is nothing to note. */
	world.generation++;
	sysctl_transaction_begin(&state);
	assert_false(state.is_moving);
	sysctl_transaction_end(&state, false);
	world.generation--;
	close_lists();
	state = other;
	assert_int_equal(sysctl_restore(&state), SYSCTL_LEFT_NOTHING);
	values_are(0, 0);
	close_lists();
}

static void put_list(int which, const char *text, int n)
{
	FILE *file = tmpfile();

	assert_non_null(file);
	while (n-- > 0)
		fputs(text, file);
	fflush(file);
	close(state.lists[which]);
	state.lists[which] = dup(fileno(file));
	fclose(file);
}

static const struct {
	const char *tables[2], *matches[2];
	int n;
	enum sysctl_left left;
} lists[] = {
	{ { "", "" }, { "connbytes\n", "connbytes\n" }, 1, 0 },
	{ { "filter\n", "" }, { "tcp\nudp\n", "connbytes\n" }, 1, 0 },
	{ { "", "filter\n" }, { "connbytes\n", "state\n" }, 1, 0 },
	{ { "filter\n", "" }, { "tcp\nconnbytes\nudp\n", "" }, 1, 2 },
	{ { "", "filter\n" }, { "", "connbytes\n" }, 1, 2 },
	{ { "filter\n", "" }, { "udp\n", "" }, 900, 0 },
	/* Longer than can be looked at. */
	{ { "filter\n", "" }, { "udp\n", "" }, 1100, 2 },
};

static void test_lists(void **unused)
{
	enum sysctl_left left;

	(void)unused;
	for (size_t i = 0; i < N_ELEMS(lists); i++) {
		new_world(0, 0);
		open_state();
		for (int family = 0; family < 2; family++) {
			put_list(2 * family, lists[i].tables[family], 1);
			put_list(2 * family + 1, lists[i].matches[family],
				 lists[i].n);
		}
		sysctl_on(&state, BOTH);
		assert_int_equal(sysctl_restore(&state), lists[i].left);
		values_are(lists[i].left != 0, 0);
		close_lists();
	}
	/* Not opened yet: as this kernel has it. */
	new_world(0, 0);
	open_state();
	for (int i = 0; i < SYSCTL_LISTS; i++) {
		close(state.lists[i]);
		state.lists[i] = -1;
	}
	sysctl_on(&state, BOTH);
	left = sysctl_restore(&state);
	if (access("/proc/net/ip_tables_names", F_OK) &&
	    access("/proc/net/ip6_tables_names", F_OK))
		assert_int_equal(left, SYSCTL_LEFT_NOTHING);
	else if (access("/proc/net/ip_tables_names", R_OK))
		assert_int_equal(left, SYSCTL_LEFT_UNKNOWN);
	/* A descriptor that cannot be read. */
	new_world(0, 0);
	open_state();
	for (int i = 0; i < SYSCTL_LISTS; i++) {
		close(state.lists[i]);
		state.lists[i] = open("/", O_RDONLY);
	}
	sysctl_on(&state, BOTH);
	assert_int_equal(sysctl_restore(&state), SYSCTL_LEFT_UNKNOWN);
	close_lists();
	assert_false(file_is_clean()); /* for root to try */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_killed_anywhere),
		cmocka_unit_test(test_rule_anywhere),
		cmocka_unit_test(test_users),
		cmocka_unit_test(test_repair),
		cmocka_unit_test(test_taken_over),
		cmocka_unit_test(test_socket_of_another),
		cmocka_unit_test(test_inexact),
		cmocka_unit_test(test_failures),
		cmocka_unit_test(test_file_failures),
		cmocka_unit_test(test_transaction_of_another),
		cmocka_unit_test(test_lists),
	};

	return cmocka_run_group_tests_name("sysctl", tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0-only
/* The file with two slots: writes torn anywhere, bytes that are wrong, another
 * boot, things that are no file; locks; who may remove it. */
#include "lib/slots.h"
#include "unit/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define SECOND_SLOT 512

struct content {
	uint32_t words[8];
};

static char top[32], dir[48], path[64];

static int setup(void **state)
{
	(void)state;
	strcpy(top, "/tmp/flowtop-slots.XXXXXX");
	if (!mkdtemp(top))
		return -1;
	snprintf(dir, sizeof(dir), "%s/dir", top);
	snprintf(path, sizeof(path), "%s/file", dir);
	return 0;
}

static int teardown(void **state)
{
	char command[64];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", top);
	return system(command);
}

static struct content numbered(uint32_t n)
{
	struct content content;

	for (uint32_t i = 0; i < 8; i++)
		content.words[i] = n * 0x01010101 + i;
	return content;
}

static void open_ok(struct slots *slots)
{
	assert_int_equal(slots_open(slots, dir, "file"), 0);
}

static void save(struct slots *slots, uint32_t n)
{
	struct content content = numbered(n);

	assert_int_equal(slots_save(slots, &content, sizeof(content)), 0);
}

/* Return: what was saved; 0: nothing; it is never anything else. */
static uint32_t load(struct slots *slots)
{
	static const struct content nothing;
	struct content content;

	assert_int_equal(slots_load(slots, &content, sizeof(content)), 0);
	if (!memcmp(&content, &nothing, sizeof(nothing)))
		return 0;
	for (uint32_t n = 1; n < 100; n++) {
		struct content want = numbered(n);

		if (!memcmp(&content, &want, sizeof(want)))
			return n;
	}
	fail_msg("garbage");
	return 0;
}

static size_t read_all(char *bytes, size_t room)
{
	int fd = open(path, O_RDONLY);
	ssize_t n = read(fd, bytes, room);

	assert_true(n >= 0);
	close(fd);
	return (size_t)n;
}

static void write_all(const char *bytes, size_t n)
{
	int fd = open(path, O_WRONLY | O_TRUNC);

	assert_int_equal(write(fd, bytes, n), n);
	close(fd);
}

static void test_modes(void **state)
{
	struct slots slots;
	struct stat status;

	(void)state;
	open_ok(&slots);
	assert_int_equal(load(&slots), 0);
	assert_int_equal(stat(dir, &status), 0);
	assert_int_equal(status.st_mode, S_IFDIR | 0700);
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode, S_IFREG | 0600);
	assert_true(fcntl(slots.fd, F_GETFD) & FD_CLOEXEC);
	for (uint32_t n = 1; n < 20; n++) {
		struct slots other;

		save(&slots, n);
		open_ok(&other);
		assert_int_equal(load(&other), n);
		close(other.fd);
	}
	close(slots.fd);
}

/* Every write, stopped after every number of bytes, leaves what was there
 * before or what was written. */
static void test_torn(void **state)
{
	char before[1024], after[1024], torn[1024];
	size_t n_before, n_after = 0, n_old = 0, n_new = 0;
	struct slots slots;

	(void)state;
	open_ok(&slots);
	for (uint32_t n = 1; n < 6; n++) {
		n_before = read_all(before, sizeof(before));
		save(&slots, n);
		n_after = read_all(after, sizeof(after));
		size_t from = n % 2 ? SECOND_SLOT : 0;
		size_t to = n % 2 ? n_after : 96;

		memset(before + n_before, 0, sizeof(before) - n_before);
		for (size_t cut = from; cut <= to; cut++) {
			struct slots other;
			size_t size = cut > n_before ? cut : n_before;
			uint32_t got;

			memcpy(torn, before, sizeof(torn));
			memcpy(torn + from, after + from, cut - from);
			write_all(torn, size);
			open_ok(&other);
			got = load(&other);
			assert_true(got == n || got == n - 1);
			n_new += got == n;
			n_old += got != n;
			/* Whoever finds it so goes on from there. */
			save(&other, 50);
			assert_int_equal(load(&other), 50);
			close(other.fd);
		}
		write_all(after, n_after);
		assert_int_equal(load(&slots), n);
	}
	assert_true(n_old > 300);
	assert_true(n_new >= 5);
	close(slots.fd);
}

/* A wrong bit anywhere in one slot: the other one counts. In both: nothing. */
static void test_wrong_bits(void **state)
{
	char good[1024], bad[1024];
	struct slots slots;
	size_t n;

	(void)state;
	open_ok(&slots);
	save(&slots, 1);
	save(&slots, 2);
	n = read_all(good, sizeof(good));
	for (size_t bit = 0; bit < 8 * (n - SECOND_SLOT); bit++) {
		char mask = (char)(1 << bit % 8);

		memcpy(bad, good, n);
		bad[bit / 8] ^= mask;
		write_all(bad, n);
		assert_int_equal(load(&slots), 1);
		bad[SECOND_SLOT + bit / 8] ^= mask;
		write_all(bad, n);
		assert_int_equal(load(&slots), 0);
		bad[bit / 8] ^= mask;
		write_all(bad, n);
		assert_int_equal(load(&slots), 2);
	}
	/* A slot in the place of the other is not taken for newer. */
	memcpy(bad, good + SECOND_SLOT, n - SECOND_SLOT);
	memcpy(bad + SECOND_SLOT, good, n - SECOND_SLOT);
	write_all(bad, n);
	assert_int_equal(load(&slots), 0);
	close(slots.fd);
}

static void test_sizes(void **state)
{
	char good[1024], bytes[4096];
	struct slots slots;
	size_t n;

	(void)state;
	open_ok(&slots);
	save(&slots, 1);
	save(&slots, 2);
	n = read_all(good, sizeof(good));
	for (size_t size = 0; size <= n; size++) {
		write_all(good, size);
		assert_int_equal(load(&slots), size >= n - SECOND_SLOT ? 2 : 0);
	}
	memset(bytes, 0xff, sizeof(bytes));
	memcpy(bytes, good, n);
	write_all(bytes, sizeof(bytes));
	assert_int_equal(load(&slots), 2);
	memset(bytes, 0xff, sizeof(bytes));
	write_all(bytes, sizeof(bytes));
	assert_int_equal(load(&slots), 0);
	save(&slots, 3);
	assert_int_equal(load(&slots), 3);
	close(slots.fd);
}

static void test_other_boot(void **state)
{
	struct slots slots;

	(void)state;
	open_ok(&slots);
	slots.boot[0] ^= 1;
	save(&slots, 1);
	save(&slots, 2);
	assert_int_equal(load(&slots), 2);
	slots.boot[0] ^= 1;
	assert_int_equal(load(&slots), 0);
	/* What is written now is newer than all of it. */
	save(&slots, 3);
	assert_int_equal(load(&slots), 3);
	slots.boot[0] ^= 1;
	assert_int_equal(load(&slots), 0);
	close(slots.fd);
}

static void refused(int err)
{
	struct slots slots;

	assert_int_equal(slots_open(&slots, dir, "file"), err);
	assert_int_equal(slots.fd, -1);
}

static void test_no_file(void **state)
{
	struct stat status;
	char target[64];
	struct slots slots;

	(void)state;
	assert_int_equal(mkdir(dir, 0700), 0);
	snprintf(target, sizeof(target), "%s/target", top);
	assert_int_equal(symlink(target, path), 0);
	refused(-ELOOP);
	assert_int_equal(stat(target, &status), -1);
	assert_int_equal(close(open(target, O_CREAT | O_WRONLY, 0600)), 0);
	refused(-ELOOP);
	unlink(path);
	assert_int_equal(mkfifo(path, 0600), 0);
	refused(-EINVAL);
	unlink(path);
	assert_int_equal(mkdir(path, 0700), 0);
	refused(-EISDIR);
	rmdir(path);
	assert_int_equal(close(open(path, O_CREAT | O_WRONLY, 0644)), 0);
	assert_int_equal(chmod(path, 0644), 0);
	refused(-EPERM);
	unlink(path);
	assert_int_equal(chmod(dir, 0755), 0);
	refused(-EPERM);
	assert_int_equal(rmdir(dir), 0);
	assert_int_equal(symlink(top, dir), 0);
	refused(-ENOTDIR);
	unlink(dir);
	assert_int_equal(close(open(dir, O_CREAT | O_WRONLY, 0600)), 0);
	refused(-ENOTDIR);
	unlink(dir);
	assert_int_equal(slots_open(&slots, "/no/such/dir", "file"), -ENOENT);
	if (geteuid() == 0) {
		assert_int_equal(mkdir(dir, 0700), 0);
		assert_int_equal(chown(dir, 65534, 65534), 0);
		refused(-EPERM);
	}
}

static void test_write_fails(void **state)
{
	struct slots slots, readonly, closed = { .fd = -1 };
	struct content content = numbered(9);

	(void)state;
	open_ok(&slots);
	save(&slots, 1);
	readonly = slots;
	readonly.fd = open(path, O_RDONLY);
	assert_int_equal(slots_save(&readonly, &content, sizeof(content)),
			 -EBADF);
	assert_int_equal(load(&readonly), 1);
	readonly.fd = open("/dev/full", O_RDWR);
	assert_int_equal(slots_save(&readonly, &content, sizeof(content)),
			 -ENOSPC);
	assert_int_equal(slots_load(&closed, &content, sizeof(content)),
			 -EBADF);
	assert_int_equal(slots_lock(&closed), -EBADF);
	assert_int_equal(load(&slots), 1);
	close(slots.fd);
}

static void test_lock(void **state)
{
	struct slots first, second;
	int status;

	(void)state;
	open_ok(&first);
	open_ok(&second);
	assert_int_equal(slots_lock(&first), 0);
	assert_int_equal(slots_lock(&first), 0);
	assert_int_equal(slots_lock(&second), -EAGAIN);
	slots_unlock(&first);
	assert_int_equal(slots_lock(&second), 0);
	slots_unlock(&second);
	/* One that is dead holds it only as long as it left a child. */
	if (fork() == 0) {
		open_ok(&first);
		_exit(slots_lock(&first));
	}
	wait(&status);
	assert_int_equal(status, 0);
	assert_int_equal(slots_lock(&second), 0);
	close(first.fd);
	close(second.fd);
}

static int exists(const char *name)
{
	char other[96];

	snprintf(other, sizeof(other), "%s/%s", dir, name);
	return !access(other, F_OK);
}

/* Other files go when they say nothing and nobody has them open. */
static void test_sweep(void **state)
{
	static const struct content nothing;
	struct slots slots, clean, full, held, old;
	char target[96];

	(void)state;
	assert_int_equal(slots_open(&clean, dir, "clean"), 0);
	assert_int_equal(slots_open(&full, dir, "full"), 0);
	assert_int_equal(slots_open(&held, dir, "held"), 0);
	assert_int_equal(slots_open(&old, dir, "old"), 0);
	save(&clean, 1);
	assert_int_equal(slots_save(&clean, &nothing, sizeof(nothing)), 0);
	save(&full, 1);
	old.boot[0] ^= 1;
	save(&old, 1);
	snprintf(target, sizeof(target), "%s/link", dir);
	assert_int_equal(symlink("full", target), 0);
	close(clean.fd);
	close(full.fd);
	close(old.fd);
	open_ok(&slots);
	assert_false(exists("clean"));
	assert_false(exists("old"));
	assert_true(exists("full"));
	assert_true(exists("held"));
	assert_true(exists("link"));
	assert_true(exists("file"));
	close(held.fd);
	close(slots.fd);
}

static void open_others(void)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (int i = 0;; i++) {
		struct slots other;

		slots_open(&other, dir, i % 2 ? "a" : "b");
		close(other.fd);
	}
}

/* One process opens and writes, others remove whatever is clean. What was
 * written must be there. */
static void test_sweep_race(void **state)
{
	static const struct content nothing;
	pid_t sweepers[3];

	(void)state;
	assert_int_equal(mkdir(dir, 0700), 0);
	for (size_t i = 0; i < N_ELEMS(sweepers); i++) {
		sweepers[i] = fork();
		if (!sweepers[i])
			open_others();
	}
	for (int i = 0; i < 300; i++) {
		struct slots slots, again;

		open_ok(&slots);
		assert_int_equal(load(&slots), 0);
		save(&slots, 7);
		open_ok(&again);
		assert_int_equal(load(&again), 7);
		close(again.fd);
		assert_int_equal(slots_save(&slots, &nothing, sizeof(nothing)),
				 0);
		close(slots.fd);
	}
	for (size_t i = 0; i < N_ELEMS(sweepers); i++) {
		kill(sweepers[i], SIGKILL);
		waitpid(sweepers[i], NULL, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_modes, setup, teardown),
		cmocka_unit_test_setup_teardown(test_torn, setup, teardown),
		cmocka_unit_test_setup_teardown(test_wrong_bits, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_sizes, setup, teardown),
		cmocka_unit_test_setup_teardown(test_other_boot, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_no_file, setup, teardown),
		cmocka_unit_test_setup_teardown(test_write_fails, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_lock, setup, teardown),
		cmocka_unit_test_setup_teardown(test_sweep, setup, teardown),
		cmocka_unit_test_setup_teardown(test_sweep_race, setup,
						teardown),
	};

	return cmocka_run_group_tests_name("slots", tests, NULL, NULL);
}

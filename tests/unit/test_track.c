// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tracking on demand: when it is refused, why, and when it ends by itself.
 *
 * What track.c calls is defined here, so the linker does not take the real
 * ones from the library.
 */
#include "broker/nft.h"
#include "broker/track.h"
#include "lib/procnum.h"
#include "unit/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static struct {
	int64_t count, max;
	int open_err, commit_err;
	uint32_t failed;
	int n_commits, n_begun, n_done;
	bool is_within;
} world;

int64_t procnum_read(const char *path)
{
	return strstr(path, "_max") ? world.max : world.count;
}

int nft_open(void)
{
	return world.open_err ? world.open_err : open("/dev/null", O_RDONLY);
}

int nft_commit(int fd, struct nft_batch *batch, uint32_t *failed)
{
	assert_true(fd >= 0);
	assert_int_equal(batch->n, 8);
	world.n_commits++;
	*failed = world.failed;
	return world.commit_err;
}

void sysctl_transaction_begin(struct sysctl_state *state)
{
	(void)state;
	assert_false(world.is_within);
	world.is_within = true;
	world.n_begun++;
}

void sysctl_transaction_end(struct sysctl_state *state, bool is_done)
{
	(void)state;
	assert_true(world.is_within);
	world.is_within = false;
	world.n_done += is_done;
}

static void new_world(int64_t count, int64_t max)
{
	memset(&world, 0, sizeof(world));
	world.count = count;
	world.max = max;
}

static void test_limits(void **state)
{
	(void)state;
	assert_false(track_is_over_half(0, 100));
	assert_false(track_is_over_half(50, 100));
	assert_true(track_is_over_half(51, 100));
	assert_false(track_is_over_half(1000, 0));
	assert_false(track_is_nearly_full(0, 100));
	assert_false(track_is_nearly_full(89, 100));
	assert_true(track_is_nearly_full(90, 100));
	assert_true(track_is_nearly_full(101, 100));
	assert_false(track_is_nearly_full(1000, 0));
	assert_true(track_is_nearly_full(1, 1));
	assert_false(track_is_nearly_full(0, 1));
	assert_false(track_is_nearly_full(235929, 262144));
	assert_true(track_is_nearly_full(235930, 262144));
	assert_true(track_is_nearly_full(INT64_MAX, INT64_MAX));
	assert_false(track_is_over_half(INT64_MAX / 2, INT64_MAX));
}

static void test_on_and_off(void **unused)
{
	struct sysctl_state state;
	struct track track;

	(void)unused;
	new_world(10, 100);
	track_init(&track);
	assert_false(track_guard(&track));
	track_off(&track);
	assert_int_equal(track_on(&track, &state), TRACK_ON);
	assert_int_equal(track_on(&track, &state), TRACK_ON);
	assert_int_equal(world.n_commits, 1);
	assert_int_equal(world.n_done, 1);
	assert_false(track_guard(&track));
	assert_int_equal(fcntl(track.fd, F_GETFD) & ~FD_CLOEXEC, 0);
	track_off(&track);
	assert_int_equal(track.fd, -1);
	track_off(&track);
	assert_int_equal(track_probe(&track), TRACK_ON);
	track_off(&track);
	assert_int_equal(world.n_begun, 1);
}

static void test_refused(void **unused)
{
	static const struct {
		int64_t count, max;
		enum track_result result;
	} cases[] = {
		{ 51, 100, TRACK_FULL },
		{ -ENOENT, 100, TRACK_UNREADABLE },
		{ 0, -EACCES, TRACK_UNREADABLE },
	};
	struct sysctl_state state;
	struct track track;

	(void)unused;
	track_init(&track);
	for (size_t i = 0; i < N_ELEMS(cases); i++) {
		new_world(cases[i].count, cases[i].max);
		assert_int_equal(track_on(&track, &state), cases[i].result);
		assert_int_equal(world.n_begun, 0);
		assert_int_equal(track.fd, -1);
	}
}

static void test_guard(void **unused)
{
	static const int64_t ends[][2] = {
		{ 90, 100 }, { 100, 100 }, { -EIO, 100 }, { 10, -EIO }
	};
	struct sysctl_state state;
	struct track track;

	(void)unused;
	track_init(&track);
	for (size_t i = 0; i < N_ELEMS(ends); i++) {
		new_world(10, 100);
		assert_int_equal(track_on(&track, &state), TRACK_ON);
		world.count = 89;
		assert_false(track_guard(&track));
		world.count = ends[i][0];
		world.max = ends[i][1];
		assert_true(track_guard(&track));
		assert_int_equal(track.fd, -1);
		assert_false(track_guard(&track));
	}
}

static void test_reasons(void **unused)
{
	static const struct {
		int err;
		uint32_t failed;
		enum track_result result;
	} cases[] = {
		{ -EPERM, 0, TRACK_NOT_PERMITTED },
		{ -EACCES, 1, TRACK_NOT_PERMITTED },
		{ -EOPNOTSUPP, 0, TRACK_NO_NFT },
		{ -EOPNOTSUPP, 1, TRACK_NO_OWNER },
		{ -EINVAL, 1, TRACK_NO_OWNER },
		{ -EINVAL, 2, TRACK_FAILED },
		{ -EAFNOSUPPORT, 1, TRACK_NO_NFT },
		{ -ENOENT, 2, TRACK_NO_NFT },
		{ -ENOENT, 3, TRACK_NO_NFT },
		{ -ENOMEM, 1, TRACK_FAILED },
		{ -EBADMSG, 0, TRACK_FAILED },
	};
	struct sysctl_state state;
	struct track track;

	(void)unused;
	track_init(&track);
	for (size_t i = 0; i < N_ELEMS(cases); i++) {
		new_world(0, 100);
		world.commit_err = cases[i].err;
		world.failed = cases[i].failed;
		assert_int_equal(track_on(&track, &state), cases[i].result);
		assert_int_equal(track.error, cases[i].err);
		assert_int_equal(track.fd, -1);
		assert_int_equal(world.n_begun, 1);
		assert_int_equal(world.n_done, 0);
	}
	new_world(0, 100);
	world.open_err = -EPROTONOSUPPORT;
	assert_int_equal(track_on(&track, &state), TRACK_NO_NFT);
	world.open_err = -EMFILE;
	assert_int_equal(track_on(&track, &state), TRACK_FAILED);
	assert_int_equal(world.n_commits, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_on_and_off),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_guard),
		cmocka_unit_test(test_reasons),
	};

	return cmocka_run_group_tests_name("track", tests, NULL, NULL);
}

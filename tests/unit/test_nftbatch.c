// SPDX-License-Identifier: GPL-2.0-only
/* Messages for nftables, and numbers in /proc. */
#include "lib/procnum.h"
#include "net/nftbatch.h"
#include "unit/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <libmnl/libmnl.h>

/* Whole messages, in order, that fit with the longest name. */
static void test_batch(void **state)
{
	struct nft_batch batch;
	const struct nlmsghdr *nlh = (const struct nlmsghdr *)batch.data;
	uint32_t n = 0;
	int left;

	(void)state;
	nft_put_begin(&batch, 7);
	nft_put_tracking(&batch, "flowtop_2147483647_ffffffff_and_more___");
	nft_put_end(&batch);
	assert_int_equal(batch.n, 9);
	assert_true(nft_batch_size(&batch) < sizeof(batch.data));
	for (left = (int)nft_batch_size(&batch); mnl_nlmsg_ok(nlh, left);
	     nlh = mnl_nlmsg_next(nlh, &left))
		assert_int_equal(nlh->nlmsg_seq, n++);
	assert_int_equal(n, 9);
	assert_int_equal(left, 0);
	nft_put_getgen(&batch);
	assert_int_equal(batch.n, 1);
	assert_int_equal(nft_batch_size(&batch), 20);
}

static int64_t number_in(const char *text)
{
	char path[] = "/tmp/flowtop-number.XXXXXX";
	int fd = mkstemp(path);
	int64_t number;

	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	number = procnum_read(path);
	unlink(path);
	return number;
}

static void test_numbers(void **state)
{
	char path[] = "/tmp/flowtop-number.XXXXXX";
	int fd = mkstemp(path);

	(void)state;
	assert_int_equal(number_in("0\n"), 0);
	assert_int_equal(number_in("262144\n"), 262144);
	assert_int_equal(number_in("1"), 1);
	assert_int_equal(number_in("9223372036854775807\n"), INT64_MAX);
	assert_int_equal(number_in("9223372036854775808\n"), -ERANGE);
	assert_int_equal(number_in(""), -EINVAL);
	assert_int_equal(number_in("\n"), -EINVAL);
	assert_int_equal(number_in("-1\n"), -EINVAL);
	assert_int_equal(number_in("1 2\n"), -EINVAL);
	assert_int_equal(procnum_read("/no/such/file"), -ENOENT);
	assert_int_equal(procnum_read("/"), -EISDIR);
	assert_int_equal(procnum_write(path, 42), 0);
	assert_int_equal(procnum_read(path), 42);
	assert_int_equal(procnum_write("/no/such/file", 1), -ENOENT);
	assert_int_equal(procnum_write("/dev/full", 1), -ENOSPC);
	close(fd);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_batch),
		cmocka_unit_test(test_numbers),
	};

	return cmocka_run_group_tests_name("nftbatch", tests, NULL, NULL);
}

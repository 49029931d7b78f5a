// SPDX-License-Identifier: GPL-2.0-only
/* A listing that is read ahead, by way of a socket that is not the kernel's. */
#include "source/slices.h"
#include "unit/unit.h"

#include <errno.h>
#include <linux/netlink.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MANY 100 /* more than there is room for at once */

struct ends {
	int in, out;
	struct slices *slices;
};

static void begin(struct ends *e)
{
	int fd[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_DGRAM, 0, fd), 0);
	e->in = fd[0];
	e->out = fd[1];
	e->slices = slices_new(e->out);
	assert_non_null(e->slices);
}

static void end(struct ends *e)
{
	slices_free(e->slices);
	close(e->in);
	close(e->out);
}

/* One message; its number tells it from the others. */
static void put(struct ends *e, uint16_t type, uint32_t number)
{
	struct nlmsghdr nlh = { .nlmsg_len = sizeof(nlh),
				.nlmsg_type = type,
				.nlmsg_seq = number };

	assert_int_equal(send(e->in, &nlh, sizeof(nlh), 0), sizeof(nlh));
}

static void take(struct ends *e, struct slice *slice)
{
	struct pollfd fd = { .fd = slices_fd(e->slices), .events = POLLIN };

	while (!slices_take(e->slices, slice))
		assert_int_equal(poll(&fd, 1, 10000), 1);
}

static uint32_t number_of(const struct slice *slice)
{
	struct nlmsghdr nlh;

	assert_int_equal(slice->size, sizeof(nlh));
	memcpy(&nlh, slice->data, sizeof(nlh));
	return nlh.nlmsg_seq;
}

static void test_all_in_order(void **state)
{
	uint64_t last_ns = 0;
	struct slice slice;
	struct ends e;

	(void)state;
	begin(&e);
	for (uint32_t i = 0; i < MANY; i++) {
		put(&e, NLMSG_MIN_TYPE, i);
		if (i % 5)
			continue; /* now and then some wait */
		for (uint32_t j = i < 5 ? 0 : i - 4; j <= i; j++) {
			take(&e, &slice);
			assert_int_equal(number_of(&slice), j);
			assert_true(slice.read_ns >= last_ns);
			last_ns = slice.read_ns;
			slices_give(e.slices, &slice);
		}
	}
	end(&e);
}

/* What nobody takes is not overwritten. */
static void test_waits_for_room(void **state)
{
	struct slice slice[MANY];
	struct ends e;
	int n = 0;

	(void)state;
	begin(&e);
	for (uint32_t i = 0; i < 9; i++)
		put(&e, NLMSG_MIN_TYPE, i);
	while (n < 8)
		take(&e, &slice[n++]);
	usleep(10000);
	assert_false(slices_take(e.slices, &slice[n]));
	slices_give(e.slices, &slice[0]);
	take(&e, &slice[n++]);
	for (uint32_t i = 1; i < 9; i++)
		assert_int_equal(number_of(&slice[i]), i);
	end(&e);
}

/* Behind the end there may be the next listing: it is left alone. */
static void ends_with(uint16_t type)
{
	struct slice slice;
	struct ends e;

	begin(&e);
	put(&e, type, 1);
	take(&e, &slice);
	slices_give(e.slices, &slice);
	put(&e, NLMSG_MIN_TYPE, 2);
	usleep(10000);
	assert_false(slices_take(e.slices, &slice));
	slices_free(e.slices);
	e.slices = NULL;
	assert_true(slice_read(e.out, (char[SLICE_BYTES]){ 0 }, &slice));
	assert_int_equal(number_of(&slice), 2);
	end(&e);
}

static void test_ends(void **state)
{
	(void)state;
	ends_with(NLMSG_DONE);
	ends_with(NLMSG_ERROR);
}

static void test_error(void **state)
{
	struct slice slice;
	int pipe_fd[2];
	struct slices *slices;
	struct pollfd fd = { .events = POLLIN };

	(void)state;
	assert_int_equal(pipe(pipe_fd), 0);
	slices = slices_new(pipe_fd[0]);
	assert_non_null(slices);
	fd.fd = slices_fd(slices);
	assert_int_equal(poll(&fd, 1, 10000), 1);
	assert_true(slices_take(slices, &slice));
	assert_int_equal(slice.size, -ENOTSOCK);
	slices_free(slices);
	close(pipe_fd[0]);
	close(pipe_fd[1]);
}

/* Given up in the middle: nobody waits for what does not come. */
static void test_given_up(void **state)
{
	struct ends e;

	(void)state;
	begin(&e);
	end(&e);
	begin(&e);
	put(&e, NLMSG_MIN_TYPE, 1);
	end(&e);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_in_order),
		cmocka_unit_test(test_waits_for_room),
		cmocka_unit_test(test_ends),
		cmocka_unit_test(test_error),
		cmocka_unit_test(test_given_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

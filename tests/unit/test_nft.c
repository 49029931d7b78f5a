// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the broker makes of the kernel's answers, also of wrong ones.
 *
 * The calls of the socket are defined here, in the place of libc's.
 */
#include "broker/nft.h"
#include "unit/unit.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <string.h>
#include <sys/socket.h>

#include <libmnl/libmnl.h>

#define NEWGEN (NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_NEWGEN)

/* One answer is one datagram. */
static struct {
	int socket_err, send_err;
	char answer[16][64] __attribute__((aligned(8)));
	size_t size[16];
	int n, n_taken, n_sent;
} world;

int socket(int domain, int type, int protocol)
{
	assert_int_equal(domain, AF_NETLINK);
	assert_true(type & SOCK_CLOEXEC);
	assert_int_equal(protocol, NETLINK_NETFILTER);
	errno = world.socket_err;
	return errno ? -1 : open("/dev/null", O_RDONLY);
}

ssize_t send(int fd, const void *data, size_t size, int flags)
{
	const struct nlmsghdr *nlh = data;
	int left = (int)size;

	assert_true(fd >= 0);
	assert_int_equal(flags, 0);
	for (; mnl_nlmsg_ok(nlh, left); nlh = mnl_nlmsg_next(nlh, &left))
		world.n_sent++;
	assert_int_equal(left, 0);
	errno = world.send_err;
	return errno ? -1 : (ssize_t)size;
}

ssize_t recv(int fd, void *data, size_t size, int flags)
{
	int i = world.n_taken;

	assert_true(fd >= 0);
	assert_int_equal(flags, MSG_DONTWAIT);
	if (i == world.n) {
		errno = EAGAIN;
		return -1;
	}
	assert_true(world.size[i] <= size);
	memcpy(data, world.answer[i], world.size[i]);
	world.n_taken++;
	return (ssize_t)world.size[i];
}

static void new_world(void)
{
	memset(&world, 0, sizeof(world));
}

static struct nlmsghdr *add_answer(uint16_t type, uint32_t seq)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(world.answer[world.n]);

	nlh->nlmsg_type = type;
	nlh->nlmsg_seq = seq;
	world.n++;
	return nlh;
}

static void answered(const struct nlmsghdr *nlh)
{
	world.size[world.n - 1] = nlh->nlmsg_len;
}

static void add_ack(uint32_t seq, int err)
{
	struct nlmsghdr *nlh = add_answer(NLMSG_ERROR, seq);
	struct nlmsgerr *ack = mnl_nlmsg_put_extra_header(nlh, sizeof(*ack));

	ack->error = err;
	answered(nlh);
}

static int commit(uint32_t *failed)
{
	struct nft_batch batch;
	int fd = nft_open();
	int err;

	nft_put_begin(&batch, 0);
	nft_put_tracking(&batch, "t");
	err = nft_commit(fd, &batch, failed);
	return err;
}

static void test_commit(void **state)
{
	uint32_t failed;

	(void)state;
	new_world();
	for (uint32_t i = 1; i <= 7; i++)
		add_ack(i, 0);
	assert_int_equal(commit(&failed), 0);
	assert_int_equal(world.n_sent, 9);

	/* An answer is missing, or one too many. */
	world.n_taken = 1;
	assert_int_equal(commit(&failed), -EBADMSG);
	new_world();
	assert_int_equal(commit(&failed), -EBADMSG);
	for (uint32_t i = 1; i <= 16; i++)
		add_ack(i, 0);
	assert_int_equal(commit(&failed), -EBADMSG);

	/* The first refusal counts, wherever it is. */
	for (uint32_t bad = 1; bad <= 7; bad++) {
		new_world();
		for (uint32_t i = 1; i <= 7; i++)
			add_ack(i, i < bad ? 0 : i == bad ? -ENOENT : -EINVAL);
		assert_int_equal(commit(&failed), -ENOENT);
		assert_int_equal(failed, bad);
	}
	new_world();
	add_ack(0, -EPERM);
	assert_int_equal(commit(&failed), -EPERM);
	assert_int_equal(failed, 0);

	new_world();
	world.send_err = EPERM;
	assert_int_equal(commit(&failed), -EPERM);
	assert_int_equal(failed, 0);
}

static void add_generation(uint16_t type, uint16_t attr, size_t size)
{
	struct nlmsghdr *nlh = add_answer(type, 0);
	uint64_t value = htonl(42);

	mnl_nlmsg_put_extra_header(nlh, sizeof(struct nfgenmsg));
	mnl_attr_put_u32(nlh, NFTA_GEN_PROC_PID, htonl(7));
	mnl_attr_put(nlh, attr, size, &value);
	answered(nlh);
}

static void generation_is(int err, uint32_t wanted)
{
	uint32_t generation = 99;

	assert_int_equal(nft_generation(&generation), err);
	assert_int_equal(generation, wanted);
}

static void test_generation(void **state)
{
	(void)state;
	new_world();
	add_generation(NEWGEN, NFTA_GEN_ID, 4);
	generation_is(0, 42);
	assert_int_equal(world.n_sent, 1);
	new_world();
	add_generation(NEWGEN, NFTA_GEN_ID, 2);
	generation_is(-EBADMSG, 0);
	new_world();
	add_generation(NEWGEN, NFTA_GEN_ID, 8);
	generation_is(-EBADMSG, 0);
	new_world();
	add_generation(NEWGEN, NFTA_GEN_PROC_NAME, 4);
	generation_is(-EBADMSG, 0);
	new_world();
	add_generation(NEWGEN + 1, NFTA_GEN_ID, 4);
	generation_is(-EBADMSG, 0);
	new_world();
	generation_is(-EAGAIN, 0);
	add_ack(0, -EPERM);
	generation_is(-EPERM, 0);
	new_world();
	add_ack(0, 0);
	generation_is(-EBADMSG, 0);
	new_world();
	add_ack(0, -EINVAL); /* no nftables */
	generation_is(0, 0);
	new_world();
	world.socket_err = EMFILE;
	generation_is(-EMFILE, 0);
	new_world();
	world.send_err = ENOBUFS;
	generation_is(-ENOBUFS, 0);
	/* Cut anywhere. */
	for (size_t size = 0; size < 36; size++) {
		new_world();
		add_generation(NEWGEN, NFTA_GEN_ID, 4);
		world.size[0] = size;
		generation_is(-EBADMSG, 0);
	}
	new_world();
	add_answer(NLMSG_ERROR, 0);
	world.size[0] = sizeof(struct nlmsghdr);
	generation_is(-EBADMSG, 0);
}

static void test_is_still(void **state)
{
	(void)state;
	new_world();
	assert_true(nft_is_still(5));
	assert_int_equal(world.n_sent, 2);
	assert_true(nft_is_still(0));
	add_ack(0, -ERESTART);
	assert_false(nft_is_still(5));
	new_world();
	add_ack(0, -EOPNOTSUPP); /* no nftables */
	assert_false(nft_is_still(5));
	world.n_taken = 0;
	assert_true(nft_is_still(0));
	new_world();
	add_ack(0, -EPERM);
	assert_false(nft_is_still(0));
	world.socket_err = EMFILE;
	assert_false(nft_is_still(5));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_commit),
		cmocka_unit_test(test_generation),
		cmocka_unit_test(test_is_still),
	};

	return cmocka_run_group_tests_name("nft", tests, NULL, NULL);
}

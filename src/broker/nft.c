/* SPDX-License-Identifier: GPL-2.0-only */
#include "broker/nft.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <sys/socket.h>
#include <unistd.h>

#include <libmnl/libmnl.h>

int nft_open(void)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER);

	return fd < 0 ? -errno : fd;
}

static int send_batch(int fd, const struct nft_batch *batch)
{
	ssize_t n = send(fd, batch->data, nft_batch_size(batch), 0);

	return n < 0 ? -errno : 0;
}

/* Return: the error of one answer, or -EAGAIN when there is no more. */
static int take_answer(int fd, uint32_t *seq, uint32_t *generation)
{
	char buffer[4096] __attribute__((aligned(8))) = { 0 };
	const struct nlmsghdr *nlh = (const struct nlmsghdr *)buffer;
	const struct nlmsgerr *answer = mnl_nlmsg_get_payload(nlh);
	ssize_t n = recv(fd, buffer, sizeof(buffer), MSG_DONTWAIT);
	const struct nlattr *attr;

	if (n < 0)
		return -errno;
	if (!mnl_nlmsg_ok(nlh, (int)n))
		return -EBADMSG;
	*seq = nlh->nlmsg_seq;
	if (nlh->nlmsg_type == NLMSG_ERROR &&
	    mnl_nlmsg_get_payload_len(nlh) >= sizeof(*answer))
		return answer->error;
	if (nlh->nlmsg_type != (NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_NEWGEN))
		return -EBADMSG;
	mnl_attr_for_each (attr, nlh, sizeof(struct nfgenmsg)) {
		if (mnl_attr_get_type(attr) == NFTA_GEN_ID &&
		    mnl_attr_get_payload_len(attr) == sizeof(uint32_t))
			*generation = ntohl(mnl_attr_get_u32(attr));
	}
	return 0;
}

int nft_commit(int fd, struct nft_batch *batch, uint32_t *failed)
{
	uint32_t n_asked = batch->n - 1, n_done = 0, seq = 0, ignored;
	int err, first = 0;

	*failed = 0;
	nft_put_end(batch);
	err = send_batch(fd, batch);
	if (err)
		return err;
	for (uint32_t i = 0; i < batch->n; i++) {
		err = take_answer(fd, &seq, &ignored);
		if (err == -EAGAIN)
			break;
		n_done += !err;
		if (!err || first)
			continue;
		first = err;
		*failed = seq;
	}
	return first || n_done == n_asked ? first : -EBADMSG;
}

int nft_generation(uint32_t *generation)
{
	struct nft_batch batch;
	int fd = nft_open();
	uint32_t seq;
	int err;

	*generation = 0;
	if (fd < 0)
		return fd;
	nft_put_getgen(&batch);
	err = send_batch(fd, &batch);
	if (!err)
		err = take_answer(fd, &seq, generation);
	close(fd);
	/* The answer where there are no tables to have a generation. */
	if (err == -EINVAL)
		return 0;
	return err || *generation ? err : -EBADMSG;
}

bool nft_is_still(uint32_t generation)
{
	struct nft_batch batch;
	int fd = nft_open();
	uint32_t failed;
	int err;

	if (fd < 0)
		return false;
	nft_put_begin(&batch, generation);
	err = nft_commit(fd, &batch, &failed);
	close(fd);
	return !err || (!generation && err == -EOPNOTSUPP);
}

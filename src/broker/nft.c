/* SPDX-License-Identifier: GPL-2.0-only */
#include "broker/nft.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <sys/socket.h>
#include <unistd.h>

#include <libmnl/libmnl.h>

#define NFT_TYPE(message) (NFNL_SUBSYS_NFTABLES << 8 | (message))

int nft_open(void)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER);

	return fd < 0 ? -errno : fd;
}

static struct nlmsghdr *put_message(struct nft_batch *batch, int type,
				    uint16_t flags, uint8_t family, int subsys)
{
	char *at = batch->n ? mnl_nlmsg_get_payload_tail(batch->last)
			    : batch->data;
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(at);
	struct nfgenmsg *nfg = mnl_nlmsg_put_extra_header(nlh, sizeof(*nfg));

	nlh->nlmsg_type = (uint16_t)type;
	nlh->nlmsg_flags = NLM_F_REQUEST | flags;
	nlh->nlmsg_seq = batch->n++;
	nfg->nfgen_family = family;
	nfg->version = NFNETLINK_V0;
	nfg->res_id = htons((uint16_t)subsys);
	batch->last = nlh;
	return nlh;
}

void nft_begin(struct nft_batch *batch, uint32_t generation)
{
	struct nlmsghdr *nlh;

	batch->n = 0;
	nlh = put_message(batch, NFNL_MSG_BATCH_BEGIN, 0, AF_UNSPEC,
			  NFNL_SUBSYS_NFTABLES);
	if (generation)
		mnl_attr_put_u32(nlh, NFNL_BATCH_GENID, htonl(generation));
}

struct nlmsghdr *nft_add(struct nft_batch *batch, uint16_t type, uint16_t flags,
			 uint8_t family)
{
	return put_message(batch, NFT_TYPE(type), NLM_F_ACK | flags, family, 0);
}

static int send_batch(int fd, const struct nft_batch *batch)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	const char *end = mnl_nlmsg_get_payload_tail(batch->last);

	return sendto(fd, batch->data, (size_t)(end - batch->data), 0,
		      (struct sockaddr *)&kernel, sizeof(kernel)) < 0
		       ? -errno
		       : 0;
}

/* Return: the error of the answer, or -EAGAIN when there is no more; or its
 * generation in *@generation. */
static int take_answer(int fd, uint32_t *seq, uint32_t *generation)
{
	char buffer[4096] __attribute__((aligned(8))) = { 0 };
	const struct nlmsghdr *nlh = (const struct nlmsghdr *)buffer;
	const struct nlmsgerr *answer = mnl_nlmsg_get_payload(nlh);
	struct sockaddr_nl from = { 0 };
	socklen_t size = sizeof(from);
	ssize_t n = recvfrom(fd, buffer, sizeof(buffer), MSG_DONTWAIT,
			     (struct sockaddr *)&from, &size);
	const struct nlattr *attr;

	if (n < 0)
		return -errno;
	if (!mnl_nlmsg_ok(nlh, (int)n) || from.nl_pid)
		return -EBADMSG;
	*seq = nlh->nlmsg_seq;
	if (nlh->nlmsg_type == NLMSG_ERROR &&
	    mnl_nlmsg_get_payload_len(nlh) >= sizeof(*answer))
		return answer->error;
	if (nlh->nlmsg_type != NFT_TYPE(NFT_MSG_NEWGEN))
		return -EBADMSG;
	mnl_attr_for_each(
		attr, nlh,
		sizeof(struct nfgenmsg)) if (mnl_attr_get_type(attr) ==
						     NFTA_GEN_ID &&
					     mnl_attr_get_payload_len(attr) ==
						     sizeof(uint32_t))
		*generation = ntohl(mnl_attr_get_u32(attr));
	return 0;
}

int nft_commit(int fd, struct nft_batch *batch, uint32_t *failed)
{
	uint32_t n_asked = batch->n - 1, n_done = 0, seq = 0, ignored;
	int err, first = 0;

	*failed = 0;
	put_message(batch, NFNL_MSG_BATCH_END, 0, AF_UNSPEC,
		    NFNL_SUBSYS_NFTABLES);
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
	struct nft_batch batch = { .n = 0 };
	int fd = nft_open();
	uint32_t seq;
	int err;

	if (fd < 0)
		return fd;
	*generation = 0;
	put_message(&batch, NFT_TYPE(NFT_MSG_GETGEN), 0, AF_UNSPEC, 0);
	err = send_batch(fd, &batch);
	if (!err)
		err = take_answer(fd, &seq, generation);
	close(fd);
	/* The answer where there are no tables to have a generation. */
	return err == -EINVAL ? 0 : err;
}

bool nft_is_still(uint32_t generation)
{
	struct nft_batch batch;
	int fd = nft_open();
	uint32_t failed;
	int err;

	if (fd < 0)
		return false;
	nft_begin(&batch, generation);
	err = nft_commit(fd, &batch, &failed);
	close(fd);
	return !err || (!generation && err == -EOPNOTSUPP);
}

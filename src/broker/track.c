/* SPDX-License-Identifier: GPL-2.0-only */
#include "broker/track.h"

#include "broker/nft.h"
#include "lib/str.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter_ipv4.h>
#include <sys/random.h>
#include <unistd.h>

#include <libmnl/libmnl.h>

/* Older headers lack the name. */
#define TABLE_F_OWNER 2

static const struct {
	const char *name;
	uint32_t hook;
} chains[] = {
	{ "input", NF_INET_LOCAL_IN },
	{ "output", NF_INET_LOCAL_OUT },
	{ "forward", NF_INET_FORWARD },
};
#define N_CHAINS (sizeof(chains) / sizeof(chains[0]))

static void put_table(struct nft_batch *batch, const char *table)
{
	struct nlmsghdr *nlh = nft_add(batch, NFT_MSG_NEWTABLE,
				       NLM_F_CREATE | NLM_F_EXCL, NFPROTO_INET);

	mnl_attr_put_strz(nlh, NFTA_TABLE_NAME, table);
	mnl_attr_put_u32(nlh, NFTA_TABLE_FLAGS, htonl(TABLE_F_OWNER));
}

static void put_chain(struct nft_batch *batch, const char *table, size_t i)
{
	struct nlmsghdr *nlh = nft_add(batch, NFT_MSG_NEWCHAIN,
				       NLM_F_CREATE | NLM_F_EXCL, NFPROTO_INET);
	struct nlattr *nest;

	mnl_attr_put_strz(nlh, NFTA_CHAIN_TABLE, table);
	mnl_attr_put_strz(nlh, NFTA_CHAIN_NAME, chains[i].name);
	mnl_attr_put_strz(nlh, NFTA_CHAIN_TYPE, "filter");
	mnl_attr_put_u32(nlh, NFTA_CHAIN_POLICY, htonl(NF_ACCEPT));
	nest = mnl_attr_nest_start(nlh, NFTA_CHAIN_HOOK);
	mnl_attr_put_u32(nlh, NFTA_HOOK_HOOKNUM, htonl(chains[i].hook));
	/* Anything behind NF_IP_PRI_CONNTRACK. */
	mnl_attr_put_u32(nlh, NFTA_HOOK_PRIORITY, htonl(NF_IP_PRI_FILTER));
	mnl_attr_nest_end(nlh, nest);
}

/* An element of the list of expressions, up to its attributes. */
static void start_expr(struct nlmsghdr *nlh, const char *name,
		       struct nlattr *nest[2])
{
	nest[0] = mnl_attr_nest_start(nlh, NFTA_LIST_ELEM);
	mnl_attr_put_strz(nlh, NFTA_EXPR_NAME, name);
	nest[1] = mnl_attr_nest_start(nlh, NFTA_EXPR_DATA);
}

static void end_expr(struct nlmsghdr *nlh, struct nlattr *nest[2])
{
	mnl_attr_nest_end(nlh, nest[1]);
	mnl_attr_nest_end(nlh, nest[0]);
}

static void put_value(struct nlmsghdr *nlh, uint16_t attr, uint32_t value)
{
	struct nlattr *nest = mnl_attr_nest_start(nlh, attr);

	mnl_attr_put_u32(nlh, NFTA_DATA_VALUE, value);
	mnl_attr_nest_end(nlh, nest);
}

/* "ct state new", and no verdict: whatever it finds, the packet goes on. */
static void put_rule(struct nft_batch *batch, const char *table, size_t i)
{
	struct nlmsghdr *nlh =
		nft_add(batch, NFT_MSG_NEWRULE, NLM_F_CREATE, NFPROTO_INET);
	struct nlattr *list, *nest[2];

	mnl_attr_put_strz(nlh, NFTA_RULE_TABLE, table);
	mnl_attr_put_strz(nlh, NFTA_RULE_CHAIN, chains[i].name);
	list = mnl_attr_nest_start(nlh, NFTA_RULE_EXPRESSIONS);
	start_expr(nlh, "ct", nest);
	mnl_attr_put_u32(nlh, NFTA_CT_DREG, htonl(NFT_REG_1));
	mnl_attr_put_u32(nlh, NFTA_CT_KEY, htonl(NFT_CT_STATE));
	end_expr(nlh, nest);
	start_expr(nlh, "bitwise", nest);
	mnl_attr_put_u32(nlh, NFTA_BITWISE_SREG, htonl(NFT_REG_1));
	mnl_attr_put_u32(nlh, NFTA_BITWISE_DREG, htonl(NFT_REG_1));
	mnl_attr_put_u32(nlh, NFTA_BITWISE_LEN, htonl(sizeof(uint32_t)));
	put_value(nlh, NFTA_BITWISE_MASK, NF_CT_STATE_BIT(IP_CT_NEW));
	put_value(nlh, NFTA_BITWISE_XOR, 0);
	end_expr(nlh, nest);
	start_expr(nlh, "cmp", nest);
	mnl_attr_put_u32(nlh, NFTA_CMP_SREG, htonl(NFT_REG_1));
	mnl_attr_put_u32(nlh, NFTA_CMP_OP, htonl(NFT_CMP_NEQ));
	put_value(nlh, NFTA_CMP_DATA, 0);
	end_expr(nlh, nest);
	mnl_attr_nest_end(nlh, list);
}

static int make_table(int fd, uint32_t *failed)
{
	struct nft_batch batch;
	uint32_t random = 0;
	char table[40];

	if (getrandom(&random, sizeof(random), GRND_NONBLOCK) < 0)
		return -errno;
	str_printf(table, sizeof(table), "flowtop_%d_%08x", (int)getpid(),
		   random);
	nft_begin(&batch, 0);
	put_table(&batch, table);
	for (size_t i = 0; i < N_CHAINS; i++) {
		put_chain(&batch, table, i);
		put_rule(&batch, table, i);
	}
	return nft_commit(fd, &batch, failed);
}

static enum track_result reason(int err, uint32_t failed)
{
	switch (err) {
	case 0:
		return TRACK_ON;
	case -EPERM:
	case -EACCES:
		return TRACK_NOT_PERMITTED;
	case -EINVAL:
		return failed == 1 ? TRACK_NO_OWNER : TRACK_FAILED;
	case -EOPNOTSUPP:
		return failed == 1 ? TRACK_NO_OWNER : TRACK_NO_NFT;
	case -ENOENT:
	case -EAFNOSUPPORT:
	case -EPROTONOSUPPORT:
		return TRACK_NO_NFT;
	default:
		return TRACK_FAILED;
	}
}

void track_init(struct track *track)
{
	*track = (struct track){ .fd = -1 };
}

void track_off(struct track *track)
{
	if (track->fd >= 0)
		close(track->fd);
	track->fd = -1;
}

enum track_result track_probe(struct track *track)
{
	uint32_t failed = 0;

	track->fd = nft_open();
	track->error =
		track->fd < 0 ? track->fd : make_table(track->fd, &failed);
	if (track->error)
		track_off(track);
	return reason(track->error, failed);
}

bool track_is_over_half(int64_t count, int64_t max)
{
	return max && count > max / 2;
}

bool track_is_nearly_full(int64_t count, int64_t max)
{
	return max && count >= max - max / 10;
}

enum track_result track_on(struct track *track, struct sysctl_state *sysctl)
{
	int64_t count = sysctl_number("count"), max = sysctl_number("max");
	enum track_result result;

	if (track->fd >= 0)
		return TRACK_ON;
	if (count < 0 || max < 0)
		return TRACK_UNREADABLE;
	if (track_is_over_half(count, max))
		return TRACK_FULL;
	sysctl_transaction_begin(sysctl);
	result = track_probe(track);
	sysctl_transaction_end(sysctl, result == TRACK_ON);
	return result;
}

bool track_guard(struct track *track)
{
	int64_t count, max;

	if (track->fd < 0)
		return false;
	count = sysctl_number("count");
	max = sysctl_number("max");
	if (count >= 0 && max >= 0 && !track_is_nearly_full(count, max))
		return false;
	track_off(track);
	return true;
}

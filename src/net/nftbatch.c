/* SPDX-License-Identifier: GPL-2.0-only */
#include "net/nftbatch.h"

#include <arpa/inet.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter_ipv4.h>

#include <libmnl/libmnl.h>

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

void nft_put_getgen(struct nft_batch *batch)
{
	batch->n = 0;
	put_message(batch, NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_GETGEN, 0,
		    AF_UNSPEC, 0);
}

void nft_put_begin(struct nft_batch *batch, uint32_t generation)
{
	struct nlmsghdr *nlh;

	batch->n = 0;
	nlh = put_message(batch, NFNL_MSG_BATCH_BEGIN, 0, AF_UNSPEC,
			  NFNL_SUBSYS_NFTABLES);
	if (generation)
		mnl_attr_put_u32(nlh, NFNL_BATCH_GENID, htonl(generation));
}

void nft_put_end(struct nft_batch *batch)
{
	put_message(batch, NFNL_MSG_BATCH_END, 0, AF_UNSPEC,
		    NFNL_SUBSYS_NFTABLES);
}

size_t nft_batch_size(const struct nft_batch *batch)
{
	const char *end = mnl_nlmsg_get_payload_tail(batch->last);

	return (size_t)(end - batch->data);
}

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

static struct nlmsghdr *put_request(struct nft_batch *batch, int type,
				    uint16_t flags)
{
	return put_message(batch, NFNL_SUBSYS_NFTABLES << 8 | type,
			   NLM_F_ACK | NLM_F_CREATE | flags, NFPROTO_INET, 0);
}

static void put_table(struct nft_batch *batch, const char *table)
{
	struct nlmsghdr *nlh = put_request(batch, NFT_MSG_NEWTABLE, NLM_F_EXCL);

	mnl_attr_put_strz(nlh, NFTA_TABLE_NAME, table);
	mnl_attr_put_u32(nlh, NFTA_TABLE_FLAGS, htonl(TABLE_F_OWNER));
}

static void put_chain(struct nft_batch *batch, const char *table, size_t i)
{
	struct nlmsghdr *nlh = put_request(batch, NFT_MSG_NEWCHAIN, NLM_F_EXCL);
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
	struct nlmsghdr *nlh = put_request(batch, NFT_MSG_NEWRULE, 0);
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

void nft_put_tracking(struct nft_batch *batch, const char *table)
{
	put_table(batch, table);
	for (size_t i = 0; i < N_CHAINS; i++) {
		put_chain(batch, table, i);
		put_rule(batch, table, i);
	}
}

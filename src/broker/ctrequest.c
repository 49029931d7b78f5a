/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * libnetfilter_conntrack supplies the constants. Its message builder is not
 * used: it refuses every protocol it has no code for, and flows of those have
 * to be asked about like any other.
 */
#include "broker/ctrequest.h"

#include "broker/request.h"
#include "net/proto.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter/nfnetlink.h>
#include <string.h>
#include <sys/socket.h>

#include <libmnl/libmnl.h>
#include <libnetfilter_conntrack/linux_nfnetlink_conntrack.h>

/* A GET with an IPv6 tuple and a zone takes 104 bytes. */
#define GET_BYTES 128

static struct nlmsghdr *put_header(void *buffer, uint16_t flags, uint32_t seq,
				   uint8_t family)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buffer);
	struct nfgenmsg *nfg;

	nlh->nlmsg_type = NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_GET;
	nlh->nlmsg_flags = NLM_F_REQUEST | flags;
	nlh->nlmsg_seq = seq;
	nfg = mnl_nlmsg_put_extra_header(nlh, sizeof(*nfg));
	nfg->nfgen_family = family;
	nfg->version = NFNETLINK_V0;
	return nlh;
}

static int send_all(int fd, const void *buffer, size_t size)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	ssize_t n;

	do
		n = sendto(fd, buffer, size, MSG_DONTWAIT,
			   (struct sockaddr *)&kernel, sizeof(kernel));
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : 0;
}

int ctrequest_list(int fd, uint8_t family, uint32_t seq)
{
	char buffer[64];
	struct nlmsghdr *nlh = put_header(buffer, NLM_F_DUMP, seq, family);

	return send_all(fd, nlh, nlh->nlmsg_len);
}

static void put_icmp(struct nlmsghdr *nlh, const struct flow_key *key)
{
	bool is_v6 = key->family == FAMILY_IPV6;

	mnl_attr_put_u16(nlh, is_v6 ? CTA_PROTO_ICMPV6_ID : CTA_PROTO_ICMP_ID,
			 htons(key->tuple.sport));
	mnl_attr_put_u8(nlh,
			is_v6 ? CTA_PROTO_ICMPV6_TYPE : CTA_PROTO_ICMP_TYPE,
			tuple_icmp_type(&key->tuple));
	mnl_attr_put_u8(nlh,
			is_v6 ? CTA_PROTO_ICMPV6_CODE : CTA_PROTO_ICMP_CODE,
			tuple_icmp_code(&key->tuple));
}

static void put_tuple(struct nlmsghdr *nlh, const struct flow_key *key)
{
	bool is_v6 = key->family == FAMILY_IPV6;
	size_t size = is_v6 ? 16 : 4;
	struct nlattr *nest = mnl_attr_nest_start(nlh, CTA_TUPLE_IP);

	mnl_attr_put(nlh, is_v6 ? CTA_IP_V6_SRC : CTA_IP_V4_SRC, size,
		     &key->tuple.src);
	mnl_attr_put(nlh, is_v6 ? CTA_IP_V6_DST : CTA_IP_V4_DST, size,
		     &key->tuple.dst);
	mnl_attr_nest_end(nlh, nest);
	nest = mnl_attr_nest_start(nlh, CTA_TUPLE_PROTO);
	mnl_attr_put_u8(nlh, CTA_PROTO_NUM, key->proto);
	if (proto_find(key->proto)->is_icmp) {
		put_icmp(nlh, key);
	} else {
		/* Protocols without ports ignore them. */
		mnl_attr_put_u16(nlh, CTA_PROTO_SRC_PORT,
				 htons(key->tuple.sport));
		mnl_attr_put_u16(nlh, CTA_PROTO_DST_PORT,
				 htons(key->tuple.dport));
	}
	mnl_attr_nest_end(nlh, nest);
}

int ctrequest_ask(int fd, uint32_t seq, const struct flow_key *keys, int n)
{
	char buffer[MAX_GETS * GET_BYTES] __attribute__((aligned(8)));
	size_t used = 0;

	for (int i = 0; i < n; i++) {
		struct nlmsghdr *nlh = put_header(
			buffer + used, 0, seq + (uint32_t)i, keys[i].family);
		struct nlattr *nest = mnl_attr_nest_start(nlh, CTA_TUPLE_ORIG);

		put_tuple(nlh, &keys[i]);
		mnl_attr_nest_end(nlh, nest);
		if (keys[i].zone)
			mnl_attr_put_u16(nlh, CTA_ZONE, htons(keys[i].zone));
		used += MNL_ALIGN(nlh->nlmsg_len);
	}
	return send_all(fd, buffer, used);
}

/* SPDX-License-Identifier: GPL-2.0-only */
#include "enrich/diagmsg.h"

#include "lib/sanitize.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <string.h>

#include <libmnl/libmnl.h>

/* Newer than the oldest headers that we build with; fixed numbers. */
enum { DIAG_SKV6ONLY = 11, DIAG_CGROUP_ID = 21 };

struct request {
	struct nlmsghdr nlh;
	struct inet_diag_req_v2 req;
};

_Static_assert(sizeof(struct request) == DIAG_REQUEST_SIZE, "as in the header");

/* The kernel takes UDP's question the other way round: as a packet that comes
 * in, whose source is the remote end ("swapped for historical reasons" in
 * net/ipv4/udp_diag.c). The answer is never swapped. */
static bool is_swapped(uint8_t proto)
{
	return proto == IPPROTO_UDP || proto == IPPROTO_UDPLITE;
}

static struct request *put_head(void *to, uint8_t family, uint8_t proto,
				int flags, uint32_t seq)
{
	struct request *r = memset(to, 0, sizeof(*r));

	r->nlh.nlmsg_len = sizeof(*r);
	r->nlh.nlmsg_type = SOCK_DIAG_BY_FAMILY;
	r->nlh.nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags);
	r->nlh.nlmsg_seq = seq;
	r->req.sdiag_family = family;
	r->req.sdiag_protocol = proto;
	r->req.id.idiag_cookie[0] = INET_DIAG_NOCOOKIE;
	r->req.id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
	return r;
}

/* Asked as IPv4, v4-mapped IPv6 sockets and those bound to [::] are found as
 * well: the kernel looks where a packet would go. */
void diagmsg_put_find(void *to, const struct sock_query *query, uint32_t seq)
{
	struct request *r = put_head(to, query->family, query->proto, 0, seq);
	struct inet_diag_sockid *id = &r->req.id;
	size_t size = addr_size(query->family);

	r->req.idiag_states = SOCK_STATES_ALL;
	id->idiag_if = query->ifindex;
	if (is_swapped(query->proto)) {
		memcpy(id->idiag_src, &query->remote, size);
		memcpy(id->idiag_dst, &query->local, size);
		id->idiag_sport = htons(query->rport);
		id->idiag_dport = htons(query->lport);
	} else {
		memcpy(id->idiag_src, &query->local, size);
		memcpy(id->idiag_dst, &query->remote, size);
		id->idiag_sport = htons(query->lport);
		id->idiag_dport = htons(query->rport);
	}
}

void diagmsg_put_dump(void *to, uint8_t family, uint8_t proto, uint32_t states,
		      uint16_t lport, uint32_t seq)
{
	struct request *r = put_head(to, family, proto, NLM_F_DUMP, seq);

	r->req.idiag_states = states;
	r->req.id.idiag_sport = htons(lport);
}

void diagmsg_put_info(void *to, const struct sock_query *query, uint32_t seq)
{
	struct request *r = to;

	diagmsg_put_find(to, query, seq);
	r->req.idiag_ext =
		1 << (INET_DIAG_INFO - 1) | 1 << (INET_DIAG_CONG - 1);
}

static bool is_zero(const struct addr *a)
{
	static const struct addr zero;

	return addr_equal(a, &zero);
}

static bool is_mapped(const struct addr *a)
{
	static const uint8_t prefix[12] = { [10] = 0xff, [11] = 0xff };

	return !memcmp(a->byte, prefix, sizeof(prefix));
}

static void unmap(struct addr *a)
{
	memcpy(a->byte, a->byte + 12, 4);
	memset(a->byte + 4, 0, 12);
}

/* An IPv6 socket that speaks IPv4 has mapped ends, or none at all. */
static void unmap_ends(struct sock_entry *entry)
{
	bool is_local_mapped = is_mapped(&entry->local);
	bool is_remote_mapped = is_mapped(&entry->remote);

	if (!is_local_mapped && !is_remote_mapped)
		return;
	if ((!is_local_mapped && !is_zero(&entry->local)) ||
	    (!is_remote_mapped && !is_zero(&entry->remote)))
		return;
	entry->family = FAMILY_IPV4;
	unmap(&entry->local);
	unmap(&entry->remote);
}

static void take_attributes(const struct nlmsghdr *nlh,
			    struct sock_entry *entry)
{
	const struct nlattr *attr =
		mnl_nlmsg_get_payload_offset(nlh, sizeof(struct inet_diag_msg));
	const char *end = (const char *)nlh + nlh->nlmsg_len;

	/* mnl_attr_for_each() rounds the end up, behind the message. */
	for (; mnl_attr_ok(attr, (int)(end - (const char *)attr));
	     attr = mnl_attr_next(attr)) {
		switch (mnl_attr_get_type(attr)) {
		case DIAG_SKV6ONLY:
			if (mnl_attr_get_payload_len(attr) >= 1)
				entry->is_v6only = mnl_attr_get_u8(attr) != 0;
			break;
		case DIAG_CGROUP_ID:
			if (mnl_attr_get_payload_len(attr) >= 8)
				entry->cgroup = mnl_attr_get_u64(attr);
			break;
		default:
			break;
		}
	}
}

int diagmsg_parse(const struct nlmsghdr *nlh, struct sock_entry *entry)
{
	const struct inet_diag_msg *m = mnl_nlmsg_get_payload(nlh);
	size_t size;

	if (nlh->nlmsg_len < MNL_NLMSG_HDRLEN + sizeof(*m) ||
	    nlh->nlmsg_type != SOCK_DIAG_BY_FAMILY)
		return -EBADMSG;
	size = addr_size(m->idiag_family);
	if (!size)
		return -EBADMSG;
	memset(entry, 0, sizeof(*entry));
	entry->family = m->idiag_family;
	entry->state = m->idiag_state;
	memcpy(&entry->local, m->id.idiag_src, size);
	memcpy(&entry->remote, m->id.idiag_dst, size);
	entry->lport = ntohs(m->id.idiag_sport);
	entry->rport = ntohs(m->id.idiag_dport);
	entry->ifindex = m->id.idiag_if;
	entry->cookie =
		(uint64_t)m->id.idiag_cookie[1] << 32 | m->id.idiag_cookie[0];
	entry->inode = m->idiag_inode;
	entry->uid = m->idiag_uid;
	/* What has no file has no owner to tell, and the kernel then says 0.
	 * Newer ones keep the number after close(). */
	entry->has_uid = m->idiag_inode || m->idiag_uid;
	if (m->idiag_state == SOCK_LISTEN)
		entry->queue = m->idiag_rqueue;
	take_attributes(nlh, entry);
	unmap_ends(entry);
	return 0;
}

int diagmsg_error(const struct nlmsghdr *nlh)
{
	int err = 0;

	if (nlh->nlmsg_type != NLMSG_ERROR && nlh->nlmsg_type != NLMSG_DONE)
		return -EBADMSG;
	if (nlh->nlmsg_len >= MNL_NLMSG_HDRLEN + sizeof(err))
		memcpy(&err, mnl_nlmsg_get_payload(nlh), sizeof(err));
	else if (nlh->nlmsg_type == NLMSG_ERROR)
		return -EBADMSG;
	/* Anything else than a negative errno would pass for a count. */
	return err > 0 || err < -4095 ? -EBADMSG : err;
}

/* Does a packet to that address reach it? */
static bool is_local_any(const struct sock_query *query,
			 const struct sock_entry *entry)
{
	if (!is_zero(&entry->local))
		return false;
	return query->family == entry->family ||
	       (query->family == FAMILY_IPV4 && !entry->is_v6only);
}

enum sock_match diagmsg_match(const struct sock_query *query,
			      const struct sock_entry *entry)
{
	bool is_same_family = query->family == entry->family;
	bool is_any = is_local_any(query, entry);
	bool is_local =
		is_same_family && addr_equal(&query->local, &entry->local);

	if (query->lport != entry->lport || (!is_any && !is_local))
		return MATCH_NONE;
	if (entry->rport)
		return is_same_family && query->rport == entry->rport &&
				       addr_equal(&query->remote,
						  &entry->remote)
			       ? MATCH_EXACT
			       : MATCH_NONE;
	if (is_swapped(query->proto))
		return is_any ? MATCH_WILDCARD : MATCH_UNCONNECTED;
	return entry->state == SOCK_LISTEN ? MATCH_LISTENER : MATCH_NONE;
}

/* ------------------------------------------------------------ TCP */

/* The kernel gives as much of the struct as it knows. */
static bool has_field(size_t size, size_t offset, size_t field_size)
{
	return size >= offset + field_size;
}

#define HAS_FIELD(size, name)                                                  \
	has_field(size, offsetof(struct tcp_info, name),                       \
		  sizeof(((struct tcp_info *)0)->name))

static void take_info(const struct nlattr *attr, struct tcp_fact *fact)
{
	size_t size = mnl_attr_get_payload_len(attr);
	struct tcp_info info = { 0 };

	memcpy(&info, mnl_attr_get_payload(attr),
	       size < sizeof(info) ? size : sizeof(info));
	if (HAS_FIELD(size, tcpi_total_retrans)) {
		fact->has |= TCP_HAS_RTT;
		fact->rtt_us = info.tcpi_rtt;
		fact->mss = info.tcpi_snd_mss;
		fact->cwnd = info.tcpi_snd_cwnd;
		fact->retrans = info.tcpi_total_retrans;
	}
	if (HAS_FIELD(size, tcpi_data_segs_out)) {
		fact->has |= TCP_HAS_SEGMENTS;
		fact->segments = info.tcpi_data_segs_out;
	}
	/* Before the first measurement it is as large as can be. */
	if (HAS_FIELD(size, tcpi_min_rtt) && info.tcpi_min_rtt != UINT32_MAX) {
		fact->has |= TCP_HAS_MIN_RTT;
		fact->min_rtt_us = info.tcpi_min_rtt;
	}
	if (HAS_FIELD(size, tcpi_delivery_rate)) {
		fact->has |= TCP_HAS_DELIVERY;
		fact->delivery = info.tcpi_delivery_rate;
	}
}

static void take_tcp(const struct nlmsghdr *nlh, struct tcp_fact *fact)
{
	const struct nlattr *attr =
		mnl_nlmsg_get_payload_offset(nlh, sizeof(struct inet_diag_msg));
	const char *end = (const char *)nlh + nlh->nlmsg_len;

	for (; mnl_attr_ok(attr, (int)(end - (const char *)attr));
	     attr = mnl_attr_next(attr)) {
		const char *text = mnl_attr_get_payload(attr);
		size_t size = mnl_attr_get_payload_len(attr);

		if (mnl_attr_get_type(attr) == INET_DIAG_INFO)
			take_info(attr, fact);
		else if (mnl_attr_get_type(attr) == INET_DIAG_CONG)
			sanitize_text(fact->cc, sizeof(fact->cc), text,
				      strnlen(text, size), NULL);
	}
}

int diagmsg_parse_info(const void *data, size_t size,
		       const struct sock_query *query, uint32_t seq,
		       struct tcp_fact *fact)
{
	const struct nlmsghdr *nlh = data;
	struct tcp_fact got = { 0 };
	struct sock_entry entry;
	int err;

	if (!mnl_nlmsg_ok(nlh, size > INT32_MAX ? 0 : (int)size))
		return -EBADMSG;
	if (nlh->nlmsg_seq != seq)
		return -EAGAIN;
	if (nlh->nlmsg_type == NLMSG_ERROR) {
		err = diagmsg_error(nlh);
		return err ? err : -EBADMSG;
	}
	err = diagmsg_parse(nlh, &entry);
	if (err)
		return err;
	/* A listener stands for what is not there. */
	if (diagmsg_match(query, &entry) != MATCH_EXACT)
		return -ENOENT;
	take_tcp(nlh, &got);
	*fact = got;
	return 0;
}

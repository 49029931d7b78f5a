/* SPDX-License-Identifier: GPL-2.0-only */
/* Our own addresses, as rtnetlink tells them. */
#include "source/rtaddr.h"

#include "lib/sanitize.h"

#include <errno.h>
#include <linux/if_addr.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <string.h>

struct found {
	bool has_address, has_local;
	struct addr address, local;
	char label[16];
};

static void rtaddr_attr(struct found *found, uint16_t type, const void *data,
			size_t size, size_t wanted)
{
	switch (type) {
	case IFA_ADDRESS:
		if (size != wanted)
			break;
		memcpy(found->address.byte, data, size);
		found->has_address = true;
		break;
	case IFA_LOCAL:
		if (size != wanted)
			break;
		memcpy(found->local.byte, data, size);
		found->has_local = true;
		break;
	case IFA_LABEL:
		if (size >= sizeof(found->label))
			size = sizeof(found->label) - 1;
		memset(found->label, 0, sizeof(found->label));
		memcpy(found->label, data, strnlen(data, size));
		break;
	}
}

/* "eth0:1" is a second name for an address on eth0. */
static void rtaddr_iface(char *iface, const char *label)
{
	memset(iface, 0, 16);
	sanitize_text(iface, 16, label, strcspn(label, ":"), NULL);
}

static void rtaddr_attrs(struct found *found, const uint8_t *at, size_t left,
			 size_t wanted)
{
	while (left >= sizeof(struct nlattr)) {
		struct nlattr attr;
		size_t step;

		memcpy(&attr, at, sizeof(attr));
		if (attr.nla_len < sizeof(attr) || attr.nla_len > left)
			return;
		rtaddr_attr(found, attr.nla_type & NLA_TYPE_MASK,
			    at + sizeof(attr), attr.nla_len - sizeof(attr),
			    wanted);
		step = NLA_ALIGN(attr.nla_len);
		if (step >= left)
			return;
		at += step;
		left -= step;
	}
}

int rtaddr_parse(const struct nlmsghdr *nlh, struct own_addr *out, bool *added)
{
	const size_t head =
		NLMSG_HDRLEN + NLMSG_ALIGN(sizeof(struct ifaddrmsg));
	struct found found = { 0 };
	struct ifaddrmsg ifa;
	size_t wanted;

	if (nlh->nlmsg_type != RTM_NEWADDR && nlh->nlmsg_type != RTM_DELADDR)
		return -EINVAL;
	if (nlh->nlmsg_len < head)
		return -EBADMSG;
	memcpy(&ifa, (const uint8_t *)nlh + NLMSG_HDRLEN, sizeof(ifa));
	wanted = addr_size(ifa.ifa_family);
	if (!wanted || ifa.ifa_prefixlen > wanted * 8)
		return -EBADMSG;
	rtaddr_attrs(&found, (const uint8_t *)nlh + head, nlh->nlmsg_len - head,
		     wanted);
	if (!found.has_local && !found.has_address)
		return -EBADMSG;

	memset(out, 0, sizeof(*out));
	/* On a point-to-point link IFA_ADDRESS is the other end. */
	out->addr = found.has_local ? found.local : found.address;
	out->family = ifa.ifa_family;
	out->prefix = ifa.ifa_prefixlen;
	rtaddr_iface(out->iface, found.label);
	*added = nlh->nlmsg_type == RTM_NEWADDR;
	return 0;
}

static bool has_label(const struct nlmsghdr *nlh)
{
	const size_t head =
		NLMSG_HDRLEN + NLMSG_ALIGN(sizeof(struct ifaddrmsg));
	const uint8_t *at = (const uint8_t *)nlh + head;
	size_t left = nlh->nlmsg_len > head ? nlh->nlmsg_len - head : 0;

	while (left >= sizeof(struct nlattr)) {
		struct nlattr attr;
		size_t step;

		memcpy(&attr, at, sizeof(attr));
		step = NLA_ALIGN(attr.nla_len);
		if ((attr.nla_type & NLA_TYPE_MASK) == IFA_LABEL)
			return true;
		if (step < sizeof(attr) || step >= left)
			return false;
		at += step;
		left -= step;
	}
	return false;
}

size_t rtaddr_label(const struct nlmsghdr *nlh, const char *iface, void *data,
		    size_t size)
{
	size_t head = NLMSG_ALIGN(nlh->nlmsg_len);
	size_t name = iface ? strnlen(iface, 15) + 1 : 0;
	const struct nlattr attr = {
		.nla_len = (uint16_t)(NLA_HDRLEN + name),
		.nla_type = IFA_LABEL,
	};
	uint32_t total = (uint32_t)head + NLA_ALIGN(attr.nla_len);
	uint8_t *at = data;

	if (name <= 1 || total > size || has_label(nlh))
		return 0;
	memset(data, 0, total);
	memcpy(at, nlh, nlh->nlmsg_len);
	memcpy(at, &total, sizeof(total)); /* nlmsg_len */
	memcpy(at + head, &attr, sizeof(attr));
	memcpy(at + head + NLA_HDRLEN, iface, name - 1);
	return total;
}

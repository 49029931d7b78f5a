/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Netlink from a host of the other byte order, turned in place.
 *
 * In host order are: message and attribute headers, error codes, the index and
 * some numbers of address messages, and our marks. What ctnetlink puts into
 * attributes is in network order.
 */
#include "source/nlswap.h"

#include "source/mark.h"

#include <byteswap.h>
#include <linux/if_addr.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdint.h>
#include <string.h>

#define MAX_DEPTH 6 /* ctnetlink nests three deep */

static uint32_t turn_u32(uint8_t *at)
{
	uint32_t value;

	memcpy(&value, at, sizeof(value));
	value = bswap_32(value);
	memcpy(at, &value, sizeof(value));
	return value;
}

static uint16_t turn_u16(uint8_t *at)
{
	uint16_t value;

	memcpy(&value, at, sizeof(value));
	value = bswap_16(value);
	memcpy(at, &value, sizeof(value));
	return value;
}

static void turn_u32s(uint8_t *at, size_t size)
{
	for (; size >= sizeof(uint32_t); size -= sizeof(uint32_t)) {
		turn_u32(at);
		at += sizeof(uint32_t);
	}
}

static void turn_u64s(uint8_t *at, size_t n)
{
	for (; n > 0; n--) {
		uint64_t value;

		memcpy(&value, at, sizeof(value));
		value = bswap_64(value);
		memcpy(at, &value, sizeof(value));
		at += sizeof(value);
	}
}

/* Attributes whose payload is in host order; numbers of 32 bits. */
static bool is_host_order(int family, uint16_t type)
{
	if (family != NETLINK_ROUTE)
		return false;
	return type == IFA_FLAGS || type == IFA_CACHEINFO ||
	       type == IFA_RT_PRIORITY || type == IFA_TARGET_NETNSID;
}

static void turn_attrs(uint8_t *at, size_t left, int family, int depth)
{
	while (left >= sizeof(struct nlattr)) {
		uint16_t len = turn_u16(at);
		uint16_t type = turn_u16(at + 2);
		uint8_t *payload = at + sizeof(struct nlattr);
		size_t step;

		if (len < sizeof(struct nlattr) || len > left)
			return;
		if ((type & NLA_F_NESTED) && depth < MAX_DEPTH)
			turn_attrs(payload, len - sizeof(struct nlattr), family,
				   depth + 1);
		else if (is_host_order(family, type))
			turn_u32s(payload, len - sizeof(struct nlattr));
		step = NLA_ALIGN(len);
		if (step >= left)
			return;
		at += step;
		left -= step;
	}
}

static void turn_mark(uint8_t *at, size_t size)
{
	uint32_t words;

	if (size < MARK_HEADER - NLMSG_HDRLEN)
		return;
	turn_u32(at);
	turn_u32(at + 4);
	words = turn_u32(at + 8);
	turn_u32(at + 12);
	size -= MARK_HEADER - NLMSG_HDRLEN;
	if (words <= size / sizeof(uint64_t))
		turn_u64s(at + MARK_HEADER - NLMSG_HDRLEN, words);
}

static void turn_payload(uint8_t *at, size_t size, uint16_t type, int family)
{
	size_t head = 0;

	if (family == NETLINK_USERSOCK) {
		turn_mark(at, size);
		return;
	}
	if (type == NLMSG_ERROR || type == NLMSG_DONE) {
		turn_u32s(at, size < 4 ? size : 4);
		return;
	}
	if (family == NETLINK_NETFILTER) {
		head = NLMSG_ALIGN(sizeof(struct nfgenmsg));
	} else if (type == RTM_NEWADDR || type == RTM_DELADDR) {
		head = NLMSG_ALIGN(sizeof(struct ifaddrmsg));
		if (size >= head)
			turn_u32(at + offsetof(struct ifaddrmsg, ifa_index));
	}
	if (head && size > head)
		turn_attrs(at + head, size - head, family, 0);
}

void nlswap(void *data, size_t size, int family)
{
	uint8_t *at = data;

	while (size >= NLMSG_HDRLEN) {
		uint32_t len = turn_u32(at);
		uint16_t type = turn_u16(at + 4);
		size_t step;

		turn_u16(at + 6);
		turn_u32(at + 8);
		turn_u32(at + 12);
		if (len < NLMSG_HDRLEN || len > size)
			return;
		turn_payload(at + NLMSG_HDRLEN, len - NLMSG_HDRLEN, type,
			     family);
		step = NLMSG_ALIGN(len);
		if (step >= size)
			return;
		at += step;
		size -= step;
	}
}

enum nlorder nlorder_check(const void *data, size_t size, size_t length,
			   bool swapped)
{
	uint32_t len, other;

	if (size < NLMSG_HDRLEN)
		return NLORDER_NONE;
	memcpy(&len, data, sizeof(len));
	other = bswap_32(len);
	if (swapped) {
		uint32_t expected = other;

		other = len;
		len = expected;
	}
	if (len >= NLMSG_HDRLEN && len <= length)
		return NLORDER_FITS;
	if (other >= NLMSG_HDRLEN && other <= length)
		return NLORDER_OTHER;
	return NLORDER_NONE;
}

/* SPDX-License-Identifier: GPL-2.0-only */
/* Our own addresses, as rtnetlink tells them. */
#ifndef FLOWTOP_SOURCE_RTADDR_H
#define FLOWTOP_SOURCE_RTADDR_H

#include "source/source.h"

#include <stdbool.h>

/**
 * rtaddr_parse - read an RTM_NEWADDR or RTM_DELADDR message
 * @nlh: nlmsg_len is checked against nothing: the caller has that many bytes
 * @out: iface is "" when the message has no IFA_LABEL
 * @added: false for RTM_DELADDR
 *
 * Return: 0; -EINVAL another message; -EBADMSG it is damaged, or has no
 * address of a family we know.
 */
int rtaddr_parse(const struct nlmsghdr *nlh, struct own_addr *out, bool *added);

/**
 * rtaddr_label - a copy of an address message with the name of its interface
 * @iface: goes in as IFA_LABEL; NULL or "" when it is not known
 * @data: @size bytes
 *
 * Return: its size; 0 when it has a label, there is no name, or no room.
 */
size_t rtaddr_label(const struct nlmsghdr *nlh, const char *iface, void *data,
		    size_t size);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
#include "source/rtnl.h"

#include "lib/sanitize.h"
#include "source/rtaddr.h"
#include "source/source.h"

#include <errno.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <libmnl/libmnl.h>

static int ask_all(int fd)
{
	struct {
		struct nlmsghdr nlh;
		struct ifaddrmsg ifa;
	} request = {
		.nlh = { .nlmsg_len = sizeof(request),
			 .nlmsg_type = RTM_GETADDR,
			 .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP },
	};

	return send(fd, &request, sizeof(request), 0) < 0 ? -errno : 0;
}

int rtnl_open(void)
{
	struct sockaddr_nl local = {
		.nl_family = AF_NETLINK,
		.nl_groups = RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR,
	};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK,
			NETLINK_ROUTE);
	int err;

	if (fd < 0)
		return -errno;
	if (bind(fd, (struct sockaddr *)&local, sizeof(local))) {
		err = -errno;
		close(fd);
		return err;
	}
	err = ask_all(fd);
	if (err) {
		close(fd);
		return err;
	}
	return fd;
}

static void take_message(const struct nlmsghdr *nlh,
			 const struct source_sink *sink)
{
	const struct ifaddrmsg *ifa = mnl_nlmsg_get_payload(nlh);
	struct own_addr own;
	bool is_added;
	char name[IF_NAMESIZE];

	if (rtaddr_parse(nlh, &own, &is_added))
		return;
	/* IPv6 addresses carry no label. */
	if (!own.iface[0] && if_indextoname(ifa->ifa_index, name))
		sanitize_text(own.iface, sizeof(own.iface), name, strlen(name),
			      NULL);
	sink->own_addr(sink->ctx, &own, is_added, nlh);
}

void rtnl_take(int fd, const struct source_sink *sink)
{
	char buffer[32768] __attribute__((aligned(8)));

	for (;;) {
		struct sockaddr_nl from = { 0 };
		socklen_t from_size = sizeof(from);
		ssize_t n = recvfrom(fd, buffer, sizeof(buffer), 0,
				     (struct sockaddr *)&from, &from_size);
		const struct nlmsghdr *nlh = (const struct nlmsghdr *)buffer;
		int left = (int)n;

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == ENOBUFS && !ask_all(fd))
			continue;
		if (n <= 0)
			return;
		if (from.nl_pid != 0)
			continue;
		for (; mnl_nlmsg_ok(nlh, left);
		     nlh = mnl_nlmsg_next(nlh, &left))
			take_message(nlh, sink);
	}
}

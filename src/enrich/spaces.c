/* SPDX-License-Identifier: GPL-2.0-only */
#include "enrich/spaces.h"

#include "broker/finder.h"
#include "lib/clock.h"
#include "lib/sanitize.h"
#include "lib/str.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <libmnl/libmnl.h>

/* SO_NETNS_COOKIE, newer than some headers. */
#define NETNS_COOKIE 71

/* Addresses of a new namespace are about to come. */
#define YOUNG_NS (10 * NS_PER_S)
#define ADDRS_YOUNG_NS (500 * NS_PER_MS)
#define ADDRS_NS (5 * NS_PER_S)

int spaces_init(struct spaces *spaces)
{
	memset(spaces, 0, sizeof(*spaces));
	spaces->space = calloc(SPACES_MAX, sizeof(*spaces->space));
	spaces->addrs = calloc(SPACES_ADDRS, sizeof(*spaces->addrs));
	return spaces->space && spaces->addrs ? 0 : -ENOMEM;
}

void spaces_fini(struct spaces *spaces)
{
	for (int i = 0; i < spaces->n_names; i++)
		free(spaces->names[i]);
	free(spaces->space);
	free(spaces->addrs);
	spaces->space = NULL;
	spaces->addrs = NULL;
	spaces->n_names = spaces->n = spaces->n_addrs = 0;
}

/* ------------------------------------------------------------ list */

static const char *name_keep(struct spaces *spaces, const char *text)
{
	char *copy;

	for (int i = 0; i < spaces->n_names; i++)
		if (!strcmp(spaces->names[i], text))
			return spaces->names[i];
	copy = spaces->n_names < SPACES_NAMES ? strdup(text) : NULL;
	if (!copy)
		return "";
	spaces->names[spaces->n_names++] = copy;
	return copy;
}

static const char *name_of(struct spaces *spaces,
			   const struct finder_space *space)
{
	char text[FINDER_SPACE_NAME];

	if (space->name[0])
		sanitize_text(text, sizeof(text), space->name,
			      strnlen(space->name, sizeof(space->name)), NULL);
	else
		str_printf(text, sizeof(text), "net:[%" PRIu64 "]",
			   space->inode);
	return name_keep(spaces, text);
}

static struct space *space_find(struct spaces *spaces, uint64_t inode)
{
	for (int i = 0; i < spaces->n; i++)
		if (spaces->space[i].inode == inode)
			return &spaces->space[i];
	return NULL;
}

static void space_add(struct spaces *spaces, const struct finder_space *listed,
		      uint64_t now_ns)
{
	struct space *space = space_find(spaces, listed->inode);
	const char *netns = name_of(spaces, listed);

	if (!space) {
		if (spaces->n == SPACES_MAX)
			return;
		space = &spaces->space[spaces->n++];
		*space = (struct space){
			.inode = listed->inode,
			.first_ns = now_ns,
		};
	}
	/* The number may be that of another one now. */
	if (space->netns != netns)
		space->asked_ns = space->cookie = 0;
	space->netns = netns;
	space->is_there = true;
}

static void addrs_drop(struct spaces *spaces, uint32_t space)
{
	int n = 0;

	for (int i = 0; i < spaces->n_addrs; i++)
		if (spaces->addrs[i].space != space)
			spaces->addrs[n++] = spaces->addrs[i];
	spaces->n_addrs = n;
}

/* Those that are gone make room; the last one moves there. */
static void list_done(struct spaces *spaces)
{
	for (int i = 0; i < spaces->n; i++) {
		uint32_t last;

		if (spaces->space[i].is_there) {
			spaces->space[i].is_there = false;
			continue;
		}
		last = (uint32_t)--spaces->n;
		addrs_drop(spaces, (uint32_t)i);
		spaces->space[i] = spaces->space[last];
		for (int k = 0; k < spaces->n_addrs; k++)
			if (spaces->addrs[k].space == last)
				spaces->addrs[k].space = (uint32_t)i;
		i--;
	}
}

bool spaces_take_list(struct spaces *spaces, const struct finder_answer *answer,
		      uint64_t now_ns)
{
	for (uint32_t i = 0; i < answer->n && i < FINDER_SPACES; i++)
		space_add(spaces, &answer->space[i], now_ns);
	if (answer->is_last)
		list_done(spaces);
	return answer->is_last;
}

bool spaces_is_due(const struct spaces *spaces, int i, uint64_t now_ns)
{
	const struct space *space = &spaces->space[i];
	bool is_young = now_ns < space->first_ns + YOUNG_NS;

	return !space->asked_ns ||
	       now_ns >=
		       space->asked_ns + (is_young ? ADDRS_YOUNG_NS : ADDRS_NS);
}

/* ------------------------------------------------------------ addresses */

static int addr_order(const struct space_addr *a, const struct addr *addr,
		      uint8_t family)
{
	if (a->family != family)
		return a->family < family ? -1 : 1;
	return addr_compare(&a->addr, addr);
}

static int compare_addrs(const void *a, const void *b)
{
	const struct space_addr *x = b;

	return addr_order(a, &x->addr, x->family);
}

static void take_addr(struct spaces *spaces, uint32_t space,
		      const struct nlmsghdr *nlh)
{
	const struct ifaddrmsg *ifa = mnl_nlmsg_get_payload(nlh);
	struct space_addr got = { .space = space };
	const struct nlattr *attr;
	bool has_addr = false;
	size_t size;

	if (nlh->nlmsg_type != RTM_NEWADDR ||
	    nlh->nlmsg_len < MNL_NLMSG_HDRLEN + sizeof(*ifa) ||
	    spaces->n_addrs == SPACES_ADDRS)
		return;
	got.family = ifa->ifa_family;
	size = addr_size(ifa->ifa_family);
	mnl_attr_for_each (attr, nlh, sizeof(*ifa)) {
		uint16_t type = mnl_attr_get_type(attr);

		/* On a point-to-point link IFA_ADDRESS is the other end. */
		if ((type != IFA_LOCAL && (type != IFA_ADDRESS || has_addr)) ||
		    !size || mnl_attr_get_payload_len(attr) != size)
			continue;
		memcpy(&got.addr, mnl_attr_get_payload(attr), size);
		has_addr = has_addr || type == IFA_LOCAL;
	}
	if (size && addr_scope(&got.addr, got.family) != SCOPE_LOOPBACK)
		spaces->addrs[spaces->n_addrs++] = got;
}

/* Return: 1 go on; 0 the end. */
static int take_addrs(struct spaces *spaces, uint32_t space, const char *data,
		      int size)
{
	const struct nlmsghdr *nlh = (const struct nlmsghdr *)data;

	for (; mnl_nlmsg_ok(nlh, size); nlh = mnl_nlmsg_next(nlh, &size)) {
		if (nlh->nlmsg_type == NLMSG_DONE ||
		    nlh->nlmsg_type == NLMSG_ERROR)
			return 0;
		take_addr(spaces, space, nlh);
	}
	return 1;
}

/* The kernel makes each part of the answer while the one before is taken, so
 * nothing waits. */
static void ask_addrs(struct spaces *spaces, uint32_t space, int fd)
{
	char data[16384] __attribute__((aligned(8)));
	struct {
		struct nlmsghdr nlh;
		struct ifaddrmsg ifa;
	} request = {
		.nlh = { .nlmsg_len = sizeof(request),
			 .nlmsg_type = RTM_GETADDR,
			 .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP },
	};
	ssize_t n;

	addrs_drop(spaces, space);
	if (send(fd, &request, sizeof(request), MSG_DONTWAIT) < 0)
		return;
	do {
		n = recv(fd, data, sizeof(data), MSG_DONTWAIT);
	} while ((n < 0 && errno == EINTR) ||
		 (n > 0 && take_addrs(spaces, space, data, (int)n)));
	qsort(spaces->addrs, (size_t)spaces->n_addrs, sizeof(*spaces->addrs),
	      compare_addrs);
}

static uint64_t cookie_of(int fd)
{
	uint64_t cookie = 0;
	socklen_t size = sizeof(cookie);

	return getsockopt(fd, SOL_SOCKET, NETNS_COOKIE, &cookie, &size)
		       ? 0
		       : cookie;
}

int spaces_opened(struct spaces *spaces, int i,
		  const struct finder_answer *answer, struct sockdiag *diag,
		  uint64_t now_ns)
{
	struct space *space = &spaces->space[i];
	int err = answer->error;
	bool is_due;

	if (err) {
		/* Not before the next time. */
		space->asked_ns = now_ns;
		return err;
	}
	is_due = spaces_is_due(spaces, i, now_ns) ||
		 space->cookie != cookie_of(answer->diag_fd);
	space->cookie = cookie_of(answer->diag_fd);
	if (is_due) {
		ask_addrs(spaces, (uint32_t)i, answer->route_fd);
		space->asked_ns = now_ns;
	}
	close(answer->route_fd);
	err = sockdiag_adopt(diag, answer->diag_fd);
	if (err)
		close(answer->diag_fd);
	return err;
}

bool spaces_has(const struct spaces *spaces, int i, const struct addr *addr,
		uint8_t family)
{
	int low = 0, high = spaces->n_addrs;

	while (low < high) {
		int middle = (low + high) / 2;

		if (addr_order(&spaces->addrs[middle], addr, family) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < spaces->n_addrs; low++) {
		if (addr_order(&spaces->addrs[low], addr, family))
			return false;
		if (i < 0 || spaces->addrs[low].space == (uint32_t)i)
			return true;
	}
	return false;
}

const char *spaces_by_cookie(const struct spaces *spaces, uint64_t cookie)
{
	for (int i = 0; i < spaces->n && cookie; i++)
		if (spaces->space[i].cookie == cookie)
			return spaces->space[i].netns;
	return NULL;
}

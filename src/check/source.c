/* SPDX-License-Identifier: GPL-2.0-only */
/* What flows come from: connection tracking, and what it tells about them. */
#include "broker/ctrequest.h"
#include "check/fact.h"
#include "lib/procnum.h"
#include "net/nfttext.h"
#include "net/proto.h"
#include "source/events.h"
#include "source/procfile.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "health.h"
#include "options.h"

#define NF_CONNTRACK "/proc/sys/net/netfilter/nf_conntrack_"

/* The kernel answers before it returns from the request. */
static int take_answer(int fd)
{
	char buffer[4096] __attribute__((aligned(8))) = { 0 };
	const struct nlmsghdr *nlh = (const struct nlmsghdr *)buffer;
	const struct nlmsgerr *answer = (const struct nlmsgerr *)(nlh + 1);
	ssize_t n = recv(fd, buffer, sizeof(buffer), MSG_DONTWAIT);

	if (n < 0)
		return -errno;
	if ((size_t)n < sizeof(*nlh) + sizeof(*answer) ||
	    nlh->nlmsg_type != NLMSG_ERROR)
		return 0; /* there is such a flow */
	return answer->error == -ENOENT ? 0 : answer->error;
}

/**
 * ctnetlink_ask - ask for a flow that nobody can have
 *
 * Return: 0 when it says that there is none, else negative errno.
 */
int ctnetlink_ask(void)
{
	static const struct flow_key nothing = { .family = FAMILY_IPV4,
						 .proto = IPPROTO_UDP };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER);
	int err;

	if (fd < 0)
		return -errno;
	err = ctrequest_ask(fd, 1, &nothing, 1);
	if (!err)
		err = take_answer(fd);
	close(fd);
	return err;
}

static bool is_denied(int err)
{
	return err == -EPERM || err == -EACCES;
}

void find_conntrack(const struct check *check, struct fact *fact)
{
	bool has_files = procfile_count() != HEALTH_UNKNOWN;
	int err = check->ctnetlink;

	if (!err) {
		fact_set(fact, FACT_OK, "ctnetlink answers%s",
			 has_files ? ""
				   : "; there is no " NF_CONNTRACK "count");
	} else if (!is_denied(err)) {
		fact_set(fact, FACT_MISSING,
			 "ctnetlink does not answer (%s): the module is "
			 "missing",
			 strerror(-err));
	} else if (has_files) {
		fact_set(fact, FACT_UNKNOWN,
			 "nf_conntrack is there; ctnetlink answers nobody "
			 "without CAP_NET_ADMIN");
		fact_fix(fact, is_root() ? FIX_ALONE : FIX_AGAIN, "%s", "");
	} else {
		fact_set(fact, FACT_MISSING, "nf_conntrack is not loaded");
	}
}

void find_tracking(const struct check *check, struct fact *fact)
{
	uint64_t n = procfile_count();
	uint64_t n_sockets = n ? 0 : procfile_connected();

	(void)check;
	fact_fix(fact, FIX_NETNS, "nft '%s; %s; %s'", NFT_ADD_TABLE,
		 NFT_ADD_CHAIN, NFT_ADD_RULE);
	if (n == HEALTH_UNKNOWN) {
		fact_set(fact, FACT_UNKNOWN,
			 NF_CONNTRACK "count cannot be read");
		fact_fix(fact, FIX_ROOT, "modprobe nf_conntrack_netlink");
		return;
	}
	fact->value = (int64_t)n;
	if (n)
		fact_set(fact, FACT_OK, "%" PRIu64 " entries in the table", n);
	else if (n_sockets)
		fact_set(fact, FACT_MISSING,
			 "the kernel tracks no connections: 0 entries, but "
			 "%" PRIu64 " connected sockets; or run flowtop "
			 "--track",
			 n_sockets);
	else
		fact_set(fact, FACT_UNKNOWN,
			 "0 entries and no connected socket: nothing shows "
			 "that the kernel tracks connections");
}

/* Return: the number in the file; else all is said, and negative errno. */
static int64_t read_switch(struct fact *fact, const char *path,
			   const char *option)
{
	int64_t value = procnum_read(path);

	if (value >= 0) {
		fact->value = value;
	} else if (value != -ENOENT) {
		fact_set(fact, FACT_UNKNOWN, "%s: %s", path,
			 strerror((int)-value));
		fact_fix(fact, FIX_ALONE, "%s", "");
	} else if (procfile_count() == HEALTH_UNKNOWN) {
		fact_set(fact, FACT_MISSING, "nf_conntrack is not loaded");
		fact_fix(fact, FIX_ROOT, "modprobe nf_conntrack_netlink");
	} else {
		fact_set(fact, FACT_MISSING, "not in this kernel");
		fact_fix(fact, FIX_ALONE, "use a kernel with %s=y", option);
	}
	return value;
}

/* Return: whether it is no use that root writes there; errno says why. */
static bool is_locked(struct fact *fact, const char *path)
{
	const char *name = strrchr(path, '/') + 1;
	int err;

	if (!faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) ||
	    (!is_root() && errno != EROFS))
		return false;
	err = errno;
	fact_fix(fact, FIX_ALONE,
		 "outside of this container or user namespace: "
		 "sysctl -w net.netfilter.%s=1",
		 name);
	errno = err;
	return true;
}

static void find_switch(const struct check *check, struct fact *fact,
			const char *path, const char *option)
{
	const char *name = strrchr(path, '/') + 1;
	int64_t value = read_switch(fact, path, option);

	if (value < 0)
		return;
	if (value)
		fact_set(fact, FACT_OK, "%s=%" PRId64, name, value);
	else if (is_locked(fact, path))
		fact_set(fact, FACT_MISSING,
			 "%s=0, and flowtop cannot switch it on: %s", name,
			 strerror(errno));
	else if (check->config->no_sysctl)
		fact_set(fact, FACT_MISSING,
			 "%s=0, and --no-sysctl leaves it so", name);
	else
		fact_set(fact, FACT_OFF,
			 "%s=0: flowtop switches it on while it runs", name);
}

void find_acct(const struct check *check, struct fact *fact)
{
	find_switch(check, fact, NF_CONNTRACK "acct", "CONFIG_NF_CONNTRACK");
}

void find_timestamp(const struct check *check, struct fact *fact)
{
	find_switch(check, fact, NF_CONNTRACK "timestamp",
		    "CONFIG_NF_CONNTRACK_TIMESTAMP");
}

void find_events(const struct check *check, struct fact *fact)
{
	int64_t value = read_switch(fact, NF_CONNTRACK "events",
				    "CONFIG_NF_CONNTRACK_EVENTS");

	(void)check;
	if (value < 0)
		return;
	if (!value)
		is_locked(fact, NF_CONNTRACK "events");
	if (value)
		fact_set(fact, FACT_OK, "nf_conntrack_events=%" PRId64, value);
	else
		fact_set(fact, FACT_MISSING,
			 "nf_conntrack_events=0: short flows are missed, "
			 "others come and go late");
}

void find_rcvbuf(const struct check *check, struct fact *fact)
{
	unsigned int asked = check->config->rcvbuf / 2 * 2;
	unsigned int granted = event_rcvbuf_try(check->config->rcvbuf);

	fact->value = granted;
	fact_set(fact, granted >= asked ? FACT_OK : FACT_MISSING,
		 "%u of %u bytes for events", granted, asked);
	if (!is_root())
		fact_fix(fact, FIX_AGAIN, "%s", "");
	else
		fact_fix(fact, FIX_ROOT, "sysctl -w net.core.rmem_max=%u",
			 asked / 2);
}

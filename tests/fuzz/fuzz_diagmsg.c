/* SPDX-License-Identifier: GPL-2.0-only */
/* Any bytes as an answer of inet_diag: nothing is read behind them. */
#include "enrich/diagmsg.h"
#include "lib/sanitize.h"

#include <linux/netlink.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The same as an answer about TCP, of the socket that it is about. */
static void fuzz_info(const struct nlmsghdr *nlh, size_t size)
{
	struct sock_query query = { .proto = 6 };
	struct sock_entry entry;
	struct tcp_fact fact;
	char clean[TCP_CC_SIZE];
	bool is_changed;

	if (!diagmsg_parse(nlh, &entry)) {
		query.family = entry.family;
		query.local = entry.local;
		query.remote = entry.remote;
		query.lport = entry.lport;
		query.rport = entry.rport;
	}
	if (diagmsg_parse_info(nlh, size, &query, nlh->nlmsg_seq, &fact))
		return;
	sanitize_text(clean, sizeof(clean), fact.cc, strlen(fact.cc),
		      &is_changed);
	if (is_changed || (fact.has && !(fact.has & TCP_HAS_RTT)))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sock_query query = { .proto = 6 };
	struct nlmsghdr *nlh;
	struct sock_entry entry;

	if (size < sizeof(*nlh) || size > 65536)
		return 0;
	/* Of exactly this size, so that the sanitizer sees a byte too many. */
	nlh = malloc(size);
	if (!nlh)
		return 0;
	memcpy(nlh, data, size);
	nlh->nlmsg_len = (uint32_t)size;
	if (diagmsg_error(nlh) > 0)
		abort();
	if (!diagmsg_parse(nlh, &entry)) {
		if (!addr_size(entry.family))
			abort();
		/* Nobody is never taken for root. */
		if (!entry.inode && !entry.uid && entry.has_uid)
			abort();
		query.family = entry.family;
		query.local = entry.local;
		query.remote = entry.remote;
		query.lport = entry.lport;
		query.rport = entry.rport;
		if (entry.rport && diagmsg_match(&query, &entry) != MATCH_EXACT)
			abort();
	}
	fuzz_info(nlh, size);
	free(nlh);
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel answers while the question is sent: when send() returns, each
 * question has its answer, or an error, in the receive queue, and nothing ever
 * waits. Questions that are sent at once are answered in their order.
 */
#include "enrich/sockdiag.h"

#include <errno.h>
#include <limits.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <libmnl/libmnl.h>

/* An answer takes up to 2.3 KiB of the receive buffer, which is 208 KiB. */
#define BATCH 32
#define ANSWER_SIZE 1024 /* about 200 bytes; SCTP tells all its addresses */
#define DUMP_SIZE 32768  /* the most that the kernel puts into one message */

/* As in the kernel's headers since 4.3. */
#define CAP_ACK 10

struct round {
	char request[BATCH * DIAG_REQUEST_SIZE] __attribute__((aligned(8)));
	char answer[BATCH][ANSWER_SIZE] __attribute__((aligned(8)));
	int index[BATCH]; /* of the question that this is about */
	int n;
};

int sockdiag_adopt(struct sockdiag *d, int fd)
{
	int one = 1;

	memset(d, 0, sizeof(*d));
	d->fd = -1;
	/* An error need not repeat the question. */
	if (setsockopt(fd, SOL_NETLINK, CAP_ACK, &one, sizeof(one)) &&
	    errno != ENOPROTOOPT)
		return -errno;
	d->fd = fd;
	return 0;
}

int sockdiag_open(struct sockdiag *d)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	int err;

	d->fd = -1;
	if (fd < 0)
		return -errno;
	err = sockdiag_adopt(d, fd);
	if (err)
		close(fd);
	return err;
}

void sockdiag_close(struct sockdiag *d)
{
	if (d->fd >= 0)
		close(d->fd);
	d->fd = -1;
}

static int send_all(struct sockdiag *d, const void *data, size_t size)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	ssize_t n;

	do {
		n = sendto(d->fd, data, size, MSG_DONTWAIT,
			   (struct sockaddr *)&kernel, sizeof(kernel));
	} while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : 0;
}

/* ------------------------------------------------------------- dump */

int sockdiag_dump_begin(struct sockdiag *d, uint8_t family, uint8_t proto,
			uint32_t states, uint16_t lport)
{
	char request[DIAG_REQUEST_SIZE] __attribute__((aligned(8)));
	int err;

	if (d->is_dumping)
		return -EBUSY;
	d->dump_seq = ++d->seq;
	diagmsg_put_dump(request, family, proto, states, lport, d->dump_seq);
	err = send_all(d, request, sizeof(request));
	d->is_dumping = !err;
	return err;
}

/* Return: 1 go on, 0 the end, negative errno. */
static int take_chunk(struct sockdiag *d, const char *data, int size,
		      sock_entry_fn *fn, void *ctx)
{
	const struct nlmsghdr *nlh = (const struct nlmsghdr *)data;
	struct sock_entry entry;

	for (; mnl_nlmsg_ok(nlh, size); nlh = mnl_nlmsg_next(nlh, &size)) {
		if (nlh->nlmsg_seq != d->dump_seq)
			continue;
		if (nlh->nlmsg_type == NLMSG_ERROR ||
		    nlh->nlmsg_type == NLMSG_DONE)
			return diagmsg_error(nlh);
		if (*fn && !diagmsg_parse(nlh, &entry) && (*fn)(ctx, &entry))
			*fn = NULL;
	}
	return 1;
}

/* A datagram of the kernel. Return: its size, negative errno. */
static ssize_t receive(struct sockdiag *d, void *data, size_t size)
{
	for (;;) {
		struct sockaddr_nl from = { 0 };
		socklen_t from_size = sizeof(from);
		ssize_t n =
			recvfrom(d->fd, data, size, MSG_DONTWAIT | MSG_TRUNC,
				 (struct sockaddr *)&from, &from_size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (from_size != sizeof(from) || from.nl_pid)
			continue;
		return (size_t)n > size ? -EMSGSIZE : n;
	}
}

/* Somebody who has seen enough still has to take the rest. */
static int dump_step(struct sockdiag *d, sock_entry_fn *fn, void *ctx)
{
	char data[DUMP_SIZE] __attribute__((aligned(8)));
	ssize_t n;
	int more;

	if (!d->is_dumping)
		return 0;
	n = receive(d, data, sizeof(data));
	/* The kernel makes the next part while one is taken. */
	more = n < 0 ? (int)n : take_chunk(d, data, (int)n, fn, ctx);
	if (more <= 0)
		d->is_dumping = false;
	return more;
}

int sockdiag_dump_step(struct sockdiag *d, sock_entry_fn fn, void *ctx)
{
	return dump_step(d, &fn, ctx);
}

static int dump_some(struct sockdiag *d, uint8_t family, uint8_t proto,
		     uint32_t states, uint16_t lport, sock_entry_fn fn,
		     void *ctx)
{
	int more = sockdiag_dump_begin(d, family, proto, states, lport);

	if (more)
		return more;
	do {
		more = dump_step(d, &fn, ctx);
	} while (more > 0);
	return more;
}

int sockdiag_dump(struct sockdiag *d, uint8_t family, uint8_t proto,
		  uint32_t states, sock_entry_fn fn, void *ctx)
{
	return dump_some(d, family, proto, states, 0, fn, ctx);
}

/* ------------------------------------------------------------- protocols */

static int proto_index(uint8_t proto)
{
	switch (proto) {
	case IPPROTO_TCP:
		return 0;
	case IPPROTO_UDP:
		return 1;
	case IPPROTO_UDPLITE:
		return 2;
	case IPPROTO_SCTP:
		return 3;
	default:
		return -1;
	}
}

/* ENOENT is no socket as well as no such protocol, and a kernel without the
 * protocol tries to load it at each question: an empty dump tells. */
bool sockdiag_knows(struct sockdiag *d, uint8_t proto)
{
	int i = proto_index(proto), err;

	if (i < 0)
		return false;
	if (!d->known[i]) {
		err = dump_some(d, FAMILY_IPV4, proto, 0, 0, NULL, NULL);
		if (err && err != -ENOENT && err != -EINVAL &&
		    err != -EOPNOTSUPP)
			return true; /* try again */
		d->known[i] = err ? -1 : 1;
	}
	return d->known[i] > 0;
}

/* ------------------------------------------------------------- find */

static void fill(struct sock_found *found, const struct sock_entry *entry,
		 enum sock_match match)
{
	*found = (struct sock_found){
		.inode = entry->inode,
		.cookie = entry->cookie,
		.cgroup = entry->cgroup,
		.uid = entry->uid,
		.has_uid = entry->has_uid,
		.ifindex = entry->ifindex,
		.state = entry->state,
		.n_candidates = match == MATCH_EXACT,
		.match = match,
	};
}

static void take_answer(const struct sock_query *query,
			const struct nlmsghdr *nlh, struct sock_found *found)
{
	enum sock_match match = MATCH_NONE;
	struct sock_entry entry;
	int err;

	memset(found, 0, sizeof(*found));
	if (nlh->nlmsg_type == NLMSG_ERROR) {
		err = diagmsg_error(nlh);
		found->error = err == -ENOENT ? 0 : err;
		return;
	}
	found->error = diagmsg_parse(nlh, &entry);
	if (found->error)
		return;
	match = diagmsg_match(query, &entry);
	/* An association has many addresses; the kernel looked at them all. */
	if (query->proto == IPPROTO_SCTP && entry.lport == query->lport &&
	    entry.rport == query->rport)
		match = MATCH_EXACT;
	if (match)
		fill(found, &entry, match);
}

static void drain(struct sockdiag *d)
{
	char byte;

	while (recv(d->fd, &byte, 1, MSG_DONTWAIT | MSG_TRUNC) >= 0 ||
	       errno == EINTR || errno == ENOBUFS)
		;
}

/* Return: how many datagrams there were, negative errno. */
static int receive_round(struct sockdiag *d, struct round *round,
			 struct mmsghdr *messages)
{
	static const struct sockaddr_nl none = { .nl_pid = UINT32_MAX };
	struct sockaddr_nl from[BATCH];
	struct iovec iov[BATCH];
	int n;

	for (int i = 0; i < round->n; i++) {
		from[i] = none;
		iov[i] = (struct iovec){ round->answer[i], ANSWER_SIZE };
		messages[i] = (struct mmsghdr){ .msg_hdr = {
							.msg_name = &from[i],
							.msg_namelen =
								sizeof(from[i]),
							.msg_iov = &iov[i],
							.msg_iovlen = 1,
						} };
	}
	do {
		n = recvmmsg(d->fd, messages, (unsigned int)round->n,
			     MSG_DONTWAIT, NULL);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	for (int i = 0; i < n; i++) {
		if (from[i].nl_pid || messages[i].msg_hdr.msg_flags & MSG_TRUNC)
			messages[i].msg_len = 0;
		messages[i].msg_hdr.msg_name = NULL;
	}
	return n;
}

/* Ask what is in @round, and take the answers. */
static int ask(struct sockdiag *d, struct round *round, uint32_t first_seq,
	       const struct sock_query *queries, struct sock_found *found)
{
	struct mmsghdr messages[BATCH];
	int err = send_all(d, round->request,
			   (size_t)round->n * DIAG_REQUEST_SIZE);
	int n;

	for (int i = 0; i < round->n; i++)
		found[round->index[i]] =
			(struct sock_found){ .error = err ? err : -EAGAIN };
	n = err ? 0 : receive_round(d, round, messages);
	for (int i = 0; i < n; i++) {
		const struct nlmsghdr *nlh = (const void *)round->answer[i];
		uint32_t k;

		if (!mnl_nlmsg_ok(nlh, (int)messages[i].msg_len))
			continue;
		k = nlh->nlmsg_seq - first_seq;
		if (k < (uint32_t)round->n)
			take_answer(&queries[round->index[k]], nlh,
				    &found[round->index[k]]);
	}
	/* Nothing late may meet the next questions. */
	if (!err && n != round->n)
		drain(d);
	round->n = 0;
	return err ? err : n < 0 ? n : 0;
}

/* It exists, but no process has it: it waits to be accepted. */
static bool is_unaccepted(const struct sock_query *query,
			  const struct sock_found *found)
{
	return query->proto == IPPROTO_TCP && found->match == MATCH_EXACT &&
	       !found->inode &&
	       (found->state == SOCK_ESTABLISHED ||
		found->state == SOCK_CLOSE_WAIT ||
		found->state == SOCK_SYN_RECV);
}

/* The listener of a connection, found by a connection that cannot be: its
 * remote port is 0. */
static int find_listener(struct sockdiag *d, const struct sock_query *query,
			 struct sock_found *found, struct round *round)
{
	struct sock_query other = *query;
	struct sock_found listener;
	int err;

	other.rport = 0;
	round->n = 1;
	round->index[0] = 0;
	diagmsg_put_find(round->request, &other, ++d->seq);
	err = ask(d, round, d->seq, &other, &listener);
	if (!err && listener.match == MATCH_LISTENER)
		*found = listener;
	return err;
}

int sockdiag_find_many(struct sockdiag *d, const struct sock_query *queries,
		       struct sock_found *found, int n)
{
	struct round round; /* large: not cleared */
	uint32_t first_seq = d->seq + 1;
	int err = d->is_dumping ? -EBUSY : 0;

	round.n = 0;
	for (int i = 0; i < n; i++) {
		found[i] = (struct sock_found){ .error = err };
		if (err)
			continue;
		if (!addr_size(queries[i].family) ||
		    !sockdiag_knows(d, queries[i].proto)) {
			found[i].error = -EPROTONOSUPPORT;
			continue;
		}
		if (!round.n)
			first_seq = d->seq + 1;
		diagmsg_put_find(round.request + round.n * DIAG_REQUEST_SIZE,
				 &queries[i], ++d->seq);
		round.index[round.n++] = i;
		if (round.n == BATCH)
			err = ask(d, &round, first_seq, queries, found);
	}
	if (round.n)
		err = ask(d, &round, first_seq, queries, found);
	for (int i = 0; i < n && !err; i++)
		if (is_unaccepted(&queries[i], &found[i]))
			err = find_listener(d, &queries[i], &found[i], &round);
	return err;
}

int sockdiag_find(struct sockdiag *d, const struct sock_query *query,
		  struct sock_found *found)
{
	int err = sockdiag_find_many(d, query, found, 1);

	return err ? err : found->error;
}

/* ------------------------------------------------------------- count */

struct counting {
	const struct sock_query *query;
	enum sock_match match;
	unsigned int n;
};

static bool count_one(void *ctx, const struct sock_entry *entry)
{
	struct counting *c = ctx;

	c->n += diagmsg_match(c->query, entry) == c->match;
	return false;
}

int sockdiag_count(struct sockdiag *d, const struct sock_query *query,
		   struct sock_found *found)
{
	struct counting c = { query, found->match, 0 };
	uint32_t state =
		found->match == MATCH_LISTENER ? SOCK_LISTEN : SOCK_CLOSE;
	int err = 0;

	if (found->match == MATCH_NONE || found->match == MATCH_EXACT)
		return 0;
	if (query->family == FAMILY_IPV4)
		err = dump_some(d, FAMILY_IPV4, query->proto, 1U << state,
				query->lport, count_one, &c);
	if (!err)
		err = dump_some(d, FAMILY_IPV6, query->proto, 1U << state,
				query->lport, count_one, &c);
	if (!err)
		found->n_candidates =
			(uint16_t)(c.n < UINT16_MAX ? c.n : UINT16_MAX);
	return err;
}

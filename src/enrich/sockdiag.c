/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel answers while the question is sent: when send() returns, each
 * question has its answer, or an error, in the receive queue, and nothing ever
 * waits. Questions that are sent at once are answered in their order.
 */
#include "enrich/sockdiag.h"

#include <errno.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <stdlib.h>
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

struct sockdiag_round {
	char request[BATCH * DIAG_REQUEST_SIZE] __attribute__((aligned(8)));
	char answer[BATCH][ANSWER_SIZE] __attribute__((aligned(8)));
	int index[BATCH]; /* of the question that this is about */
	int size[BATCH];  /* of the answer; 0: unusable */
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
	d->round = malloc(sizeof(*d->round));
	if (!d->round)
		return -ENOMEM;
	d->round->n = 0;
	d->fd = fd;
	return 0;
}

int sockdiag_open(struct sockdiag *d)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	int err;

	memset(d, 0, sizeof(*d));
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
	free(d->round);
	d->fd = -1;
	d->round = NULL;
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
static int receive_many(struct sockdiag *d)
{
	static const struct sockaddr_nl none = { .nl_pid = UINT32_MAX };
	struct sockdiag_round *round = d->round;
	struct mmsghdr messages[BATCH];
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
		bool is_good = !from[i].nl_pid &&
			       !(messages[i].msg_hdr.msg_flags & MSG_TRUNC);

		round->size[i] = is_good ? (int)messages[i].msg_len : 0;
	}
	return n;
}

/* One by one is dearer, but for a single one. */
static int receive_round(struct sockdiag *d)
{
	struct sockdiag_round *round = d->round;
	ssize_t n;

	if (round->n > 1)
		return receive_many(d);
	n = receive(d, round->answer[0], ANSWER_SIZE);
	round->size[0] = n < 0 ? 0 : (int)n;
	return n < 0 ? (int)n : 1;
}

/* Ask what was put into the round, and take the answers. */
static int ask(struct sockdiag *d, const struct sock_query *queries,
	       struct sock_found *found)
{
	struct sockdiag_round *round = d->round;
	uint32_t first_seq = d->seq + 1 - (uint32_t)round->n;
	int err = send_all(d, round->request,
			   (size_t)round->n * DIAG_REQUEST_SIZE);
	int n, n_good = 0;

	for (int i = 0; i < round->n; i++)
		found[round->index[i]].error = err ? err : -EAGAIN;
	n = err ? 0 : receive_round(d);
	for (int i = 0; i < n; i++) {
		const struct nlmsghdr *nlh = (const void *)round->answer[i];
		uint32_t k;

		if (!mnl_nlmsg_ok(nlh, round->size[i]))
			continue;
		k = nlh->nlmsg_seq - first_seq;
		if (k >= (uint32_t)round->n)
			continue;
		take_answer(&queries[round->index[k]], nlh,
			    &found[round->index[k]]);
		n_good++;
	}
	/* Nothing late may meet the next questions. */
	if (!err && n_good != round->n)
		drain(d);
	round->n = 0;
	return err;
}

/* Add a question to the round; a full one is asked. */
static int put(struct sockdiag *d, const struct sock_query *queries, int i,
	       struct sock_found *found)
{
	struct sockdiag_round *round = d->round;

	diagmsg_put_find(round->request + round->n * DIAG_REQUEST_SIZE,
			 &queries[i], ++d->seq);
	round->index[round->n++] = i;
	return round->n < BATCH ? 0 : ask(d, queries, found);
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
			 struct sock_found *found)
{
	struct sock_query other = *query;
	struct sock_found listener = { .error = 0 };
	int err;

	other.rport = 0;
	err = put(d, &other, 0, &listener);
	if (!err)
		err = ask(d, &other, &listener);
	if (err || listener.match != MATCH_LISTENER)
		return err;
	listener.is_queued = found->state != SOCK_SYN_RECV;
	*found = listener;
	return 0;
}

static int check_query(struct sockdiag *d, const struct sock_query *query)
{
	return addr_size(query->family) && sockdiag_knows(d, query->proto)
		       ? 0
		       : -EPROTONOSUPPORT;
}

int sockdiag_find_many(struct sockdiag *d, const struct sock_query *queries,
		       struct sock_found *found, int n)
{
	int err = d->is_dumping ? -EBUSY : 0;

	for (int i = 0; i < n; i++) {
		found[i] = (struct sock_found){ .error = err };
		if (err)
			continue;
		found[i].error = check_query(d, &queries[i]);
		if (!found[i].error)
			err = put(d, queries, i, found);
	}
	if (d->round->n)
		err = ask(d, queries, found);
	for (int i = 0; i < n && !err; i++)
		if (is_unaccepted(&queries[i], &found[i]))
			err = find_listener(d, &queries[i], &found[i]);
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
	const struct sock_found *found;
	struct sock_entry last; /* listener in whose queue anything is */
	unsigned int n, n_queues;
};

static bool count_one(void *ctx, const struct sock_entry *entry)
{
	struct counting *c = ctx;

	if (diagmsg_match(c->query, entry) != c->found->match)
		return false;
	c->n++;
	if (c->found->is_queued && entry->queue) {
		c->last = *entry;
		c->n_queues++;
	}
	return false;
}

/* What is bound to the port, of both families when it can be either. */
static int count_bound(struct sockdiag *d, struct counting *c)
{
	const struct sock_query *q = c->query;
	uint32_t states = c->found->match == MATCH_LISTENER ? 1U << SOCK_LISTEN
							    : 1U << SOCK_CLOSE;
	int err = 0;

	if (q->family == FAMILY_IPV4)
		err = dump_some(d, FAMILY_IPV4, q->proto, states, q->lport,
				count_one, c);
	return err ? err
		   : dump_some(d, FAMILY_IPV6, q->proto, states, q->lport,
			       count_one, c);
}

int sockdiag_count(struct sockdiag *d, const struct sock_query *query,
		   struct sock_found *found)
{
	struct counting c = { .query = query, .found = found };
	int err;

	if (found->match == MATCH_NONE || found->match == MATCH_EXACT)
		return 0;
	err = count_bound(d, &c);
	if (err)
		return err;
	if (c.n_queues == 1) {
		fill(found, &c.last, MATCH_LISTENER);
		found->is_queued = true;
		c.n = 1;
	}
	found->n_candidates = (uint16_t)(c.n < UINT16_MAX ? c.n : UINT16_MAX);
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-only */
#include "enrich/tcpask.h"

#include "enrich/diagmsg.h"
#include "lib/queue.h"

#include <errno.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define WAITING 16 /* one is looked at; more only while keys fly */

/* About 400 bytes: a socket, struct tcp_info, a name. */
#define ANSWER_SIZE 4096

struct tcpask {
	struct queue *asks, *answers;
	int fd;
	uint32_t seq;
};

struct tcpask *tcpask_new(void)
{
	struct tcpask *t = calloc(1, sizeof(*t));
	int err;

	if (!t)
		return NULL;
	t->asks = queue_new(sizeof(struct tcp_ask), WAITING);
	t->answers = queue_new(sizeof(struct tcp_answer), WAITING);
	t->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	if (t->asks && t->answers && t->fd >= 0)
		return t;
	err = errno;
	tcpask_free(t);
	errno = err;
	return NULL;
}

void tcpask_free(struct tcpask *t)
{
	if (!t)
		return;
	queue_free(t->asks);
	queue_free(t->answers);
	if (t->fd >= 0)
		close(t->fd);
	free(t);
}

void tcpask_want(struct tcpask *t, const struct tcp_ask *ask)
{
	queue_push(t->asks, ask);
}

bool tcpask_take(struct tcpask *t, struct tcp_answer *answer)
{
	return queue_pop(t->answers, answer, 1) == 1;
}

int tcpask_fd(const struct tcpask *t)
{
	return queue_fd(t->answers);
}

int tcpask_work_fd(const struct tcpask *t)
{
	return queue_fd(t->asks);
}

static int send_question(struct tcpask *t, const struct sock_query *query)
{
	char request[DIAG_REQUEST_SIZE] __attribute__((aligned(8)));
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	ssize_t n;

	diagmsg_put_info(request, query, ++t->seq);
	do {
		n = sendto(t->fd, request, sizeof(request), MSG_DONTWAIT,
			   (struct sockaddr *)&kernel, sizeof(kernel));
	} while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : 0;
}

/* When it is sent the answer is there. What an earlier one has left behind is
 * passed over. */
static int receive_answer(struct tcpask *t, const struct sock_query *query,
			  struct tcp_fact *fact)
{
	char data[ANSWER_SIZE] __attribute__((aligned(8)));
	int err;

	do {
		struct sockaddr_nl from = { 0 };
		socklen_t from_size = sizeof(from);
		ssize_t n = recvfrom(t->fd, data, sizeof(data), MSG_DONTWAIT,
				     (struct sockaddr *)&from, &from_size);

		if (n < 0 && errno != EINTR)
			return -errno;
		err = n < 0 || from.nl_pid
			      ? -EAGAIN
			      : diagmsg_parse_info(data, (size_t)n, query,
						   t->seq, fact);
	} while (err == -EAGAIN);
	return err;
}

static void answer_one(struct tcpask *t, const struct tcp_ask *ask)
{
	struct tcp_answer answer = { .ask = *ask };
	struct sock_query query = {
		.local = ask->local,
		.remote = ask->remote,
		.lport = ask->lport,
		.rport = ask->rport,
		.family = ask->family,
		.proto = IPPROTO_TCP,
	};
	int err = send_question(t, &query);

	if (!err)
		err = receive_answer(t, &query, &answer.fact);
	answer.has_fact = !err;
	queue_push(t->answers, &answer);
}

void tcpask_step(struct tcpask *t)
{
	struct tcp_ask ask;

	while (queue_pop(t->asks, &ask, 1))
		answer_one(t, &ask);
}

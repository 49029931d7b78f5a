/* SPDX-License-Identifier: GPL-2.0-only */
/* Main's side: starting the broker, asking it, and leaving it. */
#include "broker/request.h"

#include "broker/protocol.h"
#include "lib/clock.h"
#include "lib/thread.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* An answer takes some microseconds. Whoever waits this long waits for a
 * process that somebody has stopped, or for the kernel: it answers nobody while
 * it empties a large table, in whatever namespace. At the start it may have to
 * wait for another flowtop, and nobody waits for a key. */
#define START_MS 3000
#define ANSWER_MS 500
#define MAX_ANSWERS 120 /* a minute of an occupied kernel */

/* With ANSWER_MS before, or the patience of signals.c, a second in all. */
#define LEAVE_MS 300

struct broker {
	struct mutex lock; /* one question at a time */
	int socket;
	int life; /* ends when broker and keeper have */
	pid_t pid;
	int state_error;
	int signal; /* that ended it */
	_Atomic bool is_gone;
	bool has_untracked; /* said, and not yet told by broker_check() */
};

/* Return: 0, or -EPIPE when it is gone, -EAGAIN when it has said nothing. */
static int hear(struct broker *b, struct reply *reply, int timeout_ms)
{
	struct pollfd fd = { .fd = b->socket, .events = POLLIN };
	ssize_t n;
	int polled;

	if (b->is_gone)
		return -EPIPE;
	do
		polled = poll(&fd, 1, timeout_ms);
	while (polled < 0 && errno == EINTR);
	if (!polled)
		return -EAGAIN;
	n = recv(b->socket, reply, sizeof(*reply), MSG_DONTWAIT);
	if (n == (ssize_t)sizeof(*reply))
		return 0;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return -EAGAIN;
	b->is_gone = true;
	return -EPIPE;
}

static bool is_stopped(const struct broker *b)
{
	siginfo_t info = { .si_pid = 0 };

	/* Its end is left for broker_leave(). */
	return waitid(P_PID, (id_t)b->pid, &info,
		      WSTOPPED | WNOHANG | WNOWAIT) ||
	       info.si_pid;
}

/* Like hear(), for as long as the kernel keeps the broker waiting. */
static int hear_patiently(struct broker *b, struct reply *reply, int timeout_ms)
{
	int err = -EAGAIN;

	for (int i = 0; err == -EAGAIN && i < MAX_ANSWERS; i++) {
		err = hear(b, reply, timeout_ms);
		if (err == -EAGAIN && is_stopped(b))
			break;
	}
	return err;
}

void broker_hang_up(struct broker *b)
{
	if (!b)
		return;
	b->is_gone = true;
	/* Whoever waits for an answer wakes up. */
	shutdown(b->socket, SHUT_RDWR);
}

/* Return: the result of the request, or -EPIPE. */
static int ask(struct broker *b, const struct request *request, int timeout_ms)
{
	struct reply reply = { .kind = 0 };
	int err = 0;

	mutex_lock(&b->lock);
	if (b->is_gone || send(b->socket, request, sizeof(*request),
			       MSG_NOSIGNAL) != (ssize_t)sizeof(*request))
		err = -EPIPE;
	while (!err && reply.kind != REPLY_RESULT) {
		err = hear_patiently(b, &reply, timeout_ms);
		if (!err && reply.kind == REPLY_UNTRACKED)
			b->has_untracked = true;
	}
	/* Should it go on later, it has to know that nobody listens. */
	if (err)
		broker_hang_up(b);
	mutex_unlock(&b->lock);
	return err ? -EPIPE : reply.result;
}

int broker_check(struct broker *b)
{
	struct reply reply;
	int result;

	mutex_lock(&b->lock);
	result = hear(b, &reply, 0);
	if (!result && reply.kind == REPLY_UNTRACKED)
		b->has_untracked = true;
	result = result == -EPIPE ? -EPIPE : b->has_untracked;
	b->has_untracked = false;
	mutex_unlock(&b->lock);
	return result;
}

int broker_fd(const struct broker *b)
{
	return b->socket;
}

int broker_state_error(const struct broker *b)
{
	return b->state_error;
}

static int start(struct broker *b, const struct broker_config *config)
{
	int sockets[2], life[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets))
		return -errno;
	b->socket = sockets[0];
	if (pipe2(life, O_CLOEXEC)) {
		int err = errno;

		close(sockets[1]);
		return -err;
	}
	b->life = life[0];
	b->pid = fork();
	if (b->pid == 0)
		serve(config, sockets[1], life[1]);
	close(sockets[1]);
	close(life[1]);
	return b->pid < 0 ? -errno : 0;
}

struct broker *broker_start(const struct broker_config *config,
			    const char **failed)
{
	struct broker *b = malloc(sizeof(*b));
	struct reply hello = { .kind = REPLY_HELLO };
	int err;

	*failed = "start the privileged process";
	if (!b)
		return NULL;
	*b = (struct broker){ .socket = -1, .life = -1, .pid = -1 };
	mutex_init(&b->lock);
	err = start(b, config);
	if (!err)
		err = hear(b, &hello, START_MS);
	if (!err && hello.kind != REPLY_HELLO) {
		if (hello.kind == REPLY_NO_DROP)
			*failed = "give up privileges";
		err = hello.result;
	}
	if (err) {
		broker_close(b);
		errno = -err;
		return NULL;
	}
	b->state_error = hello.result;
	return b;
}

void broker_leave(struct broker *b)
{
	struct pollfd fd = { .fd = b->life, .events = POLLIN };
	uint64_t end_ns = clock_mono_ns() + LEAVE_MS * NS_PER_MS;
	int left_ms = LEAVE_MS, polled, status;

	broker_hang_up(b);
	if (b->pid <= 0)
		return;
	do {
		polled = poll(&fd, 1, left_ms);
		left_ms = (int)((int64_t)(end_ns - clock_mono_ns()) /
				(int64_t)NS_PER_MS);
	} while (polled < 0 && left_ms > 0);
	/* If somebody has stopped it, it goes on without us later. */
	if (polled > 0 && waitpid(b->pid, &status, 0) == b->pid &&
	    WIFSIGNALED(status))
		b->signal = WTERMSIG(status);
	b->pid = -1;
}

int broker_close(struct broker *b)
{
	int signal;

	if (!b)
		return 0;
	broker_leave(b);
	signal = b->signal;
	if (b->socket >= 0)
		close(b->socket);
	if (b->life >= 0)
		close(b->life);
	mutex_destroy(&b->lock);
	free(b);
	return signal;
}

int request_dump(struct broker *b, int socket, uint8_t family, uint32_t seq)
{
	struct request request = { .kind = REQUEST_LIST };

	request.socket = (uint8_t)socket;
	request.family = family;
	request.seq = seq;
	return ask(b, &request, ANSWER_MS);
}

int request_get(struct broker *b, int socket, uint32_t seq,
		const struct flow_key *keys, int n)
{
	struct request request = { .kind = REQUEST_ASK };

	if (n < 1 || n > MAX_GETS)
		return -EINVAL;
	/* The broker ends rather than ask for what cannot be. */
	for (int i = 0; i < n; i++) {
		if (!addr_size(keys[i].family))
			return -EAFNOSUPPORT;
	}
	request.socket = (uint8_t)socket;
	request.seq = seq;
	request.n = (uint16_t)n;
	memcpy(request.keys, keys, (size_t)n * sizeof(*keys));
	return ask(b, &request, ANSWER_MS);
}

int request_sysctl_on(struct broker *b, unsigned int wanted)
{
	struct request request = { .kind = REQUEST_SYSCTL, .wanted = wanted };

	return ask(b, &request, START_MS);
}

int request_track(struct broker *b)
{
	struct request request = { .kind = REQUEST_TRACK };

	return ask(b, &request, ANSWER_MS);
}

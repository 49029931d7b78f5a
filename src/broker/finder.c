/* SPDX-License-Identifier: GPL-2.0-only */
/* Main's side: starting the finder, asking it, and leaving it. */
#include "broker/finder.h"

#include "broker/finderserve.h"
#include "lib/clock.h"
#include "lib/fdpass.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define START_MS 3000

/* It ends after the slice that it is at. One that somebody has stopped ends
 * when it goes on. */
#define LEAVE_MS 100

struct finder {
	int socket;
	pid_t pid;
	unsigned int rights;
	bool is_gone;
};

static int start(struct finder *f, const struct finder_config *config)
{
	int sockets[2], none[FDPASS_MAX], err;
	struct finder_hello hello;
	struct pollfd fd = { .events = POLLIN };

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets))
		return -errno;
	f->socket = fd.fd = sockets[0];
	f->pid = fork();
	if (!f->pid)
		finder_serve(config, sockets[1]);
	err = f->pid < 0 ? -errno : 0;
	close(sockets[1]);
	if (err)
		return err;
	/* All signals are blocked already. */
	if (poll(&fd, 1, START_MS) != 1)
		return -ETIMEDOUT;
	if (fdpass_receive(f->socket, &hello, sizeof(hello), none) != 1)
		return -EPIPE;
	f->rights = hello.rights;
	return hello.result;
}

struct finder *finder_start(const struct finder_config *config)
{
	struct finder *f = malloc(sizeof(*f));
	int err;

	if (!f)
		return NULL;
	*f = (struct finder){ .socket = -1, .pid = -1 };
	err = start(f, config);
	if (!err)
		return f;
	finder_close(f);
	errno = -err;
	return NULL;
}

void finder_close(struct finder *f)
{
	if (!f)
		return;
	if (f->socket >= 0)
		close(f->socket);
	for (int ms = 0;
	     f->pid > 0 && ms < LEAVE_MS && waitpid(f->pid, NULL, WNOHANG) == 0;
	     ms++)
		clock_sleep_ns(NS_PER_MS);
	free(f);
}

unsigned int finder_rights(const struct finder *f)
{
	return f->rights;
}

int finder_fd(const struct finder *f)
{
	return f->socket;
}

/* Return: 0, -EAGAIN or -EPIPE. */
static int ask(struct finder *f, const struct finder_request *request)
{
	int err = f->is_gone ? -EPIPE
			     : fdpass_send(f->socket, request, sizeof(*request),
					   NULL, 0);

	if (!err || err == -EAGAIN || err == -ENOBUFS)
		return err ? -EAGAIN : 0;
	f->is_gone = true;
	return -EPIPE;
}

int finder_walk(struct finder *f, const uint64_t *inodes, int n, bool is_hasty)
{
	struct finder_request request = {
		.kind = is_hasty ? FINDER_WALK_HASTY : FINDER_WALK,
	};

	if (n < 1 || n > FINDER_INODES)
		return n ? -EINVAL : 0;
	request.n = (uint32_t)n;
	memcpy(request.inodes, inodes, (size_t)n * sizeof(*inodes));
	return ask(f, &request);
}

int finder_list_spaces(struct finder *f)
{
	struct finder_request request = { .kind = FINDER_LIST_SPACES };

	return ask(f, &request);
}

int finder_open_space(struct finder *f, uint64_t inode)
{
	struct finder_request request = { .kind = FINDER_OPEN_SPACE,
					  .inode = inode };

	return ask(f, &request);
}

int finder_ask_alone(struct finder *f)
{
	struct finder_request request = { .kind = FINDER_ASK_ALONE };

	return ask(f, &request);
}

/* Numbers that index, and ends of texts: the rest is what it says. */
static bool is_sound(struct finder_answer *answer, const int *fds)
{
	bool has_fds = fds[0] >= 0 && fds[1] >= 0;

	switch (answer->kind) {
	case FINDER_FOUND_SOCKETS:
		return answer->n <= FINDER_FOUND;
	case FINDER_SPACE_LIST:
		if (answer->n > FINDER_SPACES)
			return false;
		for (uint32_t i = 0; i < answer->n; i++)
			answer->space[i].name[FINDER_SPACE_NAME - 1] = '\0';
		return true;
	case FINDER_SPACE_OPENED:
		return answer->error ? answer->error < 0 : has_fds;
	default:
		return answer->kind <= FINDER_ALONE;
	}
}

int finder_read(struct finder *f, struct finder_answer *answer)
{
	int fds[FDPASS_MAX];
	int got = f->is_gone ? -EPIPE
			     : fdpass_receive(f->socket, answer,
					      sizeof(*answer), fds);

	if (!got)
		return 0;
	if (got > 0 && is_sound(answer, fds)) {
		answer->diag_fd = fds[0];
		answer->route_fd = fds[1];
		return 1;
	}
	for (int i = 0; i < FDPASS_MAX && got > 0; i++) {
		if (fds[i] >= 0)
			close(fds[i]);
	}
	f->is_gone = true;
	return -EPIPE;
}

/* SPDX-License-Identifier: GPL-2.0-only */
#include "source/slices.h"

#include "lib/clock.h"
#include "lib/queue.h"
#include "lib/thread.h"

#include <errno.h>
#include <linux/netlink.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>

#include <libmnl/libmnl.h>

/* The collector may be busy for a few milliseconds; 0.2 ms make a slice. */
#define SLICES 8

/* Nothing is there: only when the request is late. */
#define RETRY_MS 20

struct slices {
	int fd;
	struct queue *empty; /* of int: numbers */
	struct queue *full;  /* of struct slice */
	struct thread thread;
	char data[SLICES][SLICE_BYTES];
};

bool slice_read(int fd, char *buffer, struct slice *slice)
{
	struct sockaddr_nl from = { 0 };
	struct iovec iov = { .iov_base = buffer, .iov_len = SLICE_BYTES };
	struct msghdr header = {
		.msg_name = &from,
		.msg_namelen = sizeof(from),
		.msg_iov = &iov,
		.msg_iovlen = 1,
	};
	ssize_t n;

	do {
		n = recvmsg(fd, &header, MSG_DONTWAIT);
	} while ((n < 0 && errno == EINTR) || (n >= 0 && from.nl_pid != 0));
	if (n < 0 && errno == EAGAIN)
		return false;
	slice->data = buffer;
	slice->size = n < 0 ? -errno : n;
	slice->is_cut = n >= 0 && header.msg_flags & MSG_TRUNC;
	slice->read_ns = clock_mono_ns();
	return true;
}

static bool is_last(const struct slice *slice)
{
	const struct nlmsghdr *nlh = (const void *)slice->data;
	int left = (int)slice->size;

	if (slice->size < 0)
		return true;
	for (; mnl_nlmsg_ok(nlh, left); nlh = mnl_nlmsg_next(nlh, &left)) {
		if (nlh->nlmsg_type == NLMSG_DONE ||
		    nlh->nlmsg_type == NLMSG_ERROR)
			return true;
	}
	return false;
}

static void slices_main(void *arg)
{
	struct slices *s = arg;
	struct pollfd fd = { .fd = s->fd, .events = POLLIN };
	struct slice slice = { .size = 0 };
	bool is_over = false;

	while (!is_over && queue_wait(s->empty, UINT64_MAX)) {
		if (!queue_pop(s->empty, &slice.number, 1))
			continue;
		while (!slice_read(s->fd, s->data[slice.number], &slice)) {
			poll(&fd, 1, RETRY_MS);
			if (!queue_wait(s->empty, 0))
				return;
		}
		is_over = is_last(&slice);
		queue_push(s->full, &slice);
	}
}

struct slices *slices_new(int fd)
{
	struct slices *s = malloc(sizeof(*s));

	if (!s)
		return NULL;
	s->fd = fd;
	s->empty = queue_new(sizeof(int), SLICES);
	s->full = queue_new(sizeof(struct slice), SLICES);
	if (!s->empty || !s->full)
		goto out;
	for (int i = 0; i < SLICES; i++)
		queue_push(s->empty, &i);
	if (!thread_start(&s->thread, "listing", slices_main, s))
		return s;
out:
	queue_free(s->empty);
	queue_free(s->full);
	free(s);
	return NULL;
}

void slices_free(struct slices *s)
{
	int number;

	if (!s)
		return;
	queue_close(s->empty);
	while (queue_pop(s->empty, &number, 1))
		;
	thread_join(&s->thread);
	queue_free(s->empty);
	queue_free(s->full);
	free(s);
}

int slices_fd(const struct slices *s)
{
	return queue_fd(s->full);
}

bool slices_take(struct slices *s, struct slice *slice)
{
	return queue_pop(s->full, slice, 1) == 1;
}

void slices_give(struct slices *s, const struct slice *slice)
{
	queue_push(s->empty, &slice->number);
}

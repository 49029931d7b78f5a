/* SPDX-License-Identifier: GPL-2.0-only */
#include "lib/fdpass.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define FDS_BYTES (FDPASS_MAX * sizeof(int))

union control {
	char bytes[CMSG_SPACE(FDS_BYTES)];
	struct cmsghdr align;
};

int fdpass_send(int socket, const void *message, size_t size, const int *fds,
		int n)
{
	union control control = { .bytes = { 0 } };
	struct iovec iov = { .iov_base = (void *)message, .iov_len = size };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	size_t bytes = (size_t)n * sizeof(*fds);
	struct cmsghdr *head;

	if (n) {
		msg.msg_control = control.bytes;
		msg.msg_controllen = CMSG_SPACE(bytes);
		head = CMSG_FIRSTHDR(&msg);
		head->cmsg_level = SOL_SOCKET;
		head->cmsg_type = SCM_RIGHTS;
		head->cmsg_len = CMSG_LEN(bytes);
		memcpy(CMSG_DATA(head), fds, bytes);
	}
	if (sendmsg(socket, &msg, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
		return errno == EINTR ? -EAGAIN : -errno;
	return 0;
}

static void take_fds(struct msghdr *msg, int *fds)
{
	struct cmsghdr *head = CMSG_FIRSTHDR(msg);
	size_t bytes;

	/* The kernel puts all of them into one. */
	if (!head || head->cmsg_level != SOL_SOCKET ||
	    head->cmsg_type != SCM_RIGHTS)
		return;
	bytes = head->cmsg_len - CMSG_LEN(0);
	memcpy(fds, CMSG_DATA(head), bytes < FDS_BYTES ? bytes : FDS_BYTES);
}

int fdpass_receive(int socket, void *message, size_t size, int *fds)
{
	union control control;
	struct iovec iov = { .iov_base = message, .iov_len = size };
	struct msghdr msg = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes),
	};
	ssize_t n = recvmsg(socket, &msg, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);

	for (int i = 0; i < FDPASS_MAX; i++)
		fds[i] = -1;
	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -EPIPE;
	take_fds(&msg, fds);
	if (n == (ssize_t)size && !(msg.msg_flags & MSG_TRUNC))
		return 1;
	for (int i = 0; i < FDPASS_MAX; i++) {
		if (fds[i] >= 0)
			close(fds[i]);
		fds[i] = -1;
	}
	return -EPIPE;
}

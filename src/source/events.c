/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Events in batches, and what was lost.
 *
 * After an overrun the kernel drops every message until the queue is empty
 * (NETLINK_S_CONGESTED), so an overrun is answered by draining to the end
 * first and reading the table again after that. NETLINK_BROADCAST_ERROR is
 * never set: with it a stopped reader pins dead flows in the kernel.
 */
#include "source/events.h"

#include "lib/clock.h"
#include "source/batch.h"
#include "source/ctmsg.h"
#include "source/source.h"

#include <errno.h>
#include <linux/netfilter/nfnetlink_compat.h>
#include <linux/sock_diag.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <libmnl/libmnl.h>
#include <libnetfilter_conntrack/libnetfilter_conntrack.h>

#define BATCH 64

/* An event has some 200 bytes; all attributes at their largest stay below 1
 * kB. What is larger still is cut and counted as lost. */
#define MESSAGE_BYTES 2048

/* A batch of this size says that more are coming. */
#define LARGE_BATCH 8

struct event_batch {
	struct sample_batch samples;
	struct mmsghdr header[BATCH];
	struct iovec iov[BATCH];
	struct sockaddr_nl from[BATCH];
	char buffer[BATCH][MESSAGE_BYTES] __attribute__((aligned(8)));
};

static void batch_prepare(struct event_batch *batch)
{
	for (int i = 0; i < BATCH; i++) {
		batch->iov[i].iov_base = batch->buffer[i];
		batch->iov[i].iov_len = MESSAGE_BYTES;
		batch->header[i].msg_hdr = (struct msghdr){
			.msg_name = &batch->from[i],
			.msg_namelen = sizeof(batch->from[i]),
			.msg_iov = &batch->iov[i],
			.msg_iovlen = 1,
		};
	}
}

static void set_rcvbuf(int fd, unsigned int rcvbuf)
{
	int bytes = rcvbuf / 2 > INT32_MAX ? INT32_MAX : (int)(rcvbuf / 2);

	/* The kernel doubles what it is given. FORCE needs CAP_NET_ADMIN in
	 * the first user namespace; without it net.core.rmem_max is the
	 * limit. */
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)))
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
}

static unsigned int granted(int fd)
{
	int bytes = 0;
	socklen_t size = sizeof(bytes);

	if (getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, &size))
		return 0;
	return (unsigned int)bytes;
}

unsigned int event_rcvbuf_try(unsigned int rcvbuf)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER);
	unsigned int bytes;

	if (fd < 0)
		return 0;
	set_rcvbuf(fd, rcvbuf);
	bytes = granted(fd);
	close(fd);
	return bytes;
}

int event_socket_open(struct event_socket *events, unsigned int rcvbuf)
{
	struct sockaddr_nl local = {
		.nl_family = AF_NETLINK,
		.nl_groups = NF_NETLINK_CONNTRACK_NEW |
			     NF_NETLINK_CONNTRACK_UPDATE |
			     NF_NETLINK_CONNTRACK_DESTROY,
	};
	int err;

	*events = (struct event_socket){ .is_drained = true };
	events->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK,
			    NETLINK_NETFILTER);
	if (events->fd < 0)
		return -errno;
	set_rcvbuf(events->fd, rcvbuf);
	if (bind(events->fd, (struct sockaddr *)&local, sizeof(local))) {
		err = -errno;
		goto out;
	}
	events->batch = malloc(sizeof(*events->batch));
	if (!events->batch) {
		err = -ENOMEM;
		goto out;
	}
	events->batch->samples.n = 0;
	batch_prepare(events->batch);
	event_socket_lost(events);
	return 0;
out:
	close(events->fd);
	events->fd = -1;
	return err;
}

void event_socket_close(struct event_socket *events)
{
	if (events->fd >= 0)
		close(events->fd);
	free(events->batch);
	*events = (struct event_socket){ .fd = -1 };
}

unsigned int event_socket_granted(const struct event_socket *events)
{
	return granted(events->fd);
}

uint32_t event_socket_lost(struct event_socket *events)
{
	uint32_t info[SK_MEMINFO_VARS] = { 0 };
	socklen_t size = sizeof(info);
	uint32_t lost;

	if (getsockopt(events->fd, SOL_SOCKET, SO_MEMINFO, info, &size))
		return 0;
	lost = info[SK_MEMINFO_DROPS] - events->drops;
	events->drops = info[SK_MEMINFO_DROPS];
	return lost;
}

static void take_message(struct sample_batch *samples,
			 const struct source_sink *sink,
			 const struct nlmsghdr *nlh, uint64_t now_ns)
{
	struct sample *sample = batch_next(samples);

	if (ctmsg_parse(nlh, sample))
		return;
	/* An entry made by a program's request carries its flags. */
	if (sample->kind == SAMPLE_DUMP)
		sample->kind = SAMPLE_UPDATE;
	sample->mono_ns = now_ns;
	sample->dump = 0;
	batch_add(samples, sink);
}

static void take_batch(struct event_socket *events,
		       const struct source_sink *sink, int n, uint64_t now_ns)
{
	struct sample_batch *samples = &events->batch->samples;

	for (int i = 0; i < n; i++) {
		struct msghdr *header = &events->batch->header[i].msg_hdr;
		int size = (int)events->batch->header[i].msg_len;
		const struct nlmsghdr *nlh = header->msg_iov->iov_base;

		if (header->msg_flags & MSG_TRUNC)
			events->is_overrun = true;
		else if (events->batch->from[i].nl_pid == 0)
			for (; mnl_nlmsg_ok(nlh, size);
			     nlh = mnl_nlmsg_next(nlh, &size))
				take_message(samples, sink, nlh, now_ns);
		header->msg_flags = 0;
		header->msg_namelen = sizeof(events->batch->from[i]);
	}
	batch_flush(samples, sink);
}

int event_socket_drain(struct event_socket *events,
		       const struct source_sink *sink, uint64_t now_ns,
		       uint64_t deadline_ns)
{
	int largest = 0;

	events->is_drained = false;
	do {
		int n = recvmmsg(events->fd, events->batch->header, BATCH,
				 MSG_DONTWAIT, NULL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == ENOBUFS) {
			events->is_overrun = true;
			continue;
		}
		if (n < 0 && errno != EAGAIN)
			return -errno;
		if (n <= 0) {
			events->is_drained = true;
			break;
		}
		events->n_taken += (uint64_t)n;
		if (n > largest)
			largest = n;
		if (sink)
			take_batch(events, sink, n, now_ns);
	} while (clock_mono_ns() < deadline_ns);
	if (largest >= LARGE_BATCH && events->is_drained)
		events->rest_until_ns = clock_mono_ns() + EVENT_REST_NS;
	return 0;
}

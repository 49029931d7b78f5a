/* SPDX-License-Identifier: GPL-2.0-only */
/* Listings and questions: the two ways to read the kernel's table. */
#include "source/listing.h"

#include "broker/request.h"
#include "lib/clock.h"
#include "source/batch.h"
#include "source/ctmsg.h"
#include "source/slices.h"
#include "source/source.h"

#include <errno.h>
#include <linux/netfilter/nfnetlink.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <libmnl/libmnl.h>

/* An entry with all it can have stays below 1 kB. */
#define ANSWER_BYTES 1024
#define BUFFER_BYTES (MAX_GETS * ANSWER_BYTES)

/* Answers that are read at once. */
#define READ_ANSWERS 64

/* Answers to MAX_GETS questions must fit, each at about 1 kB of accounting. */
#define RCVBUF_BYTES (1 << 20)

/* A paced listing works at least this long before it rests: resting after
 * each slice would cost more in wake-ups than it spreads. */
#define PACED_WORK_NS 1000000ULL

int listing_open(struct listing *l, int which,
		 void (*take_events)(void *ctx, bool is_end), void *ctx)
{
	struct sockaddr_nl local = { .nl_family = AF_NETLINK };
	int bytes = RCVBUF_BYTES;
	int err;

	*l = (struct listing){ .which = which,
			       .take_events = take_events,
			       .ctx = ctx };
	l->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK,
		       NETLINK_NETFILTER);
	if (l->fd < 0)
		return -errno;
	if (bind(l->fd, (struct sockaddr *)&local, sizeof(local))) {
		err = -errno;
		listing_close(l);
		return err;
	}
	if (setsockopt(l->fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes,
		       sizeof(bytes)))
		setsockopt(l->fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
	l->buffer = malloc(BUFFER_BYTES);
	if (!l->buffer) {
		listing_close(l);
		return -ENOMEM;
	}
	return 0;
}

void listing_close(struct listing *l)
{
	slices_free(l->ahead);
	if (l->fd >= 0)
		close(l->fd);
	free(l->buffer);
	*l = (struct listing){ .fd = -1 };
}

/* Sequence numbers differ between all requests of the process, so that a late
 * answer is never taken for one to the present question. */
static uint32_t seq_next(uint32_t n)
{
	static uint32_t seq = 1;
	uint32_t first = seq;

	seq += n;
	return first;
}

int listing_begin(struct listing *l, struct broker *broker,
		  const struct source_sink *sink, bool is_paced)
{
	uint64_t now_ns = clock_mono_ns();
	int err;

	l->seq = seq_next(1);
	sink->dump_begin(sink->ctx, l->which, DUMP_FULL);
	err = request_dump(broker, l->which, 0, l->seq);
	if (err) {
		sink->dump_end(sink->ctx, l->which, false);
		return err;
	}
	l->is_running = true;
	l->is_paced = is_paced;
	l->is_damaged = false;
	l->started_ns = now_ns;
	l->filled_ns = now_ns;
	l->next_ns = now_ns;
	l->n_entries = 0;
	l->ahead = is_paced ? NULL : slices_new(l->fd);
	return 0;
}

int listing_fd(const struct listing *l)
{
	return l->ahead ? slices_fd(l->ahead) : l->fd;
}

static int done_error(const struct nlmsghdr *nlh)
{
	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(int))
		return 0;
	return *(const int *)mnl_nlmsg_get_payload(nlh);
}

static enum listing_result end_of(struct listing *l, const struct nlmsghdr *nlh)
{
	if (nlh->nlmsg_type == NLMSG_ERROR)
		return LISTING_FAILED;
	l->take_events(l->ctx, true);
	return done_error(nlh) || l->is_damaged ? LISTING_FAILED
						: LISTING_COMPLETE;
}

static enum listing_result take_slice(struct listing *l,
				      const struct source_sink *sink,
				      const struct slice *slice,
				      uint64_t filled_ns)
{
	const struct nlmsghdr *nlh = (const struct nlmsghdr *)slice->data;
	int left = (int)slice->size;
	struct sample_batch samples;
	struct sample *sample;

	samples.n = 0;
	for (; mnl_nlmsg_ok(nlh, left); nlh = mnl_nlmsg_next(nlh, &left)) {
		if (nlh->nlmsg_seq != l->seq)
			continue; /* of a listing that was given up */
		if (nlh->nlmsg_type == NLMSG_DONE ||
		    nlh->nlmsg_type == NLMSG_ERROR) {
			batch_flush(&samples, sink);
			return end_of(l, nlh);
		}
		sample = batch_next(&samples);
		if (nlh->nlmsg_type == NLMSG_OVERRUN ||
		    ctmsg_parse(nlh, sample)) {
			l->is_damaged = true;
			continue;
		}
		sample->kind = SAMPLE_DUMP;
		sample->mono_ns = filled_ns;
		sample->dump = (uint8_t)l->which;
		l->n_entries++;
		batch_add(&samples, sink);
	}
	batch_flush(&samples, sink);
	return LISTING_RUNNING;
}

/* The slice that a read returns was written at the read before it. */
static enum listing_result step_slice(struct listing *l,
				      const struct source_sink *sink,
				      bool *is_empty)
{
	uint64_t filled_ns = l->filled_ns;
	enum listing_result result;
	struct slice slice;

	*is_empty = !(l->ahead ? slices_take(l->ahead, &slice)
			       : slice_read(l->fd, l->buffer, &slice));
	if (*is_empty)
		return LISTING_RUNNING;
	if (slice.size < 0)
		return LISTING_FAILED;
	l->is_damaged |= slice.is_cut;
	l->filled_ns = slice.read_ns;
	l->take_events(l->ctx, false);
	result = take_slice(l, sink, &slice, filled_ns);
	if (l->ahead)
		slices_give(l->ahead, &slice);
	return result;
}

enum listing_result listing_step(struct listing *l,
				 const struct source_sink *sink,
				 uint64_t deadline_ns, unsigned int budget)
{
	uint64_t cpu_ns = clock_thread_cpu_ns();
	uint64_t used_ns = 0;
	enum listing_result result;
	bool is_empty;

	do {
		result = step_slice(l, sink, &is_empty);
		used_ns = clock_thread_cpu_ns() - cpu_ns;
	} while (result == LISTING_RUNNING && !is_empty &&
		 clock_mono_ns() < deadline_ns &&
		 (!l->is_paced || used_ns < PACED_WORK_NS));
	if (l->is_paced)
		l->next_ns =
			clock_mono_ns() + used_ns * (100 - budget) / budget;
	if (result != LISTING_RUNNING) {
		l->is_running = false;
		slices_free(l->ahead);
		l->ahead = NULL;
		sink->dump_end(sink->ctx, l->which, result == LISTING_COMPLETE);
	}
	return result;
}

/* Return: whether it says what has become of the flow. */
static bool take_answer(struct listing *l, const struct source_sink *sink,
			const struct nlmsghdr *nlh, uint64_t asked_ns,
			const struct flow_key *keys, uint32_t n)
{
	uint32_t i = nlh->nlmsg_seq - l->seq;
	struct sample sample;

	if (i >= n)
		return false;
	if (nlh->nlmsg_type == NLMSG_ERROR) {
		if (mnl_nlmsg_get_payload_len(nlh) < sizeof(struct nlmsgerr) ||
		    done_error(nlh) != -ENOENT)
			return false;
		sink->missing(sink->ctx, &keys[i], asked_ns);
		return true;
	}
	if (ctmsg_parse(nlh, &sample))
		return false;
	sample.kind = SAMPLE_GET;
	sample.mono_ns = asked_ns;
	sample.dump = (uint8_t)l->which;
	sink->sample(sink->ctx, &sample);
	return true;
}

static char *answer_at(const struct listing *l, int i)
{
	return l->buffer + (size_t)i * ANSWER_BYTES;
}

/* Answers behind the @first ones, at most READ_ANSWERS; @size: of each, 0 for
 * one that is of no use. Return: how many, 0 none; negative errno. */
static int read_answers(struct listing *l, int first, int n, unsigned int *size)
{
	struct mmsghdr header[READ_ANSWERS];
	struct sockaddr_nl from[READ_ANSWERS];
	struct iovec iov[READ_ANSWERS];
	int got;

	if (n > READ_ANSWERS)
		n = READ_ANSWERS;
	for (int i = 0; i < n; i++) {
		iov[i] = (struct iovec){ .iov_base = answer_at(l, first + i),
					 .iov_len = ANSWER_BYTES };
		header[i].msg_hdr = (struct msghdr){
			.msg_name = &from[i],
			.msg_namelen = sizeof(from[i]),
			.msg_iov = &iov[i],
			.msg_iovlen = 1,
		};
	}
	do
		got = recvmmsg(l->fd, header, (unsigned int)n, MSG_DONTWAIT,
			       NULL);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return errno == EAGAIN || errno == ENOBUFS ? 0 : -errno;
	for (int i = 0; i < got; i++) {
		bool is_cut = header[i].msg_hdr.msg_flags & MSG_TRUNC;

		size[first + i] =
			from[i].nl_pid || is_cut ? 0 : header[i].msg_len;
	}
	return got;
}

/*
 * The kernel answers within the request's own system call, so all answers are
 * there when it returns; an empty queue means that some were lost. They are
 * collected before events are taken and the first is handed on.
 */
static int ask_batch(struct listing *l, struct broker *broker,
		     const struct source_sink *sink,
		     const struct flow_key *keys, int n)
{
	uint64_t asked_ns = clock_mono_ns();
	unsigned int size[MAX_GETS];
	int n_known = 0, got = 0, more, err;

	l->seq = seq_next((uint32_t)n);
	err = request_get(broker, l->which, l->seq, keys, n);
	if (err)
		return err;
	do {
		more = read_answers(l, got, n - got, size);
		if (more < 0)
			return more;
		got += more;
	} while (more && got < n);
	l->take_events(l->ctx, false);
	for (int i = 0; i < got; i++) {
		const void *answer = answer_at(l, i);

		if (mnl_nlmsg_ok(answer, (int)size[i]))
			n_known += take_answer(l, sink, answer, asked_ns, keys,
					       (uint32_t)n);
	}
	l->n_unanswered += (uint64_t)(n - n_known);
	return 0;
}

int listing_ask(struct listing *l, struct broker *broker,
		const struct source_sink *sink, uint64_t *cursor,
		uint64_t deadline_ns)
{
	struct flow_key keys[MAX_GETS];

	if (!*cursor)
		l->n_unanswered = 0;
	do {
		int n = sink->known(sink->ctx, cursor, keys, MAX_GETS);
		int err;

		if (n <= 0)
			return 0;
		err = ask_batch(l, broker, sink, keys, n);
		if (err)
			return err;
	} while (clock_mono_ns() < deadline_ns);
	return 1;
}

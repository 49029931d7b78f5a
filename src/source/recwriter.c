/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The file behind a recording.
 *
 * A file on disk is cut back to its last whole record when it cannot be
 * written any more. A pipe is written in pieces that never block, so that a
 * reader that sleeps cannot hold up the end of the program.
 */
#include "source/recwriter.h"

#include "lib/clock.h"
#include "lib/ring.h"
#include "lib/thread.h"
#include "source/pcap.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define RING_SIZE (8U << 20) /* 25,000 entries: a hiccup of 0.1 to 1 s */
#define BATCH_SIZE (PCAP_MAX_CAPTURED + PCAP_RECORD_HEADER)
#define ENOUGH (64U << 10) /* worth a write of its own */
#define LINGER_NS                                                              \
	(20 * NS_PER_MS)        /* how long less than that waits for more      \
				 */
#define CLOSE_NS (2 * NS_PER_S) /* patience with a reader at the end */

struct recwriter {
	int fd;
	bool is_ours; /* made by open(): closed and cut by us */
	bool is_started;
	bool is_file; /* on disk; else a pipe, socket or terminal */
	off_t size;   /* whole records so far; files only */
	struct ring *ring;
	struct thread thread;
	atomic_int error;
	_Atomic uint64_t give_up_ns; /* UINT64_MAX until it is to end */
	uint8_t batch[BATCH_SIZE];
};

/* Return: 0 when @fd takes PIPE_BUF bytes without blocking. */
static int wait_writable(const struct recwriter *w)
{
	struct pollfd fd = { .fd = w->fd, .events = POLLOUT };

	while (clock_mono_ns() < atomic_load(&w->give_up_ns)) {
		int n = poll(&fd, 1, 100);

		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0)
			return 0;
	}
	return -ETIMEDOUT;
}

/* Return: how much was written; errno tells why it is less than @size. */
static size_t write_all(struct recwriter *w, const uint8_t *data, size_t size)
{
	size_t done = 0;

	while (done < size) {
		size_t piece = size - done;
		ssize_t n;

		if (!w->is_file) {
			int err = wait_writable(w);

			if (err) {
				errno = -err;
				break;
			}
			if (piece > PIPE_BUF)
				piece = PIPE_BUF;
		}
		n = write(w->fd, data + done, piece);
		if (n < 0 && errno != EINTR && errno != EAGAIN)
			break;
		if (n > 0)
			done += (size_t)n;
	}
	return done;
}

/* How many of @size bytes are whole records. */
static size_t whole_records(const uint8_t *data, size_t size)
{
	const struct pcap_format format = { .is_nano = true };
	struct pcap_record record;
	size_t at = 0;

	while (size - at >= PCAP_RECORD_HEADER) {
		size_t end;

		pcap_read_record(data + at, &format, &record);
		end = at + PCAP_RECORD_HEADER + record.captured;
		if (end > size)
			break;
		at = end;
	}
	return at;
}

static void fail(struct recwriter *w, int error, size_t written)
{
	if (w->is_file && w->is_ours) {
		w->size += (off_t)whole_records(w->batch, written);
		/* Without it the last record is cut short: readers cope. */
		if (ftruncate(w->fd, w->size))
			error = error ? error : errno;
	}
	atomic_store(&w->error, error ? error : EIO);
	ring_close(w->ring);
}

static void writer_run(void *arg)
{
	struct recwriter *w = arg;

	while (ring_wait(w->ring, 1, UINT64_MAX)) {
		size_t size, done;

		ring_wait(w->ring, ENOUGH, LINGER_NS);
		size = ring_take(w->ring, w->batch, sizeof(w->batch));
		done = write_all(w, w->batch, size);
		if (done < size) {
			fail(w, errno, done);
			return;
		}
		w->size += (off_t)size;
	}
}

static int open_file(struct recwriter *w, const char *path)
{
	struct stat st;

	if (!strcmp(path, "-")) {
		w->fd = STDOUT_FILENO;
	} else {
		/* O_EXCL also refuses links, pipes and devices. */
		w->fd = open(path,
			     O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW |
				     O_CLOEXEC,
			     0600);
		if (w->fd < 0)
			return -errno;
		w->is_ours = true;
	}
	if (fstat(w->fd, &st))
		return -errno;
	w->is_file = S_ISREG(st.st_mode);
	return 0;
}

static int write_header(struct recwriter *w)
{
	uint8_t header[PCAP_FILE_HEADER];

	pcap_write_file_header(header);
	if (write_all(w, header, sizeof(header)) < sizeof(header))
		return -errno;
	w->size = sizeof(header);
	return 0;
}

static void undo_open(struct recwriter *w, const char *path)
{
	if (w->is_ours) {
		unlink(path);
		close(w->fd);
	}
	ring_free(w->ring);
	free(w);
}

int recwriter_open(struct recwriter **out, const char *path)
{
	struct recwriter *w = calloc(1, sizeof(*w));
	int err;

	if (!w)
		return -ENOMEM;
	atomic_init(&w->error, 0);
	atomic_init(&w->give_up_ns, UINT64_MAX);
	w->ring = ring_new(RING_SIZE);
	err = w->ring ? open_file(w, path) : -ENOMEM;
	if (!err)
		err = write_header(w);
	if (err) {
		undo_open(w, path);
		return err;
	}
	*out = w;
	return 0;
}

int recwriter_start(struct recwriter *w)
{
	int err = thread_start(&w->thread, "recorder", writer_run, w);

	w->is_started = !err;
	return err;
}

int recwriter_close(struct recwriter *w)
{
	int error;

	atomic_store(&w->give_up_ns, clock_mono_ns() + CLOSE_NS);
	ring_close(w->ring);
	if (w->is_started)
		thread_join(&w->thread);
	error = recwriter_error(w);
	/* Some file systems tell only here that the disk is full. */
	if (w->is_ours && close(w->fd) && !error)
		error = errno;
	ring_free(w->ring);
	free(w);
	return error;
}

bool recwriter_put(struct recwriter *w, const struct iovec *parts, int n)
{
	return ring_put(w->ring, parts, n);
}

bool recwriter_is_busy(const struct recwriter *w)
{
	return ring_used(w->ring) > RING_SIZE / 2;
}

int recwriter_error(const struct recwriter *w)
{
	return atomic_load(&w->error);
}

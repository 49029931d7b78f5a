/* SPDX-License-Identifier: GPL-2.0-only */
/* The file behind a replay. */
#include "source/recreader.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int open_input(struct recreader *r, const char *path, const char **wrong)
{
	struct stat st;
	int err = 0;

	if (!strcmp(path, "-")) {
		r->fd = STDIN_FILENO;
		r->is_stdin = true;
	} else {
		r->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	}
	if (r->fd < 0 || fstat(r->fd, &st))
		err = errno;
	else if (S_ISDIR(st.st_mode))
		err = EISDIR;
	if (err)
		*wrong = strerror(err);
	return -err;
}

int recreader_begin(struct recreader *r, const char **wrong)
{
	uint8_t header[PCAP_FILE_HEADER];
	size_t size = 0;

	while (size < sizeof(header)) {
		ssize_t n = read(r->fd, header + size, sizeof(header) - size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			int err = errno;

			*wrong = strerror(err);
			return -err;
		}
		if (n == 0) {
			*wrong = size ? "not a pcap file: too short"
				      : "not a pcap file: empty";
			return -EBADMSG;
		}
		size += (size_t)n;
	}
	r->offset = sizeof(header);
	*wrong = pcap_read_file_header(header, &r->format);
	return *wrong ? -EBADMSG : 0;
}

int recreader_open(struct recreader *r, const char *path, const char **wrong)
{
	int err = open_input(r, path, wrong);

	if (err)
		recreader_close(r);
	return err;
}

void recreader_close(struct recreader *r)
{
	if (r->fd >= 0 && !r->is_stdin)
		close(r->fd);
	r->fd = -1;
}

int recreader_fill(struct recreader *r)
{
	struct pollfd fd = { .fd = r->fd, .events = POLLIN };
	ssize_t n;

	/* O_NONBLOCK would change standard input for other programs, too. */
	if (r->has_eof || poll(&fd, 1, 0) <= 0)
		return 0;
	if (r->start == r->end || sizeof(r->input) - r->end < RECREADER_BLOCK) {
		memmove(r->input, r->input + r->start, r->end - r->start);
		r->end -= r->start;
		r->start = 0;
	}
	n = read(r->fd, r->input + r->end, RECREADER_BLOCK);
	if (n < 0)
		return errno == EINTR || errno == EAGAIN ? 0 : -errno;
	r->has_eof = n == 0;
	r->end += (size_t)n;
	return (int)n;
}

int recreader_peek(const struct recreader *r, struct pcap_record *record,
		   const char **wrong)
{
	size_t size = r->end - r->start;

	if (size < PCAP_RECORD_HEADER)
		return 0;
	*wrong = pcap_read_record(r->input + r->start, &r->format, record);
	if (*wrong)
		return -EBADMSG;
	return size >= PCAP_RECORD_HEADER + record->captured;
}

const uint8_t *recreader_packet(const struct recreader *r)
{
	return r->input + r->start + PCAP_RECORD_HEADER;
}

void recreader_drop(struct recreader *r, const struct pcap_record *record)
{
	size_t size = PCAP_RECORD_HEADER + record->captured;

	r->start += size;
	r->offset += size;
}

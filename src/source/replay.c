/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Playing a recording: reading the file and keeping time.
 *
 *   file --read()--> input (whole pcap records) --copy, byte order--> packet
 *                                      packet --playback.c--> sink
 */
#include "source/replay.h"

#include "lib/clock.h"
#include "source/nlswap.h"
#include "source/pacer.h"
#include "source/pcap.h"
#include "source/playback.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "health.h"

#define READ_SIZE 65536
#define LARGEST_RECORD (PCAP_RECORD_HEADER + PCAP_MAX_CAPTURED)
#define INPUT_SIZE (LARGEST_RECORD + READ_SIZE)

#define SLICE_RECORDS 256         /* in one work() */
#define SLICE_NS (5 * NS_PER_MS)  /* the same */
#define TICK_NS (100 * NS_PER_MS) /* the clock moves also without records */

struct replay {
	struct source source;
	struct playback playback;
	int fd;
	bool is_stdin;
	bool has_eof;
	bool has_played;  /* anything */
	bool has_ended;   /* all was played, and told */
	bool order_is_ok; /* a message fitted the file's byte order */
	struct pcap_format format;

	uint64_t offset;   /* in the file, of input[start] */
	size_t start, end; /* in input: not yet played */

	struct pacer pacer;
	uint64_t base_ns; /* the pacer's, of the record played last */
	bool has_next;
	struct pcap_record next; /* at input[start], whole */
	uint64_t next_ns;        /* on the source's clock */

	/* Aligned, and with room to grow: nothing else is allocated. */
	uint8_t input[INPUT_SIZE] __attribute__((aligned(8)));
	uint8_t packet[PCAP_MAX_CAPTURED] __attribute__((aligned(8)));
};

static void note(struct replay *r, const char *text)
{
	r->source.sink->note(r->source.sink->ctx, text);
}

/* ------------------------------------------------------------ clock */

static void publish_time(struct replay *r)
{
	struct health *health = r->source.health;

	counter_set(&health->now_ns, r->source.now_ns);
	if (r->has_played)
		counter_set(&health->wall_offset_ns,
			    r->base_ns + r->playback.offset_ns);
}

static void move_clock(struct replay *r, uint64_t to_ns)
{
	if (to_ns > r->source.now_ns)
		r->source.now_ns = to_ns;
	publish_time(r);
}

/* Where the source's clock may be by now. */
static uint64_t clock_limit(const struct replay *r)
{
	uint64_t limit_ns = pacer_limit(&r->pacer, clock_mono_ns());

	return limit_ns < r->source.until_ns ? limit_ns : r->source.until_ns;
}

/* ------------------------------------------------------------ input */

#define WRONG_ORDER "byte order of messages is not the file's"

static void format_damage(const struct replay *r, const char *what, char *text,
			  size_t size)
{
	snprintf(text, size, "recording is damaged at byte %llu: %s",
		 (unsigned long long)r->offset, what);
}

static int damaged(struct replay *r, const char *what)
{
	char text[128];

	format_damage(r, what, text, sizeof(text));
	note(r, text);
	return -EBADMSG;
}

/*
 * Find the next record in the input.
 *
 * Return: 1 there is one; 0 more input is needed; negative errno.
 */
static int peek(struct replay *r)
{
	const uint8_t *at = r->input + r->start;
	const char *wrong;

	if (r->has_next)
		return 1;
	if (r->end - r->start < PCAP_RECORD_HEADER)
		return 0;
	wrong = pcap_read_record(at, &r->format, &r->next);
	if (wrong)
		return damaged(r, wrong);
	if (r->end - r->start < PCAP_RECORD_HEADER + r->next.captured)
		return 0;
	r->next_ns = pacer_record(&r->pacer, r->next.wall_ns, clock_mono_ns());
	r->has_next = true;
	return 1;
}

static void drop_next(struct replay *r)
{
	size_t size = PCAP_RECORD_HEADER + r->next.captured;

	r->start += size;
	r->offset += size;
	r->has_next = false;
}

/* Return: bytes read; 0 nothing to read now, or the end; negative errno. */
static int fill(struct replay *r)
{
	struct pollfd fd = { .fd = r->fd, .events = POLLIN };
	ssize_t n;

	if (r->has_eof || poll(&fd, 1, 0) <= 0)
		return 0;
	if (r->start == r->end || INPUT_SIZE - r->end < READ_SIZE) {
		memmove(r->input, r->input + r->start, r->end - r->start);
		r->end -= r->start;
		r->start = 0;
	}
	n = read(r->fd, r->input + r->end, READ_SIZE);
	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return 0;
	if (n < 0) {
		int err = errno;
		char text[128];

		snprintf(text, sizeof(text), "cannot read the recording: %s",
			 strerror(err));
		note(r, text);
		return -err;
	}
	r->has_eof = n == 0;
	r->end += (size_t)n;
	return (int)n;
}

/* ------------------------------------------------------------ playing */

static bool is_netlink(int family)
{
	return family == NETLINK_NETFILTER || family == NETLINK_ROUTE ||
	       family == NETLINK_USERSOCK;
}

/* A file whose headers and messages differ in byte order was put together by
 * somebody: every number in it would be a guess. */
static int check_order(struct replay *r, int family, size_t size)
{
	size_t length = r->next.length - PCAP_COOKED_HEADER;

	/* A user socket carries anything. */
	if (r->order_is_ok || family == NETLINK_USERSOCK)
		return 0;
	switch (nlorder_check(r->packet, size, length, r->format.swapped)) {
	case NLORDER_FITS:
		r->order_is_ok = true;
		break;
	case NLORDER_OTHER:
		return damaged(r, WRONG_ORDER);
	case NLORDER_NONE:
		break;
	}
	return 0;
}

static int play_next(struct replay *r)
{
	const uint8_t *at = r->input + r->start + PCAP_RECORD_HEADER;
	size_t size = r->next.captured;
	int family = -1;
	int err;

	if (size >= PCAP_COOKED_HEADER) {
		family = pcap_read_cooked(at);
		size -= PCAP_COOKED_HEADER;
	}
	if (!is_netlink(family)) {
		r->playback.n_skipped++;
		drop_next(r);
		return 0;
	}
	memcpy(r->packet, at + PCAP_COOKED_HEADER, size);
	err = check_order(r, family, size);
	if (err)
		return err;
	if (r->format.swapped)
		nlswap(r->packet, size, family);
	r->has_played = true;
	r->base_ns = r->pacer.base_ns;
	move_clock(r, r->next_ns);
	playback_datagram(&r->playback, family, r->packet, size, r->next_ns);
	/* A mark may have moved the wall clock. */
	publish_time(r);
	drop_next(r);
	return 0;
}

/* One line about how the recording ended, and one about what was left out. */
static void finish(struct replay *r)
{
	const struct playback *p = &r->playback;
	char text[128];

	playback_end(&r->playback);
	if (r->end > r->start) {
		snprintf(text, sizeof(text),
			 "recording is cut off in the record at byte %llu",
			 (unsigned long long)r->offset);
		note(r, text);
	} else if (p->has_marks && !p->has_end) {
		note(r, "recording ends without its end mark");
	}
	if (p->n_skipped || p->n_damaged) {
		snprintf(text, sizeof(text),
			 "not played: %llu other messages, %llu damaged ones",
			 (unsigned long long)p->n_skipped,
			 (unsigned long long)p->n_damaged);
		note(r, text);
	}
	r->has_ended = true;
	counter_set(&r->source.health->at_end, 1);
}

/* After the records of a slice: time that passes without any. */
static void pass_time(struct replay *r)
{
	uint64_t to_ns = clock_limit(r);

	if (!r->pacer.is_started)
		return;
	if (r->has_next && r->next_ns < to_ns)
		to_ns = r->next_ns;
	/* As fast as possible means that only records move the clock. */
	if (r->pacer.speed > 0 || r->has_next)
		move_clock(r, to_ns);
}

/* Return: 1 played one; 0 nothing to play now; negative errno. */
static int step(struct replay *r)
{
	int found = peek(r);

	if (!found) {
		int n = fill(r);

		if (n <= 0)
			return n;
		found = peek(r);
		/* A large record takes several reads. */
		if (!found)
			return 1;
	}
	if (found < 0)
		return found;
	if (r->next_ns > clock_limit(r))
		return 0;
	found = play_next(r);
	return found < 0 ? found : 1;
}

static int replay_work(struct source *source, const struct pollfd *fds, int n)
{
	struct replay *r = (struct replay *)source;
	uint64_t deadline_ns = clock_mono_ns() + SLICE_NS;
	int more = 1;

	(void)fds;
	(void)n;
	if (r->has_ended)
		return 1;
	for (int i = 0; more > 0 && i < SLICE_RECORDS; i++) {
		more = step(r);
		if (i % 16 == 15 && clock_mono_ns() >= deadline_ns)
			break;
	}
	if (more < 0)
		return more;
	if (more > 0)
		return 0;
	pass_time(r);
	if (r->has_next || !r->has_eof)
		return 0;
	finish(r);
	return 1;
}

/* Nothing can be played before more has been read. */
static bool needs_input(const struct replay *r)
{
	struct pcap_record record;

	if (r->has_next || r->has_eof)
		return false;
	if (r->end - r->start < PCAP_RECORD_HEADER)
		return true;
	/* Damage is told by work(), which finds it again. */
	if (pcap_read_record(r->input + r->start, &r->format, &record))
		return false;
	return r->end - r->start < PCAP_RECORD_HEADER + record.captured;
}

static int replay_prepare(struct source *source, struct pollfd *fds, int max,
			  uint64_t *deadline_ns)
{
	struct replay *r = (struct replay *)source;
	bool is_waiting = needs_input(r) && max > 0;
	uint64_t due_ns = is_waiting ? UINT64_MAX : 0;

	if (r->has_next)
		due_ns = pacer_due(&r->pacer, r->next_ns < source->until_ns
						      ? r->next_ns
						      : source->until_ns);
	if (r->pacer.speed > 0 && r->pacer.is_started && due_ns) {
		uint64_t tick_ns = clock_mono_ns() + TICK_NS;

		if (tick_ns < due_ns)
			due_ns = tick_ns;
	}
	if (due_ns < *deadline_ns)
		*deadline_ns = due_ns;
	if (!is_waiting)
		return 0;
	fds[0] = (struct pollfd){ .fd = r->fd, .events = POLLIN };
	return 1;
}

static void replay_close(struct source *source)
{
	struct replay *r = (struct replay *)source;

	if (!r->is_stdin)
		close(r->fd);
	free(r);
}

static const struct source_ops replay_ops = {
	.name = "replay",
	.prepare = replay_prepare,
	.work = replay_work,
	.close = replay_close,
};

/* ------------------------------------------------------------ opening */

static int open_input(struct replay *r, const char *path, const char **wrong)
{
	struct stat st;

	if (!strcmp(path, "-")) {
		r->fd = STDIN_FILENO;
		r->is_stdin = true;
	} else {
		r->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	}
	if (r->fd < 0 || fstat(r->fd, &st)) {
		*wrong = strerror(errno);
		return -errno;
	}
	if (S_ISDIR(st.st_mode)) {
		*wrong = strerror(EISDIR);
		return -EISDIR;
	}
	return 0;
}

static int read_header(struct replay *r, const char **wrong)
{
	uint8_t header[PCAP_FILE_HEADER];
	size_t size = 0;

	while (size < sizeof(header)) {
		ssize_t n = read(r->fd, header + size, sizeof(header) - size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			*wrong = strerror(errno);
			return -errno;
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

/* A file that is refused at its first record is better refused at once. */
static const char *first_is_wrong(struct replay *r)
{
	const uint8_t *at = r->input + PCAP_RECORD_HEADER;
	const size_t size =
		PCAP_RECORD_HEADER + PCAP_COOKED_HEADER + NLMSG_HDRLEN;
	struct pcap_record record;
	const char *wrong;
	int family;

	if (fill(r) < PCAP_RECORD_HEADER)
		return NULL;
	wrong = pcap_read_record(r->input, &r->format, &record);
	if (wrong || r->end < size || record.captured < size)
		return wrong;
	family = pcap_read_cooked(at);
	if (!is_netlink(family) || family == NETLINK_USERSOCK ||
	    nlorder_check(at + PCAP_COOKED_HEADER, NLMSG_HDRLEN, record.length,
			  r->format.swapped) != NLORDER_OTHER)
		return NULL;
	return WRONG_ORDER;
}

static int open_file(struct replay *r, const char *path, char *error,
		     size_t error_size)
{
	const char *wrong;
	int err = open_input(r, path, &wrong);

	if (!err)
		err = read_header(r, &wrong);
	if (err) {
		snprintf(error, error_size, "%s", wrong);
		return err;
	}
	wrong = first_is_wrong(r);
	if (wrong) {
		format_damage(r, wrong, error, error_size);
		return -EBADMSG;
	}
	return 0;
}

int replay_open(struct source **out, const char *path, double speed,
		const struct source_sink *sink, struct health *health,
		char *error, size_t error_size)
{
	struct replay *r = calloc(1, sizeof(*r));
	int err;

	if (!r) {
		snprintf(error, error_size, "%s", strerror(ENOMEM));
		return -ENOMEM;
	}
	r->source.ops = &replay_ops;
	r->source.sink = sink;
	r->source.health = health;
	r->source.now_ns = PACER_START_NS;
	r->source.until_ns = UINT64_MAX;
	r->pacer.speed = speed;
	playback_init(&r->playback, sink, health);
	err = open_file(r, path, error, error_size);
	if (err) {
		if (r->fd >= 0 && !r->is_stdin)
			close(r->fd);
		free(r);
		return err;
	}
	/* Until the first record tells: better than 1970. */
	counter_set(&health->wall_offset_ns, clock_wall_ns() - PACER_START_NS);
	publish_time(r);
	*out = &r->source;
	return 0;
}

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
#include "source/recreader.h"

#include <errno.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "health.h"

#define SLICE_RECORDS 256         /* in one work() */
#define SLICE_NS (5 * NS_PER_MS)  /* the same */
#define TICK_NS (100 * NS_PER_MS) /* the clock moves also without records */

struct replay {
	struct source source;
	struct playback playback;
	bool has_played;  /* anything */
	bool has_ended;   /* all was played, and told */
	bool order_is_ok; /* a message fitted the file's byte order */

	struct pacer pacer;
	uint64_t base_ns; /* the pacer's, of the record played last */
	bool has_next;
	struct pcap_record next; /* the reader's */
	uint64_t next_ns;        /* on the source's clock */

	/* All the memory that it ever takes. */
	struct recreader reader;
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
		 (unsigned long long)r->reader.offset, what);
}

static int damaged(struct replay *r, const char *what)
{
	char text[128];

	format_damage(r, what, text, sizeof(text));
	note(r, text);
	return -EBADMSG;
}

/* Return: 1 there is a next record; 0 more has to be read; negative errno. */
static int find_next(struct replay *r)
{
	const char *wrong;
	int found = 1;

	if (r->has_next)
		return 1;
	found = recreader_peek(&r->reader, &r->next, &wrong);
	if (found < 0)
		return damaged(r, wrong);
	if (!found)
		return 0;
	r->next_ns = pacer_record(&r->pacer, r->next.wall_ns, clock_mono_ns());
	r->has_next = true;
	return 1;
}

static void drop_next(struct replay *r)
{
	recreader_drop(&r->reader, &r->next);
	r->has_next = false;
}

/* Return: bytes read; 0 nothing now, or the end; negative errno. */
static int read_more(struct replay *r)
{
	int n = recreader_fill(&r->reader);
	char text[128];

	if (n >= 0)
		return n;
	snprintf(text, sizeof(text), "cannot read the recording: %s",
		 strerror(-n));
	note(r, text);
	return n;
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
	switch (nlorder_check(r->packet, size, length,
			      r->reader.format.swapped)) {
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
	const uint8_t *at = recreader_packet(&r->reader);
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
	if (r->reader.format.swapped)
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
	if (r->reader.end > r->reader.start) {
		snprintf(text, sizeof(text),
			 "recording is cut off in the record at byte %llu",
			 (unsigned long long)r->reader.offset);
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
	int found = find_next(r);

	if (!found) {
		int n = read_more(r);

		if (n <= 0)
			return n;
		found = find_next(r);
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

/* What follows from a listing is to be done before anything else is played. */
static bool has_ended_listing(struct replay *r)
{
	struct capture *capture = &r->playback.capture;
	struct health *health = r->source.health;
	bool has_ended = capture->has_ended;

	capture->has_ended = false;
	if (capture->has_whole && !counter_get(&health->complete_ns))
		counter_set(&health->complete_ns, r->source.now_ns);
	return has_ended;
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
		if (has_ended_listing(r))
			break;
		if (i % 16 == 15 && clock_mono_ns() >= deadline_ns)
			break;
	}
	if (more < 0)
		return more;
	if (more > 0)
		return 0;
	pass_time(r);
	if (r->has_next || !r->reader.has_eof)
		return 0;
	finish(r);
	return 1;
}

/* Nothing can be played before more has been read. */
static bool needs_input(const struct replay *r)
{
	struct pcap_record record;
	const char *wrong;

	/* Damage is told by work(), which finds it again. */
	return !r->has_next && !r->reader.has_eof &&
	       recreader_peek(&r->reader, &record, &wrong) == 0;
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
	fds[0] = (struct pollfd){ .fd = r->reader.fd, .events = POLLIN };
	return 1;
}

static void replay_close(struct source *source)
{
	struct replay *r = (struct replay *)source;

	recreader_close(&r->reader);
	playback_fini(&r->playback);
	free(r);
}

static const struct source_ops replay_ops = {
	.name = "replay",
	.prepare = replay_prepare,
	.work = replay_work,
	.close = replay_close,
};

/* ------------------------------------------------------------ opening */

/* A file that is refused at its first record is better refused at once. */
static const char *first_is_wrong(struct recreader *reader)
{
	const uint8_t *at = recreader_packet(reader);
	struct pcap_record record;
	const char *wrong;
	int found, family;

	if (recreader_fill(reader) <= 0)
		return NULL;
	found = recreader_peek(reader, &record, &wrong);
	if (found < 0)
		return wrong;
	if (!found || record.captured < PCAP_COOKED_HEADER + NLMSG_HDRLEN)
		return NULL;
	family = pcap_read_cooked(at);
	if (!is_netlink(family) || family == NETLINK_USERSOCK ||
	    nlorder_check(at + PCAP_COOKED_HEADER, NLMSG_HDRLEN, record.length,
			  reader->format.swapped) != NLORDER_OTHER)
		return NULL;
	return WRONG_ORDER;
}

int replay_open(struct source **out, const char *path, double speed,
		char *error, size_t error_size)
{
	struct replay *r = calloc(1, sizeof(*r));
	const char *wrong;
	int err;

	if (!r) {
		snprintf(error, error_size, "%s", strerror(ENOMEM));
		return -ENOMEM;
	}
	r->source.ops = &replay_ops;
	r->source.now_ns = PACER_START_NS;
	r->source.until_ns = UINT64_MAX;
	r->pacer.speed = speed;
	err = recreader_open(&r->reader, path, &wrong);
	if (err) {
		snprintf(error, error_size, "%s", wrong);
		free(r);
		return err;
	}
	*out = &r->source;
	return 0;
}

int replay_begin(struct source *source, char *error, size_t error_size)
{
	struct replay *r = (struct replay *)source;
	const char *wrong;
	int err = recreader_begin(&r->reader, &wrong);

	if (err) {
		snprintf(error, error_size, "%s", wrong);
		return err;
	}
	wrong = first_is_wrong(&r->reader);
	if (!wrong)
		return 0;
	format_damage(r, wrong, error, error_size);
	return -EBADMSG;
}

void replay_start(struct source *source, const struct source_sink *sink,
		  struct health *health)
{
	struct replay *r = (struct replay *)source;

	source->sink = sink;
	source->health = health;
	playback_init(&r->playback, sink, health);
	/* Until the first record tells: better than 1970. */
	counter_set(&health->wall_offset_ns, clock_wall_ns() - PACER_START_NS);
	publish_time(r);
}

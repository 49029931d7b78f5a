// SPDX-License-Identifier: GPL-2.0-only
/* Playing files that were made by hand: order, time, damage, and captures that
 * flowtop did not write. */
#include "source/mark.h"
#include "source/replay.h"
#include "unit/playlog.h"

static struct playlog log_;
static struct msg m_;

static void file_mark(struct file *f, uint64_t ms, const struct mark *mark)
{
	uint8_t data[MARK_MAX_SIZE];

	file_packet(f, T0 + ms * NS_PER_MS, NETLINK_USERSOCK, data,
		    mark_encode(mark, data));
}

/* Two events and a mark in between, of ours. */
static void small_file(struct file *f)
{
	const struct mark start = { .kind = MARK_START, .n_words = 2 };
	const struct mark lost = { .kind = MARK_LOST,
				   .n_words = 2,
				   .word = { 3 } };
	const struct mark end = { .kind = MARK_END };

	file_start(f);
	file_mark(f, 0, &start);
	file_msg(f, 10, msg_event(&m_, 1));
	file_mark(f, 20, &lost);
	file_msg(f, 30, msg_event(&m_, 2));
	file_mark(f, 30, &end);
}

#define SMALL_TEXT "10 new 1 7/1001\nlost 3\n30 new 2 7/1002\n"

static void check(struct file *f, const char *text)
{
	playlog_run(&log_, f, true);
	assert_int_equal(log_.open_error, 0);
	assert_string_equal(log_.text, text);
	assert_true(log_.is_monotonic);
	file_free(f);
}

static void test_small(void **state)
{
	struct file f;

	(void)state;
	small_file(&f);
	check(&f, SMALL_TEXT);
	assert_int_equal(log_.work_error, 1);
	assert_int_equal(counter_get(&log_.health.at_end), 1);
	assert_int_equal(counter_get(&log_.health.events), 2);
	assert_int_equal(counter_get(&log_.health.now_ns),
			 NS_PER_S + 30 * NS_PER_MS);
	assert_int_equal(counter_get(&log_.health.now_ns) +
				 counter_get(&log_.health.wall_offset_ns),
			 T0 + 30 * NS_PER_MS);
}

static void test_refused(void **state)
{
	struct file f;

	(void)state;
	assert_false(playlog_open(&log_, "/nonexistent/x", 0));
	assert_int_equal(log_.open_error, -ENOENT);
	assert_string_equal(log_.error, strerror(ENOENT));
	assert_false(playlog_open(&log_, "/", 0));
	assert_int_equal(log_.open_error, -EISDIR);
	assert_false(playlog_open(&log_, "/dev/null", 0));
	assert_int_equal(log_.open_error, -EBADMSG);
	assert_non_null(strstr(log_.error, "empty"));
	small_file(&f);
	f.size = 23;
	assert_false(playlog_open_file(&log_, &f, 0));
	assert_non_null(strstr(log_.error, "too short"));
	f.size = 24;
	f.data[20] = 1;
	assert_false(playlog_open_file(&log_, &f, 0));
	assert_non_null(strstr(log_.error, "link type"));
	file_free(&f);
}

/* Cut at every byte: what is whole is played, and one note says where. */
static void test_truncation(void **state)
{
	const char *const wholes[] = { "",
				       "",
				       "10 new 1 7/1001\n",
				       "10 new 1 7/1001\nlost 3\n",
				       SMALL_TEXT,
				       SMALL_TEXT };
	size_t ends[6] = { PCAP_FILE_HEADER };
	struct file f;
	size_t size;

	(void)state;
	small_file(&f);
	size = f.size;
	for (int i = 1; i < 6; i++) {
		struct pcap_record record;

		pcap_read_record(f.data + ends[i - 1],
				 &(struct pcap_format){ .is_nano = true },
				 &record);
		ends[i] = ends[i - 1] + PCAP_RECORD_HEADER + record.captured;
	}
	assert_int_equal(ends[5], size);

	for (f.size = PCAP_FILE_HEADER; f.size <= size; f.size++) {
		int n = 0;

		while (n < 5 && ends[n + 1] <= f.size)
			n++;
		playlog_run(&log_, &f, false);
		assert_int_equal(log_.work_error, 1);
		assert_string_equal(log_.text, wholes[n]);
		/* None for the whole file, and for its header alone: that
		 * might be a foreign one. */
		assert_int_equal(log_.n_notes,
				 f.size != size && f.size != ends[0]);
	}
	f.size = ends[2] + 40;
	playlog_run(&log_, &f, true);
	snprintf(log_.error, sizeof(log_.error),
		 "note: recording is cut off in the record at byte %zu\n",
		 ends[2]);
	assert_string_equal(strstr(log_.text, "note"), log_.error);
	f.size = ends[2];
	playlog_run(&log_, &f, true);
	assert_string_equal(strstr(log_.text, "note"),
			    "note: recording ends without its end mark\n");
	f.size = size;
	file_free(&f);
}

/* Any single byte may be wrong: the end is reached, or there is a reason. */
static void test_flipped_bytes(void **state)
{
	struct file f;

	(void)state;
	small_file(&f);
	for (size_t i = PCAP_FILE_HEADER; i < f.size; i++) {
		for (int bit = 0; bit < 8; bit++) {
			f.data[i] ^= (uint8_t)(1 << bit);
			playlog_run(&log_, &f, false);
			assert_true(log_.open_error || log_.n_notes == 1 ||
				    log_.work_error == 1);
			f.data[i] ^= (uint8_t)(1 << bit);
		}
	}
	file_free(&f);
}

static void test_record_lies(void **state)
{
	const uint32_t large = PCAP_MAX_CAPTURED + 1, longer = 100000;
	struct file f;
	size_t second;

	(void)state;
	small_file(&f);
	second = PCAP_FILE_HEADER + 32 + MARK_HEADER + 16;
	memcpy(f.data + second + 8, &longer, 4);
	playlog_run(&log_, &f, true);
	assert_int_equal(log_.work_error, -EBADMSG);
	assert_string_equal(log_.text,
			    "note: recording is damaged at byte 104: "
			    "a record is longer than its packet\n");
	memcpy(f.data + second + 8, &large, 4);
	memcpy(f.data + second + 12, &large, 4);
	playlog_run(&log_, &f, true);
	assert_int_equal(log_.work_error, -EBADMSG);
	assert_string_equal(log_.text, "note: recording is damaged at byte 104:"
				       " a record is larger than 256 KiB\n");
	file_free(&f);
}

/* A capture cut by its snapshot length: whole messages count. */
static void test_snapped(void **state)
{
	uint8_t data[2048];
	struct file f;
	uint32_t size, captured;

	(void)state;
	size = msg_event(&m_, 1)->nlmsg_len;
	memcpy(data, m_.data, size);
	msg_event(&m_, 2);
	memcpy(data + size, m_.data, size);
	file_start(&f);
	file_packet(&f, T0, NETLINK_NETFILTER, data, 2 * size - 4);
	captured = 2 * size + 16;
	memcpy(f.data + PCAP_FILE_HEADER + 12, &captured, 4);
	check(&f, "0 new 1 7/1001\n"
		  "note: not played: 0 other messages, 1 damaged ones\n");
}

/* ------------------------------------------------------------ byte order */

static uint32_t turned_u32(uint8_t *at)
{
	uint32_t value, other;

	memcpy(&value, at, 4);
	other = __builtin_bswap32(value);
	memcpy(at, &other, 4);
	return value;
}

static uint16_t turned_u16(uint8_t *at)
{
	uint16_t value, other;

	memcpy(&value, at, 2);
	other = __builtin_bswap16(value);
	memcpy(at, &other, 2);
	return value;
}

static void other_attrs(uint8_t *at, size_t left)
{
	while (left >= NLA_HDRLEN) {
		uint16_t len = turned_u16(at);
		uint16_t type = turned_u16(at + 2);

		if (type & NLA_F_NESTED)
			other_attrs(at + NLA_HDRLEN, len - NLA_HDRLEN);
		len = (uint16_t)NLA_ALIGN(len);
		if (len >= left)
			return;
		left -= len;
		at += len;
	}
}

static void other_message(uint8_t *at, int family)
{
	uint32_t len = turned_u32(at);
	uint16_t type = turned_u16(at + 4);

	turned_u16(at + 6);
	turned_u32(at + 8);
	turned_u32(at + 12);
	if (family == NETLINK_USERSOCK) {
		turned_u32(at + 16);
		turned_u32(at + 20);
		for (uint32_t n = turned_u32(at + 24), i = 0; i < n; i++) {
			uint32_t a = turned_u32(at + 32 + 8 * i);
			uint32_t b = turned_u32(at + 36 + 8 * i);

			a = __builtin_bswap32(a);
			b = __builtin_bswap32(b);
			memcpy(at + 32 + 8 * i, &b, 4);
			memcpy(at + 36 + 8 * i, &a, 4);
		}
		turned_u32(at + 28);
	} else if (type == NLMSG_DONE || type == NLMSG_ERROR) {
		turned_u32(at + 16);
	} else if (family == NETLINK_ROUTE) {
		turned_u32(at + 20);
		other_attrs(at + 24, len - 24);
	} else {
		other_attrs(at + 20, len - 20);
	}
}

/* A file as a host of the other byte order would have written it. */
static void other_order(struct file *f, bool headers, bool messages)
{
	size_t at = PCAP_FILE_HEADER;

	if (headers) {
		turned_u32(f->data);
		turned_u16(f->data + 4);
		turned_u16(f->data + 6);
		turned_u32(f->data + 16);
		turned_u32(f->data + 20);
	}
	while (at < f->size) {
		uint8_t *r = f->data + at;
		uint32_t captured;

		memcpy(&captured, r + 8, 4);
		for (int i = 0; headers && i < 16; i += 4)
			turned_u32(r + i);
		if (messages)
			other_message(r + 32, r[16 + 15]);
		at += PCAP_RECORD_HEADER + captured;
	}
}

/* Own marks, a listing with an end, an address: all that has numbers. */
static void rich_file(struct file *f)
{
	const struct mark gone = { .kind = MARK_GONE,
				   .n_words = 6,
				   .word = { 77, 5, 2, 6, 1, 443 },
				   .n_bytes = 32 };
	struct mark begin = { .kind = MARK_DUMP_BEGIN,
			      .n_words = 2,
			      .word = { 0, 1 } };
	struct mark bind = { .kind = MARK_DUMP_BIND,
			     .n_words = 3,
			     .word = { 0, 4711, 99 } };

	small_file(f);
	file_mark(f, 40, &begin);
	file_mark(f, 40, &bind);
	file_msg(f, 50, msg_entry(&m_, 4711, 99, 4));
	file_msg(f, 51, msg_entry(&m_, 4711, 98, 5));
	begin.kind = MARK_DUMP_END;
	file_mark(f, 60, &begin);
	file_mark(f, 61, &gone);
	msg_addr4(&m_, RTM_NEWADDR, "wlan0");
	file_packet(f, T0 + 62 * NS_PER_MS, NETLINK_ROUTE, m_.data,
		    msg_hdr(&m_)->nlmsg_len);
	begin.kind = MARK_CLOCK;
	begin.word[0] = (uint64_t)-5;
	file_mark(f, 62, &begin);
}

#define RICH_TEXT                                                              \
	SMALL_TEXT "begin 0 full\n50 dump 4 of 0 7/1004\n51 get 5 7/1005\n"    \
		   "end 0 complete\n61 gone 77 zone 5 port 443\n"              \
		   "add 192.168.1.20/24 wlan0\n"

static void test_rich(void **state)
{
	struct file f;

	(void)state;
	rich_file(&f);
	check(&f, RICH_TEXT);
	assert_int_equal(counter_get(&log_.health.now_ns) +
				 counter_get(&log_.health.wall_offset_ns),
			 T0 + 62 * NS_PER_MS - 5);
}

static void test_other_order(void **state)
{
	struct file f;

	(void)state;
	rich_file(&f);
	other_order(&f, true, true);
	check(&f, RICH_TEXT);
	assert_int_equal(counter_get(&log_.health.now_ns) +
				 counter_get(&log_.health.wall_offset_ns),
			 T0 + 62 * NS_PER_MS - 5);
}

static void test_wrong_order(void **state)
{
	struct file f;

	(void)state;
	for (int i = 0; i < 2; i++) {
		file_start(&f);
		file_msg(&f, 0, msg_event(&m_, 1));
		other_order(&f, i == 0, i == 1);
		assert_false(playlog_open_file(&log_, &f, 0));
		assert_int_equal(log_.open_error, -EBADMSG);
		assert_string_equal(log_.error,
				    "recording is damaged at byte 24: "
				    "byte order of messages is not the file's");
		file_free(&f);
	}
	/* Behind one that tells nothing about it. */
	file_start(&f);
	file_packet(&f, T0, NETLINK_GENERIC, m_.data, 16);
	file_msg(&f, 0, msg_event(&m_, 1));
	other_message(f.data + PCAP_FILE_HEADER + 32 + 16 + 32,
		      NETLINK_NETFILTER);
	check(&f, "note: recording is damaged at byte 72: "
		  "byte order of messages is not the file's\n");
	assert_int_equal(log_.work_error, -EBADMSG);
}

static void test_microseconds(void **state)
{
	const uint32_t magic = 0xa1b2c3d4;
	struct file f;
	size_t at = PCAP_FILE_HEADER;

	(void)state;
	small_file(&f);
	memcpy(f.data, &magic, 4);
	while (at < f.size) {
		uint32_t fraction, captured;

		memcpy(&fraction, f.data + at + 4, 4);
		memcpy(&captured, f.data + at + 8, 4);
		fraction /= 1000;
		memcpy(f.data + at + 4, &fraction, 4);
		at += PCAP_RECORD_HEADER + captured;
	}
	check(&f, SMALL_TEXT);
}

/* ------------------------------------------------------------ time */

static void test_clock_back(void **state)
{
	struct file f;

	(void)state;
	file_start(&f);
	file_msg(&f, 5000, msg_event(&m_, 1));
	file_msg(&f, 4900, msg_event(&m_, 2));
	file_msg(&f, 5100, msg_event(&m_, 3));
	file_msg(&f, 1000, msg_event(&m_, 4));
	file_msg(&f, 1500, msg_event(&m_, 5));
	check(&f, "0 new 1 7/1001\n0 new 2 7/1002\n100 new 3 7/1003\n"
		  "100 new 4 7/1004\n600 new 5 7/1005\n");
	/* The wall clock is what the file says. */
	assert_int_equal(counter_get(&log_.health.now_ns) +
				 counter_get(&log_.health.wall_offset_ns),
			 T0 + 1500 * NS_PER_MS);
}

static void test_until(void **state)
{
	const uint64_t ms = NS_PER_MS;
	struct file f;

	(void)state;
	small_file(&f);
	assert_true(playlog_open_file(&log_, &f, 0));
	log_.source->until_ns = NS_PER_S + 5 * ms;
	assert_int_equal(playlog_work(&log_), 0);
	assert_int_equal(log_.n_samples, 0);
	assert_int_equal(log_.source->now_ns, NS_PER_S + 5 * ms);
	log_.source->until_ns = NS_PER_S + 10 * ms;
	assert_int_equal(playlog_work(&log_), 0);
	assert_int_equal(log_.n_samples, 1);
	assert_int_equal(log_.source->now_ns, NS_PER_S + 10 * ms);
	log_.source->until_ns = NS_PER_S + 29 * ms;
	assert_int_equal(playlog_work(&log_), 0);
	assert_int_equal(log_.n_samples, 1);
	assert_int_equal(log_.source->now_ns, NS_PER_S + 29 * ms);
	log_.source->until_ns = NS_PER_S + 1000 * ms;
	assert_int_equal(playlog_work(&log_), 1);
	assert_int_equal(log_.n_samples, 2);
	/* Nothing is known about the time behind the end. */
	assert_int_equal(log_.source->now_ns, NS_PER_S + 30 * ms);
	assert_int_equal(playlog_work(&log_), 1);
	playlog_close(&log_);
	file_free(&f);
}

/* At speed 4 the second event is due 50 ms after the first. */
static void test_speed(void **state)
{
	uint64_t begin_ns = clock_mono_ns(), deadline_ns, took_ns;
	struct pollfd fds[2];
	struct file f;
	bool moved = false;

	(void)state;
	file_start(&f);
	file_msg(&f, 0, msg_event(&m_, 1));
	file_msg(&f, 200, msg_event(&m_, 2));
	assert_true(playlog_open_file(&log_, &f, 4));
	while (!playlog_work(&log_)) {
		uint64_t now_ns = log_.source->now_ns;
		int n;

		moved |= now_ns > NS_PER_S + NS_PER_MS &&
			 now_ns < NS_PER_S + 200 * NS_PER_MS;
		deadline_ns = UINT64_MAX;
		n = log_.source->ops->prepare(log_.source, fds, 2,
					      &deadline_ns);
		/* While a record waits, the file need not be polled. */
		if (log_.n_samples == 1 && !n)
			assert_true(deadline_ns <
				    clock_mono_ns() + 101 * NS_PER_MS);
		clock_sleep_ns(2 * NS_PER_MS);
	}
	took_ns = clock_mono_ns() - begin_ns;
	assert_int_equal(log_.n_samples, 2);
	assert_true(moved);
	assert_true(took_ns >= 50 * NS_PER_MS);
	playlog_close(&log_);
	file_free(&f);
}

/* One work() is a bounded slice. */
static void test_slices(void **state)
{
	struct file f;

	(void)state;
	file_start(&f);
	msg_event(&m_, 1);
	for (uint64_t i = 0; i < 1000; i++)
		file_msg(&f, i, msg_hdr(&m_));
	assert_true(playlog_open_file(&log_, &f, 0));
	assert_int_equal(playlog_work(&log_), 0);
	assert_in_range(log_.n_samples, 1, 256);
	while (!playlog_work(&log_))
		;
	assert_int_equal(log_.n_samples, 1000);
	playlog_close(&log_);
	file_free(&f);
}

/* Flows that a listing lacked must go before the next event is played. */
static void test_slice_ends_with_listing(void **state)
{
	struct file f;

	(void)state;
	rich_file(&f);
	assert_true(playlog_open_file(&log_, &f, 0));
	assert_int_equal(playlog_work(&log_), 0);
	assert_non_null(strstr(log_.text, "end 0 complete\n"));
	assert_null(strstr(log_.text, "gone"));
	assert_int_equal(log_.source->now_ns, NS_PER_S + 60 * NS_PER_MS);
	assert_int_equal(counter_get(&log_.health.complete_ns),
			 NS_PER_S + 60 * NS_PER_MS);
	assert_int_equal(playlog_work(&log_), 1);
	assert_string_equal(log_.text, RICH_TEXT);
	playlog_close(&log_);
	file_free(&f);
}

/* A pipe that delivers byte by byte, and a source that never blocks. */
static void test_slow_pipe(void **state)
{
	struct pollfd fds[2];
	uint64_t deadline_ns = UINT64_MAX;
	struct file f;
	char path[32];
	int pipe_fds[2];

	(void)state;
	small_file(&f);
	assert_int_equal(pipe2(pipe_fds, O_CLOEXEC), 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", pipe_fds[0]);
	assert_int_equal(write(pipe_fds[1], f.data, 24), 24);
	assert_true(playlog_open(&log_, path, 0));
	for (size_t i = 24; i < f.size; i++) {
		assert_int_equal(playlog_work(&log_), 0);
		assert_int_equal(log_.source->ops->prepare(log_.source, fds, 2,
							   &deadline_ns),
				 1);
		assert_int_equal(poll(fds, 1, 0), 0);
		assert_int_equal(write(pipe_fds[1], f.data + i, 1), 1);
		assert_int_equal(poll(fds, 1, 0), 1);
	}
	assert_int_equal(playlog_work(&log_), 0);
	assert_string_equal(log_.text, SMALL_TEXT);
	close(pipe_fds[1]);
	assert_int_equal(playlog_work(&log_), 1);
	assert_int_equal(log_.n_notes, 0);
	playlog_close(&log_);
	close(pipe_fds[0]);
	file_free(&f);
}

/* The largest record there may be, several reads long. */
static void test_large_record(void **state)
{
	static uint8_t data[PCAP_MAX_CAPTURED - PCAP_COOKED_HEADER];
	struct file f;
	size_t size, n = 0;

	(void)state;
	size = msg_event(&m_, 1)->nlmsg_len;
	for (size_t at = 0; at + size <= sizeof(data); at += size, n++)
		memcpy(data + at, m_.data, size);
	file_start(&f);
	for (int i = 0; i < 5; i++)
		file_packet(&f, T0, NETLINK_NETFILTER, data, sizeof(data));
	playlog_run(&log_, &f, false);
	assert_int_equal(log_.work_error, 1);
	assert_int_equal(log_.n_samples, 5 * n);
	file_free(&f);
}

/* ------------------------------------------------------------ captures */

static void test_families(void **state)
{
	struct file f;

	(void)state;
	file_start(&f);
	msg_event(&m_, 1);
	for (int family = 0; family < 24; family++)
		file_packet(&f, T0, family, m_.data, msg_hdr(&m_)->nlmsg_len);
	/* Not netlink at all, and too short for its own header. */
	file_packet(&f, T0, NETLINK_NETFILTER, m_.data, 40);
	f.data[f.size - 40 - 16 + 3] = 1;
	file_packet(&f, T0, NETLINK_NETFILTER, m_.data, 0);
	check(&f, "0 new 1 7/1001\n"
		  "note: not played: 24 other messages, 0 damaged ones\n");
}

/* Other programs use user sockets, too. */
static void test_foreign_marks(void **state)
{
	const struct mark begin = { .kind = MARK_DUMP_BEGIN,
				    .n_words = 2,
				    .word = { 0, 1 } };
	struct file f;

	(void)state;
	file_start(&f);
	file_mark(&f, 0, &begin);
	f.data[PCAP_FILE_HEADER + 32 + 16] ^= 0xff;
	file_packet(&f, T0, NETLINK_USERSOCK, "hello, world of bytes", 21);
	check(&f, "note: not played: 1 other messages, 1 damaged ones\n");
}

static void test_datagram(void **state)
{
	uint8_t data[4096];
	size_t size = 0;
	struct file f;

	(void)state;
	for (uint32_t i = 1; i <= 3; i++) {
		msg_event(&m_, i);
		memcpy(data + size, m_.data, msg_hdr(&m_)->nlmsg_len);
		size += msg_hdr(&m_)->nlmsg_len;
	}
	file_start(&f);
	file_packet(&f, T0, NETLINK_NETFILTER, data, size);
	check(&f, "0 new 1 7/1001\n0 new 2 7/1002\n0 new 3 7/1003\n");
}

#define DUMP_FLAGS NLM_F_DUMP

static void listing(struct file *f, uint64_t ms, uint32_t pid, uint32_t seq,
		    int32_t error)
{
	file_msg(f, ms, msg_entry(&m_, pid, seq, 1));
	file_msg(f, ms, msg_entry(&m_, pid, seq, 2));
	file_msg(f, ms, msg_done(&m_, pid, seq, error));
}

#define LISTING_TEXT                                                           \
	"begin %d full\n0 dump 1 of %d 7/1001\n0 dump 2 of %d 7/1002\nend %d "

static void check_listing(struct file *f, const char *how)
{
	char text[256];

	snprintf(text, sizeof(text), LISTING_TEXT "%s\n", 1, 1, 1, 1, how);
	check(f, text);
}

static void test_capture_trusted(void **state)
{
	struct file f;

	(void)state;
	file_start(&f);
	file_msg(&f, 0, msg_request(&m_, DUMP_FLAGS, 9, 0));
	listing(&f, 0, 100, 9, 0);
	check_listing(&f, "complete");
}

/* Whatever is not certain must not remove a flow. */
static void test_capture_untrusted(void **state)
{
	struct file f;

	(void)state;
	file_start(&f); /* nobody saw it begin */
	listing(&f, 0, 100, 9, 0);
	check_listing(&f, "incomplete");
	assert_int_equal(counter_get(&log_.health.complete_ns), 0);

	file_start(&f); /* another listing's request */
	file_msg(&f, 0, msg_request(&m_, DUMP_FLAGS, 8, 0));
	listing(&f, 0, 100, 9, 0);
	check_listing(&f, "incomplete");

	file_start(&f); /* IPv4 only */
	file_msg(&f, 0, msg_request(&m_, DUMP_FLAGS, 9, 2));
	listing(&f, 0, 100, 9, 0);
	check_listing(&f, "incomplete");

	file_start(&f); /* failed */
	file_msg(&f, 0, msg_request(&m_, DUMP_FLAGS, 9, 0));
	listing(&f, 0, 100, 9, -ENOBUFS);
	check_listing(&f, "incomplete");

	file_start(&f); /* filtered, says the answer */
	file_msg(&f, 0, msg_request(&m_, DUMP_FLAGS, 9, 0));
	file_msg(&f, 0,
		 msg_flow(&m_, IPCTNL_MSG_CT_NEW,
			  NLM_F_MULTI | NLM_F_DUMP_FILTERED, 100, 9, 1));
	file_msg(&f, 0, msg_entry(&m_, 100, 9, 2));
	file_msg(&f, 0, msg_done(&m_, 100, 9, 0));
	check_listing(&f, "incomplete");

	file_start(&f); /* never ends */
	file_msg(&f, 0, msg_request(&m_, DUMP_FLAGS, 9, 0));
	file_msg(&f, 0, msg_entry(&m_, 100, 9, 1));
	file_msg(&f, 0, msg_entry(&m_, 100, 9, 2));
	check_listing(&f, "incomplete");

	file_start(&f); /* two programs used the same number */
	file_msg(&f, 0, msg_request(&m_, DUMP_FLAGS, 9, 0));
	file_msg(&f, 0, msg_request(&m_, DUMP_FLAGS, 9, 2));
	listing(&f, 0, 100, 9, 0);
	check_listing(&f, "incomplete");
}

static void test_capture_attr_request(void **state)
{
	const uint32_t mark = 1;
	struct file f;

	(void)state;
	file_start(&f);
	msg_request(&m_, DUMP_FLAGS, 9, 0);
	msg_attr(&m_, CTA_MARK, &mark, sizeof(mark));
	file_msg(&f, 0, msg_hdr(&m_));
	listing(&f, 0, 100, 9, 0);
	check_listing(&f, "incomplete");
}

static void test_capture_error(void **state)
{
	struct file f;

	(void)state;
	file_start(&f);
	file_msg(&f, 0, msg_request(&m_, DUMP_FLAGS, 9, 0));
	file_msg(&f, 0, msg_entry(&m_, 100, 9, 1));
	msg_done(&m_, 100, 9, -EINTR);
	msg_hdr(&m_)->nlmsg_type = NLMSG_ERROR;
	file_msg(&f, 0, msg_hdr(&m_));
	file_msg(&f, 0, msg_done(&m_, 100, 9, 0));
	check(&f, "begin 1 full\n0 dump 1 of 1 7/1001\nend 1 incomplete\n");
}

/* An empty table is listed by its end alone; but only once. */
static void test_capture_empty(void **state)
{
	struct file f;

	(void)state;
	file_start(&f);
	file_msg(&f, 0, msg_done(&m_, 100, 9, 0));
	file_msg(&f, 0, msg_request(&m_, DUMP_FLAGS, 9, 0));
	file_msg(&f, 0, msg_done(&m_, 100, 9, 0));
	file_msg(&f, 0, msg_done(&m_, 100, 9, 0));
	check(&f, "begin 1 full\nend 1 complete\n");
}

static void test_capture_questions(void **state)
{
	struct file f;

	(void)state;
	file_start(&f);
	file_msg(&f, 0, msg_request(&m_, NLM_F_ACK, 9, 2));
	file_msg(&f, 0, msg_entry(&m_, 100, 9, 1));
	/* A request that looks like an event: somebody adds an entry. */
	file_msg(&f, 0,
		 msg_flow(&m_, IPCTNL_MSG_CT_NEW, NLM_F_REQUEST | NLM_F_CREATE,
			  0, 10, 5));
	/* The dying list is no listing of the table. */
	msg_request(&m_, DUMP_FLAGS, 11, 0);
	msg_hdr(&m_)->nlmsg_type =
		NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_GET_DYING;
	file_msg(&f, 0, msg_hdr(&m_));
	file_msg(&f, 0, msg_entry(&m_, 100, 11, 6));
	file_msg(&f, 0, msg_done(&m_, 100, 11, 0));
	check(&f, "0 get 1 7/1001\n"
		  "note: not played: 1 other messages, 0 damaged ones\n");
}

/* Two at once are kept apart; a third one is only looked at. */
static void test_capture_three(void **state)
{
	struct file f;

	(void)state;
	file_start(&f);
	for (uint32_t i = 1; i <= 3; i++)
		file_msg(&f, 0, msg_request(&m_, DUMP_FLAGS, i, 0));
	for (uint32_t i = 1; i <= 3; i++)
		file_msg(&f, 0, msg_entry(&m_, 100 + i, i, i));
	file_msg(&f, 0, msg_done(&m_, 102, 2, 0));
	file_msg(&f, 0, msg_entry(&m_, 101, 1, 4));
	file_msg(&f, 0, msg_done(&m_, 101, 1, 0));
	check(&f, "begin 1 full\n0 dump 1 of 1 7/1001\nbegin 0 full\n"
		  "0 dump 2 of 0 7/1002\n0 get 3 7/1003\nend 0 complete\n"
		  "0 dump 4 of 1 7/1004\nend 1 complete\n");
}

/* MARK_PROC with what it says, strings with a NUL each. */
static void file_proc(struct file *f, uint64_t number, uint64_t pid,
		      const char *texts, size_t size)
{
	struct mark mark = {
		.kind = MARK_PROC,
		.n_words = 5,
		.word = { number, pid, 7, 1000, MARK_PROC_HAS_UID },
		.n_bytes = (uint32_t)size,
	};

	memcpy(mark.byte, texts, size);
	file_mark(f, 0, &mark);
}

static void file_owner(struct file *f, uint64_t kind, uint64_t holders,
		       uint64_t number)
{
	const struct mark mark = {
		.kind = MARK_OWNER,
		.n_words = 10,
		.word = { 9, 0, 2, 6, 1, 443, kind, holders, 0, number },
		.n_bytes = 32,
	};

	file_mark(f, 0, &mark);
}

/* What a process calls itself is up to it, and a file is up to anybody. */
static void test_hostile_processes(void **state)
{
	const struct mark start = { .kind = MARK_START, .n_words = 2 };
	static const char texts[] = "a\033[31m\nb\0c\0\0\xff\xfe";
	struct file f;
	char lengthy[MARK_MAX_BYTES];

	(void)state;
	memset(lengthy, 'x', sizeof(lengthy));
	file_start(&f);
	file_mark(&f, 0, &start);
	file_proc(&f, 1, 500, texts, sizeof(texts) - 1);
	file_owner(&f, OWNER_LOCAL, 1, 1);
	file_proc(&f, MARK_PROCS, 501, lengthy, sizeof(lengthy));
	file_proc(&f, 3, 502, "", 0);
	/* Nothing of this is to be believed. */
	file_proc(&f, 0, 503, "", 0);
	file_proc(&f, MARK_PROCS + 1, 503, "", 0);
	file_proc(&f, 4, 1ULL << 32, "", 0);
	file_owner(&f, OWNER_KINDS, 1, 1);
	file_owner(&f, OWNER_LOCAL, 65536, 1);
	file_owner(&f, OWNER_LOCAL, 1, 2);
	file_owner(&f, OWNER_LOCAL, 1, MARK_PROCS + 1);
	file_owner(&f, OWNER_LOCAL, 1, UINT64_MAX);
	/* Another recording behind it has numbers of its own. */
	file_mark(&f, 0, &start);
	file_owner(&f, OWNER_LOCAL, 1, 1);
	playlog_run(&log_, &f, true);
	file_free(&f);
	assert_non_null(strstr(log_.text, "0 other messages, 9 damaged"));
	*strstr(log_.text, "note: ") = '\0';
	memset(lengthy + PROC_COMM_SIZE - 1, 0, 1);
	assert_non_null(strstr(log_.text, lengthy));
	*strstr(log_.text, "proc 501") = '\0';
	assert_string_equal(log_.text, "proc 500/7 uid 1000 a?[31m b|c||??||\n"
				       "owner of 9 port 443: local by 1"
				       " 500/7 uid 1000 a?[31m b|c||??||\n");
}

/* A listing whose end was not captured makes room for the next one. */
static void test_capture_replaced(void **state)
{
	struct file f;

	(void)state;
	file_start(&f);
	file_msg(&f, 0, msg_entry(&m_, 100, 1, 1));
	file_msg(&f, 0, msg_entry(&m_, 100, 2, 2));
	file_msg(&f, 0, msg_entry(&m_, 101, 3, 3));
	file_msg(&f, 20000, msg_entry(&m_, 102, 4, 4));
	check(&f, "begin 1 full\n0 dump 1 of 1 7/1001\nend 1 incomplete\n"
		  "begin 1 full\n0 dump 2 of 1 7/1002\n"
		  "begin 0 full\n0 dump 3 of 0 7/1003\n"
		  "end 0 incomplete\nend 1 incomplete\n"
		  "begin 1 full\n20000 dump 4 of 1 7/1004\nend 1 incomplete\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_small),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_truncation),
		cmocka_unit_test(test_flipped_bytes),
		cmocka_unit_test(test_record_lies),
		cmocka_unit_test(test_snapped),
		cmocka_unit_test(test_rich),
		cmocka_unit_test(test_other_order),
		cmocka_unit_test(test_wrong_order),
		cmocka_unit_test(test_microseconds),
		cmocka_unit_test(test_clock_back),
		cmocka_unit_test(test_until),
		cmocka_unit_test(test_speed),
		cmocka_unit_test(test_slices),
		cmocka_unit_test(test_slice_ends_with_listing),
		cmocka_unit_test(test_slow_pipe),
		cmocka_unit_test(test_large_record),
		cmocka_unit_test(test_families),
		cmocka_unit_test(test_foreign_marks),
		cmocka_unit_test(test_datagram),
		cmocka_unit_test(test_capture_trusted),
		cmocka_unit_test(test_capture_untrusted),
		cmocka_unit_test(test_capture_attr_request),
		cmocka_unit_test(test_capture_error),
		cmocka_unit_test(test_capture_empty),
		cmocka_unit_test(test_capture_questions),
		cmocka_unit_test(test_capture_three),
		cmocka_unit_test(test_capture_replaced),
		cmocka_unit_test(test_hostile_processes),
	};

	return cmocka_run_group_tests_name("replay", tests, NULL, NULL);
}

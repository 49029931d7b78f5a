// SPDX-License-Identifier: GPL-2.0-only
/* The layers of a recording that need no file: pcap headers, marks, byte
 * order, clocks, address messages. */
#include "source/mark.h"
#include "source/nlswap.h"
#include "source/pacer.h"
#include "source/pcap.h"
#include "source/rtaddr.h"
#include "unit/playlog.h"

static void put_u32(uint8_t *data, size_t at, uint32_t value)
{
	memcpy(data + at, &value, sizeof(value));
}

static void turn(uint8_t *data, size_t at, size_t n)
{
	for (size_t i = 0; i < n / 2; i++) {
		uint8_t byte = data[at + i];

		data[at + i] = data[at + n - 1 - i];
		data[at + n - 1 - i] = byte;
	}
}

static void test_file_header(void **state)
{
	struct pcap_format format;
	uint8_t data[PCAP_FILE_HEADER];

	(void)state;
	pcap_write_file_header(data);
	assert_null(pcap_read_file_header(data, &format));
	assert_true(format.is_nano);
	assert_false(format.swapped);

	put_u32(data, 0, 0xa1b2c3d4);
	assert_null(pcap_read_file_header(data, &format));
	assert_false(format.is_nano);

	/* The upper bits of the link type tell of checksums. */
	put_u32(data, 20, 0x14000000 | 253);
	assert_null(pcap_read_file_header(data, &format));

	turn(data, 0, 4);
	turn(data, 16, 4);
	turn(data, 20, 4);
	assert_null(pcap_read_file_header(data, &format));
	assert_true(format.swapped);
}

static void test_file_header_refused(void **state)
{
	const struct {
		size_t at;
		uint32_t value;
		const char *wrong;
	} cases[] = {
		{ 0, 0x0a0d0d0a, "pcapng" }, { 0, 0xa1b2cd34, "not a pcap" },
		{ 0, 0, "not a pcap" },      { 16, 0, "snapshot length 0" },
		{ 20, 1, "link type" },      { 20, 113, "link type" },
	};

	(void)state;
	for (size_t i = 0; i < N_ELEMS(cases); i++) {
		uint8_t data[PCAP_FILE_HEADER];
		struct pcap_format format;
		const char *wrong;

		pcap_write_file_header(data);
		put_u32(data, cases[i].at, cases[i].value);
		wrong = pcap_read_file_header(data, &format);
		assert_non_null(wrong);
		assert_non_null(strstr(wrong, cases[i].wrong));
	}
}

static void test_record_header(void **state)
{
	struct pcap_format format = { .is_nano = true };
	struct pcap_record record;
	uint8_t data[PCAP_RECORD_HEADER + PCAP_COOKED_HEADER];

	(void)state;
	pcap_write_record(data, T0 + 123456789, NETLINK_NETFILTER, 100);
	assert_null(pcap_read_record(data, &format, &record));
	assert_int_equal(record.wall_ns, T0 + 123456789);
	assert_int_equal(record.captured, 116);
	assert_int_equal(record.length, 116);
	assert_int_equal(pcap_read_cooked(data + PCAP_RECORD_HEADER),
			 NETLINK_NETFILTER);

	/* Network order, whatever the host is. */
	assert_int_equal(data[PCAP_RECORD_HEADER + 2], 824 >> 8);
	assert_int_equal(data[PCAP_RECORD_HEADER + 3], 824 & 0xff);
	assert_int_equal(data[PCAP_RECORD_HEADER + 15], NETLINK_NETFILTER);

	format.is_nano = false;
	put_u32(data, 4, 654321);
	assert_null(pcap_read_record(data, &format, &record));
	assert_int_equal(record.wall_ns, T0 + 654321000);

	/* A fraction of more than a second stays within it. */
	put_u32(data, 4, UINT32_MAX);
	assert_null(pcap_read_record(data, &format, &record));
	assert_int_equal(record.wall_ns, T0 + 999999999);

	for (size_t at = 0; at < PCAP_RECORD_HEADER; at += 4)
		turn(data, at, 4);
	format.swapped = true;
	assert_null(pcap_read_record(data, &format, &record));
	assert_int_equal(record.captured, 116);
}

static void test_record_header_refused(void **state)
{
	const struct pcap_format format = { .is_nano = true };
	struct pcap_record record;
	uint8_t data[PCAP_RECORD_HEADER + PCAP_COOKED_HEADER];

	(void)state;
	pcap_write_record(data, T0, NETLINK_NETFILTER, 100);
	put_u32(data, 12, 115);
	assert_non_null(pcap_read_record(data, &format, &record));
	put_u32(data, 8, PCAP_MAX_CAPTURED);
	put_u32(data, 12, PCAP_MAX_CAPTURED);
	assert_null(pcap_read_record(data, &format, &record));
	put_u32(data, 8, PCAP_MAX_CAPTURED + 1);
	put_u32(data, 12, UINT32_MAX);
	assert_non_null(pcap_read_record(data, &format, &record));

	pcap_write_record(data, T0, NETLINK_NETFILTER, 100);
	data[PCAP_RECORD_HEADER + 3] = 1; /* Ethernet */
	assert_int_equal(pcap_read_cooked(data + PCAP_RECORD_HEADER), -1);
}

static void test_mark(void **state)
{
	const struct mark in = {
		.kind = MARK_DUMP_BIND,
		.n_words = 3,
		.word = { 1, UINT64_MAX, 3 },
		.n_bytes = 5,
		.byte = "hello",
	};
	struct mark out;
	struct msg m;

	(void)state;
	assert_int_equal(mark_encode(&in, m.data), MARK_HEADER + 24 + 5);
	assert_int_equal(mark_decode(msg_hdr(&m), &out), 0);
	assert_memory_equal(&in, &out, sizeof(in));
	assert_int_equal(mark_word(&out, 1, 0), UINT64_MAX);
	assert_int_equal(mark_word(&out, 3, 77), 77);

	/* Shorter than it says: in every word and byte. */
	for (uint32_t size = NLMSG_HDRLEN; size < MARK_HEADER + 29; size++) {
		msg_hdr(&m)->nlmsg_len = size;
		assert_int_equal(mark_decode(msg_hdr(&m), &out),
				 size < MARK_HEADER ? -ENOENT : -EBADMSG);
	}
	mark_encode(&in, m.data);
	m.data[16] ^= 1; /* the magic */
	assert_int_equal(mark_decode(msg_hdr(&m), &out), -ENOENT);
	mark_encode(&in, m.data);
	m.data[20] ^= 2; /* the version */
	assert_int_equal(mark_decode(msg_hdr(&m), &out), -ENOENT);
	mark_encode(&in, m.data);
	put_u32(m.data, 24, UINT32_MAX); /* n_words */
	assert_int_equal(mark_decode(msg_hdr(&m), &out), -EBADMSG);
	mark_encode(&in, m.data);
	put_u32(m.data, 28, UINT32_MAX); /* n_bytes */
	assert_int_equal(mark_decode(msg_hdr(&m), &out), -EBADMSG);
}

/* A later version may have more words than we keep. */
static void test_mark_larger(void **state)
{
	const uint32_t words = MARK_MAX_WORDS + 3, bytes = MARK_MAX_BYTES + 9;
	struct mark in = { .kind = 0x77 };
	struct mark out;
	struct msg m;

	(void)state;
	memset(&m, 0x5a, sizeof(m));
	mark_encode(&in, m.data);
	put_u32(m.data, 24, words);
	put_u32(m.data, 28, bytes);
	msg_hdr(&m)->nlmsg_len = MARK_HEADER + 8 * words + bytes;
	assert_int_equal(mark_decode(msg_hdr(&m), &out), 0);
	assert_int_equal(out.kind, 0x77);
	assert_int_equal(out.n_words, MARK_MAX_WORDS);
	assert_int_equal(out.n_bytes, MARK_MAX_BYTES);
}

static void test_mark_health(void **state)
{
	struct health in, out;
	struct mark mark;

	(void)state;
	health_init(&in);
	health_init(&out);
	counter_set(&in.n_kernel, 61605);
	counter_set(&in.max_kernel, 65536);
	counter_set(&in.acct, 1);
	counter_set(&in.kernel_events, 2);
	counter_set(&in.poll_mode, 0);
	mark_from_health(&mark, &in);
	mark_to_health(&mark, &out);
	assert_int_equal(counter_get(&out.n_kernel), 61605);
	assert_int_equal(counter_get(&out.max_kernel), 65536);
	assert_int_equal(counter_get(&out.acct), 1);
	assert_int_equal(counter_get(&out.kernel_events), 2);

	mark.word[0] = 1ULL << 40; /* more entries than there can be */
	mark.word[2] = 2;
	mark.n_words = 4;
	mark_to_health(&mark, &out);
	assert_int_equal(counter_get(&out.n_kernel), HEALTH_UNKNOWN);
	assert_int_equal(counter_get(&out.acct), HEALTH_UNKNOWN);
	assert_int_equal(counter_get(&out.kernel_events), HEALTH_UNKNOWN);
}

static void test_order(void **state)
{
	struct msg m;

	(void)state;
	msg_event(&m, 1);
	assert_int_equal(nlorder_check(m.data, 400, 400, false), NLORDER_FITS);
	assert_int_equal(nlorder_check(m.data, 400, 400, true), NLORDER_OTHER);
	assert_int_equal(nlorder_check(m.data, 15, 15, false), NLORDER_NONE);
	turn(m.data, 0, 4);
	assert_int_equal(nlorder_check(m.data, 400, 400, true), NLORDER_FITS);
	assert_int_equal(nlorder_check(m.data, 400, 400, false), NLORDER_OTHER);
	memset(m.data, 0xff, 4);
	assert_int_equal(nlorder_check(m.data, 400, 400, false), NLORDER_NONE);
	memset(m.data, 0, 4);
	assert_int_equal(nlorder_check(m.data, 400, 400, false), NLORDER_NONE);
}

/* Turning must stop at lengths that lie, in the other order, too. */
static void test_swap_lies(void **state)
{
	struct msg m;

	(void)state;
	for (size_t at = 0; at < 200; at += 2) {
		for (size_t size = 0; size < 200; size += 7) {
			msg_event(&m, 1);
			m.data[at] = 0xff;
			m.data[at + 1] = 0xff;
			nlswap(m.data, size, NETLINK_NETFILTER);
			nlswap(m.data, size, NETLINK_ROUTE);
			nlswap(m.data, size, NETLINK_USERSOCK);
		}
	}
}

static void test_pacer_time(void **state)
{
	struct pacer p = { 0 };

	(void)state;
	assert_int_equal(pacer_limit(&p, 5), UINT64_MAX);
	assert_int_equal(pacer_record(&p, T0, 0), NS_PER_S);
	assert_int_equal(pacer_record(&p, T0 + 500, 0), NS_PER_S + 500);
	/* A little early: as the one before. */
	assert_int_equal(pacer_record(&p, T0 + 400, 0), NS_PER_S + 500);
	assert_int_equal(pacer_record(&p, T0 + 600, 0), NS_PER_S + 600);
	/* The clock was set back a day: no day of waiting. */
	assert_int_equal(pacer_record(&p, T0 - 86400 * NS_PER_S, 0),
			 NS_PER_S + 600);
	assert_int_equal(pacer_record(&p, T0 - 86400 * NS_PER_S + 100, 0),
			 NS_PER_S + 700);
	/* Set on by a day. */
	assert_int_equal(pacer_record(&p, T0, 0), 2 * NS_PER_S + 700);
	/* Half an hour of silence is one. */
	assert_int_equal(pacer_record(&p, T0 + 1800 * NS_PER_S, 0),
			 1802 * NS_PER_S + 700);
}

static void test_pacer_limits(void **state)
{
	struct pacer p = { .speed = 4 };

	(void)state;
	assert_int_equal(pacer_limit(&p, 999), PACER_START_NS);
	pacer_record(&p, T0, 7000);
	assert_int_equal(pacer_limit(&p, 7000), PACER_START_NS);
	assert_int_equal(pacer_limit(&p, 7100), PACER_START_NS + 400);
	assert_int_equal(pacer_due(&p, PACER_START_NS + 400), 7100);
	assert_int_equal(pacer_due(&p, PACER_START_NS), 0);
	p.speed = 1e300;
	assert_int_equal(pacer_limit(&p, 7100), UINT64_MAX);
	p.speed = 1e-300;
	assert_int_equal(pacer_due(&p, PACER_START_NS + 400), UINT64_MAX);
	p.speed = 0;
	assert_int_equal(pacer_due(&p, UINT64_MAX), 0);
}

static void test_rtaddr(void **state)
{
	const uint32_t other = htonl(0xc0a80101);
	struct own_addr addr;
	struct msg m;
	bool added;

	(void)state;
	msg_addr4(&m, RTM_NEWADDR, "wlan0:1");
	assert_int_equal(rtaddr_parse(msg_hdr(&m), &addr, &added), 0);
	assert_true(added);
	assert_int_equal(addr.family, 2);
	assert_int_equal(addr.prefix, 24);
	assert_int_equal(addr.addr.byte[3], 20);
	assert_int_equal(addr.addr.byte[4], 0);
	assert_string_equal(addr.iface, "wlan0");

	/* On a point-to-point link IFA_ADDRESS is the other end. */
	memcpy(m.data + NLMSG_HDRLEN + sizeof(struct ifaddrmsg) + NLA_HDRLEN,
	       &other, sizeof(other));
	assert_int_equal(rtaddr_parse(msg_hdr(&m), &addr, &added), 0);
	assert_int_equal(addr.addr.byte[3], 20);

	msg_addr4(&m, RTM_DELADDR, NULL);
	assert_int_equal(rtaddr_parse(msg_hdr(&m), &addr, &added), 0);
	assert_false(added);
	assert_string_equal(addr.iface, "");

	m.data[NLMSG_HDRLEN + 1] = 33; /* prefix */
	assert_int_equal(rtaddr_parse(msg_hdr(&m), &addr, &added), -EBADMSG);
	m.data[NLMSG_HDRLEN + 1] = 24;
	m.data[NLMSG_HDRLEN] = 7; /* family */
	assert_int_equal(rtaddr_parse(msg_hdr(&m), &addr, &added), -EBADMSG);
	m.data[NLMSG_HDRLEN] = 10; /* IPv4 bytes for an IPv6 address */
	assert_int_equal(rtaddr_parse(msg_hdr(&m), &addr, &added), -EBADMSG);
	msg_event(&m, 1);
	assert_int_equal(rtaddr_parse(msg_hdr(&m), &addr, &added), -EINVAL);
}

/* Cut anywhere: an answer, and no read behind the end. */
static void test_rtaddr_short(void **state)
{
	struct own_addr addr;
	struct msg m;
	bool added;

	(void)state;
	msg_addr4(&m, RTM_NEWADDR, "a-name-too-long-for-an-interface");
	assert_int_equal(rtaddr_parse(msg_hdr(&m), &addr, &added), 0);
	assert_string_equal(addr.iface, "a-name-too-long");
	for (uint32_t size = msg_hdr(&m)->nlmsg_len; size >= 16; size--) {
		struct nlmsghdr *copy = malloc(size);

		msg_hdr(&m)->nlmsg_len = size;
		memcpy(copy, m.data, size);
		rtaddr_parse(copy, &addr, &added);
		free(copy);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_file_header),
		cmocka_unit_test(test_file_header_refused),
		cmocka_unit_test(test_record_header),
		cmocka_unit_test(test_record_header_refused),
		cmocka_unit_test(test_mark),
		cmocka_unit_test(test_mark_larger),
		cmocka_unit_test(test_mark_health),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_swap_lies),
		cmocka_unit_test(test_pacer_time),
		cmocka_unit_test(test_pacer_limits),
		cmocka_unit_test(test_rtaddr),
		cmocka_unit_test(test_rtaddr_short),
	};

	return cmocka_run_group_tests_name("pcap", tests, NULL, NULL);
}

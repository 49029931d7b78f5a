// SPDX-License-Identifier: GPL-2.0-only
/* What the pane of details says: the last minute, commands, text to copy. */
#include "ui/commands.h"
#include "ui/copy.h"
#include "ui/trace.h"
#include "unit/flows.h"
#include "view/groups.h"
#include "view/view.h"

#include <stdio.h>
#include <stdlib.h>

/* ---------------------------------------------------------------- history */

#define FLOWS 400

static struct row rows[FLOWS];
static struct view_frame frame;
static struct trace trace;
static uint64_t picture;

static struct line_id id_of(size_t i)
{
	return (struct line_id){ .flow = row_ref(&rows[i]) };
}

/* @n flows; each receives @rx bytes in a second, and sends nothing. */
static void show(uint64_t second, size_t n, float rx, uint64_t pace_s)
{
	for (size_t i = 0; i < n; i++) {
		rows[i].info = full_flow();
		rows[i].info.key.tuple.sport = (uint16_t)(1000 + i);
		rows[i].proto = proto_find(IPPROTO_TCP);
		rows[i].rx = DIR_REPLY;
		rows[i].tx = DIR_ORIG;
		rows[i].info.rate[DIR_REPLY] = rx;
		rows[i].info.rate[DIR_ORIG] = 0;
	}
	frame.rows = rows;
	frame.n_rows = n;
	frame.now_ns = second * NS_PER_S;
	frame.wall_ns = WALL_S * NS_PER_S;
	trace_take(&trace, &frame, ++picture, 0, n, pace_s * NS_PER_S);
}

static int begin(void **state)
{
	(void)state;
	frame = (struct view_frame){ 0 };
	return 0;
}

static int end(void **state)
{
	(void)state;
	trace_fini(&trace);
	return 0;
}

static const struct trace_line *first_line(void)
{
	struct line_id id = id_of(0);

	return trace_find(&trace, &id);
}

static void test_levels(void **state)
{
	char bar[TRACE_BAR_SIZE];

	(void)state;
	for (uint64_t s = 0; s <= 7; s++)
		show(600 + s, 1, (float)s * 100, 1);
	trace_bar(first_line(), TRACE_RX, 607, 60, false, bar);
	assert_int_equal(strlen(bar), 60);
	assert_int_equal(strspn(bar, " "), 52);
	assert_string_equal(bar + 52, "..:-=+*#");
	trace_bar(first_line(), TRACE_TX, 607, 60, false, bar);
	assert_string_equal(bar + 52, "........");
	trace_bar(first_line(), TRACE_RX, 607, 60, true, bar);
	assert_string_equal(bar + 52, "▁▂▃▄▅▆▇█");
	assert_true(trace_peak(first_line(), TRACE_RX, 607) > 699);
	assert_true(trace_peak(first_line(), TRACE_RX, 607) < 701);
}

/* A cell of three seconds has the highest of them. */
static void test_cells(void **state)
{
	char bar[TRACE_BAR_SIZE], before[TRACE_BAR_SIZE];

	(void)state;
	for (uint64_t s = 0; s < 60; s++)
		show(600 + s, 1, s % 3 == 1 ? 700 : 0, 1);
	trace_bar(first_line(), TRACE_RX, 659, 20, false, bar);
	assert_string_equal(bar, "####################");
	/* It moves by whole cells. */
	show(660, 1, 0, 1);
	trace_bar(first_line(), TRACE_RX, 660, 20, false, before);
	assert_string_equal(before, "###################.");
	show(661, 1, 0, 1);
	trace_bar(first_line(), TRACE_RX, 661, 20, false, bar);
	assert_string_equal(bar, before);
}

static void test_gap(void **state)
{
	char bar[TRACE_BAR_SIZE];

	(void)state;
	show(600, 1, 100, 1);
	show(601, 1, 100, 1);
	show(602, 0, 0, 1); /* not shown */
	show(610, 1, 100, 1);
	trace_bar(first_line(), TRACE_RX, 610, 60, false, bar);
	assert_string_equal(bar + 49, "##        #");
	/* One picture in five seconds is no gap. */
	show(615, 1, 100, 5);
	trace_bar(first_line(), TRACE_RX, 615, 60, false, bar);
	assert_string_equal(bar + 44, "##        ######");
}

static void test_unknown(void **state)
{
	char bar[TRACE_BAR_SIZE];

	(void)state;
	show(600, 1, 100, 1);
	rows[0].info.has &= ~(uint32_t)HAS_RATE;
	frame.now_ns = 601 * NS_PER_S;
	trace_take(&trace, &frame, ++picture, 0, 1, NS_PER_S);
	trace_bar(first_line(), TRACE_RX, 601, 60, false, bar);
	assert_string_equal(bar + 58, "# ");
}

static void test_forgotten(void **state)
{
	(void)state;
	show(600, 1, 100, 1);
	assert_non_null(first_line());
	show(660, 0, 0, 1);
	assert_non_null(first_line());
	show(661, 0, 0, 1);
	assert_null(first_line());
	/* A recording that begins anew. */
	show(661, 1, 100, 1);
	show(5, 0, 0, 1);
	assert_null(first_line());
}

static void test_bounded(void **state)
{
	(void)state;
	show(600, 200, 100, 1);
	assert_int_equal(trace.n, 200);
	/* Others come; those that were shown last stay. */
	for (size_t i = 0; i < FLOWS; i++)
		rows[i].info.key.tuple.dport = 99;
	show(601, 100, 100, 1);
	frame.rows = &rows[200];
	show(602, FLOWS, 100, 1);
	assert_int_equal(trace.n, TRACE_LINES);
	assert_int_equal(trace.max, TRACE_LINES);
}

static void test_window(void **state)
{
	struct line_id id;

	(void)state;
	show(600, 10, 1, 1);
	trace_fini(&trace);
	frame.first = 100;
	trace_take(&trace, &frame, 7, 103, 2, NS_PER_S);
	assert_int_equal(trace.n, 2);
	id = id_of(3);
	assert_non_null(trace_find(&trace, &id));
	id = id_of(5);
	assert_null(trace_find(&trace, &id));
}

static void test_events(void **state)
{
	const struct trace_line *line;

	(void)state;
	show(600, 1, 1, 1);
	for (uint64_t s = 1; s < 8; s++) {
		rows[0].info.state = (uint8_t)(s % 2 ? 4 : 3);
		frame.now_ns += NS_PER_S;
		frame.wall_ns += NS_PER_S;
		trace_take(&trace, &frame, ++picture, 0, 1, NS_PER_S);
	}
	line = first_line();
	assert_int_equal(line->n_events, TRACE_EVENTS);
	assert_int_equal(line->event[TRACE_EVENTS - 1].state, 4);
	assert_int_equal(line->event[TRACE_EVENTS - 1].wall_ns,
			 (WALL_S + 7) * NS_PER_S);
}

static void test_groups(void **state)
{
	struct group group = {
		.rx_rate = 5,
		.n_flows = 1,
		.ref = { .kind = GROUP_HOST, .family = FAMILY_IPV4 },
	};
	struct line_id id = { .is_group = true, .group = group.ref };

	(void)state;
	frame.grouping = GROUPING_HOSTS;
	frame.groups = &group;
	frame.n_rows = 1;
	frame.now_ns = 600 * NS_PER_S;
	trace_take(&trace, &frame, ++picture, 0, 1, NS_PER_S);
	assert_non_null(trace_find(&trace, &id));
	assert_true(trace_peak(trace_find(&trace, &id), TRACE_RX, 600) > 4);
}

/* ---------------------------------------------------------------- commands */

static void delete_is(const struct flow_info *info, const char *expected)
{
	char text[COMMAND_TEXT];
	struct row row = make_row(info);

	assert_int_equal(command_delete(&row, text), expected != NULL);
	if (expected)
		assert_string_equal(text, expected);
	row_release(&row);
}

static void test_delete(void **state)
{
	struct flow_info info = full_flow();

	(void)state;
	delete_is(&info, "conntrack -D -f ipv4 -p tcp -s 192.168.1.20 -d "
			 "198.51.100.40 --sport 50022 --dport 22 -w 0 "
			 "--orig-zone 0");
	info.key.zone = 7;
	info.has |= HAS_ZONE;
	delete_is(&info, "conntrack -D -f ipv4 -p tcp -s 192.168.1.20 -d "
			 "198.51.100.40 --sport 50022 --dport 22 -w 7");
	info.has = (info.has & ~(uint32_t)HAS_ZONE) | HAS_ZONE_ORIG;
	delete_is(&info, "conntrack -D -f ipv4 -p tcp -s 192.168.1.20 -d "
			 "198.51.100.40 --sport 50022 --dport 22 "
			 "--orig-zone 7");
	info.has |= FLOW_CLOSED;
	delete_is(&info, NULL);
}

static void test_delete_protocols(void **state)
{
	struct flow_info info =
		bare_flow(IPPROTO_ICMP, "192.0.2.1", 77, "192.0.2.2", 0x0801);

	(void)state;
	delete_is(&info, "conntrack -D -f ipv4 -p icmp -s 192.0.2.1 -d "
			 "192.0.2.2 --icmp-type 8 --icmp-code 1 --icmp-id 77 "
			 "-w 0 --orig-zone 0");
	info = bare_flow(IPPROTO_ICMPV6, "2001:db8::1", 77, "2001:db8::2",
			 0x8000);
	delete_is(&info, "conntrack -D -f ipv6 -p icmpv6 -s 2001:db8::1 -d "
			 "2001:db8::2 --icmpv6-type 128 --icmpv6-code 0 "
			 "--icmpv6-id 77 -w 0 --orig-zone 0");
	info = bare_flow(IPPROTO_SCTP, "192.0.2.1", 1, "192.0.2.2", 2);
	delete_is(&info, "conntrack -D -f ipv4 -p sctp -s 192.0.2.1 -d "
			 "192.0.2.2 --sport 1 --dport 2 -w 0 --orig-zone 0");
	info = bare_flow(IPPROTO_ESP, "192.0.2.1", 0, "192.0.2.2", 0);
	delete_is(&info, "conntrack -D -f ipv4 -p 50 -s 192.0.2.1 -d "
			 "192.0.2.2 -w 0 --orig-zone 0");
	info = bare_flow(253, "192.0.2.1", 0, "192.0.2.2", 0);
	delete_is(&info, "conntrack -D -f ipv4 -p 253 -s 192.0.2.1 -d "
			 "192.0.2.2 -w 0 --orig-zone 0");
	/* Its keys are not compared: others would go, too. */
	info = bare_flow(IPPROTO_GRE, "192.0.2.1", 1, "192.0.2.2", 2);
	delete_is(&info, NULL);
	info.key.family = 99;
	delete_is(&info, NULL);
}

static void test_delete_netns(void **state)
{
	static const struct {
		const char *netns, *before;
	} cases[] = {
		{ "blue", "ip netns exec blue conntrack " },
		{ "4242", "nsenter --net=/proc/4242/ns/net conntrack " },
		{ "a b", NULL },
		{ "a;b", NULL },
		{ "-x", NULL },
		{ "", NULL },
	};
	struct flow_info info = full_flow();

	(void)state;
	for (size_t i = 0; i < N_ELEMS(cases); i++) {
		char text[COMMAND_TEXT];
		struct row row = make_row(&info);

		row.netns = cases[i].netns;
		assert_int_equal(command_delete(&row, text),
				 cases[i].before != NULL);
		if (cases[i].before)
			assert_memory_equal(text, cases[i].before,
					    strlen(cases[i].before));
		row_release(&row);
	}
}

static void kill_is(const struct flow_info *info, const char *expected)
{
	char text[COMMAND_TEXT];
	struct row row = make_row(info);

	assert_int_equal(command_kill(&row, text), expected != NULL);
	if (expected)
		assert_string_equal(text, expected);
	row_release(&row);
}

static void test_kill(void **state)
{
	struct flow_info info = full_flow();

	(void)state;
	info.dir = FLOW_DIR_OUT;
	info.owner = OWNER_LOCAL;
	kill_is(&info, "ss -K -t src 192.168.1.20:50022 dst 198.51.100.40:22");
	info.owner = OWNER_FORWARDED;
	kill_is(&info, NULL);
	info.owner = OWNER_OTHER_NETNS;
	kill_is(&info, NULL);
	info.owner = OWNER_LOCAL;
	/* The socket has what its packets have behind NAT. */
	info = bare_flow(IPPROTO_TCP, "2001:db8::9", 5000, "2001:db8::80", 80);
	set_tuple(&info.reply, &info.key.family, "2001:db8::1", 8080,
		  "2001:db8::9", 5000);
	info.has = HAS_REPLY;
	info.dir = FLOW_DIR_IN;
	info.owner = OWNER_LOCAL;
	kill_is(&info, "ss -K -t src '[2001:db8::1]:8080' dst "
		       "'[2001:db8::9]:5000'");
	info.key.proto = IPPROTO_UDP;
	kill_is(&info, NULL);
}

/* ---------------------------------------------------------------- copying */

static void copy_is(const char *text, const char *base64)
{
	char sequence[COPY_SEQUENCE], expected[COPY_SEQUENCE];
	size_t n = copy_sequence(text, sequence);

	assert_true(n <= sizeof(sequence));
	snprintf(expected, sizeof(expected), "\033]52;c;%s\a", base64);
	assert_int_equal(n, strlen(expected));
	assert_memory_equal(sequence, expected, n);
}

static void test_copy(void **state)
{
	char text[2 * COPY_TEXT], sequence[COPY_SEQUENCE];

	(void)state;
	copy_is("", "");
	copy_is("f", "Zg==");
	copy_is("fo", "Zm8=");
	copy_is("foo", "Zm9v");
	copy_is("foobar", "Zm9vYmFy");
	copy_is("a\033b\nc", "YT9iIGM="); /* "a?b c" */
	for (size_t n = COPY_TEXT - 4; n < sizeof(text); n++) {
		memset(text, 'x', n);
		text[n] = '\0';
		assert_true(copy_sequence(text, sequence) <= sizeof(sequence));
	}
}

#define TRACE_TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TRACE_TEST(test_levels),
		TRACE_TEST(test_cells),
		TRACE_TEST(test_gap),
		TRACE_TEST(test_unknown),
		TRACE_TEST(test_forgotten),
		TRACE_TEST(test_bounded),
		TRACE_TEST(test_window),
		TRACE_TEST(test_events),
		TRACE_TEST(test_groups),
		cmocka_unit_test(test_delete),
		cmocka_unit_test(test_delete_protocols),
		cmocka_unit_test(test_delete_netns),
		cmocka_unit_test(test_kill),
		cmocka_unit_test(test_copy),
	};

	return cmocka_run_group_tests_name("pane", tests, NULL, NULL);
}

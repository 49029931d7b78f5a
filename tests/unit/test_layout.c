// SPDX-License-Identifier: GPL-2.0-only
/* Which columns fit, and text that never leaves its cell. */
#include "lib/buf.h"
#include "unit/flows.h"
#include "view/layout.h"

#include <stdio.h>

#define MAX_WIDTH 220

static bool has_column(const struct layout *layout, const char *id)
{
	for (int i = 0; i < layout->n; i++) {
		if (!strcmp(layout->cell[i].column->id, id))
			return true;
	}
	return false;
}

/* Where columns appear, without a gap between any two of them. */
static const struct {
	enum layout_kind kind;
	int width;
	const char *id;
} appears[] = {
	{ LAYOUT_FLOWS, 2, "address" },
	{ LAYOUT_FLOWS, 22, "port" },
	{ LAYOUT_FLOWS, 28, "rx_rate" },
	{ LAYOUT_FLOWS, 34, "tx_rate" },
	{ LAYOUT_FLOWS, 41, "state" },
	{ LAYOUT_FLOWS, 50, "process" },
	{ LAYOUT_FLOWS, 53, "cc" },
	{ LAYOUT_FLOWS, 58, "proto" },
	{ LAYOUT_FLOWS, 63, "age" },
	{ LAYOUT_FLOWS, 65, "dir" },
	{ LAYOUT_FLOWS, 88, "pid" },
	{ LAYOUT_FLOWS, 105, "rx_bytes" },
	{ LAYOUT_FLOWS, 105, "tx_bytes" },
	{ LAYOUT_FLOWS, 125, "city" },
	{ LAYOUT_FLOWS, 143, "network" },
	{ LAYOUT_FLOWS, 152, "user" },
	{ LAYOUT_FLOWS, 177, "rx_pps" },
	{ LAYOUT_FLOWS, 177, "tx_pps" },
	{ LAYOUT_PAIR_TWO, 2, "src_host" },
	{ LAYOUT_PAIR_TWO, 2, "dst_host" },
	{ LAYOUT_PAIR_TWO, 22, "sport" },
	{ LAYOUT_PAIR_TWO, 22, "dport" },
	{ LAYOUT_PAIR_TWO, 28, "src_rate" },
	{ LAYOUT_PAIR_TWO, 34, "reply_bytes" },
	{ LAYOUT_PAIR_TWO, 37, "src_line" },
	{ LAYOUT_PAIR_TWO, 37, "dst_line" },
	{ LAYOUT_PAIR_TWO, 48, "process" },
	{ LAYOUT_PAIR_TWO, 48, "pid_user" },
	{ LAYOUT_PAIR_TWO, 58, "proto" },
	{ LAYOUT_PAIR_TWO, 58, "age" },
	{ LAYOUT_PAIR_TWO, 58, "state" },
	{ LAYOUT_PAIR_TWO, 61, "src_country" },
	{ LAYOUT_PAIR_TWO, 61, "dst_country" },
	{ LAYOUT_PAIR_TWO, 105, "src_city" },
	{ LAYOUT_PAIR_TWO, 105, "dst_city" },
	{ LAYOUT_PAIR_TWO, 120, "src_network" },
	{ LAYOUT_PAIR_TWO, 120, "dst_network" },
	{ LAYOUT_PAIR_TWO, 126, "orig_packets" },
	{ LAYOUT_PAIR_ONE, 2, "dst_host" },
	{ LAYOUT_PAIR_ONE, 50, "src_host" },
	{ LAYOUT_PAIR_ONE, 72, "process" },
	{ LAYOUT_PAIR_ONE, 84, "dir" },
	{ LAYOUT_PAIR_ONE, 90, "src_country" },
	{ LAYOUT_PAIR_ONE, 90, "dst_country" },
	{ LAYOUT_PAIR_ONE, 120, "pid" },
	{ LAYOUT_PAIR_ONE, 168, "city" },
	{ LAYOUT_PAIR_ONE, 194, "network" },
	{ LAYOUT_PAIR_ONE, 203, "user" },
	{ LAYOUT_PROCESSES, 2, "process" },
	{ LAYOUT_PROCESSES, 17, "rx_rate" },
	{ LAYOUT_PROCESSES, 23, "tx_rate" },
	{ LAYOUT_PROCESSES, 29, "flows" },
	{ LAYOUT_PROCESSES, 37, "pid" },
	{ LAYOUT_PROCESSES, 49, "rx_bytes" },
	{ LAYOUT_PROCESSES, 49, "tx_bytes" },
	{ LAYOUT_PROCESSES, 58, "user" },
	{ LAYOUT_PROCESSES, 74, "peer" },
	{ LAYOUT_PROCESSES, 80, "hosts" },
	{ LAYOUT_PROCESSES, 94, "new" },
	{ LAYOUT_PROCESSES, 123, "unit" },
	{ LAYOUT_PROCESSES, 144, "command" },
	{ LAYOUT_HOSTS, 2, "host" },
	{ LAYOUT_HOSTS, 27, "rx_rate" },
	{ LAYOUT_HOSTS, 33, "tx_rate" },
	{ LAYOUT_HOSTS, 39, "flows" },
	{ LAYOUT_HOSTS, 42, "cc" },
	{ LAYOUT_HOSTS, 54, "rx_bytes" },
	{ LAYOUT_HOSTS, 54, "tx_bytes" },
	{ LAYOUT_HOSTS, 73, "owner" },
	{ LAYOUT_HOSTS, 78, "seen" },
	{ LAYOUT_HOSTS, 84, "owners" },
	{ LAYOUT_HOSTS, 107, "network" },
	{ LAYOUT_HOSTS, 118, "city" },
	{ LAYOUT_HOSTS, 134, "addr" },
	{ LAYOUT_HOSTS, 140, "ports" },
	{ LAYOUT_COUNTRIES, 2, "cc" },
	{ LAYOUT_COUNTRIES, 9, "rx_rate" },
	{ LAYOUT_COUNTRIES, 15, "tx_rate" },
	{ LAYOUT_COUNTRIES, 21, "flows" },
	{ LAYOUT_COUNTRIES, 36, "country" },
	{ LAYOUT_COUNTRIES, 48, "rx_bytes" },
	{ LAYOUT_COUNTRIES, 48, "tx_bytes" },
	{ LAYOUT_COUNTRIES, 54, "hosts" },
	{ LAYOUT_COUNTRIES, 59, "share_rx" },
	{ LAYOUT_COUNTRIES, 72, "owner" },
	{ LAYOUT_COUNTRIES, 91, "share" },
	{ LAYOUT_COUNTRIES, 96, "networks" },
	{ LAYOUT_COUNTRIES, 121, "peer" },
	{ LAYOUT_NETWORKS, 2, "network" },
	{ LAYOUT_NETWORKS, 21, "rx_rate" },
	{ LAYOUT_NETWORKS, 27, "tx_rate" },
	{ LAYOUT_NETWORKS, 33, "flows" },
	{ LAYOUT_NETWORKS, 50, "rx_bytes" },
	{ LAYOUT_NETWORKS, 50, "tx_bytes" },
	{ LAYOUT_NETWORKS, 56, "hosts" },
	{ LAYOUT_NETWORKS, 69, "owner" },
	{ LAYOUT_NETWORKS, 74, "half" },
	{ LAYOUT_NETWORKS, 83, "in_out" },
	{ LAYOUT_NETWORKS, 89, "estab" },
	{ LAYOUT_NETWORKS, 114, "peer" },
	{ LAYOUT_PORTS, 2, "service" },
	{ LAYOUT_PORTS, 15, "port" },
	{ LAYOUT_PORTS, 21, "rx_rate" },
	{ LAYOUT_PORTS, 27, "tx_rate" },
	{ LAYOUT_PORTS, 33, "flows" },
	{ LAYOUT_PORTS, 38, "proto" },
	{ LAYOUT_PORTS, 50, "rx_bytes" },
	{ LAYOUT_PORTS, 50, "tx_bytes" },
	{ LAYOUT_PORTS, 56, "hosts" },
	{ LAYOUT_PORTS, 69, "owner" },
	{ LAYOUT_PORTS, 74, "half" },
	{ LAYOUT_PORTS, 83, "in_out" },
	{ LAYOUT_PORTS, 89, "estab" },
	{ LAYOUT_PORTS, 114, "peer" },
};

static void test_appears(void **state)
{
	struct layout layout;

	(void)state;
	for (size_t i = 0; i < N_ELEMS(appears); i++) {
		layout_fit(&layout, appears[i].kind, appears[i].width - 1);
		if (has_column(&layout, appears[i].id))
			fail_msg("%s before %d", appears[i].id,
				 appears[i].width);
		layout_fit(&layout, appears[i].kind, appears[i].width);
		if (!has_column(&layout, appears[i].id))
			fail_msg("%s not at %d", appears[i].id,
				 appears[i].width);
	}
}

/* No cell leaves the width, none overlaps another in its line. */
static void check_places(const struct layout *layout, int width)
{
	int end[2] = { 0, 0 };

	assert_true(layout->width <= width);
	for (int i = 0; i < layout->n; i++) {
		const struct layout_cell *cell = &layout->cell[i];

		assert_true(cell->line >= 0 && cell->line < layout->n_lines);
		assert_true(cell->cells > 0);
		assert_true(cell->x > end[cell->line]);
		end[cell->line] = cell->x + cell->cells - 1;
		assert_true(end[cell->line] < width);
		/* The first one takes what there is. */
		if (layout->n == layout->n_lines && cell->cells < 20)
			assert_true(cell->cells == width - 1 ||
				    cell->cells >= cell->column->min_cells);
		else if (!cell->line)
			assert_true(cell->cells >= cell->column->min_cells);
	}
}

static void test_ladder(void **state)
{
	(void)state;
	for (int kind = 0; kind < LAYOUT_KINDS; kind++) {
		struct layout layout, last = { 0 };

		for (int width = 1; width <= MAX_WIDTH; width++) {
			layout_fit(&layout, kind, width);
			check_places(&layout, width);
			for (int i = 0; i < last.n; i++)
				assert_true(has_column(
					&layout, last.cell[i].column->id));
			last = layout;
		}
		assert_true(last.n >= 10);
	}
}

/* Where there is room, protocols have their whole names. */
static void test_proto(void **state)
{
	static const struct {
		enum layout_kind kind;
		int wide;
	} cases[] = {
		{ LAYOUT_FLOWS, 196 },
		{ LAYOUT_PAIR_TWO, 129 },
		{ LAYOUT_PAIR_ONE, 211 },
	};

	(void)state;
	for (size_t i = 0; i < N_ELEMS(cases); i++) {
		for (int width = 60; width <= MAX_WIDTH; width++) {
			int cells = 0;
			struct layout layout;

			layout_fit(&layout, cases[i].kind, width);
			for (int j = 0; j < layout.n; j++) {
				if (!strcmp(layout.cell[j].column->id, "proto"))
					cells = layout.cell[j].cells;
			}
			if (cells && cells != (width < cases[i].wide ? 4 : 7))
				fail_msg("%d: %d cells at %d", (int)i, cells,
					 width);
		}
	}
}

/* Where process numbers stay small, their column is, and what comes after it
 * comes earlier. */
static void test_pids(void **state)
{
	static const struct {
		uint64_t max;
		int cells;
	} cases[] = { { 301, 5 },     { 32768, 5 },     { 99999, 5 },
		      { 100000, 6 },  { 999999, 6 },    { 1000000, 7 },
		      { 4194304, 7 }, { UINT64_MAX, 7 } };

	(void)state;
	for (size_t i = 0; i < N_ELEMS(cases); i++) {
		int less = 7 - cases[i].cells;
		struct layout layout;

		layout_set_pids(cases[i].max);
		layout_fit(&layout, LAYOUT_FLOWS, 87 - less);
		assert_false(has_column(&layout, "pid"));
		layout_fit(&layout, LAYOUT_FLOWS, 88 - less);
		assert_true(has_column(&layout, "pid"));
		layout_fit(&layout, LAYOUT_FLOWS, LAYOUT_ANY_WIDTH);
		for (int j = 0; j < layout.n; j++) {
			if (!strcmp(layout.cell[j].column->id, "pid"))
				assert_int_equal(layout.cell[j].cells,
						 cases[i].cells);
		}
	}
}

/* What is not shown of places leaves its room to others, and hides nothing. */
static void test_places(void **state)
{
	static const char *const ids[] = {
		"cc",      "src_country", "dst_country",
		"city",    "src_city",    "dst_city",
		"network", "src_network", "dst_network",
	};

	(void)state;
	for (int i = 0; i < LAYOUT_PROCESSES * PLACES_LEVELS; i++) {
		int kind = i / PLACES_LEVELS, places = i % PLACES_LEVELS;
		struct layout all, some, any;

		layout_fit(&all, kind, MAX_WIDTH);
		layout_fit_places(&some, kind, MAX_WIDTH, 0, places);
		layout_fit_places(&any, kind, LAYOUT_ANY_WIDTH, 0, places);
		check_places(&some, MAX_WIDTH);
		assert_int_equal(any.n, some.n);
		assert_true(some.n_hidden <= all.n_hidden);
		/* Three of each level. */
		for (int n = 0; n < (int)N_ELEMS(ids); n++)
			assert_int_equal(has_column(&some, ids[n]),
					 has_column(&all, ids[n]) &&
						 PLACES_CC + n / 3 <= places);
		for (int shift = 0; shift < 40; shift++) {
			layout_fit_places(&some, kind, 60, shift, places);
			check_places(&some, 60);
		}
	}
}

static void test_any_width(void **state)
{
	(void)state;
	for (int kind = 0; kind < LAYOUT_KINDS; kind++) {
		struct layout any, wide;

		layout_fit(&any, kind, LAYOUT_ANY_WIDTH);
		layout_fit(&wide, kind, MAX_WIDTH);
		check_places(&any, any.width);
		assert_int_equal(any.n, wide.n);
		for (int i = 0; i < any.n; i++)
			assert_true(has_column(&wide, any.cell[i].column->id));
	}
}

static const struct {
	const char *text;
	int cells;
	enum keep keep;
	bool is_right;
	const char *fitted;
} fits[] = {
	{ "tcp", 4, KEEP_START, false, "tcp " },
	{ "12m", 4, KEEP_START, true, " 12m" },
	{ "", 3, KEEP_START, false, "   " },
	{ "systemd-resolved", 10, KEEP_START, false, "systemd-r~" },
	{ "video-edge-c61.lhr.example.net", 26, KEEP_END, false,
	  "~-edge-c61.lhr.example.net" },
	{ "2001:db8:f101:83:face:b00c:0:25de", 26, KEEP_ADDR, false,
	  "2001:db8:f101:~b00c:0:25de" },
	{ "2001:db8:f101:83:face:b00c:0:25de", 15, KEEP_ADDR, false,
	  "2001:db8~0:25de" },
	{ "2001:db8::1", 15, KEEP_ADDR, false, "2001:db8::1    " },
	{ "255.255.255.255", 15, KEEP_ADDR, false, "255.255.255.255" },
	{ "www.example.com", 10, KEEP_ADDR, false, "~ample.com" },
	{ "systemd-resolved", 10, KEEP_OWNER, false, "systemd-r~" },
	{ "@172.17.0.2", 10, KEEP_OWNER, false, "@~2.17.0.2" },
	{ "@web1-longer", 8, KEEP_OWNER, false, "@web1-l~" },
	{ "@172.17.0.2", 11, KEEP_OWNER, false, "@172.17.0.2" },
	{ "@172.17.0.2", 2, KEEP_OWNER, false, "@~" },
	{ "@172.17.0.2", 1, KEEP_OWNER, false, "~" },
	{ "@2001:db8:1:20::c0de", 15, KEEP_OWNER, false, "@2001:db8~:c0de" },
	{ "system.slice/sub/ssh.service", 15, KEEP_ENDS, false,
	  "system.~service" },
	{ "ESTABLISHED", 6, KEEP_STATE, false, "ESTAB " },
	{ "SYN-SENT", 6, KEEP_STATE, false, "SYN-S " },
	{ "SYN-RECV", 6, KEEP_STATE, false, "SYN-R " },
	{ "FIN-WAIT", 6, KEEP_STATE, false, "FIN-W " },
	{ "CLOSE-WAIT", 6, KEEP_STATE, false, "CLO-W " },
	{ "LAST-ACK", 6, KEEP_STATE, false, "LAST-A" },
	{ "TIME-WAIT", 6, KEEP_STATE, false, "TIME-W" },
	{ "CLOSE", 6, KEEP_STATE, false, "CLOSE " },
	{ "ASSURED", 6, KEEP_STATE, false, "ASSUR " },
	{ "TIME-WAIT", 11, KEEP_STATE, false, "TIME-WAIT  " },
	{ "SHUTDOWN-ACK-SENT", 11, KEEP_STATE, false, "SHU-A      " },
	{ "ESTABLISHED", 3, KEEP_STATE, false, "EST" },
	{ "icmpv6", 6, KEEP_PROTO, false, "icmpv6" },
	{ "icmpv6", 5, KEEP_PROTO, false, "icmp6" },
	{ "icmpv6", 4, KEEP_PROTO, false, "icm6" },
	{ "icmpv6", 3, KEEP_PROTO, false, "ic~" },
	{ "udplite", 7, KEEP_PROTO, false, "udplite" },
	{ "udplite", 6, KEEP_PROTO, false, "udpl  " },
	{ "udplite", 4, KEEP_PROTO, false, "udpl" },
	{ "longer", 4, KEEP_PROTO, false, "lon~" },
	{ "abc", 1, KEEP_START, false, "~" },
	{ "abc", 1, KEEP_END, true, "~" },
	{ "a:c", 1, KEEP_ADDR, false, "~" },
	{ "abc", 2, KEEP_ENDS, false, "a~" },
	{ "abc", 0, KEEP_START, false, "" },
	{ "K\xc3\xb6ln am Rhein", 5, KEEP_START, false, "K\xc3\xb6ln~" },
	{ "am Rhein K\xc3\xb6ln", 5, KEEP_END, false, "~K\xc3\xb6ln" },
	/* A mark goes with its character. */
	{ "Ko\xcc\x88ln", 5, KEEP_START, false, "Ko\xcc\x88ln " },
	{ "Ko\xcc\x88ln", 3, KEEP_START, false, "Ko\xcc\x88~" },
	{ "Ko\xcc\x88ln", 4, KEEP_END, true, "Ko\xcc\x88ln" },
	{ "o\xcc\x88o\xcc\x88o\xcc\x88", 2, KEEP_END, true, "~o\xcc\x88" },
};

static void test_fits(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_ELEMS(fits); i++) {
		char out[CELL_OUT_SIZE(40)];
		size_t n = text_fit(fits[i].text, fits[i].cells, fits[i].keep,
				    fits[i].is_right, 0, out);

		assert_string_equal(out, fits[i].fitted);
		assert_int_equal(n, strlen(out));
		assert_int_equal(text_cells(out), fits[i].cells);
	}
}

/* More than any column needs, for whoever fits other texts. */
static void test_fit_long(void **state)
{
	static char text[6000], out[CELL_OUT_SIZE(500)];

	(void)state;
	for (size_t i = 0; i < 700; i++)
		memcpy(text + i * 8, "\xf0\x9d\x94\x84\xf0\x9d\x86\xaa", 8);
	assert_int_equal(text_cells(text), 700);
	text_fit(text, 500, KEEP_ENDS, true, CELL_UTF8, out);
	assert_int_equal(text_cells(out), 500);
	memset(text, 'x', sizeof(text) - 1);
	for (int keep = KEEP_START; keep <= KEEP_PROTO; keep++) {
		assert_int_equal(text_fit(text, 500, keep, true, 0, out), 500);
		assert_int_equal(strlen(out), 500);
	}
}

static void test_fit_flags(void **state)
{
	char out[CELL_OUT_SIZE(10)];

	(void)state;
	text_fit("too long", 3, KEEP_START, false, CELL_WHOLE, out);
	assert_string_equal(out, "too long");
	text_fit("short", 10, KEEP_START, true, CELL_NO_PAD, out);
	assert_string_equal(out, "short");
	text_fit("too long", 4, KEEP_END, false, CELL_UTF8, out);
	assert_string_equal(out, "\xe2\x80\xa6ong");
	assert_int_equal(text_cells(out), 4);
}

static struct flow_info v6_flow(void)
{
	struct flow_info info = full_flow();

	set_tuple(&info.key.tuple, &info.key.family,
		  "2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff", 65535,
		  "fe80:1111:2222:3333:4444:5555:6666:7777", 65534);
	info.reply.src = info.key.tuple.dst;
	info.reply.dst = info.key.tuple.src;
	info.status = UINT32_MAX;
	info.has |= HAS_LABELS | HAS_HELPER;
	memset(info.extra.labels, 0xff, LABELS_SIZE);
	info.extra.labels_size = LABELS_SIZE;
	memset(info.extra.helper, 'h', HELPER_SIZE - 1);
	info.bytes[0] = info.bytes[1] = UINT64_MAX / 2;
	info.packets[0] = info.packets[1] = UINT64_MAX / 2;
	info.smooth[0] = info.smooth[1] = 3e38F;
	info.packet_rate[0] = info.packet_rate[1] = 3e38F;
	info.start_ns = 1;
	return info;
}

static size_t make_rows(struct row rows[4])
{
	struct flow_info full = full_flow(), v6 = v6_flow();
	struct flow_info bare =
		bare_flow(253, "255.255.255.255", 1, "192.0.2.2", 2);

	rows[0] = make_row(&full);
	rows[1] = make_row(&v6);
	rows[2] = make_row(&bare);
	rows[3] = make_row(&v6);
	row_set_event(&rows[3], ROW_END);
	return 4;
}

static void test_cell_widths(void **state)
{
	static const unsigned int flags[] = { 0, CELL_BITS, CELL_UTF8 };
	struct row rows[4];
	size_t n_rows = make_rows(rows);

	(void)state;
	for (size_t c = 0; c < n_columns; c++) {
		for (int cells = 1; cells <= 80; cells++) {
			for (size_t i = 0; i < n_rows * 3; i++) {
				char out[CELL_OUT_SIZE(80)];
				size_t n = cell_format(&column_table[c],
						       &rows[i / 3], cells,
						       flags[i % 3], out);

				assert_int_equal(n, strlen(out));
				assert_int_equal(text_cells(out), cells);
			}
		}
	}
}

/* What a column promises to need is enough for all of its numbers. */
static void test_numbers_are_whole(void **state)
{
	struct row rows[4];
	size_t n_rows = make_rows(rows);

	(void)state;
	for (size_t c = 0; c < n_columns * n_rows; c++) {
		const struct column *column = &column_table[c / n_rows];
		char out[CELL_OUT_SIZE(80)];

		if (!(column->flags & COL_RIGHT) ||
		    !(column->flags & COL_SCREEN))
			continue;
		cell_format(column, &rows[c % n_rows], column->min_cells, 0,
			    out);
		assert_null(strchr(out, '~'));
	}
}

static void assert_lines(struct buf *buf, const char *expected)
{
	buf_char(buf, '\0');
	assert_string_equal(buf->data, expected);
	buf_reset(buf);
}

static void put_lines(const struct layout *layout, const struct row *row,
		      unsigned int flags, struct buf *buf)
{
	layout_header(layout, flags, buf);
	buf_char(buf, '\n');
	for (int line = 0; line < layout->n_lines; line++) {
		layout_line(layout, row, line, flags, buf);
		buf_char(buf, '\n');
	}
}

static void test_lines(void **state)
{
	struct flow_info info = full_flow();
	struct row row = make_row(&info);
	struct buf buf = { 0 };
	struct layout layout;

	(void)state;
	layout_fit(&layout, LAYOUT_FLOWS, 80);
	put_lines(&layout, &row, 0, &buf);
	assert_lines(&buf, " PROCESS    PROT STATE  TIME D ADDRESS             "
			   "       PORT    CC  RX/s  TX/s\n"
			   " ?          tcp  ESTAB   12m > 198.51.100.40       "
			   "       22      ?  6.12K 2.21K\n");
	layout_fit_places(&layout, LAYOUT_FLOWS, 80, 0, PLACES_NONE);
	put_lines(&layout, &row, 0, &buf);
	assert_lines(&buf, " PROCESS    PROT STATE  TIME D ADDRESS             "
			   "          PORT     RX/s  TX/s\n"
			   " ?          tcp  ESTAB   12m > 198.51.100.40       "
			   "          22      6.12K 2.21K\n");
	layout_fit(&layout, LAYOUT_FLOWS, 28);
	put_lines(&layout, &row, CELL_BITS, &buf);
	assert_lines(&buf, " ADDRESS         PORT  RXb/s\n"
			   " 198.51.100.40   22    49.0K\n");
	layout_fit_places(&layout, LAYOUT_PAIR_TWO, 76, 0, PLACES_NONE);
	row_set_event(&row, ROW_END);
	put_lines(&layout, &row, 0, &buf);
	assert_lines(&buf, " PROCESS/PID    PROT   TIME    SOURCE / "
			   "DESTINATION     PORT     BYTES  RATE\n"
			   "-?              tcp  12m21s => 192.168.1.20        "
			   "     50022    9.12M     -\n"
			   " ?              ESTABLISHED <= 198.51.100.40       "
			   "     22       88.4M     -\n");
	buf_free(&buf);
}

/* No line is longer than the width, and none ends in blanks. */
static void test_line_widths(void **state)
{
	struct row rows[4];
	size_t n_rows = make_rows(rows);
	struct buf buf = { 0 };

	(void)state;
	for (int i = 0; i < LAYOUT_PROCESSES * MAX_WIDTH; i++) {
		int kind = i / MAX_WIDTH, width = i % MAX_WIDTH + 1;
		struct layout layout;

		layout_fit(&layout, kind, width);
		for (size_t r = 0; r < n_rows; r++)
			put_lines(&layout, &rows[r], 0, &buf);
		buf_char(&buf, '\0');
		for (char *s = buf.data, *end; *s; s = end + 1) {
			end = strchr(s, '\n');
			assert_true(end - s <= width);
			assert_true(end == s || end[-1] != ' ');
		}
		buf_reset(&buf);
	}
	buf_free(&buf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_appears),
		cmocka_unit_test(test_ladder),
		cmocka_unit_test(test_proto),
		cmocka_unit_test(test_any_width),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_pids),
		cmocka_unit_test(test_fits),
		cmocka_unit_test(test_fit_long),
		cmocka_unit_test(test_fit_flags),
		cmocka_unit_test(test_cell_widths),
		cmocka_unit_test(test_numbers_are_whole),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_line_widths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

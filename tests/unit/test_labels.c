// SPDX-License-Identifier: GPL-2.0-only
/* Names of hosts, services and places in rows and cells: which end has which,
 * what is shown without them, and that nothing in them is harmful. */
#include "lib/buf.h"
#include "lib/sanitize.h"
#include "lib/str.h"
#include "lib/unitext.h"
#include "unit/flows.h"
#include "view/cell.h"
#include "view/ends.h"
#include "view/layout.h"

#include <stdlib.h>

/* What is known of each address, by its last byte. */
static const struct name_fact *names[256];
static struct place places[256];
static const char *service;

static uint8_t last_byte(const struct addr *addr, uint8_t family)
{
	return addr->byte[family == FAMILY_IPV4 ? 3 : 15];
}

static const struct name_fact *find_name(void *ctx, const struct addr *addr,
					 uint8_t family)
{
	(void)ctx;
	return names[last_byte(addr, family)];
}

static void find_place(void *ctx, const struct addr *addr, uint8_t family,
		       struct place *place)
{
	uint8_t scope = place->scope;

	(void)ctx;
	*place = places[last_byte(addr, family)];
	place->scope = scope;
}

static const char *find_service(void *ctx, uint8_t proto, uint16_t port)
{
	(void)ctx;
	(void)proto;
	return port == 22 ? service : NULL;
}

static const struct view_ends ends = {
	.name = find_name,
	.place = find_place,
	.service = find_service,
};

static struct view_env knowing(void)
{
	struct view_env env = make_env();

	env.ends = &ends;
	return env;
}

/* As far as is known: 192.168.1.20 and 198.51.100.40. */
static int know(void **state)
{
	(void)state;
	names[20] = name_fact_new("alice-laptop.home.example");
	names[40] = name_fact_new("build7.example.com");
	places[40] = (struct place){ .cc = "DE",
				     .country = "Germany",
				     .city = "Frankfurt",
				     .org = "EXAMPLE-CLOUD",
				     .asn = 64502 };
	service = "ssh";
	return !names[20] || !names[40];
}

static int forget(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_ELEMS(names); i++) {
		name_fact_put(names[i]);
		names[i] = NULL;
	}
	return 0;
}

static void assert_shown(const struct row *row, const char *id, int cells,
			 const char *expected)
{
	char out[CELL_OUT_SIZE(80)];

	cell_format(column_find(id), row, cells, CELL_NO_PAD, out);
	if (strcmp(out, expected))
		fail_msg("%s: \"%s\", not \"%s\"", id, out, expected);
}

static struct row row_of(uint8_t dir, uint32_t has)
{
	struct flow_info info = full_flow();
	struct view_env env = knowing();
	struct row row;

	info.dir = dir;
	info.has |= has;
	row_from_info(&row, &info, &env);
	return row;
}

static void test_far_end(void **state)
{
	struct row row = row_of(FLOW_DIR_OUT, 0);

	(void)state;
	assert_shown(&row, "address", 26, "build7.example.com");
	assert_shown(&row, "address", 15, "~d7.example.com");
	assert_shown(&row, "port", 8, "ssh");
	assert_shown(&row, "cc", 2, "DE");
	assert_shown(&row, "city", 12, "Frankfurt");
	assert_shown(&row, "city", 8, "Frankfu~");
	assert_shown(&row, "network", 40, "AS64502 EXAMPLE-CLOUD");
	assert_shown(&row, "network", 12, "AS64502 EXA~");
	row_release(&row);
	row = row_of(FLOW_DIR_IN, 0);
	assert_shown(&row, "address", 30, "alice-laptop.home.example");
	assert_shown(&row, "cc", 2, "-");
	assert_shown(&row, "city", 8, "-");
	assert_shown(&row, "network", 12, "-");
	row_release(&row);
}

/* Own addresses are numbers; of what passes through both ends have names. */
static void test_both_ends(void **state)
{
	static const struct {
		uint8_t dir;
		const char *src, *dst;
	} cases[] = {
		{ FLOW_DIR_OUT, "192.168.1.20", "build7.example.com" },
		{ FLOW_DIR_IN, "alice-laptop.home.example", "198.51.100.40" },
		{ FLOW_DIR_LOCAL, "192.168.1.20", "198.51.100.40" },
		{ FLOW_DIR_THROUGH, "alice-laptop.home.example",
		  "build7.example.com" },
		{ FLOW_DIR_UNKNOWN, "alice-laptop.home.example",
		  "build7.example.com" },
	};
	struct row row;

	(void)state;
	for (size_t i = 0; i < N_ELEMS(cases); i++) {
		row = row_of(cases[i].dir, 0);
		assert_shown(&row, "src_host", 40, cases[i].src);
		assert_shown(&row, "dst_host", 40, cases[i].dst);
		/* Records have both. */
		assert_shown(&row, "src", 40, "192.168.1.20");
		assert_shown(&row, "dst", 40, "198.51.100.40");
		row_release(&row);
	}
	row = row_of(FLOW_DIR_THROUGH, 0);
	/* The own domain is known, that of others is not. */
	assert_shown(&row, "src_host", 16, "alice-laptop.ho~");
	assert_shown(&row, "dst_host", 16, "~ld7.example.com");
	row_release(&row);
}

static void test_ports(void **state)
{
	struct row row = row_of(FLOW_DIR_OUT, 0);
	struct buf buf = { 0 };
	struct value value;

	(void)state;
	assert_shown(&row, "sport", 8, "50022");
	assert_shown(&row, "dport", 8, "ssh");
	assert_shown(&row, "service", 8, "ssh");
	column_get(column_find("dport"), &row, &value);
	value_json(&value, &buf);
	value_csv(&value, &buf);
	buf_char(&buf, '\0');
	assert_string_equal(buf.data, "2222");
	buf_free(&buf);
	row_release(&row);
	/* It was picked up in mid-stream: the source answers. */
	row = row_of(FLOW_DIR_IN, FLOW_ANSWERING);
	assert_int_equal(row.service_port, 50022);
	assert_shown(&row, "sport", 8, "50022");
	assert_shown(&row, "dport", 8, "22");
	assert_shown(&row, "port", 8, "50022");
	row_release(&row);
}

static void test_inner_end(void **state)
{
	struct row row = row_of(FLOW_DIR_THROUGH, 0);

	(void)state;
	row.info.owner = OWNER_FORWARDED;
	assert_shown(&row, "process", 20, "@alice-laptop");
	assert_shown(&row, "process", 8, "@alice-~");
	/* Translated: the inner end is none of those that have names here. */
	row.near_addr.byte[3] = 99;
	assert_shown(&row, "process", 20, "@192.168.1.99");
	assert_shown(&row, "process", 10, "@~168.1.99");
	row_release(&row);
}

/* What is not known, or not to be shown. */
static void test_without(void **state)
{
	struct row row = row_of(FLOW_DIR_OUT, 0);
	struct view_env env = knowing();
	const struct name_fact *fact = names[40];
	struct place known = places[40];

	(void)state;
	env.no_names = env.no_services = env.no_places = true;
	assert_int_equal(fact->refs, 2);
	row_relabel(&row, &env);
	assert_int_equal(fact->refs, 1);
	assert_shown(&row, "address", 26, "198.51.100.40");
	assert_shown(&row, "port", 8, "22");
	assert_shown(&row, "cc", 2, "?");
	assert_shown(&row, "network", 12, "?");
	assert_shown(&row, "service", 12, "?");
	env = knowing();
	places[40] = (struct place){ .asn = 64502 };
	row_relabel(&row, &env);
	assert_int_equal(fact->refs, 2);
	assert_shown(&row, "address", 26, "build7.example.com");
	assert_shown(&row, "cc", 2, "?");
	assert_shown(&row, "city", 8, "?");
	assert_shown(&row, "network", 12, "AS64502");
	places[40] = (struct place){ .cc = "US", .org = "ORG" };
	row_relabel(&row, &env);
	assert_shown(&row, "cc", 2, "US");
	assert_shown(&row, "network", 12, "ORG");
	places[40] = known;
	row_release(&row);
	assert_int_equal(fact->refs, 1);
}

/* ---------------------------------------------------------------- strangers */

#define HOSTILE 10000

static size_t put_utf8(char *s, uint32_t code)
{
	if (code < 0x80) {
		s[0] = (char)code;
		return 1;
	}
	if (code < 0x800) {
		s[0] = (char)(0xc0 | code >> 6);
		s[1] = (char)(0x80 | (code & 63));
		return 2;
	}
	if (code < 0x10000) {
		s[0] = (char)(0xe0 | code >> 12);
		s[1] = (char)(0x80 | (code >> 6 & 63));
		s[2] = (char)(0x80 | (code & 63));
		return 3;
	}
	s[0] = (char)(0xf0 | code >> 18);
	s[1] = (char)(0x80 | (code >> 12 & 63));
	s[2] = (char)(0x80 | (code >> 6 & 63));
	s[3] = (char)(0x80 | (code & 63));
	return 4;
}

/* A piece of something that somebody might try. Return: its length. */
static size_t put_piece(char *s)
{
	static const char *const texts[] = {
		"\033[2J",
		"\033[31m",
		"\033]0;x\a",
		"\033]52;c;eA==\033\\",
		"\033P1$r\033\\",
		"\302\2332J",
		"\302\235x\a",
		"10.0.0.1",
		"2001:db8::1",
		"127.0.0.1.",
		"0x7f.1",
		"1.1.1.1",
		"www.example",
		"a",
		"-rf",
		"..",
		"\r\n",
		"%s%n",
		"xn--a",
		"$(id)",
	};
	static const struct {
		uint32_t first, n;
	} ranges[] = {
		{ 0, 32 },         { 0x7f, 33 },    { 0x200b, 5 },
		{ 0x202a, 5 },     { 0x2066, 4 },   { 0xe0000, 128 },
		{ 0x300, 112 },    { 0x4e00, 500 }, { 0x5d0, 27 },
		{ 0x1f300, 300 },  { 0xff01, 94 },  { 0xd800, 2048 },
		{ 0x110000, 256 }, { 0xfe00, 16 },  { 0xfff0, 16 },
		{ 0x2028, 2 },     { 0xa0, 96 },    { 0x600, 256 },
	};
	uint64_t r = next_random();
	size_t which = r % (N_ELEMS(ranges) + 4);

	if (which < N_ELEMS(ranges))
		return put_utf8(s,
				ranges[which].first +
					(uint32_t)(r >> 32) % ranges[which].n);
	if (which == N_ELEMS(ranges)) {
		*s = (char)(0x80 + (r >> 32) % 128); /* no UTF-8 */
		return 1;
	}
	strcpy(s, texts[(r >> 32) % N_ELEMS(texts)]);
	return strlen(s);
}

static size_t put_hostile(char text[320])
{
	size_t n = 0, size = 1 + next_random() % 300;

	while (n < size)
		n += put_piece(text + n);
	return n;
}

/* What reaches a terminal: characters that take the cells they are given. */
static void assert_harmless(const char *text, unsigned int flags)
{
	size_t n = strlen(text);
	bool can_mark = false;

	for (size_t taken, at = 0; at < n; at += taken) {
		uint32_t code;
		int width;

		taken = utf8_decode(text + at, n - at, &code);
		width = unitext_width(code);
		if (code == '\n') {
			can_mark = false;
			continue;
		}
		if (code < 0x20 || (code >= 0x7f && code < 0xa0) ||
		    code == 0xfffd || width < 0 || width > 1 ||
		    (!width && !can_mark) ||
		    (code > 0x7e && !(flags & CELL_UTF8)))
			fail_msg("U+%04X in \"%s\"", code, text);
		can_mark = width == 1;
	}
}

static void check_lines(const struct row *row, unsigned int flags)
{
	static const int widths[] = { 20, 53, 80, 125, 139, 200, 0 };

	for (size_t i = 0; i < N_ELEMS(widths) * LAYOUT_PROCESSES; i++) {
		int width = widths[i / LAYOUT_PROCESSES];
		enum layout_kind kind = i % LAYOUT_PROCESSES;
		unsigned int f = flags | (width ? 0 : CELL_WHOLE);
		struct buf buf = { 0 };
		struct layout layout;

		layout_fit(&layout, kind, width);
		for (int line = 0; line < layout.n_lines; line++) {
			buf_reset(&buf);
			layout_line(&layout, row, line, f, &buf);
			buf_char(&buf, '\0');
			assert_harmless(buf.data, flags);
			if (width)
				assert_true(text_cells(buf.data) <= width);
		}
		buf_free(&buf);
	}
}

/* Each cell is as wide as it was told to be. */
static void check_cells(const struct row *row, unsigned int flags)
{
	static const char *const ids[] = { "address", "src_host", "dst_host",
					   "port",    "cc",       "city",
					   "network", "process" };

	for (size_t i = 0; i < N_ELEMS(ids); i++) {
		char out[CELL_OUT_SIZE(80)];
		int cells = 1 + (int)(next_random() % 80);

		cell_format(column_find(ids[i]), row, cells, flags, out);
		assert_harmless(out, flags);
		assert_int_equal(text_cells(out), cells);
	}
}

static void check_json(const struct row *row)
{
	struct buf buf = { 0 };

	for (size_t i = 0; i < n_columns; i++) {
		struct value value;

		if (!(column_table[i].flags & COL_RECORD))
			continue;
		column_get(&column_table[i], row, &value);
		value_json(&value, &buf);
		value_csv(&value, &buf);
	}
	buf_char(&buf, '\0');
	assert_harmless(buf.data, CELL_UTF8);
	buf_free(&buf);
}

static void make_place(struct place *place, char city[320], char org[320])
{
	char text[320];

	sanitize_text(city, 320, text, put_hostile(text), NULL);
	sanitize_text(org, 320, text, put_hostile(text), NULL);
	*place = (struct place){ .city = city, .org = org };
	sanitize_text(place->cc, sizeof(place->cc), text, put_hostile(text),
		      NULL);
	if (next_random() % 2)
		place->asn = (uint32_t)next_random();
}

/*
 * As names and places make them, and with nothing made harmless before: what
 * comes to a cell is made so once more.
 */
static void test_hostile(void **state)
{
	size_t n_names = 0;

	(void)state;
	for (int i = 0; i < HOSTILE; i++) {
		char text[320], name[320], city[320], org[320];
		unsigned int flags = i % 2 ? CELL_UTF8 : 0;
		size_t n = put_hostile(text);
		struct name_fact *fact;
		struct row row;

		text[n] = '\0';
		make_place(&places[40], city, org);
		if (i % 3)
			sanitize_host(name, SANITIZE_HOST_SIZE, text, n, NULL);
		else
			str_copy(name, sizeof(name), text);
		fact = (struct name_fact *)(uintptr_t)name_fact_new(
			name[0] ? name : "none");
		n_names += name[0] && i % 3;
		assert_non_null(fact);
		name_fact_put(names[40]);
		names[40] = fact;
		service = name;
		row = row_of(i % FLOW_DIR_LOCAL, 0);
		if (i % 5 == 0)
			row.info.owner = OWNER_FORWARDED;
		check_lines(&row, flags);
		check_cells(&row, flags);
		if (i % 3)
			check_json(&row);
		row_release(&row);
	}
	/* Not all of them were rejected. */
	assert_true(n_names > HOSTILE / 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_far_end, know, forget),
		cmocka_unit_test_setup_teardown(test_both_ends, know, forget),
		cmocka_unit_test_setup_teardown(test_ports, know, forget),
		cmocka_unit_test_setup_teardown(test_inner_end, know, forget),
		cmocka_unit_test_setup_teardown(test_without, know, forget),
		cmocka_unit_test_setup_teardown(test_hostile, know, forget),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

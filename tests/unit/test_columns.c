// SPDX-License-Identifier: GPL-2.0-only
/* The table of columns: its order, its consistency, and each getter with
 * everything known and with nothing known. */
#include "unit/flows.h"

#include <ctype.h>
#include <stdlib.h>

/* Scripts rely on this order and these names. */
static const char record_keys[] =
	"ts event id zone family proto state status dir src sport dst dport "
	"reply_src reply_sport reply_dst reply_dport nat icmp_type icmp_code "
	"icmp_id orig_bytes orig_packets reply_bytes reply_packets orig_rate "
	"reply_rate start age timeout mark process pid uid user command "
	"container owner src_name src_country src_city src_asn src_org "
	"dst_name dst_country dst_city dst_asn dst_org service netns unit "
	"closed holders iface labels helper ";

static void test_record_keys(void **state)
{
	char keys[sizeof(record_keys) + 64] = "";

	(void)state;
	for (size_t i = 0; i < n_columns; i++) {
		if (!(column_table[i].flags & COL_RECORD))
			continue;
		assert_true(strlen(keys) + strlen(column_table[i].id) + 2 <
			    sizeof(keys));
		strcat(keys, column_table[i].id);
		strcat(keys, " ");
	}
	assert_string_equal(keys, record_keys);
}

static void test_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_columns; i++) {
		const struct column *c = &column_table[i];

		assert_non_null(c->get);
		assert_non_null(c->help);
		assert_true(c->type != VAL_NONE);
		assert_ptr_equal(column_find(c->id), c);
		for (const char *s = c->id; *s; s++)
			assert_true(islower(*s) || isdigit(*s) || *s == '_');
		if (!(c->flags & COL_SCREEN))
			continue;
		assert_non_null(c->title);
		assert_true(c->min_cells > 0);
		assert_true(c->min_cells <= c->ideal_cells);
	}
	assert_null(column_find("bogus"));
	assert_null(column_find(""));
	assert_string_equal(column_default_sort()->id, "rate");
	assert_string_equal(column_title(column_find("rx_rate"), 0), "RX/s");
	assert_string_equal(column_title(column_find("rx_rate"), CELL_BITS),
			    "RXb/s");
	assert_string_equal(column_title(column_find("ts"), 0), "");
}

/* "id=value" as the screen has it; NONE for null in front. */
static void assert_cell(const struct row *row, const char *id,
			const char *expected)
{
	const struct column *column = column_find(id);
	char text[CELL_TEXT_SIZE + 8] = "";
	struct value value;
	size_t n = 0;

	assert_non_null(column);
	column_get(column, row, &value);
	if (value.type == VAL_NONE)
		n = (size_t)(stpcpy(text, "NONE ") - text);
	else
		assert_int_equal(value.type, column->type);
	value_format(&value, 0, 0, text + n);
	if (strcmp(text, expected))
		fail_msg("%s: \"%s\", not \"%s\"", id, text, expected);
}

struct expected {
	const char *id, *text;
};

static void assert_cells(const struct row *row, const struct expected *e,
			 size_t n)
{
	for (size_t i = 0; i < n; i++)
		assert_cell(row, e[i].id, e[i].text);
}

static const struct expected of_full_flow[] = {
	{ "event", "NONE ?" },
	{ "id", "2871203344" },
	{ "zone", "0" },
	{ "family", "ipv4" },
	{ "proto", "tcp" },
	{ "state", "ESTABLISHED" },
	{ "status", "seen-reply,assured,confirmed" },
	{ "dir", ">" },
	{ "src", "192.168.1.20" },
	{ "sport", "50022" },
	{ "dst", "198.51.100.40" },
	{ "dport", "22" },
	{ "reply_src", "198.51.100.40" },
	{ "reply_sport", "22" },
	{ "reply_dst", "192.168.1.20" },
	{ "reply_dport", "50022" },
	{ "nat", "NONE -" },
	{ "icmp_type", "NONE -" },
	{ "icmp_code", "NONE -" },
	{ "icmp_id", "NONE -" },
	{ "orig_bytes", "9.12M" },
	{ "orig_packets", "41.0K" },
	{ "reply_bytes", "88.4M" },
	{ "reply_packets", "72.0K" },
	{ "orig_rate", "2.10K" },
	{ "reply_rate", "6.54K" },
	{ "age", "12m21s" },
	{ "timeout", "4d23h" },
	{ "mark", "0x10" },
	{ "netns", "NONE -" },
	{ "closed", "no" },
	{ "iface", "NONE ?" },
	{ "labels", "NONE -" },
	{ "helper", "NONE -" },
	{ "address", "198.51.100.40" },
	{ "port", "22" },
	{ "rx_rate", "6.12K" },
	{ "tx_rate", "2.21K" },
	{ "rx_pps", "6" },
	{ "tx_pps", "7" },
	{ "rx_bytes", "88.4M" },
	{ "tx_bytes", "9.12M" },
	{ "src_rate", "2.21K" },
	{ "dst_rate", "6.12K" },
	{ "rate", "8.33K" },
	{ "bytes", "97.5M" },
	{ "packets", "113K" },
	{ "process", "NONE ?" },
	{ "owner", "unknown" },
	{ "src_line", "=>" },
	{ "dst_line", "<=" },
};

static void test_full(void **state)
{
	struct flow_info info = full_flow();
	struct row row = make_row(&info);

	(void)state;
	assert_cells(&row, of_full_flow, N_ELEMS(of_full_flow));
}

static void test_bare(void **state)
{
	static const struct expected e[] = {
		{ "id", "NONE ?" },
		{ "zone", "0" },
		{ "proto", "tcp" },
		{ "state", "NONE ?" },
		{ "status", "NONE ?" },
		{ "dir", "NONE ?" },
		{ "reply_src", "NONE ?" },
		{ "reply_sport", "NONE ?" },
		{ "reply_dst", "NONE ?" },
		{ "reply_dport", "NONE ?" },
		{ "nat", "NONE ?" },
		{ "orig_bytes", "NONE ?" },
		{ "orig_packets", "NONE ?" },
		{ "reply_bytes", "NONE ?" },
		{ "reply_packets", "NONE ?" },
		{ "orig_rate", "NONE ?" },
		{ "reply_rate", "NONE ?" },
		{ "start", "NONE ?" },
		{ "age", "NONE ?" },
		{ "timeout", "NONE ?" },
		{ "mark", "NONE ?" },
		{ "rx_rate", "NONE ?" },
		{ "tx_rate", "NONE ?" },
		{ "rx_pps", "NONE ?" },
		{ "tx_pps", "NONE ?" },
		{ "rx_bytes", "NONE ?" },
		{ "tx_bytes", "NONE ?" },
		{ "src_rate", "NONE ?" },
		{ "dst_rate", "NONE ?" },
		{ "rate", "NONE ?" },
		{ "bytes", "NONE ?" },
		{ "packets", "NONE ?" },
	};
	struct flow_info info =
		bare_flow(IPPROTO_TCP, "2001:db8::1", 1, "2001:db8::2", 2);
	struct row row = make_row(&info);

	(void)state;
	assert_cells(&row, e, N_ELEMS(e));
	assert_cell(&row, "family", "ipv6");
}

/* Every column that waits for data is null, whatever the flow. */
static void test_no_data(void **state)
{
	struct flow_info info = full_flow();
	struct row row = make_row(&info);

	(void)state;
	for (size_t i = 0; i < n_columns; i++) {
		struct value value;

		column_get(&column_table[i], &row, &value);
		if (column_table[i].flags & COL_NO_DATA)
			assert_int_equal(value.type, VAL_NONE);
	}
}

static void test_names(void **state)
{
	struct flow_info info = full_flow();
	struct row row = make_row(&info);
	const struct name_fact *src = name_fact_new("src.test");
	const struct name_fact *dst = name_fact_new("dst.test");
	struct value value;

	(void)state;
	column_get(column_find("src_name"), &row, &value);
	assert_int_equal(value.type, VAL_NONE);
	row.name[END_SRC] = src;
	row.name[END_DST] = dst;
	column_get(column_find("src_name"), &row, &value);
	assert_string_equal(value.text, "src.test");
	column_get(column_find("dst_name"), &row, &value);
	assert_int_equal(value.type, VAL_TEXT);
	assert_string_equal(value.text, "dst.test");
	name_fact_put(src);
	name_fact_put(dst);
}

static void test_icmp(void **state)
{
	static const struct expected e[] = {
		{ "proto", "icmp" },   { "state", "NONE -" },
		{ "sport", "NONE -" }, { "dport", "NONE -" },
		{ "port", "NONE -" },  { "icmp_type", "8" },
		{ "icmp_code", "3" },  { "icmp_id", "4711" },
	};
	struct flow_info info =
		bare_flow(IPPROTO_ICMP, "192.0.2.1", 4711, "192.0.2.2", 0x0803);
	struct row row = make_row(&info);

	(void)state;
	assert_cells(&row, e, N_ELEMS(e));
}

static void test_state(void **state)
{
	struct flow_info info = full_flow();
	struct row row;

	(void)state;
	info.state = 200; /* of a kernel to come */
	row = make_row(&info);
	assert_cell(&row, "state", "200");
	info.key.proto = IPPROTO_UDP;
	row = make_row(&info);
	assert_cell(&row, "state", "NONE ASSURED");
	info.status = 8;
	row = make_row(&info);
	assert_cell(&row, "state", "NONE -");
	info.key.proto = 253; /* for experiments: has no name */
	row = make_row(&info);
	assert_cell(&row, "proto", "253");
	assert_cell(&row, "dport", "NONE -");
}

static void test_status(void **state)
{
	struct flow_info info = full_flow();
	struct row row;

	(void)state;
	info.status = 0xffff0000 | 1 << 15 | 1 << 14 | 1 << 9 | 3 << 4 | 1;
	row = make_row(&info);
	assert_cell(&row, "status",
		    "expected,snat,dnat,dying,offload,hw-offload");
	assert_cell(&row, "nat", "src,dst");
	info.status = 0;
	row = make_row(&info);
	assert_cell(&row, "status", "-");
	assert_cell(&row, "nat", "NONE -");
	info.status = 1 << 4;
	row = make_row(&info);
	assert_cell(&row, "nat", "src");
	info.status = 1 << 5;
	row = make_row(&info);
	assert_cell(&row, "nat", "dst");
}

static void test_family(void **state)
{
	static const struct expected e[] = {
		{ "family", "7" },         { "src", "NONE ?" },
		{ "dst", "NONE ?" },       { "address", "NONE ?" },
		{ "reply_src", "NONE ?" }, { "reply_dst", "NONE ?" },
	};
	struct flow_info info = full_flow();
	struct row row;

	(void)state;
	info.key.family = 7; /* a bridge */
	row = make_row(&info);
	assert_cells(&row, e, N_ELEMS(e));
}

static void test_dir(void **state)
{
	static const char *const texts[] = { "NONE ?", ">", "<", "=", "." };
	static const char *const words[] = { NULL, "out", "in", "through",
					     "local" };
	struct flow_info info = full_flow();

	(void)state;
	for (uint8_t dir = 0; dir < N_ELEMS(texts); dir++) {
		struct value value;
		struct row row;

		info.dir = dir;
		row = make_row(&info);
		assert_cell(&row, "dir", texts[dir]);
		column_get(column_find("dir"), &row, &value);
		if (dir)
			assert_string_equal(value.text, words[dir]);
	}
}

/* One direction may be counted while the other is not. */
static void test_half_counted(void **state)
{
	static const struct expected e[] = {
		{ "orig_bytes", "9.12M" }, { "reply_bytes", "NONE ?" },
		{ "orig_rate", "2.10K" },  { "reply_rate", "NONE ?" },
		{ "tx_bytes", "9.12M" },   { "rx_bytes", "NONE ?" },
		{ "tx_rate", "2.21K" },    { "rx_rate", "NONE ?" },
		{ "bytes", "9.12M" },
	};
	struct flow_info info = full_flow();
	struct row row;

	(void)state;
	info.has &= ~(uint32_t)HAS_COUNTERS_REPLY;
	info.bytes[DIR_REPLY] = 0;
	info.packets[DIR_REPLY] = 0;
	row = make_row(&info);
	assert_cells(&row, e, N_ELEMS(e));
}

static void test_in(void **state)
{
	static const struct expected e[] = {
		{ "address", "192.168.1.20" }, { "port", "22" },
		{ "rx_bytes", "9.12M" },       { "tx_bytes", "88.4M" },
		{ "rx_rate", "2.21K" },        { "tx_rate", "6.12K" },
	};
	struct flow_info info = full_flow();
	struct row row;

	(void)state;
	info.dir = FLOW_DIR_IN;
	row = make_row(&info);
	assert_cells(&row, e, N_ELEMS(e));
}

static void test_closed(void **state)
{
	static const struct expected e[] = {
		{ "closed", "yes" },  { "rx_rate", "-" },
		{ "rate", "-" },      { "timeout", "NONE ?" },
		{ "bytes", "97.5M" }, { "event", "end" },
	};
	struct flow_info info = full_flow();
	struct row row;

	(void)state;
	info.has |= FLOW_CLOSED;
	row = make_row(&info);
	row_set_event(&row, ROW_END);
	assert_cells(&row, e, N_ELEMS(e));
	row_set_event(&row, ROW_NEW);
	assert_cell(&row, "event", "new");
}

static void test_extra(void **state)
{
	struct flow_info info = full_flow();
	struct row row;

	(void)state;
	info.has |= HAS_LABELS | HAS_HELPER;
	info.extra.labels_size = 200; /* more than there is */
	info.extra.labels[LABELS_SIZE - 1] = 0x80;
	strcpy(info.extra.helper, "ftp");
	row = make_row(&info);
	assert_cell(&row, "helper", "ftp");
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	info.extra.labels[0] = 2;
	row = make_row(&info);
	assert_cell(&row, "labels", "1,127");
#endif
	info.extra.labels_size = 0;
	row = make_row(&info);
	assert_cell(&row, "labels", "-");
}

/* ------------------------------------------------------------- owners */

static struct row owned_row(enum owner_kind kind, const struct proc_fact *fact)
{
	struct flow_info info = full_flow();
	struct row row;

	info.owner = kind;
	row = make_row(&info);
	row.proc = fact;
	if (fact && fact->has_uid)
		row.user = fake_user(NULL, fact->uid);
	return row;
}

static void test_owner(void **state)
{
	static const struct expected e[] = {
		{ "process", "nginx" },
		{ "pid", "4711" },
		{ "holders", "NONE ?" },
		{ "user", "alice" },
		{ "uid", "1000" },
		{ "command", "nginx -g x" },
		{ "unit", "nginx.service" },
		{ "container", "docker:0123" },
		{ "netns", "blue" },
		{ "owner", "other-netns" },
		{ "pid_user", "4711 alice" },
	};
	static const struct expected of_plain[] = {
		{ "process", "nginx" },      { "user", "NONE 1001" },
		{ "uid", "1001" },           { "command", "NONE -" },
		{ "unit", "NONE -" },        { "container", "NONE -" },
		{ "netns", "NONE -" },       { "owner", "local" },
		{ "pid_user", "4711 1001" },
	};
	struct proc_fact *fact = make_fact(4711, 1000, "nginx");
	struct row row;

	(void)state;
	strcpy(fact->command, "nginx -g x");
	strcpy(fact->unit, "nginx.service");
	strcpy(fact->container, "docker:0123");
	strcpy(fact->netns, "blue");
	row = owned_row(OWNER_OTHER_NETNS, fact);
	assert_cells(&row, e, N_ELEMS(e));
	row_release(&row);
	fact = make_fact(4711, 1001, "nginx");
	row = owned_row(OWNER_LOCAL, fact);
	assert_cells(&row, of_plain, N_ELEMS(of_plain));
	row.netns = "red";
	assert_cell(&row, "netns", "red");
	/* It was gone before anything but its name was known. */
	fact->starttime = 0;
	assert_cell(&row, "unit", "NONE ?");
	assert_cell(&row, "command", "NONE ?");
	row_release(&row);
}

/* The number of holders is no part of the name. */
static void test_holders(void **state)
{
	struct row row = owned_row(OWNER_LOCAL, make_fact(4711, 0, "nginx"));
	struct value value;

	(void)state;
	row.info.holders = 1;
	assert_cell(&row, "process", "nginx");
	assert_cell(&row, "holders", "1");
	row.info.holders = 4;
	assert_cell(&row, "process", "nginx +3");
	assert_cell(&row, "holders", "4");
	column_get(column_find("process"), &row, &value);
	assert_string_equal(value.text, "nginx");
	row_release(&row);
}

/* Unknown is not the same as none, and neither is a value. */
static void test_nobody(void **state)
{
	static const char *const ids[] = { "process", "pid",      "holders",
					   "user",    "uid",      "command",
					   "unit",    "container" };
	static const struct {
		enum owner_kind kind;
		const char *text, *process;
	} cases[] = {
		{ OWNER_UNKNOWN, "NONE ?", "NONE ?" },
		{ OWNER_LOCAL, "NONE ?", "NONE ?" }, /* forgotten */
		{ OWNER_CLOSED, "NONE ?", "NONE ?" },
		{ OWNER_DENIED, "NONE ?", "NONE ?" },
		{ OWNER_FORWARDED, "NONE -", "NONE @192.168.1.20" },
		{ OWNER_KERNEL, "NONE -", "[kernel]" },
	};

	(void)state;
	for (size_t i = 0; i < N_ELEMS(cases); i++) {
		struct row row = owned_row(cases[i].kind, NULL);

		assert_cell(&row, "process", cases[i].process);
		for (size_t j = 1; j < N_ELEMS(ids); j++)
			assert_cell(&row, ids[j], cases[i].text);
		assert_cell(&row, "pid_user", cases[i].text);
		assert_cell(&row, "owner", owner_kind_name(cases[i].kind));
	}
}

/* A socket that was closed may have a user all the same, and the kernel's own
 * are of nobody. */
static void test_no_process(void **state)
{
	static const struct expected of_closed[] = {
		{ "process", "NONE ?" },
		{ "pid", "NONE ?" },
		{ "user", "alice" },
		{ "uid", "1000" },
		{ "unit", "NONE ?" },
		{ "owner", "closed" },
		{ "pid_user", "NONE ? alice" },
	};
	static const struct expected of_kernel[] = {
		{ "process", "[kernel]" }, { "pid", "NONE -" },
		{ "user", "NONE -" },      { "unit", "NONE -" },
		{ "owner", "kernel" },
	};
	struct proc_fact *fact;
	struct row row = owned_row(OWNER_CLOSED, make_fact(0, 1000, ""));

	(void)state;
	assert_cells(&row, of_closed, N_ELEMS(of_closed));
	row_release(&row);
	fact = make_fact(0, 0, "[kernel]");
	fact->has_uid = false;
	fact->is_kernel = true;
	row = owned_row(OWNER_KERNEL, fact);
	assert_cells(&row, of_kernel, N_ELEMS(of_kernel));
	row_release(&row);
}

/* The longest address there is fits behind its sign. */
static void test_inner(void **state)
{
	struct flow_info info =
		bare_flow(IPPROTO_TCP, "2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff",
			  1, "2001:db8::2", 2);
	struct row row;

	(void)state;
	info.owner = OWNER_FORWARDED;
	row = make_row(&info);
	assert_cell(&row, "process",
		    "NONE @2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff");
	info.key.family = 7;
	row = make_row(&info);
	assert_cell(&row, "process", "NONE -");
}

/* By value; those without one come first, as everywhere. */
static void test_owner_order(void **state)
{
	struct value a, b;
	struct row row = owned_row(OWNER_LOCAL, make_fact(9, 0, "nginx"));
	struct row other = owned_row(OWNER_LOCAL, make_fact(10, 0, "sshd"));

	(void)state;
	row.info.holders = 1;
	other.info.holders = 5;
	column_get(column_find("process"), &row, &a);
	column_get(column_find("process"), &other, &b);
	assert_true(value_compare(&a, &b) < 0);
	column_get(column_find("pid"), &row, &a);
	column_get(column_find("pid"), &other, &b);
	assert_true(value_compare(&a, &b) < 0);
	column_get(column_find("pid_user"), &row, &a);
	column_get(column_find("pid_user"), &other, &b);
	assert_true(value_compare(&a, &b) < 0);
	row_release(&row);
	column_get(column_find("process"), &row, &a);
	column_get(column_find("process"), &other, &b);
	assert_true(value_compare(&a, &b) < 0);
	row_release(&other);
}

/* What the walk sorts by has the order of what is shown. */
static void test_hot_keys(void **state)
{
	struct view_env env = make_env();
	struct table *table;

	(void)state;
	reader_register();
	table = make_table();
	for (int round = 0; round < 200; round++) {
		struct flow_info info = full_flow();
		const struct flow *flow;
		struct row row;

		info.key.tuple.sport = (uint16_t)round;
		if (round & 1)
			info.key.tuple.src.byte[0] = 1; /* inbound */
		if (round & 2)
			info.has &= ~(uint32_t)HAS_COUNTERS_REPLY;
		if (round & 4)
			info.has &= ~(uint32_t)HAS_COUNTERS_ORIG;
		if (round & 8)
			info.has &= ~(uint32_t)HAS_START;
		info.bytes[DIR_ORIG] = next_random();
		flow = table_add(table, &info, info.sampled_ns);
		if (round & 16)
			set_smooth(flow, (float)(next_random() % 1000000),
				   0.25F);
		reader_lock();
		row_compose(&row, flow, &env);
		for (size_t i = 0; i < n_columns; i++) {
			const struct column *c = &column_table[i];
			struct value value;
			uint64_t key;
			bool is_known;

			if (!c->hot_key)
				continue;
			is_known = c->hot_key(flow, &env, &key);
			column_get(c, &row, &value);
			assert_int_equal(is_known, value.type != VAL_NONE);
			if (is_known)
				assert_int_equal(key, value_key(&value));
		}
		reader_unlock();
	}
	table_free(table);
	reader_unregister();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_record_keys),
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_bare),
		cmocka_unit_test(test_no_data),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_icmp),
		cmocka_unit_test(test_state),
		cmocka_unit_test(test_status),
		cmocka_unit_test(test_family),
		cmocka_unit_test(test_dir),
		cmocka_unit_test(test_half_counted),
		cmocka_unit_test(test_in),
		cmocka_unit_test(test_closed),
		cmocka_unit_test(test_extra),
		cmocka_unit_test(test_owner),
		cmocka_unit_test(test_holders),
		cmocka_unit_test(test_nobody),
		cmocka_unit_test(test_no_process),
		cmocka_unit_test(test_inner),
		cmocka_unit_test(test_owner_order),
		cmocka_unit_test(test_hot_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

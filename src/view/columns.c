// SPDX-License-Identifier: GPL-2.0-only
/* The table of all columns: getters first, the rows at the end. */
#include "view/columns.h"

#include "flow/reader.h"
#include "lib/clock.h"

#include <linux/netfilter/nf_conntrack_common.h>
#include <string.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

static void set_u(struct value *value, enum value_type type, uint64_t u)
{
	value->type = type;
	value->u = u;
}

static void set_rate(struct value *value, enum value_type type, double rate)
{
	value->type = type;
	value->rate = rate;
}

/* NULL and "" are unknown. */
static void set_text(struct value *value, const char *text)
{
	if (!text || !*text)
		return;
	value->type = VAL_TEXT;
	value->text = text;
}

static void set_addr(struct value *value, const struct row *row,
		     const struct addr *addr)
{
	value->family = row->info.key.family;
	if (!addr_size(value->family))
		return;
	value->type = VAL_ADDR;
	value->addr = *addr;
}

static void set_port(struct value *value, const struct row *row, uint16_t port)
{
	if (row->proto->has_ports)
		set_u(value, VAL_PORT, port);
	else
		value->text = "-";
}

static void set_digits(struct value *value, unsigned int number)
{
	char *s = value->store + sizeof(value->store);

	*--s = '\0';
	do {
		*--s = (char)('0' + number % 10);
		number /= 10;
	} while (number);
	value->type = VAL_TEXT;
	value->text = s;
}

static bool has(const struct row *row, uint32_t bit)
{
	return row->info.has & bit;
}

static bool is_counted(uint32_t bits, int dir)
{
	return bits &
	       (dir == DIR_ORIG ? HAS_COUNTERS_ORIG : HAS_COUNTERS_REPLY);
}

static void set_counter(struct value *value, const struct row *row, int dir,
			enum value_type type, const uint64_t counter[DIR_MAX])
{
	if (is_counted(row->info.has, dir))
		set_u(value, type, counter[dir]);
}

/* One direction's rate as the screen shows it: a closed flow has none. */
static void set_live_rate(struct value *value, const struct row *row, int dir,
			  enum value_type type, const float rate[DIR_MAX])
{
	if (has(row, HAS_RATE) && is_counted(row->info.has, dir))
		set_rate(value, type, row->is_closed ? 0 : (double)rate[dir]);
}

static void set_raw_rate(struct value *value, const struct row *row, int dir)
{
	if (has(row, HAS_RATE) && is_counted(row->info.has, dir))
		set_rate(value, VAL_RATE, (double)row->info.rate[dir]);
}

/* Columns that wait for whoever looks things up. */
static void get_nothing(const struct row *row, struct value *value)
{
	(void)row;
	(void)value;
}

static void get_ts(const struct row *row, struct value *value)
{
	set_u(value, VAL_TIME, row->ts_ns);
}

static void get_event(const struct row *row, struct value *value)
{
	static const char *const words[] = {
		[ROW_NEW] = "new", [ROW_END] = "end"
	};

	set_text(value, words[row->event]);
}

static void get_id(const struct row *row, struct value *value)
{
	if (has(row, HAS_ID))
		set_u(value, VAL_NUMBER, row->info.id);
}

/* The kernel leaves out zone 0: absent is known. */
static void get_zone(const struct row *row, struct value *value)
{
	set_u(value, VAL_NUMBER, row->info.key.zone);
}

static void get_family(const struct row *row, struct value *value)
{
	uint8_t family = row->info.key.family;

	if (family == FAMILY_IPV4)
		set_text(value, "ipv4");
	else if (family == FAMILY_IPV6)
		set_text(value, "ipv6");
	else
		set_digits(value, family);
}

static void get_proto(const struct row *row, struct value *value)
{
	if (row->proto->name)
		set_text(value, row->proto->name);
	else
		set_digits(value, row->info.key.proto);
}

static void get_state(const struct row *row, struct value *value)
{
	const char *word;

	if (!row->proto->n_states) {
		bool is_assured =
			has(row, HAS_STATUS) && row->info.status & IPS_ASSURED;

		value->text = is_assured ? "ASSURED" : "-";
		return;
	}
	if (!has(row, HAS_STATE))
		return;
	word = proto_state(row->info.key.proto, row->info.state);
	if (word)
		set_text(value, word);
	else
		set_digits(value, row->info.state);
}

static void get_status(const struct row *row, struct value *value)
{
	/* enum ip_conntrack_status by bit number. */
	static const char *const names[] = {
		"expected",  "seen-reply", "assured",       "confirmed",
		"snat",      "dnat",       "seq-adjust",    "snat-done",
		"dnat-done", "dying",      "fixed-timeout", "template",
		"untracked", "helper",     "offload",       "hw-offload",
	};

	if (!has(row, HAS_STATUS))
		return;
	value->type = VAL_LIST;
	memset(value->bits, 0, sizeof(value->bits));
	value->bits[0] = row->info.status;
	value->names = names;
	value->n_names = ARRAY_SIZE(names);
}

static void get_dir(const struct row *row, struct value *value)
{
	static const struct {
		uint8_t glyph;
		const char *word;
	} words[] = {
		[FLOW_DIR_OUT] = { GLYPH_OUT, "out" },
		[FLOW_DIR_IN] = { GLYPH_IN, "in" },
		[FLOW_DIR_THROUGH] = { GLYPH_THROUGH, "through" },
		[FLOW_DIR_LOCAL] = { GLYPH_LOCAL, "local" },
	};

	if (row->info.dir == FLOW_DIR_UNKNOWN ||
	    row->info.dir >= ARRAY_SIZE(words))
		return;
	value->type = VAL_GLYPH;
	value->glyph = words[row->info.dir].glyph;
	value->text = words[row->info.dir].word;
}

static void get_src(const struct row *row, struct value *value)
{
	set_addr(value, row, &row->info.key.tuple.src);
}

static void get_sport(const struct row *row, struct value *value)
{
	set_port(value, row, row->info.key.tuple.sport);
}

static void get_dst(const struct row *row, struct value *value)
{
	set_addr(value, row, &row->info.key.tuple.dst);
}

static void get_dport(const struct row *row, struct value *value)
{
	set_port(value, row, row->info.key.tuple.dport);
}

static void get_reply_src(const struct row *row, struct value *value)
{
	if (has(row, HAS_REPLY))
		set_addr(value, row, &row->info.reply.src);
}

static void get_reply_sport(const struct row *row, struct value *value)
{
	if (has(row, HAS_REPLY))
		set_port(value, row, row->info.reply.sport);
}

static void get_reply_dst(const struct row *row, struct value *value)
{
	if (has(row, HAS_REPLY))
		set_addr(value, row, &row->info.reply.dst);
}

static void get_reply_dport(const struct row *row, struct value *value)
{
	if (has(row, HAS_REPLY))
		set_port(value, row, row->info.reply.dport);
}

static void get_nat(const struct row *row, struct value *value)
{
	if (row->nat_src && row->nat_dst)
		set_text(value, "src,dst");
	else if (row->nat_src || row->nat_dst)
		set_text(value, row->nat_src ? "src" : "dst");
	else if (has(row, HAS_STATUS))
		value->text = "-";
}

static void get_icmp_type(const struct row *row, struct value *value)
{
	if (row->proto->is_icmp)
		set_u(value, VAL_NUMBER, tuple_icmp_type(&row->info.key.tuple));
	else
		value->text = "-";
}

static void get_icmp_code(const struct row *row, struct value *value)
{
	if (row->proto->is_icmp)
		set_u(value, VAL_NUMBER, tuple_icmp_code(&row->info.key.tuple));
	else
		value->text = "-";
}

static void get_icmp_id(const struct row *row, struct value *value)
{
	if (row->proto->is_icmp)
		set_u(value, VAL_NUMBER, tuple_icmp_id(&row->info.key.tuple));
	else
		value->text = "-";
}

static void get_orig_bytes(const struct row *row, struct value *value)
{
	set_counter(value, row, DIR_ORIG, VAL_BYTES, row->info.bytes);
}

static void get_orig_packets(const struct row *row, struct value *value)
{
	set_counter(value, row, DIR_ORIG, VAL_COUNT, row->info.packets);
}

static void get_reply_bytes(const struct row *row, struct value *value)
{
	set_counter(value, row, DIR_REPLY, VAL_BYTES, row->info.bytes);
}

static void get_reply_packets(const struct row *row, struct value *value)
{
	set_counter(value, row, DIR_REPLY, VAL_COUNT, row->info.packets);
}

static void get_orig_rate(const struct row *row, struct value *value)
{
	set_raw_rate(value, row, DIR_ORIG);
}

static void get_reply_rate(const struct row *row, struct value *value)
{
	set_raw_rate(value, row, DIR_REPLY);
}

static void get_start(const struct row *row, struct value *value)
{
	if (has(row, HAS_START) && row->info.start_ns)
		set_u(value, VAL_TIME, row->info.start_ns);
}

static void get_age(const struct row *row, struct value *value)
{
	if (row->age_ns != AGE_UNKNOWN)
		set_u(value, VAL_AGE, row->age_ns);
}

static void get_timeout(const struct row *row, struct value *value)
{
	if (row->timeout_s != TIMEOUT_UNKNOWN)
		set_u(value, VAL_AGE, row->timeout_s * NS_PER_S);
}

static void get_mark(const struct row *row, struct value *value)
{
	if (has(row, HAS_MARK))
		set_u(value, VAL_MARK, row->info.mark);
}

static void get_netns(const struct row *row, struct value *value)
{
	value->text = "-";
	set_text(value, row->netns);
}

static void get_closed(const struct row *row, struct value *value)
{
	set_u(value, VAL_BOOL, row->is_closed);
}

static void get_iface(const struct row *row, struct value *value)
{
	set_text(value, row->iface);
}

/* ctnetlink sends the bitmap as it lies in memory, in 32-bit words; and, as
 * the helper, only when there is one. */
static void get_labels(const struct row *row, struct value *value)
{
	const struct flow_extra *extra = &row->info.extra;
	size_t size = extra->labels_size;

	value->text = "-";
	if (!has(row, HAS_LABELS))
		return;
	if (size > sizeof(extra->labels))
		size = sizeof(extra->labels);
	value->type = VAL_LIST;
	value->names = NULL;
	memset(value->bits, 0, sizeof(value->bits));
	memcpy(value->bits, extra->labels, size);
}

static void get_helper(const struct row *row, struct value *value)
{
	if (has(row, HAS_HELPER))
		set_text(value, row->info.extra.helper);
	else
		value->text = "-";
}

/* What the screen adds: near side, far end, sums of both directions. */

static void get_address(const struct row *row, struct value *value)
{
	set_addr(value, row, &row->far_addr);
}

static void get_port(const struct row *row, struct value *value)
{
	set_port(value, row, row->service_port);
}

static void get_rx_rate(const struct row *row, struct value *value)
{
	set_live_rate(value, row, row->rx, VAL_RATE, row->info.smooth);
}

static void get_tx_rate(const struct row *row, struct value *value)
{
	set_live_rate(value, row, row->tx, VAL_RATE, row->info.smooth);
}

static void get_rx_pps(const struct row *row, struct value *value)
{
	set_live_rate(value, row, row->rx, VAL_FREQ, row->info.packet_rate);
}

static void get_tx_pps(const struct row *row, struct value *value)
{
	set_live_rate(value, row, row->tx, VAL_FREQ, row->info.packet_rate);
}

static void get_rx_bytes(const struct row *row, struct value *value)
{
	set_counter(value, row, row->rx, VAL_BYTES, row->info.bytes);
}

static void get_tx_bytes(const struct row *row, struct value *value)
{
	set_counter(value, row, row->tx, VAL_BYTES, row->info.bytes);
}

static void get_rx_packets(const struct row *row, struct value *value)
{
	set_counter(value, row, row->rx, VAL_COUNT, row->info.packets);
}

static void get_tx_packets(const struct row *row, struct value *value)
{
	set_counter(value, row, row->tx, VAL_COUNT, row->info.packets);
}

static void get_src_pps(const struct row *row, struct value *value)
{
	set_live_rate(value, row, DIR_ORIG, VAL_FREQ, row->info.packet_rate);
}

static void get_dst_pps(const struct row *row, struct value *value)
{
	set_live_rate(value, row, DIR_REPLY, VAL_FREQ, row->info.packet_rate);
}

static void get_src_rate(const struct row *row, struct value *value)
{
	set_live_rate(value, row, DIR_ORIG, VAL_RATE, row->info.smooth);
}

static void get_dst_rate(const struct row *row, struct value *value)
{
	set_live_rate(value, row, DIR_REPLY, VAL_RATE, row->info.smooth);
}

static void get_rate(const struct row *row, struct value *value)
{
	const float *smooth = row->info.smooth;

	if (has(row, HAS_RATE))
		set_rate(value, VAL_RATE,
			 row->is_closed ? 0
					: (double)smooth[DIR_ORIG] +
						  (double)smooth[DIR_REPLY]);
}

/* Absent counters are 0 in the table, so one known direction is the sum. */
static void get_bytes(const struct row *row, struct value *value)
{
	const uint64_t *bytes = row->info.bytes;

	if (has(row, HAS_COUNTERS))
		set_u(value, VAL_BYTES, bytes[DIR_ORIG] + bytes[DIR_REPLY]);
}

static void get_packets(const struct row *row, struct value *value)
{
	const uint64_t *packets = row->info.packets;

	if (has(row, HAS_COUNTERS))
		set_u(value, VAL_COUNT, packets[DIR_ORIG] + packets[DIR_REPLY]);
}

static void get_src_mark(const struct row *row, struct value *value)
{
	(void)row;
	value->type = VAL_GLYPH;
	value->glyph = GLYPH_SRC_LINE;
	value->text = "=>";
}

static void get_dst_mark(const struct row *row, struct value *value)
{
	(void)row;
	value->type = VAL_GLYPH;
	value->glyph = GLYPH_DST_LINE;
	value->text = "<=";
}

/* Keys from the flow itself, in the order of the getters' values. */

static bool hot_rate(const struct flow *flow, const struct view_env *env,
		     uint64_t *key)
{
	float orig = counter_get_float(&flow->hot.smooth[DIR_ORIG]);
	float reply = counter_get_float(&flow->hot.smooth[DIR_REPLY]);

	(void)env;
	*key = rate_key((double)orig + (double)reply);
	return counter_get(&flow->hot.has) & HAS_RATE;
}

static bool hot_near_rate(const struct flow *flow, bool is_rx, uint64_t *key)
{
	uint32_t bits = counter_get(&flow->hot.has);
	int dir = near_dir(counter_get(&flow->hot.dir), bits) ^ is_rx;

	*key = rate_key((double)counter_get_float(&flow->hot.smooth[dir]));
	return bits & HAS_RATE && is_counted(bits, dir);
}

static bool hot_rx_rate(const struct flow *flow, const struct view_env *env,
			uint64_t *key)
{
	(void)env;
	return hot_near_rate(flow, true, key);
}

static bool hot_tx_rate(const struct flow *flow, const struct view_env *env,
			uint64_t *key)
{
	(void)env;
	return hot_near_rate(flow, false, key);
}

static uint64_t clamp_key(uint64_t u)
{
	return u < VALUE_KEY_MAX ? u : VALUE_KEY_MAX;
}

static bool hot_near_bytes(const struct flow *flow, bool is_rx, uint64_t *key)
{
	uint32_t bits = counter_get(&flow->hot.has);
	int dir = near_dir(counter_get(&flow->hot.dir), bits) ^ is_rx;

	*key = clamp_key(counter_get(&flow->hot.bytes[dir]));
	return is_counted(bits, dir);
}

static bool hot_rx_bytes(const struct flow *flow, const struct view_env *env,
			 uint64_t *key)
{
	(void)env;
	return hot_near_bytes(flow, true, key);
}

static bool hot_tx_bytes(const struct flow *flow, const struct view_env *env,
			 uint64_t *key)
{
	(void)env;
	return hot_near_bytes(flow, false, key);
}

static bool hot_bytes(const struct flow *flow, const struct view_env *env,
		      uint64_t *key)
{
	(void)env;
	*key = clamp_key(counter_get(&flow->hot.bytes[DIR_ORIG]) +
			 counter_get(&flow->hot.bytes[DIR_REPLY]));
	return counter_get(&flow->hot.has) & HAS_COUNTERS;
}

static bool hot_packets(const struct flow *flow, const struct view_env *env,
			uint64_t *key)
{
	(void)env;
	*key = clamp_key(counter_get(&flow->hot.packets[DIR_ORIG]) +
			 counter_get(&flow->hot.packets[DIR_REPLY]));
	return counter_get(&flow->hot.has) & HAS_COUNTERS;
}

static bool hot_age(const struct flow *flow, const struct view_env *env,
		    uint64_t *key)
{
	uint64_t age_ns = flow_age_ns(
		counter_get(&flow->hot.has), counter_get(&flow->start_ns),
		flow->born_ns, counter_get(&flow->sampled_ns), env);

	*key = clamp_key(age_ns);
	return age_ns != AGE_UNKNOWN;
}

// clang-format off
/* The columns of records, in the order of the keys in JSON, then those that
 * only the screen has. */
const struct column column_table[] = {
	{ .id = "ts", .type = VAL_TIME, .flags = COL_RECORD, .get = get_ts,
	  .help = "time of this line" },
	{ .id = "event", .type = VAL_TEXT, .flags = COL_RECORD,
	  .get = get_event, .help = "new or end, with --events" },
	{ .id = "id", .title = "ID", .type = VAL_NUMBER, .get = get_id,
	  .flags = COL_RECORD | COL_SCREEN | COL_RIGHT,
	  .min_cells = 10, .ideal_cells = 10,
	  .help = "conntrack's number of the flow" },
	{ .id = "zone", .title = "ZONE", .type = VAL_NUMBER, .get = get_zone,
	  .flags = COL_RECORD | COL_SCREEN | COL_RIGHT,
	  .min_cells = 5, .ideal_cells = 5, .help = "conntrack zone" },
	{ .id = "family", .type = VAL_TEXT, .flags = COL_RECORD,
	  .get = get_family, .help = "ipv4 or ipv6" },
	{ .id = "proto", .title = "PROT", .type = VAL_TEXT,
	  .flags = COL_RECORD | COL_SCREEN, .get = get_proto,
	  .keep = KEEP_PROTO, .min_cells = 4, .ideal_cells = 6, .help = "protocol" },
	{ .id = "state", .title = "STATE", .type = VAL_TEXT,
	  .flags = COL_RECORD | COL_SCREEN, .get = get_state,
	  .keep = KEEP_STATE, .min_cells = 6, .ideal_cells = 11,
	  .help = "state of the connection" },
	{ .id = "status", .title = "STATUS", .type = VAL_LIST,
	  .flags = COL_RECORD | COL_SCREEN, .get = get_status,
	  .min_cells = 12, .ideal_cells = 28,
	  .help = "what conntrack knows about the flow" },
	{ .id = "dir", .title = "D", .type = VAL_GLYPH,
	  .flags = COL_RECORD | COL_SCREEN, .get = get_dir,
	  .min_cells = 1, .ideal_cells = 1,
	  .help = "out, in, through or local" },
	{ .id = "src", .title = "SOURCE", .type = VAL_ADDR,
	  .flags = COL_RECORD | COL_SCREEN, .get = get_src,
	  .keep = KEEP_ADDR, .min_cells = 15, .ideal_cells = 39,
	  .help = "address of the originator" },
	{ .id = "sport", .title = "SPORT", .type = VAL_PORT,
	  .flags = COL_RECORD | COL_SCREEN, .get = get_sport,
	  .min_cells = 5, .ideal_cells = 5, .help = "its port" },
	{ .id = "dst", .title = "DESTINATION", .type = VAL_ADDR,
	  .flags = COL_RECORD | COL_SCREEN, .get = get_dst,
	  .keep = KEEP_ADDR, .min_cells = 15, .ideal_cells = 39,
	  .help = "address that was asked for" },
	{ .id = "dport", .title = "DPORT", .type = VAL_PORT,
	  .flags = COL_RECORD | COL_SCREEN, .get = get_dport,
	  .min_cells = 5, .ideal_cells = 8, .help = "its port" },
	{ .id = "reply_src", .title = "REPLY SOURCE", .type = VAL_ADDR,
	  .flags = COL_RECORD | COL_SCREEN, .get = get_reply_src,
	  .keep = KEEP_ADDR, .min_cells = 15, .ideal_cells = 39,
	  .help = "address that answers" },
	{ .id = "reply_sport", .title = "RSPOR", .type = VAL_PORT,
	  .flags = COL_RECORD | COL_SCREEN, .get = get_reply_sport,
	  .min_cells = 5, .ideal_cells = 5, .help = "its port" },
	{ .id = "reply_dst", .title = "REPLY DESTINATION", .type = VAL_ADDR,
	  .flags = COL_RECORD | COL_SCREEN, .get = get_reply_dst,
	  .keep = KEEP_ADDR, .min_cells = 15, .ideal_cells = 39,
	  .help = "address that answers go to" },
	{ .id = "reply_dport", .title = "RDPOR", .type = VAL_PORT,
	  .flags = COL_RECORD | COL_SCREEN, .get = get_reply_dport,
	  .min_cells = 5, .ideal_cells = 5, .help = "its port" },
	{ .id = "nat", .title = "NAT", .type = VAL_TEXT,
	  .flags = COL_RECORD | COL_SCREEN, .get = get_nat,
	  .min_cells = 3, .ideal_cells = 7,
	  .help = "which addresses are translated: src, dst or both" },
	{ .id = "icmp_type", .type = VAL_NUMBER, .flags = COL_RECORD,
	  .get = get_icmp_type, .help = "ICMP type" },
	{ .id = "icmp_code", .type = VAL_NUMBER, .flags = COL_RECORD,
	  .get = get_icmp_code, .help = "ICMP code" },
	{ .id = "icmp_id", .type = VAL_NUMBER, .flags = COL_RECORD,
	  .get = get_icmp_id, .help = "ICMP identifier" },
	{ .id = "orig_bytes", .title = "SBYTE", .type = VAL_BYTES,
	  .flags = COL_RECORD | COL_SCREEN | COL_RIGHT, .is_descending = true,
	  .get = get_orig_bytes, .min_cells = 5, .ideal_cells = 5,
	  .help = "bytes that the originator sent" },
	{ .id = "orig_packets", .title = "SPKTS", .type = VAL_COUNT,
	  .flags = COL_RECORD | COL_SCREEN | COL_RIGHT, .is_descending = true,
	  .get = get_orig_packets, .min_cells = 5, .ideal_cells = 5,
	  .help = "packets that the originator sent" },
	{ .id = "reply_bytes", .title = "DBYTE", .type = VAL_BYTES,
	  .flags = COL_RECORD | COL_SCREEN | COL_RIGHT, .is_descending = true,
	  .get = get_reply_bytes, .min_cells = 5, .ideal_cells = 5,
	  .help = "bytes that came back" },
	{ .id = "reply_packets", .title = "DPKTS", .type = VAL_COUNT,
	  .flags = COL_RECORD | COL_SCREEN | COL_RIGHT, .is_descending = true,
	  .get = get_reply_packets, .min_cells = 5, .ideal_cells = 5,
	  .help = "packets that came back" },
	{ .id = "orig_rate", .type = VAL_RATE, .flags = COL_RECORD,
	  .is_descending = true, .get = get_orig_rate,
	  .help = "bytes per second that the originator sent last" },
	{ .id = "reply_rate", .type = VAL_RATE, .flags = COL_RECORD,
	  .is_descending = true, .get = get_reply_rate,
	  .help = "bytes per second that came back last" },
	{ .id = "start", .title = "START", .type = VAL_TIME,
	  .flags = COL_RECORD | COL_SCREEN, .get = get_start,
	  .min_cells = 8, .ideal_cells = 19,
	  .help = "when the flow was created" },
	{ .id = "age", .title = "TIME", .type = VAL_AGE,
	  .flags = COL_RECORD | COL_SCREEN | COL_RIGHT, .is_descending = true,
	  .get = get_age, .hot_key = hot_age,
	  .min_cells = 4, .ideal_cells = 6,
	  .help = "how long the flow has existed" },
	{ .id = "timeout", .title = "TIMEOUT", .type = VAL_AGE,
	  .flags = COL_RECORD | COL_SCREEN | COL_RIGHT, .get = get_timeout,
	  .min_cells = 7, .ideal_cells = 7,
	  .help = "how long conntrack will keep it without packets" },
	{ .id = "mark", .title = "MARK", .type = VAL_MARK,
	  .flags = COL_RECORD | COL_SCREEN | COL_RIGHT, .get = get_mark,
	  .min_cells = 10, .ideal_cells = 10, .help = "connection mark" },
	{ .id = "process", .type = VAL_TEXT, .get = get_nothing,
	  .flags = COL_RECORD | COL_NO_DATA,
	  .help = "program that has the socket" },
	{ .id = "pid", .type = VAL_NUMBER, .get = get_nothing,
	  .flags = COL_RECORD | COL_NO_DATA, .help = "its process number" },
	{ .id = "uid", .type = VAL_NUMBER, .get = get_nothing,
	  .flags = COL_RECORD | COL_NO_DATA, .help = "its user number" },
	{ .id = "user", .type = VAL_TEXT, .get = get_nothing,
	  .flags = COL_RECORD | COL_NO_DATA, .help = "its user" },
	{ .id = "command", .type = VAL_TEXT, .get = get_nothing,
	  .flags = COL_RECORD | COL_NO_DATA, .help = "its command line" },
	{ .id = "container", .type = VAL_TEXT, .get = get_nothing,
	  .flags = COL_RECORD | COL_NO_DATA, .help = "its container" },
	{ .id = "owner", .type = VAL_TEXT, .get = get_nothing,
	  .flags = COL_RECORD | COL_NO_DATA,
	  .help = "why the process is what it is" },
	{ .id = "src_name", .type = VAL_TEXT, .get = get_nothing,
	  .flags = COL_RECORD | COL_NO_DATA, .help = "name of the source" },
	{ .id = "src_country", .type = VAL_TEXT, .get = get_nothing,
	  .flags = COL_RECORD | COL_NO_DATA, .help = "its country code" },
	{ .id = "src_city", .type = VAL_TEXT, .get = get_nothing,
	  .flags = COL_RECORD | COL_NO_DATA, .help = "its city" },
	{ .id = "src_asn", .type = VAL_NUMBER, .get = get_nothing,
	  .flags = COL_RECORD | COL_NO_DATA,
	  .help = "number of its autonomous system" },
	{ .id = "src_org", .type = VAL_TEXT, .get = get_nothing,
	  .flags = COL_RECORD | COL_NO_DATA,
	  .help = "name of its autonomous system" },
	{ .id = "dst_name", .type = VAL_TEXT, .get = get_nothing,
	  .flags = COL_RECORD | COL_NO_DATA,
	  .help = "name of the destination" },
	{ .id = "dst_country", .type = VAL_TEXT, .get = get_nothing,
	  .flags = COL_RECORD | COL_NO_DATA, .help = "its country code" },
	{ .id = "dst_city", .type = VAL_TEXT, .get = get_nothing,
	  .flags = COL_RECORD | COL_NO_DATA, .help = "its city" },
	{ .id = "dst_asn", .type = VAL_NUMBER, .get = get_nothing,
	  .flags = COL_RECORD | COL_NO_DATA,
	  .help = "number of its autonomous system" },
	{ .id = "dst_org", .type = VAL_TEXT, .get = get_nothing,
	  .flags = COL_RECORD | COL_NO_DATA,
	  .help = "name of its autonomous system" },
	{ .id = "service", .type = VAL_TEXT, .get = get_nothing,
	  .flags = COL_RECORD | COL_NO_DATA,
	  .help = "name of the destination port" },
	{ .id = "netns", .title = "NETNS", .type = VAL_TEXT,
	  .flags = COL_RECORD | COL_SCREEN, .get = get_netns,
	  .min_cells = 8, .ideal_cells = 12,
	  .help = "network namespace" },
	{ .id = "unit", .type = VAL_TEXT, .get = get_nothing,
	  .flags = COL_RECORD | COL_NO_DATA,
	  .help = "service unit of the process" },
	{ .id = "closed", .type = VAL_BOOL, .flags = COL_RECORD,
	  .get = get_closed, .help = "the flow has ended" },
	{ .id = "holders", .type = VAL_NUMBER, .get = get_nothing,
	  .flags = COL_RECORD | COL_NO_DATA,
	  .help = "how many processes have the socket" },
	{ .id = "iface", .title = "IFACE", .type = VAL_TEXT,
	  .flags = COL_RECORD | COL_SCREEN, .get = get_iface,
	  .min_cells = 8, .ideal_cells = 15,
	  .help = "interface that owns our address" },
	{ .id = "labels", .title = "LABELS", .type = VAL_LIST,
	  .flags = COL_RECORD | COL_SCREEN, .get = get_labels,
	  .min_cells = 6, .ideal_cells = 10,
	  .help = "numbers of the connection labels that are set" },
	{ .id = "helper", .title = "HELPER", .type = VAL_TEXT,
	  .flags = COL_RECORD | COL_SCREEN, .get = get_helper,
	  .min_cells = 6, .ideal_cells = 10,
	  .help = "conntrack helper" },

	{ .id = "address", .title = "ADDRESS", .type = VAL_ADDR,
	  .flags = COL_SCREEN, .get = get_address, .keep = KEEP_ADDR,
	  .min_cells = 15, .ideal_cells = 39, .help = "the far end" },
	{ .id = "port", .title = "PORT", .type = VAL_PORT,
	  .flags = COL_SCREEN, .get = get_port,
	  .min_cells = 5, .ideal_cells = 8,
	  .help = "the port that was asked for" },
	{ .id = "rx_rate", .title = "RX/s", .title_bits = "RXb/s",
	  .type = VAL_RATE, .flags = COL_SCREEN | COL_RIGHT,
	  .is_descending = true, .get = get_rx_rate, .hot_key = hot_rx_rate,
	  .min_cells = 5, .ideal_cells = 5,
	  .help = "received per second, smoothed" },
	{ .id = "tx_rate", .title = "TX/s", .title_bits = "TXb/s",
	  .type = VAL_RATE, .flags = COL_SCREEN | COL_RIGHT,
	  .is_descending = true, .get = get_tx_rate, .hot_key = hot_tx_rate,
	  .min_cells = 5, .ideal_cells = 5,
	  .help = "sent per second, smoothed" },
	{ .id = "rx_pps", .title = "RXp/s", .type = VAL_FREQ,
	  .flags = COL_SCREEN | COL_RIGHT, .is_descending = true,
	  .get = get_rx_pps, .min_cells = 5, .ideal_cells = 5,
	  .help = "packets received per second" },
	{ .id = "tx_pps", .title = "TXp/s", .type = VAL_FREQ,
	  .flags = COL_SCREEN | COL_RIGHT, .is_descending = true,
	  .get = get_tx_pps, .min_cells = 5, .ideal_cells = 5,
	  .help = "packets sent per second" },
	{ .id = "rx_bytes", .title = "RX", .type = VAL_BYTES,
	  .flags = COL_SCREEN | COL_RIGHT, .is_descending = true,
	  .get = get_rx_bytes, .hot_key = hot_rx_bytes,
	  .min_cells = 5, .ideal_cells = 5, .help = "received so far" },
	{ .id = "tx_bytes", .title = "TX", .type = VAL_BYTES,
	  .flags = COL_SCREEN | COL_RIGHT, .is_descending = true,
	  .get = get_tx_bytes, .hot_key = hot_tx_bytes,
	  .min_cells = 5, .ideal_cells = 5, .help = "sent so far" },
	{ .id = "rx_packets", .title = "RXpkt", .type = VAL_COUNT,
	  .flags = COL_SCREEN | COL_RIGHT, .is_descending = true,
	  .get = get_rx_packets, .min_cells = 5, .ideal_cells = 5,
	  .help = "packets received so far" },
	{ .id = "tx_packets", .title = "TXpkt", .type = VAL_COUNT,
	  .flags = COL_SCREEN | COL_RIGHT, .is_descending = true,
	  .get = get_tx_packets, .min_cells = 5, .ideal_cells = 5,
	  .help = "packets sent so far" },
	{ .id = "src_pps", .title = "PKT/s", .type = VAL_FREQ,
	  .flags = COL_SCREEN | COL_RIGHT, .is_descending = true,
	  .get = get_src_pps, .min_cells = 5, .ideal_cells = 5,
	  .help = "packets per second that the source sends" },
	{ .id = "dst_pps", .title = "PKT/s", .type = VAL_FREQ,
	  .flags = COL_SCREEN | COL_RIGHT, .is_descending = true,
	  .get = get_dst_pps, .min_cells = 5, .ideal_cells = 5,
	  .help = "packets per second that the destination sends" },
	{ .id = "src_rate", .title = "RATE", .title_bits = "RATEb",
	  .type = VAL_RATE, .flags = COL_SCREEN | COL_RIGHT,
	  .is_descending = true, .get = get_src_rate,
	  .min_cells = 5, .ideal_cells = 5,
	  .help = "what the source sends per second, smoothed" },
	{ .id = "dst_rate", .title = "RATE", .title_bits = "RATEb",
	  .type = VAL_RATE, .flags = COL_SCREEN | COL_RIGHT,
	  .is_descending = true, .get = get_dst_rate,
	  .min_cells = 5, .ideal_cells = 5,
	  .help = "what the destination sends per second, smoothed" },
	{ .id = "rate", .title = "RATE", .title_bits = "RATEb",
	  .type = VAL_RATE, .flags = COL_SCREEN | COL_RIGHT,
	  .is_descending = true, .get = get_rate, .hot_key = hot_rate,
	  .min_cells = 5, .ideal_cells = 5,
	  .help = "both directions per second, smoothed" },
	{ .id = "bytes", .title = "BYTES", .type = VAL_BYTES,
	  .flags = COL_SCREEN | COL_RIGHT, .is_descending = true,
	  .get = get_bytes, .hot_key = hot_bytes,
	  .min_cells = 5, .ideal_cells = 5,
	  .help = "both directions so far" },
	{ .id = "packets", .title = "PKTS", .type = VAL_COUNT,
	  .flags = COL_SCREEN | COL_RIGHT, .is_descending = true,
	  .get = get_packets, .hot_key = hot_packets,
	  .min_cells = 5, .ideal_cells = 5,
	  .help = "packets of both directions so far" },
	{ .id = "src_line", .type = VAL_GLYPH, .get = get_src_mark,
	  .min_cells = 2, .ideal_cells = 2,
	  .help = "marks the line of the source" },
	{ .id = "dst_line", .type = VAL_GLYPH, .get = get_dst_mark,
	  .min_cells = 2, .ideal_cells = 2,
	  .help = "marks the line of the destination" },
};
// clang-format on

const size_t n_columns = ARRAY_SIZE(column_table);

const struct column *column_find(const char *id)
{
	for (size_t i = 0; i < n_columns; i++) {
		if (!strcmp(column_table[i].id, id))
			return &column_table[i];
	}
	return NULL;
}

const struct column *column_default_sort(void)
{
	return column_find("rate");
}

const char *column_title(const struct column *column, unsigned int flags)
{
	if (flags & CELL_BITS && column->title_bits)
		return column->title_bits;
	return column->title ? column->title : "";
}

// SPDX-License-Identifier: GPL-2.0-only
/* What flows have, for the columns. */
#include "view/getters.h"

#include "lib/clock.h"
#include "net/proto.h"
#include "net/status.h"

#include <linux/netfilter/nf_conntrack_common.h>
#include <string.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

static void set_rate(struct value *value, enum value_type type, double rate)
{
	value->type = type;
	value->rate = rate;
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
void get_nothing(const struct row *row, struct value *value)
{
	(void)row;
	(void)value;
}

void get_ts(const struct row *row, struct value *value)
{
	set_u(value, VAL_TIME, row->ts_ns);
}

void get_event(const struct row *row, struct value *value)
{
	static const char *const words[] = {
		[ROW_NEW] = "new", [ROW_END] = "end"
	};

	set_text(value, words[row->event]);
}

void get_id(const struct row *row, struct value *value)
{
	if (has(row, HAS_ID))
		set_u(value, VAL_NUMBER, row->info.id);
}

/* The kernel leaves out zone 0: absent is known. */
void get_zone(const struct row *row, struct value *value)
{
	set_u(value, VAL_NUMBER, row->info.key.zone);
}

void get_family(const struct row *row, struct value *value)
{
	uint8_t family = row->info.key.family;

	if (family == FAMILY_IPV4)
		set_text(value, "ipv4");
	else if (family == FAMILY_IPV6)
		set_text(value, "ipv6");
	else
		set_digits(value, family);
}

void get_proto(const struct row *row, struct value *value)
{
	if (row->proto->name)
		set_text(value, row->proto->name);
	else
		set_digits(value, row->info.key.proto);
}

void get_state(const struct row *row, struct value *value)
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

void get_status(const struct row *row, struct value *value)
{
	if (!has(row, HAS_STATUS))
		return;
	value->type = VAL_LIST;
	memset(value->bits, 0, sizeof(value->bits));
	value->bits[0] = row->info.status;
	value->names = ct_status_words;
	value->n_names = (uint16_t)n_ct_status_words;
}

void get_dir(const struct row *row, struct value *value)
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

void get_nat(const struct row *row, struct value *value)
{
	if (row->nat_src && row->nat_dst)
		set_text(value, "src,dst");
	else if (row->nat_src || row->nat_dst)
		set_text(value, row->nat_src ? "src" : "dst");
	else if (has(row, HAS_STATUS))
		value->text = "-";
}

void get_icmp_type(const struct row *row, struct value *value)
{
	if (row->proto->is_icmp)
		set_u(value, VAL_NUMBER, tuple_icmp_type(&row->info.key.tuple));
	else
		value->text = "-";
}

void get_icmp_code(const struct row *row, struct value *value)
{
	if (row->proto->is_icmp)
		set_u(value, VAL_NUMBER, tuple_icmp_code(&row->info.key.tuple));
	else
		value->text = "-";
}

void get_icmp_id(const struct row *row, struct value *value)
{
	if (row->proto->is_icmp)
		set_u(value, VAL_NUMBER, tuple_icmp_id(&row->info.key.tuple));
	else
		value->text = "-";
}

void get_orig_bytes(const struct row *row, struct value *value)
{
	set_counter(value, row, DIR_ORIG, VAL_BYTES, row->info.bytes);
}

void get_orig_packets(const struct row *row, struct value *value)
{
	set_counter(value, row, DIR_ORIG, VAL_COUNT, row->info.packets);
}

void get_reply_bytes(const struct row *row, struct value *value)
{
	set_counter(value, row, DIR_REPLY, VAL_BYTES, row->info.bytes);
}

void get_reply_packets(const struct row *row, struct value *value)
{
	set_counter(value, row, DIR_REPLY, VAL_COUNT, row->info.packets);
}

void get_orig_rate(const struct row *row, struct value *value)
{
	set_raw_rate(value, row, DIR_ORIG);
}

void get_reply_rate(const struct row *row, struct value *value)
{
	set_raw_rate(value, row, DIR_REPLY);
}

void get_start(const struct row *row, struct value *value)
{
	if (has(row, HAS_START) && row->info.start_ns)
		set_u(value, VAL_TIME, row->info.start_ns);
}

void get_age(const struct row *row, struct value *value)
{
	if (row->age_ns != AGE_UNKNOWN)
		set_u(value, VAL_AGE, row->age_ns);
}

void get_timeout(const struct row *row, struct value *value)
{
	if (row->timeout_s != TIMEOUT_UNKNOWN)
		set_u(value, VAL_AGE, row->timeout_s * NS_PER_S);
}

void get_mark(const struct row *row, struct value *value)
{
	if (has(row, HAS_MARK))
		set_u(value, VAL_MARK, row->info.mark);
}

void get_closed(const struct row *row, struct value *value)
{
	set_u(value, VAL_BOOL, row->is_closed);
}

void get_iface(const struct row *row, struct value *value)
{
	set_text(value, row->iface);
}

/* ctnetlink sends the bitmap as it lies in memory, in 32-bit words; and, as
 * the helper, only when there is one. */
void get_labels(const struct row *row, struct value *value)
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

void get_helper(const struct row *row, struct value *value)
{
	if (has(row, HAS_HELPER))
		set_text(value, row->info.extra.helper);
	else
		value->text = "-";
}

static void set_name(struct value *value, const struct row *row, int end)
{
	if (row->name[end])
		set_text(value, row->name[end]->text);
}

void get_src_name(const struct row *row, struct value *value)
{
	set_name(value, row, END_SRC);
}

void get_dst_name(const struct row *row, struct value *value)
{
	set_name(value, row, END_DST);
}

/* What the screen adds: near side, far end, sums of both directions. */

void get_rx_rate(const struct row *row, struct value *value)
{
	set_live_rate(value, row, row->rx, VAL_RATE, row->info.smooth);
}

void get_tx_rate(const struct row *row, struct value *value)
{
	set_live_rate(value, row, row->tx, VAL_RATE, row->info.smooth);
}

void get_rx_pps(const struct row *row, struct value *value)
{
	set_live_rate(value, row, row->rx, VAL_FREQ, row->info.packet_rate);
}

void get_tx_pps(const struct row *row, struct value *value)
{
	set_live_rate(value, row, row->tx, VAL_FREQ, row->info.packet_rate);
}

void get_rx_bytes(const struct row *row, struct value *value)
{
	set_counter(value, row, row->rx, VAL_BYTES, row->info.bytes);
}

void get_tx_bytes(const struct row *row, struct value *value)
{
	set_counter(value, row, row->tx, VAL_BYTES, row->info.bytes);
}

void get_rx_packets(const struct row *row, struct value *value)
{
	set_counter(value, row, row->rx, VAL_COUNT, row->info.packets);
}

void get_tx_packets(const struct row *row, struct value *value)
{
	set_counter(value, row, row->tx, VAL_COUNT, row->info.packets);
}

void get_src_pps(const struct row *row, struct value *value)
{
	set_live_rate(value, row, DIR_ORIG, VAL_FREQ, row->info.packet_rate);
}

void get_dst_pps(const struct row *row, struct value *value)
{
	set_live_rate(value, row, DIR_REPLY, VAL_FREQ, row->info.packet_rate);
}

void get_src_rate(const struct row *row, struct value *value)
{
	set_live_rate(value, row, DIR_ORIG, VAL_RATE, row->info.smooth);
}

void get_dst_rate(const struct row *row, struct value *value)
{
	set_live_rate(value, row, DIR_REPLY, VAL_RATE, row->info.smooth);
}

void get_rate(const struct row *row, struct value *value)
{
	const float *smooth = row->info.smooth;

	if (has(row, HAS_RATE))
		set_rate(value, VAL_RATE,
			 row->is_closed ? 0
					: (double)smooth[DIR_ORIG] +
						  (double)smooth[DIR_REPLY]);
}

void get_peak(const struct row *row, struct value *value)
{
	if (has(row, HAS_RATE))
		set_rate(value, VAL_RATE, (double)row->info.peak);
}

/* Absent counters are 0 in the table, so one known direction is the sum. */
void get_bytes(const struct row *row, struct value *value)
{
	const uint64_t *bytes = row->info.bytes;

	if (has(row, HAS_COUNTERS))
		set_u(value, VAL_BYTES, bytes[DIR_ORIG] + bytes[DIR_REPLY]);
}

void get_packets(const struct row *row, struct value *value)
{
	const uint64_t *packets = row->info.packets;

	if (has(row, HAS_COUNTERS))
		set_u(value, VAL_COUNT, packets[DIR_ORIG] + packets[DIR_REPLY]);
}

void get_src_mark(const struct row *row, struct value *value)
{
	(void)row;
	value->type = VAL_GLYPH;
	value->glyph = GLYPH_SRC_LINE;
	value->text = "=>";
}

void get_dst_mark(const struct row *row, struct value *value)
{
	(void)row;
	value->type = VAL_GLYPH;
	value->glyph = GLYPH_DST_LINE;
	value->text = "<=";
}

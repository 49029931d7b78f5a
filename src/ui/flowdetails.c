// SPDX-License-Identifier: GPL-2.0-only
/* Lines of the pane about a flow. */
#include "fact/owner.h"
#include "lib/fmt.h"
#include "lib/str.h"
#include "ui/commands.h"
#include "ui/details.h"
#include "ui/pane.h"
#include "ui/panels.h"
#include "ui/trace.h"
#include "view/cell.h"
#include "view/columns.h"

#include <inttypes.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <string.h>

#define BAR_CELLS 30 /* in a line of its own */

/* Newer than the oldest headers that we build with; fixed numbers. */
enum { STATUS_OFFLOAD = 1 << 14, STATUS_HW_OFFLOAD = 1 << 15 };

/* ---------------------------------------------------------------- whose */

/* Why no process is named, or why it is another one's business. */
static const char *owner_reason(uint8_t owner)
{
	static const char *const reasons[OWNER_KINDS] = {
		[OWNER_UNKNOWN] = "no socket was found, so far",
		[OWNER_OTHER_NETNS] = "in another network namespace",
		[OWNER_FORWARDED] =
			"passes through: no process here has either end",
		[OWNER_KERNEL] = "a socket of the kernel itself",
		[OWNER_CLOSED] =
			"the socket was closed before it could be looked at",
		[OWNER_DENIED] = "a process that we may not look at",
	};

	return owner < OWNER_KINDS ? reasons[owner] : NULL;
}

static bool put_process(const struct details *d, struct words *words)
{
	const struct proc_fact *proc = d->row->proc;
	const char *reason = owner_reason(d->row->info.owner);
	char name[CELL_TEXT_SIZE], user[CELL_TEXT_SIZE], pid[16] = "";

	words_column(d->row, "process", name);
	words_column(d->row, "user", user);
	if (proc && proc->pid)
		str_printf(pid, sizeof(pid), "[%" PRIu32 "]", proc->pid);
	words_add(words, "%s%s", name, pid);
	if (words_is_said(user))
		words_add(words, "%s", user);
	if (reason)
		words_add(words, "%s", reason);
	if (d->row->info.holders > 1)
		words_add(words, "%u processes have the socket",
			  d->row->info.holders);
	if (proc && d->shape != SHAPE_TALL)
		details_life(d, words, proc);
	if (proc && proc->pid && d->shape == SHAPE_WIDE)
		details_unit(words, proc, d->row->netns, true);
	return true;
}

static bool put_life(const struct details *d, struct words *words)
{
	if (d->row->proc)
		details_life(d, words, d->row->proc);
	return words->text[0];
}

static bool put_command(const struct details *d, struct words *words)
{
	if (!d->row->proc || !d->row->proc->command[0])
		return false;
	words_add(words, "%s", d->row->proc->command);
	return true;
}

static bool put_unit(const struct details *d, struct words *words)
{
	if (!d->row->proc || !d->row->proc->pid)
		return false;
	details_unit(words, d->row->proc, d->row->netns, false);
	return true;
}

/* ---------------------------------------------------------------- state */

static void add_icmp(const struct row *row, struct words *words)
{
	const struct tuple *t = &row->info.key.tuple;

	if (row->proto->is_icmp)
		words_add(words, "type %u code %u id %u", tuple_icmp_type(t),
			  tuple_icmp_code(t), tuple_icmp_id(t));
}

/* Of the words those that say more than the others do. */
static void add_status(const struct details *d, struct words *words)
{
	static const char *const plain[] = { "confirmed", "snat-done",
					     "dnat-done" };
	char text[CELL_TEXT_SIZE], shown[CELL_TEXT_SIZE] = "", *rest = text;
	const char *word;

	words_column(d->row, "status", text);
	while ((word = strsep(&rest, ","))) {
		size_t n = strlen(shown);
		bool is_plain = false;

		for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
			is_plain |= !strcmp(word, plain[i]);
		if (!is_plain)
			str_printf(shown + n, sizeof(shown) - n, "%s%s",
				   n ? " " : "", word);
	}
	if (!(d->row->info.has & HAS_STATUS))
		words_add(words, "status ?");
	else
		words_add(words, "%s", shown[0] ? shown : "unreplied");
}

static bool put_state(const struct details *d, struct words *words)
{
	bool has_states = d->row->proto->n_states;
	char proto[CELL_TEXT_SIZE], state[CELL_TEXT_SIZE];

	words_column(d->row, "proto", proto);
	words_column(d->row, "state", state);
	words_add(words, "%s%s%s", proto, has_states ? " " : "",
		  has_states ? state : "");
	add_icmp(d->row, words);
	add_status(d, words);
	return true;
}

/* "ESTABLISHED assured" */
static void put_short_state(const struct details *d, struct words *words)
{
	uint32_t status = d->row->info.status;
	const char *word = status & IPS_ASSURED      ? "assured"
			   : status & IPS_SEEN_REPLY ? "seen-reply"
						     : "unreplied";
	char text[CELL_TEXT_SIZE];

	words_column(d->row, d->row->proto->n_states ? "state" : "proto", text);
	words_add(words, "%s %s", text,
		  d->row->info.has & HAS_STATUS ? word : "status ?");
	add_icmp(d->row, words);
}

static bool put_open(const struct details *d, struct words *words)
{
	char age[CELL_TEXT_SIZE], left[CELL_TEXT_SIZE], when[CELL_TEXT_SIZE];

	words_column(d->row, "age", age);
	words_column(d->row, "timeout", left);
	words_add(words, "%s %s", d->row->is_closed ? "closed after" : "open",
		  age);
	if (d->row->info.has & HAS_START && d->row->info.start_ns &&
	    d->shape != SHAPE_NARROW) {
		words_time(d->row->info.start_ns, d->scene->frame->wall_ns,
			   when);
		words_add(words, "since %s", when);
	}
	if (!d->row->is_closed)
		words_add(words, "timeout %s", left);
	return true;
}

/* "none", "src", "?" */
static const char *nat_word(const struct details *d, char *text)
{
	words_column(d->row, "nat", text);
	return strcmp(text, "-") ? text : "none";
}

static void put_zone(const struct details *d, struct words *words)
{
	const struct flow_info *info = &d->row->info;

	if (info->has & (HAS_ZONE_ORIG | HAS_ZONE_REPLY))
		words_add(words, "zone %u, replies %u", info->key.zone,
			  info->has & HAS_ZONE_REPLY ? info->zone_reply : 0);
	else
		words_add(words, "zone %u", info->key.zone);
}

static bool put_track(const struct details *d, struct words *words)
{
	char text[CELL_TEXT_SIZE];

	if (d->shape == SHAPE_NARROW)
		put_short_state(d, words);
	else
		put_state(d, words);
	put_open(d, words);
	if (d->shape != SHAPE_NARROW)
		return true;
	words_add(words, "nat %s", nat_word(d, text));
	put_zone(d, words);
	return true;
}

/* What answers see, where that is not the same the other way round. */
static bool put_reply(const struct details *d, struct words *words)
{
	const struct tuple *orig = &d->row->info.key.tuple;
	const struct tuple *reply = &d->row->info.reply;
	const struct tuple back = {
		.src = orig->dst,
		.dst = orig->src,
		.sport = orig->dport,
		.dport = orig->sport,
	};
	char src[LINE_TEXT / 4], dst[LINE_TEXT / 4];
	bool is_same = d->row->proto->has_ports
			       ? tuple_equal(reply, &back)
			       : addr_equal(&reply->src, &back.src) &&
					 addr_equal(&reply->dst, &back.dst);

	if (!(d->row->info.has & HAS_REPLY) || is_same)
		return false;
	words_end(d->row, &reply->src, reply->sport, src, sizeof(src));
	words_end(d->row, &reply->dst, reply->dport, dst, sizeof(dst));
	words_add(words, "%s to %s", src, dst);
	words_add(words, "(translated)");
	return true;
}

static void put_column(const struct details *d, struct words *words,
		       const char *id)
{
	char text[CELL_TEXT_SIZE];

	words_column(d->row, id, text);
	words_add(words, "%s %s", id, text);
}

static bool put_marks(const struct details *d, struct words *words)
{
	const uint32_t offload = STATUS_OFFLOAD | STATUS_HW_OFFLOAD;
	const struct flow_info *info = &d->row->info;
	char text[CELL_TEXT_SIZE];

	if (d->shape != SHAPE_NARROW) {
		words_add(words, "%s", nat_word(d, text));
		put_zone(d, words);
	}
	put_column(d, words, "mark");
	put_column(d, words, "id");
	put_column(d, words, "labels");
	put_column(d, words, "helper");
	words_add(words, "offload %s",
		  !(info->has & HAS_STATUS) ? "?"
		  : info->status & offload  ? "yes"
					    : "no");
	return true;
}

/* ---------------------------------------------------------------- traffic */

static void add_traffic(const struct details *d, struct words *words, int side)
{
	bool is_rx = side == TRACE_RX;
	struct detail_traffic traffic = { .side = side, .has_packets = true };
	struct value value;

	words_column(d->row, is_rx ? "rx_bytes" : "tx_bytes", traffic.bytes);
	words_column(d->row, is_rx ? "rx_packets" : "tx_packets",
		     traffic.packets);
	column_get(column_find(is_rx ? "rx_rate" : "tx_rate"), d->row, &value);
	traffic.shown = value.type == VAL_RATE ? value.rate : -1;
	value_format(&value, 0, words->flags, traffic.rate);
	details_traffic(d, words, &traffic, d->shape == SHAPE_NARROW);
}

static bool put_side(const struct details *d, struct words *words)
{
	add_traffic(d, words, d->which);
	return true;
}

/* What an end sends goes towards the near side, or away from it. */
static int side_of(const struct details *d)
{
	return (d->row->tx == DIR_ORIG) == (d->which == END_SRC) ? TRACE_TX
								 : TRACE_RX;
}

static bool put_sent(const struct details *d, struct words *words)
{
	add_traffic(d, words, side_of(d));
	return true;
}

static bool put_bar(const struct details *d, struct words *words)
{
	if (!details_bar(d, words, side_of(d), BAR_CELLS))
		return false;
	words_add(words, "60 s");
	return true;
}

/* ---------------------------------------------------------------- the rest */

static bool put_events(const struct details *d, struct words *words)
{
	const struct view_frame *frame = d->scene->frame;
	const struct flow_info *info = &d->row->info;
	char when[CELL_TEXT_SIZE];

	if (info->has & FLOW_BORN_SEEN && info->born_ns <= frame->now_ns) {
		words_time(frame->wall_ns - (frame->now_ns - info->born_ns),
			   frame->wall_ns, when);
		words_add(words, "%s new", when);
	}
	for (int i = 0; d->trace && i < d->trace->n_events; i++) {
		const struct trace_event *event = &d->trace->event[i];
		const char *word = proto_state(info->key.proto, event->state);

		words_time(event->wall_ns, frame->wall_ns, when);
		words_add(words, "%s %s", when, word ? word : "?");
	}
	return words->text[0];
}

static bool put_delete(const struct details *d, struct words *words)
{
	char text[COMMAND_TEXT];

	if (!command_delete(d->row, text))
		return false;
	words_add(words, "%s", text);
	return true;
}

static bool put_kill(const struct details *d, struct words *words)
{
	char text[COMMAND_TEXT];

	if (!command_kill(d->row, text))
		return false;
	words_add(words, "%s", text);
	return true;
}

/* ---------------------------------------------------------------- forms */

// clang-format off
static const struct detail narrow[] = {
	{ "process", put_process, 0, 0, NULL },
	{ "", put_command, 3, 0, NULL },
	{ "unit", put_unit, 5, 0, NULL },
	{ "source", details_end, 0, END_SRC, NULL },
	{ "", details_known, 6, END_SRC, NULL },
	{ "dest", details_end, 0, END_DST, NULL },
	{ "", details_known, 2, END_DST, NULL },
	{ "track", put_track, 1, 0, NULL },
	{ "reply", put_reply, 4, 0, NULL },
	{ "marks", put_marks, 8, 0, NULL },
	{ "rx", put_side, 1, TRACE_RX, NULL },
	{ "tx", put_side, 1, TRACE_TX, NULL },
	{ "tcp", details_tcp, 2, 0, NULL },
	{ "history", put_events, 9, 0, NULL },
	{ "delete", put_delete, 7, 0, NULL },
	{ "kill", put_kill, 7, 0, NULL },
};

static const struct detail wide[] = {
	{ "source", details_end_alone, 0, END_SRC, "dest" },
	{ "name", details_name, 2, END_SRC, "name" },
	{ "where", details_place, 3, END_SRC, "where" },
	{ "sent", put_sent, 1, END_SRC, "sent" },
	{ "", put_bar, 2, END_SRC, "" },
	{ "process", put_process, 0, 0, NULL },
	{ "command", put_command, 4, 0, NULL },
	{ "track", put_track, 1, 0, NULL },
	{ "reply", put_reply, 3, 0, NULL },
	{ "nat", put_marks, 5, 0, NULL },
	{ "tcp", details_tcp, 2, 0, NULL },
	{ "history", put_events, 8, 0, NULL },
	{ "delete", put_delete, 6, 0, NULL },
	{ "kill", put_kill, 6, 0, NULL },
};

static const struct detail tall[] = {
	{ "process", put_process, 0, 0, NULL },
	{ "command", put_command, 3, 0, NULL },
	{ "", put_life, 5, 0, NULL },
	{ "unit", put_unit, 4, 0, NULL },
	{ NULL, NULL, 9, 0, NULL },
	{ "source", details_end_alone, 0, END_SRC, NULL },
	{ "name", details_name, 2, END_SRC, NULL },
	{ "where", details_place, 4, END_SRC, NULL },
	{ "sent", put_sent, 1, END_SRC, NULL },
	{ "", put_bar, 2, END_SRC, NULL },
	{ NULL, NULL, 9, 0, NULL },
	{ "dest", details_end_alone, 0, END_DST, NULL },
	{ "name", details_name, 2, END_DST, NULL },
	{ "where", details_place, 4, END_DST, NULL },
	{ "sent", put_sent, 1, END_DST, NULL },
	{ "", put_bar, 2, END_DST, NULL },
	{ NULL, NULL, 9, 0, NULL },
	{ "track", put_state, 1, 0, NULL },
	{ "", put_open, 2, 0, NULL },
	{ "reply", put_reply, 3, 0, NULL },
	{ "nat", put_marks, 5, 0, NULL },
	{ NULL, NULL, 9, 0, NULL },
	{ "tcp", details_tcp, 2, 0, NULL },
	{ "", details_tcp_more, 3, 0, NULL },
	{ NULL, NULL, 9, 0, NULL },
	{ "history", put_events, 8, 0, NULL },
	{ "delete", put_delete, 6, 0, NULL },
	{ "kill", put_kill, 6, 0, NULL },
};
// clang-format on

#define FORM(array)                                                            \
	{                                                                      \
		(array), sizeof(array) / sizeof((array)[0])                    \
	}

const struct detail_form flow_details[SHAPES] = {
	[SHAPE_NARROW] = FORM(narrow),
	[SHAPE_WIDE] = FORM(wide),
	[SHAPE_TALL] = FORM(tall),
};

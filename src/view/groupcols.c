// SPDX-License-Identifier: GPL-2.0-only
/* The table of the columns of groups: getters first, the rows at the end. */
#include "view/groupcols.h"

#include "lib/str.h"

#include <inttypes.h>
#include <string.h>

static void set_u(struct value *value, enum value_type type, uint64_t u)
{
	value->type = type;
	value->u = u;
}

/* NULL and "" are unknown. */
static void set_text(struct value *value, const char *text)
{
	if (!text || !*text)
		return;
	value->type = VAL_TEXT;
	value->text = text;
}

/* No process of this machine: that is known. */
static void set_none(struct value *value, const struct group *group)
{
	if (group->ref.kind == GROUP_INSIDE || group->ref.kind == GROUP_KERNEL)
		value->text = "-";
}

static void get_process(const struct group *group, struct value *value)
{
	char text[ADDR_TEXT_SIZE];

	switch ((enum group_kind)group->ref.kind) {
	case GROUP_INSIDE:
		addr_format(&group->ref.addr, group->ref.family, text);
		str_printf(value->store, sizeof(value->store), "@%s", text);
		set_text(value, value->store);
		break;
	case GROUP_KERNEL:
		set_text(value, "[kernel]");
		break;
	case GROUP_OTHERS:
		set_text(value, "(others)");
		break;
	case GROUP_PROCESS:
	case GROUP_NOBODY:
		set_text(value, group->proc ? group->proc->comm : NULL);
		break;
	}
}

static void get_pid(const struct group *group, struct value *value)
{
	if (group->ref.pid)
		set_u(value, VAL_NUMBER, group->ref.pid);
	else
		set_none(value, group);
}

static void get_user(const struct group *group, struct value *value)
{
	const struct proc_fact *proc = group->proc;

	if (group->user) {
		set_text(value, group->user);
	} else if (proc && proc->has_uid) {
		str_printf(value->store, sizeof(value->store), "%" PRIu32,
			   proc->uid);
		set_text(value, value->store);
	} else {
		set_none(value, group);
	}
}

/* Of what can be counted here, none is a number as well. */
static void set_count(struct value *value, uint64_t u)
{
	set_u(value, u < 100000 ? VAL_NUMBER : VAL_COUNT, u);
}

static void get_flows(const struct group *group, struct value *value)
{
	set_count(value, group->n_flows);
}

static void get_new(const struct group *group, struct value *value)
{
	set_count(value, group->n_new);
}

static void get_hosts(const struct group *group, struct value *value)
{
	set_count(value, group_is_closed(group) ? group->n_past_hosts
						: group->n_hosts);
}

static void set_rate(const struct group *group, struct value *value,
		     double rate)
{
	if (group->n_flows && group->n_unrated == group->n_flows)
		return;
	value->type = VAL_RATE;
	value->rate = rate;
}

static void get_rx_rate(const struct group *group, struct value *value)
{
	set_rate(group, value, group->rx_rate);
}

static void get_tx_rate(const struct group *group, struct value *value)
{
	set_rate(group, value, group->tx_rate);
}

static void get_rate(const struct group *group, struct value *value)
{
	set_rate(group, value, group->rx_rate + group->tx_rate);
}

/* Whoever is counted has moved something. */
static void set_bytes(const struct group *group, struct value *value,
		      uint64_t bytes)
{
	if (group->rx || group->tx || group->n_uncounted < group->n_flows)
		set_u(value, VAL_BYTES, bytes);
}

static void get_rx_bytes(const struct group *group, struct value *value)
{
	set_bytes(group, value, group->rx);
}

static void get_tx_bytes(const struct group *group, struct value *value)
{
	set_bytes(group, value, group->tx);
}

static void get_bytes(const struct group *group, struct value *value)
{
	set_bytes(group, value, group->rx + group->tx);
}

static void get_peer(const struct group *group, struct value *value)
{
	value->text = "-";
	if (!addr_size(group->peer_family))
		return;
	value->type = VAL_ADDR;
	value->family = group->peer_family;
	value->addr = group->peer;
}

/* Of a process that was looked at, "" is known to be none. */
static void set_known(const struct group *group, struct value *value,
		      const char *text)
{
	set_text(value, text);
	if (value->type == VAL_NONE && group->proc && group->proc->starttime)
		value->text = "-";
	else
		set_none(value, group);
}

static void get_unit(const struct group *group, struct value *value)
{
	const struct proc_fact *proc = group->proc;
	const char *text = NULL;

	if (proc)
		text = proc->container[0] ? proc->container : proc->unit;
	set_known(group, value, text);
}

static void get_command(const struct group *group, struct value *value)
{
	if (group->ref.kind == GROUP_INSIDE)
		set_text(value, "(forwarded)");
	else
		set_known(group, value,
			  group->proc ? group->proc->command : NULL);
}

// clang-format off
const struct column group_column_table[] = {
	{ .id = "process", .title = "PROCESS", .type = VAL_TEXT,
	  .flags = COL_SCREEN, .keep = KEEP_OWNER, .get_group = get_process,
	  .min_cells = 10, .ideal_cells = 16,
	  .help = "program; of forwarded flows the inner end" },
	{ .id = "pid", .title = "PID", .type = VAL_NUMBER,
	  .flags = COL_SCREEN | COL_RIGHT, .get_group = get_pid,
	  .min_cells = 7, .ideal_cells = 7, .help = "its process number" },
	{ .id = "user", .title = "USER", .type = VAL_TEXT,
	  .flags = COL_SCREEN, .get_group = get_user,
	  .min_cells = 8, .ideal_cells = 8, .help = "its user" },
	{ .id = "flows", .title = "FLOWS", .type = VAL_COUNT,
	  .flags = COL_SCREEN | COL_RIGHT, .is_descending = true,
	  .get_group = get_flows, .min_cells = 5, .ideal_cells = 5,
	  .help = "flows there are" },
	{ .id = "new", .title = "NEW", .type = VAL_COUNT,
	  .flags = COL_SCREEN | COL_RIGHT, .is_descending = true,
	  .get_group = get_new, .min_cells = 4, .ideal_cells = 4,
	  .help = "of these, begun in the last 5 seconds" },
	{ .id = "hosts", .title = "HOSTS", .type = VAL_COUNT,
	  .flags = COL_SCREEN | COL_RIGHT, .is_descending = true,
	  .get_group = get_hosts, .min_cells = 5, .ideal_cells = 5,
	  .help = "different far ends" },
	{ .id = "rx_rate", .title = "RX/s", .title_bits = "RXb/s",
	  .type = VAL_RATE, .flags = COL_SCREEN | COL_RIGHT,
	  .is_descending = true, .get_group = get_rx_rate,
	  .min_cells = 5, .ideal_cells = 5,
	  .help = "received per second, smoothed" },
	{ .id = "tx_rate", .title = "TX/s", .title_bits = "TXb/s",
	  .type = VAL_RATE, .flags = COL_SCREEN | COL_RIGHT,
	  .is_descending = true, .get_group = get_tx_rate,
	  .min_cells = 5, .ideal_cells = 5,
	  .help = "sent per second, smoothed" },
	{ .id = "rx_bytes", .title = "RX", .type = VAL_BYTES,
	  .flags = COL_SCREEN | COL_RIGHT, .is_descending = true,
	  .get_group = get_rx_bytes, .min_cells = 5, .ideal_cells = 5,
	  .help = "received so far, also by flows that are over" },
	{ .id = "tx_bytes", .title = "TX", .type = VAL_BYTES,
	  .flags = COL_SCREEN | COL_RIGHT, .is_descending = true,
	  .get_group = get_tx_bytes, .min_cells = 5, .ideal_cells = 5,
	  .help = "sent so far, also by flows that are over" },
	{ .id = "peer", .title = "BUSIEST PEER", .type = VAL_ADDR,
	  .flags = COL_SCREEN, .keep = KEEP_ADDR, .get_group = get_peer,
	  .min_cells = 15, .ideal_cells = 46,
	  .help = "far end with the highest rate" },
	{ .id = "unit", .title = "UNIT/CONTAINER", .type = VAL_TEXT,
	  .flags = COL_SCREEN, .keep = KEEP_ENDS, .get_group = get_unit,
	  .min_cells = 14, .ideal_cells = 22,
	  .help = "its container, or its service unit" },
	{ .id = "command", .title = "COMMAND", .type = VAL_TEXT,
	  .flags = COL_SCREEN, .get_group = get_command,
	  .min_cells = 20, .ideal_cells = 60, .help = "its command line" },
	{ .id = "rate", .title = "RATE", .title_bits = "RATEb",
	  .type = VAL_RATE, .flags = COL_SCREEN | COL_RIGHT,
	  .is_descending = true, .get_group = get_rate,
	  .min_cells = 5, .ideal_cells = 5,
	  .help = "both directions per second, smoothed" },
	{ .id = "bytes", .title = "BYTES", .type = VAL_BYTES,
	  .flags = COL_SCREEN | COL_RIGHT, .is_descending = true,
	  .get_group = get_bytes, .min_cells = 5, .ideal_cells = 5,
	  .help = "both directions so far" },
};
// clang-format on

const size_t n_group_columns =
	sizeof(group_column_table) / sizeof(group_column_table[0]);

const struct column *group_column_find(const char *id)
{
	for (size_t i = 0; i < n_group_columns; i++) {
		if (!strcmp(group_column_table[i].id, id))
			return &group_column_table[i];
	}
	return NULL;
}

static void text_of(const struct group *group, const char *id, char *text)
{
	struct value value;

	column_get_group(group_column_find(id), group, &value);
	value_format(&value, 0, 0, text);
}

void group_name(const struct group *group, char *name)
{
	text_of(group, "process", name);
}

void group_expression(const struct group *group, char *text)
{
	char name[CELL_TEXT_SIZE];
	bool has_user = !group->ref.pid && group->ref.has_uid;

	text_of(group, has_user ? "user" : "process", name);
	if (group->ref.pid)
		str_printf(text, CELL_TEXT_SIZE, "pid %" PRIu32,
			   group->ref.pid);
	else
		str_printf(text, CELL_TEXT_SIZE, "%s %s",
			   has_user ? "user" : "process", name);
}

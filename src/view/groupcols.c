// SPDX-License-Identifier: GPL-2.0-only
/* The table of the columns of groups. */
#include "view/groupcols.h"

#include "lib/str.h"
#include "view/groupgetters.h"

#include <inttypes.h>
#include <string.h>

// clang-format off
const struct column group_column_table[] = {
	{ .id = "process", .title = "PROCESS", .type = VAL_TEXT,
	  .flags = COL_SCREEN, .keep = KEEP_OWNER, .get_group = group_get_process,
	  .min_cells = 10, .ideal_cells = 16,
	  .help = "program, @host if forwarded" },
	{ .id = "pid", .title = "PID", .type = VAL_NUMBER,
	  .flags = COL_SCREEN | COL_RIGHT, .get_group = group_get_pid,
	  .min_cells = 7, .ideal_cells = 7, .help = "process id" },
	{ .id = "user", .title = "USER", .type = VAL_TEXT,
	  .flags = COL_SCREEN, .get_group = group_get_user,
	  .min_cells = 8, .ideal_cells = 8, .help = "user of the process" },
	{ .id = "flows", .title = "FLOWS", .type = VAL_COUNT,
	  .flags = COL_SCREEN | COL_RIGHT, .is_descending = true,
	  .get_group = group_get_flows, .min_cells = 5, .ideal_cells = 5,
	  .help = "flows" },
	{ .id = "new", .title = "NEW", .type = VAL_COUNT,
	  .flags = COL_SCREEN | COL_RIGHT, .is_descending = true,
	  .get_group = group_get_new, .min_cells = 4, .ideal_cells = 4,
	  .help = "new flows, of 5 seconds" },
	{ .id = "hosts", .title = "HOSTS", .type = VAL_COUNT,
	  .flags = COL_SCREEN | COL_RIGHT, .is_descending = true,
	  .get_group = group_get_hosts, .seconds = 1 << SECOND_HOST,
	  .min_cells = 5, .ideal_cells = 5,
	  .help = "different far ends" },
	{ .id = "rx_rate", .title = "RX/s", .title_bits = "RXb/s",
	  .type = VAL_RATE, .flags = COL_SCREEN | COL_RIGHT,
	  .is_descending = true, .get_group = group_get_rx_rate,
	  .min_cells = 5, .ideal_cells = 5,
	  .help = "received per second" },
	{ .id = "tx_rate", .title = "TX/s", .title_bits = "TXb/s",
	  .type = VAL_RATE, .flags = COL_SCREEN | COL_RIGHT,
	  .is_descending = true, .get_group = group_get_tx_rate,
	  .min_cells = 5, .ideal_cells = 5,
	  .help = "sent per second" },
	{ .id = "rx_bytes", .title = "RX", .type = VAL_BYTES,
	  .flags = COL_SCREEN | COL_RIGHT, .is_descending = true,
	  .get_group = group_get_rx_bytes, .min_cells = 5, .ideal_cells = 5,
	  .help = "bytes received, also before" },
	{ .id = "tx_bytes", .title = "TX", .type = VAL_BYTES,
	  .flags = COL_SCREEN | COL_RIGHT, .is_descending = true,
	  .get_group = group_get_tx_bytes, .min_cells = 5, .ideal_cells = 5,
	  .help = "bytes sent, also before" },
	{ .id = "peer", .title = "BUSIEST PEER", .type = VAL_ADDR,
	  .flags = COL_SCREEN, .keep = KEEP_HOST, .get_group = group_get_peer,
	  .seconds = 1 << SECOND_HOST, .min_cells = 15, .ideal_cells = 46,
	  .help = "far end with the highest rate" },
	{ .id = "unit", .title = "UNIT/CONTAINER", .type = VAL_TEXT,
	  .flags = COL_SCREEN, .keep = KEEP_ENDS, .get_group = group_get_unit,
	  .min_cells = 14, .ideal_cells = 22,
	  .help = "container or service unit" },
	{ .id = "command", .title = "COMMAND", .type = VAL_TEXT,
	  .flags = COL_SCREEN, .get_group = group_get_command,
	  .min_cells = 20, .ideal_cells = 60, .help = "command line" },
	{ .id = "host", .title = "HOST", .type = VAL_ADDR,
	  .flags = COL_SCREEN, .keep = KEEP_HOST, .get_group = group_get_host,
	  .min_cells = 20, .ideal_cells = 46,
	  .help = "far end: name or address" },
	{ .id = "addr", .title = "ADDRESS", .type = VAL_ADDR,
	  .flags = COL_SCREEN, .keep = KEEP_ADDR, .get_group = group_get_addr,
	  .min_cells = 15, .ideal_cells = 39, .help = "address" },
	{ .id = "cc", .title = "CC", .type = VAL_TEXT, .flags = COL_SCREEN,
	  .get_group = group_get_cc, .min_cells = 2, .ideal_cells = 2,
	  .help = "country code" },
	{ .id = "country", .title = "COUNTRY", .type = VAL_TEXT,
	  .flags = COL_SCREEN, .get_group = group_get_country,
	  .min_cells = 14, .ideal_cells = 22, .help = "country" },
	{ .id = "city", .title = "CITY", .type = VAL_TEXT,
	  .flags = COL_SCREEN, .get_group = group_get_city,
	  .min_cells = 10, .ideal_cells = 12, .help = "city" },
	{ .id = "network", .title = "NETWORK", .type = VAL_TEXT,
	  .flags = COL_SCREEN, .get_group = group_get_network,
	  .min_cells = 14, .ideal_cells = 26,
	  .help = "autonomous system" },
	{ .id = "networks", .title = "NETS", .type = VAL_COUNT,
	  .flags = COL_SCREEN | COL_RIGHT, .is_descending = true,
	  .get_group = group_get_networks, .seconds = 1 << SECOND_NETWORK,
	  .min_cells = 4, .ideal_cells = 4, .help = "different networks" },
	{ .id = "owners", .title = "PROCS", .type = VAL_COUNT,
	  .flags = COL_SCREEN | COL_RIGHT, .is_descending = true,
	  .get_group = group_get_owners, .seconds = 1 << SECOND_OWNER,
	  .min_cells = 5, .ideal_cells = 5,
	  .help = "different processes" },
	{ .id = "owner", .title = "BUSIEST PROCESS", .type = VAL_TEXT,
	  .flags = COL_SCREEN, .keep = KEEP_OWNER, .get_group = group_get_owner,
	  .seconds = 1 << SECOND_OWNER, .min_cells = 12, .ideal_cells = 16,
	  .help = "process with the highest rate" },
	{ .id = "ports", .title = "PORTS", .type = VAL_COUNT,
	  .flags = COL_SCREEN | COL_RIGHT, .is_descending = true,
	  .get_group = group_get_ports, .seconds = 1 << SECOND_PORT,
	  .min_cells = 5, .ideal_cells = 5,
	  .help = "different ports" },
	{ .id = "seen", .title = "SEEN", .type = VAL_AGE,
	  .flags = COL_SCREEN | COL_RIGHT, .is_descending = true,
	  .get_group = group_get_seen, .min_cells = 4, .ideal_cells = 4,
	  .help = "age of the oldest flow" },
	{ .id = "share_rx", .title = "%RX", .type = VAL_SHARE,
	  .flags = COL_SCREEN | COL_RIGHT, .is_descending = true,
	  .get_group = group_get_share_rx, .min_cells = 4, .ideal_cells = 4,
	  .help = "share of all that is received" },
	{ .id = "share", .title = "SHARE OF RX+TX RATE", .type = VAL_BAR,
	  .flags = COL_SCREEN, .is_descending = true,
	  .get_group = group_get_share, .min_cells = 18, .ideal_cells = 40,
	  .help = "share of both directions" },
	{ .id = "service", .title = "SERVICE", .type = VAL_TEXT,
	  .flags = COL_SCREEN, .get_group = group_get_service,
	  .min_cells = 8, .ideal_cells = 14,
	  .help = "name of the port, or number" },
	{ .id = "port", .title = "PORT", .type = VAL_PORT,
	  .flags = COL_SCREEN | COL_RIGHT, .get_group = group_get_port,
	  .min_cells = 5, .ideal_cells = 5,
	  .help = "port that was asked for" },
	{ .id = "proto", .title = "PROT", .type = VAL_TEXT,
	  .flags = COL_SCREEN, .keep = KEEP_PROTO,
	  .get_group = group_get_proto, .min_cells = 4, .ideal_cells = 6,
	  .help = "protocol" },
	{ .id = "in_out", .title = "IN/OUT", .type = VAL_TEXT,
	  .flags = COL_SCREEN, .get_group = group_get_in_out,
	  .min_cells = 6, .ideal_cells = 11,
	  .help = "flows to us, flows of ours" },
	{ .id = "estab", .title = "ESTAB", .type = VAL_COUNT,
	  .flags = COL_SCREEN | COL_RIGHT, .is_descending = true,
	  .get_group = group_get_estab, .min_cells = 5, .ideal_cells = 5,
	  .help = "established connections" },
	{ .id = "half", .title = "HALF", .type = VAL_COUNT,
	  .flags = COL_SCREEN | COL_RIGHT, .is_descending = true,
	  .get_group = group_get_half, .min_cells = 4, .ideal_cells = 4,
	  .help = "flows without an answer" },
	{ .id = "rate", .title = "RATE", .title_bits = "RATEb",
	  .type = VAL_RATE, .flags = COL_SCREEN | COL_RIGHT,
	  .is_descending = true, .get_group = group_get_rate,
	  .min_cells = 5, .ideal_cells = 5,
	  .help = "both directions per second" },
	{ .id = "bytes", .title = "BYTES", .type = VAL_BYTES,
	  .flags = COL_SCREEN | COL_RIGHT, .is_descending = true,
	  .get_group = group_get_bytes, .min_cells = 5, .ideal_cells = 5,
	  .help = "bytes of both directions" },
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

/* What tells a group from the others of its view, in words. */
static const char *const name_columns[] = {
	[GROUP_NOBODY] = "process",  [GROUP_OTHERS] = "process",
	[GROUP_PROCESS] = "process", [GROUP_KERNEL] = "process",
	[GROUP_INSIDE] = "process",  [GROUP_HOST] = "host",
	[GROUP_COUNTRY] = "country", [GROUP_LOCAL] = "country",
	[GROUP_NETWORK] = "network", [GROUP_SCOPE] = "network",
	[GROUP_PORT] = "service",    [GROUP_REST] = "host",
};

void group_name(const struct group *group, char *name)
{
	text_of(group, name_columns[group->ref.kind], name);
}

static void port_text(const struct group *group, char *text)
{
	char proto[CELL_TEXT_SIZE], port[CELL_TEXT_SIZE];

	text_of(group, "proto", proto);
	text_of(group, "port", port);
	if (strcmp(port, "-"))
		str_printf(text, CELL_TEXT_SIZE, "%s/%s", proto, port);
	else
		str_copy(text, CELL_TEXT_SIZE, proto);
}

void group_expression(const struct group *group, char *text)
{
	const struct group_ref *ref = &group->ref;
	const char *word = name_columns[ref->kind];
	bool has_user = !ref->pid && ref->has_uid;
	char name[CELL_TEXT_SIZE];

	if (ref->pid) {
		str_printf(text, CELL_TEXT_SIZE, "pid %" PRIu32, ref->pid);
		return;
	}
	if (has_user)
		word = "user";
	if (ref->kind == GROUP_PORT) {
		port_text(group, name);
		word = "port";
	} else {
		text_of(group, ref->kind == GROUP_HOST ? "addr" : word, name);
	}
	if (ref->kind == GROUP_COUNTRY && group->place.cc[0] &&
	    ref->number != PLACE_NONE && ref->number != PLACE_OTHERS)
		str_copy(name, sizeof(name), group->place.cc);
	str_printf(text, CELL_TEXT_SIZE, "%s %s", word, name);
}

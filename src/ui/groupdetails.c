// SPDX-License-Identifier: GPL-2.0-only
/* Lines of the pane about a group. */
#include "lib/str.h"
#include "ui/details.h"
#include "ui/panels.h"
#include "ui/trace.h"
#include "view/cell.h"
#include "view/groupcols.h"

#include <inttypes.h>
#include <string.h>

/* "firefox[4242]  alice", "https tcp/443", a name */
static bool put_name(const struct details *d, struct words *words)
{
	const struct group *group = d->group;
	char name[LINE_TEXT / 2], user[CELL_TEXT_SIZE], pid[16] = "";

	if (group->ref.kind == GROUP_PORT)
		words_port(group, name);
	else if (group->ref.kind == GROUP_HOST)
		words_group(group, "host", name);
	else
		group_name(group, name);
	if (group->ref.pid)
		str_printf(pid, sizeof(pid), "[%" PRIu32 "]", group->ref.pid);
	words_add(words, "%s%s", name, pid);
	words_group(group, "user", user);
	if (group->proc && group->proc->has_uid)
		words_add(words, "%s", user);
	if (group->proc && group->has_ended)
		words_add(words, "ended");
	else if (group->proc)
		details_life(d, words, group->proc);
	return true;
}

static bool put_command(const struct details *d, struct words *words)
{
	if (!d->group->proc || !d->group->proc->command[0])
		return false;
	words_add(words, "%s", d->group->proc->command);
	return true;
}

static bool put_unit(const struct details *d, struct words *words)
{
	if (!d->group->proc || !d->group->proc->pid)
		return false;
	details_unit(words, d->group->proc, NULL, false);
	return true;
}

/* Of a host, and of the inner end of flows that pass through. */
static bool put_address(const struct details *d, struct words *words)
{
	const struct group_ref *ref = &d->group->ref;
	char text[ADDR_TEXT_SIZE];

	if (ref->kind != GROUP_HOST && ref->kind != GROUP_INSIDE)
		return false;
	addr_format(&ref->addr, ref->family, text);
	words_add(words, "%s", text);
	return true;
}

static void put_column(const struct details *d, struct words *words,
		       const char *id)
{
	char text[CELL_TEXT_SIZE];
	struct value value;

	column_get_group(group_column_find(id), d->group, &value);
	value_format(&value, 0, words->flags, text);
	if (words_is_said(text))
		words_add(words, "%s", text);
}

static bool put_where(const struct details *d, struct words *words)
{
	if (d->group->ref.kind != GROUP_HOST)
		return false;
	put_column(d, words, "cc");
	put_column(d, words, "city");
	put_column(d, words, "network");
	return words->text[0];
}

static bool put_flows(const struct details *d, struct words *words)
{
	char counts[LINE_TEXT / 2];

	words_counts(d->group, counts);
	words_add(words, "%s", counts);
	return true;
}

static void put_number(struct words *words, uint32_t n, const char *what)
{
	if (n)
		words_add(words, "%" PRIu32 " %s", n, what);
}

static bool put_states(const struct details *d, struct words *words)
{
	const struct group *group = d->group;

	if (group->n_stateful)
		words_add(words, "%" PRIu32 " of %" PRIu32 " established",
			  group->n_estab, group->n_stateful);
	put_number(words, group->n_half, "without an answer");
	put_number(words, group->n_in, "in");
	put_number(words, group->n_out, "out");
	put_number(words, group->n_new, "new");
	put_number(words, group->n_ghosts, "closed just now");
	put_number(words, group->n_uncounted, "without counters");
	return words->text[0];
}

static bool put_busiest(const struct details *d, struct words *words)
{
	const struct group *group = d->group;
	bool is_owner = group->ref.kind <= GROUP_INSIDE;
	bool is_host = group->ref.kind == GROUP_HOST;
	char owner[CELL_TEXT_SIZE], host[CELL_TEXT_SIZE];

	words_group(group, "owner", owner);
	words_group(group, "peer", host);
	if (!is_owner && strcmp(owner, "?"))
		words_add(words, "%s", owner);
	if (!is_host && group->peer_family)
		words_add(words, "to %s", host);
	return words->text[0];
}

static bool put_side(const struct details *d, struct words *words)
{
	bool is_rx = d->which == TRACE_RX;
	struct detail_traffic traffic = { .side = d->which };
	struct value value;

	words_group(d->group, is_rx ? "rx_bytes" : "tx_bytes", traffic.bytes);
	column_get_group(group_column_find(is_rx ? "rx_rate" : "tx_rate"),
			 d->group, &value);
	traffic.shown = value.type == VAL_RATE ? value.rate : -1;
	value_format(&value, 0, words->flags, traffic.rate);
	details_traffic(d, words, &traffic, true);
	return true;
}

static bool put_seen(const struct details *d, struct words *words)
{
	const struct view_frame *frame = d->scene->frame;
	char text[CELL_TEXT_SIZE];

	words_group(d->group, "seen", text);
	if (d->group->age_ns)
		words_add(words, "oldest flow %s ago", text);
	if (d->group->n_past && d->scene->since_ns) {
		words_time(d->scene->since_ns, frame->wall_ns, text);
		words_add(words, "%" PRIu64 " flows are over since %s",
			  d->group->n_past, text);
	}
	return words->text[0];
}

// clang-format off
static const struct detail details[] = {
	{ "name", put_name, 0, 0, NULL },
	{ "command", put_command, 3, 0, NULL },
	{ "unit", put_unit, 4, 0, NULL },
	{ "address", put_address, 1, 0, NULL },
	{ "where", put_where, 2, 0, NULL },
	{ NULL, NULL, 9, 0, NULL },
	{ "flows", put_flows, 0, 0, NULL },
	{ "", put_states, 2, 0, NULL },
	{ "busiest", put_busiest, 3, 0, NULL },
	{ NULL, NULL, 9, 0, NULL },
	{ "rx", put_side, 1, TRACE_RX, NULL },
	{ "tx", put_side, 1, TRACE_TX, NULL },
	{ "seen", put_seen, 3, 0, NULL },
};
// clang-format on

const struct detail_form group_details = {
	details,
	sizeof(details) / sizeof(details[0]),
};

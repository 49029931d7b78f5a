// SPDX-License-Identifier: GPL-2.0-only
/* The row that peeks into a flow, or a group. */
#include "ui/peek.h"

#include "fact/owner.h"
#include "lib/clock.h"
#include "lib/str.h"
#include "ui/draw.h"
#include "ui/flows.h"
#include "ui/panels.h"
#include "view/cell.h"
#include "view/groupcols.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Of a command line beside everything else. */
#define COMMAND_CELLS 40
#define COMMAND_MIN 20 /* less says nothing */
#define NAME_MIN 8     /* of a host's name */
#define GAP 2          /* cells between two parts */

struct peek {
	char text[LINE_TEXT];
	int width;
	unsigned int flags; /* of cells */
};

/* Whole parts, as long as they fit; the first one in any case. */
__attribute__((format(printf, 2, 3))) static void add(struct peek *peek,
						      const char *format, ...)
{
	char part[LINE_TEXT / 2];
	size_t n = strlen(peek->text);
	va_list ap;

	va_start(ap, format);
	vsnprintf(part, sizeof(part), format, ap);
	va_end(ap);
	if (n && text_cells(peek->text) + 2 + text_cells(part) > peek->width)
		return;
	str_printf(peek->text + n, sizeof(peek->text) - n, "%s%s",
		   n ? "  " : "", part);
}

/* As much of it as fits, but no more than half of a wide row. */
static void add_command(struct peek *peek, const char *command)
{
	int room = peek->width - text_cells(peek->text) - 2;
	int most = peek->width / 2;
	char cut[CELL_OUT_SIZE(MAX_CELL_CELLS)];

	if (most < COMMAND_CELLS)
		most = COMMAND_CELLS;
	if (room > most)
		room = most;
	if (room > MAX_CELL_CELLS)
		room = MAX_CELL_CELLS;
	if (!command[0] || (room < COMMAND_MIN && text_cells(command) > room))
		return;
	text_fit(command, room, KEEP_START, false, peek->flags | CELL_NO_PAD,
		 cut);
	add(peek, "%s", cut);
}

static void end_text(const struct row *row, const struct addr *addr,
		     uint16_t port, char *text, size_t size)
{
	char number[ADDR_TEXT_SIZE];
	bool is_ipv6 = row->info.key.family == FAMILY_IPV6;

	addr_format(addr, row->info.key.family, number);
	if (!row->proto->has_ports)
		str_copy(text, size, number);
	else
		str_printf(text, size, "%s%s%s:%u", is_ipv6 ? "[" : "", number,
			   is_ipv6 ? "]" : "", port);
}

static void column_text(const struct row *row, const char *id, char *text)
{
	struct value value;

	column_get(column_find(id), row, &value);
	value_format(&value, 0, 0, text);
}

/* "label value", unless there is nothing to say. */
static void add_column(struct peek *peek, const struct row *row,
		       const char *label, const char *id)
{
	char text[CELL_TEXT_SIZE];

	column_text(row, id, text);
	if (strcmp(text, "-") && strcmp(text, "?") && strcmp(text, "0") &&
	    strcmp(text, "0x0"))
		add(peek, "%s%s%s", label, *label ? " " : "", text);
}

/* Whose it is stands first, as far as it is known. */
static void peek_user(struct peek *peek, const struct row *row)
{
	char text[CELL_TEXT_SIZE];

	if (!row->proc || (!row->proc->pid && !row->proc->has_uid))
		return;
	column_text(row, "pid_user", text);
	add(peek, "%s", text);
}

/* What else is known of who has it; why, unless it is plain. */
static void peek_owner(struct peek *peek, const struct row *row)
{
	if (row->proc)
		add_command(peek, row->proc->command);
	add_column(peek, row, "unit", "unit");
	add_column(peek, row, "in", "container");
	if (row->proc && row->proc->netns[0])
		add_column(peek, row, "netns", "netns");
	if (row->info.owner != OWNER_LOCAL && row->info.owner != OWNER_UNKNOWN)
		add_column(peek, row, "owner", "owner");
}

/* The name as far as it leaves room for @address: that is never missed. */
static void add_name(struct peek *peek, const struct name_fact *name,
		     const char *address)
{
	int room = peek->width - text_cells(peek->text) - text_cells(address) -
		   2 * GAP;
	char cut[CELL_OUT_SIZE(MAX_CELL_CELLS)];

	if (!name || room < NAME_MIN)
		return;
	text_fit(name->text, room < MAX_CELL_CELLS ? room : MAX_CELL_CELLS,
		 KEEP_END, false, peek->flags | CELL_NO_PAD, cut);
	add(peek, "%s", cut);
}

/* "DE Frankfurt AS64502 EXAMPLE-CLOUD", what there is of it */
static void add_place(struct peek *peek, const struct row *row)
{
	static const char *const ids[] = { "cc", "city", "network" };
	char place[LINE_TEXT / 2] = "", text[CELL_TEXT_SIZE];

	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		size_t n = strlen(place);
		struct value value;

		column_get(column_find(ids[i]), row, &value);
		value_format(&value, 0, peek->flags, text);
		if (strcmp(text, "-") && strcmp(text, "?"))
			str_printf(place + n, sizeof(place) - n, "%s%s",
				   n ? " " : "", text);
	}
	if (place[0])
		add(peek, "%s", place);
}

static void peek_ends(struct peek *peek, const struct row *row)
{
	char text[LINE_TEXT / 4];

	end_text(row, &row->far_addr, row->far_port, text, sizeof(text));
	add_name(peek, row->name[row->far], text);
	add(peek, "%s", text);
	end_text(row, &row->near_addr, row->near_port, text, sizeof(text));
	add(peek, "from %s", text);
	add_place(peek, row);
}

static void peek_row(struct peek *peek, const struct row *row)
{
	char text[LINE_TEXT / 4], state[CELL_TEXT_SIZE];

	peek_user(peek, row);
	peek_ends(peek, row);
	column_text(row, "proto", text);
	column_text(row, "state", state);
	add(peek, "%s%s%s", text, strcmp(state, "-") ? " " : "",
	    strcmp(state, "-") ? state : "");
	if (row->is_closed)
		add(peek, "closed");
	else
		add_column(peek, row, "timeout", "timeout");
	peek_owner(peek, row);
	if (row->proto->is_icmp)
		add(peek, "type %u code %u",
		    tuple_icmp_type(&row->info.key.tuple),
		    tuple_icmp_code(&row->info.key.tuple));
	add_column(peek, row, "nat", "nat");
	add_column(peek, row, "on", "iface");
	add_column(peek, row, "mark", "mark");
	add_column(peek, row, "zone", "zone");
	add_column(peek, row, "age", "age");
	add_column(peek, row, "RX", "rx_bytes");
	add_column(peek, row, "TX", "tx_bytes");
	add_column(peek, row, "", "status");
	add_column(peek, row, "labels", "labels");
	add_column(peek, row, "helper", "helper");
	add_column(peek, row, "id", "id");
}

/* ---------------------------------------------------------------- groups */

static void group_text(const struct group *group, const char *id, char *text)
{
	struct value value;

	column_get_group(group_column_find(id), group, &value);
	value_format(&value, 0, 0, text);
}

/* "10:02:11", with the date when it was another day. */
static void time_text(uint64_t ns, uint64_t now_ns, char *text)
{
	char now[CELL_TEXT_SIZE];
	struct value value = { .type = VAL_TIME, .u = now_ns };

	value_format(&value, 0, 0, now);
	value.u = ns;
	value_format(&value, 0, 0, text);
	if (!strncmp(text, now, strlen("2026-01-01 ")))
		memmove(text, text + strlen("2026-01-01 "),
			strlen(text + strlen("2026-01-01 ")) + 1);
}

/* Ticks since the boot of this machine, whose recordings do not know it. */
static void peek_started(struct peek *peek, const struct scene *scene,
			 const struct proc_fact *proc)
{
	uint64_t boot_ns = clock_wall_ns() - clock_boot_ns();
	uint64_t tick_ns = NS_PER_S / (uint64_t)sysconf(_SC_CLK_TCK);
	char text[CELL_TEXT_SIZE];

	if (scene->is_recording || !proc->starttime)
		return;
	time_text(boot_ns + proc->starttime * tick_ns, scene->frame->wall_ns,
		  text);
	add(peek, "started %s", text);
}

static void peek_proc(struct peek *peek, const struct scene *scene,
		      const struct group *group)
{
	const struct proc_fact *proc = group->proc;

	add_command(peek, proc->command);
	if (proc->unit[0])
		add(peek, "unit %s", proc->unit);
	if (proc->container[0])
		add(peek, "in %s", proc->container);
	if (proc->netns[0])
		add(peek, "netns %s", proc->netns);
	if (group->has_ended)
		add(peek, "ended");
	else
		peek_started(peek, scene, proc);
}

/* "firefox[4242] alice" */
static void peek_name(struct peek *peek, const struct group *group)
{
	char name[CELL_TEXT_SIZE], user[CELL_TEXT_SIZE], pid[16] = "";
	bool has_user = group->proc && group->proc->has_uid;

	group_name(group, name);
	group_text(group, "user", user);
	if (group->ref.pid)
		str_printf(pid, sizeof(pid), "[%" PRIu32 "]", group->ref.pid);
	add(peek, "%s%s%s%s", name, pid, has_user ? " " : "",
	    has_user ? user : "");
}

static void add_count(char *text, size_t size, uint32_t n, const char *one,
		      const char *many, const char *before)
{
	size_t at = strlen(text);

	if (n)
		str_printf(text + at, size - at, "%s%" PRIu32 " %s", before, n,
			   n == 1 ? one : many);
}

/* "41 flows to 19 hosts, 5 processes": what was counted. */
static void peek_counts(struct peek *peek, const struct group *group)
{
	const struct group_many *many = group->many;
	bool is_place = group->ref.kind >= GROUP_COUNTRY &&
			group->ref.kind <= GROUP_LOCAL;
	char text[LINE_TEXT / 2] = "";

	if (group_is_closed(group)) {
		add(peek, "no flows");
		return;
	}
	add_count(text, sizeof(text), group->n_flows, "flow", "flows", "");
	add_count(text, sizeof(text), many[SECOND_HOST].n, "host", "hosts",
		  is_place ? ", " : " to ");
	add_count(text, sizeof(text), many[SECOND_NETWORK].n, "network",
		  "networks", ", ");
	if (!is_place)
		add_count(text, sizeof(text), many[SECOND_OWNER].n, "process",
			  "processes", ", ");
	add_count(text, sizeof(text), many[SECOND_PORT].n, "port", "ports",
		  ", ");
	if (many[SECOND_PORT].n == 1 && group->service)
		add(peek, "%s (%s)", text, group->service);
	else
		add(peek, "%s", text);
}

/* "label value", unless there is nothing to say. */
static void add_group_column(struct peek *peek, const struct group *group,
			     const char *label, const char *id)
{
	char text[CELL_TEXT_SIZE];

	group_text(group, id, text);
	if (strcmp(text, "-") && strcmp(text, "?"))
		add(peek, "%s%s%s", label, *label ? " " : "", text);
}

static void peek_process(struct peek *peek, const struct scene *scene,
			 const struct group *group)
{
	char text[CELL_TEXT_SIZE];

	peek_name(peek, group);
	if (group->name)
		add_group_column(peek, group, "", "addr");
	peek_counts(peek, group);
	if (group->proc)
		peek_proc(peek, scene, group);
	if (group->n_past && scene->since_ns) {
		time_text(scene->since_ns, scene->frame->wall_ns, text);
		add(peek, "totals since %s", text);
	}
}

static void peek_host(struct peek *peek, const struct group *group)
{
	char cc[CELL_TEXT_SIZE], city[CELL_TEXT_SIZE], age[CELL_TEXT_SIZE];

	add_group_column(peek, group, "", "host");
	if (group->name)
		add_group_column(peek, group, "", "addr");
	peek_counts(peek, group);
	add_group_column(peek, group, "", "owner");
	group_text(group, "cc", cc);
	group_text(group, "city", city);
	if (group->place.country && group->place.city)
		add(peek, "%s %s", cc, city);
	else
		add_group_column(peek, group, "", "cc");
	add_group_column(peek, group, "", "network");
	group_text(group, "seen", age);
	if (group->age_ns)
		add(peek, "oldest flow %s ago", age);
}

static void peek_port_name(struct peek *peek, const struct group *group)
{
	char name[CELL_TEXT_SIZE], proto[CELL_TEXT_SIZE], port[CELL_TEXT_SIZE];

	group_text(group, "service", name);
	group_text(group, "proto", proto);
	group_text(group, "port", port);
	if (!strcmp(port, "-"))
		add(peek, "%s", proto);
	else
		add(peek, "%s%s%s/%s", group->service ? name : "",
		    group->service ? " " : "", proto, port);
}

/* A country, a network, a port: what can be done, and who is busy there. */
static void peek_many(struct peek *peek, const struct group *group)
{
	char owner[CELL_TEXT_SIZE], host[CELL_TEXT_SIZE], name[CELL_TEXT_SIZE];

	group_name(group, name);
	if (group->ref.kind == GROUP_PORT)
		peek_port_name(peek, group);
	else
		add(peek, "%s", name);
	peek_counts(peek, group);
	if (group->ref.kind != GROUP_REST)
		add(peek, "Enter lists its flows");
	group_text(group, "owner", owner);
	group_text(group, "peer", host);
	if (strcmp(owner, "?") && group->peer_family)
		add(peek, "busiest: %s to %s", owner, host);
	if (group->n_stateful)
		add(peek, "%" PRIu32 " established", group->n_estab);
}

static void peek_group(struct peek *peek, const struct scene *scene,
		       const struct group *group)
{
	switch ((enum group_kind)group->ref.kind) {
	case GROUP_HOST:
		peek_host(peek, group);
		break;
	case GROUP_COUNTRY:
	case GROUP_LOCAL:
	case GROUP_NETWORK:
	case GROUP_SCOPE:
	case GROUP_PORT:
	case GROUP_REST:
		peek_many(peek, group);
		break;
	default:
		peek_process(peek, scene, group);
	}
}

void peek_draw(const struct scene *scene, int y)
{
	int width = draw_cells();
	struct peek peek = { .width = width > 2 ? width - 2 : 0,
			     .flags = scene->cell_flags };
	struct item item;
	struct mark mark;

	if (!item_at(scene, scene->peek, &item))
		return;
	/* The gutter of its row has the cursor: the mark is here. */
	mark = mark_of(&item);
	if (mark.is_set)
		draw_text(y, 0, 1, glyph_text(mark.glyph, scene->cell_flags),
			  mark.role, 0);
	if (item.row)
		peek_row(&peek, item.row);
	else
		peek_group(&peek, scene, item.group);
	draw_text(y, 1, width - 1, peek.text, ROLE_PLAIN, 0);
}

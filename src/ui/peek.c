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

static void peek_group(struct peek *peek, const struct scene *scene,
		       const struct group *group)
{
	char text[CELL_TEXT_SIZE];
	uint32_t n = group->n_hosts;

	peek_name(peek, group);
	if (group_is_closed(group))
		add(peek, "no flows");
	else
		add(peek, "%" PRIu32 " flow%s to %" PRIu32 " host%s",
		    group->n_flows, group->n_flows == 1 ? "" : "s", n,
		    n == 1 ? "" : "s");
	if (group->proc)
		peek_proc(peek, scene, group);
	if (group->n_past && scene->since_ns) {
		time_text(scene->since_ns, scene->frame->wall_ns, text);
		add(peek, "totals since %s", text);
	}
}

void peek_draw(const struct scene *scene, int y)
{
	int width = draw_cells();
	struct peek peek = { .width = width > 2 ? width - 2 : 0,
			     .flags = scene->cell_flags };
	struct item item;
	struct mark mark;

	if (!item_at(scene, scene->cursor, &item))
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

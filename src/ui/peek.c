// SPDX-License-Identifier: GPL-2.0-only
/* The row that peeks into a flow, or a group. */
#include "ui/peek.h"

#include "fact/owner.h"
#include "lib/str.h"
#include "ui/draw.h"
#include "ui/flows.h"
#include "ui/panels.h"
#include "ui/words.h"
#include "view/cell.h"
#include "view/groupcols.h"

#include <inttypes.h>
#include <string.h>

/* Of a command line beside everything else. */
#define COMMAND_CELLS 40
#define COMMAND_MIN 20 /* less says nothing */
#define NAME_MIN 8     /* of a host's name */
#define GAP 2          /* cells between two parts */

/* As much of it as fits, but no more than half of a wide row. */
static void add_command(struct words *peek, const char *command)
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
	words_add(peek, "%s", cut);
}

/* "label value", unless there is nothing to say. */
static void add_column(struct words *peek, const struct row *row,
		       const char *label, const char *id)
{
	char text[CELL_TEXT_SIZE];

	words_column(row, id, text);
	if (words_is_said(text) && strcmp(text, "0") && strcmp(text, "0x0"))
		words_add(peek, "%s%s%s", label, *label ? " " : "", text);
}

/* Whose it is stands first, as far as it is known. */
static void peek_user(struct words *peek, const struct row *row)
{
	char text[CELL_TEXT_SIZE];

	if (!row->proc || (!row->proc->pid && !row->proc->has_uid))
		return;
	words_column(row, "pid_user", text);
	words_add(peek, "%s", text);
}

/* What else is known of who has it; why, unless it is plain. */
static void peek_owner(struct words *peek, const struct row *row)
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
static void add_name(struct words *peek, const struct name_fact *name,
		     const char *address)
{
	int room = peek->width - text_cells(peek->text) - text_cells(address) -
		   2 * GAP;
	char cut[CELL_OUT_SIZE(MAX_CELL_CELLS)];

	if (!name || room < NAME_MIN)
		return;
	text_fit(name->text, room < MAX_CELL_CELLS ? room : MAX_CELL_CELLS,
		 KEEP_END, false, peek->flags | CELL_NO_PAD, cut);
	words_add(peek, "%s", cut);
}

static void peek_ends(struct words *peek, const struct row *row)
{
	char text[LINE_TEXT / 4];

	words_end(row, &row->far_addr, row->far_port, text, sizeof(text));
	add_name(peek, row->name[row->far], text);
	words_add(peek, "%s", text);
	words_end(row, &row->near_addr, row->near_port, text, sizeof(text));
	words_add(peek, "from %s", text);
	words_place(row, "cc", "city", "network", peek->flags, text,
		    sizeof(text));
	if (text[0])
		words_add(peek, "%s", text);
}

static void peek_row(struct words *peek, const struct row *row)
{
	char text[LINE_TEXT / 4], state[CELL_TEXT_SIZE];

	peek_user(peek, row);
	peek_ends(peek, row);
	if (row->is_closed)
		words_add(peek, "closed");
	else
		add_column(peek, row, "timeout", "timeout");
	words_column(row, "proto", text);
	words_column(row, "state", state);
	words_add(peek, "%s%s%s", text, strcmp(state, "-") ? " " : "",
		  strcmp(state, "-") ? state : "");
	peek_owner(peek, row);
	if (row->proto->is_icmp)
		words_add(peek, "type %u code %u",
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

/* The boot of this machine is not that of a recording. */
static void peek_started(struct words *peek, const struct scene *scene,
			 const struct proc_fact *proc)
{
	char text[CELL_TEXT_SIZE];

	if (!scene->is_recording &&
	    words_started(proc, scene->frame->wall_ns, text))
		words_add(peek, "started %s", text);
}

static void peek_proc(struct words *peek, const struct scene *scene,
		      const struct group *group)
{
	const struct proc_fact *proc = group->proc;

	add_command(peek, proc->command);
	if (proc->unit[0])
		words_add(peek, "unit %s", proc->unit);
	if (proc->container[0])
		words_add(peek, "in %s", proc->container);
	if (proc->netns[0])
		words_add(peek, "netns %s", proc->netns);
	if (group->has_ended)
		words_add(peek, "ended");
	else
		peek_started(peek, scene, proc);
}

/* "firefox[4242] alice" */
static void peek_name(struct words *peek, const struct group *group)
{
	char name[CELL_TEXT_SIZE], user[CELL_TEXT_SIZE], pid[16] = "";
	bool has_user = group->proc && group->proc->has_uid;

	group_name(group, name);
	words_group(group, "user", user);
	if (group->ref.pid)
		str_printf(pid, sizeof(pid), "[%" PRIu32 "]", group->ref.pid);
	words_add(peek, "%s%s%s%s", name, pid, has_user ? " " : "",
		  has_user ? user : "");
}

/* "label value", unless there is nothing to say. */
static void add_group_column(struct words *peek, const struct group *group,
			     const char *label, const char *id)
{
	char text[CELL_TEXT_SIZE];

	words_group(group, id, text);
	if (words_is_said(text))
		words_add(peek, "%s%s%s", label, *label ? " " : "", text);
}

static void peek_process(struct words *peek, const struct scene *scene,
			 const struct group *group)
{
	char text[CELL_TEXT_SIZE], counts[LINE_TEXT / 2];

	peek_name(peek, group);
	if (group->name)
		add_group_column(peek, group, "", "addr");
	words_counts(group, counts);
	words_add(peek, "%s", counts);
	if (group->proc)
		peek_proc(peek, scene, group);
	if (group->n_past && scene->since_ns) {
		words_time(scene->since_ns, scene->frame->wall_ns, text);
		words_add(peek, "totals since %s", text);
	}
}

static void peek_host(struct words *peek, const struct group *group)
{
	char cc[CELL_TEXT_SIZE], city[CELL_TEXT_SIZE], age[CELL_TEXT_SIZE];
	char counts[LINE_TEXT / 2];

	add_group_column(peek, group, "", "host");
	if (group->name)
		add_group_column(peek, group, "", "addr");
	words_counts(group, counts);
	words_add(peek, "%s", counts);
	add_group_column(peek, group, "", "owner");
	words_group(group, "cc", cc);
	words_group(group, "city", city);
	if (group->place.country && group->place.city)
		words_add(peek, "%s %s", cc, city);
	else
		add_group_column(peek, group, "", "cc");
	add_group_column(peek, group, "", "network");
	words_group(group, "seen", age);
	if (group->age_ns)
		words_add(peek, "oldest flow %s ago", age);
}

/* A country, a network, a port: what can be done, and who is busy there. */
static void peek_many(struct words *peek, const struct group *group)
{
	char owner[CELL_TEXT_SIZE], host[CELL_TEXT_SIZE], name[CELL_TEXT_SIZE];
	char counts[LINE_TEXT / 2];

	group_name(group, name);
	if (group->ref.kind == GROUP_PORT)
		words_port(group, counts);
	else
		str_copy(counts, sizeof(counts), name);
	words_add(peek, "%s", counts);
	words_counts(group, counts);
	words_add(peek, "%s", counts);
	if (group->ref.kind != GROUP_REST)
		words_add(peek, "Enter lists its flows");
	words_group(group, "owner", owner);
	words_group(group, "peer", host);
	if (strcmp(owner, "?") && group->peer_family)
		words_add(peek, "busiest: %s to %s", owner, host);
	if (group->n_stateful)
		words_add(peek, "%" PRIu32 " established", group->n_estab);
}

static void peek_group(struct words *peek, const struct scene *scene,
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
	struct words peek = { .width = width > 2 ? width - 2 : 0,
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

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whose a flow is, for the columns. Where nobody knows, the screen has "?"; "-"
 * is where there is none: flows that pass through have no process, and the
 * kernel's own have no number of one.
 */
#include "fact/owner.h"
#include "lib/str.h"
#include "view/getters.h"
#include "view/hostcell.h"

#include <inttypes.h>

/* No process of this machine has the socket: that is known. */
static bool is_nobodys(const struct row *row)
{
	return row->info.owner == OWNER_FORWARDED ||
	       row->info.owner == OWNER_KERNEL;
}

static void set_none(struct value *value, const struct row *row)
{
	if (is_nobodys(row))
		value->text = "-";
}

/* The name of the inner end, if that is an end as the original tuple has it. */
static const struct name_fact *inner_name(const struct row *row)
{
	const struct tuple *orig = &row->info.key.tuple;
	int end = row->far == END_SRC ? END_DST : END_SRC;

	return addr_equal(&row->near_addr,
			  end == END_SRC ? &orig->src : &orig->dst)
		       ? row->name[end]
		       : NULL;
}

static void set_near(struct value *value, const struct row *row)
{
	uint8_t family = row->info.key.family;

	value->text = "-";
	if (addr_size(family))
		set_inner(value, inner_name(row), &row->near_addr, family);
}

void get_process(const struct row *row, struct value *value)
{
	unsigned int holders = row->info.holders;

	if (row->proc && row->proc->comm[0])
		set_text(value, row->proc->comm);
	else if (row->info.owner == OWNER_KERNEL)
		set_text(value, "[kernel]");
	else if (row->info.owner == OWNER_FORWARDED)
		set_near(value, row);
	if (value->type == VAL_NONE || holders < 2)
		return;
	str_printf(value->store, sizeof(value->store), "+%u", holders - 1);
	value->note = value->store;
}

void get_pid(const struct row *row, struct value *value)
{
	if (row->proc && row->proc->pid)
		set_u(value, VAL_NUMBER, row->proc->pid);
	else
		set_none(value, row);
}

void get_holders(const struct row *row, struct value *value)
{
	if (row->info.holders)
		set_u(value, VAL_NUMBER, row->info.holders);
	else
		set_none(value, row);
}

void get_uid(const struct row *row, struct value *value)
{
	if (row->proc && row->proc->has_uid)
		set_u(value, VAL_NUMBER, row->proc->uid);
	else
		set_none(value, row);
}

/* A number is no name: records have it as uid. */
void get_user(const struct row *row, struct value *value)
{
	if (row->user) {
		set_text(value, row->user);
	} else if (row->proc && row->proc->has_uid) {
		str_printf(value->store, sizeof(value->store), "%" PRIu32,
			   row->proc->uid);
		value->text = value->store;
	} else {
		set_none(value, row);
	}
}

/* "4242 alice". */
void get_pid_user(const struct row *row, struct value *value)
{
	struct value user = { .type = VAL_NONE };

	get_pid(row, value);
	get_user(row, &user);
	if (!row->proc || !row->proc->has_uid)
		return;
	str_copy(value->store, sizeof(value->store), user.text);
	value->note = value->store;
}

/* Of a process that was looked at, "" is known to be none. */
static void set_known(struct value *value, const struct row *row,
		      const char *text)
{
	set_none(value, row);
	if (row->proc->pid && row->proc->starttime)
		value->text = "-";
	set_text(value, text);
}

void get_command(const struct row *row, struct value *value)
{
	if (row->proc)
		set_known(value, row, row->proc->command);
	else
		set_none(value, row);
}

void get_unit(const struct row *row, struct value *value)
{
	if (row->proc)
		set_known(value, row, row->proc->unit);
	else
		set_none(value, row);
}

void get_container(const struct row *row, struct value *value)
{
	if (row->proc)
		set_known(value, row, row->proc->container);
	else
		set_none(value, row);
}

/* The watched one, unless its process is in another. */
void get_netns(const struct row *row, struct value *value)
{
	value->text = "-";
	set_text(value, row->netns);
	if (row->proc)
		set_text(value, row->proc->netns);
}

void get_owner(const struct row *row, struct value *value)
{
	set_text(value, owner_kind_name(row->info.owner));
}

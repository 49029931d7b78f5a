// SPDX-License-Identifier: GPL-2.0-only
/* Both ends of flows, for the columns: addresses, names, ports. */
#include "net/proto.h"
#include "view/getters.h"
#include "view/hostcell.h"

static bool has(const struct row *row, uint32_t bit)
{
	return row->info.has & bit;
}

static void set_addr(struct value *value, const struct row *row,
		     const struct addr *addr)
{
	set_host(value, NULL, addr, row->info.key.family);
}

static void set_port(struct value *value, const struct row *row, uint16_t port)
{
	if (row->proto->has_ports)
		set_u(value, VAL_PORT, port);
	else
		value->text = "-";
}

/* The port of the side that offers something has the name of what it offers;
 * the other one is any. */
static void set_service_port(struct value *value, const struct row *row,
			     uint16_t port)
{
	set_port(value, row, port);
	if (value->type == VAL_PORT)
		value->text = row->service;
}

/* Which of several addresses it is matters of our own ones only. */
static void set_end(struct value *value, const struct row *row, int end)
{
	const struct tuple *orig = &row->info.key.tuple;
	uint8_t own = end == END_SRC ? FLOW_DIR_OUT : FLOW_DIR_IN;
	bool is_own = row->info.dir == own || row->info.dir == FLOW_DIR_LOCAL;

	set_host(value, is_own ? NULL : row->name[end],
		 end == END_SRC ? &orig->src : &orig->dst,
		 row->info.key.family);
	/* Everybody knows his own domain. */
	value->keeps_start =
		end == END_SRC && row->place[end].scope != SCOPE_PUBLIC;
}

void get_src(const struct row *row, struct value *value)
{
	set_addr(value, row, &row->info.key.tuple.src);
}

void get_sport(const struct row *row, struct value *value)
{
	uint16_t port = row->info.key.tuple.sport;

	if (has(row, FLOW_ANSWERING))
		set_service_port(value, row, port);
	else
		set_port(value, row, port);
}

void get_dst(const struct row *row, struct value *value)
{
	set_addr(value, row, &row->info.key.tuple.dst);
}

void get_dport(const struct row *row, struct value *value)
{
	uint16_t port = row->info.key.tuple.dport;

	if (has(row, FLOW_ANSWERING))
		set_port(value, row, port);
	else
		set_service_port(value, row, port);
}

void get_reply_src(const struct row *row, struct value *value)
{
	if (has(row, HAS_REPLY))
		set_addr(value, row, &row->info.reply.src);
}

void get_reply_sport(const struct row *row, struct value *value)
{
	if (has(row, HAS_REPLY))
		set_port(value, row, row->info.reply.sport);
}

void get_reply_dst(const struct row *row, struct value *value)
{
	if (has(row, HAS_REPLY))
		set_addr(value, row, &row->info.reply.dst);
}

void get_reply_dport(const struct row *row, struct value *value)
{
	if (has(row, HAS_REPLY))
		set_port(value, row, row->info.reply.dport);
}

void get_address(const struct row *row, struct value *value)
{
	set_host(value, row->name[row->far], &row->far_addr,
		 row->info.key.family);
}

void get_src_host(const struct row *row, struct value *value)
{
	set_end(value, row, END_SRC);
}

void get_dst_host(const struct row *row, struct value *value)
{
	set_end(value, row, END_DST);
}

void get_port(const struct row *row, struct value *value)
{
	set_service_port(value, row, row->service_port);
}

void get_service(const struct row *row, struct value *value)
{
	set_text(value, row->service);
}

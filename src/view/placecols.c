// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where ends are, for the columns. An address that is not public is nowhere,
 * which is known: "-". Of a public one nothing is known until a database has
 * it: "?".
 */
#include "net/addr.h"
#include "view/getters.h"
#include "view/hostcell.h"

static bool is_somewhere(const struct row *row, int end, struct value *value)
{
	if (row->place[end].scope == SCOPE_PUBLIC)
		return true;
	value->text = "-";
	return false;
}

static void set_country(const struct row *row, int end, struct value *value)
{
	if (is_somewhere(row, end, value))
		set_text(value, row->place[end].cc);
}

static void set_city(const struct row *row, int end, struct value *value)
{
	if (is_somewhere(row, end, value))
		set_text(value, row->place[end].city);
}

static void set_network_of(const struct row *row, int end, struct value *value)
{
	const struct place *place = &row->place[end];

	if (!is_somewhere(row, end, value))
		return;
	set_network(value, place);
}

void get_cc(const struct row *row, struct value *value)
{
	set_country(row, row->far, value);
}

void get_city(const struct row *row, struct value *value)
{
	set_city(row, row->far, value);
}

void get_network(const struct row *row, struct value *value)
{
	set_network_of(row, row->far, value);
}

void get_src_country(const struct row *row, struct value *value)
{
	set_country(row, END_SRC, value);
}

void get_src_city(const struct row *row, struct value *value)
{
	set_city(row, END_SRC, value);
}

void get_src_network(const struct row *row, struct value *value)
{
	set_network_of(row, END_SRC, value);
}

void get_dst_country(const struct row *row, struct value *value)
{
	set_country(row, END_DST, value);
}

void get_dst_city(const struct row *row, struct value *value)
{
	set_city(row, END_DST, value);
}

void get_dst_network(const struct row *row, struct value *value)
{
	set_network_of(row, END_DST, value);
}

static void set_asn(const struct row *row, int end, struct value *value)
{
	if (row->place[end].asn)
		set_u(value, VAL_NUMBER, row->place[end].asn);
}

void get_src_asn(const struct row *row, struct value *value)
{
	set_asn(row, END_SRC, value);
}

void get_dst_asn(const struct row *row, struct value *value)
{
	set_asn(row, END_DST, value);
}

void get_src_org(const struct row *row, struct value *value)
{
	set_text(value, row->place[END_SRC].org);
}

void get_dst_org(const struct row *row, struct value *value)
{
	set_text(value, row->place[END_DST].org);
}

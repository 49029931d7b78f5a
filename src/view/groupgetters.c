// SPDX-License-Identifier: GPL-2.0-only
/* What groups have, for their columns. */
#include "view/groupgetters.h"

#include "lib/fmt.h"
#include "lib/str.h"
#include "net/proto.h"
#include "view/hostcell.h"

#include <inttypes.h>

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

/* Whose they are. */
static void set_owner(struct value *value, const struct group_ref *ref,
		      const struct name_fact *name,
		      const struct proc_fact *proc)
{
	switch ((enum group_kind)ref->kind) {
	case GROUP_INSIDE:
		set_inner(value, name, &ref->addr, ref->family);
		set_text(value, value->text);
		break;
	case GROUP_KERNEL:
		set_text(value, "[kernel]");
		break;
	case GROUP_OTHERS:
		set_text(value, "(others)");
		break;
	default:
		set_text(value, proc ? proc->comm : NULL);
		break;
	}
}

void group_get_process(const struct group *group, struct value *value)
{
	set_owner(value, &group->ref, group->name, group->proc);
}

void group_get_pid(const struct group *group, struct value *value)
{
	if (group->ref.pid)
		set_u(value, VAL_NUMBER, group->ref.pid);
	else
		set_none(value, group);
}

void group_get_user(const struct group *group, struct value *value)
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

void group_get_flows(const struct group *group, struct value *value)
{
	set_count(value, group->n_flows);
}

void group_get_new(const struct group *group, struct value *value)
{
	set_count(value, group->n_new);
}

/* Of what is over only while nothing else is there. */
static void set_many(const struct group *group, struct value *value,
		     enum group_second second)
{
	const struct group_many *many = &group->many[second];

	set_count(value, group_is_closed(group) ? many->n_past : many->n);
}

void group_get_hosts(const struct group *group, struct value *value)
{
	set_many(group, value, SECOND_HOST);
}

static void set_rate(const struct group *group, struct value *value,
		     double rate)
{
	if (group->n_flows && group->n_unrated == group->n_flows)
		return;
	value->type = VAL_RATE;
	value->rate = rate;
}

void group_get_rx_rate(const struct group *group, struct value *value)
{
	set_rate(group, value, group->rx_rate);
}

void group_get_tx_rate(const struct group *group, struct value *value)
{
	set_rate(group, value, group->tx_rate);
}

void group_get_rate(const struct group *group, struct value *value)
{
	set_rate(group, value, group->rx_rate + group->tx_rate);
}

/* Whoever is counted has moved something. */
static void set_bytes(const struct group *group, struct value *value,
		      uint64_t bytes)
{
	bool is_counted = group_is_closed(group)
				  ? group->n_counted
				  : group->n_uncounted < group->n_flows;

	if (group->rx || group->tx || is_counted)
		set_u(value, VAL_BYTES, bytes);
}

void group_get_rx_bytes(const struct group *group, struct value *value)
{
	set_bytes(group, value, group->rx);
}

void group_get_tx_bytes(const struct group *group, struct value *value)
{
	set_bytes(group, value, group->tx);
}

void group_get_bytes(const struct group *group, struct value *value)
{
	set_bytes(group, value, group->rx + group->tx);
}

void group_get_peer(const struct group *group, struct value *value)
{
	value->text = "-";
	set_host(value, group->peer_name, &group->peer, group->peer_family);
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

void group_get_unit(const struct group *group, struct value *value)
{
	const struct proc_fact *proc = group->proc;
	const char *text = NULL;

	if (proc)
		text = proc->container[0] ? proc->container : proc->unit;
	set_known(group, value, text);
}

void group_get_command(const struct group *group, struct value *value)
{
	if (group->ref.kind == GROUP_INSIDE)
		set_text(value, "(forwarded)");
	else
		set_known(group, value,
			  group->proc ? group->proc->command : NULL);
}

/* ---------------------------------------------------------------- hosts */

/* "(others)" has no address, no place and no port; that is known. */
static bool is_rest(const struct group *group, struct value *value)
{
	if (group->ref.kind != GROUP_REST)
		return false;
	value->text = "-";
	return true;
}

static bool is_any(const struct addr *addr, uint8_t family)
{
	static const struct addr any;

	return addr_size(family) && addr_equal(addr, &any);
}

void group_get_addr(const struct group *group, struct value *value)
{
	const struct group_ref *ref = &group->ref;

	/* An answer would have told it. */
	if (!is_rest(group, value) && !is_any(&ref->addr, ref->family))
		set_host(value, NULL, &ref->addr, ref->family);
}

void group_get_host(const struct group *group, struct value *value)
{
	const struct group_ref *ref = &group->ref;

	if (ref->kind == GROUP_REST)
		set_text(value, "(others)");
	else if (!is_any(&ref->addr, ref->family))
		set_host(value, group->name, &ref->addr, ref->family);
}

void group_get_seen(const struct group *group, struct value *value)
{
	if (group->age_ns)
		set_u(value, VAL_AGE, group->age_ns);
}

void group_get_owner(const struct group *group, struct value *value)
{
	set_owner(value, &group->owner_ref, group->owner_name, group->owner);
}

/* Where nobody is known there may be some. */
void group_get_owners(const struct group *group, struct value *value)
{
	const struct group_many *many = &group->many[SECOND_OWNER];

	if (many->n + many->n_past)
		set_many(group, value, SECOND_OWNER);
}

void group_get_ports(const struct group *group, struct value *value)
{
	set_many(group, value, SECOND_PORT);
}

/* ---------------------------------------------------------------- places */

static bool is_public(const struct group *group)
{
	return group->ref.kind != GROUP_LOCAL &&
	       group->ref.kind != GROUP_SCOPE &&
	       group->place.scope == SCOPE_PUBLIC;
}

void group_get_cc(const struct group *group, struct value *value)
{
	bool is_country = group->ref.kind == GROUP_COUNTRY;

	if (is_rest(group, value))
		return;
	if (!is_public(group))
		value->text = group->ref.kind == GROUP_LOCAL ? "--" : "-";
	else if (is_country && group->ref.number == PLACE_OTHERS)
		value->text = "-";
	else
		set_text(value, group->place.cc);
	if (value->type == VAL_NONE && is_country && !value->text)
		value->text = "??";
}

void group_get_country(const struct group *group, struct value *value)
{
	if (group->ref.kind == GROUP_LOCAL)
		set_text(value, "local network");
	else if (group->ref.number == PLACE_NONE)
		set_text(value, "unknown");
	else if (group->ref.number == PLACE_OTHERS)
		set_text(value, "(others)");
	else
		set_text(value, group->place.country ? group->place.country
						     : group->place.cc);
}

void group_get_city(const struct group *group, struct value *value)
{
	if (is_rest(group, value))
		return;
	if (is_public(group))
		set_text(value, group->place.city);
	else
		value->text = "-";
}

/* What no network has. */
static const char *const scopes[] = {
	[SCOPE_PUBLIC] = "?? unknown",      [SCOPE_PRIVATE] = "-- private",
	[SCOPE_CGNAT] = "-- carrier NAT",   [SCOPE_LINK] = "-- link-local",
	[SCOPE_LOOPBACK] = "-- loopback",   [SCOPE_MULTICAST] = "-- multicast",
	[SCOPE_BROADCAST] = "-- broadcast", [SCOPE_ANY] = "-- no address",
};

void group_get_network(const struct group *group, struct value *value)
{
	const struct group_ref *ref = &group->ref;

	if (is_rest(group, value))
		return;
	if (ref->kind == GROUP_SCOPE && ref->number <= SCOPE_ANY)
		set_text(value, scopes[ref->number]);
	else if (ref->kind == GROUP_NETWORK && ref->number == PLACE_NONE)
		set_text(value, scopes[SCOPE_PUBLIC]);
	else if (ref->kind == GROUP_NETWORK && ref->number == PLACE_OTHERS)
		set_text(value, "(others)");
	else if (is_public(group))
		set_network(value, &group->place);
	else
		value->text = "-";
}

void group_get_networks(const struct group *group, struct value *value)
{
	const struct group_many *many = &group->many[SECOND_NETWORK];

	if (!is_public(group))
		value->text = "-";
	else if (many->n + many->n_past)
		set_many(group, value, SECOND_NETWORK);
}

static void set_share(const struct group *group, struct value *value,
		      enum value_type type, float share)
{
	if (group->n_flows && group->n_unrated == group->n_flows)
		return;
	value->type = type;
	value->rate = (double)share;
}

void group_get_share_rx(const struct group *group, struct value *value)
{
	set_share(group, value, VAL_SHARE, group->share_rx);
}

void group_get_share(const struct group *group, struct value *value)
{
	set_share(group, value, VAL_BAR, group->share);
}

/* ---------------------------------------------------------------- ports */

static uint8_t port_proto(const struct group *group)
{
	return (uint8_t)(group->ref.number >> 16);
}

static bool has_port(const struct group *group)
{
	return group->ref.kind == GROUP_PORT &&
	       proto_find(port_proto(group))->has_ports;
}

void group_get_service(const struct group *group, struct value *value)
{
	if (group->ref.kind == GROUP_REST) {
		set_text(value, "(others)");
	} else if (group->service) {
		set_text(value, group->service);
	} else if (has_port(group)) {
		str_printf(value->store, sizeof(value->store), "%u",
			   (uint16_t)group->ref.number);
		set_text(value, value->store);
	} else {
		value->text = "-";
	}
}

void group_get_port(const struct group *group, struct value *value)
{
	if (has_port(group))
		set_u(value, VAL_PORT, (uint16_t)group->ref.number);
	else
		value->text = "-";
}

void group_get_proto(const struct group *group, struct value *value)
{
	if (is_rest(group, value))
		return;
	proto_format(port_proto(group), value->store);
	set_text(value, value->store);
}

/* Numbers of up to three digits, as long as they fit. */
static void count_text(char *text, uint32_t n)
{
	if (n < 1000)
		str_printf(text, FMT_SIZE, "%" PRIu32, n);
	else
		fmt_count(text, FMT_SIZE, n);
}

void group_get_in_out(const struct group *group, struct value *value)
{
	char in[FMT_SIZE], out[FMT_SIZE];

	if (group->n_flows && group->n_undirected == group->n_flows)
		return;
	count_text(in, group->n_in);
	count_text(out, group->n_out);
	str_printf(value->store, sizeof(value->store), "%s/%s", in, out);
	set_text(value, value->store);
}

void group_get_estab(const struct group *group, struct value *value)
{
	if (group->n_stateful)
		set_count(value, group->n_estab);
	else
		value->text = "-";
}

void group_get_half(const struct group *group, struct value *value)
{
	if (group->n_status || !group->n_flows)
		set_count(value, group->n_half);
}

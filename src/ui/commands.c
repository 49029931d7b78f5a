// SPDX-License-Identifier: GPL-2.0-only
/* Commands for a shell. */
#include "ui/commands.h"

#include "fact/owner.h"
#include "lib/str.h"
#include "view/row.h"

#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

__attribute__((format(printf, 2, 3))) static void add(char *text,
						      const char *format, ...)
{
	size_t n = strlen(text);
	va_list ap;

	va_start(ap, format);
	vsnprintf(text + n, COMMAND_TEXT - n, format, ap);
	va_end(ap);
}

/* Whatever a shell could make something else of is quoted. */
static bool is_plain(const char *text)
{
	return !text[strspn(text, "abcdefghijklmnopqrstuvwxyz"
				  "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				  "0123456789_+-.")] &&
	       text[0] != '-';
}

/* Another namespace has to be entered. Return: false: it cannot be said how. */
static bool add_netns(const struct row *row, char *text)
{
	const char *name = row->netns;

	if (!name)
		return true;
	if (!name[0] || !is_plain(name))
		return false;
	if (!name[strspn(name, "0123456789")])
		add(text, "nsenter --net=/proc/%s/ns/net ", name);
	else
		add(text, "ip netns exec %s ", name);
	return true;
}

/* ---------------------------------------------------------------- delete */

static void add_icmp(const struct row *row, char *text)
{
	const struct tuple *t = &row->info.key.tuple;
	const char *name = row->proto->name;

	add(text, " --%s-type %u --%s-code %u --%s-id %u", name,
	    tuple_icmp_type(t), name, tuple_icmp_code(t), name,
	    tuple_icmp_id(t));
}

/*
 * Without a zone conntrack takes entries of all of them. Those of one direction
 * are another thing to it: "-w 0" alone takes them for 0.
 */
static void add_zone(const struct row *row, char *text)
{
	unsigned int zone = row->info.key.zone;

	if (row->info.has & HAS_ZONE_ORIG)
		add(text, " --orig-zone %u", zone);
	else if (zone)
		add(text, " -w %u", zone);
	else
		add(text, " -w 0 --orig-zone 0");
}

bool command_delete(const struct row *row, char text[COMMAND_TEXT])
{
	const struct flow_key *key = &row->info.key;
	char src[ADDR_TEXT_SIZE], dst[ADDR_TEXT_SIZE];
	bool is_ipv6 = key->family == FAMILY_IPV6;

	text[0] = '\0';
	if (row->is_closed || !addr_size(key->family) ||
	    key->proto == IPPROTO_GRE || !add_netns(row, text))
		return false;
	addr_format(&key->tuple.src, key->family, src);
	addr_format(&key->tuple.dst, key->family, dst);
	add(text, "conntrack -D -f %s ", is_ipv6 ? "ipv6" : "ipv4");
	/* Names of others are not known to it. */
	if (row->proto->name && (row->proto->has_ports || row->proto->is_icmp))
		add(text, "-p %s", row->proto->name);
	else
		add(text, "-p %u", key->proto);
	add(text, " -s %s -d %s", src, dst);
	if (row->proto->has_ports)
		add(text, " --sport %u --dport %u", key->tuple.sport,
		    key->tuple.dport);
	else if (row->proto->is_icmp)
		add_icmp(row, text);
	add_zone(row, text);
	return true;
}

/* ---------------------------------------------------------------- kill */

bool row_socket(const struct row *row, struct tcp_ask *ask)
{
	const struct flow_info *info = &row->info;
	const struct tuple *orig = &info->key.tuple, *reply = &info->reply;
	bool is_orig = row->tx == DIR_ORIG;

	if (info->key.proto != IPPROTO_TCP || row->is_closed ||
	    !addr_size(info->key.family) || !(info->has & HAS_REPLY) ||
	    info->owner == OWNER_FORWARDED ||
	    info->owner == OWNER_OTHER_NETNS ||
	    (info->dir != FLOW_DIR_OUT && info->dir != FLOW_DIR_IN &&
	     info->dir != FLOW_DIR_LOCAL))
		return false;
	*ask = (struct tcp_ask){
		.local = is_orig ? orig->src : reply->src,
		.remote = is_orig ? orig->dst : reply->dst,
		.lport = is_orig ? orig->sport : reply->sport,
		.rport = is_orig ? orig->dport : reply->dport,
		.family = info->key.family,
	};
	return true;
}

static void add_end(char *text, const char *word, const struct addr *addr,
		    uint16_t port, uint8_t family)
{
	char number[ADDR_TEXT_SIZE];

	addr_format(addr, family, number);
	/* Shells take brackets for a pattern. */
	if (family == FAMILY_IPV6)
		add(text, " %s '[%s]:%u'", word, number, port);
	else
		add(text, " %s %s:%u", word, number, port);
}

bool command_kill(const struct row *row, char text[COMMAND_TEXT])
{
	struct tcp_ask ask;

	text[0] = '\0';
	if (row->info.owner != OWNER_LOCAL || !row_socket(row, &ask) ||
	    !add_netns(row, text))
		return false;
	add(text, "ss -K -t");
	add_end(text, "src", &ask.local, ask.lport, ask.family);
	add_end(text, "dst", &ask.remote, ask.rport, ask.family);
	return true;
}

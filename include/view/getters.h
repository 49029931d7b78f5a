/* SPDX-License-Identifier: GPL-2.0-only */
/* What the columns get out of a row, and what sorts without one; only the table
 * of columns needs it. */
#ifndef FLOWTOP_VIEW_GETTERS_H
#define FLOWTOP_VIEW_GETTERS_H

#include "flow/reader.h"
#include "view/row.h"
#include "view/value.h"

#include <stdbool.h>
#include <stdint.h>

/* As column.get, the value being unknown so far. */
#define GETTER(name) void get_##name(const struct row *row, struct value *value)

GETTER(nothing);
GETTER(ts);
GETTER(event);
GETTER(id);
GETTER(zone);
GETTER(family);
GETTER(proto);
GETTER(state);
GETTER(status);
GETTER(dir);
GETTER(nat);
GETTER(icmp_type);
GETTER(icmp_code);
GETTER(icmp_id);
GETTER(orig_bytes);
GETTER(orig_packets);
GETTER(reply_bytes);
GETTER(reply_packets);
GETTER(orig_rate);
GETTER(reply_rate);
GETTER(start);
GETTER(age);
GETTER(timeout);
GETTER(mark);
GETTER(closed);
GETTER(iface);
GETTER(labels);
GETTER(helper);
GETTER(rx_rate);
GETTER(tx_rate);
GETTER(rx_pps);
GETTER(tx_pps);
GETTER(rx_bytes);
GETTER(tx_bytes);
GETTER(rx_packets);
GETTER(tx_packets);
GETTER(src_pps);
GETTER(dst_pps);
GETTER(src_rate);
GETTER(dst_rate);
GETTER(rate);
GETTER(peak);
GETTER(bytes);
GETTER(packets);
GETTER(src_name);
GETTER(dst_name);
GETTER(src_mark);
GETTER(dst_mark);

/* endcols.c: its ends. */
GETTER(src);
GETTER(sport);
GETTER(dst);
GETTER(dport);
GETTER(reply_src);
GETTER(reply_sport);
GETTER(reply_dst);
GETTER(reply_dport);
GETTER(address);
GETTER(src_host);
GETTER(dst_host);
GETTER(port);
GETTER(service);

/* ownercols.c: whose it is. */
GETTER(process);
GETTER(pid);
GETTER(holders);
GETTER(user);
GETTER(uid);
GETTER(command);
GETTER(unit);
GETTER(container);
GETTER(netns);
GETTER(owner);
GETTER(pid_user);

/* placecols.c: where they are. */
GETTER(cc);
GETTER(city);
GETTER(network);
GETTER(src_country);
GETTER(src_city);
GETTER(src_asn);
GETTER(src_org);
GETTER(src_network);
GETTER(dst_country);
GETTER(dst_city);
GETTER(dst_asn);
GETTER(dst_org);
GETTER(dst_network);

#undef GETTER

/* As column.hot_key; hotkeys.c. */
#define HOT_KEY(name)                                                          \
	bool hot_##name(const struct flow *flow, const struct view_env *env,   \
			uint64_t *key)

HOT_KEY(rate);
HOT_KEY(rx_rate);
HOT_KEY(tx_rate);
HOT_KEY(rx_bytes);
HOT_KEY(tx_bytes);
HOT_KEY(bytes);
HOT_KEY(packets);
HOT_KEY(age);
HOT_KEY(mark);

#undef HOT_KEY

/** is_counted - by flow_info.has: are the counters of that direction known? */
static inline bool is_counted(uint32_t bits, int dir)
{
	return bits &
	       (dir == DIR_ORIG ? HAS_COUNTERS_ORIG : HAS_COUNTERS_REPLY);
}

/** set_u, set_text - fill a value in; a text that is NULL or "" is unknown. */
static inline void set_u(struct value *value, enum value_type type, uint64_t u)
{
	value->type = type;
	value->u = u;
}

static inline void set_text(struct value *value, const char *text)
{
	if (!text || !*text)
		return;
	value->type = VAL_TEXT;
	value->text = text;
}

#endif

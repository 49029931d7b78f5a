// SPDX-License-Identifier: GPL-2.0-only
/* The ladders of flows. To change what vanishes first, move a row. */
#include "view/ladders.h"

enum {
	F_PROCESS,
	F_PID,
	F_USER,
	F_PROT,
	F_STATE,
	F_TIME,
	F_D,
	F_ADDRESS,
	F_PORT,
	F_CC,
	F_CITY,
	F_NETWORK,
	F_RX_RATE,
	F_TX_RATE,
	F_RX_PPS,
	F_TX_PPS,
	F_RX,
	F_TX
};

enum {
	T_PROCESS,
	T_PROT,
	T_TIME,
	T_LINE,
	T_ADDRESS,
	T_PORT,
	T_CC,
	T_CITY,
	T_NETWORK,
	T_PACKETS,
	T_BYTES,
	T_RATE
};

enum {
	O_PROCESS,
	O_PID,
	O_USER,
	O_PROT,
	O_STATE,
	O_TIME,
	O_SRC,
	O_SPORT,
	O_SRC_CC,
	O_D,
	O_DST,
	O_DPORT,
	O_DST_CC,
	O_CITY,
	O_NETWORK,
	O_RX_RATE,
	O_TX_RATE,
	O_RX,
	O_TX
};

// clang-format off
static const struct ladder_slot flow_slots[] = {
	[F_PROCESS] = { .top = "process", .max = 40 },
	[F_PID] = { .top = "pid" },
	[F_USER] = { .top = "user" },
	[F_PROT] = { .top = "proto" },
	[F_STATE] = { .top = "state" },
	[F_TIME] = { .top = "age" },
	[F_D] = { .top = "dir" },
	[F_ADDRESS] = { .top = "address", .max = 64, .is_fixed = true },
	[F_PORT] = { .top = "port" },
	[F_CC] = { .top = "cc", .places = PLACES_CC },
	[F_CITY] = { .top = "city", .places = PLACES_CITY, .max = 24, .is_late = true },
	[F_NETWORK] = { .top = "network", .places = PLACES_ALL, .max = 40, .is_late = true },
	[F_RX_RATE] = { .top = "rx_rate" },
	[F_TX_RATE] = { .top = "tx_rate" },
	[F_RX_PPS] = { .top = "rx_pps" },
	[F_TX_PPS] = { .top = "tx_pps" },
	[F_RX] = { .top = "rx_bytes" },
	[F_TX] = { .top = "tx_bytes" },
};

static const struct ladder_step flow_ladder[] = {
	STEP(F_ADDRESS, 15),
	STEP(F_PORT, 5),
	STEP(F_RX_RATE, 5),
	STEP(F_TX_RATE, 5),
	STEP(F_STATE, 6),
	STEP(F_PROCESS, 8),
	STEP(F_CC, 2),
	STEP(F_PROT, 4),
	STEP(F_TIME, 4),
	STEP(F_D, 1),
	STEP(F_ADDRESS, 20),
	STEP(F_PROCESS, 10),
	STEP(F_PORT, 7),
	STEP(F_ADDRESS, 26),
	STEP(F_PID, LAYOUT_PID_CELLS),
	STEP(F_ADDRESS, 28),
	STEP(F_PROCESS, 12),
	STEP(F_PORT, 8),
	WITH(F_RX, 5), STEP(F_TX, 5),
	STEP(F_STATE, 11),
	STEP(F_ADDRESS, 34),
	STEP(F_CITY, 8),
	STEP(F_ADDRESS, 39),
	STEP(F_NETWORK, 12),
	STEP(F_USER, 8),
	STEP(F_PROCESS, 15),
	STEP(F_CITY, 12),
	STEP(F_NETWORK, 18),
	WITH(F_RX_PPS, 5), STEP(F_TX_PPS, 5),
	STEP(F_TIME, 6),
	STEP(F_ADDRESS, 46),
	STEP(F_PORT, 11),
	STEP(F_NETWORK, 22),
	STEP(F_PROT, 7),
};

static const struct ladder_slot two_slots[] = {
	[T_PROCESS] = { .top = "process", .bottom = "pid_user", .title = "PROCESS/PID",
			.narrow_title = "PROC/PID", .ideal = 18, .max = 40 },
	[T_PROT] = { .top = "proto", .bottom = "state", .bottom_span = 2, .ideal = 5 },
	[T_TIME] = { .top = "age" },
	[T_LINE] = { .top = "src_line", .bottom = "dst_line", .is_untitled = true },
	[T_ADDRESS] = { .top = "src_host", .bottom = "dst_host", .title = "SOURCE / DESTINATION",
			.narrow_title = "SOURCE / DEST", .max = 64, .is_fixed = true },
	[T_PORT] = { .top = "sport", .bottom = "dport", .title = "PORT", .ideal = 8 },
	[T_CC] = { .top = "src_country", .bottom = "dst_country", .places = PLACES_CC },
	[T_CITY] = { .top = "src_city", .bottom = "dst_city", .places = PLACES_CITY, .max = 24,
			.is_late = true },
	[T_NETWORK] = { .top = "src_network", .bottom = "dst_network", .places = PLACES_ALL,
			.max = 40, .is_late = true },
	[T_PACKETS] = { .top = "orig_packets", .bottom = "reply_packets", .title = "PKTS" },
	[T_BYTES] = { .top = "orig_bytes", .bottom = "reply_bytes", .title = "BYTES" },
	[T_RATE] = { .top = "src_rate", .bottom = "dst_rate" },
};

static const struct ladder_step two_ladder[] = {
	STEP(T_ADDRESS, 15),
	STEP(T_PORT, 5),
	STEP(T_RATE, 5),
	STEP(T_BYTES, 5),
	STEP(T_LINE, 2),
	STEP(T_PROCESS, 10),
	WITH(T_PROT, 4), STEP(T_TIME, 4),
	STEP(T_CC, 2),
	STEP(T_ADDRESS, 24),
	STEP(T_PORT, 8),
	STEP(T_PROCESS, 14),
	STEP(T_TIME, 6),
	STEP(T_ADDRESS, 30),
	STEP(T_ADDRESS, 39),
	STEP(T_CITY, 10),
	STEP(T_NETWORK, 14),
	STEP(T_PACKETS, 5),
	STEP(T_PROT, 7),
	STEP(T_ADDRESS, 46),
	STEP(T_PROCESS, 18),
	STEP(T_NETWORK, 20),
};

static const struct ladder_slot one_slots[] = {
	[O_PROCESS] = { .top = "process", .max = 40 },
	[O_PID] = { .top = "pid" },
	[O_USER] = { .top = "user" },
	[O_PROT] = { .top = "proto" },
	[O_STATE] = { .top = "state" },
	[O_TIME] = { .top = "age" },
	[O_SRC] = { .top = "src_host", .max = 50 },
	[O_SPORT] = { .top = "sport" },
	[O_SRC_CC] = { .top = "src_country", .places = PLACES_CC },
	[O_D] = { .top = "dir" },
	[O_DST] = { .top = "dst_host", .max = 64, .is_fixed = true },
	[O_DPORT] = { .top = "dport" },
	[O_DST_CC] = { .top = "dst_country", .places = PLACES_CC },
	[O_CITY] = { .top = "city", .places = PLACES_CITY, .max = 24, .is_late = true },
	[O_NETWORK] = { .top = "network", .places = PLACES_ALL, .max = 40, .is_late = true },
	[O_RX_RATE] = { .top = "rx_rate" },
	[O_TX_RATE] = { .top = "tx_rate" },
	[O_RX] = { .top = "rx_bytes" },
	[O_TX] = { .top = "tx_bytes" },
};

static const struct ladder_step one_ladder[] = {
	STEP(O_DST, 15),
	STEP(O_DPORT, 5),
	STEP(O_RX_RATE, 5),
	STEP(O_TX_RATE, 5),
	STEP(O_SRC, 15),
	STEP(O_SPORT, 5),
	STEP(O_STATE, 6),
	STEP(O_PROCESS, 8),
	STEP(O_PROT, 4),
	STEP(O_TIME, 4),
	STEP(O_D, 1),
	WITH(O_SRC_CC, 2), STEP(O_DST_CC, 2),
	STEP(O_SRC, 20),
	STEP(O_PROCESS, 10),
	STEP(O_DST, 28),
	STEP(O_DPORT, 7),
	STEP(O_PID, LAYOUT_PID_CELLS),
	WITH(O_RX, 5), STEP(O_TX, 5),
	STEP(O_SRC, 28),
	STEP(O_PROCESS, 12),
	STEP(O_DST, 34),
	STEP(O_STATE, 11),
	STEP(O_SRC, 34),
	STEP(O_CITY, 8),
	STEP(O_DST, 39),
	STEP(O_DPORT, 9),
	STEP(O_SRC, 39),
	STEP(O_NETWORK, 13),
	STEP(O_USER, 8),
	STEP(O_PROCESS, 15),
	STEP(O_TIME, 6),
	STEP(O_PROT, 7),
	STEP(O_CITY, 12),
	STEP(O_NETWORK, 18),
};
/* What a line for a flow can have as well. */
static const char *const flow_extras[] = {
	"rate", "bytes", "packets", "rx_packets", "tx_packets", "peak", "nat", "mark",
	"zone", "iface", "unit", "container", "labels", "helper", "timeout", "status",
	"start", "id", "netns", "command", "owner", "holders", "src", "sport", "dst",
	"dport",
};

static const char *const two_extras[] = {
	"rate", "bytes", "packets", "peak", "nat", "mark", "zone", "dir", "iface", "unit",
	"container", "labels", "helper", "timeout", "status", "start", "id", "netns",
	"command", "owner", "holders", "rx_rate", "tx_rate", "rx_bytes", "tx_bytes",
};

static const char *const one_extras[] = {
	"rate", "bytes", "packets", "rx_pps", "tx_pps", "rx_packets", "tx_packets", "peak",
	"nat", "mark", "zone", "iface", "unit", "container", "labels", "helper", "timeout",
	"status", "start", "id", "netns", "command", "owner", "holders",
};
// clang-format on

static const struct ladder flow = { LADDER(flow), column_find, EXTRAS(flow),
				    true };
static const struct ladder two = { LADDER(two), column_find, EXTRAS(two),
				   true };
static const struct ladder one = { LADDER(one), column_find, EXTRAS(one),
				   true };

const struct ladder *const ladders[LAYOUT_KINDS] = {
	[LAYOUT_FLOWS] = &flow,
	[LAYOUT_PAIR_TWO] = &two,
	[LAYOUT_PAIR_ONE] = &one,
	[LAYOUT_PROCESSES] = &process_columns,
	[LAYOUT_HOSTS] = &host_columns,
	[LAYOUT_COUNTRIES] = &country_columns,
	[LAYOUT_NETWORKS] = &network_columns,
	[LAYOUT_PORTS] = &port_columns,
};

_Static_assert(LADDER_FITS(flow, flow) && LADDER_FITS(two, two) &&
		       LADDER_FITS(one, one),
	       "slots fit");
_Static_assert(2 * LADDER_SLOTS <= LAYOUT_MAX_CELLS, "cells fit");

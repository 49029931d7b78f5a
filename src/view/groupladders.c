// SPDX-License-Identifier: GPL-2.0-only
/* The ladders of groups. To change what vanishes first, move a row. */
#include "view/groupcols.h"
#include "view/ladders.h"

enum {
	P_PROCESS,
	P_PID,
	P_USER,
	P_FLOWS,
	P_NEW,
	P_HOSTS,
	P_RX_RATE,
	P_TX_RATE,
	P_RX,
	P_TX,
	P_PEER,
	P_UNIT,
	P_COMMAND
};

enum {
	H_HOST,
	H_ADDRESS,
	H_CC,
	H_CITY,
	H_NETWORK,
	H_FLOWS,
	H_PROCS,
	H_PORTS,
	H_RX_RATE,
	H_TX_RATE,
	H_RX,
	H_TX,
	H_SEEN,
	H_OWNER
};

enum {
	C_CC,
	C_COUNTRY,
	C_FLOWS,
	C_HOSTS,
	C_NETS,
	C_RX_RATE,
	C_TX_RATE,
	C_RX,
	C_TX,
	C_SHARE_RX,
	C_SHARE,
	C_OWNER,
	C_PEER
};

enum {
	N_NETWORK,
	N_IN_OUT,
	N_FLOWS,
	N_ESTAB,
	N_HALF,
	N_HOSTS,
	N_RX_RATE,
	N_TX_RATE,
	N_RX,
	N_TX,
	N_OWNER,
	N_PEER
};

enum {
	S_SERVICE,
	S_PORT,
	S_PROT,
	S_IN_OUT,
	S_FLOWS,
	S_ESTAB,
	S_HALF,
	S_HOSTS,
	S_RX_RATE,
	S_TX_RATE,
	S_RX,
	S_TX,
	S_OWNER,
	S_PEER
};

// clang-format off
static const struct ladder_slot process_slots[] = {
	[P_PROCESS] = { .top = "process", .is_fixed = true },
	[P_PID] = { .top = "pid" },
	[P_USER] = { .top = "user" },
	[P_FLOWS] = { .top = "flows" },
	[P_NEW] = { .top = "new" },
	[P_HOSTS] = { .top = "hosts" },
	[P_RX_RATE] = { .top = "rx_rate" },
	[P_TX_RATE] = { .top = "tx_rate" },
	[P_RX] = { .top = "rx_bytes" },
	[P_TX] = { .top = "tx_bytes" },
	[P_PEER] = { .top = "peer", .max = 46 },
	[P_UNIT] = { .top = "unit" },
	[P_COMMAND] = { .top = "command", .max = 120 },
};

static const struct ladder_step process_ladder[] = {
	STEP(P_PROCESS, 10),
	STEP(P_RX_RATE, 5),
	STEP(P_TX_RATE, 5),
	STEP(P_FLOWS, 5),
	STEP(P_PID, LAYOUT_PID_CELLS),
	WITH(P_RX, 5), STEP(P_TX, 5),
	STEP(P_USER, 8),
	STEP(P_PEER, 15),
	STEP(P_HOSTS, 5),
	STEP(P_PEER, 24),
	STEP(P_NEW, 4),
	STEP(P_PROCESS, 16),
	STEP(P_UNIT, 22),
	STEP(P_COMMAND, 20),
	STEP(P_PEER, 46),
};

static const struct ladder_slot host_slots[] = {
	[H_HOST] = { .top = "host", .max = 64, .is_fixed = true },
	[H_ADDRESS] = { .top = "addr" },
	[H_CC] = { .top = "cc", .places = PLACES_CC },
	[H_CITY] = { .top = "city", .places = PLACES_CITY },
	[H_NETWORK] = { .top = "network", .places = PLACES_ALL },
	[H_FLOWS] = { .top = "flows" },
	[H_PROCS] = { .top = "owners" },
	[H_PORTS] = { .top = "ports" },
	[H_RX_RATE] = { .top = "rx_rate" },
	[H_TX_RATE] = { .top = "tx_rate" },
	[H_RX] = { .top = "rx_bytes" },
	[H_TX] = { .top = "tx_bytes" },
	[H_SEEN] = { .top = "seen" },
	[H_OWNER] = { .top = "owner" },
};

static const struct ladder_step host_ladder[] = {
	STEP(H_HOST, 20),
	STEP(H_RX_RATE, 5),
	STEP(H_TX_RATE, 5),
	STEP(H_FLOWS, 5),
	STEP(H_CC, 2),
	WITH(H_RX, 5), STEP(H_TX, 5),
	STEP(H_HOST, 26),
	STEP(H_OWNER, 12),
	STEP(H_SEEN, 4),
	STEP(H_PROCS, 5),
	STEP(H_HOST, 34),
	STEP(H_NETWORK, 14),
	STEP(H_CITY, 10),
	STEP(H_ADDRESS, 15),
	STEP(H_PORTS, 5),
	STEP(H_OWNER, 16),
	STEP(H_NETWORK, 26),
	STEP(H_HOST, 39),
};

static const struct ladder_slot country_slots[] = {
	[C_CC] = { .top = "cc", .is_fixed = true },
	[C_COUNTRY] = { .top = "country", .max = 33 },
	[C_FLOWS] = { .top = "flows" },
	[C_HOSTS] = { .top = "hosts" },
	[C_NETS] = { .top = "networks" },
	[C_RX_RATE] = { .top = "rx_rate" },
	[C_TX_RATE] = { .top = "tx_rate" },
	[C_RX] = { .top = "rx_bytes" },
	[C_TX] = { .top = "tx_bytes" },
	[C_SHARE_RX] = { .top = "share_rx" },
	[C_SHARE] = { .top = "share", .max = 38 },
	[C_OWNER] = { .top = "owner" },
	[C_PEER] = { .top = "peer", .title = "BUSIEST HOST", .max = 46 },
};

static const struct ladder_step country_ladder[] = {
	STEP(C_CC, 2),
	STEP(C_RX_RATE, 5),
	STEP(C_TX_RATE, 5),
	STEP(C_FLOWS, 5),
	STEP(C_COUNTRY, 14),
	WITH(C_RX, 5), STEP(C_TX, 5),
	STEP(C_HOSTS, 5),
	STEP(C_SHARE_RX, 4),
	STEP(C_OWNER, 12),
	STEP(C_SHARE, 18),
	STEP(C_NETS, 4),
	STEP(C_PEER, 24),
	STEP(C_OWNER, 16),
	STEP(C_SHARE, 40),
	STEP(C_COUNTRY, 24),
};

static const struct ladder_slot network_slots[] = {
	[N_NETWORK] = { .top = "network", .max = 33, .is_fixed = true },
	[N_IN_OUT] = { .top = "in_out" },
	[N_FLOWS] = { .top = "flows" },
	[N_ESTAB] = { .top = "estab" },
	[N_HALF] = { .top = "half" },
	[N_HOSTS] = { .top = "hosts" },
	[N_RX_RATE] = { .top = "rx_rate" },
	[N_TX_RATE] = { .top = "tx_rate" },
	[N_RX] = { .top = "rx_bytes" },
	[N_TX] = { .top = "tx_bytes" },
	[N_OWNER] = { .top = "owner" },
	[N_PEER] = { .top = "peer", .title = "BUSIEST HOST", .max = 46 },
};

static const struct ladder_step network_ladder[] = {
	STEP(N_NETWORK, 14),
	STEP(N_RX_RATE, 5),
	STEP(N_TX_RATE, 5),
	STEP(N_FLOWS, 5),
	STEP(N_NETWORK, 19),
	WITH(N_RX, 5), STEP(N_TX, 5),
	STEP(N_HOSTS, 5),
	STEP(N_OWNER, 12),
	STEP(N_HALF, 4),
	STEP(N_NETWORK, 21),
	STEP(N_IN_OUT, 6),
	STEP(N_ESTAB, 5),
	STEP(N_PEER, 24),
	STEP(N_OWNER, 16),
	STEP(N_NETWORK, 33),
	STEP(N_IN_OUT, 11),
};

static const struct ladder_slot port_slots[] = {
	[S_SERVICE] = { .top = "service", .is_fixed = true },
	[S_PORT] = { .top = "port" },
	[S_PROT] = { .top = "proto" },
	[S_IN_OUT] = { .top = "in_out" },
	[S_FLOWS] = { .top = "flows" },
	[S_ESTAB] = { .top = "estab" },
	[S_HALF] = { .top = "half" },
	[S_HOSTS] = { .top = "hosts" },
	[S_RX_RATE] = { .top = "rx_rate" },
	[S_TX_RATE] = { .top = "tx_rate" },
	[S_RX] = { .top = "rx_bytes" },
	[S_TX] = { .top = "tx_bytes" },
	[S_OWNER] = { .top = "owner", .max = 16 },
	[S_PEER] = { .top = "peer", .title = "BUSIEST HOST", .max = 46 },
};

static const struct ladder_step port_ladder[] = {
	STEP(S_SERVICE, 8),
	STEP(S_PORT, 5),
	STEP(S_RX_RATE, 5),
	STEP(S_TX_RATE, 5),
	STEP(S_FLOWS, 5),
	STEP(S_PROT, 4),
	WITH(S_RX, 5), STEP(S_TX, 5),
	STEP(S_HOSTS, 5),
	STEP(S_OWNER, 12),
	STEP(S_HALF, 4),
	STEP(S_SERVICE, 10),
	STEP(S_IN_OUT, 6),
	STEP(S_ESTAB, 5),
	STEP(S_PEER, 24),
	STEP(S_OWNER, 16),
	STEP(S_SERVICE, 15),
	STEP(S_IN_OUT, 11),
	STEP(S_PROT, 7),
};

/* What every list of groups can have as well. */
static const char *const group_extras[] = { "rate", "bytes" };
// clang-format on

const struct ladder process_columns = { LADDER(process), group_column_find,
					EXTRAS(group), false };
const struct ladder host_columns = { LADDER(host), group_column_find,
				     EXTRAS(group), false };
const struct ladder country_columns = { LADDER(country), group_column_find,
					EXTRAS(group), false };
const struct ladder network_columns = { LADDER(network), group_column_find,
					EXTRAS(group), false };
const struct ladder port_columns = { LADDER(port), group_column_find,
				     EXTRAS(group), false };

_Static_assert(LADDER_FITS(process, group) && LADDER_FITS(host, group) &&
		       LADDER_FITS(country, group) &&
		       LADDER_FITS(network, group) && LADDER_FITS(port, group),
	       "slots fit");

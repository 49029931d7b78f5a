/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What main and the broker say to each other, over one SOCK_SEQPACKET.
 *
 * Every message has the same size and holds plain values; bytes are never
 * passed on to the kernel. The broker answers each request with one
 * REPLY_RESULT. A request that it does not know, or not in its present state,
 * ends it: a main that asks so is not itself any more.
 */
#ifndef FLOWTOP_BROKER_PROTOCOL_H
#define FLOWTOP_BROKER_PROTOCOL_H

#include "broker/request.h"

enum request_kind {
	REQUEST_LIST = 1, /* the table, on a socket */
	REQUEST_ASK,      /* about single flows, on a socket */
	REQUEST_SYSCTL,   /* switches on; once */
	REQUEST_TRACK,    /* tracking on */
};

struct request {
	uint32_t kind;
	uint32_t seq;    /* LIST, ASK: of the ctnetlink messages */
	uint32_t wanted; /* SYSCTL: bits 1 << SYSCTL_* */
	uint8_t socket;  /* LIST, ASK: CT_SOCKET_* */
	uint8_t family;  /* LIST: FAMILY_* or 0 */
	uint16_t n;      /* ASK: keys */
	struct flow_key keys[MAX_GETS];
};

enum reply_kind {
	REPLY_HELLO = 1, /* first of all; result: of the state file */
	REPLY_NO_START,  /* instead of it, and the last; result: why */
	REPLY_NO_DROP,   /* the same: privileges stay */
	REPLY_RESULT,
	REPLY_UNTRACKED, /* by itself: the table is nearly full */
};

struct reply {
	uint32_t kind;
	int32_t result;
};

/**
 * serve - be the broker: does not return
 * @socket: to main
 * @life: open for as long as this process, or the one that watches over it,
 *	  has something to put back
 *
 * Context: a new child of main, single-threaded.
 */
_Noreturn void serve(const struct broker_config *config, int socket, int life);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* Whose flow is it: the question (a job) and the answer (a fact). A worker
 * that answers sees copies, never a flow. */
#ifndef FLOWTOP_FACT_OWNER_H
#define FLOWTOP_FACT_OWNER_H

#include "fact/proc.h"
#include "net/tuple.h"

#include <stdbool.h>
#include <stdint.h>

/* Why the process of a flow is what it is. The number is recorded. */
enum owner_kind {
	OWNER_UNKNOWN,     /* nothing was found, or not asked yet */
	OWNER_LOCAL,       /* a process in the watched network namespace */
	OWNER_OTHER_NETNS, /* a process in another network namespace */
	OWNER_FORWARDED,   /* neither end is a process on this machine */
	OWNER_KERNEL,      /* the kernel's own socket (WireGuard, NFS) */
	OWNER_CLOSED,      /* the socket was closed before it could be looked
			    * at; only the kernel still has the connection */
	OWNER_DENIED,      /* there is a process, and we may not look at it */
	OWNER_KINDS
};

/** owner_kind_name - "local", "other-netns" ... Return: "unknown" for what is
 * none of them. */
const char *owner_kind_name(uint8_t kind);

/* A flow, over time: the slot may belong to another one later. */
struct flow_handle {
	uint64_t born_ns;
	uint32_t slot;
	uint32_t id;
};

/* Which end is ours. */
enum owner_near {
	NEAR_NONE,  /* it passes through, or nobody knows */
	NEAR_ORIG,  /* the source of the original tuple */
	NEAR_REPLY, /* the source of the reply tuple */
	NEAR_BOTH,  /* both ends; the originator's process is wanted */
};

struct owner_job {
	struct flow_handle flow;
	struct tuple orig, reply;
	uint16_t zone;
	uint8_t family; /* FAMILY_* */
	uint8_t proto;
	uint8_t near; /* enum owner_near */
	bool has_reply;
	bool is_new; /* flow.born_ns is when it began, not when it was found */
	/* Its beginning was not seen, so the first packet may have been an
	 * answer: say who listens. TCP only. */
	bool is_midstream;
};

enum owner_fact_kind {
	FACT_OWNER,      /* about the flow in @flow */
	FACT_PROC,       /* about the process in @proc, whatever flow: it says
			  * something else of itself now */
	FACT_PROC_ENDED, /* the process in @proc has ended */
};

struct owner_fact {
	uint8_t fact; /* enum owner_fact_kind */
	uint8_t kind; /* enum owner_kind */
	/* Of a midstream flow: the source of the original tuple is who was
	 * asked. */
	bool is_answering;
	uint16_t holders; /* processes that hold the socket; 0 unknown */
	struct flow_handle flow;
	/* Who takes the fact owns this reference. NULL: nothing is known, not
	 * even a user. */
	const struct proc_fact *proc;
};

#endif

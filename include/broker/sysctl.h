/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The two conntrack switches: turned on for as long as a flowtop runs.
 *
 * Order of calls, and who may make them:
 *
 *	sysctl_open()      with the rights of root; afterwards CAP_NET_ADMIN is
 *	                   enough
 *	fork of a keeper   shares the struct (MAP_SHARED) and the descriptors
 *	                   in it, but never the socket of sysctl_on()
 *	sysctl_on(), sysctl_transaction_*()   in the broker
 *	sysctl_restore()   in the broker; or in the keeper, once the broker is
 *	                   dead and reaped, even if it died in one of these
 *
 * A file that cannot be had costs only what it is for: when flowtop and its
 * keeper are killed, or another flowtop lives on, the switches stay on.
 */
#ifndef FLOWTOP_BROKER_SYSCTL_H
#define FLOWTOP_BROKER_SYSCTL_H

#include "broker/request.h"
#include "lib/slots.h"
#include "lib/users.h"

#include <sys/types.h>

#define SYSCTL_DIR "/run/flowtop"
#define SYSCTL_LISTS 4 /* of iptables: two families, tables and matches */

/* What sysctl_restore() left on. */
enum sysctl_left {
	SYSCTL_LEFT_NOTHING,
	SYSCTL_LEFT_USERS,   /* another flowtop lives, and will restore */
	SYSCTL_LEFT_RULES,   /* the ruleset changed: it may need acct */
	SYSCTL_LEFT_UNKNOWN, /* the lists of iptables cannot be read */
	SYSCTL_LEFT_FAILED,  /* the file is locked, or a switch not written */
};

/* What flowtop changed: what the file remembers. All zero is nothing. */
struct sysctl_facts {
	uint32_t changed;    /* bits 1 << SYSCTL_* */
	uint32_t generation; /* of nftables, before acct was written */
	int32_t writer;      /* process id, for people */
	uint8_t before[SYSCTLS];
	uint8_t ours[SYSCTLS];
};

/* No pointers: two processes use it, one after the other. */
struct sysctl_state {
	struct slots file;
	struct sysctl_facts facts; /* a copy; all there is without a file */
	int lists[SYSCTL_LISTS];   /* /proc/net/ip*_tables_*; -1: tried again */
	char user[USER_NAME];      /* that counts us */
	int user_fd;               /* valid in the process user_pid only */
	pid_t user_pid;
	bool is_exact;  /* the name of the file means no other namespace */
	bool is_on;     /* there may be something to restore */
	bool is_moving; /* within our own transaction: one more is ours */
	int error;      /* of the file, negative errno */
	unsigned int restored; /* bits 1 << SYSCTL_*: put back */
};

/**
 * sysctl_open - open what needs root
 *
 * Return: 0, or negative errno: what is changed cannot be kept in SYSCTL_DIR.
 * Everything else works all the same. (A file that fails later is in
 * @state->error.)
 */
int sysctl_open(struct sysctl_state *state);

/** sysctl_on - set switches to 1. As request_sysctl_on(). */
unsigned int sysctl_on(struct sysctl_state *state, unsigned int wanted);

/**
 * sysctl_transaction_begin, _end - a change of the ruleset that is our own
 * @is_done: whether it was made; it must have been exactly one
 *
 * No other flowtop restores in between. Call it also if sysctl_on() was not.
 */
void sysctl_transaction_begin(struct sysctl_state *state);
void sysctl_transaction_end(struct sysctl_state *state, bool is_done);

/**
 * sysctl_restore - put back what flowtop changed, unless somebody needs it
 *
 * Idempotent. Closes the socket that counts us.
 */
enum sysctl_left sysctl_restore(struct sysctl_state *state);

/**
 * sysctl_repair - put back what a flowtop that is gone left behind
 * @state: after sysctl_open()
 * @left: SYSCTL_LEFT_NOTHING with the result 0: there is nothing to do
 *
 * Return: bits 1 << SYSCTL_* of what was put back, or negative errno.
 */
int sysctl_repair(struct sysctl_state *state, enum sysctl_left *left);

#endif

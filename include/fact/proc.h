/* SPDX-License-Identifier: GPL-2.0-only */
/* What is known of a process. Immutable once it is shared, and counted: rows
 * and frames outlive the moment in which they were made. */
#ifndef FLOWTOP_FACT_PROC_H
#define FLOWTOP_FACT_PROC_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* With the NUL; what is longer is cut. */
#define PROC_COMM_SIZE 64
#define PROC_COMMAND_SIZE 256
#define PROC_PARENT_SIZE 16
#define PROC_UNIT_SIZE 128
#define PROC_CONTAINER_SIZE 80
#define PROC_NETNS_SIZE 64
#define PROC_USER_SIZE 32

/*
 * All strings are harmless (lib/sanitize.h); "" is unknown, or none.
 *
 * With pid 0 there is no process, or none that can be named: what is known is
 * the user of a socket (has_uid), or that the socket is the kernel's own
 * (is_kernel, comm "[kernel]").
 */
struct proc_fact {
	uint32_t pid;
	uint64_t starttime; /* ticks since boot: with the pid, which process.
			     * 0: it was gone before it could be looked at */
	uint32_t uid;       /* effective, as this user namespace sees it */
	bool has_uid;
	bool is_kernel;
	char comm[PROC_COMM_SIZE];           /* "sshd", "[kthreadd]" */
	uint32_t parent_pid;                 /* 0: none, or not known */
	char parent[PROC_PARENT_SIZE];       /* its name: "systemd" */
	char command[PROC_COMMAND_SIZE];     /* with its arguments */
	char unit[PROC_UNIT_SIZE];           /* of systemd: "ssh.service" */
	char container[PROC_CONTAINER_SIZE]; /* "docker:0123456789ab" */
	/* Network namespace when it is not the watched one: its name in
	 * /run/netns, or "net:[4026532417]". */
	char netns[PROC_NETNS_SIZE];
	/* Name of the uid where it was recorded, which says more than the one
	 * it has here; "": ask by uid. */
	char user[PROC_USER_SIZE];

	_Atomic uint32_t refs; /* private to fact/proc.c */
};

/** proc_fact_new - all unknown, one reference. Return: NULL without memory. */
struct proc_fact *proc_fact_new(void);

/** proc_fact_get - one more reference. NULL is allowed. Any thread that has
 * one, or that reads it with the read lock held (see flow/procs.h).
 * Return: @fact. */
const struct proc_fact *proc_fact_get(const struct proc_fact *fact);

/** proc_fact_put - give a reference back. NULL is allowed. Any thread. */
void proc_fact_put(const struct proc_fact *fact);

/** proc_fact_same - is it about the same process (pid and starttime, or the
 * same user or the kernel where there is no pid)? */
bool proc_fact_same(const struct proc_fact *a, const struct proc_fact *b);

/** proc_fact_equal - do they say the same in every field? */
bool proc_fact_equal(const struct proc_fact *a, const struct proc_fact *b);

#endif

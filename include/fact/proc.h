/* SPDX-License-Identifier: GPL-2.0-only */
/* What is known of a process. Immutable once made. */
#ifndef FLOWTOP_FACT_PROC_H
#define FLOWTOP_FACT_PROC_H

#include <stdbool.h>
#include <stdint.h>

/* With the NUL; what is longer is cut. */
#define PROC_COMM_SIZE 64
#define PROC_COMMAND_SIZE 256
#define PROC_UNIT_SIZE 128
#define PROC_CONTAINER_SIZE 80

/* All strings are harmless (lib/sanitize.h); "" is unknown, or none. */
struct proc_fact {
	uint32_t pid;
	uint64_t starttime; /* ticks since boot: with the pid, which process */
	uint32_t uid;       /* effective, as this user namespace sees it */
	bool has_uid;
	char comm[PROC_COMM_SIZE];           /* "sshd", "[kthreadd]" */
	char command[PROC_COMMAND_SIZE];     /* with its arguments */
	char unit[PROC_UNIT_SIZE];           /* of systemd: "ssh.service" */
	char container[PROC_CONTAINER_SIZE]; /* "docker:0123456789ab" */
};

#endif

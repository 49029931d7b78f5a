/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The finder: the process that may look into other processes.
 *
 * A child of main beside the broker. It holds CAP_SYS_PTRACE and
 * CAP_DAC_READ_SEARCH, to read /proc/PID/fd of everybody, and CAP_SYS_ADMIN, to
 * enter other network namespaces; not CAP_NET_ADMIN: who can look cannot
 * change, and who can change cannot look. What it lacks is missing in its
 * answers, and nothing else. A walk takes time, and requests of the collector
 * must not wait for it: another reason for a process of its own.
 *
 * When it dies, owners are not found any more and flowtop goes on; when main
 * dies, it leaves.
 *
 * After finder_start() one thread uses it: the worker that finds owners. No
 * function waits.
 */
#ifndef FLOWTOP_BROKER_FINDER_H
#define FLOWTOP_BROKER_FINDER_H

#include "broker/procwalk.h"
#include "lib/priv.h"
#include "lib/sandbox.h"

#include <linux/capability.h>
#include <stdbool.h>
#include <stdint.h>

struct finder;

struct finder_config {
	const struct caller *caller; /* whose uid it takes */
	enum sandbox_mode sandbox;
};

/* The capabilities that it keeps, as far as they are there. */
#define FINDER_CAPS                                                            \
	(PRIV_CAP(CAP_SYS_PTRACE) | PRIV_CAP(CAP_DAC_READ_SEARCH) |            \
	 PRIV_CAP(CAP_SYS_ADMIN))

/* The initial pid namespace has this inode in every kernel. */
#define FINDER_FIRST_PIDS 4026531836

/* What it may do, as it has found out itself. */
enum {
	FINDER_CAN_PTRACE = 1 << 0, /* see processes of others */
	FINDER_CAN_READ = 1 << 1,   /* list their descriptors */
	FINDER_CAN_NETNS = 1 << 2,  /* enter other network namespaces */
	/* It is in the initial pid namespace: every process can be seen. */
	FINDER_SEES_ALL = 1 << 3,
};

#define FINDER_INODES 256 /* in one request to walk */
#define FINDER_FOUND 64   /* in one answer */
#define FINDER_SPACES 32  /* namespaces in one answer */
#define FINDER_SPACE_NAME 64

/* A network namespace other than the watched one. */
struct finder_space {
	uint64_t inode; /* of its nsfs file; used again when it is gone */
	uint32_t pid;   /* of some process in it; 0: none, only a name */
	uint32_t n_procs;
	char name[FINDER_SPACE_NAME]; /* in /run/netns, any bytes but NUL; "" */
};

enum finder_answer_kind {
	FINDER_FOUND_SOCKETS, /* found[n] */
	FINDER_PASS_DONE,     /* a pass of the walk is over: cost_ns, is_full */
	FINDER_SPACE_LIST,    /* space[n]; is_last: that was all of them */
	FINDER_SPACE_OPENED,  /* the answer to finder_open_space() */
	FINDER_ALONE,         /* the answer to finder_ask_alone() */
};

struct finder_answer {
	uint32_t kind;
	uint32_t n;
	uint64_t inode;   /* SPACE_OPENED: which */
	int32_t error;    /* SPACE_OPENED: 0 or negative errno */
	bool is_last;     /* SPACE_LIST */
	bool is_full;     /* PASS_DONE: every process was looked into */
	bool is_alone;    /* ALONE: nobody but flowtop is in our namespace */
	uint64_t cost_ns; /* PASS_DONE: processor time that it took */
	/* SPACE_OPENED: NETLINK_SOCK_DIAG and NETLINK_ROUTE sockets in that
	 * namespace; the caller closes them, soon: while they are open the
	 * namespace cannot go. -1 after an error. */
	int diag_fd, route_fd;
	union {
		struct walk_found found[FINDER_FOUND];
		struct finder_space space[FINDER_SPACES];
	};
};

/**
 * finder_start - fork it
 *
 * Missing capabilities are no error.
 * Context: in the watched network namespace, before the first thread; main
 * still has its privileges.
 * Return: NULL with errno.
 */
struct finder *finder_start(const struct finder_config *config);

/** finder_close - let it go. NULL is allowed. */
void finder_close(struct finder *finder);

/** finder_rights - FINDER_CAN_* and FINDER_SEES_ALL. */
unsigned int finder_rights(const struct finder *finder);

/** finder_fd - polls readable when finder_read() has something to give. */
int finder_fd(const struct finder *finder);

/**
 * finder_walk - who holds these sockets?
 * @n: at most FINDER_INODES
 * @is_hasty: it is enough to know one holder of each, see procwalk.h; those
 *	      that held a socket lately are looked into first
 *
 * Return: 0, and each inode gets one struct walk_found, if the finder lives;
 * -EAGAIN: so many cannot wait, ask again after the next answer; -EPIPE: it is
 * gone.
 */
int finder_walk(struct finder *finder, const uint64_t *inodes, int n,
		bool is_hasty);

/**
 * finder_list_spaces - which other network namespaces are there?
 *
 * FINDER_SPACE_LIST answers follow. Asked again before the list has begun, one
 * list answers both.
 * Return: as finder_walk().
 */
int finder_list_spaces(struct finder *finder);

/**
 * finder_open_space - sockets in the namespace @inode, which the last list had
 *
 * The answer's error: -ENOENT it is gone, or was not listed; -ESTALE its
 * process or name means another one by now; -EPERM; -EAGAIN answers were not
 * read in time.
 * Return: as finder_walk().
 */
int finder_open_space(struct finder *finder, uint64_t inode);

/**
 * finder_ask_alone - is anybody but flowtop (any) in the watched namespace, by
 * a process or by a name?
 *
 * Whoever cannot see all processes is never alone. It costs as much as a list;
 * in the initial namespace next to nothing.
 * Return: as finder_walk().
 */
int finder_ask_alone(struct finder *finder);

/** finder_read - take an answer. Return: 1; 0: none now; -EPIPE: it is gone. */
int finder_read(struct finder *finder, struct finder_answer *answer);

#endif

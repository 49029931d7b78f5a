/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who holds a socket: what is known by its birth, by the finder's last walk,
 * and from before it was closed. The worker's; one thread.
 *
 * A walk beats a birth: who has made a socket may have handed it over. A full
 * walk beats a hasty one, which stops at the first holder.
 */
#ifndef FLOWTOP_ENRICH_OWNERSOCK_H
#define FLOWTOP_ENRICH_OWNERSOCK_H

#include "enrich/births.h"
#include "enrich/ownerproc.h"
#include "lib/clockmap.h"

#include <stdbool.h>
#include <stdint.h>

struct walk_found;

#define OWNERSOCKS_MAX 65536

/* A socket, as inet_diag has told it. */
struct sock_id {
	uint64_t cookie;
	uint64_t space;    /* 0, or what makes the cookie unique; see below */
	uint64_t inode;    /* 0: closed, the kernel alone still has it */
	const char *netns; /* static; "" in the watched namespace */
	uint32_t uid;
	bool has_uid;
};

enum sock_verdict {
	SOCK_WAIT,   /* for a walk, which is wanted now */
	SOCK_OWNED,  /* fact, holders */
	SOCK_NOBODY, /* closed, and never seen before */
	SOCK_LOST,   /* no process had it, when all were looked at: ask again
		      * whether it is still there */
	SOCK_DENIED, /* somebody who hides */
	SOCK_KERNEL,
	SOCK_UNKNOWN,
};

struct sock_answer {
	enum sock_verdict verdict;
	const struct proc_fact *fact; /* borrowed; also of the user alone */
	uint16_t holders;             /* 0: not known */
	bool is_settled;              /* nothing better is expected */
};

struct own_sock {
	struct clock_node node; /* cookie, space */
	uint64_t inode;
	const struct proc_fact *fact; /* the last known owner; NULL */
	const char *netns;
	uint64_t asked_ns; /* for it, last */
	uint64_t told_ns;  /* the last walk that had it */
	uint64_t full_ns;  /* the last that counted all holders */
	uint64_t lost_ns;  /* the last that found nobody */
	uint16_t holders;
	uint8_t n_lost; /* how many did */
	uint8_t n_same; /* full ones that have found what was known */
	bool is_denied, is_kernel;
	bool is_wanted, is_hasty; /* by the next walk; a hasty one will do */
	/* A walk for it is under way, the full one, a hasty one. */
	bool is_walked_full, is_walked_hasty;
};

/* One that is looked for in a walk. */
struct wanted_sock {
	struct clock_key key;
	uint64_t inode;
	bool is_told;
};

struct ownersocks {
	struct clockmap map;
	struct ownerprocs *procs;
	struct births *births; /* NULL: none, or their ids are not ours */
	bool has_finder;
	bool sees_all;     /* the finder sees every process */
	uint64_t slice_ns; /* when some were looked at */
	uint32_t hand;     /* which ones are next */
	int n_hasty, n_full;
	int n_wanted;
	struct clock_key *wanted; /* OWNERSOCKS_WANTED of them */
};

#define OWNERSOCKS_WANTED 16384

/** ownersocks_init - @procs, @births: borrowed. Return: 0 or -ENOMEM;
 * ownersocks_fini() in any case. */
int ownersocks_init(struct ownersocks *socks, struct ownerprocs *procs,
		    struct births *births);
void ownersocks_fini(struct ownersocks *socks);

/**
 * ownersocks_ask - whose is it?
 * @since_ns: monotonic; what a walk said since then need not be looked at again
 * @is_again: it was lost, and is still there
 */
struct sock_answer ownersocks_ask(struct ownersocks *socks,
				  const struct sock_id *id, uint64_t since_ns,
				  bool is_again, uint64_t now_ns);

/**
 * ownersocks_take_wanted - what to look for in a walk; at most @max
 * @is_hasty: only what a hasty one will do for
 *
 * Return: how many.
 */
int ownersocks_take_wanted(struct ownersocks *socks, bool is_hasty,
			   struct wanted_sock *taken, int max);

/** ownersocks_want_again - one that was taken, and not looked for. */
void ownersocks_want_again(struct ownersocks *socks,
			   const struct clock_key *key, bool is_hasty);

/** ownersocks_refresh - forget what nobody has asked for in a while. To be
 * called about once a second, or more often. Return: whether there was any. */
bool ownersocks_refresh(struct ownersocks *socks, uint64_t now_ns);

/** ownersocks_found - what a walk says of the socket @key. */
void ownersocks_found(struct ownersocks *socks, const struct clock_key *key,
		      const struct walk_found *found, uint64_t now_ns);

#endif

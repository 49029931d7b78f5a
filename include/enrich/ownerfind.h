/* SPDX-License-Identifier: GPL-2.0-only */
/* Which socket: what one answer of inet_diag leaves open. Several sockets can
 * share a port, and one that is bound to an interface is found only by looking
 * at all. Both walk tables of the kernel, so they are done sparingly. The
 * worker's; one thread. */
#ifndef FLOWTOP_ENRICH_OWNERFIND_H
#define FLOWTOP_ENRICH_OWNERFIND_H

#include "enrich/ownersock.h"
#include "enrich/rawsock.h"
#include "enrich/sockdiag.h"
#include "lib/clockmap.h"

#include <stdint.h>

#define OWNERGROUP_MAX 64 /* sockets that share a port */

/* Sockets of which any may be that of a flow. */
struct own_group {
	struct clock_node node;
	uint64_t made_ns;
	int n; /* 1: it is the one that was found */
	struct sock_id *ids;
};

/* Processor time that may be spent. */
struct find_credit {
	int64_t ns;
	uint64_t given_ns; /* when some was given last */
};

struct ownerfind {
	struct clockmap groups;
	struct find_credit others, bound;
	struct rawsocks raw;
};

enum find_result {
	FIND_ONE,
	FIND_GROUP,
	FIND_NONE,
	FIND_MANY,  /* it cannot be told */
	FIND_LATER, /* ask again, that was much */
};

/** ownerfind_init - Return: 0 or -ENOMEM; ownerfind_fini() in any case. */
int ownerfind_init(struct ownerfind *find);
void ownerfind_fini(struct ownerfind *find);

/** ownerfind_id - the socket that was found, where @where says. */
struct sock_id ownerfind_id(const struct sock_found *found,
			    const struct sock_id *where);

/**
 * ownerfind_others - could it be another one?
 * @found: may be changed, see sockdiag_count()
 * @where: space and netns of all
 * @key: of the group
 *
 * Return: FIND_ONE, FIND_GROUP, FIND_MANY, FIND_LATER.
 */
enum find_result ownerfind_others(struct ownerfind *find, struct sockdiag *diag,
				  const struct sock_query *query,
				  struct sock_found *found,
				  const struct sock_id *where,
				  struct clock_key *key, uint64_t now_ns);

/** ownerfind_group - Return: NULL when it was forgotten. */
const struct own_group *ownerfind_group(struct ownerfind *find,
					const struct clock_key *key);

/**
 * ownerfind_bound - look at all, whatever interface they are bound to
 * @found: changed with FIND_ONE
 *
 * Return: FIND_ONE, FIND_NONE, FIND_MANY, FIND_LATER.
 */
enum find_result ownerfind_bound(struct ownerfind *find, struct sockdiag *diag,
				 const struct sock_query *query,
				 struct sock_found *found, uint64_t now_ns);

/**
 * ownerfind_raw - the raw or ping socket, in the watched namespace
 * @number: of a ping socket, its identifier; -1: raw sockets of @query->proto
 * @since_ns: what was read before that is read again
 *
 * Return: FIND_ONE, FIND_NONE, FIND_MANY.
 */
enum find_result ownerfind_raw(struct ownerfind *find,
			       const struct sock_query *query, int number,
			       uint64_t since_ns, struct sock_id *id);

/** ownerfind_may_forge - is there a raw socket that may send packets of that
 * protocol by itself? */
bool ownerfind_may_forge(struct ownerfind *find, uint8_t proto,
			 uint64_t since_ns);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Two tables of the same kind: entries in the order of their coming, a ring;
 * and chains by hash, the youngest first. Who comes takes the place of the
 * oldest.
 */
#include "enrich/birthtab.h"

#include "net/tuple.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#define NONE UINT32_MAX

/* Of a table with @n places, a power of 2. */
struct chains {
	uint32_t *head; /* of each chain: place, or NONE */
	uint32_t *next; /* of each place */
	uint32_t n, used, oldest;
};

struct ends {
	struct addr local, remote;
	uint32_t lport, rport, family;
};

struct connect {
	struct ends ends;
	uint32_t has; /* BIRTH_HAS_* */
	struct birth birth;
};

struct birthtab {
	struct hash_seed seed;
	uint64_t complete_ns; /* all connects after this are there */
	struct chains by_cookie, by_ends;
	struct birth *births;
	struct connect *connects;
};

/* ----------------------------------------------------------------- chains */

static int chains_init(struct chains *c, uint32_t n)
{
	c->n = n;
	c->head = malloc(n * sizeof(*c->head));
	c->next = malloc(n * sizeof(*c->next));
	if (!c->head || !c->next)
		return -1;
	memset(c->head, 0xff, n * sizeof(*c->head));
	return 0;
}

static void chains_fini(struct chains *c)
{
	free(c->head);
	free(c->next);
}

static bool chains_is_full(const struct chains *c)
{
	return c->used == c->n;
}

/* The oldest is the last of its chain. */
static void chains_drop_oldest(struct chains *c, uint64_t hash)
{
	uint32_t *link = &c->head[hash & (c->n - 1)];

	while (*link != c->oldest)
		link = &c->next[*link];
	*link = NONE;
	c->oldest = (c->oldest + 1) & (c->n - 1);
	c->used--;
}

/* Return: its place. There has to be one. */
static uint32_t chains_add(struct chains *c, uint64_t hash)
{
	uint32_t place = (c->oldest + c->used++) & (c->n - 1);
	uint32_t *head = &c->head[hash & (c->n - 1)];

	c->next[place] = *head;
	*head = place;
	return place;
}

/* ----------------------------------------------------------------- records */

static uint64_t hash_cookie(const struct birthtab *tab, uint64_t cookie)
{
	return hash_bytes(&tab->seed, &cookie, sizeof(cookie));
}

static uint64_t hash_ends(const struct birthtab *tab, const struct ends *ends)
{
	return hash_bytes(&tab->seed, ends, sizeof(*ends));
}

static bool is_mapped(const struct addr *addr)
{
	static const uint8_t prefix[12] = { [10] = 0xff, [11] = 0xff };

	return !memcmp(addr, prefix, sizeof(prefix));
}

static void unmap(struct addr *addr)
{
	memmove(addr->byte, addr->byte + 12, 4);
	memset(addr->byte + 4, 0, 12);
}

/* IPv4 by an IPv6 socket is IPv4. */
static void normalize(struct ends *ends)
{
	if (ends->family == FAMILY_IPV6 && is_mapped(&ends->local) &&
	    is_mapped(&ends->remote)) {
		unmap(&ends->local);
		unmap(&ends->remote);
		ends->family = FAMILY_IPV4;
	}
}

/* Return: whether it is a family of ours. */
static bool ends_of_record(struct ends *ends, const struct birth_record *r)
{
	size_t size = addr_size((uint8_t)r->family);

	memset(ends, 0, sizeof(*ends));
	if (r->family > UINT8_MAX || !size)
		return false;
	ends->family = r->family;
	memcpy(&ends->local, r->local, size);
	memcpy(&ends->remote, r->remote, size);
	ends->lport = r->local_port;
	ends->rport = ntohl(r->remote_port);
	normalize(ends);
	return true;
}

static void ends_of_query(struct ends *ends, const struct sock_query *query)
{
	memset(ends, 0, sizeof(*ends));
	ends->family = query->family;
	ends->local = query->local;
	ends->remote = query->remote;
	ends->lport = query->lport;
	ends->rport = query->rport;
	normalize(ends);
}

static void birth_of_record(struct birth *birth, const struct birth_record *r)
{
	*birth = (struct birth){
		.cookie = r->cookie,
		.netns_cookie = r->netns_cookie,
		.boot_ns = r->boot_ns,
		.pid = (uint32_t)(r->pid_tgid >> 32),
		.uid = r->has & BIRTH_HAS_UID ? (uint32_t)r->uid_gid
					      : UINT32_MAX,
	};
	memcpy(birth->comm, r->comm, BIRTH_COMM_SIZE - 1);
}

/*
 * A thread of the kernel that works for anybody: MPTCP makes the further
 * connections of a process there. Whose they are it cannot tell. A process
 * that takes such a name gains no more than not to be known by its births.
 */
static bool is_for_anybody(const struct birth_record *r)
{
	static const char name[] = "kworker/";

	return !memcmp(r->comm, name, sizeof(name) - 1);
}

/* ---------------------------------------------------------------- the table */

struct birthtab *birthtab_new(uint64_t now_ns)
{
	struct birthtab *tab = calloc(1, sizeof(*tab));

	if (!tab)
		return NULL;
	hash_seed_init(&tab->seed);
	tab->complete_ns = now_ns;
	/* Not touched before it is used, so it costs nothing until then. */
	tab->births = malloc(BIRTHTAB_BIRTHS * sizeof(*tab->births));
	tab->connects = malloc(BIRTHTAB_CONNECTS * sizeof(*tab->connects));
	if (chains_init(&tab->by_cookie, BIRTHTAB_BIRTHS) ||
	    chains_init(&tab->by_ends, BIRTHTAB_CONNECTS) || !tab->births ||
	    !tab->connects) {
		birthtab_free(tab);
		return NULL;
	}
	return tab;
}

void birthtab_free(struct birthtab *tab)
{
	if (!tab)
		return;
	chains_fini(&tab->by_cookie);
	chains_fini(&tab->by_ends);
	free(tab->births);
	free(tab->connects);
	free(tab);
}

static void add_birth(struct birthtab *tab, const struct birth_record *r)
{
	struct chains *c = &tab->by_cookie;

	if (chains_is_full(c))
		chains_drop_oldest(
			c, hash_cookie(tab, tab->births[c->oldest].cookie));
	birth_of_record(
		&tab->births[chains_add(c, hash_cookie(tab, r->cookie))], r);
}

static void forget_connect(struct birthtab *tab)
{
	struct chains *c = &tab->by_ends;
	const struct connect *oldest = &tab->connects[c->oldest];

	birthtab_gap(tab, oldest->birth.boot_ns);
	chains_drop_oldest(c, hash_ends(tab, &oldest->ends));
}

static void add_connect(struct birthtab *tab, const struct birth_record *r)
{
	struct connect *connect;
	struct ends ends;

	if (!ends_of_record(&ends, r))
		return;
	if (chains_is_full(&tab->by_ends))
		forget_connect(tab);
	connect = &tab->connects[chains_add(&tab->by_ends,
					    hash_ends(tab, &ends))];
	connect->ends = ends;
	connect->has = r->has;
	birth_of_record(&connect->birth, r);
	/* It stays, as others may have had the same ends, but tells nothing. */
	if (is_for_anybody(r))
		connect->birth.pid = 0;
}

void birthtab_add(struct birthtab *tab, const struct birth_record *record)
{
	if (record->kind == BIRTH_CONNECT)
		add_connect(tab, record);
	else if (record->kind == BIRTH_SOCKET && !is_for_anybody(record))
		add_birth(tab, record);
}

void birthtab_gap(struct birthtab *tab, uint64_t now_ns)
{
	if (now_ns > tab->complete_ns)
		tab->complete_ns = now_ns;
}

bool birthtab_find(const struct birthtab *tab, uint64_t cookie,
		   struct birth *birth)
{
	const struct chains *c = &tab->by_cookie;
	uint32_t at = c->head[hash_cookie(tab, cookie) & (c->n - 1)];

	while (at != NONE && tab->births[at].cookie != cookie)
		at = c->next[at];
	if (at == NONE)
		return false;
	*birth = tab->births[at];
	return true;
}

/*
 * Who has connected? The maker of the socket, where the kernel does not tell.
 * One without a name is believed only when the socket's birth is known: then
 * it is nobody who works for anybody.
 *
 * Return: whether it is known.
 */
static bool join(const struct birthtab *tab, const struct connect *connect,
		 struct birth *birth)
{
	struct birth made;
	bool is_known = birthtab_find(tab, connect->birth.cookie, &made);

	*birth = connect->birth;
	if ((connect->has & BIRTH_HAS_PID) && (connect->has & BIRTH_HAS_COMM))
		return birth->pid;
	if (!is_known)
		return false;
	if (!(connect->has & BIRTH_HAS_PID)) {
		*birth = made;
	} else if (birth->pid == made.pid) {
		made.boot_ns = birth->boot_ns;
		*birth = made;
	}
	return birth->pid;
}

int birthtab_find_connect(const struct birthtab *tab,
			  const struct sock_query *query, uint64_t since_ns,
			  struct birth *birth)
{
	const struct chains *c = &tab->by_ends;
	const struct connect *found = NULL;
	struct ends ends;
	uint32_t at;

	if (query->proto != IPPROTO_TCP)
		return 0;
	ends_of_query(&ends, query);
	at = c->head[hash_ends(tab, &ends) & (c->n - 1)];
	for (; at != NONE; at = c->next[at]) {
		const struct connect *connect = &tab->connects[at];

		if (connect->birth.boot_ns < since_ns ||
		    memcmp(&connect->ends, &ends, sizeof(ends)))
			continue;
		if (!found)
			found = connect;
		else if (found->birth.cookie != connect->birth.cookie)
			return -1;
	}
	if (!found)
		return 0;
	if (since_ns <= tab->complete_ns)
		return -1;
	return join(tab, found, birth) ? 1 : 0;
}

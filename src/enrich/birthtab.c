/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Two tables of the same kind: entries in the order of their coming, a ring;
 * and chains by hash, the youngest first. Who comes takes the place of the
 * oldest.
 *
 * All the machine's sockets come here, of which few may have to do with the
 * flows that are looked at. So the tables are small, and all of their memory is
 * touched at once: how much there is does not depend on what others do. Only
 * when they answer questions, and the oldest would go too early for the next
 * one, they get larger.
 */
#include "enrich/birthtab.h"

#include "lib/clock.h"
#include "net/tuple.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#define NONE UINT32_MAX

struct ends {
	struct addr local, remote;
	uint32_t lport, rport, family;
};

struct connect {
	struct birth birth; /* first: see birth_at() */
	struct ends ends;
	uint32_t has; /* BIRTH_HAS_* */
};

typedef uint64_t (*hash_fn)(const struct hash_seed *seed, const void *elem);

/* @n places, a power of 2. */
struct chains {
	uint32_t *head; /* of each chain: place, or NONE */
	uint32_t *next; /* of each place */
	char *elems;    /* of each place; they begin with a struct birth */
	size_t elem_size;
	hash_fn hash;
	uint32_t n, used, oldest;
	uint32_t few, most;    /* for @n */
	uint64_t forgotten_ns; /* all that came later are there */
};

struct birthtab {
	struct hash_seed seed;
	uint64_t complete_ns; /* no connect was lost after this */
	uint64_t latest_ns;   /* of the last record */
	uint64_t found_ns;    /* latest_ns when a question had an answer; 0 */
	struct chains births, connects;
};

/* ----------------------------------------------------------------- chains */

/* One that is younger may be asked for yet: its flow began a moment ago, and
 * whoever asks may be late. */
#define YOUNG_NS (5 * NS_PER_S)

/* For so long after an answer another question is expected. */
#define USEFUL_NS (60 * NS_PER_S)

static void chains_fini(struct chains *c)
{
	free(c->head);
	free(c->next);
	free(c->elems);
}

/* Empty, with @n places. Return: 0 or -1, then nothing is to be freed. */
static int chains_set(struct chains *c, uint32_t n)
{
	c->n = n;
	c->used = c->oldest = 0;
	c->head = malloc(n * sizeof(*c->head));
	c->next = malloc(n * sizeof(*c->next));
	c->elems = malloc(n * c->elem_size);
	if (!c->head || !c->next || !c->elems) {
		chains_fini(c);
		return -1;
	}
	memset(c->head, 0xff, n * sizeof(*c->head));
	/* Only to have the memory now. */
	memset(c->next, 0xff, n * sizeof(*c->next));
	memset(c->elems, 0xff, n * c->elem_size);
	return 0;
}

static bool chains_is_full(const struct chains *c)
{
	return c->used == c->n;
}

static void *elem_at(const struct chains *c, uint32_t place)
{
	return c->elems + place * c->elem_size;
}

static const struct birth *birth_at(const struct chains *c, uint32_t place)
{
	return elem_at(c, place);
}

static void forget(struct chains *c, const struct birth *birth)
{
	if (birth->boot_ns > c->forgotten_ns)
		c->forgotten_ns = birth->boot_ns;
}

/* The oldest is the last of its chain. */
static void chains_drop_oldest(struct chains *c, const struct hash_seed *seed)
{
	uint64_t hash = c->hash(seed, elem_at(c, c->oldest));
	uint32_t *link = &c->head[hash & (c->n - 1)];

	forget(c, birth_at(c, c->oldest));
	while (*link != c->oldest)
		link = &c->next[*link];
	*link = NONE;
	c->oldest = (c->oldest + 1) & (c->n - 1);
	c->used--;
}

/* There has to be a place. */
static void chains_add(struct chains *c, const struct hash_seed *seed,
		       const void *elem)
{
	uint32_t place = (c->oldest + c->used++) & (c->n - 1);
	uint32_t *head = &c->head[c->hash(seed, elem) & (c->n - 1)];

	c->next[place] = *head;
	*head = place;
	memcpy(elem_at(c, place), elem, c->elem_size);
}

/* The youngest stay. Without memory nothing changes. */
static void chains_resize(struct chains *c, const struct hash_seed *seed,
			  uint32_t n)
{
	struct chains old = *c;
	uint32_t skip = old.used > n ? old.used - n : 0;

	if (chains_set(c, n)) {
		*c = old;
		return;
	}
	for (uint32_t i = 0; i < old.used; i++) {
		uint32_t place = (old.oldest + i) & (old.n - 1);

		if (i < skip)
			forget(c, birth_at(&old, place));
		else
			chains_add(c, seed, elem_at(&old, place));
	}
	chains_fini(&old);
}

/* ----------------------------------------------------------------- records */

static uint64_t hash_cookie(const struct hash_seed *seed, uint64_t cookie)
{
	return hash_bytes(seed, &cookie, sizeof(cookie));
}

static uint64_t hash_ends(const struct hash_seed *seed, const struct ends *ends)
{
	return hash_bytes(seed, ends, sizeof(*ends));
}

static uint64_t hash_birth(const struct hash_seed *seed, const void *elem)
{
	return hash_cookie(seed, ((const struct birth *)elem)->cookie);
}

static uint64_t hash_connect(const struct hash_seed *seed, const void *elem)
{
	return hash_ends(seed, &((const struct connect *)elem)->ends);
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
	tab->births = (struct chains){
		.elem_size = sizeof(struct birth),
		.hash = hash_birth,
		.few = BIRTHTAB_FEW_BIRTHS,
		.most = BIRTHTAB_BIRTHS,
	};
	tab->connects = (struct chains){
		.elem_size = sizeof(struct connect),
		.hash = hash_connect,
		.few = BIRTHTAB_FEW_CONNECTS,
		.most = BIRTHTAB_CONNECTS,
	};
	if (chains_set(&tab->births, tab->births.few)) {
		free(tab);
		return NULL;
	}
	if (chains_set(&tab->connects, tab->connects.few)) {
		chains_fini(&tab->births);
		free(tab);
		return NULL;
	}
	return tab;
}

void birthtab_free(struct birthtab *tab)
{
	if (!tab)
		return;
	chains_fini(&tab->births);
	chains_fini(&tab->connects);
	free(tab);
}

static bool is_useful(const struct birthtab *tab, uint64_t now_ns)
{
	return tab->found_ns && now_ns < tab->found_ns + USEFUL_NS;
}

static void add(struct birthtab *tab, struct chains *c, const void *elem)
{
	if (chains_is_full(c) && c->n < c->most &&
	    is_useful(tab, tab->latest_ns) &&
	    tab->latest_ns < birth_at(c, c->oldest)->boot_ns + YOUNG_NS)
		chains_resize(c, &tab->seed, 2 * c->n);
	if (chains_is_full(c))
		chains_drop_oldest(c, &tab->seed);
	chains_add(c, &tab->seed, elem);
}

static void add_birth(struct birthtab *tab, const struct birth_record *r)
{
	struct birth birth;

	birth_of_record(&birth, r);
	add(tab, &tab->births, &birth);
}

static void add_connect(struct birthtab *tab, const struct birth_record *r)
{
	struct connect connect = { .has = r->has };

	if (!ends_of_record(&connect.ends, r))
		return;
	birth_of_record(&connect.birth, r);
	/* It stays, as others may have had the same ends, but tells nothing. */
	if (is_for_anybody(r))
		connect.birth.pid = 0;
	add(tab, &tab->connects, &connect);
}

void birthtab_add(struct birthtab *tab, const struct birth_record *record)
{
	if (record->boot_ns > tab->latest_ns)
		tab->latest_ns = record->boot_ns;
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

static void trim(struct birthtab *tab, struct chains *c)
{
	if (c->n > c->few)
		chains_resize(c, &tab->seed, c->few);
}

void birthtab_trim(struct birthtab *tab, uint64_t now_ns)
{
	if (is_useful(tab, now_ns))
		return;
	trim(tab, &tab->births);
	trim(tab, &tab->connects);
}

static void found(struct birthtab *tab)
{
	tab->found_ns = tab->latest_ns;
}

bool birthtab_find(struct birthtab *tab, uint64_t cookie, struct birth *birth)
{
	const struct chains *c = &tab->births;
	uint32_t at = c->head[hash_cookie(&tab->seed, cookie) & (c->n - 1)];

	while (at != NONE && birth_at(c, at)->cookie != cookie)
		at = c->next[at];
	if (at == NONE)
		return false;
	*birth = *birth_at(c, at);
	found(tab);
	return true;
}

/*
 * Who has connected? The maker of the socket, where the kernel does not tell.
 * One without a name is believed only when the socket's birth is known: then
 * it is nobody who works for anybody.
 *
 * Return: whether it is known.
 */
static bool join(struct birthtab *tab, const struct connect *connect,
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

int birthtab_find_connect(struct birthtab *tab, const struct sock_query *query,
			  uint64_t since_ns, struct birth *birth)
{
	const struct chains *c = &tab->connects;
	const struct connect *one = NULL;
	struct ends ends;
	uint32_t at;

	if (query->proto != IPPROTO_TCP)
		return 0;
	ends_of_query(&ends, query);
	at = c->head[hash_ends(&tab->seed, &ends) & (c->n - 1)];
	for (; at != NONE; at = c->next[at]) {
		const struct connect *connect = elem_at(c, at);

		if (connect->birth.boot_ns < since_ns ||
		    memcmp(&connect->ends, &ends, sizeof(ends)))
			continue;
		if (!one)
			one = connect;
		else if (one->birth.cookie != connect->birth.cookie)
			return -1;
	}
	if (!one)
		return 0;
	found(tab);
	if (since_ns <= tab->complete_ns || since_ns <= c->forgotten_ns)
		return -1;
	return join(tab, one, birth) ? 1 : 0;
}

/* SPDX-License-Identifier: GPL-2.0-only */
#include "enrich/ownerfind.h"

#include "lib/clock.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#define GROUPS_MAX 4096
#define GROUP_NS (1 * NS_PER_S)

/* One percent of a processor for each kind, and some hundred at once after a
 * pause. */
#define CREDIT_PART 100
#define CREDIT_MAX (int64_t)(50 * NS_PER_MS)

/* Above all cookies: the inode of what has none. */
#define COOKIE_OF_INODE (1ULL << 63)

static void group_drop(void *elem)
{
	struct own_group *group = elem;

	free(group->ids);
}

int ownerfind_init(struct ownerfind *find)
{
	memset(find, 0, sizeof(*find));
	find->others.ns = find->bound.ns = CREDIT_MAX;
	return clockmap_init(&find->groups, sizeof(struct own_group),
			     GROUPS_MAX, group_drop);
}

void ownerfind_fini(struct ownerfind *find)
{
	clockmap_fini(&find->groups);
}

struct sock_id ownerfind_id(const struct sock_found *found,
			    const struct sock_id *where)
{
	struct sock_id id = *where;

	id.cookie = found->cookie;
	id.inode = found->inode;
	id.uid = found->uid;
	id.has_uid = found->has_uid;
	return id;
}

/* ------------------------------------------------------------ credit */

static bool has_credit(struct find_credit *credit, uint64_t now_ns)
{
	if (credit->given_ns && now_ns > credit->given_ns)
		credit->ns +=
			(int64_t)((now_ns - credit->given_ns) / CREDIT_PART);
	credit->given_ns = now_ns;
	if (credit->ns > CREDIT_MAX)
		credit->ns = CREDIT_MAX;
	return credit->ns > 0;
}

static void spend(struct find_credit *credit, uint64_t start_ns)
{
	credit->ns -= (int64_t)(clock_thread_cpu_ns() - start_ns);
}

/* ------------------------------------------------------------ all */

struct collecting {
	const struct sock_query *query;
	enum sock_match match; /* MATCH_NONE: the best there are */
	bool is_best;
	int n;
	struct sock_entry entries[OWNERGROUP_MAX];
};

static bool collect_one(void *ctx, const struct sock_entry *entry)
{
	struct collecting *c = ctx;
	enum sock_match match = diagmsg_match(c->query, entry);

	if (match == MATCH_NONE)
		return false;
	if (c->is_best && (c->match == MATCH_NONE || match < c->match)) {
		c->match = match;
		c->n = 0;
	}
	if (match != c->match)
		return false;
	if (c->n < OWNERGROUP_MAX)
		c->entries[c->n] = *entry;
	c->n++;
	return c->n > OWNERGROUP_MAX;
}

static int dump_port(struct sockdiag *diag, uint8_t family, uint32_t states,
		     struct collecting *c)
{
	int more = sockdiag_dump_begin(diag, family, c->query->proto, states,
				       c->query->lport);

	if (more)
		return more;
	do {
		more = sockdiag_dump_step(diag, collect_one, c);
	} while (more > 0);
	return more;
}

static int collect(struct sockdiag *diag, uint32_t states, struct collecting *c)
{
	int err = 0;

	if (c->query->family == FAMILY_IPV4)
		err = dump_port(diag, FAMILY_IPV4, states, c);
	return err ? err : dump_port(diag, FAMILY_IPV6, states, c);
}

/* ------------------------------------------------------------ groups */

static struct clock_key group_key(const struct sock_query *query,
				  const struct sock_found *found)
{
	uint64_t word[2], b = (uint64_t)query->lport << 8 | found->match;

	memcpy(word, &query->local, sizeof(word));
	b = (b ^ word[0]) * 0x9e3779b97f4a7c15ULL;
	b = (b ^ word[1]) * 0x9e3779b97f4a7c15ULL;
	return (struct clock_key){ found->cookie, b };
}

static struct sock_id entry_id(const struct sock_entry *entry,
			       const struct sock_id *where)
{
	struct sock_id id = *where;

	id.cookie = entry->cookie;
	id.inode = entry->inode;
	id.uid = entry->uid;
	id.has_uid = entry->has_uid;
	return id;
}

static int fill_group(struct own_group *group, struct sockdiag *diag,
		      const struct sock_query *query,
		      const struct sock_found *found,
		      const struct sock_id *where)
{
	struct collecting c = { .query = query, .match = found->match };
	uint32_t states = found->match == MATCH_LISTENER ? 1U << SOCK_LISTEN
							 : 1U << SOCK_CLOSE;
	int err = collect(diag, states, &c);

	free(group->ids);
	group->ids = NULL;
	group->n = c.n;
	if (err || c.n < 2 || c.n > OWNERGROUP_MAX)
		return err;
	group->ids = calloc((size_t)c.n, sizeof(*group->ids));
	if (!group->ids)
		return -ENOMEM;
	for (int i = 0; i < c.n; i++)
		group->ids[i] = entry_id(&c.entries[i], where);
	return 0;
}

static enum find_result group_result(const struct own_group *group)
{
	if (group->n <= 1)
		return FIND_ONE;
	return group->ids ? FIND_GROUP : FIND_MANY;
}

enum find_result ownerfind_others(struct ownerfind *find, struct sockdiag *diag,
				  const struct sock_query *query,
				  struct sock_found *found,
				  const struct sock_id *where,
				  struct clock_key *key, uint64_t now_ns)
{
	struct own_group *group;
	uint64_t start;
	int err;

	*key = group_key(query, found);
	group = clockmap_get(&find->groups, key->a, key->b);
	if (group->made_ns && now_ns < group->made_ns + GROUP_NS &&
	    (group->n == 1 || !found->is_queued))
		return group_result(group);
	if (!has_credit(&find->others, now_ns))
		return FIND_LATER;
	start = clock_thread_cpu_ns();
	err = sockdiag_count(diag, query, found);
	group->made_ns = now_ns;
	group->n = found->n_candidates;
	if (!err && found->n_candidates > 1)
		err = fill_group(group, diag, query, found, where);
	/* One of several, by its queue: true for this connection alone. */
	if (found->is_queued || err)
		group->made_ns = 0;
	spend(&find->others, start);
	return err ? FIND_LATER : group_result(group);
}

const struct own_group *ownerfind_group(struct ownerfind *find,
					const struct clock_key *key)
{
	struct own_group *group = clockmap_find(&find->groups, key->a, key->b);

	return group && group->ids ? group : NULL;
}

enum find_result ownerfind_bound(struct ownerfind *find, struct sockdiag *diag,
				 const struct sock_query *query,
				 struct sock_found *found, uint64_t now_ns)
{
	struct collecting c = { .query = query, .is_best = true };
	const struct sock_entry *e = &c.entries[0];
	uint64_t start = clock_thread_cpu_ns();
	int err;

	if (!has_credit(&find->bound, now_ns))
		return FIND_LATER;
	err = collect(diag, SOCK_STATES_ALL, &c);
	spend(&find->bound, start);
	if (err || !c.n)
		return err ? FIND_LATER : FIND_NONE;
	if (c.n > 1)
		return FIND_MANY;
	*found = (struct sock_found){
		.inode = e->inode,
		.cookie = e->cookie,
		.uid = e->uid,
		.has_uid = e->has_uid,
		.ifindex = e->ifindex,
		.state = e->state,
		.n_candidates = 1,
		.match = c.match,
	};
	return FIND_ONE;
}

/* ------------------------------------------------------------ raw */

static enum find_result pick_raw(const struct rawsock *socks, int n,
				 const struct sock_query *query, int number,
				 struct sock_id *id)
{
	enum find_result result = FIND_NONE;

	for (int i = 0; i < n; i++) {
		const struct rawsock *s = &socks[i];

		if (s->number != number ||
		    !rawsock_fits(s, query->family, &query->local,
				  &query->remote))
			continue;
		if (result != FIND_NONE)
			return FIND_MANY;
		result = FIND_ONE;
		*id = (struct sock_id){
			.cookie = s->inode | COOKIE_OF_INODE,
			.inode = s->inode,
			.netns = "",
			.uid = s->uid,
			.has_uid = true,
		};
	}
	return result;
}

enum find_result ownerfind_raw(struct ownerfind *find,
			       const struct sock_query *query, int number,
			       uint64_t since_ns, struct sock_id *id)
{
	struct rawsocks *raw = &find->raw;

	rawsocks_read(raw, since_ns);
	if (raw->is_cut)
		return FIND_MANY;
	if (number >= 0)
		return pick_raw(raw->ping, raw->n_ping, query, number, id);
	return pick_raw(raw->raw, raw->n_raw, query, query->proto, id);
}

bool ownerfind_may_forge(struct ownerfind *find, uint8_t proto,
			 uint64_t since_ns)
{
	rawsocks_read(&find->raw, since_ns);
	for (int i = 0; i < find->raw.n_raw; i++) {
		uint16_t number = find->raw.raw[i].number;

		if (number == proto || number == IPPROTO_RAW)
			return true;
	}
	return find->raw.is_cut;
}

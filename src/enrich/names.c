// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the reader's thread does: who is asked for, when, and how many.
 *
 * An address of which nothing is known takes a place in the cache when it is
 * asked for, not before: what there was no room for leaves no trace.
 */
#include "enrich/names.h"

#include "enrich/namecache.h"
#include "enrich/namepool.h"
#include "lib/clock.h"

#include <stdlib.h>

struct names {
	struct names_config config;
	struct namecache *cache;
	struct namepool *pool;
	size_t n_outstanding;
	/* When the last ones were asked, in a ring; 0: there was none. */
	uint64_t asked_ns[NAMES_PER_SECOND];
	unsigned int oldest;
	bool is_started;
};

static uint64_t now_of(const struct names *names)
{
	return names->config.now_ns ? names->config.now_ns(names->config.ctx)
				    : clock_mono_ns();
}

struct names *names_new(const struct names_config *config)
{
	struct names *names = calloc(1, sizeof(*names));

	if (!names)
		return NULL;
	names->config = *config;
	names->cache = namecache_new();
	names->pool = namepool_new(config);
	if (names->cache && names->pool)
		return names;
	names_free(names);
	return NULL;
}

void names_free(struct names *names)
{
	if (!names)
		return;
	namecache_free(names->cache);
	namepool_leave(names->pool);
	free(names);
}

int names_start(struct names *names)
{
	names->is_started = !names->config.is_silent;
	return 0;
}

void names_stop(struct names *names)
{
	names->is_started = false;
	namepool_close(names->pool);
}

/* ----------------------------------------------------------------- asking */

/* The others have no names, and a name server would only learn of them. */
static bool can_have_name(const struct addr *addr, uint8_t family)
{
	enum addr_scope scope;

	if (!addr_size(family))
		return false;
	scope = addr_scope(addr, family);
	return scope != SCOPE_ANY && scope != SCOPE_MULTICAST &&
	       scope != SCOPE_BROADCAST;
}

/* A bucket of tokens would let twice as many go in its first second. */
static bool is_too_soon(const struct names *names, uint64_t now_ns)
{
	uint64_t then_ns = names->asked_ns[names->oldest];

	return then_ns && now_ns - then_ns < NS_PER_S;
}

static bool can_ask(const struct names *names, uint64_t now_ns)
{
	return names->is_started && names->n_outstanding < NAMES_OUTSTANDING &&
	       !is_too_soon(names, now_ns);
}

static void ask(struct names *names, struct name_entry *entry, uint64_t now_ns)
{
	const struct name_question question = {
		.addr = entry->addr,
		.family = entry->family,
	};

	if (!namepool_ask(names->pool, &question))
		return;
	entry->is_asked = true;
	names->n_outstanding++;
	names->asked_ns[names->oldest] = now_ns;
	names->oldest = (names->oldest + 1) % NAMES_PER_SECOND;
}

void names_want(struct names *names, const struct addr *addr, uint8_t family)
{
	struct name_entry *entry = namecache_find(names->cache, addr, family);
	uint64_t now_ns = now_of(names);

	if (entry)
		namecache_touch(names->cache, entry, now_ns);
	if (entry ? entry->is_asked || entry->expires_ns > now_ns
		  : !can_have_name(addr, family))
		return;
	if (!can_ask(names, now_ns))
		return;
	if (!entry) {
		entry = namecache_add(names->cache, addr, family);
		if (!entry)
			return;
		entry->wanted_ns = now_ns;
	}
	ask(names, entry, now_ns);
}

const struct name_fact *names_find(const struct names *names,
				   const struct addr *addr, uint8_t family)
{
	const struct name_entry *entry =
		namecache_find(names->cache, addr, family);

	return entry ? entry->fact : NULL;
}

bool names_age_ns(const struct names *names, const struct addr *addr,
		  uint8_t family, uint64_t *age_ns)
{
	const struct name_entry *entry =
		namecache_find(names->cache, addr, family);
	uint64_t now_ns = now_of(names), answered_ns;

	if (!entry || !entry->fact || entry->is_learned)
		return false;
	/* What has expired may be asked again, and stays meanwhile. */
	answered_ns = entry->expires_ns - NAMES_KEPT_NS;
	*age_ns = now_ns > answered_ns ? now_ns - answered_ns : 0;
	return true;
}

bool names_is_settled(const struct names *names, const struct addr *addr,
		      uint8_t family)
{
	const struct name_entry *entry;

	if (!names->is_started || !can_have_name(addr, family))
		return true;
	entry = namecache_find(names->cache, addr, family);
	return entry && entry->is_answered;
}

size_t names_outstanding(const struct names *names)
{
	return names->n_outstanding;
}

/* ---------------------------------------------------------------- answers */

int names_fd(const struct names *names)
{
	return namepool_fd(names->pool);
}

static bool take_learned(struct names *names, const struct name_answer *answer)
{
	struct name_entry *entry =
		namecache_find(names->cache, &answer->addr, answer->family);

	/* Nothing is borrowed while answers are taken. */
	namecache_bury(names->cache);
	if (!entry)
		entry = namecache_add(names->cache, &answer->addr,
				      answer->family);
	if (!entry) {
		name_fact_put(answer->fact);
		return false;
	}
	entry->is_learned = true;
	entry->expires_ns = UINT64_MAX;
	return namecache_set(entry, answer->fact);
}

static bool take_answer(struct names *names, const struct name_answer *answer)
{
	struct name_entry *entry =
		namecache_find(names->cache, &answer->addr, answer->family);

	names->n_outstanding--;
	entry->is_asked = false;
	if (entry->is_learned) {
		name_fact_put(answer->fact);
		return false;
	}
	entry->expires_ns =
		now_of(names) + (answer->fact ? NAMES_KEPT_NS : NAMES_NONE_NS);
	return namecache_set(entry, answer->fact);
}

bool names_take(struct names *names)
{
	uint64_t now_ns = now_of(names);
	struct name_answer answer;
	bool is_changed = false;

	while (namepool_take(names->pool, &answer))
		is_changed |= answer.is_learned ? take_learned(names, &answer)
						: take_answer(names, &answer);
	is_changed |= namecache_forget(
		names->cache, now_ns,
		now_ns > NAMES_KEPT_NS ? now_ns - NAMES_KEPT_NS : 0);
	namecache_bury(names->cache);
	return is_changed;
}

void names_learn(struct names *names, const struct addr *addr, uint8_t family,
		 const char *text, size_t length)
{
	const struct name_fact *fact = name_fact_accept(text, length);

	if (fact)
		namepool_learn(names->pool, addr, family, fact);
}

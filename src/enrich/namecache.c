// SPDX-License-Identifier: GPL-2.0-only
/*
 * A hash over a fixed array, and a list through it by when an entry was wanted
 * last. Strangers choose the addresses: the hash is keyed.
 *
 * A name that has to go while it is borrowed waits in a small grave.
 */
#include "enrich/namecache.h"

#include "net/tuple.h"

#include <stdlib.h>
#include <string.h>

#define N_HEADS (NAMECACHE_MAX * 2) /* a power of two */
#define GRAVES 256
#define FORGET_AT_ONCE 64

struct namecache {
	struct hash_seed seed;
	/* Pages that no entry has reached yet cost nothing. */
	struct name_entry *entry;
	uint32_t *head;  /* numbers + 1 */
	uint32_t n_ever; /* entries that were in use at some time */
	uint32_t free;   /* number + 1; chained */
	uint32_t newest, oldest;
	uint32_t n_graves;
	const struct name_fact *grave[GRAVES];
};

struct namecache *namecache_new(void)
{
	struct namecache *cache = calloc(1, sizeof(*cache));

	if (!cache)
		return NULL;
	hash_seed_init(&cache->seed);
	cache->entry = calloc(NAMECACHE_MAX, sizeof(*cache->entry));
	cache->head = calloc(N_HEADS, sizeof(*cache->head));
	if (cache->entry && cache->head)
		return cache;
	namecache_free(cache);
	return NULL;
}

void namecache_free(struct namecache *cache)
{
	if (!cache)
		return;
	namecache_bury(cache);
	for (uint32_t i = 0; i < cache->n_ever; i++)
		name_fact_put(cache->entry[i].fact);
	free(cache->entry);
	free(cache->head);
	free(cache);
}

static uint32_t number_of(const struct namecache *cache,
			  const struct name_entry *entry)
{
	return (uint32_t)(entry - cache->entry) + 1;
}

static uint32_t *head_of(const struct namecache *cache, const struct addr *addr,
			 uint8_t family)
{
	uint64_t hash = hash_bytes(&cache->seed, addr, sizeof(*addr)) ^ family;

	return &cache->head[hash & (N_HEADS - 1)];
}

struct name_entry *namecache_find(const struct namecache *cache,
				  const struct addr *addr, uint8_t family)
{
	uint32_t number = *head_of(cache, addr, family);

	while (number) {
		struct name_entry *entry = &cache->entry[number - 1];

		if (entry->family == family && addr_equal(&entry->addr, addr))
			return entry;
		number = entry->chain;
	}
	return NULL;
}

/* ------------------------------------------------- by when it was wanted */

static void unlink_entry(struct namecache *cache, struct name_entry *entry)
{
	if (entry->newer)
		cache->entry[entry->newer - 1].older = entry->older;
	else
		cache->newest = entry->older;
	if (entry->older)
		cache->entry[entry->older - 1].newer = entry->newer;
	else
		cache->oldest = entry->newer;
}

static void link_newest(struct namecache *cache, struct name_entry *entry)
{
	uint32_t number = number_of(cache, entry);

	entry->newer = 0;
	entry->older = cache->newest;
	if (cache->newest)
		cache->entry[cache->newest - 1].newer = number;
	else
		cache->oldest = number;
	cache->newest = number;
}

void namecache_touch(struct namecache *cache, struct name_entry *entry,
		     uint64_t now_ns)
{
	entry->wanted_ns = now_ns;
	if (cache->newest == number_of(cache, entry))
		return;
	unlink_entry(cache, entry);
	link_newest(cache, entry);
}

/* ------------------------------------------------------------ room for more */

static bool can_go(const struct namecache *cache,
		   const struct name_entry *entry)
{
	return !entry->is_asked && (!entry->fact || cache->n_graves < GRAVES);
}

static void drop(struct namecache *cache, struct name_entry *entry)
{
	uint32_t number = number_of(cache, entry);
	uint32_t *link = head_of(cache, &entry->addr, entry->family);

	while (*link != number)
		link = &cache->entry[*link - 1].chain;
	*link = entry->chain;
	unlink_entry(cache, entry);
	if (entry->fact)
		cache->grave[cache->n_graves++] = entry->fact;
	*entry = (struct name_entry){ .chain = cache->free };
	cache->free = number;
}

/* No more are asked for at a time than the caller lets, so few are passed. */
static void make_room(struct namecache *cache)
{
	uint32_t number = cache->oldest;

	while (number && !can_go(cache, &cache->entry[number - 1]))
		number = cache->entry[number - 1].newer;
	if (number)
		drop(cache, &cache->entry[number - 1]);
}

static struct name_entry *take_free(struct namecache *cache)
{
	struct name_entry *entry;

	if (!cache->free && cache->n_ever < NAMECACHE_MAX)
		return &cache->entry[cache->n_ever++];
	if (!cache->free)
		make_room(cache);
	if (!cache->free)
		return NULL;
	entry = &cache->entry[cache->free - 1];
	cache->free = entry->chain;
	return entry;
}

struct name_entry *namecache_add(struct namecache *cache,
				 const struct addr *addr, uint8_t family)
{
	struct name_entry *entry = take_free(cache);
	uint32_t *head;

	if (!entry)
		return NULL;
	head = head_of(cache, addr, family);
	*entry = (struct name_entry){
		.addr = *addr,
		.family = family,
		.chain = *head,
	};
	*head = number_of(cache, entry);
	link_newest(cache, entry);
	return entry;
}

bool namecache_set(struct name_entry *entry, const struct name_fact *fact)
{
	const struct name_fact *before = entry->fact;

	entry->is_answered = true;
	if (before && fact && !strcmp(before->text, fact->text)) {
		name_fact_put(fact);
		return false;
	}
	entry->fact = fact;
	name_fact_put(before);
	return before || fact;
}

bool namecache_forget(struct namecache *cache, uint64_t now_ns,
		      uint64_t before_ns)
{
	bool is_changed = false;

	for (int i = 0; i < FORGET_AT_ONCE && cache->oldest; i++) {
		struct name_entry *entry = &cache->entry[cache->oldest - 1];

		if (entry->is_learned || entry->expires_ns > now_ns ||
		    entry->wanted_ns >= before_ns || !can_go(cache, entry))
			break;
		is_changed |= entry->fact != NULL;
		drop(cache, entry);
	}
	return is_changed;
}

void namecache_bury(struct namecache *cache)
{
	while (cache->n_graves)
		name_fact_put(cache->grave[--cache->n_graves]);
}

/* SPDX-License-Identifier: GPL-2.0-only */
/* What is known of the names of addresses, by address: bounded, the one that
 * nobody has looked at for longest goes first. For one thread. */
#ifndef FLOWTOP_ENRICH_NAMECACHE_H
#define FLOWTOP_ENRICH_NAMECACHE_H

#include "fact/name.h"
#include "net/addr.h"

#include <stdbool.h>
#include <stdint.h>

struct namecache;

#define NAMECACHE_MAX 16384

struct name_entry {
	struct addr addr;
	uint64_t expires_ns; /* of an answer */
	uint64_t wanted_ns;  /* by somebody, last */
	/* Borrowed until namecache_bury(); NULL: it has none, or nobody has
	 * answered yet. */
	const struct name_fact *fact;
	/* Numbers + 1; 0: none. Private to enrich/namecache.c. */
	uint32_t chain, newer, older;
	uint8_t family;
	bool is_asked;    /* and not answered yet: it stays */
	bool is_answered; /* ever */
	bool is_learned;  /* from a recording: no answer replaces it */
};

/** namecache_new - Return: freed with namecache_free(); NULL with errno. */
struct namecache *namecache_new(void);
void namecache_free(struct namecache *cache);

/** namecache_find - Return: borrowed until something is added; NULL: none. */
struct name_entry *namecache_find(const struct namecache *cache,
				  const struct addr *addr, uint8_t family);

/**
 * namecache_add - an entry for what namecache_find() does not find
 *
 * Return: as namecache_find(); NULL when there is no room because all are asked
 * for, or too many names have gone since namecache_bury().
 */
struct name_entry *namecache_add(struct namecache *cache,
				 const struct addr *addr, uint8_t family);

/** namecache_touch - somebody wants it, at @now_ns: it goes last. */
void namecache_touch(struct namecache *cache, struct name_entry *entry,
		     uint64_t now_ns);

/** namecache_set - an answer. @fact: one reference, which it takes; NULL: there
 * is no name. Return: whether that is another name. */
bool namecache_set(struct name_entry *entry, const struct name_fact *fact);

/** namecache_forget - what expired and was not wanted since @before_ns, some of
 * it. Return: whether a name has gone. */
bool namecache_forget(struct namecache *cache, uint64_t now_ns,
		      uint64_t before_ns);

/** namecache_bury - names that were borrowed are not looked at any more. */
void namecache_bury(struct namecache *cache);

#endif

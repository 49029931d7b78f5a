/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The other network namespaces, and which addresses they have, as the finder
 * tells. Nothing of them stays open here: that would keep one that was deleted
 * alive. The worker's; one thread.
 */
#ifndef FLOWTOP_ENRICH_SPACES_H
#define FLOWTOP_ENRICH_SPACES_H

#include "enrich/sockdiag.h"
#include "net/addr.h"

#include <stdbool.h>
#include <stdint.h>

struct finder_answer;

#define SPACES_MAX 4096
#define SPACES_ADDRS 65536
#define SPACES_NAMES 4096

struct space {
	uint64_t inode;
	uint64_t cookie;   /* 0: not known */
	const char *netns; /* how it is shown */
	uint64_t first_ns; /* when it was seen first, and when its */
	uint64_t asked_ns; /* addresses were asked for; 0: never */
	bool is_there;     /* in the list that is coming in */
};

struct space_addr {
	struct addr addr;
	uint32_t space;
	uint8_t family;
};

struct spaces {
	struct space *space;
	int n;
	struct space_addr *addrs; /* by family, address */
	int n_addrs;
	char *names[SPACES_NAMES]; /* never freed before the end */
	int n_names;
	uint64_t listed_ns; /* when the last list was asked for */
};

/** spaces_init - Return: 0 or -ENOMEM; spaces_fini() in any case. */
int spaces_init(struct spaces *spaces);
void spaces_fini(struct spaces *spaces);

/** spaces_take_list - part of a list. Return: whether it was the last part:
 * positions are those of the new list then. */
bool spaces_take_list(struct spaces *spaces, const struct finder_answer *answer,
		      uint64_t now_ns);

/** spaces_is_due - should its addresses be asked for? New ones often. */
bool spaces_is_due(const struct spaces *spaces, int i, uint64_t now_ns);

/**
 * spaces_opened - take the descriptors of space @i, and its addresses
 *
 * Return: 0, and @diag asks there until it is closed; or negative errno. Both
 * descriptors of @answer belong to this function.
 */
int spaces_opened(struct spaces *spaces, int i,
		  const struct finder_answer *answer, struct sockdiag *diag,
		  uint64_t now_ns);

/** spaces_has - has space @i that address? @i -1: has any? */
bool spaces_has(const struct spaces *spaces, int i, const struct addr *addr,
		uint8_t family);

/** spaces_by_cookie - Return: how it is shown; NULL: not known. */
const char *spaces_by_cookie(const struct spaces *spaces, uint64_t cookie);

#endif

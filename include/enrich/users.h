/* SPDX-License-Identifier: GPL-2.0-only */
/* Names of users, looked up in a thread of their own: the answer may come from
 * a server that is slow. A name stays as long as the program runs. */
#ifndef FLOWTOP_ENRICH_USERS_H
#define FLOWTOP_ENRICH_USERS_H

#include <stdint.h>

struct users;

/** users_new - Return: freed with users_free(); NULL with errno. */
struct users *users_new(void);
void users_free(struct users *users);

/** users_start, users_stop - the thread. Return: 0 or negative errno. Without
 * it nothing is ever found. */
int users_start(struct users *users);
void users_stop(struct users *users);

/** users_want - look @uid up, once. Any thread; does not wait. */
void users_want(struct users *users, uint32_t uid);

/**
 * users_name - the name of @uid
 *
 * Any thread; does not wait, and may be called for every row.
 * Return: static until users_free(), harmless to show; NULL: none, or not known
 * yet.
 */
const char *users_name(const struct users *users, uint32_t uid);

/** users_version - grows with every name that was found. Any thread. */
uint64_t users_version(const struct users *users);

#endif

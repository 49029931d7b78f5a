/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Names of hosts, looked up as everything on this machine looks them up
 * (getnameinfo: /etc/hosts, mDNS, DNS ... by nsswitch.conf), in threads of
 * their own: an answer may take many seconds, or never come.
 *
 *   names_want --> questions (64) --> threads (1 to 16) --> answers -->
 * names_take
 *
 * Only what is looked at is asked for, no more than 50 in a second. Answers are
 * kept for 10 minutes, that there is none for one; 16,384 of them, those that
 * were wanted last.
 */
#ifndef FLOWTOP_ENRICH_NAMES_H
#define FLOWTOP_ENRICH_NAMES_H

#include "fact/name.h"
#include "lib/clock.h"
#include "net/addr.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct names;

#define NAMES_THREADS 16
#define NAMES_OUTSTANDING 64 /* asked, and not answered yet */
#define NAMES_PER_SECOND 50
#define NAMES_KEPT_NS (600 * NS_PER_S)
#define NAMES_NONE_NS (60 * NS_PER_S) /* that there is none */

struct names_config {
	/* Nobody is asked: only what names_learn() was told is known. */
	bool is_silent;
	/* How to look one up, for tests; NULL: getnameinfo. In any thread.
	 * @name: of 1025 bytes. Return: 0, or it has none. */
	int (*look_up)(void *ctx, const struct addr *addr, uint8_t family,
		       char *name);
	/* Monotonic, for tests; NULL: clock_mono_ns(). */
	uint64_t (*now_ns)(void *ctx);
	void *ctx;
};

/* All but names_learn() are for one thread, that of the reader. */

/** names_new - Return: freed with names_free(); NULL with errno. */
struct names *names_new(const struct names_config *config);
void names_free(struct names *names);

/**
 * names_start, names_stop - from the one to the other names are asked for
 *
 * A thread starts when there is something to ask and all are busy, and ends
 * when there was nothing for 10 s. Stopping never waits for an answer: a thread
 * that does is left behind with what it needs. Context: in the sandbox. Return:
 * 0 or negative errno.
 */
int names_start(struct names *names);
void names_stop(struct names *names);

/**
 * names_want - somebody looks at @addr
 *
 * To be said again at each frame: what there is no room for now is asked later.
 * An answer that has expired stays until there is a new one. Nobody is asked
 * for the name of multicast, broadcast and unspecified addresses.
 */
void names_want(struct names *names, const struct addr *addr, uint8_t family);

/** names_find - Return: borrowed until names_take(); NULL: none, or not known
 * yet. */
const struct name_fact *names_find(const struct names *names,
				   const struct addr *addr, uint8_t family);

/** names_age_ns - how long ago its name was answered. Return: false: it has no
 * name, or nobody has answered: a recording knows it. */
bool names_age_ns(const struct names *names, const struct addr *addr,
		  uint8_t family, uint64_t *age_ns);

/** names_is_settled - an answer is known, be it that there is none; or nobody
 * is asked. */
bool names_is_settled(const struct names *names, const struct addr *addr,
		      uint8_t family);

/** names_fd - polls readable while answers wait to be taken. */
int names_fd(const struct names *names);

/** names_take - take answers, forget old ones. Return: whether a name is known
 * now that was not, or the other way round. */
bool names_take(struct names *names);

/** names_outstanding - asked, and not taken yet. */
size_t names_outstanding(const struct names *names);

/** names_learn - a recording knows a name: it is believed, and stays.
 * @text: of strangers. Any thread. */
void names_learn(struct names *names, const struct addr *addr, uint8_t family,
		 const char *text, size_t length);

#endif

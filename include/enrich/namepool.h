/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The threads that ask for names, and the two queues between them and the one
 * who wants to know.
 *
 * A thread may wait for a name server for a long time, or for ever, and nothing
 * ends it. So each has a share in the pool: what is left of it after
 * namepool_leave() belongs to the last thread that returns, or to the exit.
 */
#ifndef FLOWTOP_ENRICH_NAMEPOOL_H
#define FLOWTOP_ENRICH_NAMEPOOL_H

#include "enrich/names.h"
#include "fact/name.h"
#include "net/addr.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct namepool;

#define NAMES_LEARNED 16384 /* of recordings, and not taken yet */

struct name_question {
	struct addr addr;
	uint8_t family;
};

struct name_answer {
	struct addr addr;
	const struct name_fact *fact; /* one reference; NULL: it has no name */
	uint8_t family;
	bool is_learned;
};

/** namepool_new - @config is copied. Return: given back with namepool_leave();
 * NULL with errno. */
struct namepool *namepool_new(const struct names_config *config);

/** namepool_leave - nobody wants to know any more. Does not wait. */
void namepool_leave(struct namepool *pool);

/** namepool_ask - Context: no more than NAMES_OUTSTANDING without an answer.
 * A thread is started when all are busy. Return: false when it is closed, or
 * there is no thread and none can be started. */
bool namepool_ask(struct namepool *pool, const struct name_question *question);

/** namepool_learn - as if it had been answered. Any thread. @fact: a reference,
 * which it takes. */
void namepool_learn(struct namepool *pool, const struct addr *addr,
		    uint8_t family, const struct name_fact *fact);

/** namepool_take - Return: false when there is no answer. */
bool namepool_take(struct namepool *pool, struct name_answer *answer);

/** namepool_fd - polls readable while there are answers. */
int namepool_fd(const struct namepool *pool);

/** namepool_close - nobody is asked any more; threads that wait for nobody end
 * soon. Does not wait. */
void namepool_close(struct namepool *pool);

#endif

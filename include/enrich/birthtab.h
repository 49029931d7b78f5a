/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is remembered of births and connects. The oldest go; of connects it is
 * remembered since when all of them are known, because one that is forgotten
 * could have been the right one. One thread.
 */
#ifndef FLOWTOP_ENRICH_BIRTHTAB_H
#define FLOWTOP_ENRICH_BIRTHTAB_H

#include "enrich/birthrec.h"
#include "enrich/diagmsg.h"

#include <stdbool.h>
#include <stdint.h>

/* So many are remembered in any case, and up to so many of the last seconds
 * while they answer questions. */
#define BIRTHTAB_FEW_BIRTHS 4096
#define BIRTHTAB_FEW_CONNECTS 1024
#define BIRTHTAB_BIRTHS 65536
#define BIRTHTAB_CONNECTS 16384

struct birthtab;

/** birthtab_new - @now_ns: CLOCK_BOOTTIME; what was before is not known.
 * Return: freed with birthtab_free(); NULL without memory. */
struct birthtab *birthtab_new(uint64_t now_ns);
void birthtab_free(struct birthtab *tab);

/** birthtab_add - remember a record. Any content is borne. */
void birthtab_add(struct birthtab *tab, const struct birth_record *record);

/** birthtab_gap - connects were lost, all of them before @now_ns. */
void birthtab_gap(struct birthtab *tab, uint64_t now_ns);

/** birthtab_find, birthtab_find_connect - as births_find() and
 * births_find_connect(). */
bool birthtab_find(struct birthtab *tab, uint64_t cookie, struct birth *birth);
int birthtab_find_connect(struct birthtab *tab, const struct sock_query *query,
			  uint64_t since_ns, struct birth *birth);

/** birthtab_trim - give back what was needed, but not for a minute. @now_ns:
 * CLOCK_BOOTTIME */
void birthtab_trim(struct birthtab *tab, uint64_t now_ns);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* What a match has found out in a walk: one byte for each test and thing. */
#ifndef FLOWTOP_VIEW_MATCHMEMO_H
#define FLOWTOP_VIEW_MATCHMEMO_H

#include "lib/slack.h"
#include "net/addr.h"

#include <stddef.h>
#include <stdint.h>

enum memo_kind { MEMO_NONE, MEMO_PROC, MEMO_HOST, MEMO_SERVICE, MEMO_KINDS };

enum { MEMO_UNKNOWN, MEMO_FALSE, MEMO_TRUE };

struct memo {
	uint8_t *cell; /* of thing n, test t: [n * n_slots + t] */
	size_t n;      /* things there is room for */
	size_t end;    /* all that were looked at are below */
	uint8_t n_slots;
	struct slack slack;
};

#define MEMO_SLOTS 255 /* at most; tests beyond remember nothing */

/* Hosts without a number: the ends that translation has made are few. */
#define MEMO_ODD 64

struct memos {
	struct memo of[MEMO_KINDS];
	struct memo_odd {
		struct addr addr;
		uint8_t family;
	} odd[MEMO_ODD];
	uint8_t *odd_cell; /* as above, by place in @odd */
};

/** memos_init - room is taken when it is needed. Return: 0 or -ENOMEM. */
int memos_init(struct memos *memos, const uint8_t n_slots[MEMO_KINDS]);
void memos_fini(struct memos *memos);

/** memos_begin - forget everything, and give back what was not needed. */
void memos_begin(struct memos *memos, uint64_t now_ns);

/** memo_more - as memo_cell(), of what was not looked at yet. */
uint8_t *memo_more(struct memo *memo, size_t number, uint8_t slot);

/** memo_cell - where the answer of test @slot about thing @number is kept.
 * Return: NULL without memory. */
static inline uint8_t *memo_cell(struct memo *memo, size_t number, uint8_t slot)
{
	if (number < memo->end)
		return &memo->cell[number * memo->n_slots + slot];
	return memo_more(memo, number, slot);
}

/** memo_odd_cell - the same of a host without a number. */
uint8_t *memo_odd_cell(struct memos *memos, const struct addr *addr,
		       uint8_t family, uint8_t slot);

#endif

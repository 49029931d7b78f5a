/* SPDX-License-Identifier: GPL-2.0-only */
/* What a match has found out in a walk: one byte for each test and thing. */
#ifndef FLOWTOP_VIEW_MATCHMEMO_H
#define FLOWTOP_VIEW_MATCHMEMO_H

#include "lib/slack.h"
#include "net/addr.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum memo_kind { MEMO_NONE, MEMO_PROC, MEMO_HOST, MEMO_SERVICE, MEMO_KINDS };

enum { MEMO_UNKNOWN, MEMO_FALSE, MEMO_TRUE };

struct memo {
	uint8_t *cell;   /* of thing n, test t: [n * n_slots + t] */
	size_t n;        /* things there is room for */
	size_t end;      /* all that were looked at are below */
	uint8_t n_slots; /* with the tag of a host */
	struct slack slack;
};

#define MEMO_SLOTS 250 /* at most; tests beyond remember nothing */
#define MEMO_TAG 4     /* bytes in front of those of a host */

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

/** memos_init - room is taken when it is needed. @n_slots: tests of each kind.
 * Return: 0 or -ENOMEM. */
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

/* Tells addresses apart, but for one in two thousand million. Never 0. */
static inline uint32_t memo_tag(const struct addr *addr)
{
	uint64_t half[2];

	memcpy(half, addr, sizeof(half));
	return (uint32_t)((half[0] * 0x9e3779b97f4a7c15ULL ^ half[1]) *
				  0xc2b2ae3d27d4eb4fULL >>
			  32) |
	       1;
}

/** memo_host_cell - the same of a host. @addr: another one may have its number
 * by now, even in one walk. */
static inline uint8_t *memo_host_cell(struct memos *memos, size_t number,
				      const struct addr *addr, uint8_t slot)
{
	struct memo *memo = &memos->of[MEMO_HOST];
	uint8_t *row = memo_cell(memo, number, 0);
	uint32_t tag = memo_tag(addr), before;

	if (!row)
		return NULL;
	memcpy(&before, row, MEMO_TAG);
	if (before != tag) {
		memset(row, 0, memo->n_slots);
		memcpy(row, &tag, MEMO_TAG);
	}
	return row + MEMO_TAG + slot;
}

/** memo_odd_cell - the same of a host without a number. */
uint8_t *memo_odd_cell(struct memos *memos, const struct addr *addr,
		       uint8_t family, uint8_t slot);

#endif

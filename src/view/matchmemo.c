// SPDX-License-Identifier: GPL-2.0-only
/* What was found out, by number. */
#include "view/matchmemo.h"

#include "view/array.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int memos_init(struct memos *memos, const uint8_t n_slots[MEMO_KINDS])
{
	*memos = (struct memos){ .odd_cell = NULL };
	for (int i = 0; i < MEMO_KINDS; i++)
		memos->of[i].n_slots = n_slots[i];
	if (!n_slots[MEMO_HOST])
		return 0;
	memos->of[MEMO_HOST].n_slots += MEMO_TAG;
	memos->odd_cell = calloc(MEMO_ODD, memos->of[MEMO_HOST].n_slots);
	return memos->odd_cell ? 0 : -ENOMEM;
}

void memos_fini(struct memos *memos)
{
	for (int i = 0; i < MEMO_KINDS; i++)
		free(memos->of[i].cell);
	free(memos->odd_cell);
}

static void begin(struct memo *memo, uint64_t now_ns)
{
	void *cell = memo->cell;

	if (!cell)
		return;
	memset(cell, 0, memo->end * memo->n_slots);
	array_shrink(&cell, &memo->n, memo->n_slots, &memo->slack, memo->end,
		     now_ns);
	memo->cell = cell;
	memo->end = 0;
}

void memos_begin(struct memos *memos, uint64_t now_ns)
{
	for (int i = 0; i < MEMO_KINDS; i++)
		begin(&memos->of[i], now_ns);
	memset(memos->odd, 0, sizeof(memos->odd));
	if (memos->odd_cell)
		memset(memos->odd_cell, 0,
		       (size_t)MEMO_ODD * memos->of[MEMO_HOST].n_slots);
}

uint8_t *memo_more(struct memo *memo, size_t number, uint8_t slot)
{
	void *cell = memo->cell;

	if (number >= memo->n) {
		int err = array_grow(&cell, &memo->n, memo->n_slots, number);

		memo->cell = cell;
		if (err)
			return NULL;
	}
	memo->end = number + 1;
	return &memo->cell[number * memo->n_slots + slot];
}

uint8_t *memo_odd_cell(struct memos *memos, const struct addr *addr,
		       uint8_t family, uint8_t slot)
{
	size_t i = memo_tag(addr) >> 1 & (MEMO_ODD - 1),
	       n = memos->of[MEMO_HOST].n_slots;
	struct memo_odd *odd = &memos->odd[i];

	if (odd->family != family || !addr_equal(&odd->addr, addr)) {
		*odd = (struct memo_odd){ *addr, family };
		memset(&memos->odd_cell[i * n], 0, n);
	}
	return &memos->odd_cell[i * n + slot];
}

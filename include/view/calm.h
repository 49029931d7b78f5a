/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Orders that do not tremble: what enum view_order promises, for lists of
 * anything that has a number that stays.
 *
 * A frame may be left off before it is complete, and then nothing of it is
 * remembered: what it changes is noted, and written by calm_end().
 */
#ifndef FLOWTOP_VIEW_CALM_H
#define FLOWTOP_VIEW_CALM_H

#include "view/sort.h"
#include "view/view.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The order of the last frame: keys by number. A number that is used again has
 * another id. */
struct view_memory {
	const struct column *column;
	bool is_descending;
	bool is_part; /* the frame that wrote it was left off */
	size_t n;
	/* Packed: one for each slot of the table, 12 bytes instead of 16. */
	struct memory_slot {
		uint64_t key; /* 0: nothing yet */
		uint32_t id;
	} __attribute__((packed, aligned(4))) slot[];
};

/* One frame's. Zeroed is empty. */
struct calm {
	struct view_memory *memory;
	const struct sort_order *order;
	enum view_order how; /* ORDER_FRESH without memory */
	bool is_noting;      /* changes go into: */
	struct calm_note {
		uint64_t key;
		uint32_t id;
		uint32_t index;
	} * notes;
	size_t n_notes, max_notes;
	bool must_end; /* the memory is no longer what it was */
	bool has_lead;
	struct calm_lead {
		uint64_t key;  /* the largest that is remembered */
		uint64_t calm; /* what it would be in ORDER_CALM */
		uint64_t best; /* the largest there would be, */
		size_t entry;  /* whose it is */
		size_t index;
	} lead;
};

/**
 * calm_begin - a frame begins
 * @calm: overwritten; to be ended with calm_end() or calm_drop()
 * @memory: of the frame before; NULL at first, freed with free()
 * @n: numbers are below
 * @may_leave: it may be left off
 */
void calm_begin(struct calm *calm, struct view_memory **memory,
		const struct sort_order *order, enum view_order how, size_t n,
		bool may_leave);

/** calm_can_leave - the frame can be left off: always before calm_begin(), not
 * when more has changed than is noted. */
static inline bool calm_can_leave(const struct calm *calm)
{
	return !calm->must_end;
}

/** calm_end - the frame is complete: its order is remembered. */
void calm_end(struct calm *calm);

/** calm_drop - it is not: that of the frame before is, or none. */
void calm_drop(struct calm *calm);

/** calm_shrink - nothing has had a number above @n for a while: far more room
 * than that is given back. */
void calm_shrink(struct view_memory **memory, size_t n);

/** calm_has - whether keys of number @index are remembered at all. */
static inline bool calm_has(const struct calm *calm, size_t index)
{
	/* The table may have grown since memory was made for it. */
	return calm->how != ORDER_FRESH && index < calm->memory->n;
}

/** calm_held - calm_known() of anything in ORDER_HELD. */
static inline uint64_t calm_held(const struct calm *calm, size_t index,
				 uint32_t id)
{
	const struct memory_slot *slot = &calm->memory->slot[index];

	return slot->id == id ? slot->key : 0;
}

/**
 * calm_is_settled - what has @key keeps it, and nobody's place depends on that
 *
 * So it is with most flows: they are idle, and were. Then calm_known() and
 * calm_settle() would change nothing. Not in ORDER_HELD.
 */
static inline bool calm_is_settled(const struct calm *calm, size_t index,
				   uint32_t id, uint64_t key)
{
	const struct memory_slot *slot = &calm->memory->slot[index];
	const struct calm_lead *lead = &calm->lead;

	return slot->key == key && slot->id == id && key <= lead->best &&
	       (key < lead->key || (key == lead->key && key >= lead->calm));
}

/**
 * calm_known - the key of what need not be looked at
 * @index, @id: its number, and what tells it from others that had this number
 * @is_closed: it stays where it was
 * @entry: its place in the list that will be sorted
 *
 * Only where calm_has() is true.
 * Return: false when calm_settle() has to be told. *@key is 0 for what is
 * behind everything else.
 */
bool calm_known(struct calm *calm, size_t index, uint32_t id, bool is_closed,
		size_t entry, uint64_t *key);

/** calm_settle - the key by which it is ordered. @key: that of its value */
uint64_t calm_settle(struct calm *calm, size_t index, uint32_t id, size_t entry,
		     uint64_t key);

/**
 * calm_lead - who has to be first, after all keys were settled
 *
 * Return: whether it is another one than the keys say: *@entry gets *@key.
 */
bool calm_lead(struct calm *calm, size_t *entry, uint64_t *key);

#endif

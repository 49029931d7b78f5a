// SPDX-License-Identifier: GPL-2.0-only
/* Orders that do not tremble. */
#include "view/calm.h"

#include "lib/slack.h"
#include "view/columns.h"
#include "view/value.h"

#include <stdlib.h>
#include <string.h>

/* sqrt(1.25): two values in bands of this width differ by at most 1.25. */
#define CALM_BAND 1.118033988749895

/* A rate that changed by more than this does not wait in ORDER_REST. */
#define LARGE_CHANGE 2.0

#define FIRST_NOTES 256
#define MAX_NOTES 65536 /* a megabyte, until the frame is complete */

static int memory_grow(struct view_memory **kept, size_t n)
{
	struct view_memory *memory = *kept;
	size_t old = memory ? memory->n : 0;

	if (n <= old && memory)
		return 0;
	memory = realloc(memory, sizeof(*memory) + n * sizeof(memory->slot[0]));
	if (!memory)
		return -1;
	memset(&memory->slot[old], 0, (n - old) * sizeof(memory->slot[0]));
	if (!*kept)
		memory->column = NULL;
	memory->n = n;
	*kept = memory;
	return 0;
}

void calm_shrink(struct view_memory **kept, size_t n)
{
	struct view_memory *memory = *kept;

	if (!memory || !slack_is_large(memory->n, n))
		return;
	memory = realloc(memory, sizeof(*memory) + n * sizeof(memory->slot[0]));
	if (!memory)
		return;
	memory->n = n;
	*kept = memory;
}

/* Forget another order, and without memory do without. */
void calm_begin(struct calm *calm, struct view_memory **kept,
		const struct sort_order *order, enum view_order how, size_t n,
		bool may_leave)
{
	struct view_memory *memory;

	*calm = (struct calm){ .order = order, .how = how };
	if (how != ORDER_FRESH && memory_grow(kept, n))
		calm->how = ORDER_FRESH;
	memory = calm->memory = *kept;
	if (calm->how == ORDER_FRESH) {
		if (memory)
			memory->column = NULL;
		return;
	}
	if (memory->column != order->column ||
	    memory->is_descending != order->is_descending) {
		memset(memory->slot, 0, memory->n * sizeof(memory->slot[0]));
		memory->column = order->column;
		memory->is_descending = order->is_descending;
		memory->is_part = true;
	}
	if (memory->is_part)
		calm->how = ORDER_CALM; /* nothing is there to hold on to */
	else
		/* More than the key changes where that is not exact. */
		calm->is_noting = may_leave && sort_is_exact(order);
}

/* Return: -1 when there is no room. */
static int add_note(struct calm *calm, size_t index, uint32_t id, uint64_t key)
{
	if (calm->n_notes == calm->max_notes) {
		size_t max =
			calm->max_notes ? calm->max_notes * 2 : FIRST_NOTES;
		void *notes = max > MAX_NOTES
				      ? NULL
				      : realloc(calm->notes,
						max * sizeof(*calm->notes));

		if (!notes)
			return -1;
		calm->notes = notes;
		calm->max_notes = max;
	}
	calm->notes[calm->n_notes++] = (struct calm_note){
		.key = key,
		.id = id,
		.index = (uint32_t)index,
	};
	return 0;
}

static void forget_notes(struct calm *calm)
{
	free(calm->notes);
	calm->notes = NULL;
	calm->n_notes = calm->max_notes = 0;
	calm->is_noting = false;
}

static void write_notes(struct calm *calm)
{
	for (size_t i = 0; i < calm->n_notes; i++) {
		const struct calm_note *note = &calm->notes[i];
		struct memory_slot *slot = &calm->memory->slot[note->index];

		slot->key = note->key;
		slot->id = note->id;
	}
	forget_notes(calm);
}

static void remember(struct calm *calm, size_t index, uint32_t id, uint64_t key)
{
	struct memory_slot *slot = &calm->memory->slot[index];

	if (slot->key == key && slot->id == id)
		return;
	if (calm->is_noting) {
		if (!add_note(calm, index, id, key))
			return;
		write_notes(calm);
		calm->must_end = true;
	}
	slot->key = key;
	slot->id = id;
}

void calm_drop(struct calm *calm)
{
	if (calm->how != ORDER_FRESH && calm->how != ORDER_HELD &&
	    !calm->is_noting)
		calm->memory->is_part = true;
	forget_notes(calm);
}

void calm_end(struct calm *calm)
{
	const struct calm_lead *lead = &calm->lead;

	write_notes(calm);
	if (calm->has_lead)
		calm->memory->slot[lead->index].key = lead->key + 1;
	if (calm->memory)
		calm->memory->is_part = false;
}

/* The key that is nearest to @old_key among those within a band around @key. */
static uint64_t calm_key(const struct sort_order *order, uint64_t old_key,
			 uint64_t key)
{
	uint64_t old_value, value;
	double place, rate;

	/* Most flows are idle, and were. */
	if (old_key == key)
		return key;
	if (!sort_key_value(order, old_key, &old_value) ||
	    !sort_key_value(order, key, &value))
		return key;
	place = rate_from_key(old_value);
	rate = rate_from_key(value);
	if (place > rate * CALM_BAND)
		place = rate * CALM_BAND;
	else if (place < rate / CALM_BAND)
		place = rate / CALM_BAND;
	return sort_key_from(order, true, rate_key(place));
}

/* So small a change can wait. */
static bool can_rest(const struct sort_order *order, uint64_t old_key,
		     uint64_t key)
{
	uint64_t old_value, value;
	double old_rate, rate;

	if (!sort_key_value(order, old_key, &old_value) ||
	    !sort_key_value(order, key, &value))
		return old_key == key;
	old_rate = rate_from_key(old_value);
	rate = rate_from_key(value);
	return rate <= old_rate * LARGE_CHANGE &&
	       old_rate <= rate * LARGE_CHANGE;
}

/*
 * Who is first in ORDER_REST: what was, or, when ORDER_CALM would put something
 * else above it, that. Keys stand for places, larger ones first.
 */
static void lead_note(struct calm *calm, size_t index, size_t entry,
		      uint64_t key, uint64_t calm_key)
{
	struct calm_lead *lead = &calm->lead;

	/* Whichever of equal ones comes first: the worst of them counts. */
	if (key > lead->key || (key == lead->key && calm_key < lead->calm)) {
		lead->key = key;
		lead->calm = calm_key;
	}
	if (calm_key > lead->best) {
		lead->best = calm_key;
		lead->entry = entry;
		lead->index = index;
	}
}

bool calm_known(struct calm *calm, size_t index, uint32_t id, bool is_closed,
		size_t entry, uint64_t *key)
{
	const struct memory_slot *slot = &calm->memory->slot[index];
	bool is_known = slot->key && slot->id == id;

	if (calm->how == ORDER_HELD) {
		*key = calm_held(calm, index, id);
		return true;
	}
	/* What is closed has no rate, but does not fall to the end of the list
	 * the moment it closes: it lingers where it was. */
	if (!is_known || !is_closed)
		return false;
	*key = slot->key;
	lead_note(calm, index, entry, slot->key, slot->key);
	return true;
}

uint64_t calm_settle(struct calm *calm, size_t index, uint32_t id, size_t entry,
		     uint64_t key)
{
	const struct memory_slot *slot = &calm->memory->slot[index];
	bool is_rate = calm->order->column->type == VAL_RATE;
	bool is_known = slot->key && slot->id == id;
	uint64_t calmed = key, place = slot->key;

	if (is_known && is_rate)
		calmed = calm_key(calm->order, slot->key, key);
	if (!is_known || !is_rate || calm->how != ORDER_REST ||
	    !can_rest(calm->order, slot->key, key))
		place = calmed;
	remember(calm, index, id, place);
	lead_note(calm, index, entry, place, calmed);
	return place;
}

bool calm_lead(struct calm *calm, size_t *entry, uint64_t *key)
{
	const struct calm_lead *lead = &calm->lead;

	if (calm->how != ORDER_REST || lead->best <= lead->calm)
		return false;
	*entry = lead->entry;
	*key = lead->key + 1;
	calm->has_lead = true;
	return true;
}

// SPDX-License-Identifier: GPL-2.0-only
/* Copies of all flows of one moment. */
#include "view/still.h"

#include "flow/procs.h"

#include <errno.h>
#include <stdlib.h>

/* Slots that were ever used: more than there are flows, but soon known. Pages
 * that stay untouched cost nothing. */
static size_t count_used(const struct table *table)
{
	const struct flow_directory *directory = table_directory(table);
	size_t n = 0;

	for (size_t i = 0; i < directory->n_chunks; i++) {
		if (directory->chunk[i])
			n += atomic_load_explicit(&directory->chunk[i]->used,
						  memory_order_acquire);
	}
	return n;
}

static int add(struct still *still, const struct flow *flow, size_t slot)
{
	struct flow *copy = &still->flow[still->n++];
	const struct flow_extra *extra = subscribe(&flow->extra);
	struct flow_extra *extra_copy;

	flow_copy(flow, copy);
	copy->slot = (uint32_t)slot;
	if (!extra)
		return 0;
	extra_copy = malloc(sizeof(*extra_copy));
	if (!extra_copy)
		return -ENOMEM;
	*extra_copy = *extra;
	atomic_init(&copy->extra, extra_copy);
	return 0;
}

/* @room: for so many; @max: if this is it, more are too many. Others that do
 * not fit have begun meanwhile, and a moment has an end. */
static int copy_all(struct still *still, const struct table *table, size_t room,
		    size_t max)
{
	struct table_cursor cursor = table_walk_begin(table);
	const struct flow *flow;
	int err = 0;

	while (!err && (flow = table_walk_next(&cursor))) {
		if (still->n == room)
			return room == max ? -EFBIG : 0;
		err = add(still, flow,
			  cursor.chunk * CHUNK_SLOTS + cursor.slot - 1);
	}
	return err;
}

/* After the flows: none has a number that was not there yet. */
static int take_facts(struct still *still, const struct table *table)
{
	const struct procs *procs = table_procs(table);
	uint32_t n = procs_limit(procs);

	still->facts = calloc(n, sizeof(*still->facts));
	still->pasts = calloc(n, sizeof(*still->pasts));
	if (!still->facts || !still->pasts)
		return -ENOMEM;
	still->n_facts = n;
	for (uint32_t i = 0; i < n; i++) {
		uint16_t number = (uint16_t)i;
		struct view_past *past = &still->pasts[i];

		still->facts[i] = proc_fact_get(procs_peek(procs, number));
		procs_past(procs, number, &past->past);
		past->has_ended = procs_has_ended(procs, number);
	}
	return 0;
}

int still_take(struct still **out, const struct table *table, size_t max,
	       uint64_t now_ns, uint64_t wall_ns)
{
	struct still *still;
	size_t n;
	int err;

	reader_lock();
	/* Some flows may begin while others are copied. */
	n = count_used(table) + CHUNK_SLOTS;
	if (n > max)
		n = max;
	still = aligned_alloc(_Alignof(struct still),
			      sizeof(*still) + n * sizeof(still->flow[0]));
	if (still) {
		*still = (struct still){ .now_ns = now_ns, .wall_ns = wall_ns };
		err = copy_all(still, table, n, max);
		if (!err)
			err = take_facts(still, table);
	} else {
		err = -ENOMEM;
	}
	reader_unlock();
	if (err) {
		still_free(still);
		return err;
	}
	*out = still;
	return 0;
}

void still_free(struct still *still)
{
	if (!still)
		return;
	for (size_t i = 0; i < still->n; i++)
		free((void *)(uintptr_t)atomic_load(&still->flow[i].extra));
	for (uint32_t i = 0; i < still->n_facts; i++)
		proc_fact_put(still->facts[i]);
	free(still->facts);
	free(still->pasts);
	free(still);
}

/* SPDX-License-Identifier: GPL-2.0-only */
/* Slots for flows; the picture is in flow/slab.h. */
#include "flow/slab.h"

#include "lib/slack.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define CHUNK_BYTES ((size_t)CHUNK_SLOTS * sizeof(struct flow))
#define MAP_WORDS (CHUNK_SLOTS / 64)

#define POPULATE_WRITE 23 /* MADV_POPULATE_WRITE, newer than some headers */

/*
 * How many slots share one grace period. A call_rcu() costs 300-500 ns, so a
 * batch makes it vanish; a large batch delays reuse by no more than a tick.
 */
#define BATCH_SLOTS 1024

/*
 * With fewer free slots the next chunk is made ready: a second's stall of a
 * machine that is busy elsewhere finds its flows room in memory that is there,
 * so that the program's size stands still. Of AMPLE_CHUNKS and more, one is too
 * small a part to be seen.
 */
#define RESERVE_SLOTS (CHUNK_SLOTS / 2)
#define AMPLE_CHUNKS 16

/*
 * Of HUGE_CHUNKS and more, two come in one huge page where the kernel has them:
 * a walk takes a page for each 16 flows otherwise, and a look-up nearly always
 * one that the processor has forgotten.
 */
#define HUGE_CHUNKS 4
#define HUGE_BYTES (2 * CHUNK_BYTES)

/* A chunk as the collector knows it; readers see only the first member. */
struct chunk {
	struct flow_chunk seen;
	uint64_t free_map[MAP_WORDS]; /* bit set: slot is free */
	uint32_t n_taken;             /* not FREE, RETIRED included */
	struct rcu_head rcu;
};

struct batch {
	struct rcu_head rcu;
	struct batch *next;
	_Atomic int is_passed; /* set in liburcu's thread */
	uint32_t n;
	struct flow *flow[BATCH_SLOTS];
};

struct old_directory {
	struct rcu_head rcu;
	struct flow_directory directory;
};

struct slab {
	_Atomic(struct flow_directory *) directory;
	struct batch *filling;      /* being filled; NULL when empty */
	struct batch *first, *last; /* waiting for their grace period */
	size_t hint;                /* no chunk below has a free slot */
	uint64_t n_free;
	uint64_t n_taken; /* not FREE, RETIRED included */
	void *second;     /* half of a huge page: the next chunk's; NULL */
	struct slack slack;
	bool has_rest; /* what was needed was not given back yet */
};

static struct old_directory *old_directory(struct flow_directory *directory)
{
	return (struct old_directory *)((char *)directory -
					offsetof(struct old_directory,
						 directory));
}

static struct flow_directory *directory_new(size_t n_chunks)
{
	struct old_directory *d;

	d = calloc(1, sizeof(*d) + n_chunks * sizeof(struct flow_chunk *));
	if (!d)
		return NULL;
	d->directory.n_chunks = n_chunks;
	return &d->directory;
}

static void directory_free_rcu(struct rcu_head *head)
{
	free(caa_container_of(head, struct old_directory, rcu));
}

static struct flow_directory *directory_now(const struct slab *slab)
{
	return atomic_load_explicit(&slab->directory, memory_order_relaxed);
}

static struct chunk *chunk_at(const struct flow_directory *d, size_t i)
{
	return (struct chunk *)d->chunk[i];
}

/* Copy the directory with chunk @i replaced and @n_chunks entries. */
static int directory_replace(struct slab *slab, size_t n_chunks, size_t i,
			     struct chunk *chunk)
{
	struct flow_directory *old = directory_now(slab);
	struct flow_directory *new = directory_new(n_chunks);
	size_t n_copied = old->n_chunks < n_chunks ? old->n_chunks : n_chunks;

	if (!new)
		return -1;
	memcpy(new->chunk, old->chunk, n_copied * sizeof(old->chunk[0]));
	if (i < n_chunks)
		new->chunk[i] = (struct flow_chunk *)chunk;
	publish(&slab->directory, new);
	rcu_defer(&old_directory(old)->rcu, directory_free_rcu);
	return 0;
}

static void chunk_free(struct chunk *chunk)
{
	munmap(chunk->seen.slots, CHUNK_BYTES);
	free(chunk);
}

static void chunk_free_rcu(struct rcu_head *head)
{
	chunk_free(caa_container_of(head, struct chunk, rcu));
}

static void *map(size_t size, int flags)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);

	return memory == MAP_FAILED ? NULL : memory;
}

/* Two chunks in a huge page, if the kernel gives one. Return: the first of
 * them; NULL without memory. */
static void *map_huge(struct slab *slab)
{
	char *memory = map(2 * HUGE_BYTES, 0);
	size_t before;

	if (!memory)
		return NULL;
	before = -(uintptr_t)memory % HUGE_BYTES;
	if (before)
		munmap(memory, before);
	munmap(memory + before + HUGE_BYTES, HUGE_BYTES - before);
	memory += before;
	madvise(memory, HUGE_BYTES, MADV_HUGEPAGE);
	slab->second = memory + CHUNK_BYTES;
	return memory;
}

static void *slots_new(struct slab *slab)
{
	void *slots = slab->second;

	slab->second = NULL;
	if (!slots && directory_now(slab)->n_chunks >= HUGE_CHUNKS)
		slots = map_huge(slab);
	if (!slots)
		return map(CHUNK_BYTES, MAP_POPULATE);
	/* Or later, one page at a time. */
	madvise(slots, CHUNK_BYTES, POPULATE_WRITE);
	return slots;
}

static void second_free(struct slab *slab)
{
	if (slab->second)
		munmap(slab->second, CHUNK_BYTES);
	slab->second = NULL;
}

static struct chunk *chunk_new(struct slab *slab)
{
	struct chunk *chunk = calloc(1, sizeof(*chunk));

	if (!chunk)
		return NULL;
	chunk->seen.slots = slots_new(slab);
	if (!chunk->seen.slots) {
		free(chunk);
		return NULL;
	}
	memset(chunk->free_map, 0xff, sizeof(chunk->free_map));
	return chunk;
}

struct slab *slab_new(void)
{
	struct slab *slab = calloc(1, sizeof(*slab));
	struct flow_directory *directory;

	if (!slab)
		return NULL;
	directory = directory_new(0);
	if (!directory) {
		free(slab);
		return NULL;
	}
	publish(&slab->directory, directory);
	return slab;
}

/* The cold parts of the flows that are still in it go, too. */
static void chunk_empty(struct chunk *chunk)
{
	uint32_t used =
		atomic_load_explicit(&chunk->seen.used, memory_order_relaxed);

	for (uint32_t i = 0; i < used; i++)
		free((void *)atomic_load_explicit(&chunk->seen.slots[i].extra,
						  memory_order_relaxed));
	chunk_free(chunk);
}

static void batch_free_list(struct batch *batch)
{
	while (batch) {
		struct batch *next = batch->next;

		free(batch);
		batch = next;
	}
}

void slab_free(struct slab *slab)
{
	struct flow_directory *directory;

	if (!slab)
		return;
	directory = directory_now(slab);
	for (size_t i = 0; i < directory->n_chunks; i++) {
		if (directory->chunk[i])
			chunk_empty(chunk_at(directory, i));
	}
	second_free(slab);
	free(old_directory(directory));
	batch_free_list(slab->first);
	free(slab->filling);
	free(slab);
}

const struct flow_directory *slab_directory(const struct slab *slab)
{
	return subscribe(&slab->directory);
}

static int slab_grow(struct slab *slab)
{
	struct flow_directory *directory = directory_now(slab);
	size_t i = 0;
	struct chunk *chunk;

	while (i < directory->n_chunks && directory->chunk[i])
		i++;
	chunk = chunk_new(slab);
	if (!chunk)
		return -1;
	if (directory_replace(
		    slab, i < directory->n_chunks ? directory->n_chunks : i + 1,
		    i, chunk)) {
		chunk_free(chunk);
		return -1;
	}
	slab->n_free += CHUNK_SLOTS;
	slab->has_rest = true;
	if (i < slab->hint)
		slab->hint = i;
	return 0;
}

static struct chunk *chunk_with_room(struct slab *slab, size_t *index)
{
	struct flow_directory *directory = directory_now(slab);

	for (; slab->hint < directory->n_chunks; slab->hint++) {
		struct chunk *chunk = chunk_at(directory, slab->hint);

		if (chunk && chunk->n_taken < CHUNK_SLOTS) {
			*index = slab->hint;
			return chunk;
		}
	}
	return NULL;
}

static uint32_t map_take_lowest(uint64_t *map)
{
	uint32_t word = 0, bit;

	while (!map[word])
		word++;
	bit = (uint32_t)__builtin_ctzll(map[word]);
	map[word] &= map[word] - 1;
	return word * 64 + bit;
}

/* Without memory for it, it is tried again with every flow. */
static void slab_reserve(struct slab *slab)
{
	if (slab->n_free < RESERVE_SLOTS &&
	    slab->n_taken < AMPLE_CHUNKS * CHUNK_SLOTS)
		slab_grow(slab);
}

struct flow *slab_take(struct slab *slab)
{
	struct chunk *chunk;
	struct flow *flow;
	size_t index = 0;
	uint32_t slot;

	if (!slab->n_free && slab_grow(slab))
		return NULL;
	chunk = chunk_with_room(slab, &index);
	slot = map_take_lowest(chunk->free_map);
	chunk->n_taken++;
	slab->n_free--;
	slab->n_taken++;
	flow = &chunk->seen.slots[slot];
	flow->slot = (uint32_t)(index * CHUNK_SLOTS + slot);
	/* Its state is FREE, so a walk may pass it from now on. */
	if (slot >=
	    atomic_load_explicit(&chunk->seen.used, memory_order_relaxed))
		publish(&chunk->seen.used, slot + 1);
	slab_reserve(slab);
	return flow;
}

void slab_publish(struct flow *flow)
{
	publish(&flow->hot.slot, SLOT_LIVE);
}

static void batch_passed(struct rcu_head *head)
{
	struct batch *batch = caa_container_of(head, struct batch, rcu);

	publish(&batch->is_passed, 1);
}

static void batch_send(struct slab *slab)
{
	struct batch *batch = slab->filling;

	if (!batch)
		return;
	slab->filling = NULL;
	if (slab->last)
		slab->last->next = batch;
	else
		slab->first = batch;
	slab->last = batch;
	rcu_defer(&batch->rcu, batch_passed);
}

void slab_retire(struct slab *slab, struct flow *flow)
{
	publish(&flow->hot.slot, SLOT_RETIRED);
	if (!slab->filling)
		slab->filling = calloc(1, sizeof(*slab->filling));
	/* Without memory for a batch the slot is lost, not used too early. */
	if (!slab->filling)
		return;
	slab->filling->flow[slab->filling->n++] = flow;
	if (slab->filling->n == BATCH_SLOTS)
		batch_send(slab);
}

static void chunk_release(struct slab *slab, size_t index)
{
	struct flow_directory *directory = directory_now(slab);
	struct chunk *chunk = chunk_at(directory, index);
	size_t n_chunks = directory->n_chunks;

	if (index + 1 == n_chunks) {
		do
			n_chunks--;
		while (n_chunks && !directory->chunk[n_chunks - 1]);
	}
	if (directory_replace(slab, n_chunks, index, NULL))
		return;
	slab->n_free -= CHUNK_SLOTS;
	second_free(slab);
	rcu_defer(&chunk->rcu, chunk_free_rcu);
}

/* An empty one is kept as room: that with the lowest number, so that there is
 * less to walk. The last one of all had better be the first. */
static void chunk_release_one(struct slab *slab)
{
	struct flow_directory *directory = directory_now(slab);
	size_t i = directory->n_chunks;

	if (slab->n_free < 2 * CHUNK_SLOTS && (slab->n_taken || i < 2))
		return;
	while (i-- > 0) {
		if (directory->chunk[i] && !chunk_at(directory, i)->n_taken) {
			chunk_release(slab, i);
			return;
		}
	}
}

/* The next user finds zeros. A walk may be looking at the state meanwhile, so
 * that byte alone is stored atomically, and last. */
static void slot_zero(struct flow *flow)
{
	size_t state = offsetof(struct flow, hot.slot);
	char *bytes = (char *)flow;

	memset(bytes, 0, state);
	memset(bytes + state + 1, 0, sizeof(*flow) - state - 1);
	publish(&flow->hot.slot, SLOT_FREE);
}

static void slot_free(struct slab *slab, struct flow *flow)
{
	size_t index = flow->slot / CHUNK_SLOTS;
	uint32_t slot = flow->slot % CHUNK_SLOTS;
	struct chunk *chunk = chunk_at(directory_now(slab), index);

	free((void *)atomic_load_explicit(&flow->extra, memory_order_relaxed));
	slot_zero(flow);
	chunk->free_map[slot / 64] |= 1ULL << (slot % 64);
	chunk->n_taken--;
	slab->n_free++;
	slab->n_taken--;
	if (index < slab->hint)
		slab->hint = index;
	if (!chunk->n_taken)
		chunk_release_one(slab);
}

bool slab_reclaim(struct slab *slab)
{
	batch_send(slab);
	while (slab->first && subscribe(&slab->first->is_passed)) {
		struct batch *batch = slab->first;

		slab->first = batch->next;
		if (!slab->first)
			slab->last = NULL;
		for (uint32_t i = 0; i < batch->n; i++)
			slot_free(slab, batch->flow[i]);
		free(batch);
	}
	return slab->first != NULL;
}

bool slab_trim(struct slab *slab, uint64_t now_ns)
{
	size_t n_chunks = directory_now(slab)->n_chunks;

	if (slack_most(&slab->slack, slab->n_taken, now_ns) || !slab->has_rest)
		return false;
	slab->has_rest = false;
	/* A directory ends with a chunk, and nothing else is left. */
	if (n_chunks)
		chunk_release(slab, n_chunks - 1);
	return true;
}

bool slab_has_rest(const struct slab *slab)
{
	return !slab->n_taken && slab->has_rest;
}

struct flow *slab_at(const struct slab *slab, uint64_t slot)
{
	struct flow_directory *directory = directory_now(slab);
	size_t index = slot / CHUNK_SLOTS;
	struct flow_chunk *chunk;

	if (index >= directory->n_chunks)
		return NULL;
	chunk = directory->chunk[index];
	return chunk ? &chunk->slots[slot % CHUNK_SLOTS] : NULL;
}

uint64_t slab_end(const struct slab *slab)
{
	return (uint64_t)directory_now(slab)->n_chunks * CHUNK_SLOTS;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Selecting and ordering what is shown.
 *
 * A short window at the head of a long list, the usual case, is kept in a heap
 * while the entries are read once in the order of the table: memory is read
 * forwards, also that of flows whose keys are equal. Other windows are cut out
 * by quickselect on the keys alone, which touches no flow. What is then left to
 * decide between equal keys are words of 64 bits, taken one after the other:
 *
 *   by key:      9 9 7 7 7 7 3 3     the run of 7 reaches into the window:
 *   by word 0:       a c c f         its keys become word 0, the run of c
 *   by word 1:         1 2           gets word 1, and so on
 */
#include "view/sort.h"

#include "view/groups.h"

#include <endian.h>
#include <errno.h>
#include <string.h>

/* Window ends below 1/16 of the list are worth a heap: its levels are few. */
#define HEAP_SHARE 16

#define FEW 12 /* insertion sort */

#define AHEAD 16 /* entries; 5 ns each, a miss of the cache takes 80 */

/* So many entries lie between two questions for what is urgent. A power of
 * two. */
#define PIECE 8192

/* What decides between equal keys, most important first. */
enum {
	WORD_MORE, /* where the key is only a prefix of the value */
	WORD_SRC = WORD_MORE + VALUE_MORE,
	WORD_DST = WORD_SRC + 2,
	WORD_PORTS = WORD_DST + 2, /* and zone, family, protocol */
	WORD_ID,
	WORD_BORN, /* a flow and a ghost with the same id: younger first */
	WORD_SLOT, /* nothing differs any more */
	WORDS
};

static bool is_groups(const struct sort_order *order)
{
	return order->column->get_group;
}

static void more_words(const struct sort_order *order,
		       const struct sort_entry *entry,
		       uint64_t more[VALUE_MORE])
{
	size_t index =
		is_groups(order) ? entry->group->index : entry->flow->slot;
	struct sort_more now;

	if (index < order->n_more)
		now = order->more[index];
	else if (is_groups(order))
		sort_read_group(order, entry->group, &now);
	else
		sort_read(order, entry->flow, &now);
	memcpy(more, now.word, sizeof(now.word));
}

static uint64_t addr_word(const struct addr *addr, int half)
{
	uint64_t word;

	memcpy(&word, addr->byte + 8 * half, sizeof(word));
	return be64toh(word);
}

/* The order of flow_key_compare(), then id and age. Smaller comes first. */
static uint64_t flow_word(const struct flow *flow, int word)
{
	const struct flow_key *key = &flow->key;
	const struct tuple *t = &key->tuple;

	switch (word) {
	case WORD_SRC:
	case WORD_SRC + 1:
		return addr_word(&t->src, word - WORD_SRC);
	case WORD_DST:
	case WORD_DST + 1:
		return addr_word(&t->dst, word - WORD_DST);
	case WORD_PORTS:
		return (uint64_t)t->sport << 48 | (uint64_t)t->dport << 32 |
		       (uint64_t)key->zone << 16 | (uint64_t)key->family << 8 |
		       key->proto;
	case WORD_ID:
		return flow->id;
	case WORD_BORN:
		return ~flow->born_ns;
	default:
		return (uintptr_t)flow;
	}
}

static uint64_t tie_word(const struct sort_order *order,
			 const struct sort_entry *entry, int word)
{
	return is_groups(order) ? group_word(entry->group, word - WORD_SRC)
				: flow_word(entry->flow, word);
}

/* The first word, from @from on, in which two flows differ; or WORDS. */
static int differing_word(const struct sort_order *order,
			  const struct sort_entry *a,
			  const struct sort_entry *b, int from,
			  const uint64_t more_a[VALUE_MORE])
{
	int word = from;

	if (word < WORD_SRC) {
		uint64_t more_b[VALUE_MORE];

		more_words(order, b, more_b);
		for (; word < WORD_SRC; word++) {
			if (more_a[word] != more_b[word])
				return word;
		}
	}
	while (word < WORDS &&
	       tie_word(order, a, word) == tie_word(order, b, word))
		word++;
	return word;
}

static int first_word(const struct sort_order *order)
{
	return sort_is_exact(order) ? WORD_SRC : WORD_MORE;
}

/* By all words of flows: addresses as they lie in memory, then the others. */
static int compare_flows(const struct flow *a, const struct flow *b)
{
	const struct tuple *t = &a->key.tuple, *u = &b->key.tuple;
	int diff = 0;

	for (int half = 0; half < 2 && !diff; half++)
		diff = compare_u64(addr_word(&t->src, half),
				   addr_word(&u->src, half));
	for (int half = 0; half < 2 && !diff; half++)
		diff = compare_u64(addr_word(&t->dst, half),
				   addr_word(&u->dst, half));
	for (int word = WORD_PORTS; word < WORDS && !diff; word++)
		diff = compare_u64(flow_word(a, word), flow_word(b, word));
	return diff;
}

static int compare_ties(const struct sort_order *order,
			const struct sort_entry *a, const struct sort_entry *b)
{
	uint64_t more_a[VALUE_MORE], more_b[VALUE_MORE];
	int diff = 0;

	if (a->flow == b->flow)
		return 0;
	if (first_word(order) == WORD_MORE) {
		more_words(order, a, more_a);
		more_words(order, b, more_b);
		for (int i = 0; i < VALUE_MORE && !diff; i++)
			diff = compare_u64(more_a[i], more_b[i]);
	}
	if (!diff && !is_groups(order))
		return compare_flows(a->flow, b->flow);
	for (int word = WORD_SRC; word < WORDS && !diff; word++)
		diff = compare_u64(tie_word(order, a, word),
				   tie_word(order, b, word));
	return diff;
}

static inline int compare(const struct sort_order *order,
			  const struct sort_entry *a,
			  const struct sort_entry *b)
{
	if (a->key != b->key)
		return a->key > b->key ? -1 : 1;
	return compare_ties(order, a, b);
}

int sort_compare(const struct sort_order *order, const struct sort_entry *a,
		 const struct sort_entry *b)
{
	return compare(order, a, b);
}

static void swap(struct sort_entry *a, struct sort_entry *b)
{
	struct sort_entry t = *a;

	*a = *b;
	*b = t;
}

/* The root is the one that leaves first: no parent comes before its child. */
static void sift_down(const struct sort_order *order, struct sort_entry *heap,
		      size_t n, size_t i)
{
	for (;;) {
		size_t child = 2 * i + 1;

		if (child >= n)
			return;
		if (child + 1 < n &&
		    compare(order, &heap[child], &heap[child + 1]) < 0)
			child++;
		if (compare(order, &heap[i], &heap[child]) > 0)
			return;
		swap(&heap[i], &heap[child]);
		i = child;
	}
}

/* Flows whose keys are equal have to be looked at: soon, the one @AHEAD. */
static inline void look_ahead(const struct sort_entry *entries, size_t n,
			      size_t i, uint64_t key)
{
	if (i + AHEAD < n && entries[i + AHEAD].key == key)
		__builtin_prefetch(entries[i + AHEAD].flow);
}

static bool is_left(const struct sort_order *order)
{
	return order->is_urgent && order->is_urgent();
}

/* The first @n_heap of @n entries to the head, in order. */
static int heap_select(const struct sort_order *order,
		       struct sort_entry *entries, size_t n, size_t n_heap)
{
	for (size_t i = n_heap / 2; i-- > 0;)
		sift_down(order, entries, n_heap, i);
	for (size_t i = n_heap; i < n; i++) {
		if (i % PIECE == 0 && is_left(order))
			return -EINTR;
		look_ahead(entries, n, i, entries[0].key);
		if (compare(order, &entries[i], &entries[0]) > 0)
			continue;
		swap(&entries[i], &entries[0]);
		sift_down(order, entries, n_heap, 0);
	}
	while (n_heap > 1) {
		swap(&entries[0], &entries[--n_heap]);
		sift_down(order, entries, n_heap, 0);
	}
	return 0;
}

struct range {
	size_t begin, end;
};

/* Cutting a window out of the middle. */
struct cut {
	const struct sort_order *order;
	struct sort_entry *entries;
	struct range window;
	uint64_t random;
};

/* Quickselect with a pivot that nobody outside can foresee the use of: enough
 * against lists that happen to be sorted, or made to look so. */
static uint64_t pick_pivot(struct cut *cut, struct range r)
{
	size_t n = r.end - r.begin;
	uint64_t key[3];

	for (int i = 0; i < 3; i++) {
		cut->random = cut->random * 6364136223846793005ULL +
			      1442695040888963407ULL;
		key[i] = cut->entries[r.begin + (cut->random >> 33) % n].key;
	}
	if (key[0] > key[1])
		return key[1] > key[2]   ? key[1]
		       : key[0] > key[2] ? key[2]
					 : key[0];
	return key[0] > key[2] ? key[0] : key[1] > key[2] ? key[2] : key[1];
}

/* Larger keys to the left, equal ones into the middle, which is returned. */
static struct range partition(struct sort_entry *entries, struct range r,
			      uint64_t pivot)
{
	size_t i = r.begin;

	while (i < r.end) {
		if (entries[i].key > pivot)
			swap(&entries[i++], &entries[r.begin++]);
		else if (entries[i].key < pivot)
			swap(&entries[i], &entries[--r.end]);
		else
			i++;
	}
	return r;
}

static void insertion_sort(struct sort_entry *entries, struct range r)
{
	for (size_t i = r.begin + 1; i < r.end; i++) {
		struct sort_entry entry = entries[i];
		size_t j = i;

		for (; j > r.begin && entries[j - 1].key < entry.key; j--)
			entries[j] = entries[j - 1];
		entries[j] = entry;
	}
}

/* Order @r by key as far as it meets the window. Return: 0 or -EINTR. */
static int sort_by_key(struct cut *cut, struct range r)
{
	while (r.begin < cut->window.end && r.end > cut->window.begin &&
	       r.end - r.begin > 1) {
		struct range same;
		struct range left, right;

		if (r.end - r.begin <= FEW) {
			insertion_sort(cut->entries, r);
			return 0;
		}
		if (r.end - r.begin >= PIECE && is_left(cut->order))
			return -EINTR;
		same = partition(cut->entries, r, pick_pivot(cut, r));
		left = (struct range){ r.begin, same.begin };
		right = (struct range){ same.end, r.end };
		/* The shorter one by recursion: the stack stays flat. */
		if (left.end - left.begin > right.end - right.begin) {
			if (sort_by_key(cut, right))
				return -EINTR;
			r = left;
		} else {
			if (sort_by_key(cut, left))
				return -EINTR;
			r = right;
		}
	}
	return 0;
}

/* The first word, from @from on, that tells any entry of a run apart; WORDS:
 * none does. Return: 0 or -EINTR. */
static int find_word(const struct cut *cut, struct range r, int from, int *word)
{
	const struct sort_order *order = cut->order;
	const struct sort_entry *first = &cut->entries[r.begin];
	uint64_t more[VALUE_MORE] = { 0 };

	*word = WORDS;
	if (from < WORD_SRC)
		more_words(order, first, more);
	for (size_t i = r.begin + 1; i<r.end && * word> from; i++) {
		int w = differing_word(order, first, &cut->entries[i], from,
				       more);

		if (w < *word)
			*word = w;
		if (i % PIECE == 0 && is_left(order))
			return -EINTR;
	}
	return 0;
}

/*
 * Give the entries of a run of equal keys the next word that tells any of them
 * apart as their key. @word: set to which one it is; WORDS: none does.
 * Return: 0 or -EINTR.
 */
static int load_word(const struct cut *cut, struct range r, int from, int *word)
{
	const struct sort_order *order = cut->order;
	uint64_t more[VALUE_MORE];

	if (find_word(cut, r, from, word))
		return -EINTR;
	for (size_t i = r.begin; i < r.end && *word < WORDS; i++) {
		struct sort_entry *entry = &cut->entries[i];

		if (i % PIECE == 0 && is_left(order))
			return -EINTR;
		if (*word < WORD_SRC) {
			more_words(order, entry, more);
			entry->key = ~more[*word];
		} else {
			entry->key = ~tie_word(order, entry, *word);
		}
	}
	return 0;
}

/* Order @r as far as it meets the window; its keys are the word before @next.
 * Return: 0 or -EINTR. */
static int sort_range(struct cut *cut, struct range r, int next)
{
	const struct sort_entry *entries = cut->entries;
	struct range run;

	if (sort_by_key(cut, r))
		return -EINTR;
	for (run.begin = r.begin; run.begin < r.end; run.begin = run.end) {
		int word;

		run.end = run.begin + 1;
		while (run.end < r.end &&
		       entries[run.end].key == entries[run.begin].key)
			run.end++;
		if (run.end - run.begin == 1 || run.end <= cut->window.begin ||
		    run.begin >= cut->window.end)
			continue;
		if (load_word(cut, run, next, &word) ||
		    (word < WORDS && sort_range(cut, run, word + 1)))
			return -EINTR;
	}
	return 0;
}

int sort_window(const struct sort_order *order, struct sort_entry *entries,
		size_t n, size_t first, size_t count)
{
	struct cut cut = {
		.order = order,
		.entries = entries,
		.window = { first, n },
		.random = 1,
	};

	if (first >= n || !count)
		return 0;
	if (count < n - first)
		cut.window.end = first + count;
	if (cut.window.end <= n / HEAP_SHARE)
		return heap_select(order, entries, n, cut.window.end);
	return sort_range(&cut, (struct range){ 0, n }, first_word(order));
}

int sort_rank(const struct sort_order *order, const struct sort_entry *entries,
	      size_t n, const struct sort_entry *entry, size_t *rank)
{
	size_t before = 0;

	for (size_t i = 0; i < n; i++) {
		if (i % PIECE == PIECE - 1 && is_left(order))
			return -EINTR;
		look_ahead(entries, n, i, entry->key);
		before += compare(order, &entries[i], entry) < 0;
	}
	*rank = before;
	return 0;
}

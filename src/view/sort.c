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
#include <string.h>

/* Window ends below 1/16 of the list are worth a heap: its levels are few. */
#define HEAP_SHARE 16

#define FEW 12 /* insertion sort */

#define AHEAD 16 /* entries; 5 ns each, a miss of the cache takes 80 */

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

bool sort_key_value(const struct sort_order *order, uint64_t key,
		    uint64_t *value_key)
{
	if (key < SORT_KEY_FIRST)
		return false;
	key -= SORT_KEY_FIRST;
	*value_key = order->is_descending ? key : VALUE_KEY_MAX - key;
	return true;
}

/* An entry without its key. */
static struct sort_entry of_flow(const struct flow *flow)
{
	return (struct sort_entry){ .flow = flow };
}

static struct sort_entry of_group(const struct group *group)
{
	return (struct sort_entry){ .group = group };
}

static bool is_groups(const struct sort_order *order)
{
	return order->column->get_group;
}

static void get_value(const struct sort_order *order,
		      const struct sort_entry *entry, struct row *row,
		      struct value *value)
{
	if (is_groups(order)) {
		column_get_group(order->column, entry->group, value);
		return;
	}
	row_glance(row, entry->flow, order->env);
	column_get(order->column, row, value);
}

/* Apart, because a row is large and may be cleared by the compiler. */
static __attribute__((noinline)) uint64_t key_by_getter(
	const struct sort_order *order, struct sort_entry entry)
{
	struct value value;
	struct row row;

	get_value(order, &entry, &row, &value);
	return sort_key_from(order, value.type != VAL_NONE, value_key(&value));
}

uint64_t sort_key(const struct sort_order *order, const struct flow *flow)
{
	bool is_known;
	uint64_t key;

	if (!order->column->hot_key)
		return key_by_getter(order, of_flow(flow));
	is_known = order->column->hot_key(flow, order->env, &key);
	return sort_key_from(order, is_known, key);
}

uint64_t sort_key_group(const struct sort_order *order,
			const struct group *group)
{
	return key_by_getter(order, of_group(group));
}

bool sort_is_exact(const struct sort_order *order)
{
	return value_key_is_exact(order->column->type);
}

static uint64_t read_entry(const struct sort_order *order,
			   const struct sort_entry *entry,
			   struct sort_more *more)
{
	struct value value;
	struct row row;

	memset(more, 0, sizeof(*more));
	get_value(order, entry, &row, &value);
	if (value.type != VAL_NONE)
		value_key_more(&value, more->word);
	for (int i = 0; i < VALUE_MORE && order->is_descending; i++)
		more->word[i] = ~more->word[i];
	return sort_key_from(order, value.type != VAL_NONE, value_key(&value));
}

uint64_t sort_read(const struct sort_order *order, const struct flow *flow,
		   struct sort_more *more)
{
	struct sort_entry entry = of_flow(flow);

	return read_entry(order, &entry, more);
}

uint64_t sort_read_group(const struct sort_order *order,
			 const struct group *group, struct sort_more *more)
{
	struct sort_entry entry = of_group(group);

	return read_entry(order, &entry, more);
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
	else
		read_entry(order, entry, &now);
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

/* The first @n_heap of @n entries to the head, in order. */
static void heap_select(const struct sort_order *order,
			struct sort_entry *entries, size_t n, size_t n_heap)
{
	for (size_t i = n_heap / 2; i-- > 0;)
		sift_down(order, entries, n_heap, i);
	for (size_t i = n_heap; i < n; i++) {
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
}

/* Quickselect with a pivot that nobody outside can foresee the use of: enough
 * against lists that happen to be sorted, or made to look so. */
static uint64_t pick_pivot(const struct sort_entry *entries, size_t n,
			   uint64_t *random)
{
	uint64_t key[3];

	for (int i = 0; i < 3; i++) {
		*random = *random * 6364136223846793005ULL +
			  1442695040888963407ULL;
		key[i] = entries[(*random >> 33) % n].key;
	}
	if (key[0] > key[1])
		return key[1] > key[2]   ? key[1]
		       : key[0] > key[2] ? key[2]
					 : key[0];
	return key[0] > key[2] ? key[0] : key[1] > key[2] ? key[2] : key[1];
}

struct range {
	size_t begin, end;
};

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

/* Order @r by key as far as it meets @window. */
static void sort_by_key(struct sort_entry *entries, struct range r,
			struct range window, uint64_t *random)
{
	while (r.begin < window.end && r.end > window.begin &&
	       r.end - r.begin > 1) {
		struct range same;
		struct range left, right;

		if (r.end - r.begin <= FEW) {
			insertion_sort(entries, r);
			return;
		}
		same = partition(
			entries, r,
			pick_pivot(entries + r.begin, r.end - r.begin, random));
		left = (struct range){ r.begin, same.begin };
		right = (struct range){ same.end, r.end };
		/* The shorter one by recursion: the stack stays flat. */
		if (left.end - left.begin > right.end - right.begin) {
			sort_by_key(entries, right, window, random);
			r = left;
		} else {
			sort_by_key(entries, left, window, random);
			r = right;
		}
	}
}

/*
 * Give the entries of a run of equal keys the next word that tells any of them
 * apart as their key. Return: which one it is; WORDS: none does.
 */
static int load_word(const struct sort_order *order, struct sort_entry *entries,
		     struct range r, int from)
{
	const struct sort_entry *first = &entries[r.begin];
	uint64_t more[VALUE_MORE] = { 0 };
	int word = WORDS;

	if (from < WORD_SRC)
		more_words(order, first, more);
	for (size_t i = r.begin + 1; i < r.end && word > from; i++) {
		int w = differing_word(order, first, &entries[i], from, more);

		if (w < word)
			word = w;
	}
	for (size_t i = r.begin; i < r.end && word < WORDS; i++) {
		if (word < WORD_SRC) {
			more_words(order, &entries[i], more);
			entries[i].key = ~more[word];
		} else {
			entries[i].key = ~tie_word(order, &entries[i], word);
		}
	}
	return word;
}

/* Order @r as far as it meets @window; its keys are the word before @next. */
static void sort_range(const struct sort_order *order,
		       struct sort_entry *entries, struct range r,
		       struct range window, int next, uint64_t *random)
{
	struct range run;

	sort_by_key(entries, r, window, random);
	for (run.begin = r.begin; run.begin < r.end; run.begin = run.end) {
		int word;

		run.end = run.begin + 1;
		while (run.end < r.end &&
		       entries[run.end].key == entries[run.begin].key)
			run.end++;
		if (run.end - run.begin == 1 || run.end <= window.begin ||
		    run.begin >= window.end)
			continue;
		word = load_word(order, entries, run, next);
		if (word < WORDS)
			sort_range(order, entries, run, window, word + 1,
				   random);
	}
}

void sort_window(const struct sort_order *order, struct sort_entry *entries,
		 size_t n, size_t first, size_t count)
{
	struct range all = { 0, n }, window = { first, n };
	uint64_t random = 1;

	if (first >= n || !count)
		return;
	if (count < n - first)
		window.end = first + count;
	if (window.end <= n / HEAP_SHARE)
		heap_select(order, entries, n, window.end);
	else
		sort_range(order, entries, all, window, first_word(order),
			   &random);
}

size_t sort_rank(const struct sort_order *order,
		 const struct sort_entry *entries, size_t n,
		 const struct sort_entry *entry)
{
	size_t rank = 0;

	for (size_t i = 0; i < n; i++) {
		look_ahead(entries, n, i, entry->key);
		rank += compare(order, &entries[i], entry) < 0;
	}
	return rank;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Selecting and ordering what is shown.
 *
 * A short window at the head of a long list, the usual case, is kept in a heap
 * while the entries are read once in the order of the table: memory is read
 * forwards, also that of flows whose keys are equal. Other windows are cut out
 * by key alone (quickselect), because most comparisons need no flow then;
 * afterwards each run of equal keys is ordered in a compact copy.
 */
#include "view/sort.h"

#include <stdlib.h>
#include <string.h>

#define KEY_UNKNOWN 1 /* less than every known one, more than KEY_NONE */
#define KEY_FIRST   2

/* Window ends below 1/16 of the list are worth a heap: its levels are few. */
#define HEAP_SHARE 16

#define FEW 12 /* insertion sort */

/* All that decides between equal keys. */
struct tie {
	uint64_t more[VALUE_MORE]; /* where the key is only a prefix */
	struct flow_key key;
	uint32_t id;
	const struct flow *flow;
};

uint64_t sort_key_from(const struct sort_order *order, bool is_known,
		       uint64_t value_key)
{
	if (!is_known)
		return KEY_UNKNOWN;
	return KEY_FIRST + (order->is_descending ? value_key :
						   VALUE_KEY_MAX - value_key);
}

bool sort_key_value(const struct sort_order *order, uint64_t key,
		    uint64_t *value_key)
{
	if (key < KEY_FIRST)
		return false;
	key -= KEY_FIRST;
	*value_key = order->is_descending ? key : VALUE_KEY_MAX - key;
	return true;
}

static void get_value(const struct sort_order *order, const struct flow *flow,
		      struct row *row, struct value *value)
{
	row_compose(row, flow, order->env);
	column_get(order->column, row, value);
}

uint64_t sort_key(const struct sort_order *order, const struct flow *flow)
{
	const struct column *column = order->column;
	struct value value;
	struct row row;
	uint64_t key;

	if (column->hot_key) {
		bool is_known = column->hot_key(flow, order->env, &key);

		return sort_key_from(order, is_known, key);
	}
	get_value(order, flow, &row, &value);
	return sort_key_from(order, value.type != VAL_NONE, value_key(&value));
}

static void tie_read(const struct sort_order *order, struct tie *tie,
		     const struct flow *flow)
{
	memset(tie->more, 0, sizeof(tie->more));
	tie->key = flow->key;
	tie->id = flow->id;
	tie->flow = flow;
	if (!value_key_is_exact(order->column->type)) {
		struct value value;
		struct row row;

		get_value(order, flow, &row, &value);
		if (value.type != VAL_NONE)
			value_key_more(&value, tie->more);
	}
}

static int compare_u64(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int tie_compare(const struct sort_order *order, const struct tie *a,
		       const struct tie *b)
{
	int diff = 0;

	for (int i = 0; i < VALUE_MORE && !diff; i++)
		diff = order->is_descending ?
			       compare_u64(b->more[i], a->more[i]) :
			       compare_u64(a->more[i], b->more[i]);
	if (!diff)
		diff = flow_key_compare(&a->key, &b->key);
	if (!diff)
		diff = compare_u64(a->id, b->id);
	/* A flow and a ghost that had the same number: the younger first. */
	if (!diff)
		diff = compare_u64(b->flow->born_ns, a->flow->born_ns);
	return diff ? diff :
		      compare_u64((uintptr_t)a->flow, (uintptr_t)b->flow);
}

static int tie_compare_flows(const struct sort_order *order,
			     const struct flow *a, const struct flow *b)
{
	struct tie tie_a, tie_b;
	int diff;

	if (a == b)
		return 0;
	if (value_key_is_exact(order->column->type)) {
		diff = flow_key_compare(&a->key, &b->key);
		if (diff)
			return diff;
	}
	tie_read(order, &tie_a, a);
	tie_read(order, &tie_b, b);
	return tie_compare(order, &tie_a, &tie_b);
}

int sort_compare(const struct sort_order *order, const struct sort_entry *a,
		 const struct sort_entry *b)
{
	if (a->key != b->key)
		return a->key > b->key ? -1 : 1;
	return tie_compare_flows(order, a->flow, b->flow);
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
		    sort_compare(order, &heap[child], &heap[child + 1]) < 0)
			child++;
		if (sort_compare(order, &heap[i], &heap[child]) > 0)
			return;
		swap(&heap[i], &heap[child]);
		i = child;
	}
}

/* The first @n_heap of @n entries to the head, in order. */
static void heap_select(const struct sort_order *order,
			struct sort_entry *entries, size_t n, size_t n_heap)
{
	for (size_t i = n_heap / 2; i-- > 0;)
		sift_down(order, entries, n_heap, i);
	for (size_t i = n_heap; i < n; i++) {
		if (sort_compare(order, &entries[i], &entries[0]) > 0)
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
		*random = *random * 6364136223846793005ULL + 1442695040888963407ULL;
		key[i] = entries[(*random >> 33) % n].key;
	}
	if (key[0] > key[1])
		return key[1] > key[2] ? key[1] :
		       key[0] > key[2] ? key[2] :
					 key[0];
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
		same = partition(entries, r,
				 pick_pivot(entries + r.begin,
					    r.end - r.begin, random));
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

static int compare_ties(const void *a, const void *b, void *order)
{
	return tie_compare(order, a, b);
}

/*
 * Order entries with the same key. Copies are compared, not flows, which may
 * change meanwhile: qsort() relies on a consistent order, the heap does not.
 */
static void sort_ties(const struct sort_order *order,
		      struct sort_entry *entries, size_t n)
{
	struct tie few[FEW];
	struct tie *ties = n > FEW ? malloc(n * sizeof(*ties)) : few;

	if (!ties) {
		heap_select(order, entries, n, n);
		return;
	}
	for (size_t i = 0; i < n; i++)
		tie_read(order, &ties[i], entries[i].flow);
	qsort_r(ties, n, sizeof(*ties), compare_ties,
		(void *)(uintptr_t)order);
	for (size_t i = 0; i < n; i++)
		entries[i].flow = ties[i].flow;
	if (ties != few)
		free(ties);
}

void sort_window(const struct sort_order *order, struct sort_entry *entries,
		 size_t n, size_t first, size_t count)
{
	uint64_t random = 1;
	struct range window = { first, n };

	if (first >= n || !count)
		return;
	if (count < n - first)
		window.end = first + count;
	if (window.end <= n / HEAP_SHARE) {
		heap_select(order, entries, n, window.end);
		return;
	}
	sort_by_key(entries, (struct range){ 0, n }, window, &random);
	/* Runs of equal keys, also beyond the ends of the window. */
	while (window.begin &&
	       entries[window.begin - 1].key == entries[first].key)
		window.begin--;
	for (size_t i = window.begin, end; i < window.end; i = end) {
		end = i + 1;
		while (end < n && entries[end].key == entries[i].key)
			end++;
		if (end - i > 1)
			sort_ties(order, entries + i, end - i);
	}
}

size_t sort_rank(const struct sort_order *order,
		 const struct sort_entry *entries, size_t n,
		 const struct sort_entry *entry)
{
	size_t rank = 0;

	for (size_t i = 0; i < n; i++)
		rank += sort_compare(order, &entries[i], entry) < 0;
	return rank;
}

/* SPDX-License-Identifier: GPL-2.0-only */
#include "enrich/ownerwalk.h"

#include "broker/finder.h"
#include "lib/clock.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Hasty walks: two percent of a processor, and some at once after a pause. A
 * full one: after sixty times what the last one took; or at the expense of
 * hasty ones, when it is what many of them would cost. */
#define CREDIT_PART 50
#define CREDIT_MAX (int64_t)(100 * NS_PER_MS)
#define FULL_PART 60

/* That many new sockets have too many owners for haste to pay. */
#define MANY 64

int ownerwalk_init(struct ownerwalk *walk, struct finder *finder,
		   struct ownersocks *socks)
{
	*walk = (struct ownerwalk){
		.finder = finder,
		.socks = socks,
		.credit_ns = CREDIT_MAX,
	};
	socks->has_finder = finder != NULL;
	socks->sees_all = finder && (finder_rights(finder) & FINDER_SEES_ALL);
	for (int i = 0; i < WALK_KINDS; i++) {
		walk->rounds[i].socks =
			calloc(OWNERWALK_MAX, sizeof(struct wanted_sock));
		if (!walk->rounds[i].socks)
			return -ENOMEM;
	}
	return 0;
}

void ownerwalk_fini(struct ownerwalk *walk)
{
	for (int i = 0; i < WALK_KINDS; i++) {
		free(walk->rounds[i].socks);
		walk->rounds[i].socks = NULL;
	}
}

void ownerwalk_lost(struct ownerwalk *walk)
{
	walk->finder = NULL;
	walk->socks->has_finder = false;
	for (int i = 0; i < WALK_KINDS; i++)
		walk->rounds[i].n = 0;
}

/* ------------------------------------------------------------ asking */

static void add_credit(struct ownerwalk *walk, uint64_t now_ns)
{
	if (walk->credited_ns && now_ns > walk->credited_ns)
		walk->credit_ns +=
			(int64_t)((now_ns - walk->credited_ns) / CREDIT_PART);
	walk->credited_ns = now_ns;
	if (walk->credit_ns > CREDIT_MAX)
		walk->credit_ns = CREDIT_MAX;
}

static int compare_wanted(const void *a, const void *b)
{
	const struct wanted_sock *x = a, *y = b;

	return (x->inode > y->inode) - (x->inode < y->inode);
}

/* Return: how many the finder took. */
static int send_walk(struct ownerwalk *walk, const struct wanted_sock *socks,
		     int n, bool is_hasty)
{
	uint64_t inodes[FINDER_INODES];
	int done = 0, some, err = 0;

	while (done < n && !err) {
		for (some = 0; some < FINDER_INODES && done + some < n; some++)
			inodes[some] = socks[done + some].inode;
		err = finder_walk(walk->finder, inodes, some, is_hasty);
		done += err ? 0 : some;
	}
	if (err == -EPIPE)
		ownerwalk_lost(walk);
	return done;
}

static void start_walk(struct ownerwalk *walk, int kind)
{
	struct walk_round *round = &walk->rounds[kind];
	bool is_hasty = kind == WALK_HASTY;
	int n_taken = ownersocks_take_wanted(walk->socks, is_hasty,
					     round->socks, OWNERWALK_MAX);
	int n = send_walk(walk, round->socks, n_taken, is_hasty);

	for (int i = n; i < n_taken; i++)
		ownersocks_want_again(walk->socks, &round->socks[i].key,
				      is_hasty);
	qsort(round->socks, (size_t)n, sizeof(*round->socks), compare_wanted);
	round->n = n;
	round->n_told = 0;
	round->is_passed = false;
}

static bool is_busy(const struct walk_round *round)
{
	return round->n && (round->n_told < round->n || !round->is_passed);
}

/* Many at once have many owners, so that haste does not pay. */
static bool wants_full(const struct ownersocks *socks)
{
	return socks->n_full || socks->n_hasty >= MANY;
}

static bool may_full(const struct ownerwalk *walk, uint64_t now_ns)
{
	return now_ns >= walk->full_ns ||
	       (walk->socks->n_hasty >= MANY && walk->credit_ns > 0);
}

void ownerwalk_step(struct ownerwalk *walk, uint64_t now_ns)
{
	const struct ownersocks *socks = walk->socks;

	add_credit(walk, now_ns);
	if (walk->finder && socks->n_hasty && socks->n_hasty < MANY &&
	    walk->credit_ns > 0 && !is_busy(&walk->rounds[WALK_HASTY]))
		start_walk(walk, WALK_HASTY);
	if (walk->finder && wants_full(socks) &&
	    !is_busy(&walk->rounds[WALK_FULL]) && may_full(walk, now_ns)) {
		walk->is_early = now_ns < walk->full_ns;
		start_walk(walk, WALK_FULL);
	}
}

uint64_t ownerwalk_due_ns(const struct ownerwalk *walk, uint64_t now_ns)
{
	const struct ownersocks *socks = walk->socks;
	uint64_t due_ns = UINT64_MAX;

	if (!walk->finder)
		return due_ns;
	if (wants_full(socks) && !is_busy(&walk->rounds[WALK_FULL]))
		due_ns = walk->full_ns;
	if (!socks->n_hasty ||
	    is_busy(&walk->rounds[socks->n_hasty >= MANY ? WALK_FULL
							 : WALK_HASTY]))
		return due_ns;
	if (walk->credit_ns <= 0)
		now_ns +=
			(uint64_t)(-walk->credit_ns) * CREDIT_PART + NS_PER_MS;
	return now_ns < due_ns ? now_ns : due_ns;
}

/* ------------------------------------------------------------ answers */

static int first_found(const struct walk_round *round, uint64_t inode)
{
	int low = 0, high = round->n;

	while (low < high) {
		int middle = (low + high) / 2;

		if (round->socks[middle].inode < inode)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Return: whether it was the last one. */
static bool take_found(struct ownerwalk *walk, struct walk_round *round,
		       const struct walk_found *found, uint64_t now_ns)
{
	int before = round->n_told;

	for (int i = first_found(round, found->inode);
	     i < round->n && round->socks[i].inode == found->inode; i++) {
		ownersocks_found(walk->socks, &round->socks[i].key, found,
				 now_ns);
		round->n_told += !round->socks[i].is_told;
		round->socks[i].is_told = true;
	}
	return round->n_told > before && round->n_told == round->n;
}

/* The answer does not say of which kind: it comes behind all that was found. */
static void take_cost(struct ownerwalk *walk,
		      const struct finder_answer *answer, uint64_t now_ns)
{
	struct walk_round *hasty = &walk->rounds[WALK_HASTY];

	if (hasty->n && hasty->n_told == hasty->n && !hasty->is_passed) {
		walk->credit_ns -= (int64_t)answer->cost_ns;
		hasty->is_passed = true;
	} else {
		if (walk->is_early)
			walk->credit_ns -= (int64_t)answer->cost_ns;
		else
			walk->full_ns = now_ns + answer->cost_ns * FULL_PART;
		walk->rounds[WALK_FULL].is_passed = true;
	}
}

bool ownerwalk_take(struct ownerwalk *walk, const struct finder_answer *answer,
		    uint64_t now_ns)
{
	uint32_t n = answer->n < FINDER_FOUND ? answer->n : FINDER_FOUND;
	bool is_all = false;

	if (answer->kind == FINDER_PASS_DONE) {
		take_cost(walk, answer, now_ns);
		return false;
	}
	for (uint32_t i = 0; i < n; i++)
		for (int k = 0; k < WALK_KINDS; k++)
			is_all |= take_found(walk, &walk->rounds[k],
					     &answer->found[i], now_ns);
	return is_all;
}

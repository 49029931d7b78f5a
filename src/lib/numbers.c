/* SPDX-License-Identifier: GPL-2.0-only */
#include "lib/numbers.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define WORD 64
#define BIT(i) (1ULL << ((i) % WORD))

static uint32_t words_of(uint32_t n)
{
	return (n + WORD - 1) / WORD;
}

static int words_resize(uint64_t **words, uint32_t n_old, uint32_t n)
{
	uint64_t *new = realloc(*words, n * sizeof(*new));

	/* Whoever wanted less can do with what there is. */
	if (!new)
		return n > n_old ? -ENOMEM : 0;
	if (n > n_old)
		memset(&new[n_old], 0, (n - n_old) * sizeof(*new));
	*words = new;
	return 0;
}

int numbers_resize(struct numbers *numbers, uint32_t max)
{
	uint32_t n_old = words_of(numbers->max), n = words_of(max);
	int err = words_resize(&numbers->free, n_old, n);

	if (!err)
		err = words_resize(&numbers->some, words_of(n_old),
				   words_of(n));
	if (err)
		return err;
	numbers->max = max;
	if (numbers->first > words_of(n))
		numbers->first = words_of(n);
	return 0;
}

void numbers_fini(struct numbers *numbers)
{
	free(numbers->free);
	free(numbers->some);
	*numbers = (struct numbers){ 0 };
}

uint32_t numbers_take(struct numbers *numbers)
{
	uint32_t end = words_of(words_of(numbers->max));
	uint32_t word, number;

	while (numbers->first < end && !numbers->some[numbers->first])
		numbers->first++;
	if (numbers->first == end)
		return numbers->n < numbers->max ? numbers->n++ : numbers->max;
	word = numbers->first * WORD +
	       (uint32_t)__builtin_ctzll(numbers->some[numbers->first]);
	number = word * WORD + (uint32_t)__builtin_ctzll(numbers->free[word]);
	numbers->free[word] &= numbers->free[word] - 1;
	if (!numbers->free[word])
		numbers->some[word / WORD] &= ~BIT(word);
	return number;
}

void numbers_give(struct numbers *numbers, uint32_t number)
{
	uint32_t word = number / WORD;

	numbers->free[word] |= BIT(number);
	numbers->some[word / WORD] |= BIT(word);
	if (word / WORD < numbers->first)
		numbers->first = word / WORD;
}

static void word_clear(struct numbers *numbers, uint32_t word)
{
	numbers->free[word] = 0;
	numbers->some[word / WORD] &= ~BIT(word);
}

void numbers_cut(struct numbers *numbers)
{
	while (numbers->n) {
		uint32_t last = numbers->n - 1, word = last / WORD;

		if (!(numbers->free[word] & BIT(last)))
			return;
		if (last % WORD == WORD - 1 && !~numbers->free[word]) {
			word_clear(numbers, word);
			numbers->n -= WORD;
			continue;
		}
		numbers->free[word] &= ~BIT(last);
		if (!numbers->free[word])
			word_clear(numbers, word);
		numbers->n--;
	}
}

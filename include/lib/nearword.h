/* SPDX-License-Identifier: GPL-2.0-only */
/* "Did you mean ...?" */
#ifndef FLOWTOP_LIB_NEARWORD_H
#define FLOWTOP_LIB_NEARWORD_H

#include <stdbool.h>

/* What is nearest so far. Zeroed in the beginning. */
struct near_word {
	const char *word; /* borrowed; NULL: nothing is near enough */
	unsigned int distance;
};

/**
 * near_word_try - keep @word if it is nearer to @typed than what was before
 *
 * The distance is the number of letters to insert, drop, change or swap with
 * their neighbour; case does not count. More than a third of a word is too far.
 */
void near_word_try(struct near_word *near, const char *typed, const char *word);

#endif

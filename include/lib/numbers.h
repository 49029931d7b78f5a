/* SPDX-License-Identifier: GPL-2.0-only */
/* Numbers that are given out and come back: always the lowest one that is free,
 * so that whoever keeps an array by number can make it shorter. */
#ifndef FLOWTOP_LIB_NUMBERS_H
#define FLOWTOP_LIB_NUMBERS_H

#include <stdint.h>

/* Zeroed is empty. */
struct numbers {
	uint32_t n;     /* all that are given out are below */
	uint32_t max;   /* there is room for so many */
	uint64_t *free; /* a bit for each number below n that is free */
	uint64_t *some; /* a bit for each word of @free that has any */
	uint32_t first; /* the words of @some before have none */
};

/**
 * numbers_resize - room for numbers below @max
 * @max: not 0, not below numbers->n
 *
 * Return: 0, or -ENOMEM and nothing has changed.
 */
int numbers_resize(struct numbers *numbers, uint32_t max);
void numbers_fini(struct numbers *numbers);

/** numbers_take - the lowest that is free. Return: numbers->max when there is
 * none. */
uint32_t numbers_take(struct numbers *numbers);

/** numbers_give - @number is free again. */
void numbers_give(struct numbers *numbers, uint32_t number);

/** numbers_cut - make numbers->n as low as it can be. */
void numbers_cut(struct numbers *numbers);

#endif

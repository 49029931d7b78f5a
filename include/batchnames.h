/* SPDX-License-Identifier: GPL-2.0-only */
/* Names of what is about to be printed: who is asked for, and how long tables
 * wait for them. */
#ifndef FLOWTOP_BATCHNAMES_H
#define FLOWTOP_BATCHNAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct config;
struct naming;
struct row;

struct batch_names {
	struct naming *naming;
	const struct config *config;
	uint64_t asked_ns; /* since when a table waits; 0: none does */
	size_t n_settled;  /* rows of it from the first that miss no name */
};

/** batch_names_want - of a row that is printed. */
void batch_names_want(const struct batch_names *names, const struct row *row);

/** batch_names_may_wait - how long a table may wait. 0: it does not. */
uint64_t batch_names_may_wait(const struct batch_names *names, bool is_first);

/**
 * batch_names_await - ask for the names of @n rows of a table
 *
 * To be called again, with the same rows, as long as it says so.
 * Return: whether names are missing, and @wait_ns are not over yet.
 */
bool batch_names_await(struct batch_names *names, const struct row *rows,
		       size_t n, uint64_t wait_ns);

#endif

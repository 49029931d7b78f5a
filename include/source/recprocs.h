/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The processes that a recording has spoken of, by the numbers of MARK_PROC.
 * Used by record.c only.
 *
 * Memory is fixed: a process that finds no room takes the number of another
 * one, which is written again should it come back.
 */
#ifndef FLOWTOP_SOURCE_RECPROCS_H
#define FLOWTOP_SOURCE_RECPROCS_H

#include <stdbool.h>
#include <stdint.h>

struct proc_fact;
struct recprocs;

struct recproc {
	const struct proc_fact
		*fact;   /* a reference; NULL: the number is free */
	bool is_written; /* since the last key frame, as it is */
	bool has_name;   /* its user's name is in it, or it needs none */
	bool has_ended;
};

/** recprocs_new - Return: freed with recprocs_free(); NULL without memory. */
struct recprocs *recprocs_new(void);
void recprocs_free(struct recprocs *procs);

/**
 * recprocs_get - the entry for the process that @fact is about
 * @number: its number, 1 to MARK_PROCS
 *
 * It holds @fact afterwards. is_written is false when it held something else.
 */
struct recproc *recprocs_get(struct recprocs *procs,
			     const struct proc_fact *fact, uint32_t *number);

/** recprocs_forget - a key frame begins: all is to be written again. */
void recprocs_forget(struct recprocs *procs);

/** recprocs_nameless - walk entries that are written without the name of their
 * user. @number: in: 0; out: the one returned. NULL at the end. */
struct recproc *recprocs_nameless(struct recprocs *procs, uint32_t *number);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* What --columns and --sort mean, once it is known what is shown. */
#ifndef FLOWTOP_COLUMNOPTS_H
#define FLOWTOP_COLUMNOPTS_H

#include <stdbool.h>
#include <stddef.h>

struct column;
struct config;

/** columnopts_help - list the names, where config asks for them. Return:
 * whether it did. As below, config->output, view and show_src have to be set.
 */
bool columnopts_help(const struct config *config);

/**
 * columnopts_finish - choose the columns and the order that config names
 *
 * Prints one line about what is wrong.
 * Return: -1 to go on, or the exit status.
 */
int columnopts_finish(struct config *config);

/**
 * columnopts_sort - read "[-|+]name"
 * @view: row of view_kinds
 * @column, @is_descending: set when all is well
 * @error: what is wrong, in a line; @size: its size
 *
 * Without a sign texts ascend and most numbers descend; "-" ascends, "+"
 * descends. "none" is the order of the original: flows, the newest first.
 * Return: 0 or -EINVAL.
 */
int columnopts_sort(int view, bool show_src, const char *text,
		    const struct column **column, bool *is_descending,
		    char *error, size_t size);

/**
 * columnopts_choose - the columns of a view, by a list as choice_set() has it
 * @show_src: those of flows with their sources: names that only one of the two
 * layouts has are for that one
 * @error, @size: as above
 *
 * For settings as well: one key for each view.
 * Return: 0 or -EINVAL.
 */
int columnopts_choose(int view, bool show_src, const char *list, char *error,
		      size_t size);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* What occurs in the table: values of the fields of filter expressions. */
#ifndef FLOWTOP_VIEW_VALUES_H
#define FLOWTOP_VIEW_VALUES_H

#include "filter/expr.h"

struct still;
struct table;
struct view_env;

/**
 * values_each - values of @field, each once, in the order of the alphabet
 * @still: instead of @table; NULL: none
 * @found: called for each; not with the lock
 *
 * Nobody waits for them: of a large table it is those that were found in a few
 * milliseconds. Context: registered reader, read lock NOT held (taken inside).
 */
void values_each(const struct table *table, const struct still *still,
		 const struct view_env *env, enum expr_field field,
		 void (*found)(void *arg, const char *value), void *arg);

#endif

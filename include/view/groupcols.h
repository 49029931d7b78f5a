/* SPDX-License-Identifier: GPL-2.0-only */
/* The columns of groups, one row each, in the manner of view/columns.h. */
#ifndef FLOWTOP_VIEW_GROUPCOLS_H
#define FLOWTOP_VIEW_GROUPCOLS_H

#include "view/columns.h"
#include "view/groups.h"

#include <stddef.h>

extern const struct column group_column_table[];
extern const size_t n_group_columns;

/** group_column_find - by id. Return: NULL when there is none. */
const struct column *group_column_find(const char *id);

/** group_name - "firefox", "@192.0.2.7", "[kernel]"; "?" for nobody. @name:
 * CELL_TEXT_SIZE bytes. */
void group_name(const struct group *group, char *name);

/** group_expression - what its flows are cut down to, in words: "pid 4242",
 * "process @192.0.2.7". @text: CELL_TEXT_SIZE bytes */
void group_expression(const struct group *group, char *text);

#endif

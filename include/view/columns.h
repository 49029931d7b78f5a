/* SPDX-License-Identifier: GPL-2.0-only */
/* All columns, one row each: what JSON and CSV write, what text and screen
 * show, what can be sorted by. */
#ifndef FLOWTOP_VIEW_COLUMNS_H
#define FLOWTOP_VIEW_COLUMNS_H

#include "view/row.h"
#include "view/value.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	COL_RECORD = 1 << 0,  /* a key of JSON and CSV */
	COL_SCREEN = 1 << 1,  /* text output and screen */
	COL_RIGHT = 1 << 2,   /* right-aligned */
	COL_NO_DATA = 1 << 3, /* always unknown so far */
};

/* Which part of a text stays when its cell is too narrow. */
enum keep {
	KEEP_START, /* services, words */
	KEEP_END,   /* host names: the registered domain says who it is */
	KEEP_ENDS,  /* paths */
	KEEP_ADDR,  /* IPv6: both ends; IPv4 is never cut */
	KEEP_HOST,  /* names of hosts or, without one, addresses */
	KEEP_OWNER, /* programs: the start; "@" and an address: as that */
	KEEP_STATE, /* protocol states have short forms: "ESTAB", "SYN-S" */
	KEEP_PROTO, /* and so have protocols: "icm6" */
};

struct group;

struct column {
	const char *id;         /* JSON key; name for --sort */
	const char *title;      /* NULL: not on the screen */
	const char *title_bits; /* title when rates are in bits; NULL: same */
	const char *help;       /* one line */
	uint8_t type;           /* enum value_type when known */
	uint8_t flags;          /* COL_* */
	uint8_t keep;           /* enum keep */
	uint8_t min_cells, ideal_cells;
	/* Sorted largest first when the user does not say. */
	bool is_descending;
	void (*get)(const struct row *row, struct value *value);
	/* Of the columns of groups, instead; see view/groupcols.h. */
	void (*get_group)(const struct group *group, struct value *value);
	uint8_t seconds; /* what it needs: bits of enum group_second */
	/*
	 * Key for sorting from the flow itself, without a row: the walk's
	 * fast path. Same order as value_key(); false: unknown. NULL: the
	 * getter is used.
	 */
	bool (*hot_key)(const struct flow *flow, const struct view_env *env,
			uint64_t *key);
};

extern const struct column column_table[];
extern const size_t n_columns;

/** column_find - by id. Return: NULL when there is none. */
const struct column *column_find(const char *id);

/** column_default_sort - the smoothed rate of both directions. */
const struct column *column_default_sort(void);

/** column_title - header text for @flags (CELL_BITS); "" without one. */
const char *column_title(const struct column *column, unsigned int flags);

/** column_get - the value of @column for @row. */
static inline void column_get(const struct column *column,
			      const struct row *row, struct value *value)
{
	value->type = VAL_NONE;
	value->text = NULL;
	value->note = NULL;
	value->keeps_start = false;
	column->get(row, value);
}

/** column_get_group - the value of @column, one of groups, for @group. */
static inline void column_get_group(const struct column *column,
				    const struct group *group,
				    struct value *value)
{
	value->type = VAL_NONE;
	value->text = NULL;
	value->note = NULL;
	value->keeps_start = false;
	column->get_group(group, value);
}

#endif

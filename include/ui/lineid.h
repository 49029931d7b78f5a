/* SPDX-License-Identifier: GPL-2.0-only */
/* Whose a line of the list is, wherever it is by now: what is remembered from
 * picture to picture is found by it. */
#ifndef FLOWTOP_UI_LINEID_H
#define FLOWTOP_UI_LINEID_H

#include "view/groupref.h"
#include "view/row.h"

#include <stdbool.h>

struct line_id {
	bool is_group;
	union {
		struct flow_ref flow;
		struct group_ref group;
	};
};

/** line_id_equal - is it the same line? */
static inline bool line_id_equal(const struct line_id *a,
				 const struct line_id *b)
{
	if (a->is_group || b->is_group)
		return a->is_group && b->is_group &&
		       group_ref_equal(&a->group, &b->group);
	return flow_ref_matches(&a->flow, &b->flow.key, b->flow.id);
}

#endif

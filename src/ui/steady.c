// SPDX-License-Identifier: GPL-2.0-only
/* Rates that do not tremble. */
#include "ui/steady.h"

#include "ui/lineid.h"
#include "view/groups.h"

#include <stdlib.h>

#define FIRST_ROWS 64

enum { RATE_ORIG, RATE_REPLY, PACKETS_ORIG, PACKETS_REPLY, RATES };

struct steady_row {
	struct line_id id;
	struct steady_rate {
		float shown;
		unsigned int n_wrong; /* pictures in which it was not exact */
	} rate[RATES];
};

void steady_fini(struct steady *steady)
{
	free(steady->old.rows);
	free(steady->now.rows);
	*steady = (struct steady){ 0 };
}

void steady_begin(struct steady *steady, uint64_t picture, bool is_exact)
{
	uint64_t n = picture - steady->picture;

	steady->n_since =
		n < STEADY_PICTURES ? (unsigned int)n : STEADY_PICTURES;
	steady->picture = picture;
	steady->is_exact = is_exact;
	steady->is_pending = false;
	steady->now.n = 0;
}

/* Most rows are where they were. */
static const struct steady_row *find(const struct steady *steady,
				     const struct line_id *id)
{
	const struct steady_list *old = &steady->old;

	if (steady->now.n < old->n &&
	    line_id_equal(&old->rows[steady->now.n].id, id))
		return &old->rows[steady->now.n];
	for (size_t i = 0; i < old->n; i++) {
		if (line_id_equal(&old->rows[i].id, id))
			return &old->rows[i];
	}
	return NULL;
}

static struct steady_row *append(struct steady_list *list)
{
	if (list->n == list->max) {
		size_t max = list->max ? list->max * 2 : FIRST_ROWS;
		void *rows = realloc(list->rows, max * sizeof(*list->rows));

		if (!rows)
			return NULL;
		list->rows = rows;
		list->max = max;
	}
	return &list->rows[list->n++];
}

static bool is_large(float shown, float rate)
{
	float change = rate > shown ? rate - shown : shown - rate;

	/* Also what is no number at all. */
	return !(shown > 0 && rate > 0 && change < shown * STEADY_CHANGE);
}

static void hold(struct steady *steady, struct steady_rate *kept, float *rate)
{
	if (steady->is_exact || is_large(kept->shown, *rate) ||
	    (steady->n_since && kept->n_wrong >= STEADY_PICTURES)) {
		*kept = (struct steady_rate){ .shown = *rate };
	} else if (kept->shown < *rate || kept->shown > *rate) {
		kept->n_wrong += steady->n_since;
		steady->is_pending = true;
	} else {
		kept->n_wrong = 0;
	}
	*rate = kept->shown;
}

static void hold_all(struct steady *steady, const struct line_id *id,
		     float *const rates[], int n)
{
	const struct steady_row *before = find(steady, id);
	struct steady_row *kept = append(&steady->now);

	if (!kept) /* then it trembles */
		return;
	if (before)
		*kept = *before;
	else
		*kept = (struct steady_row){ .id = *id };
	for (int i = 0; i < n; i++)
		hold(steady, &kept->rate[i], rates[i]);
}

void steady_hold(struct steady *steady, struct row *row)
{
	float *const rates[RATES] = {
		[RATE_ORIG] = &row->info.smooth[DIR_ORIG],
		[RATE_REPLY] = &row->info.smooth[DIR_REPLY],
		[PACKETS_ORIG] = &row->info.packet_rate[DIR_ORIG],
		[PACKETS_REPLY] = &row->info.packet_rate[DIR_REPLY],
	};
	struct line_id id = { .flow = row_ref(row) };

	hold_all(steady, &id, rates, RATES);
}

void steady_hold_group(struct steady *steady, struct group *group)
{
	float rx = (float)group->rx_rate, tx = (float)group->tx_rate;
	float *const rates[] = { &rx, &tx };
	struct line_id id = { .is_group = true, .group = group->ref };

	hold_all(steady, &id, rates, 2);
	group->rx_rate = (double)rx;
	group->tx_rate = (double)tx;
}

void steady_end(struct steady *steady)
{
	struct steady_list list = steady->old;

	steady->old = steady->now;
	steady->now = list;
	steady->now.n = 0;
}

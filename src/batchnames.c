// SPDX-License-Identifier: GPL-2.0-only
#include "batchnames.h"

#include "lib/clock.h"
#include "view/row.h"

#include "naming.h"
#include "options.h"

#define SHARE 4 /* of a round, as for owners: tables after the first */

/* More cannot be asked at a time, so whoever misses more need not be sought. */
#define MISSING 64

/* Nobody is asked because of a recording, or when it comes too late. */
static bool is_asking(const struct batch_names *names)
{
	const struct config *config = names->config;

	return !config->no_dns && !config->replay &&
	       config->output != OUTPUT_NONE &&
	       (config->wait_ns || !config->once);
}

/* Text shows our own addresses as numbers, and without -s not the near end. */
static bool is_shown(const struct batch_names *names, const struct row *row,
		     int end)
{
	if (names->config->output != OUTPUT_TEXT || end == row->far)
		return true;
	return names->config->show_src && !row->iface[0];
}

static const struct addr *addr_of(const struct row *row, int end)
{
	const struct tuple *tuple = &row->info.key.tuple;

	return end == END_SRC ? &tuple->src : &tuple->dst;
}

/* Return: how many names the row misses. */
static size_t want_row(const struct batch_names *names, const struct row *row)
{
	size_t n_missing = 0;

	for (int end = 0; end < ENDS; end++) {
		const struct addr *addr = addr_of(row, end);

		if (!is_shown(names, row, end))
			continue;
		naming_want(names->naming, addr, row->info.key.family);
		n_missing += !naming_is_settled(names->naming, addr,
						row->info.key.family);
	}
	return n_missing;
}

void batch_names_want(const struct batch_names *names, const struct row *row)
{
	if (is_asking(names))
		want_row(names, row);
}

uint64_t batch_names_may_wait(const struct batch_names *names, bool is_first)
{
	const struct config *config = names->config;
	uint64_t share_ns = config->interval_ns / SHARE;

	if (!is_asking(names))
		return 0;
	return is_first || share_ns > config->wait_ns ? config->wait_ns
						      : share_ns;
}

bool batch_names_await(struct batch_names *names, const struct row *rows,
		       size_t n, uint64_t wait_ns)
{
	uint64_t now_ns = clock_mono_ns();
	size_t n_missing = 0, i;

	if (!is_asking(names))
		return false;
	if (!names->asked_ns) {
		names->asked_ns = now_ns;
		names->n_settled = 0;
	}
	for (i = names->n_settled; i < n && n_missing < MISSING; i++) {
		n_missing += want_row(names, &rows[i]);
		if (!n_missing)
			names->n_settled = i + 1;
	}
	if (n_missing && now_ns < names->asked_ns + wait_ns)
		return true;
	names->asked_ns = 0;
	return false;
}

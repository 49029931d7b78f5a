// SPDX-License-Identifier: GPL-2.0-only
/* Why there are no flows. */
#include "ui/empty.h"

#include "lib/clock.h"
#include "lib/str.h"
#include "ui/draw.h"
#include "ui/panels.h"
#include "view/value.h"

#include <inttypes.h>

#define LINE_TEXT 512

static void draw_lines(const char *const *lines, size_t n, int y, int end)
{
	for (size_t i = 0; i < n && y < end; i++)
		y = draw_paragraph(y, end, 2, lines[i]);
}

static void draw_no_tracking(int y, int end)
{
	static const char *const lines[] = {
		"No flows: the kernel tracks no connections in this network "
		"namespace.",
		"",
		"Tracking starts when a firewall rule needs it. To start it:",
		"",
		"  nft add table inet flowtop",
		"  nft \"add chain inet flowtop c "
		"{ type filter hook input priority 0; }\"",
		"  nft add rule inet flowtop c ct state new counter",
		"",
		"This filters nothing. Undo: nft delete table inet flowtop",
	};

	draw_lines(lines, sizeof(lines) / sizeof(lines[0]), y, end);
}

static uint64_t n_hidden(const struct view_totals *totals)
{
	uint64_t n = totals->n_family + totals->n_kind + totals->n_idle;

	for (int i = 0; i < VIEW_GROUPS; i++)
		n += totals->group_hidden[i];
	return n;
}

static void draw_hidden(const struct scene *scene, int y, int end)
{
	char protocols[STATUS_TEXT], first[LINE_TEXT], second[LINE_TEXT];
	const char *lines[] = { first, second };

	status_protocols(scene->filter, protocols, sizeof(protocols));
	str_printf(first, sizeof(first), "No flow matches %s%s.", protocols,
		   scene->filter->active_only ? ", active" : "");
	str_printf(second, sizeof(second),
		   "%" PRIu64 " hidden (T U D I S switch protocols, "
		   "i IPv4 and IPv6, a active only).",
		   n_hidden(&scene->frame->totals));
	draw_lines(lines, 2, y, end);
}

void empty_draw(const struct scene *scene, const struct parts *parts)
{
	int y = parts->table + (parts->n_table > 4);
	int end = parts->table + parts->n_table;
	const char *line = "No flows.";

	if (n_hidden(&scene->frame->totals)) {
		draw_hidden(scene, y, end);
	} else if (scene->status->is_empty) {
		draw_no_tracking(y, end);
	} else {
		if (!scene->status->is_complete)
			line = "Reading the connection tracking table ...";
		draw_lines(&line, 1, y, end);
	}
}

// SPDX-License-Identifier: GPL-2.0-only
/* Why there are no flows. */
#include "ui/empty.h"

#include "lib/clock.h"
#include "lib/sanitize.h"
#include "lib/str.h"
#include "net/nfttext.h"
#include "net/proto.h"
#include "ui/draw.h"
#include "ui/keymap.h"
#include "ui/panels.h"
#include "view/match.h"
#include "view/value.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Return: the line behind the last one. */
static int draw_lines(const char *const *lines, size_t n, int y, int end)
{
	for (size_t i = 0; i < n && y < end; i++)
		y = draw_paragraph(y, end, 2, lines[i]);
	return y;
}

#define BOX_CELLS 76
#define BOX_LINES 18
#define FIRST_ADVICE 5 /* of the lines */
#define FACT_TEXT 80

struct facts {
	char module[FACT_TEXT], entries[FACT_TEXT], sockets[FACT_TEXT];
};

static void facts_find(struct facts *facts, const struct scene *scene)
{
	str_printf(facts->module, FACT_TEXT, "  nf_conntrack module      %s",
		   scene->status->has_module ? "loaded" : "not loaded");
	str_printf(facts->entries, FACT_TEXT,
		   "  entries in the table     0, for the last %" PRIu64 " s",
		   (uint64_t)(scene->empty_ns / NS_PER_S));
	facts->sockets[0] = '\0';
	if (scene->status->n_sockets != HEALTH_UNKNOWN)
		str_printf(facts->sockets, FACT_TEXT,
			   "  connected sockets here   %" PRIu64 "%s",
			   scene->status->n_sockets,
			   scene->status->n_sockets ? ", none of them tracked"
						    : "");
}

static void draw_frame(int y, int x)
{
	char bar[BOX_CELLS + 1];

	memset(bar, '-', BOX_CELLS);
	bar[0] = bar[BOX_CELLS - 1] = '+';
	bar[BOX_CELLS] = '\0';
	draw_text(y + BOX_LINES - 1, x, BOX_CELLS, bar, ROLE_PLAIN, 0);
	memcpy(bar + 1, "- No connection tracking ", 25);
	draw_text(y, x, BOX_CELLS, bar, ROLE_PLAIN, 0);
	for (int i = 1; i < BOX_LINES - 1; i++) {
		draw_text(y + i, x, 1, "|", ROLE_PLAIN, 0);
		draw_text(y + i, x + BOX_CELLS - 1, 1, "|", ROLE_PLAIN, 0);
	}
}

static void draw_no_tracking(const struct scene *scene, int y, int end)
{
	struct facts facts;
	bool is_quiet = scene->status->n_sockets == 0;
	char key[KEY_LABEL_SIZE], press[FACT_TEXT];
	const char *const lines[] = {
		is_quiet ? "No flows: nothing is connected here, or the kernel "
			   "tracks no connections."
			 : "No flows: the kernel tracks no connections in this "
			   "network namespace.",
		"",
		facts.module,
		facts.entries,
		facts.sockets,
		"",
		is_quiet ? "Tracking starts when a firewall rule needs it. If "
			   "none does:"
			 : "Tracking starts when a firewall rule needs it. To "
			   "start it now:",
		"",
		"  nft " NFT_ADD_TABLE,
		"  nft \"" NFT_ADD_CHAIN "\"",
		"  nft " NFT_ADD_RULE,
		"",
		"This filters nothing. Undo: nft " NFT_UNDO,
		press,
	};
	size_t n = sizeof(lines) / sizeof(lines[0]);
	int x = (draw_cells() - BOX_CELLS) / 2;

	facts_find(&facts, scene);
	keymap_label(ACTION_TRACK, key);
	str_printf(press, sizeof(press),
		   "Or %s%s: flowtop does it itself, only while it runs%s",
		   key[0] ? "press " : "start it with --track", key,
		   key[0] ? " (--track)." : ".");
	if (x < 0 || end - y < BOX_LINES) {
		/* What to do is worth more room than the facts. */
		y = draw_lines(lines, 1, y, end);
		draw_lines(lines + FIRST_ADVICE, n - FIRST_ADVICE, y, end);
		return;
	}
	y += (end - y - BOX_LINES) / 3;
	draw_frame(y, x);
	for (size_t i = 0; i < n; i++)
		draw_text(y + 2 + (int)i, x + 2, BOX_CELLS - 4, lines[i],
			  ROLE_PLAIN, 0);
}

/* Hidden flows, and what brings them back: "T shows 30 TCP". */
struct hidden {
	char text[LINE_TEXT];
	uint64_t n;
};

__attribute__((format(printf, 3, 4))) static void add_hidden(
	struct hidden *hidden, uint64_t n, const char *format, ...)
{
	size_t used = strlen(hidden->text);
	char what[FACT_TEXT];
	va_list ap;

	if (!n)
		return;
	va_start(ap, format);
	vsnprintf(what, sizeof(what), format, ap);
	va_end(ap);
	str_printf(hidden->text + used, sizeof(hidden->text) - used, "%s%s",
		   used ? ", " : "", what);
	hidden->n += n;
}

static void hidden_find(struct hidden *hidden, const struct scene *scene)
{
	const struct view_totals *totals = &scene->frame->totals;
	bool has_ipv4 = scene->filter->families & SHOW_IPV4;

	*hidden = (struct hidden){ .n = 0 };
	for (size_t i = 0; i < n_proto_groups; i++) {
		const struct proto_group_info *group = &proto_groups[i];
		uint64_t n = totals->group_hidden[__builtin_ctz(group->group)];

		/* The last ones have no key: an option shows them. */
		if (group->letter)
			add_hidden(hidden, n, "%c shows %" PRIu64 " %s",
				   group->letter, n, group->name);
		else
			add_hidden(hidden, n,
				   "-46 alone shows %" PRIu64 " others", n);
	}
	add_hidden(hidden, totals->n_family, "i shows %" PRIu64 " %s",
		   totals->n_family, has_ipv4 ? "IPv6" : "IPv4");
	add_hidden(hidden, totals->n_idle, "a shows %" PRIu64 " idle",
		   totals->n_idle);
	add_hidden(hidden, totals->n_owner,
		   "%" PRIu64 " are of others than --pid and --user say",
		   totals->n_owner);
	add_hidden(hidden, totals->n_outside, "Esc shows %" PRIu64 " of others",
		   totals->n_outside);
	add_hidden(hidden, totals->n_kind, "--hide none shows %" PRIu64 " %s",
		   totals->n_kind, status_kind(scene->filter->hide));
}

static void draw_hidden(const struct scene *scene, const struct hidden *hidden,
			int y, int end)
{
	const struct filter_config *filter = scene->filter;
	char protocols[STATUS_TEXT], first[LINE_TEXT], second[LINE_TEXT + 64];
	const char *lines[] = { first, second };

	status_protocols(filter, protocols, sizeof(protocols));
	str_printf(first, sizeof(first), "No flow matches: %s%s%s%s%s.",
		   scene->only, scene->only[0] ? ", " : "", protocols,
		   filter->groups ? "" : ", no protocol",
		   filter->active_only ? ", active" : "");
	str_printf(second, sizeof(second), "%" PRIu64 " %s%s hidden. %s.",
		   hidden->n, filter->match ? "other " : "",
		   hidden->n == 1 ? "flow is" : "flows are", hidden->text);
	/* What was typed has been said. */
	draw_lines(lines + !!filter->match, 2 - !!filter->match, y, end);
}

/* Return: the line behind the last one. */
static int draw_expr(const struct scene *scene, int y, int end)
{
	uint64_t n = scene->frame->totals.n_expr;
	const char *text = match_text(scene->filter->match);
	char clean[LINE_TEXT], first[LINE_TEXT + 32], second[LINE_TEXT] = "";
	const char *lines[] = { first, second };

	sanitize_text(clean, sizeof(clean), text, strlen(text), NULL);
	str_printf(first, sizeof(first), "No flow matches: %s", clean);
	if (n)
		str_printf(second, sizeof(second),
			   "%" PRIu64 " %s hidden by this filter. ", n,
			   n == 1 ? "flow is" : "flows are");
	n = strlen(second);
	str_copy(second + n, sizeof(second) - n, "Esc clears it, / edits it.");
	return draw_lines(lines, 2, y, end);
}

void empty_draw(const struct scene *scene, const struct parts *parts)
{
	int y = parts->table + (parts->n_table > 4);
	int end = parts->table + parts->n_table;
	const char *line = "No flows.";
	struct hidden hidden;

	hidden_find(&hidden, scene);
	if (scene->filter->match && scene->frame->totals.all.n) {
		y = draw_expr(scene, y, end);
		if (hidden.n)
			draw_hidden(scene, &hidden, y + 1, end);
	} else if (hidden.n) {
		draw_hidden(scene, &hidden, y, end);
	} else if (scene->status->is_empty && scene->is_recording) {
		line = "No flows: the recorded table was empty.";
		draw_lines(&line, 1, y, end);
	} else if (scene->status->is_empty && !scene->status->is_tracking) {
		draw_no_tracking(scene, parts->table, end);
	} else {
		if (scene->status->is_tracking)
			line = "No flows yet: new connections are tracked.";
		if (!scene->status->is_complete)
			line = "Reading the connection tracking table ...";
		draw_lines(&line, 1, y, end);
	}
}

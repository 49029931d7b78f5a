// SPDX-License-Identifier: GPL-2.0-only
/* What key W writes. */
#include "ui/saving.h"

#include "lib/str.h"
#include "net/proto.h"
#include "ui/state.h"
#include "ui/ui.h"
#include "ui/views.h"
#include "view/choice.h"
#include "view/columns.h"

#include <ctype.h>
#include <string.h>

#define SAVED_NS (4 * NS_PER_S)

static void put(struct ui *ui, const char *key, const char *value,
		bool is_usual)
{
	ui->env->setting(ui->env->ctx, key, value, is_usual);
}

static void put_flag(struct ui *ui, const char *key, bool is_on)
{
	put(ui, key, is_on ? "yes" : "no", !is_on);
}

static void put_protocols(struct ui *ui)
{
	uint8_t groups = ui->query.filter.groups;
	/* Only a family means every protocol, as on the command line. */
	bool is_usual =
		groups == GROUP_TCP && ui->query.filter.families == SHOW_BOTH;
	char text[80] = "";

	for (size_t i = 0; i < n_proto_groups && groups != GROUP_ALL; i++) {
		size_t n = strlen(text);

		if (groups & proto_groups[i].group)
			str_printf(text + n, sizeof(text) - n, "%s%s",
				   n ? "," : "", proto_groups[i].name);
	}
	for (char *c = text; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	/* None at all is no way to start. */
	if (groups)
		put(ui, "protocols", groups == GROUP_ALL ? "all" : text,
		    is_usual);
}

static void put_families(struct ui *ui)
{
	uint8_t families = ui->query.filter.families;

	put_flag(ui, "ipv4", families == SHOW_IPV4);
	put_flag(ui, "ipv6", families == SHOW_IPV6);
}

static void put_location(struct ui *ui)
{
	static const char *const names[PLACES_LEVELS] = {
		[PLACES_NONE] = "none",
		[PLACES_CC] = "country",
		[PLACES_CITY] = "city",
		[PLACES_ALL] = "all",
	};

	put(ui, "location", names[ui->location], ui->location == PLACES_ALL);
}

static void put_interval(struct ui *ui)
{
	char text[32];

	str_printf(text, sizeof(text), "%g", (double)ui->interval_ns / 1e9);
	put(ui, "interval", text, ui->interval_ns == NS_PER_S);
}

static void put_columns(struct ui *ui)
{
	static const char *const keys[LAYOUT_KINDS] = {
		[LAYOUT_FLOWS] = "columns.flows",
		[LAYOUT_PAIR_TWO] = "columns.pair-two",
		[LAYOUT_PAIR_ONE] = "columns.pair-one",
		[LAYOUT_PROCESSES] = "columns.procs",
		[LAYOUT_HOSTS] = "columns.hosts",
		[LAYOUT_COUNTRIES] = "columns.countries",
		[LAYOUT_NETWORKS] = "columns.networks",
		[LAYOUT_PORTS] = "columns.ports",
	};

	for (int kind = 0; kind < LAYOUT_KINDS; kind++) {
		char list[CHOICE_TEXT];

		choice_text((enum layout_kind)kind, list);
		put(ui, keys[kind], list, !list[0]);
	}
}

/* What the list of all flows is ordered by, also while those of a group are
 * shown. */
static const struct ui_place *place_of(const struct ui *ui, int view)
{
	if (view == VIEW_FLOWS && ui->query.has_only)
		return &ui->flows_place;
	return view == ui->view ? &ui->place : &ui->places[view];
}

static void put_sorts(struct ui *ui)
{
	for (int view = 0; view < n_view_kinds; view++) {
		const struct ui_place *place = place_of(ui, view);
		const struct column *sort = place->sort;
		char key[32], text[64] = "";

		str_printf(key, sizeof(key), "sort.%s", view_kinds[view].name);
		if (sort)
			str_printf(text, sizeof(text), "%s%s",
				   sort->is_descending != place->is_reverse
					   ? "+"
					   : "-",
				   sort->id);
		put(ui, key, text, !sort);
	}
}

static void put_history(struct ui *ui)
{
	const struct history *history = &ui->filtering.prompt.history;

	if (!history->n)
		put(ui, "history", "", true);
	for (size_t i = 0; i < history->n; i++)
		put(ui, "history", history->text[i], false);
}

void saving_save(struct ui *ui)
{
	char text[UI_MESSAGE_SIZE] = "";

	put_families(ui);
	put_protocols(ui);
	put_flag(ui, "show-src", ui->show_src);
	put_flag(ui, "bits", ui->cell_flags & CELL_BITS);
	put_flag(ui, "no-dns", ui->no_names);
	put_flag(ui, "numeric-ports", ui->no_services);
	put_location(ui);
	put_interval(ui);
	put(ui, "group-by", view_kinds[ui->view].name, !ui->view);
	put_columns(ui);
	put_sorts(ui);
	put_history(ui);
	ui->env->write_settings(ui->env->ctx, text, sizeof(text));
	if (!text[0])
		return;
	messages_add(&ui->messages, MESSAGE_NOTE,
		     ui->env->wall_ns(ui->env->ctx), text);
	ui_say(ui, SAVED_NS, "%s", text);
}

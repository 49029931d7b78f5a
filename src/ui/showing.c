// SPDX-License-Identifier: GPL-2.0-only
/* Keys that choose what is shown, and how. */
#include "ui/showing.h"

#include "net/proto.h"
#include "ui/panels.h"
#include "ui/state.h"
#include "ui/views.h"
#include "view/groups.h"
#include "view/value.h"

static void do_protocol(struct ui *ui, int key)
{
	for (size_t i = 0; i < n_proto_groups; i++)
		if (proto_groups[i].letter == key)
			ui->query.filter.groups ^= proto_groups[i].group;
	ui_list_changed(ui);
}

static void do_family(struct ui *ui)
{
	uint8_t *families = &ui->query.filter.families;

	*families = *families == SHOW_BOTH   ? SHOW_IPV4
		    : *families == SHOW_IPV4 ? SHOW_IPV6
					     : SHOW_BOTH;
	ui_list_changed(ui);
}

static void do_active(struct ui *ui)
{
	ui->query.filter.active_only ^= true;
	ui_list_changed(ui);
	ui_say(ui, UI_MESSAGE_NS, "%s",
	       ui->query.filter.active_only ? "active flows only"
					    : "idle flows as well");
}

/* What is closed: for as long as it lingers; all that is kept; nothing. */
static void do_kept(struct ui *ui)
{
	const struct grouping *grouping = ui->query.grouping;
	bool has_past = grouping && grouping->past_end;
	bool is_all = ui->query.with_past || !has_past;

	ui->query.with_past = ui->query.filter.ghosts && !is_all;
	ui->query.filter.ghosts = !ui->query.filter.ghosts || !is_all;
	ui_list_changed(ui);
	ui_say(ui, UI_MESSAGE_NS, "%s",
	       ui->query.with_past       ? "also those without flows"
	       : ui->query.filter.ghosts ? "closed ones while they linger"
					 : "nothing that is closed");
}

static void do_traffic(struct ui *ui)
{
	static const char *const names[TRAFFICS] = {
		[TRAFFIC_RATE] = "bytes per second",
		[TRAFFIC_BYTES] = "bytes so far",
		[TRAFFIC_PACKET_RATE] = "packets per second",
		[TRAFFIC_PACKETS] = "packets so far",
	};
	static const char *const columns[TRAFFICS] = {
		[TRAFFIC_RATE] = "rx_rate",
		[TRAFFIC_BYTES] = "rx_bytes",
		[TRAFFIC_PACKET_RATE] = "rx_pps",
		[TRAFFIC_PACKETS] = "rx_packets",
	};
	struct layout layout;
	bool is_shown;

	do
		ui->traffic = (ui->traffic + 1) % TRAFFICS;
	while (!ui_column(ui, columns[ui->traffic]));
	panels_layout(&layout, ui->view, ui->show_src, ui->pane.size,
		      ui->place.shift, ui->location);
	is_shown = layout_swap(&layout, ui->traffic) ||
		   ui->traffic == TRAFFIC_RATE;
	ui_say(ui, UI_MESSAGE_NS, "RX TX: %s%s", names[ui->traffic],
	       is_shown ? "" : ", of which no column is shown");
}

static void do_names(struct ui *ui)
{
	ui->no_names ^= true;
	ui_relabel(ui);
	ui_say(ui, UI_MESSAGE_NS, "%s",
	       ui->no_names ? "addresses, no host names" : "host names");
}

static void do_services(struct ui *ui)
{
	ui->no_services ^= true;
	ui_relabel(ui);
	ui_say(ui, UI_MESSAGE_NS, "%s",
	       ui->no_services ? "numbers of ports" : "names of ports");
}

static void do_places(struct ui *ui)
{
	static const char *const names[PLACES_LEVELS] = {
		[PLACES_NONE] = "not shown",
		[PLACES_CC] = "country",
		[PLACES_CITY] = "country and city",
		[PLACES_ALL] = "country, city and network",
	};

	ui->location = (ui->location + 1) % PLACES_LEVELS;
	ui_relabel(ui);
	ui_say(ui, UI_MESSAGE_NS, "location: %s", names[ui->location]);
}

static void do_shift(struct ui *ui, bool is_right)
{
	struct layout layout;

	ui_layout(ui, &layout);
	if (is_right && layout.n_hidden)
		ui->place.shift++;
	else if (!is_right && ui->place.shift)
		ui->place.shift--;
}

void showing_act(struct ui *ui, enum action action, int key)
{
	switch (action) {
	case ACTION_PROTOCOL:
		do_protocol(ui, key);
		break;
	case ACTION_FAMILY:
		do_family(ui);
		break;
	case ACTION_ACTIVE:
		do_active(ui);
		break;
	case ACTION_KEPT:
		do_kept(ui);
		break;
	case ACTION_SOURCE:
		ui->show_src ^= true;
		break;
	case ACTION_BITS:
		ui->cell_flags ^= CELL_BITS;
		break;
	case ACTION_TRAFFIC:
		do_traffic(ui);
		break;
	case ACTION_NAMES:
		do_names(ui);
		break;
	case ACTION_SERVICES:
		do_services(ui);
		break;
	case ACTION_PLACES:
		do_places(ui);
		break;
	default:
		do_shift(ui, action == ACTION_RIGHT);
	}
}

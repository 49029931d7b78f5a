// SPDX-License-Identifier: GPL-2.0-only
/* From view to view. */
#include "ui/moving.h"

#include "ui/panels.h"
#include "ui/state.h"
#include "ui/views.h"
#include "view/groupcols.h"

/* Each view keeps its order and its place. */
static void change_view(struct ui *ui, int view)
{
	ui->places[ui->view] = ui->place;
	ui->view = view;
	ui->place = ui->places[view];
	ui->query.grouping = view_kinds[view].grouping;
}

static void leave_group(struct ui *ui)
{
	if (!ui->query.has_only)
		return;
	/* The place in the flows of one group is nobody's. */
	ui->place = ui->flows_place;
	ui->query.has_only = false;
	ui->only[0] = '\0';
}

void moving_show(struct ui *ui, int view)
{
	if (view == ui->view && !ui->query.has_only)
		return;
	leave_group(ui);
	change_view(ui, view);
	ui_list_changed(ui);
}

void moving_step(struct ui *ui, int by)
{
	int n = n_view_kinds;

	moving_show(ui, (ui->view + by + n) % n);
}

bool moving_enter(struct ui *ui)
{
	const struct view_frame *frame = &ui->frame;
	const struct group *group;

	/* Keys may come faster than pictures. */
	ui_catch_up(ui);
	if (!frame->grouping || frame->grouping != ui->query.grouping ||
	    ui->place.cursor < frame->first ||
	    ui->place.cursor >= frame->first + frame->n_rows)
		return false;
	group = &frame->groups[ui->place.cursor - frame->first];
	if (group->ref.kind == GROUP_REST) {
		ui_say(ui, UI_MESSAGE_NS, "there is no list of the others");
		return false;
	}
	ui->query.only = group->ref;
	group_expression(group, ui->only);
	ui->back = ui->view;
	change_view(ui, VIEW_FLOWS);
	ui->query.has_only = true;
	ui->flows_place = ui->place;
	ui->place = (struct ui_place){ .sort = ui->place.sort,
				       .is_reverse = ui->place.is_reverse };
	ui_list_changed(ui);
	return true;
}

bool moving_leave(struct ui *ui)
{
	size_t line;

	if (!ui->query.has_only)
		return false;
	leave_group(ui);
	change_view(ui, ui->back);
	/* Wherever the group is by now. */
	line = ui->place.cursor - ui->place.top;
	ui->place.group_anchor = ui->query.only;
	ui->place.is_anchored = ui->place.has_anchor = true;
	ui->place.line = line;
	ui_list_changed(ui);
	return true;
}

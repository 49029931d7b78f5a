// SPDX-License-Identifier: GPL-2.0-only
#include "ui/wantgroups.h"

#include "ui/state.h"
#include "ui/ui.h"
#include "view/groups.h"

/* Nobody has to be asked what no name server knows. */
static bool is_host(const struct addr *addr, uint8_t family)
{
	enum addr_scope scope = addr_scope(addr, family);

	return addr_size(family) && scope != SCOPE_MULTICAST &&
	       scope != SCOPE_BROADCAST && scope != SCOPE_ANY;
}

static void want(const struct ui *ui, const struct addr *addr, uint8_t family)
{
	if (is_host(addr, family))
		ui->env->want_name(ui->env->ctx, addr, family);
}

/* Whether there is a column for it. */
static bool has_column(const struct ui *ui, const char *id)
{
	const struct column *column = ui_column(ui, id);
	struct layout layout;

	ui_layout(ui, &layout);
	for (int i = 0; i < layout.n; i++)
		if (layout.cell[i].column == column)
			return true;
	return false;
}

/* Those of rank @from up to @end that the picture has. */
static void want_groups(const struct ui *ui, size_t from, size_t end,
			bool with_peers)
{
	const struct view_frame *frame = &ui->frame;

	if (from < frame->first)
		from = frame->first;
	if (end > frame->first + frame->n_rows)
		end = frame->first + frame->n_rows;
	for (size_t rank = from; rank < end; rank++) {
		const struct group *group = &frame->groups[rank - frame->first];

		if (group->ref.kind == GROUP_HOST)
			want(ui, &group->ref.addr, group->ref.family);
		if (with_peers)
			want(ui, &group->peer, group->peer_family);
	}
}

void ui_want_group_names(const struct ui *ui)
{
	size_t top = ui->place.top, lines = ui_lines(ui);
	bool with_peers;

	if (!ui->env->want_name || ui->env->no_names || !ui->frame.grouping)
		return;
	with_peers = has_column(ui, "peer");
	want_groups(ui, top, top + lines, with_peers);
	/* One page down and one up. */
	want_groups(ui, top + lines, top + 2 * lines, with_peers);
	want_groups(ui, top > lines ? top - lines : 0, top, with_peers);
}

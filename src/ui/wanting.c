// SPDX-License-Identifier: GPL-2.0-only
/* Whose names are wanted. */
#include "ui/wanting.h"

#include "fact/owner.h"
#include "ui/state.h"
#include "ui/ui.h"
#include "view/groups.h"

/* What the picture is looked through for. */
struct wanting {
	const struct ui *ui;
	bool with_peers,
		with_owners;     /* of groups: there is a column for them */
	bool is_shown;           /* on the screen; else about to be */
	unsigned int n, n_known; /* of those on the screen */
};

/* Nobody has to be asked what no name server knows. */
static bool is_host(const struct addr *addr, uint8_t family)
{
	enum addr_scope scope = addr_scope(addr, family);

	return addr_size(family) && scope != SCOPE_MULTICAST &&
	       scope != SCOPE_BROADCAST && scope != SCOPE_ANY;
}

static void want(struct wanting *w, const struct addr *addr, uint8_t family)
{
	const struct ui_env *env = w->ui->env;

	if (!is_host(addr, family))
		return;
	env->want_name(env->ctx, addr, family);
	if (!w->is_shown)
		return;
	w->n++;
	w->n_known += env->has_asked(env->ctx, addr, family);
}

/* Whether the row has a place for the name of @end. */
static bool has_end(const struct ui *ui, const struct row *row, int end)
{
	uint8_t dir = row->info.dir;
	uint8_t own = end == END_SRC ? FLOW_DIR_OUT : FLOW_DIR_IN;

	if (ui->show_src)
		return dir != own && dir != FLOW_DIR_LOCAL;
	return end == row->far || row->info.owner == OWNER_FORWARDED;
}

static void want_row(struct wanting *w, const struct row *row)
{
	const struct tuple *orig = &row->info.key.tuple;

	for (int i = 0; i < ENDS; i++) {
		int end = i ? !row->far : row->far;

		if (has_end(w->ui, row, end))
			want(w, end == END_SRC ? &orig->src : &orig->dst,
			     row->info.key.family);
	}
}

static void want_group(struct wanting *w, const struct group *group)
{
	const struct group_ref *ref = &group->ref;

	if (ref->kind == GROUP_HOST || ref->kind == GROUP_INSIDE)
		want(w, &ref->addr, ref->family);
	ref = &group->owner_ref;
	if (w->with_owners && ref->kind == GROUP_INSIDE)
		want(w, &ref->addr, ref->family);
	if (w->with_peers)
		want(w, &group->peer, group->peer_family);
}

/* Those of rank @from up to @end that the picture has. */
static void want_lines(struct wanting *w, size_t from, size_t end)
{
	const struct view_frame *frame = &w->ui->frame;

	if (from < frame->first)
		from = frame->first;
	if (end > frame->first + frame->n_rows)
		end = frame->first + frame->n_rows;
	for (size_t rank = from; rank < end; rank++) {
		if (frame->grouping)
			want_group(w, &frame->groups[rank - frame->first]);
		else
			want_row(w, &frame->rows[rank - frame->first]);
	}
}

static bool has_column(const struct layout *layout, const struct column *column)
{
	for (int i = 0; i < layout->n; i++)
		if (layout->cell[i].column == column)
			return true;
	return false;
}

static void want_page(struct ui *ui, const struct layout *layout)
{
	size_t top = ui->place.top, lines = ui_lines(ui);
	struct wanting w = { .ui = ui, .is_shown = true };

	if (ui->frame.grouping) {
		w.with_peers = has_column(layout, ui_column(ui, "peer"));
		w.with_owners = has_column(layout, ui_column(ui, "owner"));
	}
	want_lines(&w, top, top + lines);
	/* One page down and one up. */
	w.is_shown = false;
	want_lines(&w, top + lines, top + 2 * lines);
	want_lines(&w, top > lines ? top - lines : 0, top);
	ui->status.has_names = w.n > 0;
	if (w.n)
		ui->status.names_percent = w.n_known * 100 / w.n;
}

void ui_want_names(struct ui *ui, const struct layout *layout)
{
	const struct ui_env *env = ui->env;

	ui->status.has_names = false;
	ui->status.geo[0] = '\0';
	if (env->geo && ui->location)
		env->geo(env->ctx, ui->status.geo, sizeof(ui->status.geo));
	if (env->want_name && env->has_asked && !ui->no_names)
		want_page(ui, layout);
}

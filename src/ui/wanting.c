// SPDX-License-Identifier: GPL-2.0-only
/* Whose names are wanted. */
#include "ui/wanting.h"

#include "fact/owner.h"
#include "ui/state.h"
#include "ui/ui.h"

/* What is on the screen, and how much of it is known. */
struct share {
	unsigned int n, n_known;
};

/* Groups have no names of their own, and no name server knows them. */
static bool is_host(const struct row *row, int end)
{
	enum addr_scope scope = row->place[end].scope;

	return scope != SCOPE_MULTICAST && scope != SCOPE_BROADCAST &&
	       scope != SCOPE_ANY && addr_size(row->info.key.family);
}

/* Whether the row has a place for the name of @end. */
static bool is_shown(const struct ui *ui, const struct row *row, int end)
{
	uint8_t dir = row->info.dir;
	uint8_t own = end == END_SRC ? FLOW_DIR_OUT : FLOW_DIR_IN;

	if (!is_host(row, end))
		return false;
	if (ui->show_src)
		return dir != own && dir != FLOW_DIR_LOCAL;
	return end == row->far || row->info.owner == OWNER_FORWARDED;
}

static void want_row(const struct ui *ui, const struct row *row,
		     struct share *share)
{
	const struct ui_env *env = ui->env;
	const struct tuple *orig = &row->info.key.tuple;
	uint8_t family = row->info.key.family;

	for (int i = 0; i < ENDS; i++) {
		int end = i ? !row->far : row->far;
		const struct addr *addr =
			end == END_SRC ? &orig->src : &orig->dst;

		if (!is_shown(ui, row, end))
			continue;
		env->want_name(env->ctx, addr, family);
		if (!share)
			continue;
		share->n++;
		share->n_known += env->has_asked(env->ctx, addr, family);
	}
}

/* Those of rank @from up to @end that the picture has. */
static void want_rows(const struct ui *ui, size_t from, size_t end,
		      struct share *share)
{
	const struct view_frame *frame = &ui->frame;

	if (from < frame->first)
		from = frame->first;
	if (end > frame->first + frame->n_rows)
		end = frame->first + frame->n_rows;
	for (size_t rank = from; rank < end; rank++)
		want_row(ui, &frame->rows[rank - frame->first], share);
}

static void want_page(struct ui *ui)
{
	size_t top = ui->place.top, lines = ui_lines(ui);
	struct share share = { 0, 0 };

	want_rows(ui, top, top + lines, &share);
	/* One page down and one up. */
	want_rows(ui, top + lines, top + 2 * lines, NULL);
	want_rows(ui, top > lines ? top - lines : 0, top, NULL);
	ui->status.has_names = share.n > 0;
	if (share.n)
		ui->status.names_percent = share.n_known * 100 / share.n;
}

void ui_want_names(struct ui *ui)
{
	const struct ui_env *env = ui->env;

	ui->status.has_names = false;
	ui->status.geo[0] = '\0';
	if (env->geo && ui->location)
		env->geo(env->ctx, ui->status.geo, sizeof(ui->status.geo));
	if (env->want_name && env->has_asked && !ui->no_names &&
	    !ui->frame.grouping)
		want_page(ui);
}

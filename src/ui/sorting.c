// SPDX-License-Identifier: GPL-2.0-only
/* Which order: by key, or step by step along the header. */
#include "ui/sorting.h"

#include "ui/state.h"
#include "ui/views.h"
#include "view/columns.h"

#include <string.h>

/* Columns that have no place of their own in the header. */
static const char *const sums[] = { "rate", "bytes", "packets" };

#define N_SUMS (int)(sizeof(sums) / sizeof(sums[0]))

static const struct {
	int key;
	const char *id;
} letters[] = {
	{ 'R', "rate" },
	{ 'B', "bytes" },
	{ 'P', "packets" },
	{ 'A', "age" },
};

const char *sorting_name(const struct column *column, unsigned int cell_flags)
{
	for (int i = 0; i < N_SUMS; i++)
		if (!strcmp(column->id, sums[i]))
			return sums[i];
	return column->title ? column_title(column, cell_flags) : column->id;
}

static bool is_listed(const struct column **list, int n,
		      const struct column *column)
{
	while (n)
		if (list[--n] == column)
			return true;
	return false;
}

static void choose_column(struct ui *ui, const struct column *column)
{
	bool is_descending;

	ui->place.is_reverse =
		ui_sort(ui, &is_descending) == column && !ui->place.is_reverse;
	ui->place.sort = column;
}

void sorting_by(struct ui *ui, const struct column *column)
{
	choose_column(ui, column);
	ui_list_changed(ui);
}

static void choose(struct ui *ui, const char *id)
{
	const struct column *column = ui_column(ui, id);

	if (!column) {
		ui_say(ui, UI_MESSAGE_NS, "%s have no order by %s",
		       view_kinds[ui->view].many, id);
		return;
	}
	choose_column(ui, column);
}

/* The columns in the order of the header, line by line, then the sums. */
static int list_columns(const struct ui *ui, const struct column **list)
{
	struct layout layout;
	int n = 0;

	ui_layout(ui, &layout);
	for (int i = 0; i < layout.n; i++)
		if (layout.cell[i].column->title)
			list[n++] = layout.cell[i].column;
	for (int i = 0; i < N_SUMS; i++) {
		const struct column *sum = ui_column(ui, sums[i]);

		if (sum && !is_listed(list, n, sum))
			list[n++] = sum;
	}
	return n;
}

static void step(struct ui *ui, int by)
{
	const struct column *list[LAYOUT_MAX_CELLS + N_SUMS];
	bool is_descending;
	const struct column *now = ui_sort(ui, &is_descending);
	int n = list_columns(ui, list), i = 0;

	while (i < n && list[i] != now)
		i++;
	i = i == n ? 0 : (i + by + n) % n;
	ui->place.sort = list[i];
	ui->place.is_reverse = false;
}

void sorting_choose(struct ui *ui, enum action action, int key)
{
	bool is_descending;

	switch (action) {
	case ACTION_REVERSE:
		if (!ui->place.sort)
			ui->place.sort = ui_sort(ui, &is_descending);
		ui->place.is_reverse ^= true;
		break;
	case ACTION_SORT_LEFT:
	case ACTION_SORT_RIGHT:
		step(ui, action == ACTION_SORT_LEFT ? -1 : 1);
		break;
	default:
		for (size_t i = 0; i < sizeof(letters) / sizeof(letters[0]);
		     i++)
			if (letters[i].key == key)
				choose(ui, letters[i].id);
	}
}

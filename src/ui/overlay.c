// SPDX-License-Identifier: GPL-2.0-only
/* What stands on top of the list. */
#include "ui/overlay.h"

#include "ui/state.h"

void overlay_open(struct ui *ui, const struct overlay *overlay)
{
	ui->overlay = overlay;
	ui->is_dirty = true;
}

void overlay_close(struct ui *ui)
{
	overlay_open(ui, NULL);
}

bool overlay_key(struct ui *ui, int key)
{
	return ui->overlay && ui->page == PAGE_FLOWS &&
	       ui->overlay->key(ui, key);
}

void overlay_draw(struct ui *ui, int *y, int *x)
{
	if (ui->overlay && ui->page == PAGE_FLOWS)
		ui->overlay->draw(ui, y, x);
}

uint64_t overlay_due_ns(const struct ui *ui)
{
	return ui->overlay && ui->overlay->due_ns ? ui->overlay->due_ns(ui)
						  : UI_NEVER;
}

void overlay_wake(struct ui *ui)
{
	if (overlay_due_ns(ui) <= ui->now_ns)
		ui->overlay->wake(ui);
}

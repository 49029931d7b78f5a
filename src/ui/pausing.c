// SPDX-License-Identifier: GPL-2.0-only
/* A picture that stands still. */
#include "ui/state.h"
#include "ui/ui.h"
#include "view/still.h"

#define STILL_MAX 200000 /* flows in a still: 256 bytes and 0.3 us each */

int ui_pause(struct ui *ui)
{
	const struct ui_env *env = ui->env;
	int err;

	ui_catch_up(ui);
	ui->is_paused = true;
	ui->is_due = false;
	ui->paused_ns = ui->now_ns;
	err = still_take(&ui->still, env->table, STILL_MAX,
			 env->now_ns(env->ctx), env->wall_ns(env->ctx));
	if (err) {
		/* The last picture, with all counts. */
		ui->is_stale = ui->query.grouping;
		return err;
	}
	/* What was shown keeps its place. */
	ui->hold_ns = UI_NEVER;
	ui->is_stale = true;
	return 0;
}

void ui_resume(struct ui *ui)
{
	still_free(ui->still);
	ui->still = NULL;
	ui->is_paused = false;
	ui_reorder(ui);
	ui->is_stale = true;
	ui->tick_ns = ui->now_ns + ui_pace_ns(ui);
}

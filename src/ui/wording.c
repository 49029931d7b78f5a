// SPDX-License-Identifier: GPL-2.0-only
/* Words of filter expressions that only the screen knows. */
#include "ui/wording.h"

#include "filter/parser.h"
#include "ui/state.h"
#include "ui/ui.h"
#include "view/values.h"

#include <stddef.h>

static const struct expr_words *known(void *ctx)
{
	return ((const struct ui *)ctx)->env->words;
}

static int service(void *ctx, const char *name, uint16_t *port)
{
	return known(ctx)->service(known(ctx)->ctx, name, port);
}

static void each_service(void *ctx, void (*found)(void *arg, const char *name),
			 void *arg)
{
	known(ctx)->each_service(known(ctx)->ctx, found, arg);
}

static const char *named(void *ctx, const char *name)
{
	return known(ctx)->named(known(ctx)->ctx, name);
}

static void each_named(void *ctx, void (*found)(void *arg, const char *name),
		       void *arg)
{
	known(ctx)->each_named(known(ctx)->ctx, found, arg);
}

static void each_value(void *ctx, enum expr_field field,
		       void (*found)(void *arg, const char *value), void *arg)
{
	const struct ui *ui = ctx;
	struct view_env env = ui_view_env(ui);

	values_each(ui->env->table, ui->still, &env, field, found, arg);
}

struct expr_words wording_words(struct ui *ui)
{
	const struct expr_words *words = ui->env->words;

	return (struct expr_words){
		.ctx = ui,
		.service = words && words->service ? service : NULL,
		.each_service =
			words && words->each_service ? each_service : NULL,
		.named = words && words->named ? named : NULL,
		.each_named = words && words->each_named ? each_named : NULL,
		.each_value = each_value,
	};
}

const char *wording_near(const struct expr *expr)
{
	const char *word = NULL;

	if (expr->kind == EXPR_TEST)
		return expr->test.field == FIELD_TEXT && expr->test.n_values
			       ? suggest_field(expr->test.values[0].text)
			       : NULL;
	for (size_t i = 0; i < expr->n_children && !word; i++)
		word = wording_near(expr->children[i]);
	return word;
}

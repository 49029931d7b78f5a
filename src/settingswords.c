// SPDX-License-Identifier: GPL-2.0-only
/* Filters that have names, as words of filter expressions. */
#include <string.h>

#include "settings.h"

static const struct expr_words *under(void *ctx)
{
	return &((const struct settings *)ctx)->under;
}

static int service(void *ctx, const char *name, uint16_t *port)
{
	return under(ctx)->service(under(ctx)->ctx, name, port);
}

static void each_service(void *ctx, void (*found)(void *arg, const char *name),
			 void *arg)
{
	under(ctx)->each_service(under(ctx)->ctx, found, arg);
}

static void each_value(void *ctx, enum expr_field field,
		       void (*found)(void *arg, const char *value), void *arg)
{
	under(ctx)->each_value(under(ctx)->ctx, field, found, arg);
}

static const char *named(void *ctx, const char *name)
{
	const struct settings *settings = ctx;

	for (size_t i = 0; i < settings->n_named; i++) {
		if (!strcmp(settings->named[i].name, name))
			return settings->named[i].expr;
	}
	return NULL;
}

static void each_named(void *ctx, void (*found)(void *arg, const char *name),
		       void *arg)
{
	const struct settings *settings = ctx;

	for (size_t i = 0; i < settings->n_named; i++)
		found(arg, settings->named[i].name);
}

void settings_words(struct settings *settings, struct expr_words *words)
{
	settings->under = *words;
	*words = (struct expr_words){
		.ctx = settings,
		.service = words->service ? service : NULL,
		.each_service = words->each_service ? each_service : NULL,
		.each_value = words->each_value ? each_value : NULL,
		.named = named,
		.each_named = each_named,
	};
}

// SPDX-License-Identifier: GPL-2.0-only
#include "filtering.h"

#include "filter/expr.h"
#include "lib/diag.h"
#include "lib/sanitize.h"
#include "lib/str.h"
#include "lib/unitext.h"
#include "view/match.h"

#include <stdlib.h>
#include <string.h>

#include "options.h"
#include "settings.h"

const char *filtering_add(struct config *config, const char *text)
{
	if (config->n_exprs == MAX_EXPRS)
		return "no more than 16 expressions";
	if (strlen(text) >= EXPR_TEXT_MAX)
		return "no more than 1023 bytes";
	config->exprs[config->n_exprs] = strdup(text);
	if (!config->exprs[config->n_exprs])
		return "more memory than there is";
	config->n_exprs++;
	return NULL;
}

const char *filtering_add_iface(struct config *config, const char *names)
{
	static const char *const good =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"0123456789._-*?,";
	char text[EXPR_TEXT_MAX];
	size_t n = strlen(names);

	if (!n || strspn(names, good) < n || names[0] == ',' ||
	    names[n - 1] == ',' || strstr(names, ",,") ||
	    !str_printf(text, sizeof(text), "iface %s", names))
		return "names of interfaces, such as eth0,wg0";
	return filtering_add(config, text);
}

const char *filtering_add_words(struct config *config, char *const *word, int n)
{
	char text[EXPR_TEXT_MAX] = "";
	bool fits = true;

	for (int i = 0; fits && i < n; i++) {
		size_t used = strlen(text);

		fits = str_printf(text + used, sizeof(text) - used, "%s%s",
				  i ? " " : "", word[i]);
	}
	return fits ? filtering_add(config, text) : "no more than 1023 bytes";
}

/* Cells that the first @n bytes of @text take. */
static int cells_of(const char *text, size_t n)
{
	char clean[EXPR_TEXT_MAX];
	size_t size = sanitize_text(clean, sizeof(clean), text, n, NULL);
	int cells = 0;

	for (size_t i = 0; i < size;) {
		uint32_t code;

		i += utf8_decode(clean + i, size - i, &code);
		cells += unitext_width(code) > 0;
	}
	return cells;
}

/* The expression, and below it where and what is wrong. */
static int complain(const char *text, const struct expr_error *error)
{
	size_t n = strlen(text), at = (size_t)error->column - 1;

	diag("%s", text);
	diag("%*s^ %s", cells_of(text, at < n ? at : n), "", error->text);
	return 2;
}

static int check(const char *text, const struct expr_words *words)
{
	struct expr_error error;
	struct expr *expr = expr_parse(text, words, &error);

	expr_free(expr);
	return expr || !error.column ? 0 : complain(text, &error);
}

static int check_all(const struct config *config,
		     const struct expr_words *words)
{
	int status = 0;

	for (int i = 0; !status && i < config->n_given_exprs; i++)
		status = check(config->exprs[i], words);
	return status;
}

/* What a file says wrong keeps nobody from starting. */
static void drop_bad(struct config *config, struct settings *settings,
		     const struct expr_words *words)
{
	int n = config->n_given_exprs;

	for (int i = n; i < config->n_exprs; i++) {
		char *text = config->exprs[i];
		struct expr_error error;
		struct expr *expr = expr_parse(text, words, &error);

		if (expr) {
			config->exprs[n++] = text;
		} else {
			if (error.column)
				settings_warn(settings,
					      "filter \"%s\": column %d: %s",
					      text, error.column, error.text);
			free(text);
		}
		expr_free(expr);
	}
	config->n_exprs = n;
}

static int any_service(void *ctx, const char *name, uint16_t *port)
{
	(void)ctx;
	(void)name;
	*port = 0;
	return 0;
}

int filtering_check(const struct config *config, struct settings *settings)
{
	struct expr_words words = { 0 };

	settings_words(settings, &words);
	words.service = any_service;
	return check_all(config, &words);
}

static bool is_blank(const char *text)
{
	return !text[strspn(text, " \t\n")];
}

/* Those that say something. */
static int count_exprs(const struct config *config)
{
	int n = 0;

	for (int i = 0; i < config->n_exprs; i++)
		n += !is_blank(config->exprs[i]);
	return n;
}

/* "(tcp) and (port 22)"; a single one stays as it was typed. */
static bool join(const struct config *config, char *text, size_t size)
{
	bool is_one = count_exprs(config) == 1, fits = true;

	text[0] = '\0';
	for (int i = 0; fits && i < config->n_exprs; i++) {
		size_t used = strlen(text);

		if (!is_blank(config->exprs[i]))
			fits = str_printf(text + used, size - used,
					  is_one ? "%s%s" : "%s(%s)",
					  used ? " and " : "",
					  config->exprs[i]);
	}
	return fits;
}

int filtering_open(struct config *config, struct settings *settings,
		   const struct expr_words *words)
{
	char text[EXPR_TEXT_MAX];
	struct expr_error error;
	int status = check_all(config, words);

	if (status)
		return status;
	drop_bad(config, settings, words);
	if (!join(config, text, sizeof(text))) {
		diag("all filter expressions together are too long: no more "
		     "than 1023 bytes");
		return 2;
	}
	config->filter.match = match_parse(text, words, &error);
	if (config->filter.match || !error.text[0])
		return 0;
	diag("%s", error.text);
	return 1;
}

void filtering_close(struct config *config)
{
	match_free(config->filter.match);
	config->filter.match = NULL;
	while (config->n_exprs)
		free(config->exprs[--config->n_exprs]);
}

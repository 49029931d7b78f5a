// SPDX-License-Identifier: GPL-2.0-only
/* What --columns and --sort mean. */
#include "columnopts.h"

#include "lib/diag.h"
#include "lib/nearword.h"
#include "lib/str.h"
#include "ui/views.h"
#include "view/choice.h"
#include "view/columns.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "options.h"

#define ERROR_SIZE 200
#define NAME_SIZE 80

/* Rows for people, where columns have titles; otherwise keys. */
static bool has_layout(const struct config *config)
{
	return config->output == OUTPUT_SCREEN || config->output == OUTPUT_TEXT;
}

/* Return: how many kinds of layout a view has, at whatever width. */
static int kinds_of(int view, bool show_src, enum layout_kind kinds[2])
{
	kinds[0] = view_layout(view, show_src, 0);
	kinds[1] = view_layout(view, show_src, LAYOUT_PAIR_ONE_WIDTH);
	return kinds[0] == kinds[1] ? 1 : 2;
}

/* Take the next of a list's names. Return: what follows it, NULL at the end. */
static const char *next_name(const char *list, char name[NAME_SIZE])
{
	size_t n = strcspn(list, ",");

	/* No column has one that long. */
	str_printf(name, NAME_SIZE, "%.*s",
		   (int)(n < NAME_SIZE ? n : NAME_SIZE - 1), list);
	return list[n] ? list + n + 1 : NULL;
}

static const char *bare(const char *name)
{
	return name + (*name == '+' || *name == '-');
}

/* ------------------------------------------------------------------ columns */

/* The names of @list that @kind has, or that nobody of @other has either. */
static void names_for(enum layout_kind kind, enum layout_kind other,
		      const char *list, char *names, size_t size)
{
	char name[NAME_SIZE];
	bool has_one = false;

	names[0] = '\0';
	while (list) {
		size_t n = strlen(names);

		list = next_name(list, name);
		if (!choice_column(kind, bare(name)) &&
		    choice_column(other, bare(name)))
			continue;
		str_printf(names + n, size - n, "%s%s", has_one ? "," : "",
			   name);
		has_one = true;
	}
}

int columnopts_choose(int view, bool show_src, const char *list, char *error,
		      size_t size)
{
	char names[2][CHOICE_TEXT];
	enum layout_kind kinds[2];
	int n = kinds_of(view, show_src, kinds);

	if (n == 1)
		return choice_set(kinds[0], list, error, size);
	for (int i = 0; i < n; i++)
		names_for(kinds[i], kinds[!i], list, names[i], CHOICE_TEXT);
	for (int i = 0; i < n; i++)
		if (choice_set(kinds[i], names[i], error, size))
			return -EINVAL;
	return 0;
}

static bool is_key(const struct column *column)
{
	return column->flags & COL_RECORD;
}

static const struct column *find_key(const char *name)
{
	for (int by_title = 0; by_title < 2; by_title++) {
		for (size_t i = 0; i < n_columns; i++) {
			const struct column *column = &column_table[i];
			const char *word =
				by_title ? column->title : column->id;

			if (is_key(column) && word && !strcasecmp(word, name))
				return column;
		}
	}
	return NULL;
}

static void unknown_key(const char *name, char *error, size_t size)
{
	struct near_word near = { 0 };

	for (size_t i = 0; i < n_columns; i++)
		if (is_key(&column_table[i]))
			near_word_try(&near, name, column_table[i].id);
	str_printf(error, size, "unknown key \"%s\"%s%s%s", name,
		   near.word ? "; did you mean \"" : " (help lists them)",
		   near.word ? near.word : "", near.word ? "\"?" : "");
}

static int key_place(const struct config *config, const struct column *column)
{
	int i = 0;

	while (i < config->n_keys && config->keys[i] != column)
		i++;
	return i;
}

/* "name" and "+name" put it at the end, "-name" leaves it out. */
static void take_key(struct config *config, const struct column *column,
		     bool is_wanted)
{
	int i = key_place(config, column);

	if (i < config->n_keys)
		memmove(&config->keys[i], &config->keys[i + 1],
			(size_t)(--config->n_keys - i) *
				sizeof(config->keys[0]));
	if (is_wanted)
		config->keys[config->n_keys++] = column;
}

static int choose_keys(struct config *config, char *error, size_t size)
{
	const char *list = config->columns;
	bool is_signed = *list == '+' || *list == '-';
	char name[NAME_SIZE];

	for (size_t i = 0; i < n_columns && is_signed; i++)
		if (is_key(&column_table[i]))
			take_key(config, &column_table[i], true);
	while (list) {
		const struct column *column;

		list = next_name(list, name);
		column = find_key(bare(name));
		if (!column) {
			unknown_key(bare(name), error, size);
			return -EINVAL;
		}
		if (is_signed != (bare(name) != name)) {
			str_printf(error, size,
				   "either names or changes (+name, -name), "
				   "not both");
			return -EINVAL;
		}
		take_key(config, column, *name != '-');
	}
	if (config->n_keys)
		return 0;
	str_printf(error, size, "no key is left");
	return -EINVAL;
}

/* --------------------------------------------------------------------- sort */

/* Flows have an order by whatever is written about them, too. */
static const struct column *find_sort(int view, bool show_src, const char *name)
{
	enum layout_kind kinds[2];
	int n = kinds_of(view, show_src, kinds);
	const struct column *column = NULL;

	for (int i = 0; i < n && !column; i++)
		column = choice_column(kinds[i], name);
	if (column || view_kinds[view].grouping)
		return column;
	column = choice_column(LAYOUT_FLOWS, name);
	return column ? column : find_key(name);
}

int columnopts_sort(int view, bool show_src, const char *text,
		    const struct column **column, bool *is_descending,
		    char *error, size_t size)
{
	const char *name = bare(text);
	const struct column *found;

	if (!strcasecmp(text, "none") && !view_kinds[view].grouping) {
		*column = column_find("age");
		*is_descending = false;
		return 0;
	}
	found = find_sort(view, show_src, name);
	if (!found) {
		choice_unknown(view_layout(view, show_src, 0), name, error,
			       size);
		return -EINVAL;
	}
	*column = found;
	*is_descending = name == text ? found->is_descending : *text == '+';
	return 0;
}

/* --------------------------------------------------------------------- help */

static void print_column(const struct column *column, const char *title,
			 bool is_usual)
{
	printf("%c %-13s %-12s %s\n", is_usual ? '*' : ' ', column->id, title,
	       column->help);
}

static void print_layout(enum layout_kind kind)
{
	struct choice_item items[LADDER_SLOTS];
	int n = choice_list(kind, PLACES_ALL, items);

	for (int i = 0; i < n; i++)
		print_column(items[i].column, items[i].title,
			     items[i].is_shown);
}

static void print_keys(void)
{
	for (size_t i = 0; i < n_columns; i++)
		if (is_key(&column_table[i]))
			print_column(&column_table[i],
				     column_table[i].title
					     ? column_table[i].title
					     : "",
				     true);
}

static void print_kinds(const struct config *config)
{
	enum layout_kind kinds[2];
	int n = kinds_of(config->view, config->show_src, kinds);

	for (int i = 0; i < n; i++) {
		if (n > 1)
			printf("\nWith %s for a flow:\n",
			       i ? "one line" : "two lines");
		print_layout(kinds[i]);
	}
}

static void help_columns(const struct config *config)
{
	if (!has_layout(config)) {
		puts("Keys of JSON and CSV, all of them without --columns:");
		print_keys();
		return;
	}
	printf("Columns of %s, by name or title; * are the usual ones, as "
	       "far as they fit:\n",
	       view_kinds[config->view].many);
	print_kinds(config);
}

static void help_sort(const struct config *config)
{
	printf("Orders of %s, by name or title; -name ascends, +name "
	       "descends:\n",
	       view_kinds[config->view].many);
	if (has_layout(config))
		print_kinds(config);
	else
		print_keys();
	if (view_kinds[config->view].grouping)
		return;
	puts("  none                       the newest first");
	if (has_layout(config))
		puts("and the keys of JSON: --json --columns help");
}

static bool is_help(const char *text)
{
	return text && !strcmp(text, "help");
}

bool columnopts_help(const struct config *config)
{
	if (is_help(config->columns))
		help_columns(config);
	else if (is_help(config->sort_text))
		help_sort(config);
	else
		return false;
	return true;
}

int columnopts_finish(struct config *config)
{
	char error[ERROR_SIZE] = "";

	if (config->columns &&
	    (has_layout(config)
		     ? columnopts_choose(config->view, config->show_src,
					 config->columns, error, sizeof(error))
		     : choose_keys(config, error, sizeof(error)))) {
		diag("--columns: %s", error);
		return 2;
	}
	if (config->sort_text &&
	    columnopts_sort(config->view, config->show_src, config->sort_text,
			    &config->sort, &config->is_descending, error,
			    sizeof(error))) {
		diag("--sort: %s", error);
		return 2;
	}
	return -1;
}

// SPDX-License-Identifier: GPL-2.0-only
/* Keys of settings that are no options, one row each. */
#include "lib/str.h"
#include "ui/keymap.h"
#include "ui/views.h"
#include "view/choice.h"

#include <errno.h>
#include <string.h>

#include "columnopts.h"
#include "optionkeys.h"
#include "options.h"
#include "settings.h"

/* What a line is about. */
struct taking {
	struct settings *settings;
	struct parsing *p;
	struct config *config; /* of it */
	const char *rest;      /* of the key, behind that of the row */
	int which;             /* as the row has it */
	char *error;
	size_t size;
};

typedef void (*take_fn)(struct taking *t, const char *value);

/* Return: which of the words, separated by blanks, @value is; -1. */
static int word_of(const char *words, const char *value)
{
	size_t n = strlen(value);

	for (int i = 0; *words; i++) {
		size_t size = strcspn(words, " ");

		if (size == n && !strncmp(words, value, n))
			return i;
		words += size + (words[size] == ' ');
	}
	return -1;
}

static void take_pair(struct taking *t, const char *value)
{
	int i = word_of("auto two one", value);

	if (i >= 0)
		view_set_pair((enum view_pair)i);
	else
		str_copy(t->error, t->size, "it takes two, one or auto");
}

static void take_location(struct taking *t, const char *value)
{
	int i = word_of("none country city all", value);

	if (i < 0) {
		str_copy(t->error, t->size,
			 "it takes none, country, city or all");
		return;
	}
	t->config->no_geoip = i == PLACES_NONE;
	if (i != PLACES_NONE)
		t->config->location = (enum layout_places)i;
}

static void take_columns(struct taking *t, const char *value)
{
	choice_set((enum layout_kind)t->which, value, t->error, t->size);
}

static void take_sort(struct taking *t, const char *value)
{
	if (value[0])
		columnopts_sort(t->which, t->config->show_src, value,
				&t->config->sorts[t->which].sort,
				&t->config->sorts[t->which].is_descending,
				t->error, t->size);
}

static void take_keys(struct taking *t, const char *value)
{
	int i = word_of("default htop", value);

	t->settings->has_htop_keys = i == 1;
	if (i < 0)
		str_copy(t->error, t->size, "it takes default or htop");
}

static void take_key(struct taking *t, const char *value)
{
	keymap_set(t->rest, value, t->error, t->size);
}

static void take_filter(struct taking *t, const char *value)
{
	struct settings *s = t->settings;

	if (!t->rest[0])
		str_copy(t->error, t->size, "there is no name behind the dot");
	else if (strspn(t->rest, "abcdefghijklmnopqrstuvwxyz"
				 "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				 "0123456789_-") != strlen(t->rest))
		str_copy(t->error, t->size,
			 "names have letters, digits, - and _");
	else if (s->n_named == SETTINGS_NAMED)
		str_copy(t->error, t->size, "no more than 200 filters");
	else {
		s->named[s->n_named].name = t->rest;
		s->named[s->n_named++].expr = value;
	}
}

static void take_history(struct taking *t, const char *value)
{
	struct settings *s = t->settings;

	if (s->n_history == SETTINGS_HISTORY)
		memmove(&s->history[0], &s->history[1],
			(size_t)--s->n_history * sizeof(s->history[0]));
	s->history[s->n_history++] = value;
}

static void take_protocols(struct taking *t, const char *value)
{
	const char *wanted = option_set_protocols(t->p, value);

	if (wanted)
		str_printf(t->error, t->size, "it takes %s", wanted);
}

/* A name that ends with a dot stands for all that begin so. */
// clang-format off
static const struct {
	const char *name;
	take_fn take;
	int which;
} keys[] = {
	{ "protocols", take_protocols, 0 },
	{ "pair", take_pair, 0 },
	{ "location", take_location, 0 },
	{ "columns.flows", take_columns, LAYOUT_FLOWS },
	{ "columns.pair-two", take_columns, LAYOUT_PAIR_TWO },
	{ "columns.pair-one", take_columns, LAYOUT_PAIR_ONE },
	{ "columns.procs", take_columns, LAYOUT_PROCESSES },
	{ "columns.hosts", take_columns, LAYOUT_HOSTS },
	{ "columns.countries", take_columns, LAYOUT_COUNTRIES },
	{ "columns.networks", take_columns, LAYOUT_NETWORKS },
	{ "columns.ports", take_columns, LAYOUT_PORTS },
	{ "sort.flows", take_sort, 0 },
	{ "sort.procs", take_sort, 1 },
	{ "sort.hosts", take_sort, 2 },
	{ "sort.countries", take_sort, 3 },
	{ "sort.networks", take_sort, 4 },
	{ "sort.ports", take_sort, 5 },
	{ "keys", take_keys, 0 },
	{ "key.", take_key, 0 },
	{ "filter.", take_filter, 0 },
	{ "history", take_history, 0 },
};
// clang-format on

#define N_KEYS (sizeof(keys) / sizeof(keys[0]))

bool settings_key(struct settings *settings, struct parsing *p, const char *key,
		  const char *value, char *error, size_t size)
{
	for (size_t i = 0; i < N_KEYS; i++) {
		size_t n = strlen(keys[i].name);
		bool is_many = keys[i].name[n - 1] == '.';
		struct taking taking = { .settings = settings,
					 .p = p,
					 .config = option_config(p),
					 .rest = key + n,
					 .which = keys[i].which,
					 .error = error,
					 .size = size };

		if (is_many ? strncmp(key, keys[i].name, n) != 0
			    : strcmp(key, keys[i].name) != 0)
			continue;
		keys[i].take(&taking, value);
		return true;
	}
	return false;
}

void settings_each_key(void (*found)(void *arg, const char *key), void *arg)
{
	for (size_t i = 0; i < N_KEYS; i++)
		found(arg, keys[i].name);
}

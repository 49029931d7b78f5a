// SPDX-License-Identifier: GPL-2.0-only
/* What was meant by a word that nobody knows. */
#include "filter/names.h"
#include "filter/parser.h"
#include "lib/str.h"

#include <string.h>

#define LONGEST 32 /* longer words have no neighbours: bounds the work */

static unsigned int least(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

/* Letters to add, drop, change, or swap with their neighbour. */
static unsigned int distance(const char *a, size_t n, const char *b, size_t m)
{
	unsigned int rows[3][LONGEST + 1];
	unsigned int *above = rows[0], *last = rows[1], *now = rows[2];

	for (size_t j = 0; j <= m; j++)
		last[j] = (unsigned int)j;
	for (size_t i = 1; i <= n; i++) {
		unsigned int *free_row = above;

		now[0] = (unsigned int)i;
		for (size_t j = 1; j <= m; j++) {
			char x = str_lower(a[i - 1]), y = str_lower(b[j - 1]);

			now[j] = least(least(last[j], now[j - 1]) + 1,
				       last[j - 1] + (x != y));
			if (i > 1 && j > 1 && x == str_lower(b[j - 2]) &&
			    y == str_lower(a[i - 2]))
				now[j] = least(now[j], above[j - 2] + 1);
		}
		above = last;
		last = now;
		now = free_row;
	}
	return last[m];
}

/* One slip in a short word, two in a longer one; of three letters none may be
 * another: "new" is not "net". */
static bool is_near(size_t n, size_t m, unsigned int d)
{
	if (n < 4)
		return n == 3 && d == 1 && n != m;
	return d <= (n < 6 ? 1 : 2);
}

void nearest_see(struct nearest *nearest, const char *candidate)
{
	size_t n = strlen(nearest->word), m = strlen(candidate);
	unsigned int d;

	if (!n || n > LONGEST || m > LONGEST)
		return;
	if (!str_ncasecmp(nearest->word, candidate, n))
		nearest->is_start = true;
	d = distance(nearest->word, n, candidate, m);
	if (!is_near(n, m, d))
		return;
	if (nearest->best[0] && d >= nearest->distance)
		return;
	nearest->distance = d;
	str_copy(nearest->best, sizeof(nearest->best), candidate);
}

void see_nearest(void *arg, const char *name)
{
	nearest_see(arg, name);
}

const char *suggest_field(const char *word)
{
	struct nearest nearest = { .word = word };
	const struct filter_word *found;

	for (size_t i = 0; i < n_filter_words; i++)
		if (word_takes_value(&filter_words[i]))
			nearest_see(&nearest, filter_words[i].name);
	found = word_find(nearest.best, strlen(nearest.best));
	return nearest.best[0] && found ? found->name : NULL;
}

/* "established" alone is text, and no text has it. */
static const char *hint_word(const char *text)
{
	return state_find(text) ? "state" : suggest_field(text);
}

static const char *hint(const struct expr *expr)
{
	const struct expr_test *test = &expr->test;
	const char *found = NULL;

	if (expr->kind == EXPR_TEST && test->field == FIELD_TEXT)
		for (size_t i = 0; i < test->n_values && !found; i++)
			if (test->values[i].type == EXPR_TEXT)
				found = hint_word(test->values[i].text);
	for (size_t i = 0; i < expr->n_children && !found; i++)
		found = hint(expr->children[i]);
	return found;
}

const char *expr_hint(const struct expr *expr)
{
	return expr ? hint(expr) : NULL;
}

// SPDX-License-Identifier: GPL-2.0-only
#include "lib/nearword.h"

#include <ctype.h>
#include <string.h>

#define MAX_LETTERS 24 /* longer words are near to nothing */

static unsigned int least(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

static bool is_same(char a, char b)
{
	return tolower((unsigned char)a) == tolower((unsigned char)b);
}

/* Of words that are not too long: rows of the usual table, the last three. */
static unsigned int distance(const char *a, size_t n, const char *b, size_t m)
{
	unsigned int row[3][MAX_LETTERS + 1];

	for (size_t j = 0; j <= m; j++)
		row[0][j] = (unsigned int)j;
	for (size_t i = 1; i <= n; i++) {
		unsigned int *now = row[i % 3], *last = row[(i + 2) % 3];
		const unsigned int *before = row[(i + 1) % 3];

		now[0] = (unsigned int)i;
		for (size_t j = 1; j <= m; j++) {
			bool same = is_same(a[i - 1], b[j - 1]);

			now[j] = least(least(now[j - 1], last[j]) + 1,
				       last[j - 1] + !same);
			if (i > 1 && j > 1 && is_same(a[i - 1], b[j - 2]) &&
			    is_same(a[i - 2], b[j - 1]))
				now[j] = least(now[j], before[j - 2] + 1);
		}
	}
	return row[n % 3][m];
}

void near_word_try(struct near_word *near, const char *typed, const char *word)
{
	size_t n = strlen(typed), m = strlen(word);
	unsigned int d;

	if (!n || !m || n > MAX_LETTERS || m > MAX_LETTERS)
		return;
	d = distance(typed, n, word, m);
	if (d * 3 > (n > m ? n : m) || (near->word && d >= near->distance))
		return;
	near->word = word;
	near->distance = d;
}

// SPDX-License-Identifier: GPL-2.0-only
/* The themes. */
#include "ui/theme.h"

#include "lib/str.h"

#include <string.h>

enum { BLACK, RED, GREEN, YELLOW, BLUE, MAGENTA, CYAN, WHITE };

#define NONE LOOK_DEFAULT
#define BOLD LOOK_BOLD
#define LINE LOOK_UNDERLINE
#define REV LOOK_REVERSE
#define DIM LOOK_DIM

enum { DEFAULT, CB, MONO, LIGHT, FLOWTOP, KINDS };

const struct theme_kind theme_kinds[] = {
	[DEFAULT] = { THEME_DEFAULT, "eight colours on any background" },
	[CB] = { "cb", "for eyes that do not tell red from green" },
	[MONO] = { THEME_MONO, "no colours" },
	[LIGHT] = { THEME_LIGHT, "for a white background" },
	[FLOWTOP] = { "flowtop", "as flowtop has always looked" },
};
const size_t n_theme_kinds = KINDS;

/*
 * One row for each role. At most four texts of a row are styled, so that it
 * does not cost much on the wire. The theme for weak colour vision has no pair
 * of red and green or of blue and yellow.
 */
// clang-format off
static const struct {
	const char *name;
	struct look looks[KINDS];
} roles[ROLES] = {
	[ROLE_PLAIN] = { "plain", {
		{ 0, NONE, NONE }, { 0, NONE, NONE }, { 0, NONE, NONE },
		{ 0, NONE, NONE }, { 0, NONE, NONE } } },
	[ROLE_BAR] = { "bar", {
		{ REV, NONE, NONE }, { REV, NONE, NONE }, { REV, NONE, NONE },
		{ REV, NONE, NONE }, { 0, BLACK, GREEN } } },
	[ROLE_SELECTED] = { "selected", {
		{ REV, NONE, NONE }, { REV, NONE, NONE }, { REV, NONE, NONE },
		{ REV, NONE, NONE }, { REV, NONE, NONE } } },
	[ROLE_TAB] = { "tab", {
		{ BOLD, NONE, NONE }, { BOLD, NONE, NONE },
		{ BOLD, NONE, NONE }, { BOLD, NONE, NONE },
		{ BOLD, NONE, NONE } } },
	[ROLE_SORTED] = { "sorted", {
		{ REV | LINE, NONE, NONE }, { REV | LINE, NONE, NONE },
		{ REV | LINE, NONE, NONE }, { REV | LINE, NONE, NONE },
		{ LINE, BLACK, GREEN } } },
	[ROLE_ADDR] = { "address", {
		{ 0, CYAN, NONE }, { 0, CYAN, NONE }, { 0, NONE, NONE },
		{ 0, BLUE, NONE }, { BOLD, BLUE, NONE } } },
	[ROLE_SOURCE] = { "source", {
		{ 0, YELLOW, NONE }, { 0, YELLOW, NONE }, { 0, NONE, NONE },
		{ 0, MAGENTA, NONE }, { 0, RED, NONE } } },
	[ROLE_PORT] = { "port", {
		{ BOLD, NONE, NONE }, { BOLD, NONE, NONE },
		{ BOLD, NONE, NONE }, { BOLD, NONE, NONE },
		{ BOLD, NONE, NONE } } },
	[ROLE_PROCESS] = { "process", {
		{ 0, NONE, NONE }, { 0, NONE, NONE }, { 0, NONE, NONE },
		{ 0, NONE, NONE }, { 0, YELLOW, NONE } } },
	[ROLE_OPENING] = { "opening", {
		{ 0, YELLOW, NONE }, { BOLD, NONE, NONE },
		{ BOLD, NONE, NONE }, { 0, MAGENTA, NONE },
		{ 0, YELLOW, NONE } } },
	[ROLE_CLOSING] = { "closing", {
		{ 0, MAGENTA, NONE }, { LINE, NONE, NONE }, { 0, NONE, NONE },
		{ 0, RED, NONE }, { 0, YELLOW, NONE } } },
	[ROLE_ACTIVE] = { "active", {
		{ BOLD, NONE, NONE }, { BOLD, NONE, NONE },
		{ BOLD, NONE, NONE }, { BOLD, NONE, NONE },
		{ 0, YELLOW, NONE } } },
	[ROLE_NEW] = { "new", {
		{ 0, GREEN, NONE }, { 0, CYAN, NONE }, { BOLD, NONE, NONE },
		{ BOLD, BLUE, NONE }, { BOLD, NONE, NONE } } },
	[ROLE_CLOSED] = { "closed", {
		{ DIM, NONE, NONE }, { DIM, NONE, NONE }, { DIM, NONE, NONE },
		{ DIM, NONE, NONE }, { DIM, NONE, NONE } } },
	[ROLE_WARNING] = { "warning", {
		{ 0, YELLOW, NONE }, { REV, YELLOW, NONE },
		{ REV, NONE, NONE }, { 0, MAGENTA, NONE },
		{ 0, YELLOW, NONE } } },
	[ROLE_ERROR] = { "error", {
		{ BOLD, RED, NONE }, { BOLD | LINE, WHITE, NONE },
		{ BOLD | REV, NONE, NONE }, { BOLD, RED, NONE },
		{ 0, RED, NONE } } },
	[ROLE_MESSAGE] = { "message", {
		{ BOLD, NONE, NONE }, { BOLD, NONE, NONE },
		{ BOLD, NONE, NONE }, { BOLD, NONE, NONE },
		{ BOLD, NONE, NONE } } },
	[ROLE_WRONG] = { "wrong", {
		{ 0, RED, NONE }, { LINE, NONE, NONE }, { LINE, NONE, NONE },
		{ 0, RED, NONE }, { 0, RED, NONE } } },
};
// clang-format on

static const struct {
	const char *name;
	uint8_t bit;
} bits[] = {
	{ "bold", LOOK_BOLD },
	{ "underline", LOOK_UNDERLINE },
	{ "reverse", LOOK_REVERSE },
	{ "dim", LOOK_DIM },
};

static const char *const colors[] = { "black", "red",     "green", "yellow",
				      "blue",  "magenta", "cyan",  "white" };

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

static void theme_set(struct theme *theme, size_t kind)
{
	for (size_t i = 0; i < ROLES; i++)
		theme->looks[i] = roles[i].looks[kind];
}

bool theme_find(struct theme *theme, const char *name)
{
	for (size_t i = 0; i < KINDS; i++) {
		if (strcmp(theme_kinds[i].name, name))
			continue;
		str_copy(theme->name, sizeof(theme->name), name);
		theme_set(theme, i);
		return true;
	}
	return false;
}

const char *role_name(enum role role)
{
	return roles[role].name;
}

int theme_needs_colors(const struct theme *theme)
{
	int most = LOOK_DEFAULT;

	for (size_t i = 0; i < ROLES; i++) {
		if (theme->looks[i].fg > most)
			most = theme->looks[i].fg;
		if (theme->looks[i].bg > most)
			most = theme->looks[i].bg;
	}
	if (most == LOOK_DEFAULT)
		return 0;
	return most < 8 ? 8 : most < 16 ? 16 : 256;
}

bool theme_has_background(const struct theme *theme)
{
	for (size_t i = 0; i < ROLES; i++) {
		if (theme->looks[i].bg != LOOK_DEFAULT)
			return true;
	}
	return false;
}

/* ---------------------------------------------------------------- files */

/* A piece of a line, without blanks around it. */
struct piece {
	const char *at;
	size_t size;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static struct piece trim(const char *at, const char *end)
{
	while (at < end && is_blank(*at))
		at++;
	while (end > at && is_blank(end[-1]))
		end--;
	return (struct piece){ at, (size_t)(end - at) };
}

static bool is_word(struct piece piece, const char *word)
{
	return strlen(word) == piece.size &&
	       !memcmp(piece.at, word, piece.size);
}

/* Take what stands before @separator, or all. */
static struct piece take(struct piece *rest, char separator)
{
	const char *end = rest->at + rest->size;
	const char *found =
		rest->size ? memchr(rest->at, separator, rest->size) : NULL;
	struct piece piece = trim(rest->at, found ? found : end);

	rest->at = found ? found + 1 : end;
	rest->size = (size_t)(end - rest->at);
	return piece;
}

static bool color_number(struct piece word, int16_t *color)
{
	char digits[4];
	uint64_t n;

	if (word.size >= sizeof(digits))
		return false;
	memcpy(digits, word.at, word.size);
	digits[word.size] = '\0';
	if (parse_u64(digits, 0, 255, &n))
		return false;
	*color = (int16_t)n;
	return true;
}

static bool color_parse(struct piece word, int16_t *color)
{
	static const char bright[] = "bright";
	size_t n = sizeof(bright) - 1;
	bool is_bright = word.size > n && !memcmp(word.at, bright, n);

	if (is_word(word, "default")) {
		*color = LOOK_DEFAULT;
		return true;
	}
	if (is_bright)
		word = (struct piece){ word.at + n, word.size - n };
	for (size_t i = 0; i < ARRAY_SIZE(colors); i++) {
		if (!is_word(word, colors[i]))
			continue;
		*color = (int16_t)(i + (is_bright ? 8 : 0));
		return true;
	}
	return !is_bright && color_number(word, color);
}

/* "normal", "cyan", "black on green", "bold". */
static bool word_parse(struct piece word, struct look *look)
{
	struct piece rest = word, first = take(&rest, ' ');

	for (size_t i = 0; i < ARRAY_SIZE(bits); i++) {
		if (is_word(word, bits[i].name)) {
			look->bits |= bits[i].bit;
			return true;
		}
	}
	if (is_word(word, "normal"))
		return true;
	rest = trim(rest.at, rest.at + rest.size);
	if (is_word(first, "on"))
		return color_parse(rest, &look->bg);
	if (!color_parse(first, &look->fg))
		return false;
	if (!rest.size)
		return true;
	first = take(&rest, ' ');
	return is_word(first, "on") &&
	       color_parse(trim(rest.at, rest.at + rest.size), &look->bg);
}

/* Return: NULL, or what is wrong with it. */
static const char *look_parse(struct piece value, struct look *look)
{
	struct look found = { 0, LOOK_DEFAULT, LOOK_DEFAULT };

	while (value.size) {
		if (!word_parse(take(&value, ','), &found))
			return "a look is a colour, \"COLOUR on COLOUR\", "
			       "bold, "
			       "underline, reverse, dim or normal, with commas "
			       "between";
	}
	*look = found;
	return NULL;
}

static const char *base_parse(struct theme *theme, struct piece value)
{
	for (size_t i = 0; i < KINDS; i++) {
		if (is_word(value, theme_kinds[i].name)) {
			theme_set(theme, i);
			return NULL;
		}
	}
	return "base is default, cb, mono, light or flowtop";
}

static const char *line_parse(struct theme *theme, struct piece line)
{
	struct piece value = line, key;

	if (!memchr(line.at, '=', line.size))
		return "a line is role = look";
	key = take(&value, '=');
	value = trim(value.at, value.at + value.size);
	if (!value.size)
		return "nothing stands behind =";
	if (is_word(key, "base"))
		return base_parse(theme, value);
	for (size_t i = 0; i < ROLES; i++) {
		if (is_word(key, roles[i].name))
			return look_parse(value, &theme->looks[i]);
	}
	return "there is no such role; the manual page lists them";
}

unsigned int theme_parse(struct theme *theme, const char *text, size_t size,
			 char *error, size_t error_size)
{
	struct piece rest = { text, size };
	unsigned int number = 0, n_wrong = 0;

	error[0] = '\0';
	theme_set(theme, DEFAULT);
	while (rest.size) {
		struct piece line = take(&rest, '\n');
		const char *hash =
			line.size ? memchr(line.at, '#', line.size) : NULL;
		const char *wrong;

		number++;
		if (hash)
			line = trim(line.at, hash);
		wrong = line.size ? line_parse(theme, line) : NULL;
		if (wrong && !n_wrong++)
			str_printf(error, error_size, "line %u: %s", number,
				   wrong);
	}
	return n_wrong;
}

// SPDX-License-Identifier: GPL-2.0-only
/* Keys as the user wants them. */
#include "ui/keymap.h"

#include "lib/nearword.h"
#include "lib/str.h"

#include <string.h>

#define MAX_KEYS 256
#define ACTION_SIZE 32

#define CTRL(c) ((c)&0x1f)

static struct {
	int key, to; /* KEY_UNKNOWN: nothing */
} map[MAX_KEYS];
static int n_map;

/* Pressed by those who are used to htop. Killing is nothing that a key does by
 * itself here, so k does nothing. */
static const struct {
	const char *key, *action;
} htop_keys[] = {
	{ "h", "help" },     { "I", "reverse" }, { "S", "columns" },
	{ "T", "sort-age" }, { "U", "none" },    { "k", "none" },
};

static int find(int key)
{
	int i = 0;

	while (i < n_map && map[i].key != key)
		i++;
	return i;
}

void keymap_reset(void)
{
	n_map = 0;
}

int keymap_key(int key)
{
	int i = find(key);

	return i < n_map ? map[i].to : key;
}

int keymap_of(int key)
{
	if (keymap_key(key) == key)
		return key;
	for (int i = 0; i < n_map; i++)
		if (map[i].to == key)
			return map[i].key;
	return KEY_NOTHING;
}

/* ------------------------------------------------------------- by name */

/* The @i-th name of a binding's actions. Return: false when it has fewer. */
static bool action_name(const struct binding *b, int i, char name[ACTION_SIZE])
{
	const char *at = b->actions;
	size_t n;

	for (; at && i; i--) {
		at = strchr(at, ' ');
		at = at ? at + 1 : NULL;
	}
	if (!at)
		return false;
	n = strcspn(at, " ");
	return str_printf(name, ACTION_SIZE, "%.*s", (int)n, at);
}

/* Return: the key of the table that does it; KEY_NOTHING. @near: of those
 * there are. */
static int key_by_action(const char *action, struct near_word *near,
			 char names[][ACTION_SIZE])
{
	int n = 0;

	for (size_t i = 0; i < n_bindings; i++) {
		for (int k = 0; k < BINDING_KEYS; k++) {
			if (!action_name(&bindings[i], k, names[n]))
				break;
			if (!strcmp(names[n], action))
				return bindings[i].key[k];
			near_word_try(near, action, names[n++]);
		}
	}
	return KEY_NOTHING;
}

static void set(int key, int to)
{
	int i = find(key);

	if (i == MAX_KEYS)
		return;
	n_map += i == n_map;
	map[i].key = key;
	map[i].to = to;
}

void keymap_set(const char *name, const char *action, char *error, size_t size)
{
	int codes[KEY_CODES], n = key_by_label(name, codes);
	char names[ACTIONS * 2][ACTION_SIZE];
	struct near_word near = { 0 };
	int to = strcmp(action, "none") != 0
			 ? key_by_action(action, &near, names)
			 : KEY_UNKNOWN;

	error[0] = '\0';
	if (!n)
		str_printf(error, size,
			   "there is no key \"%s\"; write x, ^X, F5, PgUp",
			   name);
	else if (to == KEY_NOTHING)
		str_printf(error, size, "unknown action \"%s\"%s%s%s", action,
			   near.word ? "; did you mean \"" : "",
			   near.word ? near.word : "", near.word ? "\"?" : "");
	else if (n_map + n > MAX_KEYS)
		str_copy(error, size, "too many keys are changed");
	else
		for (int i = 0; i < n; i++)
			set(codes[i], to);
}

static bool can_leave(void)
{
	for (size_t i = 0; i < n_bindings; i++) {
		const int *key = bindings[i].key;

		for (int k = 0; k < BINDING_KEYS && key[k]; k++)
			if (bindings[i].action == ACTION_QUIT &&
			    keymap_of(key[k]) != KEY_NOTHING)
				return true;
	}
	return false;
}

void keymap_finish(bool is_htop, char *error, size_t size)
{
	int codes[KEY_CODES];

	error[0] = '\0';
	for (size_t i = 0;
	     is_htop && i < sizeof(htop_keys) / sizeof(htop_keys[0]); i++)
		if (key_by_label(htop_keys[i].key, codes) &&
		    find(codes[0]) == n_map)
			keymap_set(htop_keys[i].key, htop_keys[i].action, error,
				   size);
	if (can_leave())
		return;
	set(CTRL('C'), CTRL('C'));
	str_copy(error, size, "no key was left that quits: ^C does");
}

/* ------------------------------------------------------------- for people */

void keymap_label(enum action action, char name[KEY_LABEL_SIZE])
{
	name[0] = '\0';
	for (size_t i = 0; i < n_bindings && !name[0]; i++) {
		const int *key = bindings[i].key;

		for (int k = 0; k < BINDING_KEYS && key[k] && !name[0]; k++)
			if (bindings[i].action == action &&
			    keymap_of(key[k]) != KEY_NOTHING)
				key_label(keymap_of(key[k]), name);
	}
}

static bool has_key(const struct binding *b, int key)
{
	for (int k = 0; k < BINDING_KEYS && b->key[k]; k++)
		if (b->key[k] == key)
			return true;
	return false;
}

static bool is_changed(const struct binding *b)
{
	for (int i = 0; i < n_map; i++)
		if (map[i].key != map[i].to &&
		    (has_key(b, map[i].key) || has_key(b, map[i].to)))
			return true;
	return false;
}

/* Whether @name is one of the words of @text. */
static bool has_word(const char *text, const char *name)
{
	size_t size = strlen(name);

	for (const char *at = text; (at = strstr(at, name)); at++)
		if ((at == text || at[-1] == ' ') &&
		    (!at[size] || at[size] == ' '))
			return true;
	return false;
}

static void add_label(int key, char text[KEYMAP_TEXT])
{
	char name[KEY_LABEL_SIZE];
	size_t n = strlen(text);

	key_label(key, name);
	/* Several codes of one key have one name. */
	if (name[0] && !has_word(text, name))
		str_printf(text + n, KEYMAP_TEXT - n, "%s%s", n ? " " : "",
			   name);
}

void keymap_names(const struct binding *b, char text[KEYMAP_TEXT])
{
	if (!is_changed(b)) {
		str_copy(text, KEYMAP_TEXT, b->names);
		return;
	}
	text[0] = '\0';
	for (int k = 0; k < BINDING_KEYS && b->key[k]; k++)
		if (keymap_key(b->key[k]) == b->key[k])
			add_label(b->key[k], text);
	for (int i = 0; i < n_map; i++)
		if (map[i].key != map[i].to && has_key(b, map[i].to))
			add_label(map[i].key, text);
}

/* What stands behind the keys of a hint: "TUDISProto". */
static const char *hint_word(const struct binding *b, const char *hint)
{
	const char *word = hint;

	for (int k = 0; k < BINDING_KEYS && b->key[k]; k++) {
		char name[KEY_LABEL_SIZE];

		key_label(b->key[k], name);
		if (strncmp(word, name, strlen(name)) != 0 ||
		    !word[strlen(name)])
			break;
		word += strlen(name);
	}
	return word;
}

void keymap_hint(const struct binding *b, const char *hint,
		 char text[KEYMAP_TEXT])
{
	const char *word = hint_word(b, hint);
	bool has_several = b->actions && strchr(b->actions, ' ');
	int n = 0;

	str_copy(text, KEYMAP_TEXT, hint);
	if (word == hint || !is_changed(b))
		return;
	text[0] = '\0';
	for (int k = 0; k < BINDING_KEYS && b->key[k]; k++) {
		int key = keymap_of(b->key[k]);
		char name[KEY_LABEL_SIZE];
		size_t size = strlen(text);

		if (key == KEY_NOTHING || (n && !has_several))
			continue;
		key_label(key, name);
		str_printf(text + size, KEYMAP_TEXT - size, "%s", name);
		n++;
	}
	if (n)
		str_printf(text + strlen(text), KEYMAP_TEXT - strlen(text),
			   "%s", word);
}

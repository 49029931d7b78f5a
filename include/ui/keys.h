/* SPDX-License-Identifier: GPL-2.0-only */
/* All keys, one row each: what the main loop does on a key, what the key row
 * names, and what help says. */
#ifndef FLOWTOP_UI_KEYS_H
#define FLOWTOP_UI_KEYS_H

#include <stdbool.h>
#include <stddef.h>

/* A key is a character, or a key of the terminal (arrows, F1) with this bit
 * set. */
#define KEY_SPECIAL 0x1000000
#define KEY_ALT 0x2000000         /* with Esc before it: never bound */
#define KEY_UNKNOWN 0x4000000     /* one that nobody knows: never bound */
#define KEY_MOUSE_EVENT 0x8000000 /* term_mouse() says what it did */
#define KEY_NOTHING (-1)          /* no key is waiting */

enum action {
	ACTION_NONE,
	ACTION_UP,
	ACTION_DOWN,
	ACTION_PAGE_UP,
	ACTION_PAGE_DOWN,
	ACTION_HALF_UP,
	ACTION_HALF_DOWN,
	ACTION_FIRST,
	ACTION_LAST, /* up to here pages of text obey, too */
	ACTION_FOLLOW,
	ACTION_VIEW,
	ACTION_NEXT_VIEW,
	ACTION_LAST_VIEW,
	ACTION_ENTER,
	ACTION_FILTER,
	ACTION_FIND,
	ACTION_FIND_NEXT,
	ACTION_FIND_LAST,
	ACTION_DETAILS,
	ACTION_COPY,
	ACTION_KEPT,
	ACTION_LEFT,
	ACTION_RIGHT,
	ACTION_SORT_LEFT,
	ACTION_SORT_RIGHT,
	ACTION_REVERSE,
	ACTION_SORT,
	ACTION_CHOOSE_SORT,
	ACTION_COLUMNS,
	ACTION_TRAFFIC,
	ACTION_PROTOCOL,
	ACTION_FAMILY,
	ACTION_ACTIVE,
	ACTION_SOURCE,
	ACTION_BITS,
	ACTION_NAMES,
	ACTION_SERVICES,
	ACTION_PLACES,
	ACTION_PAUSE,
	ACTION_SLOWER,
	ACTION_FASTER,
	ACTION_HELP, /* from here on as well */
	ACTION_MESSAGES,
	ACTION_SAVE,
	ACTION_REDRAW,
	ACTION_SUSPEND,
	ACTION_TRACK,
	ACTION_BACK,  /* close a page of text */
	ACTION_CLOSE, /* the same; without one the program */
	ACTION_QUIT,
	ACTIONS
};

enum key_topic { TOPIC_MOVE, TOPIC_SORT, TOPIC_SHOW, TOPIC_OTHER, TOPICS };

/* Which lists it acts on. */
enum key_list {
	LIST_ANY,
	LIST_FLOWS,
	LIST_FOUND, /* while something is found, instead of others */
};

#define BINDING_KEYS 6

struct binding {
	enum action action;
	enum key_topic topic;
	int key[BINDING_KEYS]; /* 0 ends */
	const char *names;     /* "PgUp ^B" */
	const char *help;      /* neighbours with the same share a line of it */
	const char *hint;      /* for the key row; NULL: not there */
	enum key_list list;
	/* For "key.x = action": one name, which is that of the first key; or
	 * one for each key, with blanks between them. */
	const char *actions;
};

extern const struct binding bindings[];
extern const size_t n_bindings;
extern const char *const topic_names[TOPICS];

/** key_is_for - whether @key acts on a list of groups, or of flows. */
bool key_is_for(int key, bool is_groups);

#define KEY_HINTS 24
#define KEYMAP_TEXT 64

/** key_hints - what the key row names, in its order; the last one is how to
 * leave. @has_pane: the pane of details is open; @is_found: something
 * is looked for. Return: how many. */
size_t key_hints(bool is_groups, bool has_pane, bool is_found,
		 char hints[KEY_HINTS][KEYMAP_TEXT]);

/** key_action - Return: ACTION_NONE for a key without one. */
enum action key_action(int key);

/** key_action_found - the same while something is found. Return: ACTION_NONE
 * for a key that means what it always does. */
enum action key_action_found(int key);

/** key_of - the first key that stands for @action. */
int key_of(enum action action);

#define KEY_LABEL_SIZE 32

/** key_label - what to call @key in a message: "x", "^X", "F5", "Alt-x",
 * "Ctrl-Up"; "" when it has no name. */
void key_label(int key, char name[KEY_LABEL_SIZE]);

#define KEY_CODES 3 /* that one key may have: Enter */

/** key_by_label - the codes of a key called so: a character, "^X", "Alt-x",
 * "F1" to "F63", "PgUp", "Enter". Return: how many; 0: there is none. */
int key_by_label(const char *name, int codes[KEY_CODES]);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Keys as the user wants them. What he types stands for one of the keys of
 * bindings[], so everything else is written in terms of these. Prompts and
 * boxes have keys of their own, which stay.
 *
 * There is one, as there is one table. Context: main before the others, then
 * the thread of the screen.
 */
#ifndef FLOWTOP_UI_KEYMAP_H
#define FLOWTOP_UI_KEYMAP_H

#include "ui/keys.h"

#include <stddef.h>

/** keymap_reset - each key stands for itself. */
void keymap_reset(void);

/**
 * keymap_set - "key.NAME = ACTION"
 * @name: as key_label() has it: "x", "^X", "F5", "PgUp"
 * @action: of a binding, or "none"
 * @error: set to what is wrong; "" nothing is
 *
 * Of two about the same key the last one counts.
 */
void keymap_set(const char *name, const char *action, char *error, size_t size);

/**
 * keymap_finish - after the last one of these
 * @is_htop: h I S T U k mean what they mean in htop, unless they were set
 * @error: set to what is wrong; "" nothing is
 *
 * Some key has to leave: if none does, ^C does.
 */
void keymap_finish(bool is_htop, char *error, size_t size);

/** keymap_key - the key that @key stands for; KEY_UNKNOWN none. */
int keymap_key(int key);

/** keymap_of - a key that stands for @key; KEY_NOTHING: there is none. */
int keymap_of(int key);

/** keymap_label - what to press for @action, "?" in words: "" nothing. */
void keymap_label(enum action action, char name[KEY_LABEL_SIZE]);

/** keymap_names - all keys of a binding, as help names them. */
void keymap_names(const struct binding *binding, char text[KEYMAP_TEXT]);

/** keymap_hint - @hint of a binding, with the keys that are in use: "?Help";
 * "" when there is no key. */
void keymap_hint(const struct binding *binding, const char *hint,
		 char text[KEYMAP_TEXT]);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The terminal: taken over, asked for keys, given back. There is one, as
 * curses knows only one, so its state is not in a struct.
 *
 * Main has blocked all signals; what they mean is decided elsewhere. Only the
 * faults (SIGSEGV, SIGABRT ...) are caught here, to give the terminal back.
 */
#ifndef FLOWTOP_UI_TERM_H
#define FLOWTOP_UI_TERM_H

#include "ui/escape.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * term_open - take the terminal over
 * @note: something the user should know, "" if there is nothing
 * @size: of @note
 *
 * Keys come from stdin, or from the controlling terminal when stdin is none. A
 * TERM that nobody knows is replaced by a usual one.
 * Return: 0, -ENOTTY without a terminal, -ENOTSUP when it cannot be drawn on.
 */
int term_open(char *note, size_t size);

/** term_ask_background - ask for the colour behind the text, unless this is a
 * terminal that is better not asked. */
void term_ask_background(void);

/** term_is_light - the answer has come, and that colour is light. */
bool term_is_light(void);

/** term_catch_mouse - clicks and the wheel become KEY_MOUSE_EVENT until the
 * terminal is given back. */
void term_catch_mouse(void);

/** term_mouse - what the mouse did at the last KEY_MOUSE_EVENT. */
const struct mouse_event *term_mouse(void);

/** term_close - give it back as it was. Harmless when it is not open. */
void term_close(void);

/** term_fd - polls readable when there are keys, or POLLHUP. */
int term_fd(void);

/** term_has_input - there is something to read. */
bool term_has_input(void);

/**
 * term_is_there - asked when there is something to read, but no key came
 *
 * In the background it waits as any other program does.
 * Return: false when the terminal was closed: there is nobody to draw for.
 */
bool term_is_there(void);

/** term_has_resized - the terminal is not as large as curses believes. */
bool term_has_resized(void);

/** term_resize - believe in its present size; the next frame is whole. */
void term_resize(void);

/** term_repaint - the next frame is drawn whole: the screen is damaged. */
void term_repaint(void);

/** term_suspend - give the terminal to the shell until it wants us back. */
void term_suspend(void);

/** term_resume - after somebody else has stopped us and let us go on. */
void term_resume(void);

/**
 * term_drawn - a frame was written: ask the terminal to tell when it has come
 * so far, see ui/credit.h
 * @began_ns: when writing began
 * @is_last: we are about to leave, so nobody would read the answer
 */
void term_drawn(uint64_t began_ns, bool is_last);

/** term_is_ready - the terminal can take another frame. */
bool term_is_ready(uint64_t now_ns);

/**
 * term_key - the next key, without waiting for it
 *
 * Return: a key as ui/keys.h has them, or KEY_NOTHING.
 */
int term_key(void);

/** term_abandon - give it back without waiting, from any thread, before
 * _exit(): whoever draws is stuck. */
void term_abandon(void);

#endif

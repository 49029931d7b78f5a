/* SPDX-License-Identifier: GPL-2.0-only */
/* Opening the kernel's table: the sockets and the broker, and what it is asked
 * to switch on. */
#ifndef FLOWTOP_LIVE_H
#define FLOWTOP_LIVE_H

#include <stddef.h>

struct broker;
struct caller;
struct config;
struct health;
struct source;

/**
 * live_open - open sockets and start the broker, while there are privileges
 * @source, @broker: filled in
 *
 * Says on stderr what is wrong.
 * Context: before the first thread.
 * Return: 0, or the exit status.
 */
int live_open(const struct config *config, const struct caller *caller,
	      struct source **source, struct broker **broker);

/**
 * live_switch_on - counters, and tracking if it is wanted
 * @health: told that flowtop tracks
 * @note: tells the user one line; may be called several times
 *
 * Without counters only their fields are missing.
 * Return: 0, or the exit status after one line on stderr.
 */
int live_switch_on(const struct config *config, struct broker *broker,
		   struct health *health,
		   void (*note)(void *ctx, const char *text), void *ctx);

/** live_track - start tracking; @text: one line about what came of it. Any
 * thread. */
void live_track(struct broker *broker, struct health *health, char *text,
		size_t size);

/** live_restore - put back what a flowtop that was killed left switched on, and
 * say so on stdout. Return: exit status. */
int live_restore(void);

/** live_fatal_text - what the negative errno of a source means to the user. */
const char *live_fatal_text(int err);

/** live_tell_fatal - one line on stderr: why flowtop ends. @err: as
 * collector_fatal(). */
void live_tell_fatal(const struct config *config, int err);

#endif

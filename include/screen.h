/* SPDX-License-Identifier: GPL-2.0-only */
/* Running the screen on the collector's table. */
#ifndef FLOWTOP_SCREEN_H
#define FLOWTOP_SCREEN_H

struct broker;
struct collector;
struct config;
struct naming;
struct ownership;
struct settings;

/**
 * screen_run - show until the user, a signal or the source ends it
 *
 * @broker: NULL for a recording
 * @ownership, @naming, @settings: borrowed
 *
 * Context: registered reader.
 * Return: exit status.
 */
int screen_run(const struct config *config, struct collector *collector,
	       struct broker *broker, const struct ownership *ownership,
	       struct naming *naming, struct settings *settings, int signal_fd);

#endif

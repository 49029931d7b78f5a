/* SPDX-License-Identifier: GPL-2.0-only */
/* The screen: takes the terminal, shows the table, obeys keys, gives the
 * terminal back. */
#ifndef FLOWTOP_UI_UI_H
#define FLOWTOP_UI_UI_H

#include "net/addr.h"
#include "ui/draw.h"
#include "view/filter.h"
#include "view/layout.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "health.h"

struct column;
struct expr_words;
struct procs;
struct table;
struct tcp_answer;
struct tcp_ask;
struct view_ends;

#define UI_ORDERS 8 /* views at most */

/* What the screen starts with; keys change a copy. */
struct ui_config {
	/* With the expression of the command line, see view/match.h: whoever
	 * replaces it in struct ui's query leaves this one alone. */
	struct filter_config filter;
	int view; /* row of view_kinds */
	/* By view; NULL: the usual order. */
	struct ui_order {
		const struct column *sort;
		bool is_descending; /* with sort */
	} orders[UI_ORDERS];
	enum layout_places location;
	const char *const *history; /* filters that were typed, oldest first */
	size_t n_history;
	bool show_src;
	bool bits;
	bool is_ascii; /* no signs beyond ASCII */
	enum color_choice color;
	const struct theme *theme; /* NULL: whichever suits the terminal */
	bool has_mouse;
	bool is_slow; /* the line to the terminal */
	uint64_t interval_ns;
	uint64_t max_refreshes; /* then leave; 0: never */
};

/* What the screen lives on. Everything is borrowed; every function gets ctx and
 * is called in the thread of ui_run(). */
struct ui_env {
	const struct table *table;
	const struct procs *procs; /* as in struct view_env */
	const struct health *health;
	/* How often the source reads; keys change it. NULL: nobody cares. */
	counter_t *interval_ns;
	void *ctx;
	/* The source's clock, and the same moment since 1970. */
	uint64_t (*now_ns)(void *ctx);
	uint64_t (*wall_ns)(void *ctx);
	/* As in struct view_env; read lock held. */
	bool (*iface)(void *ctx, const struct addr *addr, uint8_t family,
		      char *iface);
	/* As in struct view_env. */
	const char *(*user_name)(void *ctx, uint32_t uid);
	/* Who knows names and places, and whether they are not to be shown at
	 * first. */
	const struct view_ends *ends;
	bool no_names, no_services, no_places;
	/* For filters that are typed: see match_parse(). */
	const struct expr_words *words;
	/* Somebody looks at @addr: find its name. */
	void (*want_name)(void *ctx, const struct addr *addr, uint8_t family);
	/* Its name is known, or known to be none. NULL: nobody is asked. */
	bool (*has_asked)(void *ctx, const struct addr *addr, uint8_t family);
	/* How long ago its name was answered; false: nobody has. NULL: as
	 * false. */
	bool (*name_age)(void *ctx, const struct addr *addr, uint8_t family,
			 uint64_t *age_ns);
	/* Ask how TCP fares on a connection, and take the next answer; false:
	 * there is none yet. NULL: nobody knows. */
	void (*ask_tcp)(void *ctx, const struct tcp_ask *ask);
	bool (*take_tcp)(void *ctx, struct tcp_answer *answer);
	int tcp_fd; /* with take_tcp: polls readable when there is one */
	/* Which databases of places there are; "" none. */
	void (*geo)(void *ctx, char *text, size_t size);
	/* Take what was found since: true when a picture may differ. */
	bool (*take_ends)(void *ctx);
	/* Poll readable when there is something to take; -1: never. */
	int ends_fds[2];
	/* Take the next line for the user, if there is one. *@is_quiet: only
	 * for the list of messages. */
	bool (*next_note)(void *ctx, char *text, size_t size, bool *is_quiet);
	/* 0, or why the source has ended: then the screen is left. NULL: it
	 * does not end. */
	int (*source_error)(void *ctx);
	/* Track connections, and say what came of it. NULL: a recording. */
	void (*track)(void *ctx, char *text, size_t size);
	/* A setting as it is now; @is_usual: as it is built in. Then all of
	 * them are written: @text says what came of it, "" it is not known
	 * yet, and will be a note. */
	void (*setting)(void *ctx, const char *key, const char *value,
			bool is_usual);
	void (*write_settings)(void *ctx, char *text, size_t size);
	/* Polls readable when source_error() or the table has news; an
	 * eventfd. */
	int wake_fd;
	/* A signalfd of blocked signals: SIGTSTP and SIGCONT are obeyed,
	 * SIGWINCH is known, all others leave. */
	int signal_fd;
	const char *host; /* or the path of the recording; "-": stdin */
	const char *version;
	const char *netns; /* NULL: none */
};

/**
 * ui_run - show the table until the user, a signal or the source ends it
 *
 * Context: registered reader, read lock NOT held.
 * Return: 0; -ENOTTY without a terminal, -ENOTSUP for one that cannot be drawn
 * on (then nothing was drawn); the error of the source.
 */
int ui_run(const struct ui_config *config, const struct ui_env *env);

#endif

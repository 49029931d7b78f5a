/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A filter expression, made ready to be asked about every flow at every tick:
 * a list of steps, each of which is one test and knows where to go on when it
 * is true and when it is false. Cheap ones come first.
 *
 * What is unknown is false, and "not" of it true. Nothing here waits, and
 * nobody is asked for names: only what is known already counts.
 *
 * Ends: "src" and "dst" without a tuple are those of the original one, as they
 * are shown; without a word all four ends of both tuples are tested. "local"
 * and "remote" are the near side and the far end of a row (view/row.h), so are
 * "in", "out" and "through" its direction. "private" and "public" are about
 * the far end, "multicast" is about either.
 *
 * Words: a host's name is equal to what was typed or below it; of a command
 * line and of the name of a network a part is enough; "unit ssh" is
 * "ssh.service", too, and "container" needs not the part before the colon; all
 * others are equal, without case. Numbers of users are names of theirs.
 *
 * Ownership: a match owns its tree and its text. struct filter_config borrows
 * it, and so does every copy of one (struct view_query has one); a frame keeps
 * nothing of it when view_frame_make() has returned. So whoever made a match
 * frees it when no struct filter_config names it any more, in the thread that
 * makes frames: put the new one into the query, then free the old one. The one
 * of the command line (struct config, and a copy in struct ui_config) belongs
 * to main, which frees it last: do not free that one.
 *
 * Context: the thread that makes frames, one match for one frame at a time: it
 * remembers what it has found out about hosts and processes in a walk.
 */
#ifndef FLOWTOP_VIEW_MATCH_H
#define FLOWTOP_VIEW_MATCH_H

#include "flow/reader.h"
#include "view/row.h"

#include <stdbool.h>

struct expr;
struct expr_error;
struct expr_words;
struct match;

/**
 * match_new - make @expr ready
 * @expr: owned from here on, also when this fails
 * @text: as typed; copied
 *
 * Return: to be freed with match_free(); NULL without memory.
 */
struct match *match_new(struct expr *expr, const char *text);

/**
 * match_parse - the same from @text
 * @words: see filter/expr.h; used during the call only
 *
 * Return: NULL with @error set; with error->column 0 @text was blank (no
 * filter), or there was no memory (then error->text says so).
 */
struct match *match_parse(const char *text, const struct expr_words *words,
			  struct expr_error *error);

/** match_free - NULL is allowed. */
void match_free(struct match *match);

/** match_text - as typed. Return: borrowed from @match. */
const char *match_text(const struct match *match);

/** match_expr - the tree. Return: borrowed from @match. */
const struct expr *match_expr(const struct match *match);

/** match_lines - which cache lines of flows it reads beside the hot one: bits
 * of enum flow_line. */
unsigned int match_lines(const struct match *match);

/**
 * match_begin - a walk begins: forget what was found out in the last one
 * @env: borrowed until the walk is over
 */
void match_begin(struct match *match, const struct view_env *env);

/**
 * match_test - whether @flow is one of those
 * @is_ghost: what flow_is_ghost() has said of it; it has its last values
 *
 * Context: read lock held; after match_begin().
 */
bool match_test(struct match *match, const struct flow *flow, bool is_ghost);

/** match_test_row - the same of a line of events. @env: as the row was made
 * with. Read lock held. */
bool match_test_row(struct match *match, const struct row *row,
		    const struct view_env *env);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* A fact about this system, and what all those who find one need. */
#ifndef FLOWTOP_CHECK_FACT_H
#define FLOWTOP_CHECK_FACT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum fact_state {
	FACT_OK,
	FACT_MISSING,
	FACT_OFF,     /* as it should be until flowtop switches it on */
	FACT_UNKNOWN, /* cannot be seen from here */
	FACT_ABSENT,  /* the question makes no sense: no line */
};

/* What goes in front of a command that helps. */
enum fix_kind {
	FIX_ALONE, /* nothing */
	FIX_ROOT,  /* sudo, for those who are not root */
	FIX_NETNS, /* the same, and it acts on the network namespace of -N */
	FIX_AGAIN, /* instead of a command: --check with the rights of root */
};

#define FACT_NO_VALUE INT64_MIN
#define FACT_TEXT 240
#define FACT_FIX 512

/* No pointers: it also comes from a child, through a pipe. */
struct fact {
	enum fact_state state;
	bool is_needed; /* without it no flow can be shown */
	int64_t value;  /* a number the fact is about, or FACT_NO_VALUE */
	char text[FACT_TEXT];
	enum fix_kind fix_kind;
	char fix[FACT_FIX]; /* "" nothing is known to help */
};

struct caller;
struct config;
struct settings;

struct check {
	const struct config *config;
	const struct caller *caller;
	const struct settings *settings;
	int ctnetlink; /* what it answered: 0, or negative errno */
};

/** fact_fn - find out; state is FACT_OK, and the fix that of the row, unless
 * it says otherwise. */
typedef void (*fact_fn)(const struct check *check, struct fact *fact);

/** fact_set - @format: the text, one line. */
void fact_set(struct fact *fact, enum fact_state state, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/** fact_fix - @format: another fix than that of the row, "" for none. */
void fact_fix(struct fact *fact, enum fix_kind kind, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/**
 * fact_in_child - let @find do what cannot be undone, in a child
 *
 * @fact becomes unknown if the child dies of it.
 */
void fact_in_child(const struct check *check, struct fact *fact, fact_fn find);

/** is_root - whether sudo would change nothing. */
bool is_root(void);

/** shell_quote - @word as a shell takes it for one word. */
void shell_quote(char *out, size_t size, const char *word);

/* source.c: what flows come from */
int ctnetlink_ask(void);
void find_conntrack(const struct check *check, struct fact *fact);
void find_tracking(const struct check *check, struct fact *fact);
void find_acct(const struct check *check, struct fact *fact);
void find_timestamp(const struct check *check, struct fact *fact);
void find_events(const struct check *check, struct fact *fact);
void find_rcvbuf(const struct check *check, struct fact *fact);

/* rights.c: what flowtop may do */
void find_capability(const struct check *check, struct fact *fact);
void find_sandbox(const struct check *check, struct fact *fact);
void find_tables(const struct check *check, struct fact *fact);
void find_owners(const struct check *check, struct fact *fact);
void find_cgroup_bpf(const struct check *check, struct fact *fact);

/* system.c: what else is used */
void find_geoip(const struct check *check, struct fact *fact);
void find_resolver(const struct check *check, struct fact *fact);
void find_terminal(const struct check *check, struct fact *fact);
void find_state_dir(const struct check *check, struct fact *fact);
void find_settings(const struct check *check, struct fact *fact);
void find_kernel(const struct check *check, struct fact *fact);

#endif

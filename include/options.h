/* SPDX-License-Identifier: GPL-2.0-only */
/* What the command line says. One table in options.c makes the parser, the
 * help text and, by a test, the manual page agree. */
#ifndef FLOWTOP_OPTIONS_H
#define FLOWTOP_OPTIONS_H

#include "lib/sandbox.h"
#include "net/addr.h"
#include "ui/draw.h"
#include "view/filter.h"
#include "view/layout.h"

#include <stdbool.h>
#include <stdint.h>

enum output_kind {
	OUTPUT_SCREEN,
	OUTPUT_TEXT,
	OUTPUT_JSON,
	OUTPUT_CSV,
	OUTPUT_NONE, /* the recording goes to stdout */
};

#define MAX_LOCAL_NETS 32
#define NETNS_LABEL_SIZE 256
#define MAX_EXPRS 16
#define MAX_KEYS 64
#define MAX_VIEWS 8

struct column;

struct config {
	/* Families, protocols, kinds, owners; and what filtering.h makes of
	 * the expressions, which all have to be true. */
	struct filter_config filter;
	char *exprs[MAX_EXPRS];
	int n_exprs, n_given_exprs; /* the others are of files */
	enum output_kind output;
	bool batch; /* --batch, or stdout is no terminal */
	bool events;
	bool once;
	int view;            /* row of view_kinds */
	const char *columns; /* as given; NULL: the usual ones */
	const struct column *keys[MAX_KEYS]; /* of JSON and CSV: */
	int n_keys;                          /* 0: all */
	const char *sort_text;               /* as given; NULL: */
	const struct column *sort;           /* NULL: the usual order */
	bool is_descending;                  /* with sort */
	bool show_src, bits;
	bool is_ascii;
	enum color_choice color;
	const char *theme_name; /* NULL: whichever suits the terminal */
	bool theme_is_saved;    /* a file has chosen it */
	struct theme theme;     /* with that name; not of options_parse() */
	bool has_mouse, is_slow;
	bool no_dns, no_geoip, no_services;
	const char *geoip_dir; /* NULL: the usual places */
	uint64_t wait_ns;      /* for names, before something is printed */
	bool no_sysctl;
	bool no_bpf;
	bool track;
	bool restore;
	bool check;
	enum sandbox_mode sandbox;
	uint64_t interval_ns;   /* 0 only with once */
	uint64_t max_refreshes; /* 0: no limit */
	uint64_t linger_ns;
	bool linger_given;   /* ghosts also in the outputs */
	unsigned int rcvbuf; /* bytes; 0: default */
	uint64_t max_flows;  /* 0: default */
	unsigned int budget; /* per cent of one core for listings */
	const char *record, *replay, *netns;
	const char *config_path; /* --config; NULL: the usual files */
	/* By view, from files; NULL: the usual order. */
	struct {
		const struct column *sort;
		bool is_descending;
	} sorts[MAX_VIEWS];
	enum layout_places location; /* how much, without no_geoip */
	const char *netns_label;     /* sanitized; NULL: none */
	double speed;                /* of a replay; 0 as fast as possible */
	bool speed_given;
	struct network local_nets[MAX_LOCAL_NETS];
	int n_local_nets;
};

struct settings;

/**
 * options_parse - read the command line, and what files say besides
 * @config: filled in; to be given to filtering_close()
 * @settings: begun by settings_init(); read here, its texts are used in @config
 *
 * Prints help, version or one line about what is wrong.
 * Context: before the first thread, with the privileges of the start.
 * Return: -1 to go on, or the exit status.
 */
int options_parse(int argc, char **argv, struct config *config,
		  struct settings *settings);

/** options_fill - what nobody has said and depends on the machine: max_flows,
 * rcvbuf. */
void options_fill(struct config *config);

#endif

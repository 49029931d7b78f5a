/* SPDX-License-Identifier: GPL-2.0-only */
/* Everything that finds out whose flows they are, as main starts and stops it.
 * What cannot be had is left out: then less is found. */
#ifndef FLOWTOP_OWNERSHIP_H
#define FLOWTOP_OWNERSHIP_H

#include "enrich/births.h"

#include <stdbool.h>

struct caller;
struct collector;
struct config;
struct finder;
struct owners;
struct tcpask;
struct users;

/* All zero: nothing is looked for. */
struct ownership {
	struct finder *finder; /* NULL: none; finder_error says why */
	struct births *births; /* NULL: none; births_state says why */
	struct users *users;   /* NULL: no names */
	struct owners *owners; /* NULL: nobody to ask */
	struct tcpask *tcpask; /* owners does its work; NULL: none */
	struct births_state births_state;
	int finder_error;
	bool is_bpf_off;
	bool has_started_users, has_started_owners;
};

/**
 * ownership_open - the finder, the births and the worker
 * @caller: whose uid the finder takes
 *
 * Context: with privileges, in the watched network namespace, after the broker
 * was forked; before the sandbox and the first thread.
 */
void ownership_open(struct ownership *ownership, const struct config *config,
		    const struct caller *caller);

/** ownership_start - the threads. Context: in the sandbox. Return: 0 or
 * negative errno. */
int ownership_start(struct ownership *ownership);

/** ownership_tell - which way owners are found, as a message and in health.
 * Context: before the collector was started. */
void ownership_tell(const struct ownership *ownership,
		    const struct config *config, struct collector *collector);

/** ownership_stop - the threads; may be called twice. */
void ownership_stop(struct ownership *ownership);

/** ownership_close - stop, and give everything back. */
void ownership_close(struct ownership *ownership);

#endif

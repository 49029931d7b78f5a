/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The worker that finds out whose flows they are. Jobs in, facts out:
 *
 *   job --> births (BPF) and inet_diag: which socket --> who holds it?
 *             births (BPF), or the walk of the finder --> /proc/PID/...
 *
 * A job gets a first answer soon, and more when something better is known: the
 * number of holders, another owner. Whatever waits, waits here.
 */
#ifndef FLOWTOP_ENRICH_OWNERS_H
#define FLOWTOP_ENRICH_OWNERS_H

#include "fact/owner.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct births;
struct finder;
struct owners;
struct tcpask;
struct users;

struct owners_config {
	struct finder *finder; /* borrowed, used by its thread; NULL: none */
	struct births *births; /* the same */
	struct users *users;   /* borrowed; NULL: none */
	struct tcpask *tcpask; /* borrowed, its work is done; NULL: none */
	bool has_spaces;       /* look into other network namespaces */
	bool has_company;      /* the watched one belongs to somebody else */
};

#define OWNERS_JOBS 16384  /* that may wait */
#define OWNERS_FACTS 16384 /* that may wait to be taken */

/**
 * owners_new - Context: in the watched network namespace, before the sandbox
 *
 * Return: freed with owners_free(); NULL with errno.
 */
struct owners *owners_new(const struct owners_config *config);
void owners_free(struct owners *owners);

/** owners_start, owners_stop - the thread. Return: 0 or negative errno. */
int owners_start(struct owners *owners);
void owners_stop(struct owners *owners);

/**
 * owners_ask - whose is it?
 *
 * Questions go in batches: the last ones wait for owners_send().
 * Context: one thread. Does not wait.
 * Return: false: too many wait, ask again later.
 */
bool owners_ask(struct owners *owners, const struct owner_job *job);

/** owners_send - hand over what was asked so far. Context: the same thread. */
void owners_send(struct owners *owners);

/** owners_fd - polls readable while facts wait. */
int owners_fd(const struct owners *owners);

/** owners_take - take up to @max facts, and the references in them.
 * Return: how many. Context: one thread. */
size_t owners_take(struct owners *owners, struct owner_fact *facts, size_t max);

/**
 * owners_pending - jobs without a first answer, with those whose answer was not
 * taken yet; those that were not sent are left out. Any thread.
 */
uint64_t owners_pending(const struct owners *owners);

/** owners_trim - give back the memory of queues that a burst has filled. Any
 * thread. */
void owners_trim(struct owners *owners);

/** owners_can_be_alone - whether the next one can ever become true: the first
 * network namespace of a machine does not go. Any thread. */
bool owners_can_be_alone(const struct owners *owners);

/** owners_alone_fd - polls readable while nobody but flowtop is in the watched
 * namespace any more. Who was alone there from the start is not meant. Any
 * thread; nothing is to be read. */
int owners_alone_fd(const struct owners *owners);

#endif

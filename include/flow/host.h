/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Interned addresses: one number per distinct address in the table, dense so
 * that readers can keep their own arrays. Whoever looks something up about an
 * address (a name, a place) does it once per host, not once per flow.
 */
#ifndef FLOWTOP_FLOW_HOST_H
#define FLOWTOP_FLOW_HOST_H

#include "net/tuple.h"

#include <stdbool.h>
#include <stdint.h>

struct hosts;

#define HOST_NONE UINT32_MAX /* out of memory: the flow goes without */

/** hosts_new - an empty set. Return: freed with hosts_free(); NULL. */
struct hosts *hosts_new(const struct hash_seed *seed);
void hosts_free(struct hosts *hosts);

/**
 * hosts_get - the number of an address, new if need be, with a reference
 *
 * Context: collector. Return: HOST_NONE without memory.
 */
uint32_t hosts_get(struct hosts *hosts, const struct addr *addr,
		   uint8_t family);

/** hosts_put - give a reference back; the last one frees the number. */
void hosts_put(struct hosts *hosts, uint32_t number);

/**
 * hosts_trim - give back room that was not needed for a while; see lib/slack.h
 *
 * To be called about once a second. Numbers stay; a few milliseconds at most.
 * Return: whether there is less of it now.
 */
bool hosts_trim(struct hosts *hosts, uint64_t now_ns);

/** hosts_count - distinct addresses now. */
uint32_t hosts_count(const struct hosts *hosts);

#endif

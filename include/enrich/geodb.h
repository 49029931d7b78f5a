/* SPDX-License-Identifier: GPL-2.0-only */
/* One file of places, in sealed memory: the only user of libmaxminddb. Counted;
 * immutable, so any thread may look up in it. */
#ifndef FLOWTOP_ENRICH_GEODB_H
#define FLOWTOP_ENRICH_GEODB_H

#include "enrich/geovet.h"
#include "net/addr.h"

#include <stdbool.h>
#include <stdint.h>

struct geodb;

#define GEODB_TEXT 96 /* longest name with its NUL; the rest is cut off */

/* What a file says of an address; harmless. */
struct geo_found {
	char cc[3]; /* two capital letters; "" unknown */
	uint32_t asn;
	char country[GEODB_TEXT], city[GEODB_TEXT], org[GEODB_TEXT];
};

/**
 * geodb_open - check all that can be checked, and open
 * @fd: a sealed memfd with the whole file; it stays the caller's
 * @meta: of that file
 * @is_stopped: see geovet_tree()
 * @out: one reference
 *
 * Return: NULL, or what is wrong: static.
 */
const char *geodb_open(struct geodb **out, int fd, const struct geometa *meta,
		       const atomic_bool *is_stopped);

struct geodb *geodb_get(struct geodb *db);

/** geodb_put - NULL is allowed. */
void geodb_put(struct geodb *db);

const struct geometa *geodb_meta(const struct geodb *db);

/**
 * geodb_find - add to @found what is not in it yet
 * @found: all zero at first
 *
 * Return: false when the data of that address is damaged.
 */
bool geodb_find(const struct geodb *db, const struct addr *addr, uint8_t family,
		struct geo_found *found);

#endif

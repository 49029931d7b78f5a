/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The texts of places, each kept once for as long as the program runs, and the
 * numbers of countries and networks. Only grows, up to PLACE_MAX of a kind.
 * One thread at a time.
 */
#ifndef FLOWTOP_ENRICH_GEOSTRINGS_H
#define FLOWTOP_ENRICH_GEOSTRINGS_H

#include "fact/place.h"

#include <stddef.h>
#include <stdint.h>

struct geo_found;
struct geostrings;

/** geostrings_new - Return: freed with geostrings_free(), then the texts are
 * gone; NULL with errno. */
struct geostrings *geostrings_new(void);
void geostrings_free(struct geostrings *strings);

/** geostrings_place - make a place of what was found. @place: overwritten; what
 * there is no room for is unknown. */
void geostrings_place(struct geostrings *strings, const struct geo_found *found,
		      struct place *place);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
#include "enrich/geostrings.h"

#include "enrich/geodb.h"
#include "net/addr.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_SLOTS 64
#define COUNTRIES (26 * 26)

struct text {
	uint32_t hash;
	char bytes[];
};

struct texts {
	struct text **slot; /* n_slots, a power of 2; half of them empty */
	uint32_t n_slots, n;
};

struct geonet {
	const char *org; /* NULL: none */
	uint32_t asn;
	uint32_t number; /* 0: empty */
};

struct geonets {
	struct geonet *slot;
	uint32_t n_slots, n;
};

struct geostrings {
	struct texts countries, cities, orgs;
	struct geonets networks;
	uint16_t country[COUNTRIES]; /* numbers */
	uint16_t n_countries;
};

struct geostrings *geostrings_new(void)
{
	return calloc(1, sizeof(struct geostrings));
}

static void free_texts(struct texts *texts)
{
	for (uint32_t i = 0; i < texts->n_slots; i++)
		free(texts->slot[i]);
	free(texts->slot);
}

void geostrings_free(struct geostrings *strings)
{
	if (!strings)
		return;
	free_texts(&strings->countries);
	free_texts(&strings->cities);
	free_texts(&strings->orgs);
	free(strings->networks.slot);
	free(strings);
}

/* FNV-1a, and the upper bits mixed into the lower ones. */
static uint32_t hash_of(const char *text)
{
	uint32_t hash = 2166136261U;

	for (; *text; text++)
		hash = (hash ^ (uint8_t)*text) * 16777619U;
	return hash ^ hash >> 15;
}

static struct text **slot_of(struct text **slot, uint32_t n_slots,
			     uint32_t hash, const char *text)
{
	uint32_t at = hash & (n_slots - 1);

	while (slot[at] &&
	       (slot[at]->hash != hash || strcmp(slot[at]->bytes, text)))
		at = (at + 1) & (n_slots - 1);
	return &slot[at];
}

static bool make_room(struct texts *texts)
{
	uint32_t n_slots = texts->n_slots ? 2 * texts->n_slots : FIRST_SLOTS;
	struct text **slot;

	if (texts->n >= PLACE_MAX)
		return false;
	if (2 * texts->n < texts->n_slots)
		return true;
	slot = calloc(n_slots, sizeof(struct text *));
	if (!slot)
		return false;
	for (uint32_t i = 0; i < texts->n_slots; i++) {
		struct text *text = texts->slot[i];

		if (text)
			*slot_of(slot, n_slots, text->hash, text->bytes) = text;
	}
	free(texts->slot);
	texts->slot = slot;
	texts->n_slots = n_slots;
	return true;
}

/* Return: the one copy of @text; NULL for "", and when there is no room. */
static const char *keep(struct texts *texts, const char *text)
{
	uint32_t hash = hash_of(text);
	size_t size = strlen(text) + 1;
	struct text **slot = NULL;

	if (!*text)
		return NULL;
	if (texts->n_slots)
		slot = slot_of(texts->slot, texts->n_slots, hash, text);
	if (slot && *slot)
		return (*slot)->bytes;
	if (!make_room(texts))
		return NULL;
	slot = slot_of(texts->slot, texts->n_slots, hash, text);
	*slot = malloc(sizeof(**slot) + size);
	if (!*slot)
		return NULL;
	(*slot)->hash = hash;
	memcpy((*slot)->bytes, text, size);
	texts->n++;
	return (*slot)->bytes;
}

static struct geonet *network_slot(struct geonet *slot, uint32_t n_slots,
				   uint32_t asn, const char *org)
{
	uint64_t mixed =
		(asn + ((uint64_t)(uintptr_t)org << 20)) * 0x9e3779b97f4a7c15;
	uint32_t at = (uint32_t)(mixed >> 32) & (n_slots - 1);

	while (slot[at].number && (slot[at].asn != asn || slot[at].org != org))
		at = (at + 1) & (n_slots - 1);
	return &slot[at];
}

static bool make_network_room(struct geonets *networks)
{
	uint32_t n_slots =
		networks->n_slots ? 2 * networks->n_slots : FIRST_SLOTS;
	struct geonet *slot;

	if (networks->n >= PLACE_MAX)
		return false;
	if (2 * networks->n < networks->n_slots)
		return true;
	slot = calloc(n_slots, sizeof(*slot));
	if (!slot)
		return false;
	for (uint32_t i = 0; i < networks->n_slots; i++) {
		const struct geonet *old = &networks->slot[i];

		if (old->number)
			*network_slot(slot, n_slots, old->asn, old->org) = *old;
	}
	free(networks->slot);
	networks->slot = slot;
	networks->n_slots = n_slots;
	return true;
}

static uint32_t number_network(struct geonets *networks, uint32_t asn,
			       const char *org)
{
	struct geonet *slot = NULL;

	if (!asn && !org)
		return PLACE_NONE;
	if (networks->n_slots)
		slot = network_slot(networks->slot, networks->n_slots, asn,
				    org);
	if (slot && slot->number)
		return slot->number;
	if (!make_network_room(networks))
		return PLACE_OTHERS;
	slot = network_slot(networks->slot, networks->n_slots, asn, org);
	*slot = (struct geonet){ org, asn, ++networks->n };
	return slot->number;
}

static uint32_t number_country(struct geostrings *strings, const char *cc)
{
	uint16_t *number;

	if (!cc[0])
		return PLACE_NONE;
	number = &strings->country[(cc[0] - 'A') * 26 + cc[1] - 'A'];
	if (!*number)
		*number = ++strings->n_countries;
	return *number;
}

void geostrings_place(struct geostrings *strings, const struct geo_found *found,
		      struct place *place)
{
	*place = (struct place){ .scope = SCOPE_PUBLIC, .asn = found->asn };
	memcpy(place->cc, found->cc, sizeof(place->cc));
	place->country = keep(&strings->countries, found->country);
	place->city = keep(&strings->cities, found->city);
	place->org = keep(&strings->orgs, found->org);
	place->country_number = number_country(strings, found->cc);
	place->network_number =
		number_network(&strings->networks, found->asn, place->org);
	if (place->network_number == PLACE_OTHERS)
		place->org = NULL;
}

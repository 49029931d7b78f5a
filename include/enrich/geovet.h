/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Files in the format of MaxMind, checked before libmaxminddb sees them: it
 * believes what they say of themselves, follows nesting to any depth and
 * copies lists of any size. Pure; whoever calls owns the bytes.
 */
#ifndef FLOWTOP_ENRICH_GEOVET_H
#define FLOWTOP_ENRICH_GEOVET_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GEOVET_TAIL 131072 /* the metadata is in the last bytes */
#define GEOVET_TYPE 64

/* What a file knows, by the type that its metadata names. */
enum {
	GEO_CITY = 1 << 0, /* countries, too */
	GEO_COUNTRY = 1 << 1,
	GEO_ASN = 1 << 2,
};

struct geometa {
	char type[GEOVET_TYPE]; /* harmless */
	uint8_t kinds;          /* GEO_*; 0: nothing that is shown */
	uint8_t ip_version;     /* 4 or 6 */
	uint8_t record_size;    /* bits: 24, 28 or 32 */
	uint32_t node_count;
	uint64_t epoch;     /* when it was made; 0 unknown, or not past yet */
	uint64_t tree_size; /* bytes; 16 zeros and the data come behind */
	uint64_t data_size;
};

/**
 * geovet_metadata - read the metadata
 * @tail: the last @tail_size bytes of the file, GEOVET_TAIL or all of it
 * @file_size: of all of it
 * @now: seconds since 1970
 *
 * Return: NULL, or what is wrong: static.
 */
const char *geovet_metadata(struct geometa *meta, const uint8_t *tail,
			    size_t tail_size, uint64_t file_size, uint64_t now);

/**
 * geovet_tree - every node leads to a node, to data, or nowhere
 * @file: the whole file
 * @is_stopped: when it becomes true, it ends early; NULL: never
 *
 * Return: NULL, or what is wrong: static.
 */
const char *geovet_tree(const struct geometa *meta, const uint8_t *file,
			const atomic_bool *is_stopped);

/** geovet_record - the value at @at, with all that is in it, is sound, small
 * and not deep. @data: the section of the data, @size bytes. */
bool geovet_record(const uint8_t *data, size_t size, size_t at);

#endif

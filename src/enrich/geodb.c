/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Values are found by their paths, one by one, in a record that was checked
 * (geovet.c). The paths are those of MaxMind, which DB-IP uses as well, and the
 * flat ones of IPinfo.
 */
#include "enrich/geodb.h"

#include "lib/sanitize.h"
#include "lib/str.h"

#include <netinet/in.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <maxminddb.h>

struct geodb {
	_Atomic uint32_t refs;
	struct geometa meta;
	MMDB_s mmdb;
};

#define MAX_PATH 4

typedef const char *const geo_path[MAX_PATH];

/* The first that is there counts; NULL at the end. */
static geo_path cc_paths[] = {
	{ "country", "iso_code" }, { "country_code" }, { "country" }, { NULL }
};
static geo_path country_paths[] = { { "country", "names", "en" },
				    { "country_name" },
				    { "country" },
				    { NULL } };
static geo_path city_paths[] = { { "city", "names", "en" },
				 { "city" },
				 { NULL } };
static geo_path asn_paths[] = { { "autonomous_system_number" },
				{ "asn" },
				{ "traits", "autonomous_system_number" },
				{ NULL } };
static geo_path org_paths[] = { { "autonomous_system_organization" },
				{ "as_name" },
				{ "name" },
				{ "traits", "autonomous_system_organization" },
				{ "as_domain" },
				{ "isp" },
				{ "organization" },
				{ NULL } };

/* --------------------------------------------------------------- opening */

static const char *vet(int fd, const struct geometa *meta,
		       const atomic_bool *is_stopped)
{
	const char *why;
	void *file;

	file = mmap(NULL, meta->tree_size, PROT_READ, MAP_SHARED, fd, 0);
	if (file == MAP_FAILED)
		return "there is no memory for it";
	why = geovet_tree(meta, file, is_stopped);
	munmap(file, meta->tree_size);
	return why;
}

static const char *open_mmdb(struct geodb *db, int fd)
{
	char path[32];
	int status;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	status = MMDB_open(path, MMDB_MODE_MMAP, &db->mmdb);
	if (status)
		return MMDB_strerror(status);
	/* It judges for itself; what was checked must be what is read. */
	if (db->mmdb.metadata.node_count == db->meta.node_count &&
	    db->mmdb.metadata.record_size == db->meta.record_size &&
	    db->mmdb.metadata.ip_version == db->meta.ip_version &&
	    db->mmdb.data_section_size >= db->meta.data_size)
		return NULL;
	MMDB_close(&db->mmdb);
	return "its metadata contradicts itself";
}

const char *geodb_open(struct geodb **out, int fd, const struct geometa *meta,
		       const atomic_bool *is_stopped)
{
	const char *why = vet(fd, meta, is_stopped);
	struct geodb *db;

	if (why)
		return why;
	db = calloc(1, sizeof(*db));
	if (!db)
		return "there is no memory for it";
	atomic_init(&db->refs, 1);
	db->meta = *meta;
	why = open_mmdb(db, fd);
	if (why)
		free(db);
	else
		*out = db;
	return why;
}

struct geodb *geodb_get(struct geodb *db)
{
	if (db)
		atomic_fetch_add_explicit(&db->refs, 1, memory_order_relaxed);
	return db;
}

void geodb_put(struct geodb *db)
{
	if (!db ||
	    atomic_fetch_sub_explicit(&db->refs, 1, memory_order_acq_rel) != 1)
		return;
	MMDB_close(&db->mmdb);
	free(db);
}

const struct geometa *geodb_meta(const struct geodb *db)
{
	return &db->meta;
}

/* -------------------------------------------------------------- look-ups */

static bool find_text(MMDB_entry_s *entry, geo_path *paths, char *text)
{
	MMDB_entry_data_s value;

	for (; (*paths)[0]; paths++) {
		if (MMDB_aget_value(entry, &value, *paths) || !value.has_data ||
		    value.type != MMDB_DATA_TYPE_UTF8_STRING)
			continue;
		if (sanitize_text(text, GEODB_TEXT, value.utf8_string,
				  value.data_size, NULL))
			return true;
	}
	return false;
}

/* Flat files have the code, or the name, where others have both. */
static bool is_code(const char *text)
{
	return strlen(text) == 2 && (uint8_t)((text[0] | 32) - 'a') < 26 &&
	       (uint8_t)((text[1] | 32) - 'a') < 26;
}

static void find_country(MMDB_entry_s *entry, struct geo_found *found)
{
	char text[GEODB_TEXT];

	if (!found->cc[0] && find_text(entry, cc_paths, text) &&
	    is_code(text)) {
		found->cc[0] = (char)(text[0] & ~32);
		found->cc[1] = (char)(text[1] & ~32);
		found->cc[2] = '\0';
	}
	if (!found->country[0] && find_text(entry, country_paths, text) &&
	    !is_code(text))
		str_copy(found->country, sizeof(found->country), text);
}

static uint32_t number_of(const MMDB_entry_data_s *value)
{
	const char *digits = value->utf8_string;
	char text[16] = "";
	uint64_t number = 0;

	switch (value->type) {
	case MMDB_DATA_TYPE_UINT16:
		return value->uint16;
	case MMDB_DATA_TYPE_UINT32:
		return value->uint32;
	case MMDB_DATA_TYPE_UINT64:
		return value->uint64 <= UINT32_MAX ? (uint32_t)value->uint64
						   : 0;
	case MMDB_DATA_TYPE_UTF8_STRING:
		if (value->data_size >= sizeof(text))
			return 0;
		memcpy(text, digits, value->data_size);
		digits = strncasecmp(text, "AS", 2) ? text : text + 2;
		if (parse_u64(digits, 0, UINT32_MAX, &number))
			return 0;
		return (uint32_t)number;
	default:
		return 0;
	}
}

static void find_network(MMDB_entry_s *entry, struct geo_found *found)
{
	MMDB_entry_data_s value;

	for (geo_path *path = asn_paths; (*path)[0] && !found->asn; path++)
		if (!MMDB_aget_value(entry, &value, *path) && value.has_data)
			found->asn = number_of(&value);
	if (!found->org[0])
		find_text(entry, org_paths, found->org);
}

static MMDB_lookup_result_s look_up(const struct geodb *db,
				    const struct addr *addr, uint8_t family,
				    int *error)
{
	struct sockaddr_in in4 = { .sin_family = AF_INET };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };
	const void *sockaddr = &in4;

	if (family == FAMILY_IPV4) {
		memcpy(&in4.sin_addr, addr->byte, sizeof(in4.sin_addr));
	} else {
		memcpy(&in6.sin6_addr, addr->byte, sizeof(in6.sin6_addr));
		sockaddr = &in6;
	}
	return MMDB_lookup_sockaddr(&db->mmdb, sockaddr, error);
}

bool geodb_find(const struct geodb *db, const struct addr *addr, uint8_t family,
		struct geo_found *found)
{
	MMDB_lookup_result_s result;
	int error = 0;

	if (family == FAMILY_IPV6 && db->meta.ip_version == 4)
		return true;
	result = look_up(db, addr, family, &error);
	if (error || !result.found_entry)
		return !error;
	if (!geovet_record(db->mmdb.data_section, db->meta.data_size,
			   result.entry.offset))
		return false;
	if (db->meta.kinds & (GEO_CITY | GEO_COUNTRY))
		find_country(&result.entry, found);
	if (db->meta.kinds & GEO_CITY && !found->city[0])
		find_text(&result.entry, city_paths, found->city);
	if (db->meta.kinds & GEO_ASN)
		find_network(&result.entry, found);
	return true;
}

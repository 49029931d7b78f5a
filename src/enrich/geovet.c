/* SPDX-License-Identifier: GPL-2.0-only */
#include "enrich/geovet.h"

#include "lib/sanitize.h"

#include <string.h>
#include <strings.h>

/* Files of today: 5 deep, 120 values. */
#define MAX_DEPTH 16
#define MAX_VALUES 4096
#define FORMAT 2      /* binary_format_major_version */
#define SEPARATOR 16  /* bytes between the tree and the data */
#define STEP 65536    /* nodes between two looks at @is_stopped */
#define FUTURE 172800 /* seconds that another clock may be ahead */

enum value_type {
	TYPE_EXTENDED,
	TYPE_POINTER,
	TYPE_TEXT,
	TYPE_DOUBLE,
	TYPE_BYTES,
	TYPE_UINT16,
	TYPE_UINT32,
	TYPE_MAP,
	TYPE_INT32,
	TYPE_UINT64,
	TYPE_UINT128,
	TYPE_ARRAY,
	TYPE_CONTAINER,
	TYPE_END,
	TYPE_BOOLEAN,
	TYPE_FLOAT,
	TYPES,
};

static const char marker[] = "\xab\xcd\xefMaxMind.com";

#define MARKER_SIZE (sizeof(marker) - 1)

struct section {
	const uint8_t *data;
	size_t size;
	unsigned int n_left; /* values that may still be looked at */
};

struct value {
	uint8_t type;
	uint32_t size;   /* bytes, or what is in a map or array */
	size_t at;       /* its bytes, or what is in it */
	uint32_t target; /* of a pointer */
};

/* ---------------------------------------------------------------- values */

static bool take(const struct section *s, size_t *at, unsigned int n,
		 uint32_t *number)
{
	if (*at > s->size || s->size - *at < n)
		return false;
	*number = 0;
	for (unsigned int i = 0; i < n; i++)
		*number = *number << 8 | s->data[(*at)++];
	return true;
}

static bool read_pointer(const struct section *s, struct value *v,
			 uint32_t control)
{
	static const uint32_t base[] = { 0, 2048, 526336, 0 };
	unsigned int more = control >> 3 & 3;
	uint32_t low;

	if (!take(s, &v->at, more + 1, &low))
		return false;
	v->target = low + base[more];
	if (more < 3)
		v->target += (control & 7) << (8 * (more + 1));
	return true;
}

static bool read_size(const struct section *s, struct value *v)
{
	static const uint32_t base[] = { 29, 285, 65821 };
	unsigned int more = v->size - 28;
	uint32_t low;

	if (v->size < 29)
		return true;
	if (!take(s, &v->at, more, &low))
		return false;
	v->size = base[more - 1] + low;
	return true;
}

/* More bytes than this cannot be; nor can others than 8 and 4 of the two that
 * are not whole numbers. */
static bool is_size(const struct value *v)
{
	static const uint8_t max[TYPES] = {
		[TYPE_UINT16] = 2, [TYPE_UINT32] = 4,   [TYPE_INT32] = 4,
		[TYPE_UINT64] = 8, [TYPE_UINT128] = 16, [TYPE_BOOLEAN] = 1,
	};

	if (v->type == TYPE_DOUBLE)
		return v->size == 8;
	if (v->type == TYPE_FLOAT)
		return v->size == 4;
	return !max[v->type] || v->size <= max[v->type];
}

static bool has_bytes(const struct value *v)
{
	return v->type != TYPE_MAP && v->type != TYPE_ARRAY &&
	       v->type != TYPE_BOOLEAN && v->type != TYPE_POINTER;
}

static bool read_value(struct section *s, size_t at, struct value *v)
{
	uint32_t control, more;

	*v = (struct value){ .at = at };
	if (!s->n_left || !take(s, &v->at, 1, &control))
		return false;
	s->n_left--;
	v->type = (uint8_t)(control >> 5);
	v->size = control & 31;
	if (v->type == TYPE_POINTER)
		return read_pointer(s, v, control);
	if (v->type == TYPE_EXTENDED) {
		if (!take(s, &v->at, 1, &more) || more > TYPES)
			return false;
		v->type = (uint8_t)(more + 7);
	}
	if (v->type <= TYPE_POINTER || v->type >= TYPES ||
	    v->type == TYPE_CONTAINER || v->type == TYPE_END)
		return false;
	return read_size(s, v) && is_size(v) &&
	       (!has_bytes(v) || s->size - v->at >= v->size);
}

static bool follow(struct section *s, struct value *v)
{
	return v->type != TYPE_POINTER ||
	       (read_value(s, v->target, v) && v->type != TYPE_POINTER);
}

/* Step over the value at @at. Return: whether it, and what it leads to, is
 * sound; @at is behind it then. */
static bool walk(struct section *s, size_t *at, unsigned int depth)
{
	struct value v;
	size_t next;
	bool is_map, is_behind;

	if (depth > MAX_DEPTH || !read_value(s, *at, &v))
		return false;
	is_behind = v.type == TYPE_POINTER;
	*at = v.at;
	if (!follow(s, &v))
		return false;
	next = v.at;
	is_map = v.type == TYPE_MAP;
	if (is_map || v.type == TYPE_ARRAY) {
		for (uint32_t i = 0; i < v.size; i++) {
			struct value key;
			size_t key_at = next;

			if (is_map &&
			    (!walk(s, &next, depth + 1) ||
			     !read_value(s, key_at, &key) || !follow(s, &key) ||
			     key.type != TYPE_TEXT))
				return false;
			if (!walk(s, &next, depth + 1))
				return false;
		}
	} else if (has_bytes(&v)) {
		next += v.size;
	}
	if (!is_behind)
		*at = next;
	return true;
}

bool geovet_record(const uint8_t *data, size_t size, size_t at)
{
	struct section s = { data, size, MAX_VALUES };

	return walk(&s, &at, 0);
}

/* -------------------------------------------------------------- metadata */

/* Return: whether the map at the beginning has @key. Everything was walked. */
static bool find_key(const struct section *all, const char *key,
		     struct value *found)
{
	struct section s = { all->data, all->size, 2 * MAX_VALUES };
	size_t length = strlen(key), at;
	struct value map, name;

	if (!read_value(&s, 0, &map) || map.type != TYPE_MAP)
		return false;
	at = map.at;
	for (uint32_t i = 0; i < map.size; i++) {
		if (!read_value(&s, at, &name) || !follow(&s, &name) ||
		    !walk(&s, &at, 0))
			return false;
		if (name.size == length &&
		    !memcmp(s.data + name.at, key, length))
			return read_value(&s, at, found) && follow(&s, found);
		if (!walk(&s, &at, 0))
			return false;
	}
	return false;
}

static bool find_number(const struct section *all, const char *key,
			uint64_t *number)
{
	struct value v;

	*number = 0;
	if (!find_key(all, key, &v) ||
	    (v.type != TYPE_UINT16 && v.type != TYPE_UINT32 &&
	     v.type != TYPE_UINT64))
		return false;
	for (uint32_t i = 0; i < v.size; i++)
		*number = *number << 8 | all->data[v.at + i];
	return true;
}

static const uint8_t *find_marker(const uint8_t *tail, size_t size)
{
	for (size_t at = size; at >= MARKER_SIZE; at--) {
		const uint8_t *here = tail + at - MARKER_SIZE;

		if (*here == (uint8_t)marker[0] &&
		    !memcmp(here, marker, MARKER_SIZE))
			return here;
	}
	return NULL;
}

/* The words are those of MaxMind, DB-IP and IPinfo. */
static uint8_t kinds_of(const char *type)
{
	static const struct {
		const char *word;
		uint8_t kinds;
	} words[] = {
		{ "city", GEO_CITY },
		{ "location", GEO_CITY },
		{ "enterprise", GEO_CITY | GEO_ASN },
		{ "country", GEO_COUNTRY },
		{ "asn", GEO_ASN },
		{ "isp", GEO_ASN },
		{ "ipinfo_lite", GEO_COUNTRY | GEO_ASN },
	};
	uint8_t kinds = 0;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcasestr(type, words[i].word))
			kinds |= words[i].kinds;
	return kinds;
}

/* Return: whether all that is in the map or array is text. libmaxminddb copies
 * the lists, and loses memory when it finds something else in one. */
static bool has_texts(const struct section *all, const char *key, uint8_t type)
{
	struct section s = { all->data, all->size, 4 * MAX_VALUES };
	struct value list, v;
	size_t at;

	if (!find_key(all, key, &list) || list.type != type)
		return false;
	at = list.at;
	for (uint32_t i = 0; i < list.size * (type == TYPE_MAP ? 2 : 1); i++) {
		if (!read_value(&s, at, &v) || !follow(&s, &v) ||
		    v.type != TYPE_TEXT || !walk(&s, &at, 0))
			return false;
	}
	return true;
}

static const char *read_type(struct geometa *meta, const struct section *s)
{
	struct value v;

	if (!find_key(s, "database_type", &v) || v.type != TYPE_TEXT)
		return "its metadata names no type";
	if (!has_texts(s, "languages", TYPE_ARRAY) ||
	    !has_texts(s, "description", TYPE_MAP))
		return "its metadata has no languages or no description";
	sanitize_text(meta->type, sizeof(meta->type),
		      (const char *)s->data + v.at, v.size, NULL);
	meta->kinds = kinds_of(meta->type);
	return NULL;
}

static const char *read_numbers(struct geometa *meta, const struct section *s,
				uint64_t now)
{
	uint64_t format, nodes, record, version;

	if (!find_number(s, "binary_format_major_version", &format) ||
	    format != FORMAT)
		return "it is of an unknown version of the format";
	if (!find_number(s, "node_count", &nodes) || !nodes ||
	    nodes > UINT32_MAX)
		return "its metadata has no number of nodes";
	if (!find_number(s, "record_size", &record) ||
	    (record != 24 && record != 28 && record != 32))
		return "its metadata has an impossible size of records";
	if (!find_number(s, "ip_version", &version) ||
	    (version != 4 && version != 6))
		return "its metadata has an unknown version of IP";
	if (!find_number(s, "build_epoch", &meta->epoch) || !meta->epoch)
		return "its metadata does not say when it was made";
	if (meta->epoch > now + FUTURE)
		meta->epoch = 0;
	meta->node_count = (uint32_t)nodes;
	meta->record_size = (uint8_t)record;
	meta->ip_version = (uint8_t)version;
	return NULL;
}

const char *geovet_metadata(struct geometa *meta, const uint8_t *tail,
			    size_t tail_size, uint64_t file_size, uint64_t now)
{
	const uint8_t *mark = find_marker(tail, tail_size);
	struct section s;
	const char *why;
	uint64_t before;

	*meta = (struct geometa){ .kinds = 0 };
	if (!mark)
		return "it is no MaxMind database, or is cut off";
	s.data = mark + MARKER_SIZE;
	s.size = (size_t)(tail + tail_size - s.data);
	if (!geovet_record(s.data, s.size, 0))
		return "its metadata is damaged";
	why = read_numbers(meta, &s, now);
	if (!why)
		why = read_type(meta, &s);
	if (why)
		return why;
	before = file_size - tail_size + (uint64_t)(mark - tail);
	meta->tree_size = (uint64_t)meta->node_count * meta->record_size / 4;
	if (meta->tree_size + SEPARATOR > before)
		return "it is smaller than its metadata says";
	meta->data_size = before - meta->tree_size - SEPARATOR;
	return NULL;
}

/* ------------------------------------------------------------------ tree */

static uint32_t big_endian(const uint8_t *at, unsigned int n)
{
	uint32_t number = 0;

	for (unsigned int i = 0; i < n; i++)
		number = number << 8 | at[i];
	return number;
}

static void read_node(const uint8_t *at, uint8_t record_size,
		      uint32_t record[2])
{
	unsigned int n = record_size / 8;

	record[0] = big_endian(at, n);
	record[1] = big_endian(at + record_size / 4 - n, n);
	if (record_size == 28) {
		record[0] |= (uint32_t)(at[3] & 0xf0) << 20;
		record[1] |= (uint32_t)(at[3] & 0x0f) << 24;
	}
}

const char *geovet_tree(const struct geometa *meta, const uint8_t *file,
			const atomic_bool *is_stopped)
{
	const uint64_t data = (uint64_t)meta->node_count + SEPARATOR;
	uint32_t record[2];

	for (uint32_t i = 0; i < meta->node_count; i++) {
		read_node(file, meta->record_size, record);
		file += meta->record_size / 4;
		for (int side = 0; side < 2; side++)
			if (record[side] > meta->node_count &&
			    (record[side] < data ||
			     record[side] - data >= meta->data_size))
				return "its tree leads out of it";
		if (i % STEP == 0 && is_stopped && atomic_load(is_stopped))
			return "reading it was stopped";
	}
	return NULL;
}

// SPDX-License-Identifier: GPL-2.0-only
/* The bytes are a GeoIP file: it is refused, or whatever it says of addresses
 * is harmless. */
#include "enrich/geodb.h"
#include "lib/sanitize.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void touch(const char *text)
{
	char clean[GEODB_TEXT];
	bool is_changed;

	if (strnlen(text, GEODB_TEXT) == GEODB_TEXT)
		abort();
	sanitize_text(clean, sizeof(clean), text, strlen(text), &is_changed);
	if (is_changed)
		abort();
}

static void find(const struct geodb *db, const char *text)
{
	struct geo_found found = { .asn = 0 };
	struct addr addr;
	uint8_t family;

	if (addr_parse(text, &addr, &family))
		abort();
	geodb_find(db, &addr, family, &found);
	touch(found.cc);
	touch(found.country);
	touch(found.city);
	touch(found.org);
	if (found.cc[0] && strlen(found.cc) != 2)
		abort();
}

static void open_bytes(const uint8_t *data, size_t size,
		       const struct geometa *meta)
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC);
	struct geodb *db = NULL;

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	if (!geodb_open(&db, fd, meta, NULL)) {
		find(db, "203.0.113.80");
		find(db, "198.51.100.1");
		find(db, "2001:db8:cafe::1");
		find(db, "::1");
		find(db, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
	}
	geodb_put(db);
	close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t tail = size < GEOVET_TAIL ? size : GEOVET_TAIL;
	struct geometa meta;
	uint8_t *copy;

	if (!size || size > 1U << 20)
		return 0;
	/* Of exactly this size, so that the sanitizer sees a byte too many. */
	copy = malloc(size);
	if (!copy)
		return 0;
	memcpy(copy, data, size);
	if (!geovet_metadata(&meta, copy + size - tail, tail, size,
			     1800000000)) {
		for (size_t at = 0; at < meta.data_size; at += 13)
			geovet_record(copy + meta.tree_size + 16,
				      meta.data_size, at);
		open_bytes(data, size, &meta);
	}
	free(copy);
	return 0;
}
